// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/compare_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "util/alloc.h"
#include "util/err.h"

/* Samples with a value, by place. */
struct side {
	const struct snapshot *s;
	const struct reg_sample **v; /* owned */
	size_t n;
};

static int by_place(const void *pa, const void *pb)
{
	const struct reg_sample *a = *(const struct reg_sample *const *)pa, *b = *(const struct reg_sample *const *)pb;

	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static void side_init(struct side *side, const struct snapshot *s)
{
	*side = (struct side){ .s = s, .v = xcalloc(s->n_regs + 1, sizeof(*side->v)) };
	for (size_t i = 0; i < s->n_regs; i++)
		side->v[side->n++] = &s->regs[i];
	qsort(side->v, side->n, sizeof(*side->v), by_place);
}

static const struct reg_sample *side_find(const struct side *side, const struct reg_sample *like)
{
	const struct reg_sample **found = bsearch(&like, side->v, side->n, sizeof(*side->v), by_place);

	return found ? *found : NULL;
}

static uint64_t low_field(const struct chip_reg *reg, uint64_t value)
{
	for (size_t i = 0; i < reg->n_fields; i++)
		if (!reg->fields[i].lo)
			return chip_field_get(&reg->fields[i], value);
	return value;
}

static bool role_value(const struct side *side, const struct chip *chip, enum chip_role role, uint32_t i,
		       uint64_t *value)
{
	struct chip_ref ref = chip_role_ref(chip, role, i);
	const struct reg_sample like = { .offset = ref.offset, .space = ref.reg ? (uint8_t)ref.reg->space : 0 };
	const struct reg_sample *r = ref.reg ? side_find(side, &like) : NULL;

	if (!r || r->unread)
		return false;
	*value = low_field(ref.reg, r->value);
	return true;
}

/* Descriptors between head and tail, modulo the ring; -1 if that is not known. */
static int64_t waiting(const struct side *side, const struct chip *chip, uint32_t queue)
{
	uint64_t head, tail, length, size = 0;

	if (!role_value(side, chip, CHIP_TX_HEAD, queue, &head) || !role_value(side, chip, CHIP_TX_TAIL, queue, &tail))
		return -1;
	if (chip->ring_entry && role_value(side, chip, CHIP_TX_LENGTH, queue, &length))
		size = length / chip->ring_entry;
	else if (side->s->facts.ring_tx > 0)
		size = (uint64_t)side->s->facts.ring_tx;
	if (tail < head && head - tail > size)
		return -1;
	return (int64_t)(tail >= head ? tail - head : tail + size - head);
}

static bool is_tx_pointer(const struct chip_reg *reg)
{
	return reg->role == CHIP_TX_HEAD || reg->role == CHIP_TX_TAIL;
}

/* Whether head or tail of the queue differ between A and B. */
static bool queue_changed(const struct chip *chip, const struct side sides[COMPARE_SIDES], uint32_t queue)
{
	static const enum chip_role roles[] = { CHIP_TX_HEAD, CHIP_TX_TAIL };
	uint64_t a, b;

	for (size_t i = 0; i < 2; i++)
		if (role_value(&sides[COMPARE_A], chip, roles[i], queue, &a) &&
		    role_value(&sides[COMPARE_B], chip, roles[i], queue, &b) && a != b)
			return true;
	return false;
}

static void compare_pointer(struct comparison *c, const struct side sides[COMPARE_SIDES], const struct chip_ref *ref,
			    uint64_t a, uint64_t b)
{
	int64_t before, after;
	struct change *change;

	if (a == b && !queue_changed(c->chip, sides, ref->i))
		return;
	before = waiting(&sides[COMPARE_A], c->chip, ref->i);
	after = waiting(&sides[COMPARE_B], c->chip, ref->i);
	if (a == b && before <= 0 && after <= 0)
		return;
	change = compare_add(c, ref, a, b);
	change->waiting[COMPARE_A] = before;
	change->waiting[COMPARE_B] = after;
	if (before > 0 || after > 0)
		change->rank = CHANGE_WORK;
}

static void compare_reg(struct comparison *c, const struct side sides[COMPARE_SIDES], const struct reg_sample *a,
			const struct reg_sample *b)
{
	struct chip_ref ref = chip_reg_at(c->chip, (enum chip_space)a->space, a->offset);

	if (ref.reg && is_tx_pointer(ref.reg))
		compare_pointer(c, sides, &ref, a->value, b->value);
	else if (ref.reg && a->value != b->value)
		compare_add(c, &ref, a->value, b->value);
}

static void miss(struct comparison *c, int side, enum unread why)
{
	if (!c->missing[side]++)
		c->why[side] = why;
}

/* What the other side has and this one has not. */
static void count_missing(struct comparison *c, int side, const struct side sides[COMPARE_SIDES])
{
	const struct side *other = &sides[!side];

	for (size_t i = 0; i < other->n; i++) {
		const struct reg_sample *mine = other->v[i]->unread ? NULL : side_find(&sides[side], other->v[i]);

		if (!other->v[i]->unread && (!mine || mine->unread))
			miss(c, side, mine ? (enum unread)mine->unread : UNREAD_NOT_IN_SOURCE);
	}
}

static void compare_regs(struct comparison *c)
{
	const struct snapshot *a = c->side[COMPARE_A];
	struct side sides[COMPARE_SIDES];

	for (int i = 0; i < COMPARE_SIDES; i++)
		side_init(&sides[i], c->side[i]);
	for (size_t i = 0; i < a->n_regs; i++) {
		const struct reg_sample *b = a->regs[i].unread ? NULL : side_find(&sides[COMPARE_B], &a->regs[i]);

		if (!b || b->unread)
			continue;
		c->compared++;
		compare_reg(c, sides, &a->regs[i], b);
	}
	for (int i = 0; i < COMPARE_SIDES; i++)
		count_missing(c, i, sides);
	for (int i = 0; i < COMPARE_SIDES; i++)
		free(sides[i].v);
}

static int64_t most_waiting(const struct change *c)
{
	return c->waiting[COMPARE_A] > c->waiting[COMPARE_B] ? c->waiting[COMPARE_A] : c->waiting[COMPARE_B];
}

static int by_rank(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (most_waiting(a) != most_waiting(b))
		return most_waiting(a) > most_waiting(b) ? -1 : 1;
	if (a->rank == CHANGE_WORK && a->ref.i != b->ref.i)
		return a->ref.i < b->ref.i ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static int same_part(const struct snapshot *a, const struct snapshot *b, struct err *e)
{
	const char *x = a->chip ? a->chip : "part without a definition",
		   *y = b->chip ? b->chip : "part without a definition";

	if (!strcmp(x, y))
		return 0;
	err_set(e, EINVAL, "two different parts", "A is of the %s, B of the %s", x, y);
	err_todo(e, "compare two snapshots of one device, or of two devices of one kind");
	return -EINVAL;
}

int compare_snapshots(struct chipdb *db, const struct snapshot *a, const struct snapshot *b, struct comparison *out,
		      struct err *e)
{
	const struct chip *pci;
	int r = same_part(a, b, e);

	*out = (struct comparison){ .side = { a, b } };
	if (!r)
		r = chipdb_pci(db, &pci, e);
	if (!r && a->chip)
		r = chipdb_find(db, a->chip, &out->chip, e);
	if (r)
		return r;
	if (out->chip)
		compare_regs(out);
	compare_functions(out, pci);
	compare_facts(out);
	if (out->n)
		qsort(out->changes, out->n, sizeof(*out->changes), by_rank);
	return 0;
}

void comparison_free(struct comparison *c)
{
	free(c->changes);
	free(c->facts);
	*c = (struct comparison){ 0 };
}
