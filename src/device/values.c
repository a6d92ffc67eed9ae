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

void values_init(struct values *l, const struct snapshot *s, const struct chip *chip)
{
	size_t n = 0;

	*l = (struct values){ .s = s, .chip = chip };
	l->by_place = xcalloc(s->n_regs ? s->n_regs : 1, sizeof(*l->by_place));
	for (size_t i = 0; i < s->n_regs; i++)
		l->by_place[i] = &s->regs[i];
	qsort(l->by_place, s->n_regs, sizeof(*l->by_place), by_place_and_order);
	for (size_t i = 0; i < s->n_regs; i++)
		if (!n || by_place(&l->by_place[n - 1], &l->by_place[i]))
			l->by_place[n++] = l->by_place[i];
	l->n = n;
	for (size_t i = 0; i < n; i++)
		l->n_read += !l->by_place[i]->unread;
}

void values_init_like(struct values *l, const struct snapshot *s, const struct values *before)
{
	bool same = s->n_regs == before->s->n_regs && s->n_regs == before->n;

	*l = (struct values){ .s = s, .chip = before->chip, .n = before->n };
	l->by_place = xcalloc(l->n ? l->n : 1, sizeof(*l->by_place));
	for (size_t i = 0; i < l->n && same; i++) {
		l->by_place[i] = &s->regs[before->by_place[i] - before->s->regs];
		l->n_read += !l->by_place[i]->unread;
		same = !i || by_place(&l->by_place[i - 1], &l->by_place[i]) < 0;
	}
	if (same)
		return;
	values_free(l);
	values_init(l, s, before->chip);
}

void values_free(struct values *l)
{
	if (!l->borrowed)
		free(l->by_place);
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
	struct reg_sample wanted = { .offset = offset, .space = (uint8_t)space };
	const struct reg_sample *key = &wanted, **found;

	if (!l->n)
		return NULL;
	found = bsearch(&key, l->by_place, l->n, sizeof(*l->by_place), by_place);
	return found ? *found : NULL;
}

static bool read_ref(const struct values *l, const struct chip_ref *ref, struct reading *out)
{
	const struct reg_sample *sample = ref->reg ? values_sample(l, ref->reg->space, ref->offset) : NULL;

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
	return read_ref(l, &ref, out);
}

static bool take_field(struct reading *r, const struct chip_field *field)
{
	if (!field)
		return false;
	r->field = field;
	r->value = chip_field_get(field, r->value);
	return true;
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

	return read_ref(l, &ref, out);
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
