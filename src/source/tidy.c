// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/tidy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "paste/paste.h"
#include "util/text.h"

#define MARKS " \t>|\"'*"
#define NO_BREAK "\xc2\xa0\xef\xbb\xbf" /* the bytes of a no-break blank and of a byte order mark */
#define ESCAPE "\x1b"
#define TRACES "<&=\\[\x1b\xc2\xef" /* what paste_clean_line() has to look at closely begins with one of these */

char *tidy_line(char *line, size_t n)
{
	bool joined;

	if (line[strcspn(line, TRACES)])
		line[n = paste_clean_line(line, n, line, n, &joined)] = '\0';
	while (n && strchr(MARKS, line[n - 1]))
		line[--n] = '\0';
	line += strspn(line, MARKS);
	if (text_starts(line, "[code]") || text_starts(line, "[CODE]"))
		line += 6;
	return line;
}

/* Bytes of quote marks and of one tag ("<pre>", "[code]") at the start. */
static size_t decoration(const char *p, size_t n)
{
	size_t len = 0, end;

	while (len < n && p[len] && strchr(MARKS NO_BREAK ESCAPE, p[len])) {
		bool escape = p[len++] == ESCAPE[0];

		while (escape && len < n) /* up to the letter of "ESC [ 0 m" */
			escape = !isalpha((unsigned char)p[len++]);
	}
	if (len == n || (p[len] != '<' && p[len] != '['))
		return len;
	for (end = len; end < n && end < len + 40 && p[end] != '>' && p[end] != ']'; end++)
		;
	return end < n && (p[end] == '>' || p[end] == ']') ? end + 1 : len;
}

const char *tidy_find(const char *head, size_t n, const char *start, const char *then)
{
	const char *end = head + n;

	for (const char *p = head; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((newline ? newline : end) - p), skip = decoration(p, len);

		if (len - skip > strlen(start) && !memcmp(p + skip, start, strlen(start)) &&
		    memmem(p, len, then, strlen(then)))
			return p;
		p += len + 1;
	}
	return NULL;
}
