// SPDX-License-Identifier: GPL-2.0-or-later
/* A device without trouble: a line or two, and what is worth knowing of it all the same. */
#include <inttypes.h>
#include <string.h>

#include "device/values.h"
#include "util/alloc.h"
#include "view/internal.h"

/* "link up 1000 Mb/s" */
static void link_words(const struct diagnosis *d, struct buf *out)
{
	int64_t carrier = d->latest ? d->latest->facts.carrier : FACT_UNKNOWN;
	int64_t up = d->latest ? (carrier == FACT_UNKNOWN ? carrier : d->link_up)
		     : d->log  ? d->log->link
			       : FACT_UNKNOWN;
	int64_t speed = d->latest ? d->latest->facts.speed : d->log ? (int64_t)d->log->speed : 0;

	if (up != 0 && up != 1)
		return;
	buf_printf(out, "%slink %s", out->len ? ", " : "", values_link_words((int)up, carrier));
	if (up && carrier && speed > 0)
		buf_printf(out, " %" PRId64 " Mb/s", speed);
	if (up && !d->latest && d->log->link_flaps)
		buf_printf(out, d->log->link_flaps == 1 ? ", went down once" : ", went down %" PRIu64 " times",
			   d->log->link_flaps);
}

/* What a driver said in words of its own, where the log says nothing else of the device. */
static bool is_all_that_is_known(const struct diagnosis *d, const struct finding *f)
{
	static const char *const words[] = { "driver-error", "firmware-reported", "vf-trouble", "vf-reset",
					     "link-refused" };

	for (size_t i = 0; i < COUNT(words) && !d->latest && !d->brief; i++)
		if (!strcmp(f->id, words[i]))
			return true;
	return false;
}

/* A warning, or a note that is sure and has a command against it. */
static bool is_worth_a_line(const struct diagnosis *d, const struct finding *f)
{
	if (f->severity != SEVERITY_NOTE || is_all_that_is_known(d, f))
		return true;
	for (size_t i = 0; i < f->n_remedies && f->confidence == CERTAIN; i++)
		if (f->remedies[i].command && !f->remedies[i].unproven)
			return true;
	return false;
}

#define NOTES 4

/* A command; without one, and of a warning, in words. `said`: those that were said before. */
static void put_remedy(struct labeled *l, const struct finding *f, const struct remedy **said)
{
	const struct remedy *words = NULL;

	for (size_t k = 0; k < f->n_remedies; k++) {
		const struct remedy *r = &f->remedies[k];

		if (r->unproven)
			continue;
		if (r->command) {
			labeled_line(l, STYLE_NAME, r->trial ? r->trial : r->command);
			return;
		}
		words = words ? words : r;
	}
	if (!words || f->severity > SEVERITY_WARNING || (*said && !strcmp((*said)->id, words->id)))
		return;
	labeled_text(l, STYLE_PLAIN, words->why, 1);
	*said = words;
}

static void notes(const struct view *v, const struct diagnosis *d, struct buf *out)
{
	struct labeled l = { v, out, NULL, 8 };
	const struct remedy *said = NULL;
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];

		if (d->summary && strstr(d->summary, f->summary))
			continue;
		if (!is_worth_a_line(d, f) || shown >= NOTES) {
			left++;
			continue;
		}
		shown++;
		labeled_begin(&l, "note:");
		labeled_text(&l, STYLE_PLAIN, f->summary, 2);
		put_remedy(&l, f, &said);
	}
	if (left && shown)
		buf_printf(out, "  %zu more note%s: -v\n", left, left == 1 ? "" : "s");
}

void diagnose_quiet(const struct view *v, const struct diagnosis *d, struct buf *out)
{
	AUTO_BUF struct buf word = { 0 }, brief = { 0 };
	struct wrap w;

	diagnose_verdict_word(d, &word);
	buf_puts(&brief, d->brief ? d->brief : "");
	link_words(d, &brief);
	wrap_begin(&w, v, out, 0, "  ");
	diagnose_put_name(&w, d, true);
	if (d->driver && (d->netdev || d->address || d->chip))
		wrap_item(&w, STYLE_PLAIN, d->driver);
	wrap_item(&w, STYLE_NAME, buf_str(&word));
	w.indent = w.column ? 2 : 0;
	if (d->brief)
		wrap_item(&w, STYLE_PLAIN, buf_str(&brief));
	wrap_end(&w);
	if (!d->brief && d->summary)
		style_paragraph(v, 2, STYLE_PLAIN, d->summary, out);
	if (d->verdict == VERDICT_UNKNOWN && d->latest && d->n_surer)
		style_paragraph(v, 2, STYLE_PLAIN, d->surer[0], out);
	notes(v, d, out);
}
