// SPDX-License-Identifier: GPL-2.0-or-later
#include "recover/report.h"

#include <string.h>

#include "util/clock.h"
#include "util/jsonw.h"
#include "util/text.h"

const char *recover_end_name(enum recover_end end)
{
	static const char *const names[] = { "works", "no-step-left", "limit", "interrupted", "refused" };

	return names[end];
}

const char *recover_found_name(enum recover_found found)
{
	static const char *const names[] = { "helped", "refused", "no-help", "came-back" };

	return names[found];
}

static const char *queues_name(enum recover_queues queues)
{
	static const char *const names[] = { NULL, "move", "rest", "stand" };

	return names[queues];
}

void recover_report_json(const struct recover_report *r, const char *key, struct jsonw *w)
{
	const struct recover_try *helped = recover_helped(r);

	jsonw_object(w, key);
	jsonw_str(w, "end", recover_end_name(r->end));
	jsonw_str(w, "helped", helped ? recover_step_name(helped->step) : NULL);
	jsonw_str(w, "refused", *r->guarded ? r->guarded : NULL);
	jsonw_str(w, "queues", queues_name(r->queues));
	jsonw_array(w, "tries");
	for (size_t i = 0; i < r->n; i++) {
		const struct recover_try *t = &r->tries[i];

		jsonw_object_inline(w, NULL);
		jsonw_str(w, "step", recover_step_name(t->step));
		jsonw_str(w, "result", recover_found_name(t->result));
		jsonw_str(w, "found", *t->found ? t->found : NULL);
		jsonw_i64(w, "took_ms", t->took_ns / CLOCK_MS);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_bool(w, "place_restored", !*r->back.what);
	jsonw_str(w, "not_restored", *r->back.what ? r->back.why : NULL);
	jsonw_end_object(w);
}

void recover_report_line(const struct recover_report *r, struct buf *out)
{
	const struct recover_try *helped = recover_helped(r);

	if (r->end == RECOVER_WORKS && !helped)
		buf_puts(out, "working again: an interrupted recovery was finished");
	else if (r->end == RECOVER_GUARDED)
		buf_printf(out, "not recovered, as %s", r->guarded);
	else if (helped)
		buf_printf(out, "working again after %s (%.1f s)", recover_step_name(helped->step),
			   (double)helped->took_ns / (double)CLOCK_SECOND);
	else
		buf_printf(out, "not recovered%s",
			   r->end == RECOVER_LIMIT         ? ", the tries are used up"
			   : r->end == RECOVER_INTERRUPTED ? ", interrupted"
			   : r->n                          ? ", no step is left"
							   : ": no step can be taken");
	for (size_t i = 0; i < r->n && !helped; i++) {
		buf_printf(out, "%s%s: %s", i ? "; " : ": ", recover_step_name(r->tries[i].step),
			   recover_found_name(r->tries[i].result));
		if (*r->tries[i].found)
			buf_puts(out, " (");
		text_escape(out, r->tries[i].found, strlen(r->tries[i].found));
		if (*r->tries[i].found)
			buf_putc(out, ')');
	}
	if (*r->back.what)
		buf_printf(out, "; not restored: %s", r->back.why);
}
