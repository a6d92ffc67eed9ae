// SPDX-License-Identifier: GPL-2.0-or-later
/* The text of remedies/: its blocks are found when it is loaded, and the lines of one are read when somebody asks for it. */
#include "diagnose/advice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip/lex.h"
#include "util/alloc.h"
#include "util/embedded.h"
#include "util/err.h"
#include "util/text.h"

struct advice_reader {
	struct advice_table *table;
	struct advice *now; /* the block that lines belong to */
	struct lex lex;
	struct err *e;
};

static const char *const kinds[] = { "recovers", "prevents", "unproven" };
static const char *const results[] = { "worked", "failed", "named" };
static const char *const hows[] = { "when", "unless", "last" };

static void first_fault(const struct chip_pos *pos, const char *message, void *arg)
{
	struct advice_reader *r = arg;

	if (r->lex.sink->n == 1)
		err_set(r->e, EINVAL, pos->file, "line %u, column %u: %s", pos->line, pos->column, message);
}

#define PLACE(list, word) text_find(list, COUNT(list), word)

/* A word behind a blank. */
static bool word(struct lex *l, const char *what, const char **s)
{
	return lex_gap(l) && lex_name(l, LEX_DEFINED, what, s);
}

static bool quoted(struct lex *l, const char *what, const char **s)
{
	return lex_gap(l) && lex_string(l, what, s);
}

static size_t chain_of(const char *id, size_t n)
{
	size_t hash = n;

	for (size_t i = 0; i < n; i++)
		hash = hash * 31 + (unsigned char)id[i];
	return hash % ADVICE_CHAINS;
}

const struct advice *advice_find(const struct advice_table *t, const struct advice *a, const char *id, size_t n)
{
	for (size_t i = a ? a->next : t->chains[chain_of(id, n)]; i; i = t->v[i - 1].next)
		if (t->v[i - 1].id_len == n && !memcmp(t->v[i - 1].id, id, n))
			return &t->v[i - 1];
	return NULL;
}

static bool begin(struct advice_reader *r, const char *id, enum advice_kind kind)
{
	struct advice_table *t = r->table;
	size_t n = strlen(id), *last = &t->chains[chain_of(id, n)];

	r->now = VEC_PUSH(t->v, t->n, t->cap);
	*r->now = (struct advice){ .id = id, .id_len = n, .kind = kind };
	while (*last)
		last = &t->v[*last - 1].next;
	*last = t->n;
	return true;
}

/* The words that are left on the line; one of other characters is in quotes. */
static bool words(struct advice_reader *r, const char ***v, size_t *n, size_t *cap)
{
	while (lex_blank(&r->lex)) {
		const char *s;

		if (*r->lex.p == '"' ? !lex_string(&r->lex, "a word", &s)
				     : !lex_name(&r->lex, LEX_DEFINED, "a word", &s))
			return false;
		*ARENA_PUSH(&r->table->arena, *v, *n, *cap) = s;
	}
	return true;
}

static bool head(struct advice_reader *r, const char *key)
{
	const char *id, *kind;
	int at;

	if (!word(&r->lex, "an id", &id))
		return false;
	if (!strcmp(key, "finding"))
		return begin(r, id, ADVICE_OF_FINDING);
	if (!strcmp(key, "group"))
		return begin(r, id, ADVICE_GROUP) &&
		       words(r, &r->now->members, &r->now->n_members, &r->now->cap_members);
	if (!word(&r->lex, "recovers, prevents or unproven", &kind))
		return false;
	at = PLACE(kinds, kind);
	if (at < 0) {
		struct chip_pos pos = lex_pos(&r->lex);

		return fault(r->lex.sink, &pos, "'%s' is not recovers, prevents or unproven", kind);
	}
	return begin(r, id, (enum advice_kind)at);
}

static bool condition(struct advice_reader *r, enum advice_how how)
{
	struct advice *a = r->now;
	struct advice_condition c = { .how = how };
	const char *when;

	if (how == ADVICE_LAST && (!word(&r->lex, "when", &when) || strcmp(when, "when")))
		return lex_expected(&r->lex, "'when'");
	if (!word(&r->lex, "a condition", &c.word) || !words(r, &c.args, &c.n_args, &c.cap_args))
		return false;
	*ARENA_PUSH(&r->table->arena, a->conditions, a->n_conditions, a->cap_conditions) = c;
	return true;
}

/* "https://bugs.debian.org/1 (worked, e1000e)" */
static const char *source_words(struct arena *arena, const struct advice_report *one)
{
	AUTO_FREE char *words = xasprintf("%s (%s, %s)", one->source, results[one->result], one->driver);

	return arena_strndup(arena, words, strlen(words));
}

static bool report(struct advice_reader *r, enum advice_result result)
{
	struct advice *a = r->now;
	struct advice_report one = { .result = result };

	if (!word(&r->lex, "a driver", &one.driver) || !quoted(&r->lex, "where to read it", &one.source))
		return false;
	one.words = source_words(&r->table->arena, &one);
	*ARENA_PUSH(&r->table->arena, a->reports, a->n_reports, a->cap_reports) = one;
	return true;
}

static bool keep(struct advice_reader *r)
{
	struct advice *a = r->now;
	struct advice_keep one;

	if (!word(&r->lex, "ifupdown, networkmanager, systemd, nixos, sysconfig or other", &one.where) ||
	    !quoted(&r->lex, "how to keep it", &one.how))
		return false;
	*ARENA_PUSH(&r->table->arena, a->keeps, a->n_keeps, a->cap_keeps) = one;
	return true;
}

/* Behind what the lines before said of the same. */
static const char *joined(struct arena *arena, const char *before, const char *more)
{
	size_t n = before ? strlen(before) + 1 : 0;
	char *both = arena_alloc(arena, n + strlen(more) + 1);

	if (before) {
		memcpy(both, before, n);
		both[n - 1] = ' ';
	}
	memcpy(both + n, more, strlen(more));
	return both;
}

static bool sentence(struct advice_reader *r, const char *key)
{
	struct advice *a = r->now;
	const char *s;

	if (!quoted(&r->lex, key, &s))
		return false;
	if (!strcmp(key, "source"))
		*ARENA_PUSH(&r->table->arena, a->sources, a->n_sources, a->cap_sources) = s;
	else if (!strcmp(key, "run"))
		a->run = s;
	else if (!strcmp(key, "trial"))
		a->trial = s;
	else if (!strcmp(key, "fix"))
		a->fix = s;
	else if (!strcmp(key, "why"))
		a->why = joined(&r->table->arena, a->why, s);
	else
		a->lasts = joined(&r->table->arena, a->lasts, s);
	return true;
}

static bool line_of(struct advice_reader *r, const struct chip_pos *pos, const char *key)
{
	static const char *const sentences[] = { "run", "trial", "fix", "why", "lasts", "source" };

	if (PLACE(sentences, key) >= 0)
		return sentence(r, key);
	if (PLACE(hows, key) >= 0)
		return condition(r, (enum advice_how)PLACE(hows, key));
	if (PLACE(results, key) >= 0)
		return report(r, (enum advice_result)PLACE(results, key));
	if (!strcmp(key, "on"))
		return words(r, &r->now->systems, &r->now->n_systems, &r->now->cap_systems);
	if (!strcmp(key, "keep"))
		return keep(r);
	if (!strcmp(key, "advise"))
		return words(r, &r->now->members, &r->now->n_members, &r->now->cap_members);
	return fault(r->lex.sink, pos, "unknown word '%s'", key);
}

/* Reads the line's first word; false at a line with nothing, or a fault. */
static bool key_of(struct advice_reader *r, struct chip_pos *pos, const char **key)
{
	if (!lex_blank(&r->lex))
		return false;
	*pos = lex_pos(&r->lex);
	return lex_name(&r->lex, LEX_WORD, "a word", key);
}

static bool is_head(const struct lex *l)
{
	static const char *const words[] = { "remedy ", "finding ", "group " };
	size_t left = (size_t)(l->end - l->p);

	for (size_t i = 0; i < COUNT(words); i++) {
		size_t n = strlen(words[i]);

		if (left >= n && !memcmp(l->p, words[i], n))
			return true;
	}
	return false;
}

/* The block begins behind the line that was read last. */
static void begin_lines(struct advice_reader *r)
{
	r->now->file = r->lex.file;
	r->now->line = r->lex.line_no;
	r->now->text = r->lex.next;
}

int advice_add(struct advice_table *t, const char *file, const char *text, size_t n, struct err *e)
{
	struct advice_reader r = { .table = t, .e = e };
	struct sink sink = { .report = first_fault, .arg = &r };
	struct chip_pos pos;
	const char *key;

	lex_init(&r.lex, &t->arena, &sink, file, text, n);
	while (!sink.n && lex_line(&r.lex)) {
		if (r.now)
			r.now->size = (size_t)(r.lex.line - r.now->text);
		if (is_head(&r.lex)) {
			if (key_of(&r, &pos, &key) && head(&r, key) && lex_done(&r.lex))
				begin_lines(&r);
		} else if (!r.now && key_of(&r, &pos, &key)) {
			fault(&sink, &pos, "'%s' before the first remedy or finding", key);
		}
	}
	if (r.now && !sink.n)
		r.now->size = (size_t)(text + n - r.now->text);
	return sink.n ? -EINVAL : 0;
}

int advice_read(struct advice_table *t, size_t i, struct err *e)
{
	struct advice_reader r = { .table = t, .now = &t->v[i], .e = e };
	struct sink sink = { .report = first_fault, .arg = &r };
	struct chip_pos pos;
	const char *key;

	if (r.now->is_read)
		return 0;
	lex_init(&r.lex, &t->arena, &sink, r.now->file, r.now->text, r.now->size);
	r.lex.line_no = r.now->line;
	while (!sink.n && lex_line(&r.lex))
		if (key_of(&r, &pos, &key) && line_of(&r, &pos, key))
			lex_done(&r.lex);
	r.now->is_read = true;
	return sink.n ? -EINVAL : 0;
}

int advice_load(struct advice_table *t, struct err *e)
{
	int r = 0;

	*t = (struct advice_table){ 0 };
	for (size_t i = 0; i < n_embedded_files && !r; i++) {
		const struct embedded_file *f = &embedded_files[i];
		const char *dot = strrchr(f->name, '.');

		if (dot && !strcmp(dot, ".remedy"))
			r = advice_add(t, f->name, f->text, f->size, e);
	}
	return r;
}

void advice_free(struct advice_table *t)
{
	arena_free(&t->arena);
	free(t->v);
	*t = (struct advice_table){ 0 };
}
