// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "device/device.h"
#include "device/queue.h"
#include "util/alloc.h"
#include "util/err.h"

static const char *const rank_names[CHANGE_RANKS] = {
	[CHANGE_WORK] = "work", [CHANGE_TRANSMIT] = "transmit", [CHANGE_UNUSUAL] = "unusual",
	[CHANGE_ROLE] = "role", [CHANGE_OTHER] = "other",       [CHANGE_VOLATILE] = "volatile",
};

/* Roles whose registers have a rank of their own; all others with a role are CHANGE_ROLE. */
static const struct {
	enum chip_role role;
	enum change_rank rank;
} ranks[] = {
	{ CHIP_TX_CONTROL, CHANGE_TRANSMIT },  { CHIP_TX_ENABLE, CHANGE_TRANSMIT },
	{ CHIP_RESET_STATE, CHANGE_TRANSMIT }, { CHIP_TX_HEAD, CHANGE_VOLATILE },
	{ CHIP_TX_TAIL, CHANGE_VOLATILE },     { CHIP_RX_HEAD, CHANGE_VOLATILE },
	{ CHIP_RX_TAIL, CHANGE_VOLATILE },     { CHIP_ROLE_NONE, CHANGE_OTHER },
};

const char *change_rank_name(enum change_rank rank)
{
	return rank_names[rank];
}

static bool becomes_unusual(const struct chip_reg *reg, uint64_t a, uint64_t b)
{
	for (size_t i = 0; i < reg->n_fields; i++) {
		const struct chip_field *f = &reg->fields[i];

		if (decode_unusual(f, chip_field_get(f, a)) != decode_unusual(f, chip_field_get(f, b)))
			return true;
	}
	return false;
}

/* A number that only the device changes, without any field: a clock, a pointer into its own memory. */
static bool counts(const struct chip_reg *reg)
{
	return reg->group == CHIP_STATISTICS || reg->access == CHIP_RC ||
	       ((reg->access == CHIP_RO || reg->access == CHIP_RL) && !reg->n_fields);
}

static enum change_rank rank_of(const struct chip_reg *reg, const uint64_t value[COMPARE_SIDES])
{
	enum change_rank rank = CHANGE_ROLE;

	if (counts(reg))
		return CHANGE_VOLATILE;
	for (size_t i = 0; i < COUNT(ranks); i++)
		if (ranks[i].role == reg->role)
			rank = ranks[i].rank;
	if (rank > CHANGE_UNUSUAL && becomes_unusual(reg, value[COMPARE_A], value[COMPARE_B]))
		rank = CHANGE_UNUSUAL;
	return rank;
}

static struct change *add_change(struct comparison *c, const struct chip_ref *ref, uint64_t a, uint64_t b)
{
	struct change *change = VEC_PUSH(c->changes, c->n, c->cap);

	*change = (struct change){ .ref = *ref, .value = { a, b }, .place = c->n };
	change->rank = rank_of(ref->reg, change->value);
	return change;
}

/* Descriptors between head and tail of a transmit queue; -1 if that is not known. */
static int64_t waiting(const struct device *d, uint32_t queue)
{
	struct ring ring = queue_ring(&d->values, QUEUE_TX, queue);
	uint32_t pending;

	return ring_pending(&ring, &pending) ? (int64_t)pending : -1;
}

/* Whether head or tail of the queue differ between A and B. */
static bool queue_changed(const struct device sides[COMPARE_SIDES], uint32_t queue)
{
	struct queue_regs a, b;

	queue_read(&sides[COMPARE_A].values, QUEUE_TX, queue, &a);
	queue_read(&sides[COMPARE_B].values, QUEUE_TX, queue, &b);
	return (a.has_head && b.has_head && a.ring.head != b.ring.head) ||
	       (a.has_tail && b.has_tail && a.ring.tail != b.ring.tail);
}

static void compare_pointer(struct comparison *c, const struct device sides[COMPARE_SIDES], const struct chip_ref *ref,
			    uint64_t a, uint64_t b)
{
	int64_t before, after;
	struct change *change;

	if (a == b && !queue_changed(sides, ref->i))
		return;
	before = waiting(&sides[COMPARE_A], ref->i);
	after = waiting(&sides[COMPARE_B], ref->i);
	if (a == b && before <= 0 && after <= 0)
		return;
	change = add_change(c, ref, a, b);
	change->waiting[COMPARE_A] = before;
	change->waiting[COMPARE_B] = after;
	if (before > 0 || after > 0)
		change->rank = CHANGE_WORK;
}

static void compare_reg(struct comparison *c, const struct device sides[COMPARE_SIDES], const struct reg_sample *a,
			const struct reg_sample *b)
{
	struct chip_ref ref = chip_reg_at(c->chip, (enum chip_space)a->space, a->offset);

	if (ref.reg && queue_is_tx_pointer(ref.reg))
		compare_pointer(c, sides, &ref, a->value, b->value);
	else if (ref.reg && a->value != b->value)
		add_change(c, &ref, a->value, b->value);
}

/* The sample of another snapshot at the same place; NULL if there is none. */
static const struct reg_sample *counterpart_reg(const struct device *d, const struct reg_sample *like)
{
	return values_sample(&d->values, (enum chip_space)like->space, like->offset);
}

static void miss(struct comparison *c, int side, enum unread why)
{
	if (!c->missing[side]++)
		c->why[side] = why;
}

/* What the other side has and this one has not. */
static void count_missing(struct comparison *c, int side, const struct device sides[COMPARE_SIDES])
{
	const struct values *other = &sides[!side].values;

	for (size_t i = 0; other->order && i < other->order->n; i++) {
		const struct reg_sample *theirs = &other->s->regs[other->order->at[i]];
		const struct reg_sample *mine = counterpart_reg(&sides[side], theirs);

		if (!theirs->unread && (!mine || mine->unread))
			miss(c, side, mine ? (enum unread)mine->unread : UNREAD_NOT_IN_SOURCE);
	}
}

static void compare_regs(struct comparison *c, const struct device sides[COMPARE_SIDES])
{
	const struct snapshot *a = c->side[COMPARE_A];

	for (size_t i = 0; i < a->n_regs; i++) {
		const struct reg_sample *b = counterpart_reg(&sides[COMPARE_B], &a->regs[i]);

		if (a->regs[i].unread || !b || b->unread ||
		    counterpart_reg(&sides[COMPARE_A], &a->regs[i]) != &a->regs[i])
			continue;
		c->compared++;
		compare_reg(c, sides, &a->regs[i], b);
	}
	for (int i = 0; i < COMPARE_SIDES; i++)
		count_missing(c, i, sides);
}

/* The same function in another snapshot; NULL if there is none. */
static const struct device_config *counterpart(const struct device *d, const struct pci_function *fn)
{
	for (size_t i = 0; i < d->s->n_functions; i++) {
		const struct pci_function *other = &d->s->functions[i];

		if (other->role == fn->role && (fn->role != PCI_SIBLING || pci_addr_equal(&other->addr, &fn->addr)))
			return &d->config[i];
	}
	return NULL;
}

static const struct config_reg *same_register(const struct config_reg *regs, size_t n, const struct config_reg *like)
{
	for (size_t i = 0; i < n; i++)
		if (regs[i].reg == like->reg && regs[i].offset == like->offset && regs[i].i == like->i)
			return &regs[i];
	return NULL;
}

static void compare_config(struct comparison *c, const struct device_config *a, const struct device_config *b)
{
	for (size_t i = 0; i < a->n_regs; i++) {
		const struct config_reg *one = &a->regs[i], *same = same_register(b->regs, b->n_regs, one);
		struct chip_ref ref = chip_ref_at(one->reg, one->i, 0);

		if (!one->known || !same || !same->known)
			continue;
		c->compared++;
		ref.offset = one->offset;
		if (one->value != same->value)
			add_change(c, &ref, one->value, same->value)->function = a->fn->role;
	}
}

static void compare_functions(struct comparison *c, const struct device sides[COMPARE_SIDES])
{
	const struct device *a = &sides[COMPARE_A];

	for (size_t i = 0; i < a->s->n_functions; i++) {
		const struct device_config *other = counterpart(&sides[COMPARE_B], &a->s->functions[i]);

		if (other)
			compare_config(c, &a->config[i], other);
	}
}

static void compare_facts(struct comparison *c)
{
	const struct facts *a = &c->side[COMPARE_A]->facts, *b = &c->side[COMPARE_B]->facts;

	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];
		const char *x = fact_str(a, d), *y = fact_str(b, d);

		if (d->kind == FACT_STR ? (x && y ? strcmp(x, y) != 0 : x != y) : fact_num(a, d) != fact_num(b, d))
			VEC_PUSH(c->facts, c->n_facts, c->cap_facts)->fact = d;
	}
	for (int side = 0; side < COMPARE_SIDES; side++) {
		const struct facts *f = &c->side[side]->facts;

		for (size_t i = 0; i < f->n_features; i++) {
			struct fact_change change = { .feature = f->features[i].name };

			change.on[COMPARE_A] = facts_feature(a, change.feature);
			change.on[COMPARE_B] = facts_feature(b, change.feature);
			if (change.on[COMPARE_A] == change.on[COMPARE_B] ||
			    (side == COMPARE_B && change.on[COMPARE_A] >= 0))
				continue;
			*VEC_PUSH(c->facts, c->n_facts, c->cap_facts) = change;
		}
	}
}

/* The two lists are in the order of their numbers. */
static const struct virtual_function *virtual_numbered(const struct virtual_functions *list, uint32_t number,
						       size_t *at)
{
	while (*at < list->n && list->v[*at].number < number)
		++*at;
	return *at < list->n && list->v[*at].number == number ? &list->v[*at] : NULL;
}

static void compare_virtual(struct comparison *c, const struct virtual_function *a, const struct virtual_function *b)
{
	for (size_t i = 0; i < n_virtual_texts; i++) {
		const char *x = *virtual_text_at(a, &virtual_texts[i]), *y = *virtual_text_at(b, &virtual_texts[i]);

		if (x && y ? strcmp(x, y) != 0 : x != y)
			*VEC_PUSH(c->virtuals, c->n_virtuals, c->cap_virtuals) =
				(struct virtual_change){ { a, b }, &virtual_texts[i] };
	}
}

/* A list says which there are only beside their number: a side that was not asked for them has neither. */
static bool knows_virtuals(const struct facts *f)
{
	return f->virtual_functions >= 0 && (f->vfs.n || !f->virtual_functions);
}

/* By number; what is said of one stays in the order of its texts. */
static int by_number(const void *a, const void *b)
{
	const struct virtual_change *x = a, *y = b;
	uint32_t m = x->vf[x->vf[COMPARE_A] ? COMPARE_A : COMPARE_B]->number;
	uint32_t n = y->vf[y->vf[COMPARE_A] ? COMPARE_A : COMPARE_B]->number;

	return m != n ? (m > n) - (m < n) : (x->text > y->text) - (x->text < y->text);
}

static void compare_virtuals(struct comparison *c)
{
	const struct facts *a = &c->side[COMPARE_A]->facts, *b = &c->side[COMPARE_B]->facts;
	size_t at_a = 0, at_b = 0;

	if (!knows_virtuals(a) || !knows_virtuals(b))
		return;
	for (size_t i = 0; i < a->vfs.n; i++) {
		const struct virtual_function *one = &a->vfs.v[i],
					      *other = virtual_numbered(&b->vfs, one->number, &at_b);

		if (other)
			compare_virtual(c, one, other);
		else
			*VEC_PUSH(c->virtuals, c->n_virtuals, c->cap_virtuals) =
				(struct virtual_change){ { one, NULL }, NULL };
	}
	for (size_t i = 0; i < b->vfs.n; i++)
		if (!virtual_numbered(&a->vfs, b->vfs.v[i].number, &at_a))
			*VEC_PUSH(c->virtuals, c->n_virtuals, c->cap_virtuals) =
				(struct virtual_change){ { NULL, &b->vfs.v[i] }, NULL };
	if (c->n_virtuals)
		qsort(c->virtuals, c->n_virtuals, sizeof(*c->virtuals), by_number);
}

static void add_side(struct comparison *c, const struct side_change *change)
{
	if (change->value[COMPARE_A] != change->value[COMPARE_B])
		*VEC_PUSH(c->sides, c->n_sides, c->cap_sides) = *change;
}

static const struct ring_side *counterpart_ring(const struct driver_side *d, const struct ring_side *like)
{
	for (size_t i = 0; i < d->n_rings; i++)
		if (d->rings[i].queue == like->queue && d->rings[i].hw_queue == like->hw_queue &&
		    d->rings[i].xdp == like->xdp)
			return &d->rings[i];
	return NULL;
}

static int64_t counter_of(const struct driver_side *d, const char *name)
{
	for (size_t i = 0; i < d->n_counters; i++)
		if (!strcmp(d->counters[i].name, name))
			return d->counters[i].value;
	return FACT_UNKNOWN;
}

static void compare_states(struct comparison *c, const struct driver_side *has, const struct driver_side *lacks,
			   int side)
{
	for (size_t i = 0; i < has->n_states; i++) {
		struct side_change change = { .word = has->states[i], .state = true };

		change.value[side] = 1;
		if (!driver_side_has(lacks, has->states[i]))
			add_side(c, &change);
	}
}

static void compare_sides(struct comparison *c)
{
	const struct driver_side *a = &c->side[COMPARE_A]->side, *b = &c->side[COMPARE_B]->side;

	if (!driver_side_known(a) || !driver_side_known(b))
		return;
	compare_states(c, a, b, COMPARE_A);
	compare_states(c, b, a, COMPARE_B);
	for (size_t i = 0; i < a->n_counters; i++)
		add_side(c, &(struct side_change){
				    .word = a->counters[i].name,
				    .value = { a->counters[i].value, counter_of(b, a->counters[i].name) } });
	for (size_t i = 0; i < a->n_rings; i++) {
		const struct ring_side *other = counterpart_ring(b, &a->rings[i]);

		for (size_t k = 0; other && k < n_ring_numbers; k++)
			add_side(c, &(struct side_change){ .ring = &a->rings[i],
							   .number = &ring_numbers[k],
							   .value = { side_value(&a->rings[i], &ring_numbers[k]),
								      side_value(other, &ring_numbers[k]) } });
	}
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
	const char *x = a->chip ? a->chip : "chip without a definition",
		   *y = b->chip ? b->chip : "chip without a definition";

	if (!strcmp(x, y))
		return 0;
	err_set(e, EINVAL, "two different chips", "A is of the %s, B of the %s", x, y);
	err_todo(e, "compare two snapshots of one device, or of two devices of one kind");
	return -EINVAL;
}

int compare_snapshots(struct chipdb *db, const struct snapshot *a, const struct snapshot *b, struct comparison *out,
		      struct err *e)
{
	struct device sides[COMPARE_SIDES] = { 0 };
	int r = same_part(a, b, e);

	*out = (struct comparison){ .side = { a, b } };
	for (int i = 0; i < COMPARE_SIDES && !r; i++)
		r = device_init(&sides[i], db, out->side[i], NULL, e);
	if (!r) {
		out->chip = sides[COMPARE_A].chip;
		if (out->chip)
			compare_regs(out, sides);
		compare_functions(out, sides);
		compare_facts(out);
		compare_virtuals(out);
		compare_sides(out);
		if (out->n)
			qsort(out->changes, out->n, sizeof(*out->changes), by_rank);
	}
	for (int i = 0; i < COMPARE_SIDES; i++)
		if (sides[i].s)
			device_free(&sides[i]);
	return r;
}

void comparison_free(struct comparison *c)
{
	free(c->changes);
	free(c->facts);
	free(c->sides);
	free(c->virtuals);
	*c = (struct comparison){ 0 };
}
