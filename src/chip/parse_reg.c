// SPDX-License-Identifier: GPL-2.0-or-later
/* The line of a register, and where in configuration space it stands. */
#include <string.h>

#include "chip/parse.h"
#include "util/arena.h"

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

	if (!lex_name(&p->lex, LEX_REGISTER, "a register name", &r.name))
		return false;
	*ARENA_PUSH(p->lex.arena, def->removes, def->n_removes, def->cap_removes) = r;
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
