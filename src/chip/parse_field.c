// SPDX-License-Identifier: GPL-2.0-or-later
/* The line of a bit field. */
#include <stdlib.h>
#include <string.h>

#include "chip/parse.h"
#include "util/alloc.h"
#include "util/arena.h"

/* No register is wider, whatever this one's width turns out to be; so a field's shift is always defined. */
#define LAST_BIT 63

/* "7:6" or "22". */
static bool bits(struct lex *l, struct chip_bits *b)
{
	uint32_t hi, lo;

	if (!lex_decimal(l, "a bit", LAST_BIT, &hi))
		return false;
	lo = hi;
	if (lex_char(l, ':')) {
		struct chip_pos pos = lex_pos(l);

		if (!lex_decimal(l, "a bit", LAST_BIT, &lo))
			return false;
		if (lo > hi)
			return fault(l->sink, &pos, "bits are HIGH:LOW, but %u is above %u", lo, hi);
	}
	b->hi = (uint8_t)hi;
	b->lo = (uint8_t)lo;
	return true;
}

/* Whether a part may follow those before it. */
static bool part_fits(struct lex *l, const struct chip_bits *parts, size_t n, const struct chip_pos *pos)
{
	const struct chip_bits *b = &parts[n];

	for (size_t i = 0; i < n; i++)
		if (b->hi >= parts[i].lo && b->lo <= parts[i].hi)
			return fault(l->sink, pos, "bit %u is in the field twice",
				     b->hi < parts[i].hi ? b->hi : parts[i].hi);
	if (n && parts[n - 1].lo == b->hi + 1)
		return fault(l->sink, pos, "the bits are adjacent: write %u:%u", parts[n - 1].hi, b->lo);
	return true;
}

/* "7:6", or "22,7:6" of bits that are not adjacent. */
static bool field_bits(struct lex *l, struct chip_field *f)
{
	struct chip_bits parts[PARSE_PARTS];
	size_t n = 0;

	do {
		struct chip_pos pos = lex_pos(l);

		if (n == PARSE_PARTS)
			return fault(l->sink, &pos, "a field has at most %d parts", PARSE_PARTS);
		if (!bits(l, &parts[n]) || !part_fits(l, parts, n, &pos))
			return false;
		f->hi = n && f->hi > parts[n].hi ? f->hi : parts[n].hi;
		f->lo = n && f->lo < parts[n].lo ? f->lo : parts[n].lo;
		n++;
	} while (lex_char(l, ','));
	if (n > 1) {
		f->parts = arena_memdup(l->arena, parts, n * sizeof(*parts));
		f->n_parts = n;
	}
	return true;
}

static bool value(struct lex *l, struct chip_value *v)
{
	v->column = lex_pos(l).column;
	if (!lex_u64(l, "a value", UINT64_MAX, &v->first) || !parse_last(l, "a value", v->first, UINT64_MAX, &v->last))
		return false;
	v->unusual = lex_char(l, '!');
	return lex_gap(l) && lex_string(l, "a meaning", &v->meaning);
}

/* Behind the '{' to behind the '}'. */
static bool values(struct lex *l, struct chip_field *f)
{
	size_t cap = 0;

	if (f->n_values) {
		struct chip_pos pos = lex_pos(l);

		return fault(l->sink, &pos, "a field has one enumeration");
	}
	do {
		struct chip_pos pos;

		lex_blank(l);
		pos = lex_pos(l);
		if (f->n_values == PARSE_VALUES)
			return fault(l->sink, &pos, "an enumeration has at most %d values", PARSE_VALUES);
		if (!value(l, ARENA_PUSH(l->arena, f->values, f->n_values, cap)))
			return false;
		lex_blank(l);
	} while (lex_char(l, ','));
	return lex_char(l, '}') || lex_expected(l, "',' or '}'");
}

static bool unusual_bit(struct lex *l, struct chip_field *f)
{
	struct chip_pos pos = lex_pos(l);
	uint32_t bit;

	l->p++;
	if (!lex_decimal(l, "the bit behind '!'", 1, &bit))
		return false;
	if (f->hi != f->lo)
		return fault(l->sink, &pos, "!%u is for a field of one bit", bit);
	if (f->unusual_if_set || f->unusual_if_clear)
		return fault(l->sink, &pos, "what is unusual is said twice");
	f->unusual_if_set = bit == 1;
	f->unusual_if_clear = bit == 0;
	return true;
}

static bool role(struct lex *l, struct chip_field *f)
{
	struct chip_pos pos = lex_pos(l);
	const char *word;
	int found;

	if (!lex_name(l, LEX_WORD, "a role", &word))
		return false;
	found = chip_field_role_parse(word);
	if (found < 0)
		return fault(l->sink, &pos, "unknown role of a field '%s'", word);
	f->role = (enum chip_field_role)found;
	return true;
}

enum { UNIT = 1, SCALE = 2, SHIFT = 4, PLUS = 8, ROLE = 16 };

static bool extra_word(struct lex *l, struct chip_field *f, unsigned *said)
{
	static const struct {
		const char *word;
		unsigned bit;
	} words[] = { { "unit", UNIT }, { "scale", SCALE }, { "shift", SHIFT }, { "plus", PLUS }, { "role", ROLE } };
	struct chip_pos pos = lex_pos(l);
	const char *word;
	unsigned which = 0;

	if (!lex_name(l, LEX_WORD, "'{', role, unit, scale, shift, plus, !0 or !1", &word))
		return false;
	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcmp(word, words[i].word))
			which = words[i].bit;
	if (!which)
		return fault(l->sink, &pos, "unknown word '%s': expected '{', role, unit, scale, shift, plus, !0 or !1",
			     word);
	if (*said & which)
		return fault(l->sink, &pos, "%s is said twice", word);
	*said |= which;
	if (!lex_gap(l))
		return false;
	if (which == ROLE)
		return role(l, f);
	if (which == UNIT)
		return lex_string(l, "a unit", &f->unit);
	if (which == SCALE)
		return lex_u64(l, "a scale", UINT32_MAX, &f->scale);
	if (which == SHIFT)
		return lex_u32(l, "a shift", 63, &f->shift);
	return lex_u64(l, "a number to add", UINT32_MAX, &f->plus);
}

/* What may follow the title. */
static bool extras(struct lex *l, struct chip_field *f)
{
	unsigned said = 0;

	for (;;) {
		struct chip_pos pos;

		if (!lex_gap(l))
			return false;
		if (l->p == l->end)
			break;
		pos = lex_pos(l);
		if (*l->p == '!' && f->n_values)
			return fault(l->sink, &pos, "with an enumeration, '!' stands behind its values");
		if (*l->p == '!' ? !unusual_bit(l, f) : lex_char(l, '{') ? !values(l, f) : !extra_word(l, f, &said))
			return false;
	}
	if (f->n_values && (f->unusual_if_set || f->unusual_if_clear))
		return fault(l->sink, &f->pos, "with an enumeration, '!' stands behind its values");
	return true;
}

bool parse_field(struct parser *p)
{
	struct chip_field f = { .scale = 1, .pos = lex_pos(&p->lex) };
	struct lex *l = &p->lex;

	if (!field_bits(l, &f) || !lex_gap(l) || !lex_name(l, LEX_REGISTER, "a field name", &f.name) || !lex_gap(l) ||
	    !lex_string(l, "a title", &f.title) || !extras(l, &f))
		return false;
	if (p->n_fields == PARSE_FIELDS)
		return fault(l->sink, &f.pos, "a register has at most %d fields", PARSE_FIELDS);
	p->fields[p->n_fields++] = f;
	return true;
}

static int highest_first(const void *a, const void *b)
{
	const struct chip_field *x = a, *y = b;

	if (x->hi != y->hi)
		return y->hi - x->hi;
	if (x->lo != y->lo)
		return y->lo - x->lo;
	return x->pos.line < y->pos.line ? -1 : 1;
}

void parse_reg_end(struct parser *p)
{
	struct chip_reg *reg;

	if (!p->reg)
		return;
	reg = &p->reg->reg;
	qsort(p->fields, p->n_fields, sizeof(p->fields[0]), highest_first);
	reg->fields = arena_memdup(p->lex.arena, p->fields, p->n_fields * sizeof(p->fields[0]));
	reg->n_fields = p->n_fields;
	p->n_fields = 0;
	p->reg = NULL;
}
