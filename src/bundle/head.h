/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file, pipe or device that is read once, unpacked: its first bytes are looked at, as they say whether it is one text or an
 * archive of many, and are given out afterwards all the same.
 */
#ifndef BUNDLE_HEAD_H
#define BUNDLE_HEAD_H

#include "bundle/bundle.h"

struct head {
	const char *name; /* for messages; outlives it */
	const int *fd;    /* the caller's; `more` reads it */
	stream_fn *more;
	void *arg;
	struct stream *stream;   /* of these bytes, unpacked; owned */
	char first[STREAM_HEAD]; /* from `at` on not given out yet */
	size_t at, n;
	enum packing packing; /* that they came out of */
};

/* Nothing is read yet. Freed by head_end(). */
void head_begin(struct head *h, const char *name, const int *fd, stream_fn *more, void *arg);
void head_end(struct head *h);

/* Reads the first bytes: 1 if they are an archive's, 0, or -EAGAIN if `more` says that they come later: then look again. An
 * error while reading comes again from head_read(). */
int head_look(struct head *h);
/* As stream_read(). */
int head_read(struct head *h, char *to, size_t room, size_t *n, struct err *e);

/* For bundle_open(): the archive that it is, or the directory `folder`. The caller says which of its files are wanted. */
struct bundle_source head_source(struct head *h, const char *folder);

#endif
