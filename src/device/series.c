// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/series.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

/* Whether the queue has no ring, or is switched off. */
static bool is_off(const struct series *s, enum queue_direction direction, struct queue *q)
{
	struct queue_regs regs;

	queue_read(series_last(s), direction, q->index, &regs);
	q->on_known = regs.on_known;
	q->on = regs.on;
	if (q->on_known && !q->on)
		return true;
	return regs.has_length && !regs.length;
}

struct walk {
	bool lags; /* the head may be the last one done */
	size_t known, waiting, impossible, moves;
	struct ring before;
	int64_t still_since;
};

/* The run of samples up to this one in which something waits and the head stands still. */
static void walk_still(struct walk *w, struct queue *q, const struct ring *r, uint32_t pending, int64_t taken)
{
	if (!pending) {
		q->still = 0;
		return;
	}
	if (!q->still || r->head != w->before.head) {
		q->still = 0;
		w->still_since = taken;
	}
	q->still++;
	q->still_ns = w->still_since && taken > w->still_since ? taken - w->still_since : 0;
}

static void walk_sample(struct walk *w, struct queue *q, const struct ring *r, int64_t taken)
{
	uint32_t pending = 0, moved = 0;

	if (!w->known++)
		q->first = *r;
	if (!ring_pending(r, &pending))
		w->impossible++;
	q->pending = pending;
	if (w->lags && pending == 1)
		pending = 0;
	w->waiting += pending != 0;
	walk_still(w, q, r, pending, taken);
	if (w->known > 1 && (r->head != w->before.head || r->tail != w->before.tail)) {
		w->moves += r->head != w->before.head;
		q->tail_moved |= r->tail != w->before.tail;
		if (ring_moved(&w->before, r, &moved))
			q->moved += moved;
	}
	q->last = w->before = *r;
}

static enum queue_state judge(const struct walk *w, const struct queue *q)
{
	if (!w->known || w->impossible == w->known)
		return QUEUE_UNKNOWN;
	if (q->still > 1 && (q->still == w->known || q->still > 2))
		return QUEUE_STUCK;
	if (w->moves)
		return QUEUE_MOVING;
	if (!w->waiting)
		return QUEUE_EMPTY;
	return w->known == 1 ? QUEUE_WAITING : QUEUE_SLACK;
}

static bool read_queue(const struct series *s, enum queue_direction direction, struct queue *q)
{
	struct walk w = { .lags = direction == QUEUE_TX && chip_has_trait(s->chip, "head-may-lag") };

	for (size_t n = 0; n < s->n; n++) {
		struct ring r = queue_ring(&s->samples[n], direction, q->index);

		if (r.known)
			walk_sample(&w, q, &r, s->samples[n].s->taken);
	}
	if (!w.known)
		return false;
	q->state = is_off(s, direction, q) ? QUEUE_OFF : judge(&w, q);
	return true;
}

static void read_direction(const struct series *s, struct direction *d, enum queue_direction direction)
{
	uint32_t n = queue_count(s->chip, direction);
	size_t cap = 0;

	d->transmit = direction == QUEUE_TX;
	d->has_heads = queue_has_heads(s->chip, direction);
	for (uint32_t i = 0; i < n; i++) {
		struct queue q = { .index = i };

		if (!read_queue(s, direction, &q))
			continue;
		*VEC_PUSH(d->queues, d->n, cap) = q;
		d->by_state[q.state]++;
		if (q.state == QUEUE_MOVING)
			d->moved += q.moved;
	}
}

/* Room for the values of the latest snapshots, SERIES_MOST at most; returns how many are too old. */
static size_t begin(struct series *s, size_t n, const struct chip *chip)
{
	size_t skip = n > SERIES_MOST ? n - SERIES_MOST : 0;

	*s = (struct series){ .chip = chip, .n = n - skip };
	s->samples = xcalloc(s->n ? s->n : 1, sizeof(*s->samples));
	return skip;
}

/* What the samples say, once their values are there. */
static void finish(struct series *s)
{
	int64_t from = s->n ? s->samples[0].s->taken : 0, to = s->n ? series_last(s)->s->taken : 0;

	if (from && to > from)
		s->span_ns = to - from;
	if (!s->chip || !s->n)
		return;
	read_direction(s, &s->tx, QUEUE_TX);
	read_direction(s, &s->rx, QUEUE_RX);
}

void series_init(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip)
{
	series_init_after(s, snapshots, n, chip, &(struct series){ 0 });
}

void series_init_after(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip,
		       const struct series *before)
{
	const struct values *like = before->n && before->chip == chip ? series_last(before) : NULL;
	size_t skip = begin(s, n, chip);

	for (size_t i = 0; i < s->n; i++) {
		if (like)
			values_init_like(&s->samples[i], snapshots[skip + i], like);
		else
			values_init(&s->samples[i], snapshots[skip + i], chip);
		like = &s->samples[i];
	}
	finish(s);
}

void series_init_kept(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip,
		      struct values_kept *kept)
{
	size_t skip = begin(s, n, chip);

	for (size_t i = 0; i < s->n; i++)
		values_init_kept(&s->samples[i], snapshots[skip + i], chip, i ? &s->samples[i - 1] : NULL, kept);
	finish(s);
}

void series_free(struct series *s)
{
	for (size_t i = 0; i < s->n; i++)
		values_free(&s->samples[i]);
	free(s->samples);
	free(s->tx.queues);
	free(s->rx.queues);
	*s = (struct series){ 0 };
}

const struct values *series_last(const struct series *s)
{
	return &s->samples[s->n - 1];
}

size_t series_count_set(const struct series *s, enum chip_role role, enum chip_field_role field, size_t n,
			size_t *known, struct reading *r)
{
	size_t set = 0;

	*known = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct reading one;

		if (!values_field_nth(&s->samples[i], role, 0, field, n, &one))
			continue;
		*r = one;
		++*known;
		set += one.value != 0;
	}
	return set;
}

size_t series_count_paused(const struct series *s, enum chip_role role, size_t n, size_t *known, struct reading *r)
{
	size_t set = 0;

	*known = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct reading one;
		int paused = values_paused(&s->samples[i], role, n, &one);

		if (paused < 0)
			continue;
		*r = one;
		++*known;
		set += paused != 0;
	}
	return set;
}

const struct queue *direction_queue(const struct direction *d, uint32_t index)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->queues[i].index == index)
			return &d->queues[i];
	return NULL;
}

uint64_t series_rate(const struct series *s, uint64_t moved)
{
	return s->span_ns > 0 ? (uint64_t)((double)moved * 1e9 / (double)s->span_ns) : 0;
}
