// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a definition file: the keyword of each selects its parser. The header lines are parsed here, and
 * def_scan() finds them without parsing the rest. */
#include "chip/parse.h"

#include <string.h>

#include "util/alloc.h"
#include "util/arena.h"

static const char *const name_words[] = { "a family's name", "a chip's name", "a driver's name", "a part's name",
					  "a driver's name" };

static bool bases(struct lex *l, struct def *def)
{
	do {
		struct def_name base;

		lex_blank(l);
		base.pos = lex_pos(l);
		if (!lex_room(l, def->n_bases, PARSE_BASES, "bases"))
			return false;
		if (!lex_name(l, LEX_DEFINED, "the name of a family or chip", &base.name))
			return false;
		*ARENA_PUSH(l->arena, def->bases, def->n_bases, def->cap_bases) = base;
		if ((l->p == l->end || *l->p != ',') && !lex_gap(l))
			return false;
	} while (lex_char(l, ','));
	return true;
}

/* "740", or "551,739,740" where earlier versions of the driver wrote fewer. */
static bool sizes(struct lex *l, struct def *def)
{
	do {
		struct chip_pos pos = lex_pos(l);
		uint32_t n;

		if (!lex_u32(l, "a number of words", 65536, &n))
			return false;
		if (n <= def->n_words)
			return fault(l->sink, &pos, "%u words after %u: the sizes of a dump must grow", n,
				     def->n_words);
		if (def->n_sizes == CHIP_DUMP_SIZES)
			return fault(l->sink, &pos, "a dump has at most %d sizes", CHIP_DUMP_SIZES);
		def->sizes[def->n_sizes++] = def->n_words = n;
	} while (lex_char(l, ','));
	return true;
}

/* "family NAME : BASES TITLE" behind its first word. */
static bool parse_head(struct lex *l, enum def_kind kind, struct def *def)
{
	def->kind = kind;
	def->pos = lex_pos(l);
	if (!lex_name(l, LEX_DEFINED, name_words[kind], &def->name) || !lex_gap(l))
		return false;
	if (kind == DEF_DUMP) {
		struct chip_pos pos = lex_pos(l);
		const char *word;

		if (!lex_name(l, LEX_WORD, "'words'", &word))
			return false;
		if (strcmp(word, "words") != 0)
			return fault(l->sink, &pos, "expected 'words', found '%s'", word);
		if (!lex_gap(l) || !sizes(l, def) || !lex_gap(l))
			return false;
	} else if (kind != DEF_PART && kind != DEF_MII && lex_char(l, ':') && !bases(l, def)) {
		return false;
	}
	return lex_string(l, "a title", &def->title);
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
	pos = lex_pos(l);
	if (!lex_name(l, LEX_WORD, "onboard", &word))
		return false;
	logged->onboard = true;
	return !strcmp(word, "onboard") || fault(l->sink, &pos, "expected 'onboard', found '%s'", word);
}

/* Steps over the word and the blanks behind it. */
static bool starts(struct lex *l, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(l->end - l->p) <= n || memcmp(l->p, word, n) || (l->p[n] != ' ' && l->p[n] != '\t'))
		return false;
	l->p += n;
	return lex_blank(l);
}

static bool scan_line(struct lex *l, struct def_head *head)
{
	*head = (struct def_head){ .line = l->line_no };
	if (starts(l, "id")) {
		head->line_kind = HEAD_ID;
		return parse_id_value(l, &head->id);
	}
	head->line_kind = HEAD_LOGGED;
	if (starts(l, "probe"))
		return parse_probe_value(l, &head->logged);
	if (starts(l, "stands-in"))
		return parse_stands_in_value(l, &head->logged);
	head->line_kind = HEAD_DEFINITION;
	for (unsigned kind = 0; kind < DEF_KINDS; kind++)
		if (starts(l, def_kind_name((enum def_kind)kind))) {
			head->kind = (enum def_kind)kind;
			return lex_name(l, LEX_DEFINED, "", &head->name);
		}
	return false;
}

void def_scan(struct arena *arena, const char *file, const char *text, size_t n,
	      void (*each)(const struct def_head *head, void *arg), void *arg)
{
	struct sink sink = { .report = fault_ignore }; /* faults are left for def_parse() */
	struct def_head head;
	struct lex l;

	lex_init(&l, arena, &sink, file, text, n);
	while (lex_line(&l)) {
		/* Most lines begin with a blank or an 'r', and no header does. */
		if (l.p < l.end && *l.p != 'r' && lex_blank(&l) && scan_line(&l, &head))
			each(&head, arg);
	}
}

enum {
	FAMILY = 1 << DEF_FAMILY,
	CHIP = 1 << DEF_CHIP,
	DUMP = 1 << DEF_DUMP,
	PART = 1 << DEF_PART,
	MII = 1 << DEF_MII,
	ALL = FAMILY | CHIP | DUMP | PART | MII
};

static bool start(struct parser *p, enum def_kind kind)
{
	struct def *def = arena_alloc(p->lex.arena, sizeof(*def));

	p->def = NULL;
	p->space = CHIP_MMIO;
	p->group = CHIP_OTHER;
	p->cite = NULL;
	p->in_structure = false;
	def->kind = kind;
	/* Kept even with a fault: the lines below belong to it and are checked as far as possible. */
	p->def = def;
	*ARENA_PUSH(p->lex.arena, p->out->defs, p->out->n, p->out->cap) = def;
	if (parse_head(&p->lex, kind, def))
		return true;
	if (!def->name)
		p->out->n--;
	return false;
}

static bool parse_family(struct parser *p)
{
	return start(p, DEF_FAMILY);
}

static bool parse_chip(struct parser *p)
{
	return start(p, DEF_CHIP);
}

static bool parse_dump(struct parser *p)
{
	return start(p, DEF_DUMP);
}

static bool parse_part(struct parser *p)
{
	return start(p, DEF_PART);
}

static bool parse_mii(struct parser *p)
{
	return start(p, DEF_MII);
}

static bool parse_space(struct parser *p)
{
	struct chip_pos pos = lex_pos(&p->lex);
	const char *word;
	int space;

	if (!lex_name(&p->lex, LEX_WORD, "mmio, phy or config", &word))
		return false;
	space = chip_space_parse(word);
	if (space < 0)
		return fault(p->lex.sink, &pos, "unknown space '%s': it is mmio, phy or config", word);
	if (space == CHIP_CONFIG && strcmp(p->def->name ? p->def->name : "", "pci") != 0)
		return fault(p->lex.sink, &pos, "configuration space is defined in family pci only");
	p->space = (enum chip_space)space;
	p->in_structure = false;
	return true;
}

static bool parse_group(struct parser *p)
{
	struct chip_pos pos = lex_pos(&p->lex);
	const char *word;
	int group;

	if (!lex_name(&p->lex, LEX_WORD, "a group", &word))
		return false;
	group = chip_group_parse(word);
	if (group < 0)
		return fault(p->lex.sink, &pos, "unknown group '%s'", word);
	p->group = (enum chip_group)group;
	return true;
}

static bool parse_cite_line(struct parser *p)
{
	return parse_cite(p, &p->cite);
}

static const struct keyword {
	const char *word;
	unsigned in; /* kinds of definitions; 0: anywhere */
	bool (*parse)(struct parser *p);
} keywords[] = {
	{ "reg", FAMILY | CHIP, parse_reg },
	{ "cite", ALL, parse_cite_line },
	{ "group", FAMILY | CHIP, parse_group },
	{ "word", DUMP, parse_word },
	{ "space", FAMILY | CHIP, parse_space },
	{ "header", FAMILY | CHIP, parse_header },
	{ "capability", FAMILY | CHIP, parse_capability },
	{ "extended", FAMILY | CHIP, parse_extended },
	{ "override", FAMILY | CHIP, parse_override },
	{ "remove", FAMILY | CHIP, parse_remove },
	{ "move", FAMILY | CHIP, parse_move },
	{ "family", 0, parse_family },
	{ "chip", 0, parse_chip },
	{ "dump", 0, parse_dump },
	{ "part", 0, parse_part },
	{ "mii", 0, parse_mii },
	{ "id", CHIP | PART, parse_id },
	{ "source", ALL, parse_source },
	{ "driver", FAMILY | CHIP | PART, parse_driver },
	{ "bar", FAMILY | CHIP, parse_bar },
	{ "queues", FAMILY | CHIP, parse_queues },
	{ "ring", FAMILY | CHIP, parse_ring },
	{ "phy", FAMILY | CHIP, parse_phy },
	{ "trait", FAMILY | CHIP | PART, parse_trait },
	{ "erratum", FAMILY | CHIP | PART, parse_erratum },
	{ "expect", FAMILY | CHIP | PART, parse_expect },
	{ "like", PART, parse_like },
	{ "probe", CHIP | PART, parse_probe },
	{ "stands-in", CHIP, parse_stands_in },
	{ "live", MII, parse_live },
	{ "kept", MII, parse_kept },
	{ "if-link", MII, parse_if_link },
};

static const struct keyword *keyword_at(const struct lex *l)
{
	size_t n = 0;

	while (l->p + n < l->end && ((l->p[n] >= 'a' && l->p[n] <= 'z') || l->p[n] == '-'))
		n++;
	for (size_t i = 0; i < COUNT(keywords); i++)
		if (strlen(keywords[i].word) == n && !memcmp(keywords[i].word, l->p, n))
			return &keywords[i];
	return NULL;
}

static bool allowed(struct parser *p, const struct keyword *k)
{
	struct chip_pos pos = lex_pos(&p->lex);

	if (!k->in)
		return true;
	if (!p->def)
		return fault(p->lex.sink, &pos, "'%s' stands before any family, chip, part, dump or mii line", k->word);
	if (!(k->in & 1u << p->def->kind))
		return fault(p->lex.sink, &pos, "'%s' has no place in a %s", k->word, def_kind_name(p->def->kind));
	return true;
}

static void unknown_word(struct lex *l)
{
	struct chip_pos pos = lex_pos(l);
	size_t n = 0;

	while (l->p + n < l->end && n < 40 && (unsigned char)l->p[n] > ' ' && l->p[n] != 0x7f)
		n++;
	if (n)
		fault(l->sink, &pos, "unknown word '%.*s'", (int)n, l->p);
	else
		lex_expected(l, "a word of the format");
}

static void statement(struct parser *p)
{
	const struct keyword *k = keyword_at(&p->lex);
	struct lex *l = &p->lex;

	parse_reg_end(p);
	p->skip_fields = !k || !allowed(p, k);
	if (!k)
		unknown_word(l);
	if (p->skip_fields)
		return;
	l->p += strlen(k->word);
	if (lex_gap(l) && k->parse(p))
		lex_done(l);
}

static bool is_field(const struct lex *l)
{
	return *l->p >= '0' && *l->p <= '9';
}

void def_parse(struct arena *arena, const char *file, const char *text, size_t n, struct sink *sink,
	       struct def_list *out)
{
	struct parser p = { .out = out };

	lex_init(&p.lex, arena, sink, file, text, n);
	while (lex_line(&p.lex)) {
		struct chip_pos pos;

		if (!lex_blank(&p.lex))
			continue;
		if (!is_field(&p.lex)) {
			statement(&p);
		} else if (p.reg) {
			if (parse_field(&p))
				lex_done(&p.lex);
		} else if (!p.skip_fields) {
			pos = lex_pos(&p.lex);
			fault(sink, &pos, "a bit field without a register above it");
		}
	}
	parse_reg_end(&p);
}
