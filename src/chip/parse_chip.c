// SPDX-License-Identifier: GPL-2.0-or-later
/* What a chip says of itself, and where its facts are from. */
#include <string.h>

#include "chip/parse.h"
#include "util/arena.h"

/* A line that a definition may have once. */
static bool once(struct parser *p, enum def_said what, const char *word)
{
	struct chip_pos pos = lex_pos(&p->lex);

	if (p->def->said & what)
		return fault(p->lex.sink, &pos, "%s is said twice", word);
	p->def->said |= what;
	return true;
}

bool parse_id(struct parser *p)
{
	struct def_id id = { .pos = lex_pos(&p->lex) };

	if (!lex_room(&p->lex, p->def->n_ids, PARSE_LINES, "ids") || !parse_id_value(&p->lex, &id.id))
		return false;
	*ARENA_PUSH(p->lex.arena, p->def->ids, p->def->n_ids, p->def->cap_ids) = id;
	return true;
}

bool parse_driver(struct parser *p)
{
	return once(p, DEF_DRIVER, "the driver") && lex_name(&p->lex, LEX_DEFINED, "a driver's name", &p->def->driver);
}

bool parse_bar(struct parser *p)
{
	struct lex *l = &p->lex;
	uint32_t bar;

	if (!once(p, DEF_BAR, "the BAR") || !lex_decimal(l, "a BAR", 5, &bar) || !lex_gap(l))
		return false;
	p->def->bar = (uint8_t)bar;
	p->def->bar_pos = lex_pos(l);
	return lex_u32(l, "a number of bytes", 1u << 30, &p->def->bar_size);
}

bool parse_queues(struct parser *p)
{
	struct chip_pos pos = lex_pos(&p->lex);
	struct def *def = p->def;
	const char *word;
	bool tx;

	if (!lex_name(&p->lex, LEX_WORD, "tx or rx", &word))
		return false;
	tx = !strcmp(word, "tx");
	if (!tx && strcmp(word, "rx") != 0)
		return fault(p->lex.sink, &pos, "queues are tx or rx, not '%s'", word);
	return once(p, tx ? DEF_QUEUES_TX : DEF_QUEUES_RX, "the number of these queues") && lex_gap(&p->lex) &&
	       lex_decimal(&p->lex, "a number of queues", 65536, tx ? &def->queues_tx : &def->queues_rx);
}

bool parse_ring(struct parser *p)
{
	return once(p, DEF_RING, "the size of a descriptor") &&
	       lex_decimal(&p->lex, "a number of bytes", 1024, &p->def->ring_entry);
}

bool parse_phy(struct parser *p)
{
	static const char *const kinds[] = { "internal", "external", "none" };
	struct chip_pos pos = lex_pos(&p->lex);
	struct lex *l = &p->lex;
	const char *word;

	if (!once(p, DEF_PHY, "the PHY") || !lex_name(l, LEX_WORD, "internal, external or none", &word))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (!strcmp(word, kinds[i]))
			p->def->phy_kind = kinds[i];
	if (!p->def->phy_kind)
		return fault(l->sink, &pos, "a PHY is internal, external or none, not '%s'", word);
	if (!lex_gap(l))
		return false;
	return l->p == l->end || lex_string(l, "the name of the PHY", &p->def->phy);
}

bool parse_trait(struct parser *p)
{
	struct def_name trait = { .pos = lex_pos(&p->lex) };

	if (!lex_room(&p->lex, p->def->n_traits, PARSE_LINES, "traits") ||
	    !lex_name(&p->lex, LEX_WORD, "a trait", &trait.name))
		return false;
	*ARENA_PUSH(p->lex.arena, p->def->traits, p->def->n_traits, p->def->cap_traits) = trait;
	return true;
}

bool parse_cite(struct parser *p, struct def_cite **cite)
{
	struct lex *l = &p->lex;
	struct def_cite *c = arena_alloc(l->arena, sizeof(*c));

	c->pos = lex_pos(l);
	if (l->p < l->end && *l->p == '"') {
		if (!lex_string(l, "a citation", &c->text))
			return false;
	} else if (!lex_name(l, LEX_DEFINED, "text in quotes, or SOURCE:PLACE", &c->source) || !lex_expect(l, ':') ||
		   !lex_rest_of_word(l, "a place in the source", &c->place)) {
		return false;
	}
	*cite = c;
	*ARENA_PUSH(l->arena, p->def->cites, p->def->n_cites, p->def->cap_cites) = c;
	return true;
}

/* An erratum's "aspm-l1.2" has a dot; `workaround "..."` may follow the title. */
static bool workaround(struct lex *l, struct chip_erratum *e)
{
	struct chip_pos pos = lex_pos(l);
	const char *word;

	if (l->p == l->end || *l->p < 'a' || *l->p > 'z')
		return true;
	if (!lex_name(l, LEX_WORD, "workaround, or @citation", &word))
		return false;
	if (strcmp(word, "workaround") != 0)
		return fault(l->sink, &pos, "expected workaround or @citation, found '%s'", word);
	return lex_gap(l) && lex_string(l, "who does what against it", &e->workaround) && lex_gap(l);
}

bool parse_erratum(struct parser *p)
{
	struct def_erratum e = { .cite = p->cite };
	struct lex *l = &p->lex;

	e.pos = lex_pos(l);
	if (!lex_room(l, p->def->n_errata, PARSE_LINES, "errata") ||
	    !lex_name(l, LEX_DEFINED, "a short name for the erratum", &e.erratum.id) || !lex_gap(l) ||
	    !lex_string(l, "what the erratum is", &e.erratum.title) || !lex_gap(l) || !workaround(l, &e.erratum))
		return false;
	if (lex_char(l, '@') && !parse_cite(p, &e.cite))
		return false;
	*ARENA_PUSH(l->arena, p->def->errata, p->def->n_errata, p->def->cap_errata) = e;
	return true;
}

bool parse_like(struct parser *p)
{
	struct def_name like;

	if (!once(p, DEF_LIKE, "what it is like"))
		return false;
	like.pos = lex_pos(&p->lex);
	if (!lex_name(&p->lex, LEX_DEFINED, "the name of a chip", &like.name))
		return false;
	p->def->like = like;
	return true;
}

/* These two count as def_scan() finds them; here they are checked. */
bool parse_probe(struct parser *p)
{
	return parse_probe_value(&p->lex, &(struct def_logged){ 0 });
}

bool parse_stands_in(struct parser *p)
{
	return parse_stands_in_value(&p->lex, &(struct def_logged){ 0 });
}

bool parse_source(struct parser *p)
{
	struct chip_pos pos = lex_pos(&p->lex);
	struct lex *l = &p->lex;
	struct def *def = p->def;
	struct def_source s;

	if (!lex_name(l, LEX_DEFINED, "a short name for the source", &s.name))
		return false;
	if (!lex_room(l, def->n_sources, PARSE_LINES, "sources"))
		return false;
	for (size_t i = 0; i < def->n_sources; i++)
		if (!strcmp(def->sources[i].name, s.name))
			return fault(l->sink, &pos, "source '%s' is declared twice", s.name);
	if (!lex_gap(l) || !lex_string(l, "what the source is", &s.title))
		return false;
	*ARENA_PUSH(l->arena, def->sources, def->n_sources, def->cap_sources) = s;
	return true;
}
