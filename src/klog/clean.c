// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/clean.h"

#include <ctype.h>
#include <string.h>

#include "util/alloc.h"

#define TAG_MOST 200

/* Longest first where one begins with another. A newline in a message is a blank here. */
/* clang-format off */
static const struct escape {
	const char *text;
	char c;        /* 0: nothing */
} escapes[] = {
	{ "#012", ' ' },     { "#011", ' ' },    { "#015", ' ' },
	{ "\\x0a", ' ' },    { "\\x09", ' ' },   { "\\x0d", ' ' },  { "\\x20", ' ' },  { "\\x1b", ' ' },
	{ "\\u003c", '<' },  { "\\u003e", '>' }, { "\\012", ' ' },
	{ "&lt;", '<' },     { "&gt;", '>' },    { "&amp;", '&' },  { "&quot;", '"' }, { "&nbsp;", ' ' },
	{ "&#60;", '<' },    { "&#62;", '>' },   { "&#39;", '\'' }, { "&#x27;", '\'' },
	{ "=C2=A0", ' ' },   { "=3D", '=' },     { "=3C", '<' },    { "=3E", '>' },    { "=5B", '[' },
	{ "=5D", ']' },      { "=5F", '_' },
	{ "^I", ' ' },       { "^M", ' ' },
	{ "\xc2\xa0", ' ' }, { "\xe2\x80\x8b", 0 }, { "\xef\xbb\xbf", 0 },
};
/* clang-format on */

/* Bytes of the escape at s, 0 if there is none. */
static size_t unescape(const char *s, size_t n, char *c)
{
	if (s[0] != '#' && s[0] != '\\' && s[0] != '&' && s[0] != '=' && s[0] != '^' && (s[0] & 0x80) == 0)
		return 0;
	for (size_t i = 0; i < COUNT(escapes); i++) {
		size_t len = strlen(escapes[i].text);

		if (len <= n && !memcmp(s, escapes[i].text, len)) {
			*c = escapes[i].c;
			return len;
		}
	}
	if (s[0] != '\\' || n < 2)
		return 0;
	/* JSON's, if what follows cannot be a word that a lone backslash was put before; Markdown's. */
	if (strchr("ntr", s[1]))
		*c = ' ';
	else if (ispunct((unsigned char)s[1]))
		*c = s[1];
	else
		return 0;
	return 2;
}

/* Bytes of a terminal control sequence at s ("ESC [ ... letter"), 0 if there is none. */
static size_t control_sequence(const char *s, size_t n)
{
	size_t len = 2;

	if (n < 3 || s[0] != '\x1b' || s[1] != '[')
		return 0;
	while (len < n && len < 20 && s[len] >= 0x20 && s[len] < 0x40)
		len++;
	return len < n ? len + 1 : 0;
}

/* Bytes of an HTML tag at s, 0 if there is none. "<b>", "<a>" and "<dd>" are values of a hang block as well. */
static size_t html_tag(const char *s, size_t n)
{
	static const char *const names[] = { "br", "p",  "pre",    "span", "div",  "td",   "tr", "li",
					     "i",  "em", "strong", "tt",   "code", "font", "u" };
	size_t from = 1, len, end;

	if (n < 3 || s[0] != '<')
		return 0;
	from += s[1] == '/';
	for (len = 0; from + len < n && isalpha((unsigned char)s[from + len]); len++)
		;
	for (end = from + len; end < n && end < TAG_MOST && s[end] != '>' && s[end] != '<'; end++)
		;
	if (end >= n || s[end] != '>' || !len)
		return 0;
	if (s[1] == '/' || s[from + len] == ' ') /* "</b>", "<a href=...>" */
		return s[1] == '/' || memchr(s, '=', end) || s[end - 1] == '/' ? end + 1 : 0;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strlen(names[i]) == len && !memcmp(s + from, names[i], len) && end - from - len < 2)
			return end + 1;
	return 0;
}

/* Bytes of blanks and mail quote marks at the start. */
static size_t quote_marks(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && (isspace((unsigned char)s[len]) || s[len] == '>'))
		len++;
	return len;
}

/* The line without what a mail program put at its end. "=20=" is a blank at the end of a line that goes on. */
static size_t line_end(const char *s, size_t n, bool *joined)
{
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	*joined = n && s[n - 1] == '=';
	if (*joined)
		n--;
	else if (n >= 3 && !memcmp(s + n - 3, "=20", 3))
		n -= 3;
	return n;
}

size_t clean_line(const char *raw, size_t n, char *out, size_t cap, bool *joined)
{
	size_t len = 0, at;

	n = line_end(raw, n, joined);
	at = quote_marks(raw, n);
	while (at < n && len < cap) {
		char c = raw[at];
		size_t skip = control_sequence(raw + at, n - at);

		if (skip) {
			at += skip;
			continue;
		}
		skip = html_tag(raw + at, n - at);
		if (skip)
			c = ' ';
		else
			skip = unescape(raw + at, n - at, &c);
		if (*joined && n - at == 3 && !memcmp(raw + at, "=20", 3)) {
			c = ' ';
			skip = 3;
		}
		at += skip ? skip : 1;
		if (c == '\0' && skip)
			continue;
		out[len++] = (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c;
	}
	while (!*joined && len && out[len - 1] == ' ')
		len--;
	return len;
}
