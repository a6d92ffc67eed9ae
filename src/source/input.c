// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/input.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paste/paste.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/text.h"

#define CHUNK 65536u
#define MARKS " \t>|\"'*"
#define NO_BREAK "\xc2\xa0\xef\xbb\xbf" /* the bytes of a no-break blank and of a byte order mark */
#define ESCAPE "\x1b"
#define TRACES "<&=\\[\x1b\xc2\xef" /* what paste_clean_line() has to look at closely begins with one of these */

int input_open(struct input *in, const char *path, struct err *e)
{
	bool standard = !strcmp(path, "-");
	struct stat st;

	*in = (struct input){ .name = standard ? "standard input" : path, .fd = STDIN_FILENO };
	if (!standard)
		in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return err_file(e, errno, in->name);
	if (!fstat(in->fd, &st) && S_ISDIR(st.st_mode)) {
		err_file(e, EISDIR, in->name);
		input_close(in);
		return -EISDIR;
	}
	in->data = xcalloc(CHUNK + 1, 1);
	return 0;
}

void input_memory(struct input *in, const char *name, const char *text, size_t n)
{
	*in = (struct input){ .name = name, .fd = -1, .end = n, .eof = true };
	in->data = xcalloc(n + 1, 1);
	if (n)
		memcpy(in->data, text, n);
}

void input_close(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in->data);
	*in = (struct input){ .fd = -1, .eof = true };
}

/* Moves what is left to the front and fills up behind it. */
static void refill(struct input *in)
{
	if (in->fd < 0)
		return;
	memmove(in->data, in->data + in->start, in->end - in->start);
	in->end -= in->start;
	in->start = 0;
	while (!in->eof && in->end < CHUNK) {
		ssize_t n = read(in->fd, in->data + in->end, CHUNK - in->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			in->error = errno;
		if (n <= 0)
			in->eof = true;
		else
			in->end += (size_t)n;
	}
}

const char *input_head(struct input *in, size_t *n)
{
	refill(in);
	*n = in->end - in->start;
	return in->data + in->start;
}

static char *find_newline(const struct input *in)
{
	return in->end > in->start ? memchr(in->data + in->start, '\n', in->end - in->start) : NULL;
}

char *input_line(struct input *in, size_t *n)
{
	char *newline = find_newline(in), *line;

	if (!newline && !in->eof) {
		refill(in);
		newline = find_newline(in);
	}
	if (in->start == in->end)
		return NULL;
	line = in->data + in->start;
	*n = newline ? (size_t)(newline - line) : in->end - in->start;
	in->start += newline ? *n + 1 : *n;
	if (*n && line[*n - 1] == '\r')
		(*n)--;
	line[*n] = '\0';
	return line;
}

int input_rest(struct input *in, size_t most, struct buf *out, struct err *e)
{
	do {
		size_t n;
		const char *part = input_head(in, &n);

		if (out->len + n > most)
			return err_set(e, EFBIG, in->name, "larger than the %zu MiB that such a file can have",
				       most >> 20);
		buf_add(out, part, n);
		in->start = in->end;
	} while (!in->eof);
	return input_check(in, e);
}

int input_check(const struct input *in, struct err *e)
{
	return in->error ? err_sys(e, in->error, "%s", in->name) : 0;
}

char *input_tidy(char *line, size_t n)
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

const char *input_find(const char *head, size_t n, const char *start, const char *then)
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
