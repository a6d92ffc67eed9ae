// SPDX-License-Identifier: GPL-2.0-or-later
/* What follows a register's title: queue, role, aka, if, and the citation. */
#include <string.h>

#include "chip/parse.h"
#include "util/arena.h"

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
	const size_t most = sizeof(c->values) / sizeof(c->values[0]);

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

bool parse_attributes(struct parser *p, struct def_reg *r)
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
