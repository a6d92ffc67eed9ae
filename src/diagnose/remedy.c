// SPDX-License-Identifier: GPL-2.0-or-later
/* From findings to remedies: what of remedies/ fits a device, in order. */
#include "diagnose/remedy.h"

#include <string.h>

#include "diagnose/finding.h"
#include "util/alloc.h"
#include "util/text.h"

bool diagnose_has_fix(const char *beginning)
{
	struct advice_table t;
	bool found = false;

	if (!advice_load(&t, NULL) && strlen(beginning) >= 3)
		for (size_t i = 0; i < t.n && !found; i++)
			found = text_starts(t.v[i].id, beginning) && !advice_read(&t, i, NULL) && t.v[i].fix;
	advice_free(&t);
	return found;
}

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

/* Whether a block is about this device, in the state that it is in. After a false alarm there is nothing to get back. */
static bool applies(const struct subject *s, const struct advice *a)
{
	struct advice_table *t = s->host->advice;

	if (a->kind == ADVICE_RECOVERS && s->out->verdict == VERDICT_FALSE_ALARM)
		return false;
	return !advice_read(t, (size_t)(a - t->v), NULL) && fit_applies(a, s);
}

/* The first block with this id that fits. */
static const struct advice *find(const struct subject *s, const char *id, size_t n)
{
	const struct advice *a = NULL;

	while ((a = advice_find(s->host->advice, a, id, n)))
		if (a->kind != ADVICE_OF_FINDING && (a->kind == ADVICE_GROUP || applies(s, a)))
			return a;
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
	const struct advice *a = NULL;

	while ((a = advice_find(s->host->advice, a, id, strlen(id))))
		if (a->kind == ADVICE_OF_FINDING && applies(s, a))
			return a;
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

/* The ladder of remedies/: what gets a port back, from gentle to rough. */
static const struct advice *find_ladder(const struct subject *s)
{
	return find(s, "ladder", strlen("ladder"));
}

/* Its place there; behind all of them for what is not on it. */
static size_t rung_of(const struct advice *ladder, const struct remedy *r)
{
	size_t i = 0;

	while (i < ladder->n_members && strcmp(ladder->members[i], r->id) != 0)
		i++;
	return i;
}

/* Who advises any rung of the ladder advises its first one, which climbs the others. */
static void choose_first_rung(struct subject *s, struct finding *f)
{
	const struct advice *ladder = find_ladder(s);
	bool any = false;

	for (size_t i = 0; i < f->n_remedies && ladder; i++)
		any |= rung_of(ladder, &f->remedies[i]) < ladder->n_members;
	if (any)
		choose(s, f, ladder->members[0], strlen(ladder->members[0]));
}

#define STEPS 4

/* What gets the port back, from gentle to rough; what prevents the next time, best evidence first; the rest. */
static int order_of(const struct remedy *r)
{
	return r->recovers ? 0 : r->unproven ? 3 : r->is_last ? 2 : 1;
}

static bool before(const struct advice *ladder, const struct remedy *a, const struct remedy *b)
{
	if (order_of(a) != order_of(b))
		return order_of(a) < order_of(b);
	if (a->recovers)
		return ladder && rung_of(ladder, a) < rung_of(ladder, b);
	return a->rank > b->rank;
}

/* Those of equal rank stay in the order in which the rule names them. */
static void sort(const struct advice *ladder, struct finding *f)
{
	for (size_t i = 1; i < f->n_remedies; i++)
		for (size_t k = i; k && before(ladder, &f->remedies[k], &f->remedies[k - 1]); k--) {
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

/* The rungs of several findings, which are one ladder. */
static void order_rungs(struct diagnosis *d, const struct advice *ladder)
{
	for (size_t i = 1; i < d->n_plan && ladder; i++)
		for (size_t k = i;
		     k && d->plan[k]->recovers && rung_of(ladder, d->plan[k]) < rung_of(ladder, d->plan[k - 1]); k--) {
			const struct remedy *r = d->plan[k];

			d->plan[k] = d->plan[k - 1];
			d->plan[k - 1] = r;
		}
}

/* All of them, each once: by the steps of order_of(), then by how bad the finding is, how well the remedy is proven, and
 * how sure the finding. */
static void plan(struct diagnosis *d, const struct advice *ladder)
{
	for (int step = 0; step < STEPS; step++) {
		for (int severity = 0; severity < SEVERITIES; severity++) {
			plan_some(d, step, (enum severity)severity, true);
			plan_some(d, step, (enum severity)severity, false);
		}
		if (!step)
			order_rungs(d, ladder);
	}
}

/* The ladder's first rung takes the others itself. */
static bool has_stronger(const struct diagnosis *d, const struct advice *ladder)
{
	const struct remedy *first = NULL;

	for (size_t i = 0; i < d->n_plan; i++) {
		const struct remedy *r = d->plan[i];

		if (!r->recovers || r->unproven)
			continue;
		if (first && (!ladder || rung_of(ladder, first) || rung_of(ladder, r) == ladder->n_members))
			return true;
		first = first ? first : r;
	}
	return false;
}

/* Of several blocks with one id, the first that is for this device. */
static void list_fixes(struct subject *s)
{
	struct advice_table *t = s->host->advice;
	struct diagnosis *d = s->out;

	for (size_t i = 0; i < t->n; i++) {
		bool is_listed = t->v[i].kind > ADVICE_UNPROVEN || advice_read(t, i, NULL) || !t->v[i].fix ||
				 !fit_is_for(&t->v[i], s);
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
		choose_first_rung(s, f);
		sort(find_ladder(s), f);
	}
	plan(s->out, find_ladder(s));
	s->out->stronger = has_stronger(s->out, find_ladder(s));
	if (s->host->input->with_fixes)
		list_fixes(s);
}
