/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a file as they were before it was compressed (gzip, xz, zstd, bzip2), or as they are. It is recognised by
 * content. Files put after one another are read on.
 *
 *     struct stream *s = stream_new(more, arg, name);
 *     while ((r = stream_read(s, to, room, &n, e)) == 1) ...
 *     stream_free(s);
 */
#ifndef UTIL_STREAM_H
#define UTIL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct stream;

#define STREAM_MAGIC 6  /* bytes that compressed data is recognised by */
#define STREAM_HEAD 512 /* bytes that an archive is recognised by */

enum packing { PACKED_NOT, PACKED_GZIP, PACKED_XZ, PACKED_ZSTD, PACKED_BZIP2, PACKINGS };

/* What data that begins with these bytes is compressed with. */
enum packing packing_of(const char *bytes, size_t n);
/* Whether data that begins with these bytes is a tar or zip archive; a tar header may be damaged. */
bool archive_begins(const char *bytes, size_t n);
/* "gzip", and the tool that unpacks it: "zcat"; static. */
const char *packing_name(enum packing packing);
const char *packing_tool(enum packing packing);

/* Where the bytes come from: writes up to `room` to `to` and returns how many, 0 at the end, -errno with *e (which may be
 * NULL). -EAGAIN: later; never while stream_packing() says that the data is compressed. */
typedef ssize_t stream_fn(void *arg, char *to, size_t room, struct err *e);

/* Caller frees with stream_free(). `name` is for messages, and is copied; nothing is read yet. */
struct stream *stream_new(stream_fn *more, void *arg, const char *name);
void stream_free(struct stream *s);
/* The path of the file that it is, for a command in a message; once, and copied. */
void stream_set_path(struct stream *s, const char *path);
/* 1 with *n bytes, 0 at the end, -EINVAL for damaged data, once what came before it was given; other -errno from `more`. */
int stream_read(struct stream *s, char *to, size_t room, size_t *n, struct err *e);
/* Of what was read last, or if nothing was yet, of what comes. */
enum packing stream_packing(const struct stream *s);

/* A stream whose first bytes are looked at, as they say whether it is one text or an archive of many, and are given out afterwards
 * all the same. */
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
/* Reads the first bytes: 0, or -EAGAIN if `more` says that they come later: then look again. Another error comes again from
 * head_read(). */
int head_look(struct head *h);
/* As stream_read(). */
int head_read(struct head *h, char *to, size_t room, size_t *n, struct err *e);

/* With a struct head as `arg`: a stream_fn, and what goes back to the first byte, -ESPIPE in a pipe. */
ssize_t head_bytes(void *arg, char *to, size_t room, struct err *e);
int head_again(void *arg);

#endif
