// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "diagnose/logbook.h"
#include "util/text.h"
#include "device/device.h"
#include "view/reg.h"
#include "view/diagnose.h"

static void paragraph(const struct view *v, unsigned indent, enum style style, const char *words, struct buf *out)
{
	struct wrap w;

	wrap_begin(&w, v, out, indent, " ");
	wrap_words(&w, style, words);
	wrap_end(&w);
}

/* "- " and the words behind it, wrapped under themselves. */
static void bullet(const struct view *v, unsigned indent, const char *words, struct buf *out)
{
	struct wrap w;

	for (unsigned i = 0; i < indent; i++)
		buf_putc(out, ' ');
	buf_puts(out, "- ");
	wrap_continue(&w, v, out, indent + 2, indent + 2, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
}

static void verdict(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d, struct buf *out)
{
	bool bad = verdict_is_bad(d->verdict) || d->verdict == VERDICT_LINK_DOWN;

	style_put(v, STYLE_HEADING, d->title, out);
	if (what->file) {
		buf_puts(out, ", ");
		style_put(v, STYLE_DIM, what->file, out);
	}
	buf_putc(out, '\n');
	buf_puts(out, "  Verdict: ");
	style_put(v, bad ? STYLE_UNUSUAL : STYLE_NAME, verdict_name(d->verdict), out);
	buf_printf(out, " (%s)\n", confidence_name(d->confidence));
	if (d->reason)
		paragraph(v, 2, STYLE_PLAIN, d->reason, out);
}

static void evidence(const struct view *v, const struct diagnosis *d, struct buf *out)
{
	if (d->n_findings)
		style_heading(v, "Evidence", out);
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];
		char weight[40];
		struct wrap w;

		snprintf(weight, sizeof(weight), "[%s, %s]", severity_name(f->severity),
			 confidence_name(f->confidence));
		wrap_begin(&w, v, out, 2, " ");
		wrap_words(&w, f->severity == SEVERITY_FAULT ? STYLE_UNUSUAL : STYLE_PLAIN, f->summary);
		wrap_item(&w, STYLE_DIM, weight);
		wrap_end(&w);
		for (size_t k = 0; k < f->n_evidence; k++)
			bullet(v, 4, f->evidence[k], out);
	}
}

/* What the reports that were read say of a remedy. */
static void counts(const struct remedy *r, struct buf *out)
{
	if (r->named < 0)
		return;
	if (!r->named) {
		buf_puts(out, " No report that was read says that it helped.");
		return;
	}
	buf_printf(out, " Of %d report%s that name%s it, ", r->named, r->named == 1 ? "" : "s",
		   r->named == 1 ? "s" : "");
	if (r->worked > 0)
		buf_printf(out, "%d say%s that it worked", r->worked, r->worked == 1 ? "s" : "");
	else
		buf_puts(out, "none says that it worked");
	if (r->failed > 0)
		buf_printf(out, " and %d that it did not", r->failed);
	buf_putc(out, '.');
}

struct numbering {
	const struct view *v;
	struct buf *out;
	const struct remedy *told[64]; /* so that nothing is told twice */
	size_t n;
};

static bool told_before(const struct numbering *n, const struct remedy *r)
{
	for (size_t i = 0; i < n->n; i++)
		if (!strcmp(n->told[i]->why, r->why))
			return true;
	return false;
}

static void tell(struct numbering *n, const struct remedy *r)
{
	AUTO_BUF struct buf words = { 0 };
	struct wrap w;

	if (told_before(n, r) || n->n == sizeof(n->told) / sizeof(n->told[0]))
		return;
	n->told[n->n++] = r;
	buf_printf(n->out, "  %zu. ", n->n);
	if (n->n < 10)
		buf_putc(n->out, ' ');
	if (r->command) {
		style_put(n->v, STYLE_NAME, r->command, n->out);
		buf_putc(n->out, '\n');
	}
	buf_puts(&words, r->why);
	counts(r, &words);
	if (r->lasts)
		buf_printf(&words, " %s", r->lasts);
	if (r->command)
		wrap_begin(&w, n->v, n->out, 6, " ");
	else
		wrap_continue(&w, n->v, n->out, 6, 6, " ");
	wrap_words(&w, STYLE_PLAIN, buf_str(&words));
	wrap_end(&w);
}

static bool has(const struct diagnosis *d, bool (*is)(const struct remedy *r))
{
	for (size_t i = 0; i < d->n_findings; i++)
		for (size_t k = 0; k < d->findings[i].n_remedies; k++)
			if (is(&d->findings[i].remedies[k]))
				return true;
	return false;
}

static bool prevents(const struct remedy *r)
{
	return !r->recovers && !r->unproven;
}

static bool recovers(const struct remedy *r)
{
	return r->recovers;
}

static bool unproven(const struct remedy *r)
{
	return r->unproven;
}

/* Remedies in the order of their findings, worst and surest first, and of their evidence within one. */
static void remedies(const struct view *v, const struct diagnosis *d, struct buf *out)
{
	static const struct {
		const char *heading;
		bool (*is)(const struct remedy *r);
	} kinds[] = {
		{ "What to do", prevents },
		{ "To get it back now", recovers },
		{ "Unproven, though often advised", unproven },
	};
	struct numbering n = { .v = v, .out = out };

	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		if (!has(d, kinds[kind].is))
			continue;
		style_heading(v, kinds[kind].heading, out);
		for (size_t i = 0; i < d->n_findings; i++)
			for (size_t k = 0; k < d->findings[i].n_remedies; k++)
				if (kinds[kind].is(&d->findings[i].remedies[k]))
					tell(&n, &d->findings[i].remedies[k]);
	}
}

static void what_is_missing(const struct view *v, const struct diagnosis *d, struct buf *out)
{
	if (d->n_surer)
		style_heading(v, "What would make it surer", out);
	for (size_t i = 0; i < d->n_surer; i++)
		bullet(v, 2, d->surer[i], out);
}

struct of_host {
	const struct view *v;
	struct buf *out;
	size_t told;
};

#define HOST_TOLD 8

static void tell_of_host(const struct klog_report *r, size_t device, void *arg)
{
	struct of_host *all = arg;

	if (device == SIZE_MAX && all->told++ < HOST_TOLD)
		report_text(all->v, r, all->out);
}

static void host_reports(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d,
			 struct buf *out)
{
	struct of_host all = { .v = v, .out = out };

	if (!d->of_host || !what->logbook)
		return;
	style_heading(v, "Evidence", out);
	logbook_each(what->logbook, what->klog, tell_of_host, &all);
	if (all.told > HOST_TOLD)
		buf_printf(out, "%zu more\n", all.told - HOST_TOLD);
}

/* The registers that the last hang report printed, decoded. */
static int last_block(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d,
		      struct buf *out, struct err *e)
{
	struct snapshot *s;
	struct device device;
	int r;

	if (!d->log || !d->log->have_hang)
		return 0;
	s = klog_snapshot(&d->log->hang, d->part);
	r = device_init(&device, what->db, s, NULL, e);
	if (!r && device.n_regs) {
		style_heading(v, "The last hang report, decoded", out);
		if (!d->part_sure) {
			AUTO_BUF struct buf words = { 0 };

			buf_printf(&words, "%s: decoded with the definition of the %s.",
				   d->chip ? "The part has no definition of its own" : "The log does not tell the part",
				   d->part->name);
			paragraph(v, 2, STYLE_DIM, buf_str(&words), out);
		}
		for (size_t i = 0; i < device.n_regs; i++)
			reg_text_brief(v, &device.regs[i], 8, false, out);
	}
	device_free(&device);
	snapshot_free(s);
	return r;
}

int diagnose_text(const struct view *v, const struct diagnose_view *what, struct buf *out, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < what->diagnoses->n && !r; i++) {
		const struct diagnosis *d = &what->diagnoses->v[i];

		if (i || out->len)
			buf_puts(out, "\n\n");
		verdict(v, what, d, out);
		evidence(v, d, out);
		host_reports(v, what, d, out);
		r = last_block(v, what, d, out, e);
		remedies(v, d, out);
		what_is_missing(v, d, out);
	}
	return r;
}
