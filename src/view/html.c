// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/embedded.h"
#include "util/html.h"
#include "view/internal.h"

#define DEVICES_MOST 12 /* in full */
#define LINES_MOST 300  /* of the log, half of them its last */

static const char *style_sheet(void)
{
	for (size_t i = 0; i < n_embedded_files; i++)
		if (!strcmp(embedded_files[i].name, "view/page.css"))
			return embedded_files[i].text;
	return "";
}

const char *html_class(const struct diagnosis *d)
{
	if (verdict_is_bad(d->verdict))
		return "bad";
	if (diagnose_is_trouble(d))
		return "warn";
	return d->verdict == VERDICT_UNKNOWN ? "unknown" : "ok";
}

void html_words(const char *text, struct buf *out)
{
	while (*text) {
		size_t n = strcspn(text, "`");
		const char *end = text[n] ? strchr(text + n + 1, '`') : NULL;

		html_text(out, text, end ? n : n + strlen(text + n));
		if (!end)
			return;
		html_put(out, "<code>");
		html_text(out, text + n + 1, (size_t)(end - text) - n - 1);
		html_put(out, "</code>");
		text = end + 1;
	}
}

/* Those that are shown whole: in trouble, or all of few. */
static bool is_whole(const struct diagnoses *all, size_t i)
{
	size_t before = 0;

	if (all->n <= DEVICES_MOST / 3)
		return true;
	for (size_t k = 0; k < i; k++)
		before += diagnose_is_trouble(&all->v[k]);
	return diagnose_is_trouble(&all->v[i]) && before < DEVICES_MOST;
}

static void put_title(const struct diagnoses *all, struct buf *out)
{
	const struct diagnosis *worst = NULL;
	AUTO_BUF struct buf word = { 0 };

	for (size_t i = 0; i < all->n; i++)
		if (!worst || (diagnose_is_trouble(&all->v[i]) && !diagnose_is_trouble(worst)))
			worst = &all->v[i];
	if (!worst)
		return;
	diagnose_verdict_word(worst, &word);
	html_put(out, ": %s, %s", worst->title, buf_str(&word));
}

static void put_head(const struct html_page *p, struct buf *out)
{
	html_put(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
		      "'unsafe-inline'; img-src data:\"/>\n"
		      "<link rel=\"icon\" href=\"data:,\"/>\n<title>nicregs");
	put_title(p->what->diagnoses, out);
	html_put(out, "</title>\n<style>\n");
	buf_puts(out, style_sheet());
	html_put(out, "</style>\n</head>\n<body>\n<main>\n");
}

/* "The devices": a row each, where there are several. */
static void put_overview(const struct diagnoses *all, struct buf *out)
{
	if (all->n < 2)
		return;
	html_put(out, "<nav><h2>%zu devices</h2>\n<ul>\n", all->n);
	for (size_t i = 0; i < all->n; i++) {
		const struct diagnosis *d = &all->v[i];
		AUTO_BUF struct buf word = { 0 };

		diagnose_verdict_word(d, &word);
		html_put(out, "<li><b class=\"tag %s\">%s</b> ", html_class(d), buf_str(&word));
		if (is_whole(all, i))
			html_put(out, "<a href=\"#device-%zu\">%s</a>", i, d->title);
		else
			html_put(out, "%s", d->title);
		html_put(out, "%s%s</li>\n", d->brief ? ": " : "", d->brief ? d->brief : "");
	}
	html_put(out, "</ul></nav>\n");
}

/* The lines of text from `from` to `to`, counted from 0. */
static void put_lines(const char *text, size_t n, size_t from, size_t to, struct buf *out)
{
	size_t line = 0;

	for (size_t at = 0, len; at < n; at += len + 1, line++) {
		const char *end = memchr(text + at, '\n', n - at);

		len = end ? (size_t)(end - text) - at : n - at;
		if (line < from || line >= to)
			continue;
		html_text(out, text + at, len);
		buf_putc(out, '\n');
	}
}

static size_t count_lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n' || i + 1 == b->len;
	return n;
}

static void put_log(const struct html_page *p, struct buf *out)
{
	const char *text = p->log ? buf_str(p->log) : "";
	size_t n = p->log ? count_lines(p->log) : 0, half = n > LINES_MOST ? LINES_MOST / 2 : n;

	if (!n)
		return;
	html_put(out, "<details class=\"log\"><summary>Kernel log: %lu of %lu lines</summary>\n<pre>",
		 (unsigned long)p->kept, (unsigned long)p->lines);
	put_lines(text, p->log->len, 0, half, out);
	if (half < n) {
		html_put(out, "</pre>\n<p class=\"note\">%zu lines between are left out.</p>\n<pre>", n - 2 * half);
		put_lines(text, p->log->len, n - half, n, out);
	}
	html_put(out, "</pre></details>\n");
}

static void put_foot(const struct html_page *p, struct buf *out)
{
	html_put(out, "<footer><p>Made with nicregs %s on %s. %s</p>\n", NICREGS_VERSION, p->made,
		 p->masked ? "MAC addresses, IP addresses, serial numbers and the names of hosts are masked."
			   : "Nothing is masked.");
	html_put(out, "<p>This page is for people. With a bug report goes the file that programs read as well: "
		      "<code>nicregs report -o FILE</code>.</p></footer>\n</main>\n</body>\n</html>\n");
}

int html_page(const struct html_page *p, struct buf *out, struct err *e)
{
	const struct diagnoses *all = p->what->diagnoses;
	int r = 0;

	put_head(p, out);
	put_overview(all, out);
	if (!all->n)
		html_put(out, "<p>No Intel NIC.</p>\n");
	for (size_t i = 0; i < all->n && !r; i++)
		if (is_whole(all, i))
			r = html_device(p, i, out, e);
	put_log(p, out);
	put_foot(p, out);
	return r;
}
