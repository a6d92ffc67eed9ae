// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a definition file: the keyword of each selects its parser. The header lines are parsed here (def_scan() finds
 * them without parsing the rest), and what lines of several kinds have: words of a list, places of registers. */
#include "chip/parse.h"

#include <string.h>

#include "util/alloc.h"

bool parse_once(struct lex *l, unsigned *said, unsigned what, const char *word)
{
	struct chip_pos pos = lex_pos(l);

	if (*said & what)
		return fault(l->sink, &pos, "%s is said twice", word);
	*said |= what;
	return true;
}

bool parse_choice(struct lex *l, const struct parse_list *list, int *value)
{
	struct chip_pos pos = lex_pos(l);
	const char *word;

	if (!lex_name(l, LEX_WORD, list->one, &word))
		return false;
	*value = list->parse(word);
	return *value >= 0 || fault(l->sink, &pos, "unknown %s '%s'%s", list->noun, word, list->all ? list->all : "");
}

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

bool parse_offset(struct parser *p, uint32_t *value)
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
		if (!parse_offset(p, &s->offset) || (array && !strides(l, reg, s)) || !fits(l, segments, n, &pos) ||
		    !lex_gap(l))
			return false;
	} while (reg->dimensions && l->p < l->end && *l->p == '[');
	reg->segments = arena_memdup(l->arena, segments, n * sizeof(*segments));
	reg->n_segments = n;
	return true;
}

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
static bool sizes(struct lex *l, struct chip_dump *dump)
{
	do {
		struct chip_pos pos = lex_pos(l);
		uint32_t n;

		if (!lex_u32(l, "a number of words", 65536, &n))
			return false;
		if (n <= dump->n_words)
			return fault(l->sink, &pos, "%u words after %u: the sizes of a dump must grow", n,
				     dump->n_words);
		if (dump->n_sizes == CHIP_DUMP_SIZES)
			return fault(l->sink, &pos, "a dump has at most %d sizes", CHIP_DUMP_SIZES);
		dump->sizes[dump->n_sizes++] = dump->n_words = n;
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
		if (!lex_gap(l) || !sizes(l, &def->dump) || !lex_gap(l))
			return false;
	} else if (kind != DEF_PART && kind != DEF_MII && lex_char(l, ':') && !bases(l, def)) {
		return false;
	}
	return lex_string(l, "a title", &def->title);
}

/* Steps over the word and the blanks behind it. */
static bool starts(struct lex *l, const char *word)
{
	size_t n;

	if (l->p == l->end || *l->p != *word)
		return false;
	n = strlen(word);
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

/* Those of a file, or of its index, each behind its number there. */
struct lines {
	bool numbered;
};

static void lines_begin(struct lines *lines, struct lex *l, struct arena *arena, struct sink *sink,
			const struct db_file *file, bool by_index)
{
	lines->numbered = by_index && file->index;
	lex_init(l, arena, sink, file->name, lines->numbered ? file->index : file->text,
		 lines->numbered ? file->n_index : file->n);
}

static bool lines_next(const struct lines *lines, struct lex *l)
{
	return lex_line(l) && (!lines->numbered || lex_decimal(l, "a line's number", UINT32_MAX, &l->line_no));
}

void def_scan(struct arena *arena, const struct db_file *file, void (*each)(const struct def_head *head, void *arg),
	      void *arg)
{
	struct sink sink = { .report = fault_ignore }; /* faults are left for def_parse() */
	struct def_head head;
	struct lines lines;
	struct lex l;

	lines_begin(&lines, &l, arena, &sink, file, true);
	while (lines_next(&lines, &l)) {
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

static bool parse_space(struct parser *p)
{
	static const struct parse_list list = { chip_space_parse, "mmio, phy or config", "space",
						": it is mmio, phy or config" };
	struct chip_pos pos = lex_pos(&p->lex);
	int space;

	if (!parse_choice(&p->lex, &list, &space))
		return false;
	if (space == CHIP_CONFIG && strcmp(p->def->name ? p->def->name : "", "pci") != 0)
		return fault(p->lex.sink, &pos, "configuration space is defined in family pci only");
	p->space = (enum chip_space)space;
	p->in_structure = false;
	return true;
}

static bool parse_group(struct parser *p)
{
	static const struct parse_list list = { chip_group_parse, "a group", "group", NULL };
	int group;

	if (!parse_choice(&p->lex, &list, &group))
		return false;
	p->group = (enum chip_group)group;
	return true;
}

static bool parse_cite_line(struct parser *p)
{
	return parse_cite(p, &p->cite);
}

static const struct keyword {
	const char *word;
	unsigned in;                     /* kinds of definitions; 0: anywhere */
	bool (*parse)(struct parser *p); /* NULL: it begins a definition */
	enum def_kind kind;
} keywords[] = {
	{ "reg", FAMILY | CHIP, parse_reg, 0 },
	{ "cite", ALL, parse_cite_line, 0 },
	{ "group", FAMILY | CHIP, parse_group, 0 },
	{ "word", DUMP, parse_word, 0 },
	{ "space", FAMILY | CHIP, parse_space, 0 },
	{ "header", FAMILY | CHIP, parse_header, 0 },
	{ "capability", FAMILY | CHIP, parse_capability, 0 },
	{ "extended", FAMILY | CHIP, parse_extended, 0 },
	{ "override", FAMILY | CHIP, parse_override, 0 },
	{ "remove", FAMILY | CHIP, parse_remove, 0 },
	{ "move", FAMILY | CHIP, parse_move, 0 },
	{ "family", 0, NULL, DEF_FAMILY },
	{ "chip", 0, NULL, DEF_CHIP },
	{ "dump", 0, NULL, DEF_DUMP },
	{ "part", 0, NULL, DEF_PART },
	{ "mii", 0, NULL, DEF_MII },
	{ "id", CHIP | PART, parse_id, 0 },
	{ "source", ALL, parse_source, 0 },
	{ "driver", FAMILY | CHIP | PART, parse_driver, 0 },
	{ "bar", FAMILY | CHIP, parse_bar, 0 },
	{ "queues", FAMILY | CHIP, parse_queues, 0 },
	{ "ring", FAMILY | CHIP, parse_ring, 0 },
	{ "phy", FAMILY | CHIP, parse_phy, 0 },
	{ "trait", FAMILY | CHIP | PART, parse_trait, 0 },
	{ "erratum", FAMILY | CHIP | PART, parse_erratum, 0 },
	{ "stepping", CHIP | PART, parse_stepping, 0 },
	{ "expect", FAMILY | CHIP | PART, parse_expect, 0 },
	{ "like", PART, parse_like, 0 },
	{ "probe", CHIP | PART, parse_probe, 0 },
	{ "stands-in", CHIP, parse_stands_in, 0 },
	{ "live", MII, parse_live, 0 },
	{ "kept", MII, parse_kept, 0 },
	{ "if-link", MII, parse_if_link, 0 },
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
	if (lex_gap(l) && (k->parse ? k->parse(p) : start(p, k->kind)))
		lex_done(l);
}

static bool is_field(const struct lex *l)
{
	return *l->p >= '0' && *l->p <= '9';
}

void def_parse(struct arena *arena, const struct db_file *file, bool by_index, struct sink *sink, struct def_list *out)
{
	struct parser p = { .out = out };
	struct lines lines;

	lines_begin(&lines, &p.lex, arena, sink, file, by_index);
	while (lines_next(&lines, &p.lex)) {
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
