// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/logbook.h"
#include "view/diagnose.h"

#define DRAIN_AT ((size_t)1 << 20)

struct reports {
	const struct diagnose_view *what;
	bool of_machine;
	const char *file;
	struct jsonw *w;
	int result;
};

static void each_report(const struct klog_report *r, size_t device, void *arg)
{
	struct reports *all = arg;

	(void)device;
	if (all->result || (all->of_machine && !klog_of_machine(r)))
		return;
	report_json(r, all->what->klog, all->file, all->w);
	if (all->w->out->len > DRAIN_AT && all->what->drain)
		all->result = all->what->drain(all->w->out, all->what->drain_arg);
}

static int reports(const struct diagnose_view *what, const struct diagnosis *d, struct jsonw *w)
{
	struct reports all = { .what = what, .w = w };

	jsonw_array(w, "reports");
	if (d->log && what->logbook)
		logbook_of(what->logbook, what->klog, d->log_index, each_report, &all);
	jsonw_end_array(w);
	return all.result;
}

/* Those of no device. */
static int machine_reports(const struct diagnose_view *what, size_t n, struct jsonw *w)
{
	int r = 0;

	if (!n || !what[0].of_machine)
		return 0;
	jsonw_array(w, "reports");
	for (size_t i = 0; i < n && !r; i++) {
		struct reports all = { .what = &what[i], .of_machine = true, .file = what[i].file, .w = w };

		if (what[i].logbook)
			logbook_of(what[i].logbook, what[i].klog, SIZE_MAX, each_report, &all);
		r = all.result;
	}
	jsonw_end_array(w);
	return r;
}

/* What there was no room for; nothing if all is there. */
static void left_out(const struct diagnose_view *what, size_t n, struct jsonw *w)
{
	struct left_out all = { 0 };

	for (size_t i = 0; i < n; i++) {
		left_out_add(&all, what[i].klog, what[i].logbook);
		all.n[LEFT_OUT_MESSAGES] += what[i].messages_lost;
	}
	for (size_t i = 0; i < LEFT_OUT_KINDS; i++)
		if (all.n[i])
			jsonw_u64(w, left_out_keys[i], all.n[i]);
}

static void remedy(const struct remedy *r, struct jsonw *w)
{
	jsonw_object(w, NULL);
	jsonw_str(w, "id", r->id);
	jsonw_str(w, "command", r->command);
	jsonw_str(w, "trial", r->trial);
	if (r->fix)
		jsonw_str(w, "fix", r->fix);
	jsonw_str(w, "why", r->why);
	jsonw_str(w, "lasts", r->lasts);
	jsonw_strings(w, "keep", r->keeps, r->n_keeps);
	jsonw_i64(w, "named", r->named);
	jsonw_i64(w, "worked", r->worked);
	jsonw_i64(w, "failed", r->failed);
	jsonw_bool(w, "other_chips_only", r->of_others);
	jsonw_bool(w, "unproven", r->unproven);
	jsonw_bool(w, "recovers_only", r->recovers);
	jsonw_strings(w, "sources", r->sources, r->n_sources);
	jsonw_end_object(w);
}

static void finding(const struct finding *f, struct jsonw *w)
{
	jsonw_object(w, NULL);
	jsonw_str(w, "id", f->id);
	jsonw_str(w, "severity", severity_name(f->severity));
	jsonw_str(w, "confidence", confidence_name(f->confidence));
	jsonw_str(w, "summary", f->summary);
	jsonw_strings(w, "evidence", f->evidence, f->n_evidence);
	jsonw_array(w, "remedies");
	for (size_t i = 0; i < f->n_remedies; i++)
		remedy(&f->remedies[i], w);
	jsonw_end_array(w);
	jsonw_strings(w, "sources", f->sources, f->n_sources);
	jsonw_end_object(w);
}

/* NULL: none are known. */
static void put_facts(const struct facts *facts, struct jsonw *w)
{
	struct facts unknown;

	if (!facts)
		facts_init(&unknown);
	facts_json(facts ? facts : &unknown, w);
}

static int device(const struct diagnose_view *what, const struct diagnosis *d, struct jsonw *w)
{
	int r;

	jsonw_object(w, NULL);
	jsonw_str(w, "file", what->file);
	jsonw_str(w, "address", d->address);
	jsonw_str(w, "netdev", d->netdev);
	jsonw_str(w, "chip", d->chip);
	jsonw_str(w, "driver", d->driver);
	jsonw_str(w, "verdict", verdict_name(d->verdict));
	jsonw_str(w, "confidence", confidence_name(d->confidence));
	jsonw_str(w, "reason", d->reason);
	if (verdict_is_bad(d->verdict))
		jsonw_bool(w, "recovered", d->recovered);
	if (d->earlier_boot)
		jsonw_bool(w, "earlier_boot", true);
	if (d->since)
		jsonw_str(w, "since", d->since);
	if (d->until)
		jsonw_str(w, "until", d->until);
	if (d->first)
		jsonw_str(w, "first", d->first);
	if (d->lost)
		jsonw_str(w, "lost", d->lost);
	put_facts(d->facts, w);
	r = reports(what, d, w);
	jsonw_array(w, "findings");
	for (size_t i = 0; i < d->n_findings; i++)
		finding(&d->findings[i], w);
	jsonw_end_array(w);
	jsonw_array(w, "plan");
	for (size_t i = 0; i < d->n_plan; i++)
		jsonw_str(w, NULL, d->plan[i]->id);
	jsonw_end_array(w);
	jsonw_strings(w, "surer", d->surer, d->n_surer);
	jsonw_end_object(w);
	return r;
}

static void logs(const struct diagnose_view *what, size_t n, struct jsonw *w)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any |= what[i].klog && what[i].log_name;
	if (!any)
		return;
	jsonw_array(w, "logs");
	for (size_t i = 0; i < n; i++) {
		if (!what[i].klog || !what[i].log_name)
			continue;
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "name", what[i].log_name);
		jsonw_u64(w, "lines", klog_host(what[i].klog)->lines);
		if (klog_host(what[i].klog)->names[1][0])
			jsonw_bool(w, "several_machines", true);
		if (what[i].files) {
			jsonw_u64(w, "files", what[i].files);
			jsonw_u64(w, "files_read", what[i].files_read);
		}
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

int diagnose_json(const struct diagnose_view *what, size_t n, struct buf *out)
{
	struct jsonw w;
	int r = 0;

	jsonw_document(&w, out);
	logs(what, n, &w);
	jsonw_array(&w, "devices");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < what[i].diagnoses->n && !r; k++)
			r = device(&what[i], &what[i].diagnoses->v[k], &w);
	jsonw_end_array(&w);
	if (!r)
		r = machine_reports(what, n, &w);
	left_out(what, n, &w);
	jsonw_end_object(&w);
	return r;
}
