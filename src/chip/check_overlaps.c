// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No two registers share bytes, element by element. Segments are sorted; only where their extents overlap
 * (interleaved arrays, two dimensions) are they taken apart into elements.
 */
#include <stdlib.h>

#include "chip/check.h"
#include "chip/index.h"
#include "util/alloc.h"
#include "util/buf.h"

#define SHARING 64                 /* registers of which only one exists at a time */
#define ELEMENTS ((size_t)1 << 20) /* taken apart in one definition */

struct extent {
	uint64_t space; /* with the structure of configuration space */
	uint32_t first, end;
	uint32_t at; /* of chip->regs */
	const struct chip_segment *segment;
};

struct element {
	uint32_t first, at, i, j;
};

struct overlaps {
	const struct checker *c;
	struct extent *extents;
	size_t n_extents;
	struct element *elements;
	size_t n_elements, cap_elements, total;
	bool *told; /* one fault a register */
};

static uint32_t size_of(const struct chip_reg *reg)
{
	return reg->space == CHIP_PHY ? 1 : reg->width / 8;
}

static int by_place(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int by_offset(const void *a, const void *b)
{
	const struct element *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void name_of(const struct overlaps *o, const struct element *e, struct buf *out)
{
	struct chip_ref ref = { o->c->chip->regs[e->at], e->i, e->j, e->first };

	chip_ref_name(&ref, out);
}

static void tell(struct overlaps *o, const struct element *a, const struct element *b)
{
	const struct chip_reg *x = o->c->chip->regs[a->at], *y = o->c->chip->regs[b->at];
	const struct def *own = o->c->def, *dx = db_reg_def(x), *dy = db_reg_def(y);
	bool y_blamed = dy == own && (dx != own || y->pos.line >= x->pos.line);
	const struct element *blamed = y_blamed ? b : a, *other = y_blamed ? a : b;
	const struct chip_reg *reg = o->c->chip->regs[blamed->at], *rival = o->c->chip->regs[other->at];
	const struct chip_pos *pos = db_reg_def(reg) == own ? &reg->pos : &own->pos;
	AUTO_BUF struct buf name = { 0 }, rival_name = { 0 };
	struct check_offset where = check_offset(reg->space, blamed->first);

	if (dx == dy && dx != own)
		return; /* that is a fault of the base */
	if (o->told[blamed->at])
		return;
	o->told[blamed->at] = true;
	name_of(o, blamed, &name);
	name_of(o, other, &rival_name);
	fault(o->c->sink, pos, "%s at %s %s %s (%s)", buf_str(&name), where.text,
	      blamed->first == other->first ? "has the same offset as" : "overlaps", buf_str(&rival_name),
	      check_place(o->c, pos, &rival->pos));
}

/* Only elements that begin less than 8 bytes before can reach into this one. */
static void compare(struct overlaps *o, size_t n)
{
	const struct element *e = &o->elements[n];
	const struct chip_reg *reg = o->c->chip->regs[e->at];
	unsigned sharing = 0;

	while (n-- && o->elements[n].first + 8 > e->first) {
		const struct element *before = &o->elements[n];
		const struct chip_reg *other = o->c->chip->regs[before->at];

		if (before->first + size_of(other) <= e->first)
			continue;
		if (sharing++ == SHARING) {
			fault(o->c->sink, &reg->pos, "more than %d registers share the offset of %s", SHARING,
			      reg->name);
			return;
		}
		if (other == reg ? o->told[e->at] : check_exclusive(reg, other))
			continue;
		tell(o, before, e);
		return;
	}
}

static bool take_apart(struct overlaps *o, const struct extent *x)
{
	const struct chip_segment *s = x->segment;

	for (uint32_t i = s->first; i <= s->last; i++)
		for (uint32_t j = s->first2; j <= s->last2; j++) {
			uint32_t first = s->offset + (i - s->first) * s->stride + (j - s->first2) * s->stride2;

			if (o->total++ == ELEMENTS)
				return fault(o->c->sink, &o->c->def->pos,
					     "more than %zu array elements are interleaved", ELEMENTS);
			*VEC_PUSH(o->elements, o->n_elements, o->cap_elements) = (struct element){ first, x->at, i, j };
		}
	return true;
}

/* Segments whose extents overlap one another; one alone only if it may overlap itself. */
static bool cluster(struct overlaps *o, const struct extent *x, size_t n)
{
	if (n == 1 && x->segment->first2 == x->segment->last2)
		return true;
	o->n_elements = 0;
	for (size_t i = 0; i < n; i++)
		if (!take_apart(o, &x[i]))
			return false;
	qsort(o->elements, o->n_elements, sizeof(*o->elements), by_offset);
	for (size_t i = 1; i < o->n_elements; i++)
		compare(o, i);
	return true;
}

static void collect(struct overlaps *o)
{
	const struct chip *chip = o->c->chip;
	size_t n = 0;

	for (size_t r = 0; r < chip->n_regs; r++)
		n += chip->regs[r]->n_segments;
	o->extents = xcalloc(n, sizeof(*o->extents));
	for (uint32_t r = 0; r < chip->n_regs; r++) {
		const struct chip_reg *reg = chip->regs[r];

		for (size_t i = 0; i < reg->n_segments; i++) {
			struct extent *x = &o->extents[o->n_extents++];

			x->space = (uint64_t)reg->space << 32 | (uint64_t)reg->cap << 16 | reg->cap_id;
			x->first = reg->segments[i].offset;
			x->end = chip_segment_last(&reg->segments[i]) + size_of(reg);
			x->at = r;
			x->segment = &reg->segments[i];
		}
	}
	if (n)
		qsort(o->extents, n, sizeof(*o->extents), by_place);
}

void check_overlaps(const struct checker *c)
{
	struct overlaps o = { .c = c, .told = xcalloc(c->chip->n_regs, sizeof(bool)) };
	size_t from = 0;
	uint32_t end = 0;

	collect(&o);
	for (size_t i = 0; i < o.n_extents; i++) {
		const struct extent *x = &o.extents[i];

		if (i && (x->space != x[-1].space || x->first >= end)) {
			if (!cluster(&o, &o.extents[from], i - from)) {
				from = o.n_extents;
				break;
			}
			from = i;
			end = 0;
		}
		if (x->end > end)
			end = x->end;
	}
	if (from < o.n_extents)
		cluster(&o, &o.extents[from], o.n_extents - from);
	free(o.extents);
	free(o.elements);
	free(o.told);
}
