/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A streaming JSON writer that appends to a buf, which the caller owns. Keys are NULL inside arrays and at the top.
 * Strings need not be valid UTF-8: each invalid byte becomes U+FFFD. Characters that text_escape() escapes are escaped
 * here, too, as people print JSON on terminals. Nothing can fail; containers nest JSONW_DEPTH - 1 deep.
 */
#ifndef UTIL_JSONW_H
#define UTIL_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

#define JSONW_DEPTH 32

struct jsonw {
	struct buf *out;
	unsigned depth;
	unsigned inline_from;     /* depth from which everything stays on one line; 0: none */
	bool filled[JSONW_DEPTH]; /* whether the open container of a depth has an element */
};

/* Appends to `out`, which outlives *w. In what follows `key` is NULL in an array and for the outermost one. */
void jsonw_init(struct jsonw *w, struct buf *out);
/* The same, and begins a document of schema/: an object with "schema": 1, for jsonw_end_object(). */
void jsonw_document(struct jsonw *w, struct buf *out);
void jsonw_object(struct jsonw *w, const char *key);
void jsonw_array(struct jsonw *w, const char *key);
/* The same, with the whole container on one line. */
void jsonw_object_inline(struct jsonw *w, const char *key);
void jsonw_array_inline(struct jsonw *w, const char *key);
/* Strings in an array; in one line. */
void jsonw_strings(struct jsonw *w, const char *key, const char *const *v, size_t n);
void jsonw_strings_inline(struct jsonw *w, const char *key, const char *const *v, size_t n);
/* Ends the innermost object or array, which must be of that kind. A newline follows the last. */
void jsonw_end_object(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);
/* A NULL value writes nothing, not even the key: an unknown value is absent. */
void jsonw_str(struct jsonw *w, const char *key, const char *value);
void jsonw_u64(struct jsonw *w, const char *key, uint64_t value);
void jsonw_i64(struct jsonw *w, const char *key, int64_t value);
void jsonw_bool(struct jsonw *w, const char *key, bool value);
void jsonw_null(struct jsonw *w, const char *key);

#endif
