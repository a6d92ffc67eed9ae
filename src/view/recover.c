// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/recover.h"

#include <string.h>

#include "recover/report.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/jsonw.h"
#include "util/text.h"
#include "view/style.h"

static void head(const struct view *v, const struct recover_story *s, struct buf *out)
{
	style_put(v, STYLE_HEADING, s->title, out);
	buf_putc(out, '\n');
	buf_printf(out, "  %s: ", s->verdict);
	text_escape(out, s->reason, strlen(s->reason));
	buf_putc(out, '\n');
}

static void sentences(const char *lead, const char *const *v, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "  %s", lead);
		text_escape(out, v[i], strlen(v[i]));
		buf_puts(out, ".\n");
	}
}

static void rungs(const struct recover_plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct recover_rung *rung = &plan->rungs[i];

		buf_printf(out, "  %-9s%s\n", recover_step_name(rung->step), recover_step_words(rung->step));
		if (!rung->usable)
			buf_printf(out, "  %-9snot here: %s\n", "", rung->why);
	}
	buf_printf(out, "  %-9sonly a power cycle is left: machine off, mains disconnected for half a minute\n",
		   "after it");
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
	if (!s->trouble)
		buf_puts(out, "  There is nothing to recover; --force takes the steps anyway.\n");
	buf_puts(out, "\nSteps, each only if the port does not work after the one before:\n");
	rungs(s->plan, out);
	if (s->n_against || s->n_notes)
		buf_putc(out, '\n');
	sentences("Not without --yes: ", s->against, s->n_against, out);
	sentences("Note: ", s->notes, s->n_notes, out);
	if (!s->place || !*s->place)
		return;
	buf_puts(out,
		 "\nThe first step leaves the interface as it is. The others take it away; this is put back then:\n");
	commands(s->place, out);
}

void recover_text_begin(const struct view *v, const struct recover_story *s, struct buf *out)
{
	head(v, s, out);
	sentences("Note: ", s->notes, s->n_notes, out);
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

		buf_puts(out, "That does not prevent the next time. To find out why: nicregs diagnose --from ");
		text_escape(out, path, strlen(path));
		buf_putc(out, '\n');
	}
}

static void fails(const struct recover_story *s, struct buf *out)
{
	const struct recover_report *r = s->report;
	bool came_back = r->n && r->tries[r->n - 1].result == RECOVER_CAME_BACK;

	if (r->end == RECOVER_INTERRUPTED)
		buf_puts(out, "Interrupted before the next step; the port does not work.\n");
	else if (r->end == RECOVER_LIMIT)
		buf_puts(out, "It does not work; the tries are used up.\n");
	else
		buf_puts(out,
			 "It does not work, and no step is left here. What remains is a power cycle: shut the machine\n"
			 "down and disconnect it from mains for half a minute.\n");
	if (came_back)
		buf_puts(out, "It comes back at once, so its cause is still there.\n");
}

void recover_text_end(const struct view *v, const struct recover_story *s, struct buf *out)
{
	(void)v;
	if (recover_helped(s->report))
		works(s, out);
	else
		fails(s, out);
	if (s->report->anew)
		buf_puts(
			out,
			"The interface is a new one: offloads, ring sizes and other settings made with ethtool or tc are\n"
			"at their defaults.\n");
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

static void strings(struct jsonw *w, const char *key, const char *const *v, size_t n)
{
	jsonw_array(w, key);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, NULL, v[i]);
	jsonw_end_array(w);
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

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_u64(&w, "schema", 1);
	jsonw_str(&w, "address", s->address);
	jsonw_str(&w, "netdev", s->netdev);
	jsonw_str(&w, "verdict", s->verdict);
	jsonw_str(&w, "reason", s->reason);
	jsonw_bool(&w, "trouble", s->trouble);
	strings(&w, "against", s->against, s->n_against);
	strings(&w, "notes", s->notes, s->n_notes);
	jsonw_array(&w, "steps");
	for (size_t i = 0; i < s->plan->n; i++) {
		jsonw_object_inline(&w, NULL);
		jsonw_str(&w, "step", recover_step_name(s->plan->rungs[i].step));
		jsonw_bool(&w, "usable", s->plan->rungs[i].usable);
		jsonw_str(&w, "why", s->plan->rungs[i].usable ? NULL : s->plan->rungs[i].why);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	lines(&w, "place", s->place);
	jsonw_str(&w, "incident", s->incident);
	if (s->report)
		recover_report_json(s->report, "recovery", &w);
	lines(&w, "missing", s->missing);
	jsonw_end_object(&w);
}
