// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/reportfile.h"

#include <stdint.h>
#include <string.h>

bool reportfile_is(const char *head, size_t n)
{
	size_t len = strlen(REPORTFILE_HEAD);

	return n > len && !memcmp(head, REPORTFILE_HEAD, len) && (head[len] == '\n' || head[len] == '\r');
}

bool reportfile_is_live(const char *head, size_t n)
{
	n = n < REPORTFILE_HEAD_MOST ? n : REPORTFILE_HEAD_MOST;
	return reportfile_is(head, n) && memmem(head, n, "\n" REPORTFILE_LIVE, strlen("\n" REPORTFILE_LIVE));
}

/* The line that begins at p is this one. */
static bool is_line(const char *p, const char *end, const char *line)
{
	size_t n = strlen(line);

	return (size_t)(end - p) >= n && !memcmp(p, line, n) &&
	       ((size_t)(end - p) == n || p[n] == '\n' ||
		(p[n] == '\r' && (size_t)(end - p) > n + 1 && p[n + 1] == '\n'));
}

const char *reportfile_part(const char *text, size_t n, const char *begin, const char *end, size_t *len)
{
	const char *stop = text + n, *from = NULL, *part = NULL;

	for (const char *p = text; p < stop;) {
		const char *newline = memchr(p, '\n', (size_t)(stop - p)), *next = newline ? newline + 1 : stop;

		if (is_line(p, stop, begin)) {
			from = next;
		} else if (from && is_line(p, stop, end)) {
			part = from;
			*len = (size_t)(p - from);
			from = NULL;
		}
		p = next;
	}
	return part;
}

/* One byte of a line that may be a mark. */
static void follow(struct reportfile *f, char c, const char *mark)
{
	if (c == '\n') {
		f->inside ^= f->matched == strlen(mark);
		f->matched = 0;
	} else if (c != '\r' && f->matched != SIZE_MAX) {
		f->matched = f->matched < strlen(mark) && mark[f->matched] == c ? f->matched + 1 : SIZE_MAX;
	}
}

/* Whether the file is a report is known when its first line is. Bytes that were passed on before that do no harm. */
static void decide(struct reportfile *f, char c)
{
	size_t n = strlen(REPORTFILE_HEAD);

	if (f->matched == n && c == '\r')
		return;
	if (f->matched == n && c == '\n')
		f->is = true;
	else if (f->matched < n && REPORTFILE_HEAD[f->matched] == c)
		f->matched++;
	else
		f->other = true;
	if (f->is)
		f->matched = 0;
}

size_t reportfile_log(struct reportfile *f, char *bytes, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n && !f->other; i++) {
		if (!f->is) {
			decide(f, bytes[i]);
			kept = i + 1;
			continue;
		}
		if (f->inside)
			bytes[kept++] = bytes[i];
		follow(f, bytes[i], f->inside ? REPORTFILE_LOG_END : REPORTFILE_LOG);
	}
	return f->other ? n : kept;
}
