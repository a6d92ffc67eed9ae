// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/input.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/input.h"
#include "paste/paste.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define CHUNK 65536u
#define MARKS " \t>|\"'*"
#define NO_BREAK "\xc2\xa0\xef\xbb\xbf" /* the bytes of a no-break blank and of a byte order mark */
#define ESCAPE "\x1b"
#define TRACES "<&=\\[\x1b\xc2\xef" /* what paste_clean_line() has to look at closely begins with one of these */

/* A stream_fn. */
static ssize_t read_fd(void *arg, char *to, size_t room, struct err *e)
{
	struct input *in = arg;
	ssize_t n = file_some(in->fd, to, room);

	return n < 0 ? err_sys(e, (int)-n, "%s", in->name) : n;
}

static int open_bundle(struct input *in, const char *folder, struct err *e)
{
	const struct bundle_source source = {
		.name = in->name,
		.folder = folder,
		.more = head_bytes,
		.again = head_again,
		.arg = &in->of,
		.wants = klog_wants,
		.snapshots = true,
		.snapshot_mark = SNAPSHOT_FORMAT,
	};

	return bundle_open(&in->bundle, &source, e);
}

int input_open(struct input *in, const char *path, struct err *e)
{
	bool standard = !strcmp(path, "-"), folder;
	struct stat st;
	int r = 0;

	*in = (struct input){ .name = standard ? "standard input" : path, .fd = STDIN_FILENO };
	if (!standard)
		in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return err_file(e, errno, in->name);
	in->data = xcalloc(CHUNK + 1, 1);
	folder = !standard && !fstat(in->fd, &st) && S_ISDIR(st.st_mode);
	head_begin(&in->of, in->name, &in->fd, read_fd, in);
	if (!folder)
		head_look(&in->of);
	if (folder || bundle_begins(in->of.first, in->of.n))
		r = open_bundle(in, folder ? path : NULL, e);
	if (r)
		input_close(in);
	return r;
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
	if (in->bundle)
		bundle_free(in->bundle);
	head_end(&in->of);
	free(in->data);
	*in = (struct input){ .fd = -1, .eof = true };
}

static bool next_text(struct input *in)
{
	struct bundle_file file;
	int r;

	do
		r = bundle_next(in->bundle, &file, &in->why);
	while (r == 1 && (file.log || file.snapshot));
	in->error = r < 0 ? r : 0;
	in->in_file = r == 1;
	in->typed_at = 0;
	snprintf(in->typed, sizeof(in->typed), "\n%s", in->in_file ? file.command : "");
	return in->in_file;
}

/* As stream_read(), of all the texts. */
static int read_texts(struct input *in, char *to, size_t room, size_t *n)
{
	struct err why = { 0 };
	int r = 0;

	while (!in->typed[in->typed_at]) {
		r = in->in_file ? bundle_read(in->bundle, to, room, n, &why) : 0;
		if (r == 1)
			return 1;
		if (r && !in->lost++)
			in->lost_why = why;
		if (!next_text(in))
			return in->error;
	}
	*n = strnlen(in->typed + in->typed_at, room);
	memcpy(to, in->typed + in->typed_at, *n);
	in->typed_at += *n;
	return 1;
}

int input_snapshot(struct input *in, size_t most, struct buf *out, struct err *e)
{
	struct bundle_file file;
	size_t n;
	int r;

	do
		r = bundle_next(in->bundle, &file, e);
	while (r == 1 && !file.snapshot);
	in->error = r < 0 ? r : 0;
	while (r == 1 && (r = bundle_read(in->bundle, in->data, CHUNK, &n, e)) == 1)
		if (out->len + n <= most)
			buf_add(out, in->data, n);
	return r < 0 || !out->len ? r : 1;
}

/* Moves what is left to the front and fills up behind it. */
static void refill(struct input *in)
{
	if (!in->of.stream)
		return;
	memmove(in->data, in->data + in->start, in->end - in->start);
	in->end -= in->start;
	in->start = 0;
	while (!in->eof && in->end < CHUNK) {
		char *to = in->data + in->end;
		size_t room = CHUNK - in->end, n = 0;
		int r = in->bundle ? read_texts(in, to, room, &n) : head_read(&in->of, to, room, &n, &in->why);

		in->error = r < 0 ? r : 0;
		in->eof = r != 1;
		in->end += r == 1 ? n : 0;
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
			return file_too_large(in->name, most, e);
		buf_add(out, part, n);
		in->start = in->end;
	} while (!in->eof);
	return input_check(in, e);
}

int input_check(const struct input *in, struct err *e)
{
	if (in->error && e)
		*e = in->why;
	return in->error;
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
