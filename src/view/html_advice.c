// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a page: the verdict, what to do, and what it stands on. */
#include <inttypes.h>
#include <string.h>

#include "util/html.h"
#include "view/internal.h"

#define EVIDENCE_MOST 10 /* of a finding */

void html_verdict(const struct diagnosis *d, size_t number, struct buf *out)
{
	AUTO_BUF struct buf word = { 0 }, when = { 0 };

	diagnose_verdict_word(d, &word);
	diagnose_when(d, &when);
	html_put(out,
		 "<section class=\"device\" id=\"device-%zu\">\n<header class=\"%s\">\n<h1>%s</h1>\n<p class=\"who\">",
		 number, html_class(d),
		 d->netdev    ? d->netdev
		 : d->address ? d->address
			      : d->title);
	if (d->chip)
		html_put(out, "<b>%s</b> ", d->chip);
	if (d->address && d->netdev)
		html_put(out, "<span>%s</span> ", d->address);
	if (d->driver)
		html_put(out, "<span>%s%s%s</span> ", d->driver, d->driver_version ? " " : "",
			 d->driver_version ? d->driver_version : "");
	if (d->kernel && d->has_nicregs)
		html_put(out, "<span>Linux %s</span>", d->kernel);
	html_put(out, "</p>\n<p class=\"verdict\"><strong>%s</strong> <span>%s</span></p>\n", buf_str(&word),
		 buf_str(&when));
	if (d->summary)
		html_put(out, "<p class=\"summary\">%s</p>\n", d->summary);
	else if (d->brief)
		html_put(out, "<p class=\"summary\">%s</p>\n", d->brief);
	html_put(out, "</header>\n");
}

/* ---- what to do ---- */

static void put_command(const char *command, struct buf *out)
{
	html_put(out, "<pre class=\"command\"><code>%s</code></pre>\n", command);
}

static void put_remedy(const struct remedy *r, struct buf *out)
{
	AUTO_BUF struct buf words = { 0 };

	html_put(out, "<li>");
	if (r->trial)
		put_command(r->trial, out);
	if (r->command)
		put_command(r->command, out);
	diagnose_remedy_words(r, &words);
	html_put(out, "<p>");
	html_words(buf_str(&words), out);
	html_put(out, r->n_keeps ? "</p>\n<ul class=\"keeps\">\n" : "</p>\n");
	for (size_t i = 0; i < r->n_keeps; i++) {
		html_put(out, "<li>");
		html_words(r->keeps[i], out);
		html_put(out, "</li>\n");
	}
	html_put(out, r->n_keeps ? "</ul></li>\n" : "</li>\n");
}

enum kind { RECOVERS, PREVENTS, UNPROVEN };

static enum kind kind_of(const struct remedy *r)
{
	return r->unproven ? UNPROVEN : r->recovers ? RECOVERS : PREVENTS;
}

static size_t count_remedies(const struct diagnosis *d, enum kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_plan; i++)
		n += kind_of(d->plan[i]) == kind;
	return n;
}

static void put_remedies(const struct diagnosis *d, enum kind kind, struct buf *out)
{
	if (!count_remedies(d, kind))
		return;
	html_put(out, "<ol class=\"remedies\">\n");
	for (size_t i = 0; i < d->n_plan; i++)
		if (kind_of(d->plan[i]) == kind)
			put_remedy(d->plan[i], out);
	html_put(out, "</ol>\n");
}

static void put_now(const struct diagnosis *d, struct buf *out)
{
	AUTO_BUF struct buf words = { 0 };
	bool steps = diagnose_now_words(d, &words);

	if (!words.len && !(steps && count_remedies(d, RECOVERS)))
		return;
	html_put(out, "<h3>Now</h3>\n");
	if (words.len)
		html_put(out, "<p>%s</p>\n", buf_str(&words));
	if (steps)
		put_remedies(d, RECOVERS, out);
}

static void put_for_good(const struct diagnosis *d, struct buf *out)
{
	if (count_remedies(d, PREVENTS)) {
		html_put(out, "<h3>For good</h3>\n");
		put_remedies(d, PREVENTS, out);
	} else if (verdict_is_bad(d->verdict)) {
		html_put(out, "<h3>For good</h3>\n<p>Nothing is known to prevent it from happening again.</p>\n");
	}
}

static void put_not(const struct diagnosis *d, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < d->n_findings; i++) {
		if (!d->findings[i].excludes)
			continue;
		html_put(out, any ? "" : "<h3>What does not help</h3>\n<ul>\n");
		html_put(out, "<li>%s</li>\n", d->findings[i].summary);
		any = true;
	}
	html_put(out, any ? "</ul>\n" : "");
	if (!count_remedies(d, UNPROVEN))
		return;
	html_put(out, "<details><summary>Unproven, though often advised: %zu</summary>\n", count_remedies(d, UNPROVEN));
	put_remedies(d, UNPROVEN, out);
	html_put(out, "</details>\n");
}

void html_advice(const struct diagnosis *d, struct buf *out)
{
	AUTO_BUF struct buf body = { 0 };

	put_now(d, &body);
	put_for_good(d, &body);
	put_not(d, &body);
	if (!body.len)
		return;
	html_put(out, "<section><h2>What to do</h2>\n");
	buf_add(out, buf_str(&body), body.len);
	html_put(out, "</section>\n");
}

/* ---- why ---- */

static void put_finding(const struct finding *f, struct buf *out)
{
	html_put(out, "<li class=\"%s\"><p>%s <small>%s, %s</small></p>\n", severity_name(f->severity), f->summary,
		 severity_name(f->severity), confidence_name(f->confidence));
	if (f->n_evidence)
		html_put(out, "<ul>\n");
	for (size_t i = 0; i < f->n_evidence && i < EVIDENCE_MOST; i++)
		html_put(out, "<li>%s</li>\n", f->evidence[i]);
	if (f->n_evidence > EVIDENCE_MOST)
		html_put(out, "<li>%zu more (nicregs diagnose -v)</li>\n", f->n_evidence - EVIDENCE_MOST);
	html_put(out, f->n_evidence ? "</ul></li>\n" : "</li>\n");
}

void html_evidence(const struct diagnosis *d, struct buf *out)
{
	if (!d->n_findings)
		return;
	html_put(out, "<section><h2>Why</h2>\n<ul class=\"findings\">\n");
	for (size_t i = 0; i < d->n_findings; i++)
		if (!d->findings[i].excludes)
			put_finding(&d->findings[i], out);
	html_put(out, "</ul></section>\n");
}
