// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/series.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

struct ring_roles {
	enum chip_role head, tail, length, enable;
};

static const struct ring_roles tx_roles = { CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH, CHIP_TX_ENABLE };
static const struct ring_roles rx_roles = { CHIP_RX_HEAD, CHIP_RX_TAIL, CHIP_RX_LENGTH, CHIP_RX_ENABLE };

static bool possible(const struct ring *r)
{
	return r->known && (!r->size || (r->head < r->size && r->tail < r->size));
}

bool ring_pending(const struct ring *r, uint32_t *pending)
{
	if (!possible(r) || (r->tail < r->head && !r->size))
		return false;
	*pending = r->tail >= r->head ? r->tail - r->head : r->tail + r->size - r->head;
	return true;
}

bool ring_moved(const struct ring *a, const struct ring *b, uint32_t *moved)
{
	uint32_t size = b->size ? b->size : a->size;

	if (!possible(a) || !possible(b) || (b->head < a->head && !size))
		return false;
	*moved = b->head >= a->head ? b->head - a->head : b->head + size - a->head;
	return true;
}

static uint32_t ring_size(const struct lookup *l, const struct ring_roles *roles, uint32_t i)
{
	const struct facts *f = &l->s->facts;
	int64_t said = roles == &tx_roles ? f->ring_tx : f->ring_rx;
	struct reading length;

	if (lookup_role(l, roles->length, i, &length))
		return l->chip->ring_entry ? (uint32_t)(length.value / l->chip->ring_entry) : 0;
	return said > 0 && said <= UINT16_MAX ? (uint32_t)said : 0;
}

/* A queue without a head register is followed by its tail. */
static struct ring read_ring(const struct lookup *l, const struct ring_roles *roles, uint32_t i, bool has_heads)
{
	struct reading head, tail;
	struct ring r = { 0 };

	if (!lookup_low(l, roles->tail, i, &tail))
		return r;
	if (has_heads && !lookup_low(l, roles->head, i, &head))
		return r;
	r.known = true;
	r.tail = (uint32_t)tail.value;
	r.head = has_heads ? (uint32_t)head.value : r.tail;
	r.size = ring_size(l, roles, i);
	return r;
}

struct ring series_tx_ring(const struct lookup *l, uint32_t index)
{
	return read_ring(l, &tx_roles, index, true);
}

/* Whether the queue has no ring, or is switched off. */
static bool is_off(const struct series *s, const struct ring_roles *roles, struct queue *q)
{
	const struct lookup *l = series_last(s);
	struct reading length, enable;

	q->on_known = lookup_field(l, roles->enable, q->index, "QENA_STAT|QUEUE_ENABLE|ENABLE", &enable);
	q->on = q->on_known && enable.value;
	if (q->on_known && !q->on)
		return true;
	return lookup_role(l, roles->length, q->index, &length) && !length.value;
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

static bool read_queue(const struct series *s, const struct ring_roles *roles, bool has_heads, struct queue *q)
{
	struct walk w = { .lags = roles == &tx_roles && chip_has_trait(s->chip, "head-may-lag") };

	for (size_t n = 0; n < s->n; n++) {
		struct ring r = read_ring(&s->samples[n], roles, q->index, has_heads);

		if (r.known)
			walk_sample(&w, q, &r, s->samples[n].s->taken);
	}
	if (!w.known)
		return false;
	q->state = is_off(s, roles, q) ? QUEUE_OFF : judge(&w, q);
	return true;
}

static void read_direction(const struct series *s, struct direction *d, const struct ring_roles *roles, uint32_t n)
{
	size_t cap = 0;

	d->transmit = roles == &tx_roles;
	d->has_heads = chip_role_ref(s->chip, roles->head, 0).reg != NULL;
	for (uint32_t i = 0; i < n; i++) {
		struct queue q = { .index = i };

		if (!read_queue(s, roles, d->has_heads, &q))
			continue;
		*VEC_PUSH(d->queues, d->n, cap) = q;
		d->by_state[q.state]++;
		if (q.state == QUEUE_MOVING)
			d->moved += q.moved;
	}
}

void series_init(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip)
{
	series_init_after(s, snapshots, n, chip, &(struct series){ 0 });
}

void series_init_after(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip,
		       const struct series *before)
{
	const struct lookup *like = before->n && before->chip == chip ? series_last(before) : NULL;
	size_t skip = n > SERIES_MOST ? n - SERIES_MOST : 0;

	*s = (struct series){ .chip = chip, .n = n - skip };
	s->samples = xcalloc(s->n ? s->n : 1, sizeof(*s->samples));
	for (size_t i = 0; i < s->n; i++) {
		if (like)
			lookup_init_like(&s->samples[i], snapshots[skip + i], like);
		else
			lookup_init(&s->samples[i], snapshots[skip + i], chip);
		like = &s->samples[i];
	}
	if (s->n > 1 && snapshots[skip]->taken && snapshots[n - 1]->taken > snapshots[skip]->taken)
		s->span_ns = snapshots[n - 1]->taken - snapshots[skip]->taken;
	if (!chip || !s->n)
		return;
	read_direction(s, &s->tx, &tx_roles, chip->queues_tx);
	read_direction(s, &s->rx, &rx_roles, chip->queues_rx);
}

void series_free(struct series *s)
{
	for (size_t i = 0; i < s->n; i++)
		lookup_free(&s->samples[i]);
	free(s->samples);
	free(s->tx.queues);
	free(s->rx.queues);
	*s = (struct series){ 0 };
}

const struct lookup *series_last(const struct series *s)
{
	return &s->samples[s->n - 1];
}

size_t series_count_set(const struct series *s, enum chip_role role, const char *names, size_t *known,
			struct reading *r)
{
	size_t set = 0;

	*known = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct reading one;

		if (!lookup_field(&s->samples[i], role, 0, names, &one))
			continue;
		*r = one;
		++*known;
		set += one.value != 0;
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
