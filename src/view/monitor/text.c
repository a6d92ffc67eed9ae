// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/clock.h"
#include "view/monitor/state.h"
#include "view/style.h"

void text_age(int64_t ns, struct buf *out)
{
	int64_t s = ns / CLOCK_SECOND;

	if (ns < 0)
		buf_putc(out, '-');
	else if (s < 10)
		buf_printf(out, "%" PRId64 ".%" PRId64 " s", s, ns % CLOCK_SECOND * 10 / CLOCK_SECOND);
	else if (s < 100)
		buf_printf(out, "%" PRId64 " s", s);
	else if (s < 6000)
		buf_printf(out, "%" PRId64 " min", s / 60);
	else
		buf_printf(out, "%" PRId64 " h", s / 3600);
}

void text_rate(uint64_t rate, struct buf *out)
{
	if (rate < 100000)
		buf_printf(out, "%" PRIu64, rate);
	else if (rate < 10000000)
		buf_printf(out, "%" PRIu64 ".%" PRIu64 "k", rate / 1000, rate / 100 % 10);
	else
		buf_printf(out, "%" PRIu64 ".%" PRIu64 "M", rate / 1000000, rate / 100000 % 10);
}

void text_part(size_t top, int lines, size_t n, struct buf *out)
{
	if (lines > 0 && n > (size_t)lines)
		buf_printf(out, "%zu-%zu of %zu", top + 1, top + (size_t)lines, n);
}

void text_paragraph(const char *lead, const char *words, unsigned indent, unsigned width, struct buf *out)
{
	const struct view v = { .width = width };
	unsigned used = (unsigned)strlen(lead);
	struct wrap w;

	buf_puts(out, lead);
	wrap_continue(&w, &v, out, indent, used > indent ? used : indent, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
}

void text_changes(const struct monitor *m, const struct track *t, unsigned width, struct buf *out)
{
	if (!t->n_changes)
		buf_puts(out, "No register has changed yet.\n");
	for (size_t i = 0; i < t->n_changes; i++) {
		AUTO_BUF struct buf age = { 0 };

		if (m->model.now > t->changes[i].when) {
			text_age(m->model.now - t->changes[i].when, &age);
			buf_puts(&age, " ago");
		} else {
			buf_puts(&age, "now");
		}
		buf_pad(&age, 0, 11);
		text_paragraph(buf_str(&age), t->changes[i].text, 11, width, out);
	}
}

void text_gone(const struct monitor *m, const struct track *t, unsigned width, struct buf *out)
{
	const struct snapshot *last = track_latest(t);
	AUTO_BUF struct buf words = { 0 };

	buf_puts(&words, "The kernel no longer lists the device: it was unplugged, switched off, or removed.");
	if (last) {
		buf_puts(&words, " The last sample of it, ");
		text_age(m->model.now - last->taken, &words);
		buf_printf(&words, " ago, told: %s.", verdict_name(t->verdict));
	}
	text_paragraph("", buf_str(&words), 0, width, out);
}

static void finding_lines(const struct finding *f, unsigned width, struct buf *out)
{
	char lead[40];

	snprintf(lead, sizeof(lead), "[%s]", severity_name(f->severity));
	text_paragraph(lead, f->summary, 2, width, out);
	for (size_t i = 0; i < f->n_evidence; i++)
		text_paragraph("  - ", f->evidence[i], 4, width, out);
	for (size_t i = 0; i < f->n_remedies && i < 2; i++)
		text_paragraph("  => ", f->remedies[i].command ? f->remedies[i].command : f->remedies[i].why, 5, width,
			       out);
}

/* The verdict's reason is not told twice. */
void text_findings(const struct track *t, unsigned width, struct buf *out)
{
	const struct diagnosis *d = track_diagnosis(t);

	if (!d)
		return;
	if (d->reason && !(d->n_findings && !strcmp(d->reason, d->findings[0].summary)))
		text_paragraph("", d->reason, 0, width, out);
	for (size_t i = 0; i < d->n_findings; i++)
		finding_lines(&d->findings[i], width, out);
	if (d->n_surer)
		buf_puts(out, "To be more certain:\n");
	for (size_t i = 0; i < d->n_surer; i++)
		text_paragraph("  - ", d->surer[i], 4, width, out);
}
