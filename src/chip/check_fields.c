// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules of bit fields and their values. */
#include <inttypes.h>
#include <string.h>

#include "chip/check.h"

static void each_field(const struct checker *c,
		       void (*run)(const struct checker *c, const struct chip_reg *reg, const struct chip_field *field))
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;

		for (size_t f = 0; f < reg->n_fields; f++)
			run(c, reg, &reg->fields[f]);
	}
}

static uint64_t most(const struct chip_field *f)
{
	return chip_field_get(f, UINT64_MAX);
}

static void field_width(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	if (f->hi >= reg->width)
		fault(c->sink, &f->pos, "bit %u of field %s is past the %u bits of %s", f->hi, f->name, reg->width,
		      reg->name);
}

void check_field_widths(const struct checker *c)
{
	each_field(c, field_width);
}

/* Fields stand highest first, so a field's low end is compared with what follows. */
void check_field_overlaps(const struct checker *c)
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;
		const struct chip_field *lowest = reg->fields;

		for (size_t f = 1; f < reg->n_fields; f++) {
			const struct chip_field *field = &reg->fields[f];
			const struct chip_field *later = field->pos.line > lowest->pos.line ? field : lowest;

			if (field->hi >= lowest->lo)
				fault(c->sink, &later->pos, "field %s overlaps field %s (line %u)", later->name,
				      later == field ? lowest->name : field->name,
				      later == field ? lowest->pos.line : field->pos.line);
			if (field->lo < lowest->lo)
				lowest = field;
		}
	}
}

void check_field_names(const struct checker *c)
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;

		for (size_t f = 0; f < reg->n_fields; f++)
			for (size_t g = 0; g < f; g++)
				if (!strcmp(reg->fields[f].name, reg->fields[g].name)) {
					const struct chip_pos *p = &reg->fields[f].pos, *q = &reg->fields[g].pos;

					fault(c->sink, p->line > q->line ? p : q,
					      "%s has two fields named %s (line %u)", reg->name, reg->fields[f].name,
					      p->line > q->line ? q->line : p->line);
				}
	}
}

static struct chip_pos value_pos(const struct chip_field *f, const struct chip_value *v)
{
	struct chip_pos pos = f->pos;

	pos.column = v->column;
	return pos;
}

static void values(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	for (size_t i = 0; i < f->n_values; i++) {
		struct chip_pos pos = value_pos(f, &f->values[i]);

		if (f->hi < reg->width && f->values[i].last > most(f))
			fault(c->sink, &pos, "value %" PRIu64 " is beyond field %s, which ends at %" PRIu64,
			      f->values[i].last, f->name, most(f));
	}
}

void check_values(const struct checker *c)
{
	each_field(c, values);
}

static void values_twice(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	(void)reg;
	for (size_t i = 0; i < f->n_values; i++)
		for (size_t j = 0; j < i; j++) {
			const struct chip_value *v = &f->values[i], *before = &f->values[j];
			struct chip_pos pos = value_pos(f, v);

			if (v->first > before->last || v->last < before->first)
				continue;
			fault(c->sink, &pos, "value %" PRIu64 " has two meanings",
			      v->first > before->first ? v->first : before->first);
			break;
		}
}

void check_values_twice(const struct checker *c)
{
	each_field(c, values_twice);
}

static void number(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	uint64_t v, shown;

	if (f->hi >= reg->width)
		return;
	v = most(f);
	if ((f->shift && v > UINT64_MAX >> f->shift) || __builtin_mul_overflow(v << f->shift, f->scale, &shown) ||
	    __builtin_add_overflow(shown, f->plus, &shown))
		fault(c->sink, &f->pos, "the largest value of field %s, shifted and scaled, is past 64 bits", f->name);
}

void check_numbers(const struct checker *c)
{
	each_field(c, number);
}
