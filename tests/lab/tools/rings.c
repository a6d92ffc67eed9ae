// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rings COUNTS LENGTHS: samples both ends of the transmit rings of all devices, again and again in one process, until SIGTERM, and
 * says of each value that cannot be what it is. COUNTS are the sizes that rings have ("128,256"), LENGTHS those of the frames that
 * were sent ("42,98"). At the end: how many rings were read, how many frames, and how often each reason was given instead.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "source/source.h"
#include "util/alloc.h"
#include "util/err.h"

#define PAUSE_US 20000
#define REASONS 64
#define BYTES_MOST (1 << 22) /* in flight */
#define EVENTS_MOST 1000000  /* of any counter, in minutes */

static volatile sig_atomic_t stop;

static void on_signal(int signum)
{
	(void)signum;
	stop = 1;
}

struct tally {
	const char *counts, *lengths;
	unsigned long samples, rings, pending, moving, frames, wrong;
	struct {
		char *why;
		unsigned long n;
	} reasons[REASONS];
	size_t n_reasons;
};

static bool listed(const char *list, int64_t number)
{
	for (const char *p = list; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (strtoll(p, NULL, 10) == number)
			return true;
	}
	return false;
}

static void give(struct tally *t, const char *why)
{
	size_t i = 0;

	while (i < t->n_reasons && strcmp(t->reasons[i].why, why) != 0)
		i++;
	if (i == REASONS)
		return;
	if (i == t->n_reasons)
		t->reasons[t->n_reasons++].why = xstrdup(why);
	t->reasons[i].n++;
}

static void must(struct tally *t, bool holds, const char *what, int64_t value)
{
	if (holds)
		return;
	printf("wrong: %s %" PRId64 "\n", what, value);
	t->wrong++;
}

static bool unknown_or(int64_t value, int64_t least, int64_t most)
{
	return value == FACT_UNKNOWN || (value >= least && value <= most);
}

static int64_t way(const struct ring_side *r, int64_t a, int64_t b)
{
	return (b - a + r->count) % r->count;
}

/* clean, head, tail, use, going round; not while the driver is down, or sets up the rings anew: then the registers are of others. */
static bool in_order(const struct driver_side *d, const struct ring_side *r)
{
	if (r->moving == 1 || r->head == FACT_UNKNOWN || r->tail == FACT_UNKNOWN || driver_side_has(d, "down") ||
	    driver_side_has(d, "resetting") || !driver_side_has(d, "started") || (!r->head && !r->tail))
		return true;
	return way(r, r->clean, r->head) + way(r, r->head, r->tail) + way(r, r->tail, r->use) ==
	       way(r, r->clean, r->use);
}

static void judge_frame(struct tally *t, const struct ring_side *r, const struct frame_side *f)
{
	t->frames++;
	must(t, f->first >= 0 && f->first < r->count, "frame.first", f->first);
	must(t, f->last >= 0 && f->last < r->count, "frame.last", f->last);
	must(t, f->length == FACT_UNKNOWN || listed(t->lengths, f->length), "frame.length", f->length);
	must(t, f->mss == FACT_UNKNOWN || !f->mss, "frame.mss", f->mss);
	must(t, unknown_or(f->fragments, 0, 17), "frame.fragments", f->fragments);
	must(t, f->in == FACT_UNKNOWN || !f->in, "frame.in", f->in);
}

static void judge_ring(struct tally *t, const struct driver_side *d, const struct ring_side *r)
{
	struct sysinfo up;
	int64_t ms;

	if (r->why) {
		give(t, r->why);
		return;
	}
	sysinfo(&up);
	ms = (up.uptime + 400) * 1000; /* jiffies begin 300 s before they are 0 */
	t->rings++;
	t->pending += r->clean != r->use;
	t->moving += r->moving == 1;
	must(t, listed(t->counts, r->count), "count", r->count);
	must(t, r->clean >= 0 && r->clean < r->count, "clean", r->clean);
	must(t, r->use >= 0 && r->use < r->count, "use", r->use);
	must(t, unknown_or(r->head, 0, r->count - 1), "head", r->head);
	must(t, unknown_or(r->tail, 0, r->count - 1), "tail", r->tail);
	must(t, unknown_or(r->last, 0, r->count - 1), "last", r->last);
	must(t, unknown_or(r->age_ms, 0, ms), "age_ms", r->age_ms);
	must(t, unknown_or(r->sent_ms, 0, ms), "sent_ms", r->sent_ms);
	must(t, unknown_or(r->inflight, 0, BYTES_MOST), "inflight", r->inflight);
	must(t, unknown_or(r->waiting, 0, EVENTS_MOST), "waiting", r->waiting);
	must(t, unknown_or(r->timeouts, 0, EVENTS_MOST), "timeouts", r->timeouts);
	must(t, unknown_or(r->deferred, 0, 0), "deferred", r->deferred);
	must(t, in_order(d, r), "order, head", r->head);
	for (size_t i = 0; i < r->n_frames; i++)
		judge_frame(t, r, &r->frames[i]);
}

static void judge(struct tally *t, const struct driver_side *d)
{
	if (!driver_side_known(d)) {
		give(t, d->why ? d->why : "nobody asked");
		return;
	}
	must(t, d->given_up == 0, "given_up", d->given_up);
	must(t, unknown_or(d->pci_error, 1, 3), "pci_error", d->pci_error);
	must(t, unknown_or(d->patience_ms, 1000, 16000), "patience_ms", d->patience_ms);
	for (size_t i = 0; i < d->n_counters; i++)
		must(t, unknown_or(d->counters[i].value, 0, EVENTS_MOST), d->counters[i].name, d->counters[i].value);
	for (size_t i = 0; i < d->n_rings; i++)
		judge_ring(t, d, &d->rings[i]);
}

static void sample(struct live *live, struct tally *t)
{
	struct snapshots list = { 0 };
	struct err e = { 0 };
	int r = live_sample(live, &list, &e);

	if (r)
		give(t, e.why);
	must(t, !r || r == -ENODEV || r == -ENOTSUP, e.what, r);
	for (size_t i = 0; i < list.n; i++)
		judge(t, &list.v[i]->side);
	t->samples++;
	snapshots_free(&list);
}

int main(int argc, char **argv)
{
	const struct source_options options = { .queues_only = true };
	struct tally t = { .counts = argc > 1 ? argv[1] : "", .lengths = argc > 2 ? argv[2] : "" };
	struct chipdb *db;
	struct live *live;
	struct err e = { 0 };

	signal(SIGTERM, on_signal);
	if (argc != 3 || chipdb_open(&db, NULL, &e) || live_open(&live, db, &options, &e)) {
		printf("%s: %s\n", e.what, e.why);
		return 1;
	}
	while (!stop) {
		sample(live, &t);
		usleep(PAUSE_US);
	}
	live_close(live);
	chipdb_free(db);
	for (size_t i = 0; i < t.n_reasons; i++) {
		printf("%6lu times: %s\n", t.reasons[i].n, t.reasons[i].why);
		free(t.reasons[i].why);
	}
	printf("samples %lu rings %lu pending %lu moving %lu frames %lu wrong %lu\n", t.samples, t.rings, t.pending,
	       t.moving, t.frames, t.wrong);
	return t.wrong != 0;
}
