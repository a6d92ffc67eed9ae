// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a page: one device, section by section, and all that the log says of it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/logbook.h"
#include "util/html.h"
#include "view/internal.h"
#include "view/timeline.h"

#define MESSAGES_MOST 100 /* half of them the last */

struct messages {
	struct buf *out;
	size_t n, at;
};

static void count_message(const struct klog_report *r, size_t device, void *arg)
{
	struct messages *m = arg;

	(void)r;
	(void)device;
	m->n++;
}

static void put_message(const struct klog_report *r, size_t device, void *arg)
{
	struct messages *m = arg;
	AUTO_BUF struct buf when = { 0 }, words = { 0 };
	size_t at = m->at++;

	(void)device;
	if (m->n > MESSAGES_MOST && at == MESSAGES_MOST / 2)
		html_put(m->out, "<tr><td colspan=\"2\">%zu more between</td></tr>\n", m->n - MESSAGES_MOST);
	if (m->n > MESSAGES_MOST && at >= MESSAGES_MOST / 2 && at < m->n - MESSAGES_MOST / 2)
		return;
	report_time(r, &when);
	report_words(r, &words);
	html_put(m->out, "<tr><td>%s</td><td>%s</td></tr>\n", buf_str(&when), buf_str(&words));
}

/* As a table, for whoever cannot see the time line. */
static void put_messages(const struct html_page *p, const struct diagnosis *d, struct buf *out)
{
	struct messages m = { .out = out };

	if (!d->log || !p->what->logbook)
		return;
	logbook_of(p->what->logbook, p->what->klog, d->log_index, count_message, &m);
	if (!m.n)
		return;
	html_put(
		out,
		"<details><summary>%zu message%s of the kernel log about it</summary>\n<table>\n<tr><th>Time</th><th>Message</th></tr>\n",
		m.n, m.n == 1 ? "" : "s");
	logbook_of(p->what->logbook, p->what->klog, d->log_index, put_message, &m);
	html_put(out, "</table></details>\n");
}

static void put_timelines(const struct html_page *p, const struct diagnosis *d, const struct chip *chip,
			  const struct snapshots *samples, struct buf *out)
{
	struct timeline lines[2];
	size_t n = timeline_make(d, chip, samples, p->what->klog, p->what->logbook, lines);

	if (n)
		html_put(out, "<section><h2>What happened when</h2>\n");
	for (size_t i = 0; i < n; i++) {
		timeline_html(&lines[i], out);
		timeline_free(&lines[i]);
	}
	if (n) {
		put_messages(p, d, out);
		html_put(out, "</section>\n");
	}
}

int html_device(const struct html_page *p, size_t number, struct buf *out, struct err *e)
{
	const struct diagnosis *d = &p->what->diagnoses->v[number];
	struct snapshots samples = { 0 };
	struct device device;
	bool sampled = d->latest != NULL;
	int r = 0;

	if (sampled) {
		samples = samples_like(p->samples, d->latest);
		r = device_init(&device, p->what->db, d->latest, NULL, e);
	}
	if (!r) {
		html_verdict(d, number, out);
		html_advice(d, out);
		put_timelines(p, d, sampled ? device.chip : d->part, &samples, out);
		html_frame(d, &samples, out);
		html_evidence(d, out);
		r = html_last_block(p->what, d, out, e);
	}
	if (!r && sampled) {
		html_registers(&device, out);
		html_facts(&device, out);
	}
	if (!r)
		html_unseen(p, d, sampled ? &device : NULL, out);
	html_put(out, "</section>\n");
	if (sampled)
		device_free(&device);
	free(samples.v);
	return r;
}
