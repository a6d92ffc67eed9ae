// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a driver: the words of its register dump, and its answers about the PHY. */
#include "chip/parse.h"

#include <string.h>

#include "util/alloc.h"

/* A line of a dump: all its words are as `word`, with the indices of its registers going up. */
struct words {
	uint32_t first, last;
	struct chip_pos pos;
	struct chip_word word;
	bool two, over_two; /* the second index goes up */
};

static bool push_all(struct parser *p, const struct words *w)
{
	struct chip_dump *dump = &p->def->dump;

	for (uint32_t n = 0; n <= w->last - w->first; n++) {
		struct chip_word *named;

		if (dump->n_named >= 65536)
			return fault(p->lex.sink, &w->pos, "a dump names at most 65536 words");
		named = ARENA_PUSH(p->lex.arena, dump->words, dump->n_named, p->def->cap_words);
		*named = w->word;
		named->pos = w->pos;
		named->index = w->first + n;
		*(w->two ? &named->j : &named->i) += n;
		*(w->over_two ? &named->over_j : &named->over_i) += n;
	}
	return true;
}

/* "[3]", "[0..3]", "[1,3]", "[1,0..3]", or nothing: the last dimension may be a range. */
static bool indices(struct lex *l, uint32_t *i, uint32_t *j, uint32_t *n, bool *two)
{
	uint64_t end;

	*n = 1;
	if (!lex_char(l, '['))
		return true;
	if (!lex_decimal(l, "an index", 65535, i) || !parse_last(l, "an index", *i, 65535, &end))
		return false;
	*two = end == *i && lex_char(l, ',');
	if (*two && (!lex_decimal(l, "an index", 65535, j) || !parse_last(l, "an index", *j, 65535, &end)))
		return false;
	*n = (uint32_t)end - (*two ? *j : *i) + 1;
	return lex_expect(l, ']');
}

static bool as_many(struct lex *l, const struct words *w, const struct chip_pos *pos, uint32_t n)
{
	uint32_t words = w->last - w->first + 1;

	return n == words || fault(l->sink, pos, "%u words, but %u registers", words, n);
}

static bool registers(struct lex *l, struct words *w)
{
	uint32_t n;

	w->word.kind = CHIP_WORD_REGISTER;
	return lex_name(l, LEX_REGISTER, "a register name", &w->word.name) &&
	       indices(l, &w->word.i, &w->word.j, &n, &w->two) && as_many(l, w, &w->pos, n);
}

/* "only 82571EB,82572EI" */
static bool only(struct parser *p, struct words *w)
{
	const char *names[PARSE_ONLY];
	struct lex *l = &p->lex;
	size_t n = 0;

	if (w->word.n_only) {
		struct chip_pos pos = lex_pos(l);

		return fault(l->sink, &pos, "only is said twice");
	}
	do {
		struct def_name name = { .pos = lex_pos(l) };

		if (n == PARSE_ONLY)
			return fault(l->sink, &name.pos, "a word is of at most %d chips or families", PARSE_ONLY);
		if (!lex_name(l, LEX_DEFINED, "the name of a chip or family", &name.name))
			return false;
		*ARENA_PUSH(l->arena, p->def->only, p->def->n_only, p->def->cap_only) = name;
		names[n++] = name.name;
	} while (lex_char(l, ','));
	w->word.only = arena_memdup(l->arena, names, n * sizeof(*names));
	w->word.n_only = n;
	return true;
}

/* "over TDBAL[3]" */
static bool over(struct lex *l, struct words *w)
{
	struct chip_pos pos = lex_pos(l);
	uint32_t n;

	if (w->word.over)
		return fault(l->sink, &pos, "over is said twice");
	return lex_name(l, LEX_REGISTER, "a register name", &w->word.over) &&
	       indices(l, &w->word.over_i, &w->word.over_j, &n, &w->over_two) && as_many(l, w, &pos, n);
}

/* What may follow: for which parts it is so, and what is lost by it. */
static bool word_extras(struct parser *p, struct words *w)
{
	struct lex *l = &p->lex;

	for (;;) {
		struct chip_pos pos;
		const char *word;

		if (!lex_gap(l))
			return false;
		if (l->p == l->end)
			return true;
		pos = lex_pos(l);
		if (!lex_name(l, LEX_WORD, "only or over", &word) || !lex_gap(l))
			return false;
		if (strcmp(word, "only") != 0 && strcmp(word, "over") != 0)
			return fault(l->sink, &pos, "expected only or over, found '%s'", word);
		if (*word == 'o' && word[1] == 'n' ? !only(p, w) : !over(l, w))
			return false;
	}
}

static bool word_meaning(struct lex *l, struct words *w)
{
	struct chip_pos pos = lex_pos(l);
	const char *word;

	if (l->p == l->end || *l->p < 'a' || *l->p > 'z')
		return registers(l, w);
	if (!lex_name(l, LEX_WORD, "a register name, phy, constant or unused", &word))
		return false;
	if (!strcmp(word, "phy")) {
		w->word.space = CHIP_PHY;
		return lex_gap(l) && registers(l, w);
	}
	w->word.kind = CHIP_WORD_CONSTANT;
	if (!strcmp(word, "constant"))
		return lex_gap(l) && lex_string(l, "what the constant is", &w->word.name);
	w->word.kind = CHIP_WORD_UNUSED;
	return !strcmp(word, "unused") ||
	       fault(l->sink, &pos, "unknown word '%s': expected a register name, phy, constant or unused", word);
}

bool parse_word(struct parser *p)
{
	struct words w = { .pos = lex_pos(&p->lex) };
	struct lex *l = &p->lex;
	uint64_t last;

	if (!lex_decimal(l, "a word's number", 65535, &w.first) ||
	    !parse_last(l, "a word's number", w.first, 65535, &last) || !lex_gap(l))
		return false;
	w.last = (uint32_t)last;
	if (p->def->dump.n_words && w.last >= p->def->dump.n_words)
		return fault(l->sink, &w.pos, "word %u is past the dump's %u words", w.last, p->def->dump.n_words);
	return word_meaning(l, &w) && word_extras(p, &w) && push_all(p, &w);
}

/* "0..1,4..6,15": PHY registers. */
static bool phy_registers(struct parser *p, uint32_t *registers)
{
	struct lex *l = &p->lex;
	struct chip_mii *mii = &p->def->mii;

	do {
		struct chip_pos pos = lex_pos(l);
		uint32_t first, all;
		uint64_t last;

		if (!lex_decimal(l, "a PHY register", 31, &first) || !parse_last(l, "a PHY register", first, 31, &last))
			return false;
		all = UINT32_MAX >> (31 - (last - first)) << first;
		if ((mii->live | mii->kept | mii->if_link) & all)
			return fault(l->sink, &pos, "PHY register %d is said twice",
				     __builtin_ctz((mii->live | mii->kept | mii->if_link) & all));
		*registers |= all;
	} while (lex_char(l, ','));
	return true;
}

bool parse_live(struct parser *p)
{
	return phy_registers(p, &p->def->mii.live);
}

bool parse_kept(struct parser *p)
{
	return phy_registers(p, &p->def->mii.kept);
}

bool parse_if_link(struct parser *p)
{
	return phy_registers(p, &p->def->mii.if_link);
}
