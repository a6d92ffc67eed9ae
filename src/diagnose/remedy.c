// SPDX-License-Identifier: GPL-2.0-or-later
/* Remedies: the text of remedies/, and of that what fits a device, in order. */
#include "diagnose/remedy.h"

#include <errno.h>
#include <string.h>

#include "chip/lex.h"
#include "diagnose/finding.h"
#include "util/alloc.h"
#include "util/embedded.h"
#include "util/err.h"
#include "util/text.h"

struct advice_reader {
	struct advice_table *table;
	struct advice *now; /* the block that lines belong to; NULL before the first */
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

static bool begin(struct advice_reader *r, const char *id, enum advice_kind kind)
{
	struct advice_table *t = r->table;

	r->now = ARENA_PUSH(&t->arena, t->v, t->n, t->cap);
	*r->now = (struct advice){ .id = id, .id_len = strlen(id), .kind = kind };
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

	if (!strcmp(key, "remedy") || !strcmp(key, "finding") || !strcmp(key, "group"))
		return head(r, key);
	if (!r->now)
		return fault(r->lex.sink, pos, "'%s' before the first remedy or finding", key);
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

int advice_parse(struct advice_table *t, const char *file, const char *text, size_t n, struct err *e)
{
	struct advice_reader r = { .table = t, .e = e };
	struct sink sink = { .report = first_fault, .arg = &r };

	lex_init(&r.lex, &t->arena, &sink, file, text, n);
	while (!sink.n && lex_line(&r.lex)) {
		struct chip_pos pos;
		const char *key;

		if (!lex_blank(&r.lex))
			continue;
		pos = lex_pos(&r.lex);
		if (lex_name(&r.lex, LEX_WORD, "a word", &key) && line_of(&r, &pos, key))
			lex_done(&r.lex);
	}
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
			r = advice_parse(t, f->name, f->text, f->size, e);
	}
	return r;
}

bool diagnose_has_fix(const char *beginning)
{
	struct advice_table t;
	bool found = false;

	if (!advice_load(&t, NULL) && strlen(beginning) >= 3)
		for (size_t i = 0; i < t.n && !found; i++)
			found = t.v[i].fix && text_starts(t.v[i].id, beginning);
	advice_free(&t);
	return found;
}

void advice_free(struct advice_table *t)
{
	arena_free(&t->arena);
	*t = (struct advice_table){ 0 };
}

/* What fits a device. */

void remedies_add(struct subject *s, struct finding *f, const char *ids)
{
	if (ids)
		*ARENA_PUSH(s->out->arena, f->wanted, f->n_wanted, f->cap_wanted) = ids;
}

/* Reports of the driver at hand if there are any, else all. */
static void count(struct subject *s, const struct advice *a, struct remedy *r)
{
	size_t own = 0;

	for (size_t i = 0; i < a->n_reports; i++)
		own += subject_driver_is(s, a->reports[i].driver);
	r->of_others = !own && s->driver && a->n_reports;
	r->sources = arena_alloc(s->out->arena, ((own ? own : a->n_reports) + a->n_sources) * sizeof(*r->sources));
	for (size_t i = 0; i < a->n_reports; i++) {
		const struct advice_report *one = &a->reports[i];

		if (own && !subject_driver_is(s, one->driver))
			continue;
		r->named++;
		r->worked += one->result == ADVICE_WORKED;
		r->failed += one->result == ADVICE_FAILED;
		r->sources[r->n_sources++] = one->words;
	}
	for (size_t i = 0; i < a->n_sources; i++)
		r->sources[r->n_sources++] = a->sources[i];
}

/* What worked counts most, of other chips half; what was only named counts little. */
static int rank_of(const struct remedy *r)
{
	int rank = 10 * r->worked - 8 * r->failed;

	return r->of_others ? rank / 2 : rank + r->named;
}

static bool has_keep(const struct advice *a, const char *where)
{
	for (size_t i = 0; i < a->n_keeps; i++)
		if (!strcmp(a->keeps[i].where, where))
			return true;
	return false;
}

/* The way of this machine if that is known; else the common ones. */
static bool keeps_so(const struct subject *s, const struct advice *a, const char *where)
{
	const char *own = platform_setup_name(s->platform.setup);

	if (!strcmp(where, "other"))
		return true;
	if (own && has_keep(a, own))
		return !strcmp(own, where);
	return strcmp(where, "nixos") != 0 && strcmp(where, "sysconfig") != 0;
}

static const char *keep_words(struct subject *s, const struct advice_keep *keep)
{
	static const struct {
		const char *where, *title;
	} titles[] = {
		{ "ifupdown", "Debian, Proxmox: " }, { "networkmanager", "NetworkManager: " },
		{ "systemd", "systemd: " },          { "nixos", "NixOS: " },
		{ "sysconfig", "ifcfg files: " },
	};

	for (size_t i = 0; i < COUNT(titles); i++)
		if (!strcmp(titles[i].where, keep->where))
			return finding_text(s, "%s%s", titles[i].title, finding_expand(s, keep->how));
	return finding_expand(s, keep->how);
}

static void fill(struct subject *s, struct remedy *r, const struct advice *a)
{
	*r = (struct remedy){
		.id = a->id,
		.command = finding_expand(s, a->run),
		.trial = finding_expand(s, a->trial),
		.settings = finding_expand(s, a->fix),
		.why = finding_expand(s, a->why),
		.lasts = finding_expand(s, a->lasts),
		.recovers = a->kind == ADVICE_RECOVERS,
		.unproven = a->kind == ADVICE_UNPROVEN,
		.is_last = fit_is_last(a, s),
	};
	for (size_t i = 0; i < a->n_keeps; i++)
		if (keeps_so(s, a, a->keeps[i].where))
			*ARENA_PUSH(s->out->arena, r->keeps, r->n_keeps, r->cap_keeps) = keep_words(s, &a->keeps[i]);
	if (a->fix && s->out->has_nicregs)
		r->fix = finding_text(s, "nicregs fix %s %s", s->out->word, a->id);
	count(s, a, r);
	r->rank = rank_of(r);
}

static void add(struct subject *s, struct finding *f, const struct advice *a)
{
	fill(s, ARENA_PUSH(s->out->arena, f->remedies, f->n_remedies, f->cap_remedies), a);
}

static void add_once(struct subject *s, struct finding *f, const struct advice *a)
{
	for (size_t i = 0; i < f->n_remedies; i++)
		if (f->remedies[i].id == a->id || !strcmp(f->remedies[i].id, a->id))
			return;
	add(s, f, a);
}

/* The first block with this id that fits. */
static const struct advice *find(const struct subject *s, const char *id, size_t n)
{
	const struct advice_table *t = s->host->advice;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind != ADVICE_OF_FINDING && t->v[i].id_len == n && !memcmp(t->v[i].id, id, n) &&
		    (t->v[i].kind == ADVICE_GROUP || fit_applies(&t->v[i], s)))
			return &t->v[i];
	return NULL;
}

static void choose(struct subject *s, struct finding *f, const char *id, size_t n)
{
	const struct advice *a = find(s, id, n);

	if (a && a->kind != ADVICE_GROUP)
		add_once(s, f, a);
	for (size_t i = 0; a && i < a->n_members; i++) {
		const struct advice *member = find(s, a->members[i], strlen(a->members[i]));

		if (member && member->kind != ADVICE_GROUP)
			add_once(s, f, member);
	}
}

static void choose_all(struct subject *s, struct finding *f, const char *ids)
{
	while (*ids) {
		size_t n = strcspn(ids, " ");

		choose(s, f, ids, n);
		ids += n + strspn(ids + n, " ");
	}
}

/* What remedies/ has for the finding; NULL: nothing. */
static const struct advice *find_finding(const struct subject *s, const char *id)
{
	const struct advice_table *t = s->host->advice;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind == ADVICE_OF_FINDING && !strcmp(t->v[i].id, id) && fit_applies(&t->v[i], s))
			return &t->v[i];
	return NULL;
}

/* In the place of the rule's own. */
static void choose_advised(struct subject *s, struct finding *f)
{
	const struct advice *a = find_finding(s, f->id);

	for (size_t i = 0; a && i < a->n_members; i++)
		choose(s, f, a->members[i], strlen(a->members[i]));
	if ((!a || !a->n_members) && f->advised)
		choose_all(s, f, f->advised);
	for (size_t i = 0; a && i < a->n_sources; i++)
		finding_source(s, f, a->sources[i]);
}

#define STEPS 4

/* What gets the port back, from gentle to rough; what prevents the next time, best evidence first; the rest. */
static int order_of(const struct remedy *r)
{
	return r->recovers ? 0 : r->unproven ? 3 : r->is_last ? 2 : 1;
}

static bool before(const struct remedy *a, const struct remedy *b)
{
	if (order_of(a) != order_of(b))
		return order_of(a) < order_of(b);
	return !a->recovers && a->rank > b->rank;
}

/* Those of equal rank stay in the order in which the rule names them. */
static void sort(struct finding *f)
{
	for (size_t i = 1; i < f->n_remedies; i++)
		for (size_t k = i; k && before(&f->remedies[k], &f->remedies[k - 1]); k--) {
			struct remedy r = f->remedies[k];

			f->remedies[k] = f->remedies[k - 1];
			f->remedies[k - 1] = r;
		}
}

static bool is_planned(const struct diagnosis *d, const struct remedy *r)
{
	for (size_t i = 0; i < d->n_plan; i++)
		if (!strcmp(d->plan[i]->id, r->id))
			return true;
	return false;
}

/* Enough reports that it worked to stand before what a surer finding advises without any. */
static bool is_proven(const struct remedy *r)
{
	return r->worked >= 3 && !r->of_others;
}

static void plan_some(struct diagnosis *d, int step, enum severity severity, bool proven)
{
	for (size_t i = 0; i < d->n_findings; i++)
		for (size_t k = 0; k < d->findings[i].n_remedies; k++) {
			const struct remedy *r = &d->findings[i].remedies[k];

			if (d->findings[i].severity == severity && order_of(r) == step && is_proven(r) == proven &&
			    !is_planned(d, r))
				*ARENA_PUSH(d->arena, d->plan, d->n_plan, d->cap_plan) = r;
		}
}

/* All of them, each once: by the steps of order_of(), then by how bad the finding is, how well the remedy is proven, and
 * how sure the finding. */
static void plan(struct diagnosis *d)
{
	for (int step = 0; step < STEPS; step++)
		for (int severity = 0; severity < SEVERITIES; severity++) {
			plan_some(d, step, (enum severity)severity, true);
			plan_some(d, step, (enum severity)severity, false);
		}
}

/* Of several blocks with one id, the first that is for this device. */
static void list_fixes(struct subject *s)
{
	const struct advice_table *t = s->host->advice;
	struct diagnosis *d = s->out;

	for (size_t i = 0; i < t->n; i++) {
		bool is_listed = !t->v[i].fix || t->v[i].kind > ADVICE_UNPROVEN || !fit_is_for(&t->v[i], s);
		struct remedy *r;

		for (size_t k = 0; k < d->n_fixes && !is_listed; k++)
			is_listed = !strcmp(d->fixes[k].id, t->v[i].id);
		if (is_listed)
			continue;
		r = ARENA_PUSH(d->arena, d->fixes, d->n_fixes, d->cap_fixes);
		fill(s, r, &t->v[i]);
		already_look(s, r);
	}
}

void remedies_choose(struct subject *s)
{
	for (size_t i = 0; i < s->out->n_findings; i++) {
		struct finding *f = &s->out->findings[i];

		for (size_t k = 0; k < f->n_wanted; k++)
			choose_all(s, f, f->wanted[k]);
		choose_advised(s, f);
		sort(f);
	}
	plan(s->out);
	if (s->host->input->with_fixes)
		list_fixes(s);
}
