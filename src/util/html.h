/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTML and SVG, appended to a buf. Markup stands in the format string alone: whatever comes in by an argument is text, made
 * harmless as for a terminal first and then escaped, so that no name, log line or file can become markup.
 */
#ifndef UTIL_HTML_H
#define UTIL_HTML_H

#include "util/buf.h"

/* As printf, with these conversions alone: %s (escaped, in elements and in quoted attributes), %d %u %ld %lu %lld %llu %zu, %f (two
 * decimals), %%. */
void html_put(struct buf *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* n bytes of text, which need no NUL. */
void html_text(struct buf *out, const char *s, size_t n);

#endif
