// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/remedy.h"

#include <string.h>

#include "diagnose/fit.h"
#include "util/alloc.h"
#include "util/buf.h"

void remedies_add(struct subject *s, struct finding *f, const char *ids)
{
	if (ids)
		*ARENA_PUSH(s->out->arena, f->wanted, f->n_wanted, f->cap_wanted) = ids;
}

static void mdd_words(const struct subject *s, struct buf *out)
{
	const struct klog_report *r = device_log_first(&s->logged, KLOG_MDD);

	if (!r || !klog_known(r, KLOG_QUEUE)) {
		buf_puts(out, "the log does not name the queue");
		return;
	}
	buf_printf(out, "queue %llu", (unsigned long long)klog_number(r, KLOG_QUEUE));
	if (klog_known(r, KLOG_PF))
		buf_printf(out, " of PF %llu", (unsigned long long)klog_number(r, KLOG_PF));
	if (klog_number(r, KLOG_VF) || fit_mdd_by_guest(s))
		buf_printf(out, ", VF %llu", (unsigned long long)klog_number(r, KLOG_VF));
}

/* "em.0" of em0: how FreeBSD names a device among its settings. */
static void unit_words(struct subject *s, struct buf *out)
{
	const char *name = s->interface ? s->interface : "INTERFACE";
	size_t n = strcspn(name, "0123456789");
	const char *word = name[n] ? finding_text(s, "%.*s.%s", (int)n, name, name + n) : name;

	buf_puts(out, shell_word(s, word));
}

static void match_words(struct subject *s, struct buf *out)
{
	buf_printf(out, "Path=pci-%s", s->out->address ? shell_word(s, s->out->address) : "ADDRESS");
}

static const char *known_word(struct subject *s, const char *word, const char *otherwise)
{
	return word ? shell_word(s, word) : otherwise;
}

static void expand_one(struct subject *s, char what, struct buf *out)
{
	switch (what) {
	case 'I':
		buf_puts(out, interface_word(s));
		break;
	case 'V':
		buf_puts(out, device_word(s));
		break;
	case 'D':
		buf_puts(out, known_word(s, s->driver, "DRIVER"));
		break;
	case 'A':
		buf_puts(out, known_word(s, s->out->address, "ADDRESS"));
		break;
	case 'B':
		buf_puts(out, known_word(s, s->facts->bond, "BOND"));
		break;
	case 'R':
		buf_puts(out, known_word(s, s->facts->bridge, "the bridge"));
		break;
	case 'H':
		buf_puts(out, s->platform.hypervisor ? s->platform.hypervisor : "a hypervisor");
		break;
	case 'M':
		mdd_words(s, out);
		break;
	case 'O':
		fit_offload_words(s, OFFLOAD_ETHTOOL, out);
		break;
	case 'N':
		fit_offload_words(s, OFFLOAD_NETWORKMANAGER, out);
		break;
	case 'L':
		fit_offload_words(s, OFFLOAD_SYSTEMD, out);
		break;
	case 'P':
		match_words(s, out);
		break;
	case 'U':
		unit_words(s, out);
		break;
	default:
		buf_putc(out, what);
	}
}

static const char *expand(struct subject *s, const char *words)
{
	AUTO_BUF struct buf out = { 0 };

	if (!words)
		return NULL;
	for (const char *p = words; *p; p++) {
		if (*p == '%' && p[1])
			expand_one(s, *++p, &out);
		else
			buf_putc(&out, *p);
	}
	return finding_text(s, "%s", buf_str(&out));
}

/* Reports of the driver at hand if there are any, else all. */
static void count(struct subject *s, const struct advice *a, struct remedy *r)
{
	static const char *const results[] = { "worked", "failed", "named" };
	size_t own = 0;

	for (size_t i = 0; i < a->n_reports; i++)
		own += subject_driver_is(s, a->reports[i].driver);
	r->of_others = !own && s->driver && a->n_reports;
	for (size_t i = 0; i < a->n_reports; i++) {
		const struct advice_report *one = &a->reports[i];

		if (own && !subject_driver_is(s, one->driver))
			continue;
		r->named++;
		r->worked += one->result == ADVICE_WORKED;
		r->failed += one->result == ADVICE_FAILED;
		*ARENA_PUSH(s->out->arena, r->sources, r->n_sources, r->cap_sources) =
			finding_text(s, "%s (%s, %s)", one->source, results[one->result], one->driver);
	}
	for (size_t i = 0; i < a->n_sources; i++)
		*ARENA_PUSH(s->out->arena, r->sources, r->n_sources, r->cap_sources) =
			finding_text(s, "%s", a->sources[i]);
}

/* What worked counts most, of other chips half; what was only named counts little. */
static int rank_of(const struct remedy *r)
{
	int rank = 10 * r->worked - 8 * r->failed;

	return r->of_others ? rank / 2 : rank + r->named;
}

/* Which ways to keep a setting a distribution has, by its kernel's name; all where that does not tell. */
static bool keeps_so(const struct subject *s, const char *where)
{
	static const struct {
		const char *kernel, *where;
	} ways[] = {
		{ "-pve", "ifupdown" }, { ".el", "networkmanager" }, { ".fc", "networkmanager" },
		{ ".fc", "systemd" },   { ".el", "systemd" },
	};
	bool told = false;

	if (!strcmp(where, "other"))
		return true;
	for (size_t i = 0; s->kernel && i < COUNT(ways); i++) {
		if (!strstr(s->kernel, ways[i].kernel))
			continue;
		told = true;
		if (!strcmp(ways[i].where, where))
			return true;
	}
	return !told;
}

static const char *keep_words(struct subject *s, const struct advice_keep *keep)
{
	static const struct {
		const char *where, *title;
	} titles[] = {
		{ "ifupdown", "Debian, Proxmox: " },
		{ "networkmanager", "NetworkManager: " },
		{ "systemd", "systemd: " },
	};

	for (size_t i = 0; i < COUNT(titles); i++)
		if (!strcmp(titles[i].where, keep->where))
			return finding_text(s, "%s%s", titles[i].title, expand(s, keep->how));
	return expand(s, keep->how);
}

static void add(struct subject *s, struct finding *f, const struct advice *a)
{
	struct remedy *r = ARENA_PUSH(s->out->arena, f->remedies, f->n_remedies, f->cap_remedies);

	*r = (struct remedy){
		.id = finding_text(s, "%s", a->id),
		.command = expand(s, a->run),
		.trial = expand(s, a->trial),
		.why = expand(s, a->why),
		.lasts = expand(s, a->lasts),
		.recovers = a->kind == ADVICE_RECOVERS,
		.unproven = a->kind == ADVICE_UNPROVEN,
		.is_last = fit_is_last(a, s),
	};
	for (size_t i = 0; i < a->n_keeps; i++)
		if (keeps_so(s, a->keeps[i].where))
			*ARENA_PUSH(s->out->arena, r->keeps, r->n_keeps, r->cap_keeps) = keep_words(s, &a->keeps[i]);
	count(s, a, r);
	r->rank = rank_of(r);
}

static void add_once(struct subject *s, struct finding *f, const struct advice *a)
{
	for (size_t i = 0; i < f->n_remedies; i++)
		if (!strcmp(f->remedies[i].id, a->id))
			return;
	add(s, f, a);
}

/* The first block with this id that fits. */
static const struct advice *find(const struct subject *s, const char *id, size_t n)
{
	const struct advice_table *t = &s->host->advice;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind != ADVICE_OF_FINDING && strlen(t->v[i].id) == n && !strncmp(t->v[i].id, id, n) &&
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
	const struct advice_table *t = &s->host->advice;

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
		finding_source(s, f, finding_text(s, "%s", a->sources[i]));
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
}
