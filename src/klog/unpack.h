/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is no text by its bytes, and is refused. */
#ifndef KLOG_UNPACK_H
#define KLOG_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "util/stream.h"

struct err;

/* 0 for what may be text by its first bytes; `unpacked`: what they came out of. -ENOTSUP with *e for an
 * archive, a journal's file, UTF-16, or what is compressed twice; `file`: its path for a command there, NULL: none. */
int unpack_refuse(const char *name, const char *file, enum packing unpacked, const char *bytes, size_t n,
		  struct err *e);

/* "gzip data", "a zip archive": in which a log may be, by its first bytes; NULL: nothing of the kind. Static. */
const char *unpack_kind(const char *bytes, size_t n);

/* Bytes that no text has many of. */
struct unpack_bytes {
	size_t n, zeros, controls, invalid; /* all; 0; other control characters; no UTF-8 */
};
void unpack_count(struct unpack_bytes *b, const char *bytes, size_t n);
/* Whether more bytes would change nothing. */
bool unpack_counted(const struct unpack_bytes *b);
/* -EINVAL with *e if they cannot be text. A log has noise of a serial line or zeros from a crash in it, and is one. */
int unpack_refuse_bytes(const char *name, const struct unpack_bytes *b, struct err *e);

#define UNPACK_TAIL 96 /* bytes that the start of packed data is known by, and more */

/* The last bytes of a text so far. */
struct unpack_tail {
	char bytes[UNPACK_TAIL];
	size_t n;
	bool begun; /* some text came */
	bool found; /* packed data did */
};
/* -EINVAL with *e if packed data begins among n bytes that continue a text, once a text: what is behind it, and it itself, is
 * read as any noise is. None is known to begin in the first `none` of them. */
int unpack_inside(struct unpack_tail *t, const char *name, const char *bytes, size_t n, size_t none, struct err *e);

#endif
