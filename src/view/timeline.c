// SPDX-License-Identifier: GPL-2.0-or-later
/* What a log says, on a time line. */
#include "view/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/logbook.h"
#include "util/clock.h"
#include "view/internal.h"

#define LATE (600 * CLOCK_SECOND) /* a log that goes on so long after the last sample is of another time */

void timeline_add(struct timeline *t, enum lane_kind lane, const struct moment *at, enum held held, bool bad,
		  const char *words)
{
	struct timeline_lane *l = &t->lanes[lane];

	*ARENA_PUSH(&t->arena, l->marks, l->n, l->cap) = (struct timeline_mark){
		.at = *at, .words = arena_strndup(&t->arena, words, strlen(words)), .held = held, .bad = bad
	};
}

struct queue_track *timeline_track(struct timeline *t, const char *title)
{
	for (size_t i = 0; i < t->n_tracks; i++)
		if (!strcmp(t->tracks[i].title, title))
			return &t->tracks[i];
	struct queue_track *track = ARENA_PUSH(&t->arena, t->tracks, t->n_tracks, t->cap_tracks);

	*track = (struct queue_track){
		.title = arena_strndup(&t->arena, title, strlen(title)), .note = "", .head = "head", .tail = "tail"
	};
	return track;
}

void timeline_point(struct timeline *t, struct queue_track *track, const struct point *p)
{
	*ARENA_PUSH(&t->arena, track->points, track->n, track->cap) = *p;
}

void timeline_free(struct timeline *t)
{
	arena_free(&t->arena);
}

/* Reads a log's reports of one device. */
struct reading_log {
	struct timeline *t;
	const struct klog *k;
	size_t known[4], n; /* reports that have each clock; all */
	bool earlier_boot;
	uint64_t latest_uptime;
	int64_t booted; /* ns since 1970, where uptimes are to be UTC; 0 */
};

static const enum klog_field fields[] = { KLOG_UPTIME_NS, KLOG_WALL_NS, KLOG_SEASON_NS, KLOG_ELAPSED_NS };
static const enum timeline_clock clocks[] = { TIMELINE_UPTIME, TIMELINE_LOGGED, TIMELINE_SEASON, TIMELINE_ELAPSED };

static bool is_wanted(const struct klog_report *r, size_t device)
{
	return device != SIZE_MAX || klog_of_machine(r);
}

static void count_clocks(const struct klog_report *r, size_t device, void *arg)
{
	struct reading_log *l = arg;

	if (!is_wanted(r, device))
		return;
	l->n++;
	for (size_t i = 0; i < COUNT(fields); i++)
		l->known[i] += klog_known(r, fields[i]);
	l->earlier_boot |= klog_boots_ago(l->k, r->boot) != 0;
	if (klog_number(r, KLOG_UPTIME_NS) > l->latest_uptime)
		l->latest_uptime = klog_number(r, KLOG_UPTIME_NS);
}

/* The clock that most of the reports have; a date before a time since boot. */
static enum timeline_clock clock_of_log(const struct reading_log *l)
{
	static const size_t order[] = { 1, 2, 0, 3 };
	size_t best = 1;

	for (size_t i = 0; i < COUNT(order); i++)
		if (l->known[order[i]] > l->known[best])
			best = order[i];
	return clocks[best];
}

static bool moment_of(const struct reading_log *l, const struct klog_report *r, struct moment *at)
{
	size_t i = 0;

	while (clocks[i] != (l->booted ? TIMELINE_UPTIME : l->t->clock))
		i++;
	if (!klog_known(r, fields[i]) || klog_number(r, fields[i]) > INT64_MAX / 2)
		return false;
	*at = (struct moment){ .boot = l->t->clock == TIMELINE_UPTIME ? r->boot : 0,
			       .ns = l->booted + (int64_t)klog_number(r, fields[i]) };
	return true;
}

/* Which lane a message is in, and what holds from then on. */
static enum lane_kind lane_of(enum klog_kind kind, enum held *held, bool *bad)
{
	*held = HELD_NOTHING;
	*bad = false;
	switch (kind) {
	case KLOG_HANG:
	case KLOG_TX_TIMEOUT:
	case KLOG_WATCHDOG:
	case KLOG_MDD:
		*bad = true;
		return LANE_HANG;
	case KLOG_RESET:
	case KLOG_RECOVERY:
		return LANE_RESET;
	case KLOG_LINK_UP:
	case KLOG_LINK_DOWN:
		*held = kind == KLOG_LINK_UP ? HELD_ON : HELD_OFF;
		return LANE_LINK;
	case KLOG_BOND_UP:
	case KLOG_BOND_DOWN:
	case KLOG_BOND_EMPTY:
		*held = kind == KLOG_BOND_UP ? HELD_ON : HELD_OFF;
		return LANE_BOND;
	case KLOG_ASPM:
		return LANE_ASPM;
	default:
		*bad = kind == KLOG_PCIE_LOST || kind == KLOG_PROBE_FAILED || kind == KLOG_CRASH;
		return LANE_OTHER;
	}
}

/* Head and tail as a driver prints them. */
static bool ends_of(const struct klog_report *r, struct point *p)
{
	static const enum klog_field heads[] = { KLOG_TDH, KLOG_HW_HEAD, KLOG_HWB };
	static const enum klog_field tails[] = { KLOG_TDT, KLOG_TAIL, KLOG_NTU };
	size_t h = 0, t = 0;

	while (h < COUNT(heads) && !klog_known(r, heads[h]))
		h++;
	while (t < COUNT(tails) && !klog_known(r, tails[t]))
		t++;
	if (h == COUNT(heads) || t == COUNT(tails) || klog_number(r, heads[h]) > 0xffff ||
	    klog_number(r, tails[t]) > 0xffff)
		return false;
	p->head = (uint32_t)klog_number(r, heads[h]);
	p->tail = (uint32_t)klog_number(r, tails[t]);
	p->waits = p->tail >= p->head;
	p->waiting = p->waits ? p->tail - p->head : 0;
	if (klog_known(r, KLOG_PENDING) && klog_number(r, KLOG_PENDING) <= 0xffff) {
		p->waits = true;
		p->waiting = (uint32_t)klog_number(r, KLOG_PENDING);
	}
	return true;
}

#define LOG_TRACKS 4

static void add_ends(struct reading_log *l, const struct klog_report *r, const struct moment *at)
{
	AUTO_BUF struct buf title = { 0 };
	struct point p = { .at = *at };
	struct queue_track *track;

	if (!ends_of(r, &p))
		return;
	if (klog_known(r, KLOG_QUEUE))
		buf_printf(&title, "Queue %" PRIu64 ", by the log's reports", klog_number(r, KLOG_QUEUE));
	else
		buf_puts(&title, "Transmit queue, by the log's reports");
	for (size_t i = 0; l->t->n_tracks == LOG_TRACKS; i++)
		if (i == LOG_TRACKS)
			return;
		else if (!strcmp(l->t->tracks[i].title, buf_str(&title)))
			break;
	track = timeline_track(l->t, buf_str(&title));
	track->bad = true;
	timeline_point(l->t, track, &p);
}

static void add_report(const struct klog_report *r, size_t device, void *arg)
{
	struct reading_log *l = arg;
	AUTO_BUF struct buf words = { 0 };
	enum lane_kind lane;
	struct moment at;
	enum held held;
	bool bad;

	if (!is_wanted(r, device))
		return;
	if (!moment_of(l, r, &at)) {
		l->t->untimed++;
		return;
	}
	lane = lane_of(r->kind, &held, &bad);
	report_words(r, &words);
	timeline_add(l->t, lane, &at, held, bad, buf_str(&words));
	if (lane == LANE_HANG)
		add_ends(l, r, &at);
}

static void each_report(const struct diagnosis *d, const struct klog *k, const struct logbook *book,
			void (*each)(const struct klog_report *r, size_t device, void *arg), struct reading_log *l)
{
	logbook_of(book, k, d->log_index, each, l);
	logbook_of(book, k, SIZE_MAX, each, l);
}

/* When the machine of the samples was started, if uptimes of the log count from then: 0 else. */
static int64_t booted(const struct diagnosis *d, const struct snapshots *samples, const struct reading_log *l)
{
	int64_t at = d->latest ? d->latest->facts.booted : FACT_UNKNOWN;
	const struct snapshot *last = samples->n ? samples->v[samples->n - 1] : NULL;

	if (at == FACT_UNKNOWN || at <= 0 || at > INT64_MAX / CLOCK_SECOND / 2 || !last || !last->taken)
		return 0;
	if (l->known[0] < l->n || l->earlier_boot || l->latest_uptime > INT64_MAX / 4)
		return 0;
	at *= CLOCK_SECOND;
	return at + (int64_t)l->latest_uptime <= last->taken + LATE ? at : 0;
}

static int mark_order(const void *a, const void *b)
{
	const struct timeline_mark *x = a, *y = b;

	return moment_compare(&x->at, &y->at);
}

static int point_order(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return moment_compare(&x->at, &y->at);
}

/* All of it in order, and the axis for it. False: there is nothing. */
static bool close_up(struct timeline *t)
{
	AUTO_FREE struct moment *all = NULL;
	size_t n = 0, at = 0;

	for (size_t i = 0; i < LANES; i++)
		n += t->lanes[i].n;
	for (size_t i = 0; i < t->n_tracks; i++)
		n += t->tracks[i].n;
	all = xcalloc(n, sizeof(*all));
	for (size_t i = 0; i < LANES; i++) {
		if (t->lanes[i].n)
			qsort(t->lanes[i].marks, t->lanes[i].n, sizeof(struct timeline_mark), mark_order);
		for (size_t k = 0; k < t->lanes[i].n; k++)
			all[at++] = t->lanes[i].marks[k].at;
	}
	for (size_t i = 0; i < t->n_tracks; i++) {
		if (t->tracks[i].n)
			qsort(t->tracks[i].points, t->tracks[i].n, sizeof(struct point), point_order);
		for (size_t k = 0; k < t->tracks[i].n; k++)
			all[at++] = t->tracks[i].points[k].at;
	}
	axis_make(&t->axis, t->clock, all, n);
	return n != 0;
}

size_t timeline_make(const struct diagnosis *d, const struct chip *chip, const struct snapshots *samples,
		     const struct klog *k, const struct logbook *book, struct timeline out[2])
{
	struct reading_log l = { .t = &out[0], .k = k };
	size_t n = 0;

	memset(out, 0, 2 * sizeof(*out));
	if (d->log && k && book)
		each_report(d, k, book, count_clocks, &l);
	if (l.n) {
		l.booted = booted(d, samples, &l);
		out[0].clock = l.booted ? TIMELINE_UTC : clock_of_log(&l);
		out[0].of_log = true;
		each_report(d, k, book, add_report, &l);
		n++;
	}
	if (samples->n && (!n || !l.booted)) {
		out[n].clock = TIMELINE_UTC;
		n++;
	}
	if (samples->n)
		timeline_samples(&out[n - 1], chip, samples);
	for (size_t i = 0; i < n;) {
		if (close_up(&out[i]) || out[i].untimed) {
			i++;
			continue;
		}
		timeline_free(&out[i]);
		if (i + 1 < n)
			out[i] = out[i + 1];
		n--;
	}
	return n;
}
