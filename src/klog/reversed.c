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
	       (*s == '{' || reversed_clock(s, n, &time) != CLOCK_NONE || (n >= 3 && !memcmp(s, "-- ", 3)));
}

/* Behind bytes of a line, or its end. */
static void pass(struct splitter *by, const char *s, size_t n)
{
	if (by->columns.count)
		columns_follow(&by->columns, &by->cell, s, n);
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
