// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/lookup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chip/decode.h"
#include "util/alloc.h"
#include "util/buf.h"

static int by_place(const void *pa, const void *pb)
{
	const struct reg_sample *a = *(const struct reg_sample *const *)pa, *b = *(const struct reg_sample *const *)pb;

	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

void lookup_init(struct lookup *l, const struct snapshot *s, const struct chip *chip)
{
	*l = (struct lookup){ .s = s, .chip = chip };
	l->by_place = xcalloc(s->n_regs ? s->n_regs : 1, sizeof(*l->by_place));
	for (size_t i = 0; i < s->n_regs; i++)
		if (!s->regs[i].unread)
			l->by_place[l->n++] = &s->regs[i];
	qsort(l->by_place, l->n, sizeof(*l->by_place), by_place);
}

void lookup_init_like(struct lookup *l, const struct snapshot *s, const struct lookup *before)
{
	bool same = s->n_regs == before->s->n_regs;
	size_t known = 0;

	for (size_t i = 0; i < s->n_regs; i++)
		known += !s->regs[i].unread;
	*l = (struct lookup){ .s = s, .chip = before->chip, .n = before->n };
	l->by_place = xcalloc(l->n ? l->n : 1, sizeof(*l->by_place));
	for (size_t i = 0; i < l->n && same; i++) {
		l->by_place[i] = &s->regs[before->by_place[i] - before->s->regs];
		same = !l->by_place[i]->unread && (!i || by_place(&l->by_place[i - 1], &l->by_place[i]) < 0);
	}
	if (same && known == l->n)
		return;
	lookup_free(l);
	lookup_init(l, s, before->chip);
}

void lookup_free(struct lookup *l)
{
	free(l->by_place);
	*l = (struct lookup){ 0 };
}

static bool read_ref(const struct lookup *l, const struct chip_ref *ref, struct reading *out)
{
	struct reg_sample wanted = { .offset = ref->offset, .space = ref->reg ? (uint8_t)ref->reg->space : 0 };
	const struct reg_sample *key = &wanted, **found;

	if (!ref->reg || !l->n)
		return false;
	found = bsearch(&key, l->by_place, l->n, sizeof(*l->by_place), by_place);
	if (!found)
		return false;
	*out = (struct reading){ .ref = *ref, .value = (*found)->value };
	return true;
}

bool lookup_role(const struct lookup *l, enum chip_role role, uint32_t i, struct reading *out)
{
	struct chip_ref ref;

	if (!l->chip)
		return false;
	ref = chip_role_ref(l->chip, role, i);
	return read_ref(l, &ref, out);
}

static const struct chip_field *field_among(const struct chip_reg *reg, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, "|");

		for (size_t i = 0; i < reg->n_fields; i++)
			if (strlen(reg->fields[i].name) == n && !strncmp(reg->fields[i].name, names, n))
				return &reg->fields[i];
		names += n + (names[n] == '|');
	}
	return NULL;
}

static bool take_field(struct reading *r, const struct chip_field *field)
{
	if (!field)
		return false;
	r->field = field;
	r->value = chip_field_get(field, r->value);
	return true;
}

bool lookup_field(const struct lookup *l, enum chip_role role, uint32_t i, const char *names, struct reading *out)
{
	return lookup_role(l, role, i, out) && take_field(out, field_among(out->ref.reg, names));
}

bool lookup_reg(const struct lookup *l, const struct chip_reg *reg, uint32_t i, struct reading *out)
{
	struct chip_ref ref = chip_ref_at(reg, i, reg->segments->first2);

	return read_ref(l, &ref, out);
}

bool lookup_low(const struct lookup *l, enum chip_role role, uint32_t i, struct reading *out)
{
	const struct chip_reg *reg;

	if (!lookup_role(l, role, i, out))
		return false;
	reg = out->ref.reg;
	if (reg->n_fields && !reg->fields[reg->n_fields - 1].lo)
		take_field(out, &reg->fields[reg->n_fields - 1]);
	return true;
}

bool lookup_named(const struct lookup *l, const char *name, const char *field, struct reading *out)
{
	const struct chip_reg *reg = l->chip ? chip_reg_named(l->chip, CHIP_MMIO, name) : NULL;

	return reg && lookup_reg(l, reg, reg->segments->first, out) &&
	       (!field || take_field(out, field_among(reg, field)));
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
