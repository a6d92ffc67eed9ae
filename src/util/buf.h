/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte string, NUL-terminated as soon as something was added. { 0 } is an empty one; caller frees with
 * buf_free(), or with AUTO_BUF at the end of its scope. */
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* NULL while empty and unused; owned */
	size_t len; /* without the terminating NUL */
	size_t cap;
};

#define AUTO_BUF __attribute__((cleanup(buf_free)))

/* Each appends; without memory the program ends, as by alloc.h. */
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds blanks until the text since byte `start` is `width` columns wide (ASCII or UTF-8). */
void buf_pad(struct buf *b, size_t start, size_t width);
/* Makes it empty and keeps the memory. */
void buf_clear(struct buf *b);
void buf_free(struct buf *b);
/* The text, never NULL; owned by b and valid until the next change. */
const char *buf_str(const struct buf *b);
/* The string, never NULL; caller frees. b is empty afterwards. */
char *buf_take(struct buf *b);

#endif
