// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

static void reserve(struct buf *b, size_t more)
{
	size_t need = b->len + more + 1;

	if (need <= b->cap)
		return;
	b->cap = need > 2 * b->cap ? need : 2 * b->cap;
	if (b->cap < 256)
		b->cap = 256;
	b->data = xrealloc(b->data, b->cap, 1);
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap, again;
	int n;

	reserve(b, 64);
	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(b->data + b->len, b->cap - b->len, format, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= b->cap - b->len) {
		reserve(b, (size_t)n);
		vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
	}
	va_end(again);
	b->len += n > 0 ? (size_t)n : 0;
	b->data[b->len] = '\0';
}

void buf_pad(struct buf *b, size_t start, size_t width)
{
	size_t have = b->len > start ? text_width(b->data + start) : 0;

	for (; have < width; have++)
		buf_putc(b, ' ');
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *s = b->data ? b->data : xstrdup("");

	*b = (struct buf){ 0 };
	return s;
}
