// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines in which a definition says what it is and what it builds on; and the quick look for them. */
#include <string.h>

#include "chip/parse.h"
#include "util/arena.h"

static const char *const name_words[] = { "a family's name", "a chip's name", "a driver's name", "a part's name" };

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

bool parse_head(struct lex *l, enum def_kind kind, struct def *def)
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
	} else if (kind != DEF_PART && lex_char(l, ':') && !bases(l, def)) {
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

/* Faults are left for def_parse(). */
static void ignore(const struct chip_pos *pos, const char *message, void *arg)
{
	(void)pos;
	(void)message;
	(void)arg;
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
	struct sink sink = { .report = ignore };
	struct def_head head;
	struct lex l;

	lex_init(&l, arena, &sink, file, text, n);
	while (lex_line(&l)) {
		/* Most lines begin with a blank or an 'r', and no header does. */
		if (l.p < l.end && *l.p != 'r' && lex_blank(&l) && scan_line(&l, &head))
			each(&head, arg);
	}
}
