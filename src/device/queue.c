// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/queue.h"

struct queue_roles {
	enum chip_role head, tail, length, enable;
};

static const struct queue_roles roles[] = {
	[QUEUE_TX] = { CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH, CHIP_TX_ENABLE },
	[QUEUE_RX] = { CHIP_RX_HEAD, CHIP_RX_TAIL, CHIP_RX_LENGTH, CHIP_RX_ENABLE },
};

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

struct ring queue_ring(const struct values *v, enum queue_direction direction, uint32_t i)
{
	const struct queue_roles *role = &roles[direction];
	struct reading head, tail, length;
	bool has_heads = queue_has_heads(v->chip, direction), has_length;
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

void queue_read(const struct values *v, enum queue_direction direction, uint32_t i, struct queue_regs *out)
{
	const struct queue_roles *role = &roles[direction];
	struct reading head, tail, length, enable, on;

	*out = (struct queue_regs){ 0 };
	out->has_head = values_low(v, role->head, i, &head);
	out->has_tail = values_low(v, role->tail, i, &tail);
	out->has_length = values_role(v, role->length, i, &length);
	out->has_enable = values_role(v, role->enable, i, &enable);
	out->length = out->has_length ? length.value : 0;
	out->enable = out->has_enable ? enable.value : 0;
	out->on_known = values_field_role(v, role->enable, i, CHIP_FIELD_ENABLED, &on);
	out->on = out->on_known && on.value;
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
