// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "diagnose/logbook.h"
#include "util/alloc.h"
#include "util/text.h"
#include "view/fold.h"
#include "view/internal.h"

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

/* "eno1 (0000:00:19.0), 82579LM, e1000e, kern.log" */
static void put_heading(const struct view *v, const char *title, const char *file, struct buf *out)
{
	struct wrap w;

	wrap_begin(&w, v, out, 0, " ");
	wrap_words(&w, STYLE_HEADING, title);
	if (file) {
		buf_putc(out, ',');
		w.column++;
		wrap_item(&w, STYLE_DIM, file);
	}
	wrap_end(&w);
}

static void verdict(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d, struct buf *out)
{
	bool bad = verdict_is_bad(d->verdict) || d->verdict == VERDICT_LINK_DOWN;

	put_heading(v, d->title, what->file, out);
	buf_puts(out, "  Verdict: ");
	style_put(v, bad ? STYLE_UNUSUAL : STYLE_NAME, verdict_name(d->verdict), out);
	buf_printf(out, " (%s)\n", confidence_name(d->confidence));
	if (d->reason)
		style_paragraph(v, 2, STYLE_PLAIN, d->reason, out);
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

/* None of them says that it worked. */
static void no_success(const struct remedy *r, const char *about, struct buf *out)
{
	if (r->named == 1 && r->failed)
		buf_printf(out, " Did not help in the one public report%s.", about);
	else if (r->named == 1)
		buf_printf(out, " The one public report%s does not say that it helped.", about);
	else if (r->failed == r->named)
		buf_printf(out, " Did not help in any of %d public reports%s.", r->named, about);
	else
		buf_printf(out, " None of %d public reports%s says that it helped.", r->named, about);
}

void diagnose_remedy_counts(const struct remedy *r, struct buf *out)
{
	const char *about = !r->of_others ? "" : r->named == 1 ? " about another chip" : " about other chips";

	if (!r->named && r->unproven)
		buf_puts(out, " No public report says that it helped.");
	if (!r->named)
		return;
	if (!r->worked)
		no_success(r, about, out);
	else if (r->named == 1)
		buf_printf(out, " Helped in the one public report%s.", about);
	else
		buf_printf(out, " Helped in %d of %d public reports%s.", r->worked, r->named, about);
	if (r->failed && r->failed < r->named)
		buf_printf(out, " It did not help in %d.", r->failed);
}

void diagnose_remedy_fix(const struct remedy *r, struct buf *out)
{
	if (r->fix && r->command && strncmp(r->command, "nicregs ", 8) != 0)
		buf_printf(out, " `%s` does the same, can undo it, and with --persist keeps it.", r->fix);
}

void diagnose_remedy_words(const struct remedy *r, struct buf *out)
{
	if (r->trial)
		buf_puts(out, "Try the first form before the second: it undoes itself after ten minutes. ");
	buf_puts(out, r->why);
	diagnose_remedy_counts(r, out);
	diagnose_remedy_fix(r, out);
	if (r->lasts)
		buf_printf(out, " %s", r->lasts);
	if (r->n_keeps)
		buf_puts(out, " To keep it:");
}

static void remedy(const struct view *v, const struct remedy *r, size_t number, struct buf *out)
{
	struct labeled l = { .v = v, .out = out, .indent = 6 };
	AUTO_BUF struct buf words = { 0 };
	char label[24];
	struct wrap w;

	snprintf(label, sizeof(label), "%zu.", number);
	labeled_begin(&l, label);
	if (r->trial)
		labeled_line(&l, STYLE_NAME, r->trial);
	if (r->command)
		labeled_line(&l, STYLE_NAME, r->command);
	else
		buf_printf(out, "  %zu. %s", number, number < 10 ? " " : "");
	diagnose_remedy_words(r, &words);
	if (r->command)
		wrap_begin(&w, v, out, 6, " ");
	else
		wrap_continue(&w, v, out, 6, 6, " ");
	wrap_words(&w, STYLE_PLAIN, buf_str(&words));
	wrap_end(&w);
	for (size_t i = 0; i < r->n_keeps; i++)
		bullet(v, 6, r->keeps[i], out);
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

static void remedies(const struct view *v, const struct diagnosis *d, struct buf *out)
{
	static const struct {
		const char *heading;
		bool (*is)(const struct remedy *r);
	} kinds[] = {
		{ "To recover now", recovers },
		{ "What to do", prevents },
		{ "Unproven, though often advised", unproven },
	};
	size_t number = 0;

	for (size_t kind = 0; kind < COUNT(kinds); kind++) {
		bool any = false;

		for (size_t i = 0; i < d->n_plan; i++) {
			if (!kinds[kind].is(d->plan[i]))
				continue;
			if (!any)
				style_heading(v, kinds[kind].heading, out);
			any = true;
			remedy(v, d->plan[i], ++number, out);
		}
	}
}

static void what_is_missing(const struct view *v, const struct diagnosis *d, struct buf *out)
{
	if (d->n_surer)
		style_heading(v, "To be more certain", out);
	for (size_t i = 0; i < d->n_surer; i++)
		bullet(v, 2, d->surer[i], out);
}

struct of_machine {
	const struct view *v;
	struct buf *out;
	size_t n, most;
	bool crash_told; /* with a device whose driver crashed */
};

static bool tells_crash(const struct diagnoses *d)
{
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->v[i].n_findings; k++)
			if (!strcmp(d->v[i].findings[k].id, "kernel-crash") &&
			    d->v[i].findings[k].severity == SEVERITY_FAULT)
				return true;
	return false;
}

static void machine_report(const struct klog_report *r, size_t device, void *arg)
{
	struct of_machine *all = arg;

	(void)device;
	if (!klog_of_machine(r) || (r->kind == KLOG_CRASH && all->crash_told) || all->n++ >= all->most)
		return;
	report_text(all->v, r, all->out);
	if (r->kind == KLOG_CRASH && diagnose_crash(r))
		style_paragraph(all->v, 2, STYLE_PLAIN, diagnose_crash(r), all->out);
}

/* What the log says of no device, and what it says and is not here. */
static void rest(const struct view *v, const struct diagnose_view *what, struct buf *out)
{
	struct left_out left_out = { 0 };
	AUTO_BUF struct buf reports = { 0 }, words = { 0 };
	struct of_machine all = {
		.v = v, .out = &reports, .most = what->verbose ? 8 : 3, .crash_told = tells_crash(what->diagnoses)
	};

	if (what->of_machine && what->logbook)
		logbook_of(what->logbook, what->klog, SIZE_MAX, machine_report, &all);
	if (all.n) {
		buf_puts(out, !out->len ? "" : what->verbose ? "\n\n" : "\n");
		put_heading(v, "Of no particular device", what->file, out);
		buf_puts(out, buf_str(&reports));
	}
	if (all.n > all.most)
		buf_printf(out, "%zu more (--json has all)\n", all.n - all.most);
	if (!what->klog)
		return;
	left_out_add(&left_out, what->klog, what->logbook);
	left_out.n[LEFT_OUT_MESSAGES] += what->messages_lost;
	left_out_words(&left_out, &words);
	if (!words.len)
		return;
	buf_puts(out, !out->len ? "" : what->verbose ? "\n\n" : "\n");
	style_paragraph(v, 0, STYLE_PLAIN, buf_str(&words), out);
}

int last_hang_device(const struct diagnose_view *what, const struct diagnosis *d, struct last_hang *hang, struct err *e)
{
	*hang = (struct last_hang){ 0 };
	if (!d->log || !d->log->hang)
		return 0;
	hang->s = klog_snapshot(d->log->hang, d->part);
	if (d->part && !d->part_sure)
		hang->part =
			xasprintf("%s: decoded with the definition of the %s.",
				  d->chip ? "The chip has no definition of its own" : "The log does not name the chip",
				  d->part->name);
	return device_init(&hang->device, what->db, hang->s, NULL, e);
}

void last_hang_free(struct last_hang *hang)
{
	if (hang->s)
		device_free(&hang->device);
	snapshot_free(hang->s);
	free(hang->part);
}

/* The registers that the last hang report printed, decoded. */
static int last_block(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d,
		      struct buf *out, struct err *e)
{
	struct last_hang hang;
	int r = last_hang_device(what, d, &hang, e);

	if (!r && hang.device.n_regs) {
		style_heading(v, "The last hang report, decoded", out);
		if (hang.part)
			style_paragraph(v, 2, STYLE_DIM, hang.part, out);
		for (size_t i = 0; i < hang.device.n_regs; i++)
			reg_text_brief(v, &hang.device.regs[i], 8, false, out);
	}
	last_hang_free(&hang);
	return r;
}

static int whole_page(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d,
		      struct buf *out, struct err *e)
{
	int r;

	verdict(v, what, d, out);
	evidence(v, d, out);
	r = last_block(v, what, d, out, e);
	remedies(v, d, out);
	what_is_missing(v, d, out);
	return r;
}

/* The virtual functions that no page is for, in a line below their port; those without a link are named there. */
struct folded {
	struct snapshots latest; /* of all devices; not owned, but for the array */
	struct folds folds;
};

#define NAMED 4

/* A virtual function without a link may be one that nobody uses. */
static bool may_fold(const struct diagnosis *d)
{
	if (!d->latest || verdict_is_bad(d->verdict) || diagnose_warns(d))
		return false;
	return d->verdict == VERDICT_LINK_DOWN || !diagnose_is_trouble(d);
}

static struct fold *fold_of(const struct folded *f, const struct diagnosis *d)
{
	return f->folds.n && may_fold(d) ? folds_of(&f->folds, d->latest) : NULL;
}

static void fold_all(const struct diagnose_view *what, struct folded *f)
{
	*f = (struct folded){ 0 };
	if (what->diagnoses->n <= FOLD_ROWS || what->verbose)
		return;
	for (size_t i = 0; i < what->diagnoses->n; i++)
		if (what->diagnoses->v[i].latest)
			*VEC_PUSH(f->latest.v, f->latest.n, f->latest.cap) =
				(struct snapshot *)(uintptr_t)what->diagnoses->v[i].latest;
	folds_find(&f->folds, &f->latest);
	for (size_t i = 0; i < what->diagnoses->n; i++) {
		const struct diagnosis *d = &what->diagnoses->v[i];
		struct fold *fold = fold_of(f, d);

		if (fold)
			fold_add(fold, d->latest, verdict_name(d->verdict), NULL);
	}
}

static void folded_free(struct folded *f)
{
	if (f->folds.n)
		folds_free(&f->folds);
	free(f->latest.v);
}

static void name_without_link(const struct diagnose_view *what, const struct folded *f, const struct fold *fold,
			      struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < what->diagnoses->n; i++) {
		const struct diagnosis *d = &what->diagnoses->v[i];

		if (d->verdict != VERDICT_LINK_DOWN || fold_of(f, d) != fold)
			continue;
		if (n++ < NAMED)
			buf_printf(out, "%s%s", n == 1 ? "; without a link: " : ", ",
				   d->netdev ? d->netdev : d->address);
	}
	if (n > NAMED)
		buf_printf(out, " and %zu more", n - NAMED);
}

/* Below the port d. */
static void put_fold(const struct view *v, const struct diagnose_view *what, const struct folded *f,
		     const struct diagnosis *d, struct buf *out)
{
	const struct fold *fold = d->latest && f->folds.n ? folds_below(&f->folds, d->latest) : NULL;
	AUTO_BUF struct buf words = { 0 };

	if (!fold || !fold->n)
		return;
	fold_name(fold, fold->n, &words);
	buf_puts(&words, ": ");
	fold_words(fold, &words);
	name_without_link(what, f, fold, &words);
	style_paragraph(v, 2, STYLE_PLAIN, buf_str(&words), out);
}

/* What is quiet stands together, line by line. */
static bool needs_gap(const struct diagnosis *before, const struct diagnosis *d)
{
	return !before || diagnose_is_trouble(d) || diagnose_is_trouble(before);
}

int diagnose_text(const struct view *v, const struct diagnose_view *what, struct buf *out, struct err *e)
{
	const struct diagnosis *before = NULL;
	struct folded folded;
	int r = 0;

	fold_all(what, &folded);
	for (size_t i = 0; i < what->diagnoses->n && !r; i++) {
		const struct diagnosis *d = &what->diagnoses->v[i];

		if (fold_of(&folded, d))
			continue;
		if (what->verbose && (i || out->len))
			buf_puts(out, "\n\n");
		else if (out->len && needs_gap(before, d))
			buf_putc(out, '\n');
		if (what->verbose)
			r = whole_page(v, what, d, out, e);
		else
			diagnose_screen(v, what, d, what->lines ? what->lines : 24, out);
		put_fold(v, what, &folded, d, out);
		before = d;
	}
	folded_free(&folded);
	if (!r)
		rest(v, what, out);
	return r;
}

/* The device whose evidence is to be saved: the one in trouble, where there is one such. */
static const struct diagnosis *one_in_trouble(const struct diagnose_view *what, size_t n, size_t *count)
{
	const struct diagnosis *one = NULL;

	*count = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < what[i].diagnoses->n; k++) {
			const struct diagnosis *d = &what[i].diagnoses->v[k];

			if (diagnose_is_trouble(d) && !(*count)++)
				one = d;
		}
	}
	return one;
}

static bool any_findings(const struct diagnose_view *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < what[i].diagnoses->n; k++)
			if (what[i].diagnoses->v[k].n_findings)
				return true;
	return false;
}

void diagnose_more(const struct view *v, const struct diagnose_view *what, size_t n, struct buf *out)
{
	AUTO_BUF struct buf words = { 0 };
	struct wrap w;
	size_t count;
	const struct diagnosis *d = one_in_trouble(what, n, &count);
	bool saved = d && d->latest && (d->latest->file || d->latest->origin != ORIGIN_LIVE);

	if (!n || what[0].verbose || (!d && !any_findings(what, n)))
		return;
	buf_putc(out, '\n');
	wrap_begin(&w, v, out, 0, " ");
	wrap_words(&w, STYLE_DIM, d ? "-v for all evidence and advice" : "-v for all that was found");
	buf_printf(&words, "nicregs snapshot %s -o FILE", d && count == 1 ? d->word : "DEVICE");
	if (d && d->has_nicregs && !saved) {
		buf_puts(out, ";");
		w.column++;
		wrap_words(&w, STYLE_DIM, "to save evidence:");
		wrap_item(&w, STYLE_DIM, buf_str(&words));
	}
	wrap_end(&w);
}
