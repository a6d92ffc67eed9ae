// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of a driver's register dump. */
#include <string.h>

#include "chip/parse.h"
#include "util/arena.h"

struct words {
	uint32_t first, last;
	struct chip_pos pos;
};

static bool push(struct parser *p, const struct words *w, const struct chip_word *word)
{
	struct def *def = p->def;
	struct chip_word *named;

	if (def->n_named >= 65536)
		return fault(p->lex.sink, &w->pos, "a dump names at most 65536 words");
	named = ARENA_PUSH(p->lex.arena, def->words, def->n_named, def->cap_words);
	*named = *word;
	named->pos = w->pos;
	return true;
}

static bool push_all(struct parser *p, const struct words *w, struct chip_word word)
{
	for (word.index = w->first; word.index <= w->last; word.index++)
		if (!push(p, w, &word))
			return false;
	return true;
}

/* "3", "0..3", "1,3", "1,0..3": the last dimension may be a range. */
static bool indices(struct lex *l, uint32_t *i, uint32_t *j, uint32_t *last, bool *two)
{
	uint64_t end;

	if (!lex_decimal(l, "an index", 65535, i) || !parse_last(l, "an index", *i, 65535, &end))
		return false;
	*two = end == *i && lex_char(l, ',');
	if (*two && (!lex_decimal(l, "an index", 65535, j) || !parse_last(l, "an index", *j, 65535, &end)))
		return false;
	*last = (uint32_t)end;
	return lex_expect(l, ']');
}

static bool registers(struct parser *p, const struct words *w, enum chip_space space)
{
	struct chip_word word = { .index = w->first, .kind = CHIP_WORD_REGISTER, .space = space };
	struct lex *l = &p->lex;
	uint32_t last = 0, *moving;
	bool two = false;

	if (!lex_name(l, LEX_REGISTER, "a register name", &word.name))
		return false;
	if (lex_char(l, '[') && !indices(l, &word.i, &word.j, &last, &two))
		return false;
	moving = two ? &word.j : &word.i;
	if (last - *moving != w->last - w->first)
		return fault(l->sink, &w->pos, "%u words, but %u registers", w->last - w->first + 1,
			     last - *moving + 1);
	for (; word.index <= w->last; word.index++, (*moving)++)
		if (!push(p, w, &word))
			return false;
	return true;
}

static bool constant(struct parser *p, const struct words *w)
{
	struct chip_word word = { .kind = CHIP_WORD_CONSTANT };

	return lex_gap(&p->lex) && lex_string(&p->lex, "what the constant is", &word.name) && push_all(p, w, word);
}

bool parse_word(struct parser *p)
{
	struct words w = { .pos = lex_pos(&p->lex) };
	struct lex *l = &p->lex;
	const char *word;
	uint64_t last;

	if (!lex_decimal(l, "a word's number", 65535, &w.first) ||
	    !parse_last(l, "a word's number", w.first, 65535, &last) || !lex_gap(l))
		return false;
	w.last = (uint32_t)last;
	if (p->def->n_words && w.last >= p->def->n_words)
		return fault(l->sink, &w.pos, "word %u is past the dump's %u words", w.last, p->def->n_words);
	if (l->p == l->end || *l->p < 'a' || *l->p > 'z')
		return registers(p, &w, CHIP_MMIO);
	struct chip_pos pos = lex_pos(l);
	if (!lex_name(l, LEX_WORD, "a register name, phy, constant or unused", &word))
		return false;
	if (!strcmp(word, "unused"))
		return push_all(p, &w, (struct chip_word){ .kind = CHIP_WORD_UNUSED });
	if (!strcmp(word, "constant"))
		return constant(p, &w);
	if (!strcmp(word, "phy"))
		return lex_gap(l) && registers(p, &w, CHIP_PHY);
	return fault(l->sink, &pos, "unknown word '%s': expected a register name, phy, constant or unused", word);
}
