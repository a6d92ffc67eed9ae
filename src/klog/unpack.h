/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a file is by its bytes: gzip and xz, which are unpacked; what is no text, which is refused. */
#ifndef KLOG_UNPACK_H
#define KLOG_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct unpack;

#define UNPACK_MAGIC 6 /* bytes that unpack_new() looks at */

/* For data that begins with these bytes. *u is NULL if they are not compressed. -ENOTSUP if they are and support
 * was left out. */
int unpack_new(struct unpack **u, const char *name, const char *bytes, size_t n, struct err *e);
void unpack_free(struct unpack *u);

/*
 * Takes from *in, *n what it can and writes to `to`; both are moved past what was taken. Gives the bytes written
 * in *got. `last`: no more input will come. -EINVAL with *e for damaged data; what was written before still counts.
 */
int unpack_run(struct unpack *u, const char **in, size_t *n, bool last, char *to, size_t room, size_t *got,
	       struct err *e);

/* 0 for what may be text by its first bytes; `unpacked`: they came out of a compressed file. -ENOTSUP with *e for an
 * archive, a journal's file, UTF-16, or what is compressed twice. */
int unpack_refuse(const char *name, bool unpacked, const char *bytes, size_t n, struct err *e);

/* Bytes that no text has many of. */
struct unpack_bytes {
	size_t n, zeros, controls, invalid; /* all; 0; other control characters; no UTF-8 */
};
void unpack_count(struct unpack_bytes *b, const char *bytes, size_t n);
/* -EINVAL with *e if they cannot be text. A log has noise of a serial line or zeros from a crash in it, and is one. */
int unpack_refuse_bytes(const char *name, const struct unpack_bytes *b, struct err *e);

#define UNPACK_TAIL 16 /* bytes that the start of packed data is known by, and more */

/* The last bytes of a text so far. */
struct unpack_tail {
	char bytes[UNPACK_TAIL];
	size_t n;
	bool begun; /* some text came */
};
/* -EINVAL with *e if packed data begins among the bytes that continue a text; *n: bytes of text before it. */
int unpack_inside(struct unpack_tail *t, const char *name, const char *bytes, size_t *n, struct err *e);

/* Whether the packed data came to its proper end. What is left then is other data: packed, text, or zero bytes that fill up. */
bool unpack_ended(const struct unpack *u);

#endif
