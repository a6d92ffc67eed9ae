// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a report: the page. It has the verdicts of diagnose and log, which read all of the log; what it quotes is filtered and masked. */
#include <errno.h>

#include "cmd/report.h"
#include "view/html.h"

/* The options as they would be with the page's file for --output. */
struct options report_page_options(const struct options *o)
{
	struct options page = *o;

	page.output = o->html;
	return page;
}

int report_judge_page(struct report *r, struct err *e)
{
	const struct diagnose_input input = {
		.db = r->db,
		.samples = &r->samples,
		.klog = r->whole.klog,
		.logbook = r->whole.book,
		.named = cmd_named_chip(r->o, r->db),
		.watched_now = r->live || r->inside.live,
		.only_sampled = !report_is_of_all(r),
		.only_logged = r->of_log,
		.worst_first = true,
	};

	return diagnose(&input, &r->whole.diagnoses, e);
}

/* Texts of the verdicts have names and paths of the log as they are there. */
static int write_page(struct report *r, struct buf *page, struct err *e)
{
	const struct options file = report_page_options(r->o);
	AUTO_BUF struct buf masked = { 0 };

	for (size_t i = 0; r->whole.klog && i < 2; i++)
		extract_host(r->extract, klog_host(r->whole.klog)->names[i]);
	if (!r->o->no_redact)
		extract_mask_words(r->extract, buf_str(page), &masked);
	return cmd_write_output(&file, r->o->no_redact ? page : &masked, e);
}

int report_put_page(struct report *r, const char *made, struct err *e)
{
	AUTO_BUF struct buf out = { 0 };
	const struct diagnose_view what = {
		.db = r->db,
		.log_name = r->log_name,
		.diagnoses = &r->whole.diagnoses,
		.klog = r->whole.klog,
		.logbook = r->whole.book,
		.messages_lost = r->whole.messages_lost,
	};
	const struct html_page page = {
		.what = &what,
		.samples = &r->samples,
		.made = made,
		.masked = !r->o->no_redact,
		.others = r->others,
		.of_others = report_is_of_others(r),
		.lines = extract_seen(r->extract),
		.kept = extract_kept(r->extract),
		.log = r->log_name ? &r->log : NULL,
	};
	int code;

	if (r->of_log && !r->whole.diagnoses.n)
		return cmd_fail(&r->no_samples, -EINVAL);
	code = html_page(&page, &out, e);
	if (!code)
		code = write_page(r, &out, e);
	return code ? cmd_fail(e, code) : 0;
}
