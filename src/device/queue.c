// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/queue.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

struct queue_roles {
	enum chip_role head, tail, length, enable;
};

static const struct queue_roles roles[] = {
	[QUEUE_TX] = { CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH, CHIP_TX_ENABLE },
	[QUEUE_RX] = { CHIP_RX_HEAD, CHIP_RX_TAIL, CHIP_RX_LENGTH, CHIP_RX_ENABLE },
};

/* No ring is as large as a number of ones says. */
static bool possible(const struct ring *r)
{
	uint32_t size = r->size ? r->size : UINT16_MAX;

	return r->known && r->head < size && r->tail < size;
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

uint32_t queue_count(const struct chip *chip, enum queue_direction direction)
{
	if (!chip)
		return 0;
	return direction == QUEUE_TX ? chip->queues_tx : chip->queues_rx;
}

bool queue_of_kernel(const struct values *v, enum queue_direction direction, uint32_t n, uint32_t *queue)
{
	int64_t vfs = v->s->facts.virtual_functions;

	return v->chip && chip_queue_of_driver(v->chip, direction == QUEUE_TX ? CHIP_QUEUE_TX : CHIP_QUEUE_RX, n,
					       vfs > 0 ? vfs : 0, queue);
}

bool queue_has_heads(const struct chip *chip, enum queue_direction direction)
{
	return chip && chip_role_ref(chip, roles[direction].head, 0).reg;
}

bool queue_is_tx_pointer(const struct chip_reg *reg)
{
	return reg->role == CHIP_TX_HEAD || reg->role == CHIP_TX_TAIL;
}

/* By the length register, else as the driver says. */
static uint32_t ring_size(const struct values *v, enum queue_direction direction, bool has_length, uint64_t length)
{
	const struct facts *f = &v->s->facts;
	int64_t said = direction == QUEUE_TX ? f->ring_tx : f->ring_rx;

	if (has_length)
		return v->chip->ring_entry ? (uint32_t)(length / v->chip->ring_entry) : 0;
	return said > 0 && said <= UINT16_MAX ? (uint32_t)said : 0;
}

static struct ring read_ring(const struct values *v, enum queue_direction direction, uint32_t i, bool has_heads)
{
	const struct queue_roles *role = &roles[direction];
	struct reading head, tail, length;
	bool has_length;
	struct ring r = { 0 };

	if (!values_low(v, role->tail, i, &tail) || (has_heads && !values_low(v, role->head, i, &head)))
		return r;
	has_length = values_role(v, role->length, i, &length);
	r.known = true;
	r.tail = (uint32_t)tail.value;
	r.head = has_heads ? (uint32_t)head.value : r.tail;
	r.size = ring_size(v, direction, has_length, has_length ? length.value : 0);
	return r;
}

struct ring queue_ring(const struct values *v, enum queue_direction direction, uint32_t i)
{
	return read_ring(v, direction, i, queue_has_heads(v->chip, direction));
}

/* What says whether the queue has a ring, and is on. */
static void read_state(const struct values *v, enum queue_direction direction, uint32_t i, struct queue_regs *out)
{
	const struct queue_roles *role = &roles[direction];
	struct reading length, enable;

	*out = (struct queue_regs){ 0 };
	out->has_length = values_role(v, role->length, i, &length);
	out->has_enable = values_role(v, role->enable, i, &enable);
	out->length = out->has_length ? length.value : 0;
	out->enable = out->has_enable ? enable.value : 0;
	out->on_known = out->has_enable && reading_field(&enable, CHIP_FIELD_ENABLED);
	out->on = out->on_known && enable.value;
}

void queue_read(const struct values *v, enum queue_direction direction, uint32_t i, struct queue_regs *out)
{
	const struct queue_roles *role = &roles[direction];
	struct reading head, tail;

	read_state(v, direction, i, out);
	out->has_head = values_low(v, role->head, i, &head);
	out->has_tail = values_low(v, role->tail, i, &tail);
	out->ring.known = out->has_head && out->has_tail;
	out->ring.head = out->has_head ? (uint32_t)head.value : 0;
	out->ring.tail = out->has_tail ? (uint32_t)tail.value : 0;
	out->ring.size = ring_size(v, direction, out->has_length, out->length);
}

/* Where the elements of a role's register begin in a snapshot that has them in the order of the definitions. */
static const struct reg_sample *elements(const struct snapshot *s, const struct chip *chip, enum chip_role role,
					 size_t *n, const struct chip_field **low)
{
	const struct chip_reg *reg = chip_role_ref(chip, role, 0).reg;
	const struct chip_ref first =
		reg ? chip_ref_at(reg, reg->segments[0].first, reg->segments[0].first2) : (struct chip_ref){ 0 };
	size_t i = 0;

	*n = 0;
	while (reg && i < s->n_regs && (s->regs[i].offset != first.offset || s->regs[i].space != reg->space))
		i++;
	if (!reg || i == s->n_regs)
		return NULL;
	*n = s->n_regs - i < chip_reg_count(reg) ? s->n_regs - i : (size_t)chip_reg_count(reg);
	*low = values_low_field(reg);
	return &s->regs[i];
}

static uint64_t low_of(const struct chip_field *low, uint64_t value)
{
	return low ? chip_field_get(low, value) : value;
}

bool queue_some_stand(const struct chip *chip, const struct snapshot *before, const struct snapshot *last)
{
	const struct chip_field *head_field, *tail_field;
	size_t n_heads, n_before, n_tails;
	const struct reg_sample *old = elements(before, chip, CHIP_TX_HEAD, &n_before, &head_field);
	const struct reg_sample *head = elements(last, chip, CHIP_TX_HEAD, &n_heads, &head_field);
	const struct reg_sample *tail = elements(last, chip, CHIP_TX_TAIL, &n_tails, &tail_field);

	for (size_t i = 0; i < n_heads && i < n_before && i < n_tails; i++)
		if (!head[i].unread && !tail[i].unread && !old[i].unread &&
		    low_of(head_field, head[i].value) == low_of(head_field, old[i].value) &&
		    low_of(head_field, head[i].value) != low_of(tail_field, tail[i].value))
			return true;
	return false;
}

/* Whether the queue has no ring, or is switched off. */
static bool is_off(const struct series *s, enum queue_direction direction, struct queue *q)
{
	struct queue_regs regs;

	read_state(series_last(s), direction, q->index, &regs);
	q->on_known = regs.on_known;
	q->on = regs.on;
	if (q->on_known && !q->on)
		return true;
	return regs.has_length && !regs.length;
}

struct queue_walk {
	bool lags; /* the head may be the last one done */
	size_t known, waiting, impossible, moves;
	struct ring before;
	int64_t still_since;
};

/* The run of samples up to this one in which something waits and the head stands still. */
static void walk_still(struct queue_walk *w, struct queue *q, const struct ring *r, uint32_t pending, int64_t taken)
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

static void walk_sample(struct queue_walk *w, struct queue *q, const struct ring *r, int64_t taken)
{
	uint32_t pending = 0, moved = 0;

	if (!w->known++)
		q->first = *r;
	if (!ring_pending(r, &pending))
		w->impossible++;
	/* No movement either, there and back. */
	if (!possible(r) || (w->known > 1 && !possible(&w->before))) {
		q->still = 0;
		q->last = w->before = *r;
		return;
	}
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

static enum queue_state judge(const struct queue_walk *w, const struct queue *q)
{
	if (!w->known || w->impossible == w->known)
		return QUEUE_UNKNOWN;
	if (q->still > 1 && (q->still == w->known || q->still > 2))
		return QUEUE_STUCK;
	if (w->moves)
		return QUEUE_MOVING;
	if (!w->waiting && w->impossible)
		return QUEUE_UNKNOWN;
	if (!w->waiting)
		return QUEUE_EMPTY;
	return w->known == 1 ? QUEUE_WAITING : QUEUE_SLACK;
}

static bool read_queue(const struct series *s, enum queue_direction direction, bool has_heads, struct queue *q)
{
	struct queue_walk w = { .lags = direction == QUEUE_TX && chip_has_trait(s->chip, "head-may-lag") };

	for (size_t n = 0; n < s->n; n++) {
		struct ring r = read_ring(&s->samples[n], direction, q->index, has_heads);

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

		if (!read_queue(s, direction, d->has_heads, &q))
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
