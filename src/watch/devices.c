// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device/queue.h"
#include "diagnose/diagnose.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"
#include "watch/internal.h"

bool watched_has_registers(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_regs; i++)
		if (!s->regs[i].unread)
			return true;
	return false;
}

/* A refusal is told: else the watch would look as if it saw everything. */
static void tell_refusal(struct watch *w, const struct watched *d)
{
	const struct snapshot *s = d->before;

	if (watched_has_registers(s) || !s->n_refusals)
		return;
	err_set(&w->why, EACCES, s->facts.netdev ? s->facts.netdev : d->address,
		"its registers cannot be read, so only the log can report its hangs: %s",
		s->refusals[s->n_refusals - 1].why);
	err_todo(&w->why, "nicregs show %s lists the methods that were tried", d->address);
	w->o->warn(&w->why, w->o->arg);
}

static int open_device(struct watch *w, struct watched *d, struct snapshot *first, struct err *e)
{
	pci_addr_str(&snapshot_self(first)->addr, d->address);
	d->source = w->o->source;
	d->source.device = d->address;
	d->before = first;
	d->before_at = clock_monotonic();
	return live_open(&d->live, w->o->db, &d->source, e);
}

/* Each device is read once in full: that tells which there are, and is what an incident is compared with. */
int watch_devices_open(struct watch *w, struct err *e)
{
	struct snapshots found = { 0 };
	int r = source_live(w->o->db, &w->o->source, &found, e);

	if (!r && !found.n)
		r = err_set(e, ENODEV, "watch", "there is no supported Intel NIC to watch");
	w->devices = xcalloc(found.n + 1, sizeof(*w->devices));
	for (size_t i = 0; i < found.n && !r; i++) {
		if (!found.v[i]->chip || !snapshot_self(found.v[i]))
			continue;
		r = open_device(w, &w->devices[w->n++], found.v[i], e);
		tell_refusal(w, &w->devices[w->n - 1]);
		found.v[i] = NULL;
	}
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i])
			snapshot_free(found.v[i]);
	free(found.v);
	return r;
}

void watch_devices_close(struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched *d = &w->devices[i];

		snapshots_free(&d->recent);
		if (d->before)
			snapshot_free(d->before);
		live_close(d->live);
	}
	free(w->devices);
}

static struct snapshot *sample(struct watched *d)
{
	struct snapshots got = { 0 };
	struct snapshot *s = NULL;

	if (!live_sample(d->live, &got, NULL) && got.n) {
		s = got.v[--got.n];
		got.v[got.n] = NULL;
	}
	snapshots_free(&got);
	return s;
}

static void forget_looks(struct watched *d)
{
	while (d->recent.n)
		snapshot_free(d->recent.v[--d->recent.n]);
}

bool watched_look(struct watched *d)
{
	struct snapshot *s;

	d->source.rings = true;
	s = sample(d);
	d->source.rings = false;
	if (!s)
		forget_looks(d); /* when it comes back it begins anew */
	if (!s)
		return false;
	if (d->recent.n == WATCH_RECENT) {
		snapshot_free(d->recent.v[0]);
		memmove(&d->recent.v[0], &d->recent.v[1], --d->recent.n * sizeof(d->recent.v[0]));
	}
	snapshots_add(&d->recent, s);
	return true;
}

struct snapshot *watched_read(struct watched *d)
{
	return sample(d);
}

/* A device that is there, but not on the bus. */
static bool is_lost(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_regs; i++)
		if (s->regs[i].unread == UNREAD_GONE)
			return true;
	return false;
}

bool watched_confirmed(struct watch *w, const struct snapshots *taken)
{
	for (size_t i = 0; i < taken->n; i++)
		if (is_lost(taken->v[i]))
			return true;
	return diagnose_seems_stuck(w->o->db, taken, NULL);
}

/* In two samples: a card that is being pulled out reads as ones as well until the kernel has taken it away. */
static bool stays_lost(const struct snapshots *recent)
{
	return recent->n > 1 && is_lost(recent->v[recent->n - 1]) && is_lost(recent->v[recent->n - 2]);
}

/* Cheap, as queue_some_stand(): whether in all samples some queue has bytes in flight that never fell. Under traffic that is
 * so by chance as well. */
static bool some_linger(const struct snapshots *recent)
{
	const struct facts *last = &recent->v[recent->n - 1]->facts;

	for (size_t i = 0; i < last->n_queues; i++) {
		int64_t later = last->queues[i].inflight;
		size_t k = recent->n;

		while (k && later > 0) {
			const struct queue_count *q = facts_queue(&recent->v[k - 1]->facts, last->queues[i].queue);

			if (!q || q->inflight > later)
				break;
			later = q->inflight;
			k--;
		}
		if (!k && later > 0)
			return true;
	}
	return false;
}

/* Whether the kernel's watchdog ran out between the last two samples. */
static bool some_timed_out(const struct snapshots *recent)
{
	const struct facts *before = &recent->v[recent->n - 2]->facts, *last = &recent->v[recent->n - 1]->facts;

	for (size_t i = 0; i < last->n_queues; i++) {
		const struct queue_count *q = facts_queue(before, last->queues[i].queue);

		if (q && q->timeouts >= 0 && last->queues[i].timeouts > q->timeouts)
			return true;
	}
	return false;
}

const char *watched_trouble(struct watch *w, const struct watched *d, enum watched_by *by)
{
	const struct snapshots *recent = &d->recent;
	const struct chip *chip;
	bool stand;

	*by = WATCHED_BY_REGISTERS;
	if (stays_lost(recent))
		return "lost";
	if (recent->n < WATCH_RECENT - 1 || chipdb_find(w->o->db, recent->v[0]->chip, &chip, NULL))
		return NULL;
	stand = queue_some_stand(chip, recent->v[recent->n - 2], recent->v[recent->n - 1]) || some_timed_out(recent);
	if (!stand)
		*by = WATCHED_BY_COUNTS;
	if (!stand && (!some_linger(recent) || clock_monotonic() < d->doubt_again))
		return NULL;
	return diagnose_seems_stuck(w->o->db, recent, NULL) ? "stalled" : NULL;
}

const char *watched_netdev(const struct watched *d)
{
	if (d->recent.n && d->recent.v[d->recent.n - 1]->facts.netdev)
		return d->recent.v[d->recent.n - 1]->facts.netdev;
	return d->before ? d->before->facts.netdev : NULL;
}
