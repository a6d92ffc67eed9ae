// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A log whose last message comes first, as journalctl -r prints it and tables are exported: how that is seen, and its messages in
 * order. They are written to a temporary file, each with its size behind it, and read from there from the end on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog/input.h"
#include "klog/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

#define EXPORT_TIME "__REALTIME_TIMESTAMP="

enum line_clock { CLOCK_NONE, CLOCK_WALL, CLOCK_UPTIME, CLOCK_EXPORT };

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

	if (n > strlen(EXPORT_TIME) && !memcmp(s, EXPORT_TIME, strlen(EXPORT_TIME)))
		return digits_after(EXPORT_TIME, CLOCK_EXPORT, s, n, time);
	prefix_parse(s, n < LINE_LOOK ? n : LINE_LOOK, &prefix);
	*time = prefix.has_wall ? prefix.wall_ns : (int64_t)prefix.uptime_ns;
	return prefix.has_wall ? CLOCK_WALL : prefix.has_uptime ? CLOCK_UPTIME : CLOCK_NONE;
}

/* The first date in the cells of a row. */
static enum line_clock row_time(const struct columns *c, const char *s, size_t n, int64_t *time)
{
	bool quoted = false, begins = true;

	for (size_t i = 0; i < n; i++) {
		struct cursor at = { s, n, i };
		struct prefix prefix;

		if (s[i] == '"')
			quoted = !quoted;
		else if (begins && s[i] != ' ' && prefix_date(&at, &prefix)) {
			*time = prefix.wall_ns;
			return CLOCK_WALL;
		}
		begins = (begins && (s[i] == '"' || s[i] == ' ')) || (!quoted && s[i] == c->separator);
	}
	return CLOCK_NONE;
}

/* Which lines begin a message, of a log or of a table. */
struct splitter {
	struct columns columns;
	struct cell cell; /* of a table, at the line */
};

/* Whether a message begins with a line; the further ones of journalctl's stand below it. */
static bool begins(const struct splitter *by, const char *s, size_t n)
{
	int64_t time;

	if (by->columns.count)
		return !by->cell.open;
	return n && *s != ' ' && *s != '\t' &&
	       (*s == '{' || line_time(s, n, &time) != CLOCK_NONE || (n >= 3 && !memcmp(s, "-- ", 3)));
}

/* Behind bytes of a line, or its end. */
static void pass(struct splitter *by, const char *s, size_t n)
{
	if (by->columns.count)
		columns_follow(&by->columns, &by->cell, s, n);
}

enum log_order reversed_told(const char *text, size_t n)
{
	struct splitter by = { .cell.open = false };
	const char *end = text + n, *newline;
	struct reversed_steps steps = { .any = false };
	enum line_clock clock = CLOCK_NONE;

	text += table_begins(text, n, &by.columns);
	for (; (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1) {
		size_t len = (size_t)(newline - text);
		bool inside = by.columns.count && by.cell.open;
		enum line_clock own = CLOCK_NONE;
		int64_t now;

		pass(&by, text, len + 1);
		if (!inside)
			own = by.columns.count ? row_time(&by.columns, text, len, &now) : line_time(text, len, &now);
		if (own == CLOCK_NONE)
			continue;
		steps.any &= own == clock;
		reversed_step(&steps, now);
		clock = own;
	}
	if (!reversed_by(&steps))
		return ORDER_FORWARD;
	return clock == CLOCK_EXPORT ? ORDER_NOT_READ : ORDER_REVERSED;
}

struct reversed {
	FILE *file; /* owned */
	struct splitter by;
	struct buf head;    /* a table's line of names, which comes first however its rows are sorted */
	struct buf begun;   /* the start of a line, whether a message begins with it is not known yet */
	bool in_line, read; /* the rest of a line follows; all was added */
	bool newline;       /* its last byte is one */
	uint64_t size;      /* of the message that is added */
	off_t at;           /* of the file, where the messages end that were not given out */
	off_t from, to;     /* the message that is */
};

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
	return 0;
}

void reversed_free(struct reversed *r)
{
	if (!r)
		return;
	fclose(r->file);
	buf_free(&r->head);
	buf_free(&r->begun);
	free(r);
}

/* The message ends; one without a line end gets it. */
static void end_message(struct reversed *r)
{
	if (r->size && !r->newline) {
		fwrite("\n", 1, 1, r->file);
		r->size++;
	}
	if (r->size)
		fwrite(&r->size, sizeof(r->size), 1, r->file);
	r->size = 0;
}

static void add(struct reversed *r, const char *s, size_t n)
{
	if (!n)
		return;
	pass(&r->by, s, n);
	fwrite(s, 1, n, r->file);
	r->size += n;
	r->newline = r->in_line = s[n - 1] == '\n';
	r->in_line = !r->newline;
}

/* The start of a line, as much as is looked at. */
static void add_start(struct reversed *r, const char *s, size_t n)
{
	if (begins(&r->by, s, n - (n && s[n - 1] == '\n')))
		end_message(r);
	add(r, s, n);
}

/* Takes some of the bytes, at most up to the end of a line; how many. */
static size_t add_some(struct reversed *r, const char *s, size_t n)
{
	const char *newline = memchr(s, '\n', n);
	size_t len = newline ? (size_t)(newline + 1 - s) : n;

	if (r->in_line) {
		add(r, s, len);
		return len;
	}
	if (!newline && r->begun.len + n < LINE_LOOK) {
		buf_add(&r->begun, s, n);
		return n;
	}
	if (r->begun.len) {
		buf_add(&r->begun, s, len);
		add_start(r, r->begun.data, r->begun.len);
		buf_clear(&r->begun);
	} else {
		add_start(r, s, len);
	}
	return len;
}

int reversed_add(struct reversed *r, const char *name, const char *bytes, size_t n, struct err *e)
{
	size_t at = 0;

	if (!r->head.len && !r->size) { /* the first bytes have the line of names, if there is one */
		at = table_begins(bytes, n, &r->by.columns);
		buf_add(&r->head, bytes, at);
	}
	while (at < n)
		at += add_some(r, bytes + at, n - at);
	return ferror(r->file) ? err_sys(e, errno ? errno : EIO, "%s: a temporary file to turn it round", name) : 0;
}

/* All was added. */
static int begin_reading(struct reversed *r, struct err *e)
{
	r->read = true;
	if (r->begun.len)
		add_start(r, r->begun.data, r->begun.len);
	end_message(r);
	r->at = ftello(r->file);
	return r->at < 0 || fflush(r->file) ? err_sys(e, errno ? errno : EIO, "a temporary file") : 0;
}

/* The message that stands last of those that were not given out. */
static int find_message(struct reversed *r, struct err *e)
{
	uint64_t size;

	if (fseeko(r->file, r->at - (off_t)sizeof(size), SEEK_SET) || fread(&size, sizeof(size), 1, r->file) != 1)
		return err_sys(e, errno ? errno : EIO, "a temporary file");
	r->to = r->at - (off_t)sizeof(size);
	r->from = r->at = r->to - (off_t)size;
	if (fseeko(r->file, r->from, SEEK_SET))
		return err_sys(e, errno ? errno : EIO, "a temporary file");
	return 0;
}

int reversed_read(struct reversed *r, char *to, size_t room, size_t *n, struct err *e)
{
	int failed = r->read ? 0 : begin_reading(r, e);

	*n = 0;
	if (!failed && r->head.len) {
		*n = r->head.len < room ? r->head.len : room;
		memcpy(to, r->head.data, *n);
		memmove(r->head.data, r->head.data + *n, r->head.len - *n);
		r->head.len -= *n;
		return 1;
	}
	while (!failed && *n < room && (r->from < r->to || r->at > 0)) {
		size_t len;

		if (r->from == r->to)
			failed = find_message(r, e);
		len = (size_t)(r->to - r->from) < room - *n ? (size_t)(r->to - r->from) : room - *n;
		if (!failed && fread(to + *n, 1, len, r->file) != len)
			failed = err_sys(e, errno ? errno : EIO, "a temporary file");
		r->from += failed ? 0 : (off_t)len;
		*n += failed ? 0 : len;
	}
	return failed ? failed : *n > 0;
}
