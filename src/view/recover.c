// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/recover.h"

#include <string.h>

#include "recover/report.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/jsonw.h"
#include "util/text.h"
#include "view/style.h"

#define LABEL 11 /* columns before the words of a step */

static void head(const struct view *v, const struct recover_story *s, struct buf *out)
{
	AUTO_FREE char *verdict = xasprintf("%s: %s", s->verdict, s->reason);

	style_put(v, STYLE_HEADING, s->title, out);
	buf_putc(out, '\n');
	style_paragraph(v, 2, STYLE_PLAIN, verdict, out);
	if (s->left) {
		AUTO_FREE char *left = xasprintf(
			"! An earlier recovery (by %s) was interrupted in its step %s. What the interface had before is "
			"on record, and is put back.",
			s->left_by, s->left);

		style_paragraph(v, 2, STYLE_UNUSUAL, left, out);
	}
}

static void sentences(const struct view *v, const char *lead, const char *const *texts, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_FREE char *text = xasprintf("%s%s.", lead, texts[i]);

		style_paragraph(v, 2, STYLE_PLAIN, text, out);
	}
}

void recover_text_nothing(const struct view *v, const struct recover_story *s, unsigned indent, struct buf *out)
{
	AUTO_FREE char *text = xasprintf("%s; %s.",
					 s->unknown ? "Whether there is anything to recover is not known"
						    : "There is nothing to recover",
					 s->forced ? "with --force the steps below are taken anyway"
						   : "--force takes the steps anyway");

	style_paragraph(v, indent, STYLE_PLAIN, text, out);
}

/* "rebind and rescan": usable steps that were not asked for. */
static void left_out(const struct recover_plan *plan, struct buf *out)
{
	size_t n = 0, of = (size_t)__builtin_popcount(plan->left_out);

	for (int step = 0; step < RECOVER_STEPS; step++)
		if (plan->left_out >> step & 1) {
			buf_printf(out, "%s%s",
				   !n            ? ""
				   : n + 1 == of ? " and "
						 : ", ",
				   recover_step_name((enum recover_step)step));
			n++;
		}
}

static void rung_line(const struct view *v, const char *label, const char *words, struct buf *out)
{
	struct wrap w;

	buf_printf(out, "  %-*s", LABEL - 2, label);
	wrap_continue(&w, v, out, LABEL, LABEL, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
}

/* The step's words, and why it may not be taken. */
static void rung_text(const struct view *v, const struct recover_plan *plan, const struct recover_rung *rung, bool past,
		      unsigned tries, struct buf *out)
{
	AUTO_FREE char *why = NULL;

	if (!rung->usable)
		why = xasprintf("not here: %s", rung->why);
	else if (past)
		why = xasprintf("only if one above cannot be taken any more: --tries %u", tries);
	rung_line(v, recover_step_name(rung->step), recover_step_words(rung->step, plan->port.driver), out);
	if (why)
		rung_line(v, "", why, out);
}

static void rungs(const struct view *v, const struct recover_story *s, struct buf *out)
{
	const struct recover_plan *plan = s->plan;
	AUTO_BUF struct buf after = { 0 };
	unsigned n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		n += plan->rungs[i].usable;
		rung_text(v, plan, &plan->rungs[i], s->tries && n > s->tries, s->tries, out);
	}
	if (s->tries && n > s->tries)
		buf_puts(&after, "the steps that --tries leaves out; then ");
	if (plan->left_out) {
		left_out(plan, &after);
		buf_puts(&after, ", which --steps leaves out; then ");
	}
	buf_puts(&after, "only a power cycle is left: machine off, mains disconnected for half a minute");
	rung_line(v, "after it", buf_str(&after), out);
}

static bool has_step(const struct recover_plan *plan, bool restart)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->rungs[i].usable && (plan->rungs[i].step == RECOVER_RESTART) == restart)
			return true;
	return false;
}

/* Commands as they are typed, a line each. */
static void commands(const char *text, struct buf *out)
{
	for (const char *line = text; *line; line += *line == '\n') {
		size_t n = strcspn(line, "\n");

		buf_puts(out, "    ");
		text_escape(out, line, n);
		buf_putc(out, '\n');
		line += n;
	}
}

void recover_text_plan(const struct view *v, const struct recover_story *s, struct buf *out)
{
	head(v, s, out);
	if (!s->trouble && !s->left)
		recover_text_nothing(v, s, 2, out);
	buf_puts(out, "\nSteps, ");
	if (s->tries)
		buf_printf(out, "%u at most, ", s->tries);
	buf_puts(out, "each only if the port does not work after the one before:\n");
	rungs(v, s, out);
	if (s->n_against || s->n_notes)
		buf_putc(out, '\n');
	sentences(v, "Not without --yes: ", s->against, s->n_against, out);
	sentences(v, "Note: ", s->notes, s->n_notes, out);
	if (!s->place || !*s->place || !has_step(s->plan, false))
		return;
	buf_putc(out, '\n');
	style_paragraph(
		v, 0, STYLE_PLAIN,
		has_step(s->plan, true)
			? "restart leaves the interface as it is. The others take it away; this is put back then:"
			: "The steps take the interface away; this is put back then:",
		out);
	commands(s->place, out);
}

void recover_text_begin(const struct view *v, const struct recover_story *s, struct buf *out)
{
	head(v, s, out);
	sentences(v, "Note: ", s->notes, s->n_notes, out);
	if (!s->incident)
		return;
	buf_puts(out, "  Evidence: ");
	text_escape(out, s->incident, strlen(s->incident));
	buf_putc(out, '\n');
}

static void works(const struct recover_story *s, struct buf *out)
{
	static const char *const queues[] = { "its queues could not be read", "its transmit queues move",
					      "its transmit queues are empty, nothing was to be sent", "" };
	const struct recover_try *helped = recover_helped(s->report);

	buf_printf(out, "It works again after %s (%.1f s): %s.\n", recover_step_name(helped->step),
		   (double)helped->took_ns / (double)CLOCK_SECOND, queues[s->report->queues]);
	if (s->incident && s->trouble) {
		AUTO_FREE char *path = shell_path(s->incident);

		buf_puts(out, "The cause stays, and it can happen again. To find out why: nicregs diagnose --from ");
		text_escape(out, path, strlen(path));
		buf_putc(out, '\n');
	}
}

/* Every step that was asked for was tried; the others may help yet. */
static void no_step_left(const struct view *v, const struct recover_story *s, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };

	if (!s->plan->left_out) {
		style_paragraph(v, 0, STYLE_PLAIN,
				"It does not work, and no step is left here. What remains is a power cycle: shut the "
				"machine down and disconnect it from mains for half a minute.",
				out);
		return;
	}
	buf_puts(&text, "It does not work. Steps that --steps leaves out could be taken too: ");
	left_out(s->plan, &text);
	buf_putc(&text, '.');
	style_paragraph(v, 0, STYLE_PLAIN, buf_str(&text), out);
}

static void fails(const struct view *v, const struct recover_story *s, struct buf *out)
{
	const struct recover_report *r = s->report;
	bool came_back = r->n && r->tries[r->n - 1].result == RECOVER_CAME_BACK;

	if (r->end == RECOVER_INTERRUPTED)
		buf_puts(out, "Interrupted before the next step; the port does not work.\n");
	else if (r->end == RECOVER_LIMIT)
		buf_puts(out, "It does not work; the tries are used up.\n");
	else
		no_step_left(v, s, out);
	if (came_back)
		buf_puts(out, "It comes back at once, so its cause is still there.\n");
}

void recover_text_end(const struct view *v, const struct recover_story *s, struct buf *out)
{
	if (recover_helped(s->report))
		works(s, out);
	else if (s->report->end == RECOVER_WORKS)
		buf_puts(out, "It works, and the interrupted recovery is finished.\n");
	else
		fails(v, s, out);
	if (s->report->anew)
		style_paragraph(v, 0, STYLE_PLAIN,
				"The interface is a new one: offloads, ring sizes and other settings made with ethtool "
				"or tc are at their defaults.",
				out);
	if (!s->missing || !*s->missing)
		return;
	if (*s->report->back.what) {
		text_escape(out, s->report->back.what, strlen(s->report->back.what));
		buf_puts(out, ": ");
		text_escape(out, s->report->back.why, strlen(s->report->back.why));
		buf_puts(out, ".\n");
	}
	buf_puts(out, "Not put back:\n");
	commands(s->missing, out);
}

static void lines(struct jsonw *w, const char *key, const char *text)
{
	jsonw_array(w, key);
	for (const char *line = text ? text : ""; *line; line += *line == '\n') {
		AUTO_BUF struct buf one = { 0 };
		size_t n = strcspn(line, "\n");

		buf_add(&one, line, n);
		jsonw_str(w, NULL, buf_str(&one));
		line += n;
	}
	jsonw_end_array(w);
}

void recover_story_json(const struct recover_story *s, struct buf *out)
{
	struct jsonw w;

	jsonw_document(&w, out);
	jsonw_str(&w, "address", s->address);
	jsonw_str(&w, "netdev", s->netdev);
	jsonw_str(&w, "verdict", s->verdict);
	jsonw_str(&w, "reason", s->reason);
	jsonw_bool(&w, "trouble", s->trouble);
	jsonw_str(&w, "interrupted_in", s->left);
	jsonw_strings(&w, "against", s->against, s->n_against);
	jsonw_strings(&w, "notes", s->notes, s->n_notes);
	jsonw_array(&w, "steps");
	for (size_t i = 0; i < s->plan->n; i++) {
		jsonw_object_inline(&w, NULL);
		jsonw_str(&w, "step", recover_step_name(s->plan->rungs[i].step));
		jsonw_bool(&w, "usable", s->plan->rungs[i].usable);
		jsonw_str(&w, "why", s->plan->rungs[i].usable ? NULL : s->plan->rungs[i].why);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	if (s->tries)
		jsonw_u64(&w, "tries_most", s->tries);
	jsonw_array(&w, "left_out");
	for (int step = 0; step < RECOVER_STEPS; step++)
		if (s->plan->left_out >> step & 1)
			jsonw_str(&w, NULL, recover_step_name((enum recover_step)step));
	jsonw_end_array(&w);
	lines(&w, "place", s->place);
	jsonw_str(&w, "incident", s->incident);
	if (s->report)
		recover_report_json(s->report, "recovery", &w);
	lines(&w, "missing", s->missing);
	jsonw_end_object(&w);
}
