/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file, unpacked, that is read once from its start: its head can be looked at before it is known what the file is, and
 * long text is read line by line without keeping it.
 */
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "bundle/bundle.h"
#include "util/err.h"

struct buf;

struct input {
	const char *name;            /* for messages */
	int fd;                      /* -1: all is in data; owned unless it is stdin */
	struct head of;              /* fd, unpacked; its stream is NULL: all is in data */
	struct bundle *bundle;       /* of an archive or a directory: its texts, one after the other; owned */
	bool in_file;                /* of the bundle one is being read */
	char typed[BUNDLE_PATH + 2]; /* what stands before or behind it, from typed_at on not given out yet */
	size_t typed_at;
	size_t lost;         /* files of it that could not be read */
	struct err lost_why; /* of the first */
	char *data;          /* owned */
	size_t start, end;   /* what of data is still to be read */
	bool eof;
	int error; /* -errno of a failed read, and why */
	struct err why;
};

/* "-" is stdin; of a directory or an archive the texts that are no logs are read. -errno with the path in *e. */
int input_open(struct input *in, const char *path, struct err *e);
/* A copy of a text in memory, in place of a file. */
void input_memory(struct input *in, const char *name, const char *text, size_t n);
void input_close(struct input *in);

/* The first bytes that are still to be read: all there are, or at least 64 KiB. Owned by the input, until it is read on. */
const char *input_head(struct input *in, size_t *n);
/* The next line without its end ("\n" or "\r\n"), NUL-terminated, owned by the input until the next call; NULL at the end.
 * A line of more than 64 KiB comes in pieces. */
char *input_line(struct input *in, size_t *n);
/* All that is still to be read; -EFBIG above `most` bytes. */
int input_rest(struct input *in, size_t most, struct buf *out, struct err *e);
/* Whether reading failed on the way: -errno with *e; else 0. */
int input_check(const struct input *in, struct err *e);

/* The bundle's next snapshot, whole: 1, 0 past the last, -errno. Not together with those above. */
int input_snapshot(struct input *in, size_t most, struct buf *out, struct err *e);

/* Dumps as they were before mail programs, web pages and terminals left traces in them. */

/* Takes quote marks and blanks at its start, and markup and escapes anywhere, out of a line of n bytes that
 * input_line() gave. Returns where it begins now, which points into the line. */
char *input_tidy(char *line, size_t n);

/* The first line of a file's head that starts, behind quote marks and markup, with `start` and goes on with `then`;
 * points into the head. NULL if there is none. */
const char *input_find(const char *head, size_t n, const char *start, const char *then);

#endif
