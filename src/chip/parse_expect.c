// SPDX-License-Identifier: GPL-2.0-or-later
/* The line that says how one sees that an erratum is dealt with. */
#include <string.h>

#include "chip/parse.h"
#include "util/alloc.h"
#include "util/text.h"

#define CONFIG_BYTES 4096
#define TESTS 8    /* of one line, besides the first */
#define RELEASES 8 /* of one test */

static const char *const numbers[] = { "device", "revision", "speed", "mtu" };
static const char *const states[] = { "link", "up", "aspm", "trouble" };

/* "=1", "!=2|3", "=0..7" */
static bool values(struct lex *l, struct chip_test *t)
{
	size_t cap = 0;

	t->negate = lex_char(l, '!');
	if (!lex_expect(l, '='))
		return false;
	do {
		struct chip_range r;

		if (!lex_u64(l, "a value", UINT64_MAX, &r.first) ||
		    !parse_last(l, "a value", r.first, UINT64_MAX, &r.last))
			return false;
		*ARENA_PUSH(l->arena, t->values, t->n_values, cap) = r;
	} while (lex_char(l, '|'));
	return true;
}

/* "STATUS", "STATUS.LU", "TARC[0].COUNT" and values. */
static bool reg(struct lex *l, struct chip_test *t, enum chip_test_kind kind)
{
	t->kind = kind;
	if (!lex_name(l, LEX_REGISTER, "a register name", &t->name))
		return false;
	if (lex_char(l, '[') && (!lex_decimal(l, "an index", 65535, &t->i) || !lex_expect(l, ']')))
		return false;
	if (lex_char(l, '.') && !lex_name(l, LEX_REGISTER, "a field name", &t->field))
		return false;
	return values(l, t);
}

/* Behind `config`: "LNKCTL.ASPM=0", or "0xe4.8=0", "0xa8.12:10=3". */
static bool config(struct lex *l, struct chip_test *t)
{
	uint32_t offset, hi, lo;
	struct chip_pos pos;

	if (!lex_gap(l))
		return false;
	if (l->p == l->end || *l->p != '0')
		return reg(l, t, CHIP_TEST_CONFIG);
	t->kind = CHIP_TEST_BITS;
	pos = lex_pos(l);
	if (!lex_u32(l, "an offset in configuration space", CONFIG_BYTES - 1, &offset) || !lex_expect(l, '.') ||
	    !lex_decimal(l, "a bit", 31, &hi))
		return false;
	lo = hi;
	if (lex_char(l, ':') && !lex_decimal(l, "a bit", hi, &lo))
		return false;
	if (offset + hi / 8 >= CONFIG_BYTES)
		return fault(l->sink, &pos, "bit %u at 0x%x is past configuration space", hi, offset);
	t->offset = (uint16_t)offset;
	t->hi = (uint8_t)hi;
	t->lo = (uint8_t)lo;
	return values(l, t);
}

/* Of one release, "6.12.23". */
static bool release(struct lex *l, const char **name)
{
	struct chip_pos pos = lex_pos(l);
	unsigned dots = 0;

	if (!lex_name(l, LEX_DEFINED, "a release of Linux", name))
		return false;
	for (const char *p = *name; *p; p++)
		dots += *p == '.';
	if (dots != 2 || strspn(*name, "0123456789.") != strlen(*name) || strstr(*name, ".."))
		return fault(l->sink, &pos, "a release of Linux is three numbers, as 6.12.0, not '%s'", *name);
	return true;
}

/* Behind `kernel`: the releases up to the next word. */
static bool kernel(struct lex *l, struct chip_test *t)
{
	size_t cap = 0;

	t->kind = CHIP_TEST_KERNEL;
	do {
		const char *name;

		if (!lex_gap(l) || !lex_room(l, t->n_releases, RELEASES, "releases in a test") || !release(l, &name))
			return false;
		*ARENA_PUSH(l->arena, t->releases, t->n_releases, cap) = name;
	} while (l->end - l->p > 1 && l->p[0] == ' ' && l->p[1] >= '0' && l->p[1] <= '9');
	return true;
}

static bool test(struct lex *l, struct chip_test *t)
{
	const char *word;

	*t = (struct chip_test){ .pos = lex_pos(l) };
	if (l->p == l->end || *l->p < 'a' || *l->p > 'z')
		return reg(l, t, CHIP_TEST_REG);
	if (!lex_name(l, LEX_WORD, "a test", &word))
		return false;
	if (!strcmp(word, "config"))
		return config(l, t);
	if (!strcmp(word, "kernel"))
		return kernel(l, t);
	t->name = word;
	t->kind = CHIP_TEST_STATE;
	if (text_find(states, COUNT(states), word) >= 0)
		return true;
	t->kind = CHIP_TEST_NUMBER;
	if (text_find(numbers, COUNT(numbers), word) >= 0)
		return values(l, t);
	return fault(l->sink, &t->pos, "unknown test '%s'", word);
}

/* "when TEST", "unless TEST", "remedy ID", as many as there are. */
static bool clauses(struct lex *l, struct chip_expect *e)
{
	size_t cap_when = 0, cap_remedies = 0;

	while (lex_blank(l)) {
		struct chip_pos pos = lex_pos(l);
		struct chip_test t;
		const char *word;

		if (!lex_name(l, LEX_WORD, "when, unless or remedy", &word))
			return false;
		if (!strcmp(word, "remedy")) {
			if (!lex_gap(l) || !lex_room(l, e->n_remedies, TESTS, "remedies in a line") ||
			    !lex_name(l, LEX_DEFINED, "a remedy's id", &word))
				return false;
			*ARENA_PUSH(l->arena, e->remedies, e->n_remedies, cap_remedies) = word;
			continue;
		}
		if (strcmp(word, "when") != 0 && strcmp(word, "unless") != 0)
			return fault(l->sink, &pos, "expected when, unless or remedy, found '%s'", word);
		if (!lex_gap(l) || !lex_room(l, e->n_when, TESTS, "tests in a line") || !test(l, &t))
			return false;
		t.negate ^= !strcmp(word, "unless");
		*ARENA_PUSH(l->arena, e->when, e->n_when, cap_when) = t;
	}
	return true;
}

/* Remedies stand behind the tests. */
static const char *tests_of(struct lex *l, const char *from)
{
	const char *remedy = from;

	while (remedy < l->p && strncmp(remedy, " remedy ", 8) != 0)
		remedy++;
	while (remedy > from && remedy[-1] == ' ')
		remedy--;
	return arena_strndup(l->arena, from, (size_t)(remedy - from));
}

bool parse_expect(struct parser *p)
{
	struct lex *l = &p->lex;
	struct chip_expect *e = arena_alloc(l->arena, sizeof(*e));
	const char *from;

	e->pos = lex_pos(l);
	if (!lex_room(l, p->def->n_expects, PARSE_LINES, "expectations") ||
	    !lex_name(l, LEX_DEFINED, "the short name of an erratum", &e->erratum) || !lex_gap(l))
		return false;
	from = l->p;
	if (!test(l, &e->test) || !lex_gap(l) || !clauses(l, e))
		return false;
	e->words = tests_of(l, from);
	*ARENA_PUSH(l->arena, p->def->expects, p->def->n_expects, p->def->cap_expects) = e;
	return true;
}
