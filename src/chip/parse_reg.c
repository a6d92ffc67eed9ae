// SPDX-License-Identifier: GPL-2.0-or-later
/* The line of a register: its place, or the segments of an array; its attributes; and where in configuration space it
 * stands. */
#include "chip/parse.h"

#include <string.h>

#include "util/alloc.h"
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

/* Segments of an array or the offset of a register, from behind its name to before its width. */
static bool parse_place(struct parser *p, struct chip_reg *reg)
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

enum { QUEUE = 1, ROLE = 2, AKA = 4, CITE = 8 };

static bool once(struct lex *l, unsigned *said, unsigned what, const char *word)
{
	struct chip_pos pos = lex_pos(l);

	if (*said & what)
		return fault(l->sink, &pos, "%s is said twice", word);
	*said |= what;
	return true;
}

static bool queue(struct parser *p, struct chip_reg *reg)
{
	struct chip_pos pos = lex_pos(&p->lex);
	const char *word;

	if (!lex_name(&p->lex, LEX_WORD, "tx or rx", &word))
		return false;
	if (strcmp(word, "tx") != 0 && strcmp(word, "rx") != 0)
		return fault(p->lex.sink, &pos, "a queue is tx or rx, not '%s'", word);
	if (!reg->dimensions)
		return fault(p->lex.sink, &pos, "%s is not an array: it has no index that could be a queue", reg->name);
	reg->queue = *word == 't' ? CHIP_QUEUE_TX : CHIP_QUEUE_RX;
	return true;
}

static bool role(struct parser *p, struct def_reg *r)
{
	struct chip_pos pos = lex_pos(&p->lex);
	const char *word;
	int found;

	r->role_pos = pos;
	if (!lex_name(&p->lex, LEX_WORD, "a role", &word))
		return false;
	found = chip_role_parse(word);
	if (found < 0)
		return fault(p->lex.sink, &pos, "unknown role '%s'", word);
	r->reg.role = (enum chip_role)found;
	return true;
}

static bool values(struct lex *l, struct chip_condition *c)
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
	if (!lex_expect(l, '=') || !values(l, &c))
		return false;
	if (reg->condition.reg)
		c.next = arena_memdup(l->arena, &reg->condition, sizeof(c));
	reg->condition = c;
	return true;
}

static bool attribute(struct parser *p, struct def_reg *r, unsigned *said)
{
	struct lex *l = &p->lex;
	struct chip_pos pos = lex_pos(l);
	const char *word;

	if (*l->p == '@') {
		if (!once(l, said, CITE, "the citation"))
			return false;
		l->p++;
		return parse_cite(p, &r->cite);
	}
	if (!lex_name(l, LEX_WORD, "an attribute (queue, role, aka, if or @citation)", &word))
		return false;
	if (!lex_gap(l))
		return false;
	if (!strcmp(word, "queue"))
		return once(l, said, QUEUE, "the queue") && queue(p, &r->reg);
	if (!strcmp(word, "role"))
		return once(l, said, ROLE, "the role") && role(p, r);
	if (!strcmp(word, "if"))
		return condition(p, &r->reg);
	if (!strcmp(word, "aka"))
		return once(l, said, AKA, "the driver's name") &&
		       lex_name(l, LEX_HEADER, "a name in a driver's header", &r->reg.aka);
	return fault(l->sink, &pos, "unknown attribute '%s': it is queue, role, aka, if or @citation", word);
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
	struct lex *l = &p->lex;
	struct chip_pos pos = lex_pos(l);
	const char *word;
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
	pos = lex_pos(l);
	if (!lex_name(l, LEX_WORD, "an access (ro rw wo rc w1c w1s rs rl)", &word))
		return false;
	access = chip_access_parse(word);
	if (access < 0)
		return fault(l->sink, &pos, "unknown access '%s': it is ro, rw, wo, rc, w1c, w1s, rs or rl", word);
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

	if (is_offset(&p->lex) ? !offset(p, &r.offset) : !lex_name(&p->lex, LEX_REGISTER, "a register name", &r.name))
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

static bool in_config(struct parser *p, const char *word)
{
	struct chip_pos pos = lex_pos(&p->lex);

	return p->space == CHIP_CONFIG || fault(p->lex.sink, &pos, "'%s' has a place in 'space config' only", word);
}

static void structure(struct parser *p, const struct chip_capability *c)
{
	struct def *def = p->def;

	p->in_structure = true;
	p->cap = c->cap;
	p->cap_id = c->id;
	*ARENA_PUSH(p->lex.arena, def->capabilities, def->n_capabilities, def->cap_capabilities) = *c;
}

bool parse_header(struct parser *p)
{
	struct chip_capability c = { .cap = CHIP_CAP_HEADER, .name = "Header", .pos = lex_pos(&p->lex) };

	if (!in_config(p, "header"))
		return false;
	structure(p, &c);
	return true;
}

static bool capability(struct parser *p, enum chip_cap cap, uint32_t most)
{
	struct chip_capability c = { .cap = cap, .pos = lex_pos(&p->lex) };
	struct lex *l = &p->lex;
	uint32_t id;

	if (!in_config(p, cap == CHIP_CAP_EXTENDED ? "extended" : "capability") ||
	    !lex_u32(l, "a capability ID", most, &id) || !lex_gap(l) ||
	    !lex_string(l, "the capability's name", &c.name))
		return false;
	c.id = (uint16_t)id;
	structure(p, &c);
	return true;
}

bool parse_capability(struct parser *p)
{
	return capability(p, CHIP_CAP_STANDARD, 0xff);
}

bool parse_extended(struct parser *p)
{
	return capability(p, CHIP_CAP_EXTENDED, 0xffff);
}
