// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a register is: one offset, or the segments of an array. */
#include "chip/parse.h"
#include "util/arena.h"

bool parse_last(struct lex *l, const char *what, uint64_t first, uint64_t most, uint64_t *last)
{
	struct chip_pos pos;

	*last = first;
	if (!lex_char(l, '.'))
		return true;
	if (!lex_expect(l, '.'))
		return false;
	pos = lex_pos(l);
	if (!lex_u64(l, what, most, last))
		return false;
	if (*last < first)
		return fault(l->sink, &pos, "the range ends before it begins");
	return true;
}

static bool dimension(struct lex *l, uint32_t *first, uint32_t *last)
{
	uint64_t end;

	if (!lex_decimal(l, "an index", 65535, first) || !parse_last(l, "an index", *first, 65535, &end))
		return false;
	*last = (uint32_t)end;
	return true;
}

/* "[0..2,0..511]" */
static bool range(struct lex *l, struct chip_reg *reg, struct chip_segment *s)
{
	struct chip_pos pos = lex_pos(l);
	uint8_t dimensions = 1;

	if (!lex_expect(l, '[') || !dimension(l, &s->first, &s->last))
		return false;
	if (lex_char(l, ',')) {
		dimensions = 2;
		if (!dimension(l, &s->first2, &s->last2))
			return false;
	}
	if (!lex_expect(l, ']'))
		return false;
	if (reg->dimensions && reg->dimensions != dimensions)
		return fault(l->sink, &pos, "the segments of an array have the same number of dimensions");
	reg->dimensions = dimensions;
	return true;
}

static bool offset(struct parser *p, uint32_t *value)
{
	struct lex *l = &p->lex;
	uint32_t n;

	if (p->space != CHIP_PHY)
		return lex_u32(l, "an offset", 0x3fffffff, value);
	if (!lex_decimal(l, "a PHY register (REG or PAGE.REG, decimal)", 65535, &n))
		return false;
	*value = n;
	if (lex_char(l, '.')) {
		*value = n << 5;
		if (!lex_decimal(l, "a PHY register", 31, &n))
			return false;
		*value |= n;
	} else if (n > 31) {
		struct chip_pos pos = lex_pos(l);

		return fault(l->sink, &pos, "a PHY register is 0 to 31, not %u; above it is PAGE.REG", n);
	}
	return true;
}

static bool strides(struct lex *l, const struct chip_reg *reg, struct chip_segment *s)
{
	bool many = s->last > s->first || reg->dimensions == 2;

	if (!many && (l->p == l->end || *l->p != '+'))
		return true;
	if (!lex_char(l, '+'))
		return lex_expected(l, "'+' and the array's stride");
	if (!lex_u32(l, "a stride", 0x3fffffff, &s->stride))
		return false;
	if (reg->dimensions < 2)
		return true;
	if (!lex_char(l, '+'))
		return lex_expected(l, "'+' and the second dimension's stride");
	return lex_u32(l, "a stride", 0x3fffffff, &s->stride2);
}

/* Segments stand in the order of their indices, and the array is of a bearable size. */
static bool fits(struct lex *l, const struct chip_segment *all, size_t n, const struct chip_pos *pos)
{
	const struct chip_segment *s = &all[n - 1];
	uint64_t count = (uint64_t)(s->last - s->first + 1) * (s->last2 - s->first2 + 1);
	uint64_t end =
		s->offset + (uint64_t)(s->last - s->first) * s->stride + (uint64_t)(s->last2 - s->first2) * s->stride2;

	if (n > 1 && s->first <= s[-1].last)
		return fault(l->sink, pos, "index %u is not behind the last segment's %u", s->first, s[-1].last);
	if (count > PARSE_ELEMENTS)
		return fault(l->sink, pos, "an array has at most %d elements", PARSE_ELEMENTS);
	if (end > 0x3fffffff)
		return fault(l->sink, pos, "the array ends past offset 0x3fffffff");
	return true;
}

bool parse_place(struct parser *p, struct chip_reg *reg)
{
	struct chip_segment segments[PARSE_SEGMENTS] = { 0 };
	struct lex *l = &p->lex;
	size_t n = 0;

	do {
		struct chip_segment *s = &segments[n++];
		struct chip_pos pos = lex_pos(l);
		bool array = l->p < l->end && *l->p == '[';

		if (n > PARSE_SEGMENTS - 1)
			return fault(l->sink, &pos, "an array has at most %d segments", PARSE_SEGMENTS - 1);
		if (array && !range(l, reg, s))
			return false;
		if (!lex_gap(l))
			return false;
		s->column = lex_pos(l).column;
		if (!offset(p, &s->offset) || (array && !strides(l, reg, s)) || !fits(l, segments, n, &pos) ||
		    !lex_gap(l))
			return false;
	} while (reg->dimensions && l->p < l->end && *l->p == '[');
	reg->segments = arena_memdup(l->arena, segments, n * sizeof(*segments));
	reg->n_segments = n;
	return true;
}
