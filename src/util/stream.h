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
/* Whether data that begins with these bytes is a tar or zip archive. */
bool archive_begins(const char *bytes, size_t n);
/* "gzip", and the tool that unpacks it: "zcat"; static. */
const char *packing_name(enum packing packing);
const char *packing_tool(enum packing packing);

/* Where the bytes come from: writes up to `room` to `to` and returns how many, 0 at the end, -errno with *e (which may be
 * NULL). -EAGAIN: later; never while stream_packing() says that the data is compressed. */
typedef ssize_t stream_fn(void *arg, char *to, size_t room, struct err *e);

/* Caller frees. `name` is for messages, and is copied; nothing is read yet. */
struct stream *stream_new(stream_fn *more, void *arg, const char *name);
void stream_free(struct stream *s);
/* 1 with *n bytes, 0 at the end, -EINVAL for damaged data, once what came before it was given; other -errno from `more`. */
int stream_read(struct stream *s, char *to, size_t room, size_t *n, struct err *e);
/* Of what was read last, or if nothing was yet, of what comes. */
enum packing stream_packing(const struct stream *s);

#endif
