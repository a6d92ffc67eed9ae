// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "util/alloc.h"
#include "util/buf.h"

static int by_place(const void *pa, const void *pb)
{
	const struct reg_sample *a = *(const struct reg_sample *const *)pa, *b = *(const struct reg_sample *const *)pb;

	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Of several at one place, as a file may have that nobody checked, the first one of the file comes first. */
static int by_place_and_order(const void *pa, const void *pb)
{
	const struct reg_sample *a = *(const struct reg_sample *const *)pa, *b = *(const struct reg_sample *const *)pb;
	int order = by_place(pa, pb);

	return order ? order : (a > b) - (a < b);
}

/* The position in the order of what is at a place; SIZE_MAX if nothing is. */
static size_t place_of(const struct values *l, enum chip_space space, uint32_t offset)
{
	uint64_t wanted = (uint64_t)space << 32 | offset;
	size_t low = 0, high = l->order ? l->order->n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct reg_sample *s = &l->s->regs[l->order->at[middle]];
		uint64_t place = (uint64_t)s->space << 32 | s->offset;

		if (place == wanted)
			return middle;
		if (place < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

/* Of arrays, whose elements are asked for one after the other. */
static void guess_places(struct values *l)
{
	for (unsigned role = CHIP_ROLE_NONE + 1; l->chip && role < CHIP_ROLES; role++) {
		struct chip_ref first = chip_role_ref(l->chip, (enum chip_role)role, 0), second;
		size_t at, next;

		if (!first.reg || !first.reg->dimensions)
			continue;
		second = chip_role_ref(l->chip, (enum chip_role)role, 1);
		at = place_of(l, first.reg->space, first.offset);
		next = second.reg ? place_of(l, second.reg->space, second.offset) : at;
		l->role_at[role].first = (uint16_t)at;
		l->role_at[role].step = (uint16_t)(next - at);
	}
}

static struct values_order *order_of(const struct snapshot *s)
{
	AUTO_FREE const struct reg_sample **sorted = xcalloc(s->n_regs, sizeof(*sorted));
	struct values_order *order = xcalloc(1, sizeof(*order) + s->n_regs * sizeof(order->at[0]));

	order->holders = 1;
	for (size_t i = 0; i < s->n_regs; i++)
		sorted[i] = &s->regs[i];
	qsort(sorted, s->n_regs, sizeof(*sorted), by_place_and_order);
	for (size_t i = 0; i < s->n_regs; i++)
		if (!i || by_place(&sorted[i - 1], &sorted[i]))
			order->at[order->n++] = (uint32_t)(sorted[i] - s->regs);
	return order;
}

static void count_read(struct values *l)
{
	l->n_read = 0;
	for (size_t i = 0; l->order && i < l->order->n; i++)
		l->n_read += !l->s->regs[l->order->at[i]].unread;
}

void values_init(struct values *l, const struct snapshot *s, const struct chip *chip)
{
	*l = (struct values){ .s = s, .chip = chip };
	if (s->n_regs)
		l->order = order_of(s);
	count_read(l);
	guess_places(l);
}

static bool same_places(const struct snapshot *a, const struct snapshot *b)
{
	bool same = a->n_regs == b->n_regs;

	for (size_t i = 0; same && i < a->n_regs; i++)
		same = a->regs[i].offset == b->regs[i].offset && a->regs[i].space == b->regs[i].space;
	return same;
}

void values_init_like(struct values *l, const struct snapshot *s, const struct values *before)
{
	if (!same_places(s, before->s)) {
		values_init(l, s, before->chip);
		return;
	}
	*l = *before;
	l->s = s;
	l->borrowed = false;
	if (l->order)
		l->order->holders++;
	count_read(l);
}

void values_free(struct values *l)
{
	if (!l->borrowed && l->order && !--l->order->holders)
		free(l->order);
	*l = (struct values){ 0 };
}

void values_init_kept(struct values *l, const struct snapshot *s, const struct chip *chip, const struct values *before,
		      struct values_kept *kept)
{
	for (size_t i = kept->n; i-- > 0;)
		if (kept->v[i].s == s && kept->v[i].chip == chip) {
			*l = kept->v[i];
			l->borrowed = true;
			return;
		}
	if (before)
		values_init_like(l, s, before);
	else
		values_init(l, s, chip);
	*VEC_PUSH(kept->v, kept->n, kept->cap) = *l;
	l->borrowed = true;
}

void values_kept_free(struct values_kept *kept)
{
	for (size_t i = 0; i < kept->n; i++)
		values_free(&kept->v[i]);
	free(kept->v);
	*kept = (struct values_kept){ 0 };
}

const struct reg_sample *values_sample(const struct values *l, enum chip_space space, uint32_t offset)
{
	size_t at = place_of(l, space, offset);

	return at == SIZE_MAX ? NULL : &l->s->regs[l->order->at[at]];
}

static const struct reg_sample *sample_near(const struct values *l, const struct chip_ref *ref, size_t guess)
{
	const struct reg_sample *s = l->order && guess < l->order->n ? &l->s->regs[l->order->at[guess]] : NULL;

	if (s && s->offset == ref->offset && s->space == ref->reg->space)
		return s;
	return values_sample(l, ref->reg->space, ref->offset);
}

static bool read_sample(const struct reg_sample *sample, const struct chip_ref *ref, struct reading *out)
{
	if (!sample || sample->unread)
		return false;
	*out = (struct reading){ .ref = *ref, .value = sample->value };
	return true;
}

bool values_role(const struct values *l, enum chip_role role, uint32_t i, struct reading *out)
{
	struct chip_ref ref;

	if (!l->chip)
		return false;
	ref = chip_role_ref(l->chip, role, i);
	if (!ref.reg)
		return false;
	return read_sample(sample_near(l, &ref, l->role_at[role].first + (size_t)i * l->role_at[role].step), &ref, out);
}

static bool take_field(struct reading *r, const struct chip_field *field)
{
	if (!field)
		return false;
	r->field = field;
	r->value = chip_field_get(field, r->value);
	return true;
}

bool reading_field(struct reading *r, enum chip_field_role field)
{
	return take_field(r, chip_field_with_role(r->ref.reg, field, 0));
}

bool values_field_nth(const struct values *l, enum chip_role role, uint32_t i, enum chip_field_role field, size_t n,
		      struct reading *out)
{
	return values_role(l, role, i, out) && take_field(out, chip_field_with_role(out->ref.reg, field, n));
}

bool values_field_role(const struct values *l, enum chip_role role, uint32_t i, enum chip_field_role field,
		       struct reading *out)
{
	return values_field_nth(l, role, i, field, 0, out);
}

int values_paused(const struct values *l, enum chip_role role, size_t n, struct reading *out)
{
	if (values_field_nth(l, role, 0, CHIP_FIELD_PAUSED, n, out))
		return out->value != 0;
	if (values_field_nth(l, role, 0, CHIP_FIELD_FLOWING, n, out))
		return out->value == 0;
	return -1;
}

bool values_reg(const struct values *l, const struct chip_reg *reg, uint32_t i, struct reading *out)
{
	struct chip_ref ref = chip_ref_at(reg, i, reg->segments->first2);

	return ref.reg && read_sample(values_sample(l, ref.reg->space, ref.offset), &ref, out);
}

const struct chip_field *values_low_field(const struct chip_reg *reg)
{
	for (size_t i = reg->n_fields; i-- > 0;)
		if (!reg->fields[i].lo && !reg->fields[i].n_parts)
			return &reg->fields[i];
	return NULL;
}

bool values_low(const struct values *l, enum chip_role role, uint32_t i, struct reading *out)
{
	if (!values_role(l, role, i, out))
		return false;
	take_field(out, values_low_field(out->ref.reg));
	return true;
}

int values_link_up(const struct values *l, struct reading *r, bool *r_known)
{
	int64_t carrier = l->s->facts.carrier;

	*r_known = values_field_role(l, CHIP_MAC_STATUS, 0, CHIP_FIELD_LINK_UP, r);
	if (*r_known)
		return r->value && carrier != 0;
	return carrier == FACT_UNKNOWN ? -1 : carrier != 0;
}

const char *values_link_words(int up, int64_t carrier)
{
	if (up < 0)
		return NULL;
	if (up)
		return "up";
	return carrier == FACT_UNKNOWN || !carrier ? "down" : "down, carrier on";
}

void reading_words(const struct reading *r, struct buf *out)
{
	AUTO_BUF struct buf meaning = { 0 };

	chip_ref_name(&r->ref, out);
	if (r->field && (r->field->lo || r->ref.reg->n_fields > 1))
		buf_printf(out, ".%s", r->field->name);
	buf_printf(out, r->value < 10 ? " = %" PRIu64 : " = 0x%" PRIx64, r->value);
	if (!r->field)
		return;
	decode_meaning(r->field, r->value, &meaning);
	if (meaning.len)
		buf_printf(out, " (%s)", buf_str(&meaning));
}
