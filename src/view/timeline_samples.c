// SPDX-License-Identifier: GPL-2.0-or-later
/* What samples show, on a time line: of hundreds of queues those that stand and the busiest. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/queue.h"
#include "device/ring_state.h"
#include "snapshot/link.h"
#include "util/clock.h"
#include "view/internal.h"
#include "view/timeline.h"

#define SAMPLES_MOST 240 /* the last ones */
#define STUCK_MOST 6     /* queues drawn; */
#define DRAWN_MOST 3     /* without so many that stand */
#define QUIET_MOST 12

static struct moment moment(const struct snapshot *s)
{
	return (struct moment){ .ns = s->taken };
}

/* Half-way between two samples of a recording between which the device was not there. */
static bool missing(const struct snapshot *before, const struct snapshot *s, struct moment *at)
{
	*at = (struct moment){ .ns = before->taken + (s->taken - before->taken) / 2 };
	return before->look && s->look > before->look + 1 && s->taken > before->taken;
}

/* What stands first, then what moves most. */
static uint64_t score(const struct queue *q)
{
	if (q->state == QUEUE_STUCK)
		return UINT64_C(4) << 40 | q->pending;
	if (q->state == QUEUE_WAITING)
		return UINT64_C(3) << 40 | q->pending;
	if (q->state == QUEUE_SLACK)
		return UINT64_C(2) << 40;
	return q->moved < UINT64_C(1) << 40 ? q->moved : UINT64_C(1) << 40;
}

static int by_score(const void *a, const void *b)
{
	const struct queue *x = *(const struct queue *const *)a, *y = *(const struct queue *const *)b;

	if (score(x) != score(y))
		return score(x) < score(y) ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

static const char *state_words(enum queue_state state)
{
	static const char *const words[] = {
		[QUEUE_UNKNOWN] = "not known",
		[QUEUE_OFF] = "off",
		[QUEUE_EMPTY] = "empty",
		[QUEUE_MOVING] = "moves",
		[QUEUE_WAITING] = "waits, seen once",
		[QUEUE_STUCK] = "stuck",
		[QUEUE_SLACK] = "waits at times",
	};

	return words[state];
}

static bool is_idle(const struct queue *q)
{
	return q->state == QUEUE_EMPTY || q->state == QUEUE_OFF || q->state == QUEUE_UNKNOWN;
}

/* "stuck for 4.0 s: head 144, tail 11, 123 of 256 descriptors wait" */
static void note(const struct series *s, const struct queue *q, struct buf *out)
{
	buf_puts(out, state_words(q->state));
	if (q->state == QUEUE_STUCK && q->still_ns)
		buf_printf(out, " for %" PRId64 ".%d s", q->still_ns / CLOCK_SECOND,
			   (int)(q->still_ns % CLOCK_SECOND / (100 * CLOCK_MS)));
	if (!q->last.known)
		return;
	if (s->tx.has_heads)
		buf_printf(out, ": head %" PRIu32 ", tail %" PRIu32, q->last.head, q->last.tail);
	else
		buf_printf(out, ": tail %" PRIu32, q->last.tail);
	if (q->pending)
		buf_printf(out, ", %" PRIu32, q->pending);
	if (q->pending && q->last.size)
		buf_printf(out, " of %" PRIu32, q->last.size);
	buf_puts(out, q->pending ? " descriptors wait" : "");
}

static void draw(struct timeline *t, const struct series *s, const struct queue *q, const struct values *values,
		 size_t n)
{
	AUTO_BUF struct buf title = { 0 }, words = { 0 };
	struct queue_track *track;

	buf_printf(&title, "Transmit queue %" PRIu32, q->index);
	track = timeline_track(t, buf_str(&title));
	note(s, q, &words);
	track->note = arena_strndup(&t->arena, buf_str(&words), words.len);
	track->bad = q->state == QUEUE_STUCK || q->state == QUEUE_WAITING;
	track->size = q->last.size;
	for (size_t i = 0; i < n; i++) {
		struct ring ring = queue_ring(&values[i], QUEUE_TX, q->index);
		struct point p = { .at = moment(values[i].s), .head = ring.head, .tail = ring.tail };
		struct point none = { .gone = true };

		if (i && missing(values[i - 1].s, values[i].s, &none.at))
			timeline_point(t, track, &none);
		p.waits = ring.known && ring_pending(&ring, &p.waiting);
		p.gone = !ring.known;
		timeline_point(t, track, &p);
	}
}

static void keep_quiet(struct timeline *t, const struct queue *q)
{
	if (is_idle(q))
		t->idle++;
	else if (t->n_quiet == QUIET_MOST)
		t->quiet_more++;
	else
		*ARENA_PUSH(&t->arena, t->quiet, t->n_quiet, t->cap_quiet) =
			(struct quiet_queue){ q->index, state_words(q->state), q->last.head, q->last.tail, q->pending,
					      q->moved };
}

static void queues(struct timeline *t, const struct snapshots *samples, const struct chip *chip)
{
	const struct snapshot *const *v = (const struct snapshot *const *)samples->v;
	AUTO_FREE struct values *values = xcalloc(samples->n, sizeof(*values));
	AUTO_FREE const struct queue **order = NULL;
	struct series s;

	series_init(&s, v, samples->n, chip);
	order = xcalloc(s.tx.n, sizeof(*order));
	for (size_t i = 0; i < s.tx.n; i++)
		order[i] = &s.tx.queues[i];
	if (s.tx.n)
		qsort(order, s.tx.n, sizeof(*order), by_score);
	for (size_t i = 0; i < samples->n; i++)
		values_init(&values[i], v[i], chip);
	for (size_t i = 0; i < s.tx.n; i++) {
		bool stuck = order[i]->state == QUEUE_STUCK || order[i]->state == QUEUE_WAITING;

		if (order[i]->last.known && i < (stuck ? STUCK_MOST : DRAWN_MOST) && (!i || !is_idle(order[i])))
			draw(t, &s, order[i], values, samples->n);
		else
			keep_quiet(t, order[i]);
	}
	for (size_t i = 0; i < samples->n; i++)
		values_free(&values[i]);
	series_free(&s);
}

/* Where no register is read, the driver's own indices. */
static void rings(struct timeline *t, const struct snapshots *samples)
{
	const struct driver_side *last = &samples->v[samples->n - 1]->side;

	for (size_t r = 0, drawn = 0; r < last->n_rings; r++) {
		const struct ring_side *ring = &last->rings[r];
		AUTO_BUF struct buf title = { 0 };
		struct queue_track *track;

		if (ring->why || ring->hw_queue == FACT_UNKNOWN || drawn == STUCK_MOST ||
		    (drawn && ring_side_pending(ring) <= 0))
			continue;
		buf_printf(&title, "Transmit queue %" PRId64 ", by the driver", ring->hw_queue);
		track = timeline_track(t, buf_str(&title));
		track->head = "next to clean";
		track->tail = "next to use";
		track->size = ring->count > 0 ? (uint32_t)ring->count : 0;
		for (size_t i = 0; i < samples->n; i++) {
			const struct ring_side *at = driver_side_ring(&samples->v[i]->side, (uint32_t)ring->hw_queue);
			struct point p = { .at = moment(samples->v[i]) };

			p.gone = !at || at->clean == FACT_UNKNOWN || at->use == FACT_UNKNOWN;
			if (p.gone) {
				timeline_point(t, track, &p);
				continue;
			}
			p.head = (uint32_t)at->clean;
			p.tail = (uint32_t)at->use;
			p.waits = ring_side_pending(at) >= 0;
			p.waiting = p.waits ? (uint32_t)ring_side_pending(at) : 0;
			timeline_point(t, track, &p);
		}
		drawn++;
	}
}

static void link_of(struct timeline *t, const struct snapshot *s, const struct chip *chip)
{
	struct moment at = moment(s);
	struct values values;
	struct reading r;
	bool known;
	int up;

	values_init(&values, s, chip);
	up = values_link_up(&values, &r, &known);
	values_free(&values);
	if (up < 0)
		timeline_add(t, LANE_LINK, &at, HELD_UNKNOWN, false, "not known");
	else
		timeline_add(t, LANE_LINK, &at, up ? HELD_ON : HELD_OFF, !up, up ? "link up" : "link down");
}

static void bond_of(struct timeline *t, const struct snapshot *s)
{
	struct moment at = moment(s);
	bool up;

	if (!s->facts.bond || !s->facts.bond_mii_status)
		return;
	up = !strcmp(s->facts.bond_mii_status, "up");
	timeline_add(t, LANE_BOND, &at, up ? HELD_ON : HELD_OFF, !up,
		     up ? "the bond sees the link up" : "the bond sees the link down");
}

static void aspm_of(struct timeline *t, const struct snapshot *s, const struct chip *chip)
{
	AUTO_BUF struct buf words = { 0 };
	struct moment at = moment(s);
	struct link link;

	link_read_part(s, chip, &link);
	if (!link.applicable)
		return;
	if (!link_device(&link)->known && !link_port(&link)->known) {
		timeline_add(t, LANE_ASPM, &at, HELD_UNKNOWN, false, "not known");
		return;
	}
	link_brief(&link, &words);
	timeline_add(t, LANE_ASPM, &at, link_on(&link) & LINK_ASPM ? HELD_ON : HELD_OFF, false, buf_str(&words));
}

/* The lanes that go on from sample to sample. */
static void states(struct timeline *t, const struct snapshots *samples, size_t i, const struct chip *chip)
{
	const struct snapshot *s = samples->v[i];
	struct moment at;

	for (enum lane_kind lane = LANE_LINK; i && missing(samples->v[i - 1], s, &at) && lane <= LANE_ASPM; lane++)
		if (t->lanes[lane].n)
			timeline_add(t, lane, &at, HELD_UNKNOWN, false, "no sample");
	link_of(t, s, chip);
	bond_of(t, s);
	aspm_of(t, s, chip);
}

/* Those that have a time, the last of them. */
static struct snapshots timed(const struct snapshots *samples, size_t *left_out)
{
	struct snapshots some = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < samples->n; i++)
		n += samples->v[i]->taken > 0;
	*left_out = n > SAMPLES_MOST ? n - SAMPLES_MOST : 0;
	n = 0;
	for (size_t i = 0; i < samples->n; i++)
		if (samples->v[i]->taken > 0 && n++ >= *left_out)
			*VEC_PUSH(some.v, some.n, some.cap) = samples->v[i];
	return some;
}

void timeline_samples(struct timeline *t, const struct chip *chip, const struct snapshots *samples)
{
	struct snapshots some = timed(samples, &t->samples_left_out);
	size_t tracks = t->n_tracks;

	t->of_samples = some.n != 0;
	for (size_t i = 0; i < some.n; i++)
		states(t, &some, i, chip);
	if (some.n && chip)
		queues(t, &some, chip);
	if (some.n && t->n_tracks == tracks)
		rings(t, &some);
	free(some.v);
}
