// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats of words and whole numbers alone, as nearly all are: a report of a thousand devices has a hundred thousand of them, and
 * the C library takes several times as long for each. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

struct format_sink {
	char *to;
	size_t size, n; /* n: bytes so far, whether or not they fit */
	va_list args;
};

static void put(struct format_sink *s, const char *text, size_t n)
{
	size_t room = s->n < s->size ? s->size - s->n : 0;

	memcpy(s->to + (room ? s->n : 0), text, n < room ? n : room);
	s->n += n;
}

static void put_number(struct format_sink *s, uint64_t value, unsigned base, bool negative)
{
	char digits[24], *p = digits + sizeof(digits);

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (negative)
		*--p = '-';
	put(s, p, (size_t)(digits + sizeof(digits) - p));
}

enum length { OF_INT, OF_LONG, OF_LONG_LONG, OF_SIZE };

static enum length length_of(const char **p)
{
	enum length length = **p == 'z' ? OF_SIZE : **p != 'l' ? OF_INT : (*p)[1] == 'l' ? OF_LONG_LONG : OF_LONG;

	*p += length == OF_INT ? 0 : length == OF_LONG_LONG ? 2 : 1;
	return length;
}

static uint64_t unsigned_argument(struct format_sink *s, enum length length)
{
	switch (length) {
	case OF_LONG:
		return va_arg(s->args, unsigned long);
	case OF_LONG_LONG:
		return va_arg(s->args, unsigned long long);
	case OF_SIZE:
		return va_arg(s->args, size_t);
	default:
		return va_arg(s->args, unsigned);
	}
}

static int64_t signed_argument(struct format_sink *s, enum length length)
{
	switch (length) {
	case OF_LONG:
		return va_arg(s->args, long);
	case OF_LONG_LONG:
		return va_arg(s->args, long long);
	case OF_SIZE:
		return va_arg(s->args, ptrdiff_t);
	default:
		return va_arg(s->args, int);
	}
}

static bool put_words(struct format_sink *s)
{
	const char *text = va_arg(s->args, const char *);

	if (text)
		put(s, text, strlen(text));
	return text;
}

/* What follows a '%'. False: it is for the C library. */
static bool convert(struct format_sink *s, const char **p)
{
	enum length length = length_of(p);
	int64_t value;

	switch (*(*p)++) {
	case 's':
		return length == OF_INT && put_words(s);
	case 'u':
		put_number(s, unsigned_argument(s, length), 10, false);
		return true;
	case 'x':
		put_number(s, unsigned_argument(s, length), 16, false);
		return true;
	case 'd':
		value = signed_argument(s, length);
		put_number(s, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0);
		return true;
	default:
		return false;
	}
}

int text_format(char *to, size_t size, const char *format, va_list ap)
{
	struct format_sink s = { .to = to, .size = size };
	const char *p = format;
	bool known = true;

	va_copy(s.args, ap);
	while (known && *p) {
		size_t n = (size_t)(strchrnul(p, '%') - p);

		put(&s, p, n);
		p += n;
		if (*p && (known = *++p != '\0'))
			known = convert(&s, &p);
	}
	va_end(s.args);
	if (!known)
		return vsnprintf(to, size, format, ap);
	if (size)
		to[s.n < size ? s.n : size - 1] = '\0';
	return (int)s.n;
}
