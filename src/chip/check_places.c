// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules for the offset of a register: aligned, within its BAR or structure, and on no bytes of another register.
 * Overlaps are found in sorted segments; only where their extents overlap (interleaved arrays, two dimensions) are they
 * taken apart into elements.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

/* Whether the values of one exclude those of the other. */
static bool disjoint(const struct chip_condition *a, const struct chip_condition *b)
{
	if (strcmp(a->reg, b->reg) != 0 || strcmp(a->field, b->field) != 0 || (a->negate && b->negate))
		return false;
	if (a->negate)
		return disjoint(b, a);
	for (size_t i = 0; i < a->n_values; i++)
		if (chip_condition_holds(b, a->values[i]))
			return false;
	return true;
}

/* Whether two registers cannot exist in the same device. */
static bool exclusive(const struct chip_reg *a, const struct chip_reg *b)
{
	for (const struct chip_condition *x = a->condition; x; x = x->next)
		for (const struct chip_condition *y = b->condition; y; y = y->next)
			if (disjoint(x, y))
				return true;
	return false;
}

/* "0x00008", or for a PHY "769.16". */
struct offset_text {
	char text[24];
};

static struct offset_text offset_text(enum chip_space space, uint32_t offset)
{
	struct offset_text o;

	if (space == CHIP_PHY && offset > 31)
		snprintf(o.text, sizeof(o.text), "%u.%u", offset >> 5, offset & 31);
	else if (space == CHIP_PHY)
		snprintf(o.text, sizeof(o.text), "%u", offset);
	else
		snprintf(o.text, sizeof(o.text), "0x%05x", offset);
	return o;
}

const char *db_place(struct chipdb *db, const struct chip_pos *pos)
{
	static const char built_in[] = "<built in>/";
	size_t skip = text_starts(pos->file, built_in) ? sizeof(built_in) - 1 : 0;
	size_t most = strlen(pos->file) + 16;
	char *place = arena_alloc(&db->arena, most);

	snprintf(place, most, "%s:%u", pos->file + skip, pos->line);
	return place;
}

/* "line 12", or "family/x.def:12" from another file. */
static const char *other_place(const struct checker *c, const struct chip_pos *from, const struct chip_pos *to)
{
	char *text;

	if (from->file != to->file)
		return db_place(c->db, to);
	text = arena_alloc(&c->db->arena, 24);
	snprintf(text, 24, "line %u", to->line);
	return text;
}

/* In bytes; of a PHY, in registers. */
static uint32_t size_of(const struct chip_reg *reg)
{
	return reg->space == CHIP_PHY ? 1 : reg->width / 8;
}

static struct chip_pos segment_pos(const struct chip_reg *reg, const struct chip_segment *s)
{
	struct chip_pos pos = reg->pos;

	pos.column = s->column;
	return pos;
}

static void each_segment(const struct checker *c, void (*run)(const struct checker *c, const struct chip_reg *reg,
							      const struct chip_segment *s, const struct chip_pos *pos))
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;

		for (size_t n = 0; n < reg->n_segments; n++) {
			struct chip_pos pos = segment_pos(reg, &reg->segments[n]);

			run(c, reg, &reg->segments[n], &pos);
		}
	}
}

/* A 64-bit register is read as two 32-bit loads. */
static uint32_t alignment(const struct chip_reg *reg)
{
	if (reg->space == CHIP_PHY)
		return 1;
	return reg->width > 32 ? 4 : reg->width / 8;
}

static void aligned(const struct checker *c, const struct chip_reg *reg, const struct chip_segment *s,
		    const struct chip_pos *pos)
{
	uint32_t align = alignment(reg);

	if (s->offset % align)
		fault(c->sink, pos, "%s at 0x%05x is misaligned: %u bits stand at multiples of %u", reg->name,
		      s->offset, reg->width, align);
	else if (s->stride % align || s->stride2 % align)
		fault(c->sink, pos, "the stride of %s is misaligned: %u bits stand at multiples of %u", reg->name,
		      reg->width, align);
}

void check_alignment(const struct checker *c)
{
	each_segment(c, aligned);
}

static void stride(const struct checker *c, const struct chip_reg *reg, const struct chip_segment *s,
		   const struct chip_pos *pos)
{
	uint32_t size = size_of(reg);

	if ((s->last > s->first && s->stride < size) || (s->last2 > s->first2 && s->stride2 < size))
		fault(c->sink, pos, "the elements of %s overlap: a stride is less than its %u bits", reg->name,
		      reg->width);
	if (reg->space == CHIP_PHY && s->stride < 32 && chip_segment_last(s) >> 5 != s->offset >> 5)
		fault(c->sink, pos, "%s goes past register 31 of its page", reg->name);
}

void check_strides(const struct checker *c)
{
	each_segment(c, stride);
}

static void within(const struct checker *c, const struct chip_reg *reg, const struct chip_segment *s,
		   const struct chip_pos *pos)
{
	static const uint32_t sizes[] = { 64, 256, 4096 };
	static const char *const names[] = { "the header's 64 bytes", "the 256 bytes of standard capabilities",
					     "the 4096 bytes of configuration space" };

	if (reg->space == CHIP_CONFIG && chip_segment_last(s) + reg->width / 8 > sizes[reg->cap])
		fault(c->sink, pos, "%s at 0x%03x is past %s", reg->name, chip_segment_last(s), names[reg->cap]);
}

void check_structures(const struct checker *c)
{
	each_segment(c, within);
}

/* A narrow register is read by the 32-bit load around it, which reads its neighbours too. */
static int read_alone(const struct chip_ref *ref, void *arg)
{
	const struct checker *c = arg;
	const uint32_t word = ref->offset & ~3u;

	for (uint32_t at = word; at < word + 4; at++) {
		const struct chip_reg *reg = ref->reg, *other = chip_reg_at(c->chip, CHIP_MMIO, at).reg;
		const struct def *def = db_reg_def(reg);
		const struct chip_pos *pos = def == c->def ? &reg->pos : &c->def->pos;

		if (!other || chip_access_safe(other->access) || (def != c->def && def == db_reg_def(other)))
			continue;
		fault(c->sink, pos,
		      "%s at 0x%05x cannot be read without %s (%s), which is %s: both are in one 32-bit word",
		      reg->name, ref->offset, other->name, other_place(c, pos, &other->pos),
		      chip_access_name(other->access));
		return 1;
	}
	return 0;
}

void check_loads(const struct checker *c)
{
	for (size_t r = 0; r < c->chip->n_regs; r++) {
		const struct chip_reg *reg = c->chip->regs[r];

		if (reg->space == CHIP_MMIO && reg->width < 32 && chip_access_safe(reg->access))
			chip_reg_each(reg, read_alone, (void *)(uintptr_t)c);
	}
}

static bool past_bar(const struct checker *c, const struct chip_reg *reg, const struct chip_segment **which)
{
	for (size_t n = 0; n < reg->n_segments; n++) {
		*which = &reg->segments[n];
		if (chip_segment_last(*which) + reg->width / 8 > c->chip->bar_size)
			return true;
	}
	return false;
}

static const struct chip_reg *first_mmio(const struct chip *chip)
{
	for (size_t r = 0; r < chip->n_regs; r++)
		if (chip->regs[r]->space == CHIP_MMIO)
			return chip->regs[r];
	return NULL;
}

/* A fault of a base's register is reported at the line that causes it: the BAR's size, or the definition's name. */
void check_bar(const struct checker *c)
{
	const struct chip *chip = c->chip;
	bool told = false;

	if (!chip->bar_size) {
		if (!chip->family && first_mmio(chip))
			fault(c->sink, &c->def->pos, "%s has registers but no BAR: say 'bar NUMBER SIZE'", chip->name);
		return;
	}
	for (size_t r = 0; r < chip->n_regs; r++) {
		const struct chip_reg *reg = chip->regs[r];
		const struct chip_segment *s;
		struct chip_pos pos;
		bool own = db_reg_def(reg) == c->def;

		if (reg->space != CHIP_MMIO || !past_bar(c, reg, &s))
			continue;
		if (!own && (told || (!(c->def->said & DEF_BAR) && c->def->n_bases < 2)))
			continue;
		told = told || !own;
		pos = own ? segment_pos(reg, s) : c->def->said & DEF_BAR ? c->def->bar_pos : c->def->pos;
		fault(c->sink, &pos, "%s ends at 0x%05x, beyond the BAR's 0x%x bytes", reg->name,
		      chip_segment_last(s) + reg->width / 8, chip->bar_size);
	}
}

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
	bool *told; /* at most one fault a register */
};

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
	struct offset_text where = offset_text(reg->space, blamed->first);

	if (dx == dy && dx != own)
		return; /* that is a fault of the base */
	if (o->told[blamed->at])
		return;
	o->told[blamed->at] = true;
	name_of(o, blamed, &name);
	name_of(o, other, &rival_name);
	fault(o->c->sink, pos, "%s at %s %s %s (%s)", buf_str(&name), where.text,
	      blamed->first == other->first ? "has the same offset as" : "overlaps", buf_str(&rival_name),
	      other_place(o->c, pos, &rival->pos));
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
		if (other == reg ? o->told[e->at] : exclusive(reg, other))
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
