// SPDX-License-Identifier: GPL-2.0-or-later
/* The line of a register, with its attributes; those of its bit fields; and those that drop or move a base's register. */
#include "chip/parse.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum { QUEUE = 1, ROLE = 2, AKA = 4, CITE = 8 };

static bool queue(struct parser *p, struct chip_reg *reg)
{
	struct chip_pos pos = lex_pos(&p->lex);
	bool tx;

	if (!parse_direction(&p->lex, "a queue is", &tx))
		return false;
	if (!reg->dimensions)
		return fault(p->lex.sink, &pos, "%s is not an array: it has no index that could be a queue", reg->name);
	reg->queue = tx ? CHIP_QUEUE_TX : CHIP_QUEUE_RX;
	return true;
}

static bool role(struct parser *p, struct def_reg *r)
{
	static const struct parse_list list = { chip_role_parse, "a role", "role", NULL };
	int found;

	r->role_pos = lex_pos(&p->lex);
	if (!parse_choice(&p->lex, &list, &found))
		return false;
	r->reg.role = (enum chip_role)found;
	return true;
}

static bool condition_values(struct lex *l, struct chip_condition *c)
{
	const size_t most = COUNT(c->values);

	do {
		struct chip_pos pos = lex_pos(l);

		if (c->n_values == most)
			return fault(l->sink, &pos, "a condition has at most %zu values", most);
		if (!lex_u64(l, "a value", UINT64_MAX, &c->values[c->n_values++]))
			return false;
	} while (lex_char(l, '|'));
	return true;
}

static bool condition(struct parser *p, struct chip_reg *reg)
{
	struct chip_condition c = { .pos = lex_pos(&p->lex) };
	struct lex *l = &p->lex;

	if (!lex_name(l, LEX_REGISTER, "a register name", &c.reg) || !lex_expect(l, '.') ||
	    !lex_name(l, LEX_REGISTER, "a field name", &c.field))
		return false;
	c.negate = lex_char(l, '!');
	if (!lex_expect(l, '=') || !condition_values(l, &c))
		return false;
	c.next = reg->condition;
	reg->condition = arena_memdup(l->arena, &c, sizeof(c));
	return true;
}

static bool attribute(struct parser *p, struct def_reg *r, unsigned *said)
{
	struct lex *l = &p->lex;
	struct chip_pos pos = lex_pos(l);
	const char *word;

	if (*l->p == '@') {
		if (!parse_once(l, said, CITE, "the citation"))
			return false;
		l->p++;
		return parse_cite(p, &r->cite);
	}
	if (!lex_name(l, LEX_WORD, "an attribute (queue, role, aka, if, trigger or @citation)", &word))
		return false;
	if (!strcmp(word, "trigger")) {
		r->reg.trigger = true;
		return true;
	}
	if (!lex_gap(l))
		return false;
	if (!strcmp(word, "queue"))
		return parse_once(l, said, QUEUE, "the queue") && queue(p, &r->reg);
	if (!strcmp(word, "role"))
		return parse_once(l, said, ROLE, "the role") && role(p, r);
	if (!strcmp(word, "if"))
		return condition(p, &r->reg);
	if (!strcmp(word, "aka"))
		return parse_once(l, said, AKA, "the driver's name") &&
		       lex_name(l, LEX_HEADER, "a name in a driver's header", &r->reg.aka);
	return fault(l->sink, &pos, "unknown attribute '%s': it is queue, role, aka, if, trigger or @citation", word);
}

/* What follows the title of a register. */
static bool parse_attributes(struct parser *p, struct def_reg *r)
{
	unsigned said = 0;

	for (;;) {
		if (!lex_gap(&p->lex))
			return false;
		if (p->lex.p == p->lex.end)
			return true;
		if (!attribute(p, r, &said))
			return false;
	}
}

static bool width_and_access(struct parser *p, struct chip_reg *reg)
{
	static const struct parse_list list = { chip_access_parse, "an access (ro rw wo rc w1c w1s rs rl)", "access",
						": it is ro, rw, wo, rc, w1c, w1s, rs or rl" };
	struct lex *l = &p->lex;
	struct chip_pos pos = lex_pos(l);
	uint32_t width;
	int access;

	if (!lex_decimal(l, "a width", 64, &width))
		return false;
	if (width != 8 && width != 16 && width != 32 && width != 64)
		return fault(l->sink, &pos, "a register is 8, 16, 32 or 64 bits wide, not %u", width);
	if (p->space == CHIP_PHY && width != 16)
		return fault(l->sink, &pos, "a PHY register is 16 bits wide, not %u", width);
	reg->width = (uint8_t)width;
	if (!lex_gap(l))
		return false;
	if (!parse_choice(l, &list, &access))
		return false;
	reg->access = (enum chip_access)access;
	return lex_gap(l);
}

/* A register's name never begins with a digit. */
static bool is_offset(const struct lex *l)
{
	return l->p < l->end && *l->p >= '0' && *l->p <= '9';
}

static bool reg_line(struct parser *p, bool override)
{
	struct def_reg *r = arena_alloc(p->lex.arena, sizeof(*r));
	struct chip_reg *reg = &r->reg;
	struct lex *l = &p->lex;

	p->skip_fields = true;
	reg->pos = lex_pos(l);
	if (p->space == CHIP_CONFIG && !p->in_structure)
		return fault(l->sink, &reg->pos,
			     "in configuration space a header, capability or extended line comes first");
	if (!lex_room(l, p->def->n_regs, PARSE_REGISTERS, "registers"))
		return false;
	reg->space = p->space;
	reg->group = p->group;
	reg->cap = p->cap;
	reg->cap_id = p->cap_id;
	r->override = override;
	r->cite = p->cite;
	r->def = p->def;
	if (is_offset(l))
		return fault(l->sink, &reg->pos, "a register's name begins with a letter");
	if (!lex_name(l, LEX_REGISTER, "a register name", &reg->name) || !parse_place(p, reg) ||
	    !width_and_access(p, reg) || !lex_string(l, "a title", &reg->title) || !parse_attributes(p, r))
		return false;
	r->hash = namemap_hash(reg->space, reg->name, strlen(reg->name));
	p->reg = r;
	p->skip_fields = false;
	*ARENA_PUSH(l->arena, p->def->regs, p->def->n_regs, p->def->cap_regs) = r;
	return true;
}

bool parse_reg(struct parser *p)
{
	return reg_line(p, false);
}

bool parse_override(struct parser *p)
{
	const char *word;
	struct chip_pos pos = lex_pos(&p->lex);

	p->skip_fields = true;
	if (!lex_name(&p->lex, LEX_WORD, "'reg'", &word))
		return false;
	if (strcmp(word, "reg") != 0)
		return fault(p->lex.sink, &pos, "expected 'reg' after override, found '%s'", word);
	return lex_gap(&p->lex) && reg_line(p, true);
}

bool parse_remove(struct parser *p)
{
	struct def *def = p->def;
	struct def_remove r = { .space = p->space, .pos = lex_pos(&p->lex) };

	if (is_offset(&p->lex) ? !parse_offset(p, &r.offset)
			       : !lex_name(&p->lex, LEX_REGISTER, "a register name", &r.name))
		return false;
	if (!r.name && p->space == CHIP_CONFIG)
		return fault(p->lex.sink, &r.pos, "a register of configuration space is removed by its name");
	*ARENA_PUSH(p->lex.arena, def->removes, def->n_removes, def->cap_removes) = r;
	return true;
}

bool parse_move(struct parser *p)
{
	struct def *def = p->def;
	struct def_move m = { .place = { .space = p->space, .pos = lex_pos(&p->lex) }, .cite = p->cite };
	struct lex *l = &p->lex;

	if (p->space == CHIP_CONFIG)
		return fault(l->sink, &m.place.pos, "a register of configuration space has one place");
	if (!lex_room(l, def->n_moves, PARSE_REGISTERS, "moves") ||
	    !lex_name(l, LEX_REGISTER, "a register name", &m.place.name) || !parse_place(p, &m.place))
		return false;
	if (lex_char(l, '@') && !parse_cite(p, &m.cite))
		return false;
	*ARENA_PUSH(l->arena, def->moves, def->n_moves, def->cap_moves) = m;
	return true;
}

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
		f->n_parts = (uint8_t)n;
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
	size_t n = 0, cap = 0;

	if (f->n_values) {
		struct chip_pos pos = lex_pos(l);

		return fault(l->sink, &pos, "a field has one enumeration");
	}
	do {
		struct chip_pos pos;

		lex_blank(l);
		pos = lex_pos(l);
		if (n == PARSE_VALUES)
			return fault(l->sink, &pos, "an enumeration has at most %d values", PARSE_VALUES);
		if (!value(l, ARENA_PUSH(l->arena, f->values, n, cap)))
			return false;
		f->n_values = (uint16_t)n;
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

static bool field_role(struct lex *l, struct chip_field *f)
{
	static const struct parse_list list = { chip_field_role_parse, "a role", "role of a field", NULL };
	int found;

	if (!parse_choice(l, &list, &found))
		return false;
	f->role = (enum chip_field_role)found;
	return true;
}

enum { UNIT = 1, SCALE = 2, SHIFT = 4, PLUS = 8, FIELD_ROLE = 16, TRIGGER = 32 };

static bool extra_word(struct lex *l, struct chip_field *f, unsigned *said)
{
	static const struct {
		const char *word;
		unsigned bit;
	} words[] = {
		{ "unit", UNIT }, { "scale", SCALE },     { "shift", SHIFT },
		{ "plus", PLUS }, { "role", FIELD_ROLE }, { "trigger", TRIGGER },
	};
	struct chip_pos pos = lex_pos(l);
	const char *word;
	unsigned which = 0;
	uint32_t shift;

	if (!lex_name(l, LEX_WORD, "'{', role, unit, scale, shift, plus, trigger, !0 or !1", &word))
		return false;
	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcmp(word, words[i].word))
			which = words[i].bit;
	if (!which)
		return fault(l->sink, &pos,
			     "unknown word '%s': expected '{', role, unit, scale, shift, plus, trigger, !0 or !1",
			     word);
	if (*said & which)
		return fault(l->sink, &pos, "%s is said twice", word);
	*said |= which;
	if (which == TRIGGER) {
		f->trigger = true;
		return true;
	}
	if (!lex_gap(l))
		return false;
	if (which == FIELD_ROLE)
		return field_role(l, f);
	if (which == UNIT)
		return lex_string(l, "a unit", &f->unit);
	if (which == SCALE)
		return lex_u32(l, "a scale", UINT32_MAX, &f->scale);
	if (which == PLUS)
		return lex_u32(l, "a number to add", UINT32_MAX, &f->plus);
	if (!lex_u32(l, "a shift", 63, &shift))
		return false;
	f->shift = (uint8_t)shift;
	return true;
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

static bool in_order(const struct chip_field *fields, size_t n, bool lowest_first)
{
	for (size_t i = 1; i < n; i++)
		if ((highest_first(&fields[i - 1], &fields[i]) > 0) != lowest_first)
			return false;
	return true;
}

/* Most are written with the lowest bit first. */
static void sort_fields(struct chip_field *to, struct chip_field *from, size_t n)
{
	bool lowest_first = in_order(from, n, true);

	if (!lowest_first && !in_order(from, n, false))
		qsort(from, n, sizeof(*from), highest_first);
	for (size_t i = 0; i < n; i++)
		to[i] = from[lowest_first ? n - 1 - i : i];
}

void parse_reg_end(struct parser *p)
{
	struct chip_reg *reg;

	if (!p->reg)
		return;
	reg = &p->reg->reg;
	reg->fields = arena_alloc(p->lex.arena, p->n_fields * sizeof(p->fields[0]));
	reg->n_fields = p->n_fields;
	sort_fields(reg->fields, p->fields, p->n_fields);
	p->n_fields = 0;
	p->reg = NULL;
}
