// SPDX-License-Identifier: GPL-2.0-or-later
/* A log whose last message comes first, as journalctl -r prints it: how it is told, and its messages in order. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "klog/input.h"
#include "klog/prefix.h"
#include "util/alloc.h"
#include "util/err.h"

#define WINDOW 262144
#define LINE_LOOK 200
#define STEPS_LEAST 2
#define JSON_TIME "\"__REALTIME_TIMESTAMP\""
#define EXPORT_TIME "__REALTIME_TIMESTAMP="

struct reversed {
	FILE *file;   /* owned */
	off_t before; /* bytes of it before those in `text` */
	char *text;   /* WINDOW bytes; owned */
	size_t n;
	size_t from, to; /* the message that is given out; the same: none is */
};

enum line_clock { CLOCK_NONE, CLOCK_WALL, CLOCK_UPTIME, CLOCK_JSON, CLOCK_EXPORT };

static enum line_clock digits_after(const char *mark, enum line_clock clock, const char *s, size_t n, int64_t *time)
{
	const char *at = memmem(s, n, mark, strlen(mark));
	struct cursor c = { s, n, at ? (size_t)(at - s) + strlen(mark) : n };
	uint64_t value;

	while (cursor_peek(&c, 0) == ':' || cursor_peek(&c, 0) == '"' || cursor_peek(&c, 0) == ' ')
		c.at++;
	if (!cursor_number(&c, 1, 18, &value))
		return CLOCK_NONE;
	*time = (int64_t)value;
	return clock;
}

static enum line_clock line_time(const char *s, size_t n, int64_t *time)
{
	struct prefix prefix;

	if (n && *s == '{')
		return digits_after(JSON_TIME, CLOCK_JSON, s, n, time);
	if (n > strlen(EXPORT_TIME) && !memcmp(s, EXPORT_TIME, strlen(EXPORT_TIME)))
		return digits_after(EXPORT_TIME, CLOCK_EXPORT, s, n, time);
	prefix_parse(s, n < LINE_LOOK ? n : LINE_LOOK, &prefix);
	*time = prefix.has_wall ? prefix.wall_ns : (int64_t)prefix.uptime_ns;
	return prefix.has_wall ? CLOCK_WALL : prefix.has_uptime ? CLOCK_UPTIME : CLOCK_NONE;
}

enum log_order reversed_told(const char *text, size_t n)
{
	const char *end = text + n, *newline;
	enum line_clock clock = CLOCK_NONE;
	size_t down = 0, up = 0;
	int64_t last = 0;

	for (; (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1) {
		int64_t now;
		enum line_clock own = line_time(text, (size_t)(newline - text), &now);

		if (own == CLOCK_NONE)
			continue;
		down += own == clock && now < last;
		up += own == clock && now > last;
		clock = own;
		last = now;
	}
	if (down < STEPS_LEAST || up * 10 > down)
		return ORDER_FORWARD;
	return clock == CLOCK_EXPORT ? ORDER_NOT_READ : ORDER_REVERSED;
}

int reversed_new(struct reversed **out, const char *name, struct err *e)
{
	FILE *file = tmpfile();

	if (!file) {
		int errnum = errno;

		err_sys(e, errnum, "%s: its last line comes first; a temporary file to turn it round", name);
		err_todo(e, "give it in order: journalctl -k, without -r");
		return -errnum;
	}
	*out = xcalloc(1, sizeof(**out));
	(*out)->file = file;
	(*out)->text = xcalloc(WINDOW + 1, 1);
	return 0;
}

void reversed_free(struct reversed *r)
{
	if (!r)
		return;
	fclose(r->file);
	free(r->text);
	free(r);
}

int reversed_add(struct reversed *r, const char *name, const char *bytes, size_t n, struct err *e)
{
	if (fwrite(bytes, 1, n, r->file) != n)
		return err_sys(e, errno ? errno : EIO, "%s: a temporary file to turn it round", name);
	r->before += (off_t)n;
	return 0;
}

/* Whether a message begins with a line; the further ones of journalctl's stand below it. */
static bool begins(const char *s, size_t n)
{
	int64_t time;

	return n && *s != ' ' && *s != '\t' &&
	       (*s == '{' || line_time(s, n, &time) != CLOCK_NONE || !memcmp(s, "-- ", 3));
}

/* Where the last message of the window begins; 0 if none is seen to. */
static size_t last_message(const struct reversed *r)
{
	size_t end = r->n;

	while (end) {
		const char *newline = end > 1 ? memrchr(r->text, '\n', end - 1) : NULL;
		size_t from = newline ? (size_t)(newline - r->text) + 1 : 0;

		if ((newline || !r->before) && begins(r->text + from, end - from))
			return from;
		end = from;
	}
	return 0;
}

/* Fills the window from the front. */
static int refill(struct reversed *r, struct err *e)
{
	size_t n = WINDOW - r->n;

	if ((off_t)n > r->before)
		n = (size_t)r->before;
	memmove(r->text + n, r->text, r->n);
	if (fseeko(r->file, r->before - (off_t)n, SEEK_SET) || fread(r->text, 1, n, r->file) != n)
		return err_sys(e, errno ? errno : EIO, "a temporary file");
	r->before -= (off_t)n;
	r->n += n;
	return 0;
}

int reversed_read(struct reversed *r, char *to, size_t room, size_t *n, struct err *e)
{
	size_t len;

	if (r->from == r->to) {
		int failed = r->before && r->n < WINDOW / 2 ? refill(r, e) : 0;

		if (failed || !r->n)
			return failed;
		r->from = last_message(r);
		r->to = r->n;
		if (r->text[r->n - 1] != '\n') /* the log's last line */
			r->text[r->to++] = '\n';
		r->n = r->from;
	}
	len = r->to - r->from < room ? r->to - r->from : room;
	memcpy(to, r->text + r->from, len);
	r->from += len;
	*n = len;
	return 1;
}
