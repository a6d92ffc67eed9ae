// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts of a chip besides its registers, the sources of all facts, and the structures of configuration space. */
#include "chip/parse.h"

#include <string.h>

#include "util/alloc.h"

bool parse_direction(struct lex *l, const char *what, bool *tx)
{
	struct chip_pos pos = lex_pos(l);
	const char *word;

	if (!lex_name(l, LEX_WORD, "tx or rx", &word))
		return false;
	*tx = !strcmp(word, "tx");
	return *tx || !strcmp(word, "rx") || fault(l->sink, &pos, "%s tx or rx, not '%s'", what, word);
}

bool parse_id_value(struct lex *l, struct chip_id *id)
{
	uint32_t vendor, device;

	if (!lex_digits(l, "a PCI ID of two times four hexadecimal digits", 4, &vendor) || !lex_expect(l, ':') ||
	    !lex_digits(l, "a PCI ID of two times four hexadecimal digits", 4, &device))
		return false;
	id->vendor = (uint16_t)vendor;
	id->device = (uint16_t)device;
	if (!lex_gap(l))
		return false;
	return l->p == l->end || lex_string(l, "a name for the id", &id->name);
}

bool parse_probe_value(struct lex *l, struct def_logged *logged)
{
	if (!lex_name(l, LEX_DEFINED, "a driver's name", &logged->driver) || !lex_gap(l) ||
	    !lex_decimal(l, "the driver's number for the MAC", 255, &logged->mac) || !lex_gap(l) ||
	    !lex_decimal(l, "the driver's number for the PHY", 255, &logged->phy) || !lex_gap(l))
		return false;
	return l->p == l->end || lex_string(l, "a name for the part", &logged->name);
}

bool parse_stands_in_value(struct lex *l, struct def_logged *logged)
{
	const char *word;
	struct chip_pos pos;

	logged->stands_in = true;
	if (!lex_name(l, LEX_DEFINED, "a driver's name", &logged->driver) || !lex_gap(l))
		return false;
	if (l->p == l->end)
		return true;
	if (*l->p == '"')
		return lex_string(l, "a name for the parts", &logged->name);
	pos = lex_pos(l);
	if (!lex_name(l, LEX_WORD, "onboard", &word))
		return false;
	logged->onboard = true;
	return !strcmp(word, "onboard") || fault(l->sink, &pos, "expected 'onboard', found '%s'", word);
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
	return parse_once(&p->lex, &p->def->said, DEF_DRIVER, "the driver") &&
	       lex_name(&p->lex, LEX_DEFINED, "a driver's name", &p->def->driver);
}

bool parse_bar(struct parser *p)
{
	struct lex *l = &p->lex;
	uint32_t bar;

	if (!parse_once(&p->lex, &p->def->said, DEF_BAR, "the BAR") || !lex_decimal(l, "a BAR", 5, &bar) || !lex_gap(l))
		return false;
	p->def->bar = (uint8_t)bar;
	p->def->bar_pos = lex_pos(l);
	return lex_u32(l, "a number of bytes", 1u << 30, &p->def->bar_size);
}

/* Steps over a text that is next. */
static bool literal(struct lex *l, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(l->end - l->p) < n || memcmp(l->p, text, n) != 0)
		return false;
	l->p += n;
	return true;
}

/* "n", "vfs+n", "base+n", each with "n/2+8*(n%2)" in the place of n. */
static bool queue_map(struct lex *l, struct chip_queue_map *map)
{
	static const char form[] = "n, vfs+n or base+n, where n may be n/D+T*(n%D)";
	struct chip_pos pos;
	uint32_t again;

	map->base = literal(l, "vfs+")    ? CHIP_QUEUES_AFTER_VFS
		    : literal(l, "base+") ? CHIP_QUEUES_AT_BASE
					  : CHIP_QUEUES_AT_0;
	if (!literal(l, "n"))
		return lex_expected(l, form);
	if (!lex_char(l, '/'))
		return true;
	pos = lex_pos(l);
	if (!lex_decimal(l, "a number to divide by", 65536, &map->divide))
		return false;
	if (!map->divide)
		return fault(l->sink, &pos, "a division by 0");
	if (!literal(l, "+") || !lex_decimal(l, "a number of queues", 65536, &map->times) || !literal(l, "*(n%"))
		return lex_expected(l, form);
	pos = lex_pos(l);
	if (!lex_decimal(l, "a number to divide by", 65536, &again) || !lex_expect(l, ')'))
		return false;
	return again == map->divide ||
	       fault(l->sink, &pos, "n is divided by %u before, and by %u here", map->divide, again);
}

/* What may follow the number: how the driver numbers these queues. */
static bool driver_queues(struct lex *l, struct chip_queue_map *map)
{
	struct chip_pos pos;
	const char *word;

	if (!lex_gap(l))
		return false;
	if (l->p == l->end)
		return true;
	pos = lex_pos(l);
	if (!lex_name(l, LEX_WORD, "driver", &word))
		return false;
	if (strcmp(word, "driver") != 0)
		return fault(l->sink, &pos, "expected 'driver', found '%s'", word);
	return lex_gap(l) && queue_map(l, map);
}

bool parse_queues(struct parser *p)
{
	struct def *def = p->def;
	bool tx;

	if (!parse_direction(&p->lex, "queues are", &tx))
		return false;
	return parse_once(&p->lex, &p->def->said, tx ? DEF_QUEUES_TX : DEF_QUEUES_RX, "the number of these queues") &&
	       lex_gap(&p->lex) &&
	       lex_decimal(&p->lex, "a number of queues", 65536, tx ? &def->queues_tx : &def->queues_rx) &&
	       driver_queues(&p->lex, tx ? &def->map_tx : &def->map_rx);
}

bool parse_ring(struct parser *p)
{
	return parse_once(&p->lex, &p->def->said, DEF_RING, "the size of a descriptor") &&
	       lex_decimal(&p->lex, "a number of bytes", 1024, &p->def->ring_entry);
}

bool parse_phy(struct parser *p)
{
	static const char *const kinds[] = { "internal", "external", "none" };
	struct chip_pos pos = lex_pos(&p->lex);
	struct lex *l = &p->lex;
	const char *word;

	if (!parse_once(&p->lex, &p->def->said, DEF_PHY, "the PHY") ||
	    !lex_name(l, LEX_WORD, "internal, external or none", &word))
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

bool parse_stepping(struct parser *p)
{
	struct chip_pos pos = lex_pos(&p->lex);
	struct def *def = p->def;
	struct lex *l = &p->lex;
	struct chip_stepping s;
	uint32_t revision;

	if (!lex_room(l, def->n_steppings, PARSE_LINES, "steppings") ||
	    !lex_u32(l, "a PCI revision", UINT8_MAX, &revision) || !lex_gap(l) ||
	    !lex_string(l, "what the maker calls this revision", &s.name))
		return false;
	s.revision = (uint8_t)revision;
	for (size_t i = 0; i < def->n_steppings; i++)
		if (def->steppings[i].revision == s.revision)
			return fault(l->sink, &pos, "revision 0x%02x has a stepping already", s.revision);
	*ARENA_PUSH(l->arena, def->steppings, def->n_steppings, def->cap_steppings) = s;
	return true;
}

bool parse_like(struct parser *p)
{
	struct def_name like;

	if (!parse_once(&p->lex, &p->def->said, DEF_LIKE, "what it is like"))
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
