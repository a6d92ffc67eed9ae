// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include "util/alloc.h"
#include "util/buf.h"

/* Formats of words and whole numbers alone, as nearly all are: a report of a thousand devices has a hundred thousand of them, and
 * the C library takes several times as long for each. */

struct format_sink {
	char *to;
	size_t size, n; /* n: bytes so far, whether or not they fit */
	va_list args;
};

static void put(struct format_sink *s, const char *text, size_t n)
{
	if (s->n < s->size)
		memcpy(s->to + s->n, text, n < s->size - s->n ? n : s->size - s->n);
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

/* Bytes that grow: buf.h. */

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
	n = text_format(b->data + b->len, b->cap - b->len, format, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= b->cap - b->len) {
		reserve(b, (size_t)n);
		text_format(b->data + b->len, (size_t)n + 1, format, again);
	}
	va_end(again);
	b->len += n > 0 ? (size_t)n : 0;
	b->data[b->len] = '\0';
}

void buf_pad(struct buf *b, size_t start, size_t width)
{
	size_t have = b->len > start ? text_width(b->data + start) : 0, more = have < width ? width - have : 0;

	reserve(b, more);
	memset(b->data + b->len, ' ', more);
	b->len += more;
	b->data[b->len] = '\0';
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

/* What is in them. */

size_t text_utf8_next(const unsigned char *s, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	uint32_t c = len == 1 ? s[0] : s[0] & (0x7fu >> len);

	if ((s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return len;
}

size_t text_plain_run(const char *s, size_t n)
{
	size_t run = 0;

	while (n - run >= sizeof(uint64_t) && text_eight_plain(text_eight(s + run)))
		run += sizeof(uint64_t);
	while (run < n && s[run] >= 0x20 && s[run] < 0x7f)
		run++;
	return run;
}

bool text_is_plain(const char *s, size_t n)
{
	return text_plain_run(s, n) == n;
}

unsigned text_lines(const char *s, size_t n)
{
	const char *end = s + n;
	unsigned lines = 0;

	for (; (s = memchr(s, '\n', (size_t)(end - s))); s++)
		lines++;
	return lines;
}

size_t text_width(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = strlen(s), width = 0;

	while (n) {
		uint32_t c = 0;
		size_t run = text_plain_run((const char *)p, n), len;
		int w;

		width += run;
		p += run;
		n -= run;
		if (!n)
			break;
		len = text_utf8_next(p, n, &c);
		w = len > 1 ? wcwidth((wchar_t)c) : 1;

		width += w > 0 ? (size_t)w : w == 0 ? 0 : 1;
		p += len ? len : 1;
		n -= len ? len : 1;
	}
	return width;
}

size_t text_utf8_run(const char *s, size_t left)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t run = 0;
	uint32_t c;

	while (left) {
		size_t len;

		if (p[run] >= 0x20 && p[run] < 0x7f && p[run] != '"' && p[run] != '\\') {
			run++;
			left--;
			continue;
		}
		len = text_utf8_next(p + run, left, &c);
		if (!len || c == '"' || c == '\\' || !text_harmless(c))
			break;
		run += len;
		left -= len;
	}
	return run;
}

static bool number(const char *s, int base, uint64_t *value)
{
	uint64_t v = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		int digit = text_hex_digit(*s);

		if (digit < 0 || digit >= base || __builtin_mul_overflow(v, (uint64_t)base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit, &v))
			return false;
	}
	*value = v;
	return true;
}

bool text_u64(const char *s, uint64_t *value)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');

	return hex ? number(s + 2, 16, value) : number(s, 10, value);
}

bool text_hex(const char *s, uint64_t *value)
{
	bool prefixed = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');

	return number(prefixed ? s + 2 : s, 16, value);
}

void str_copy(char *dst, size_t size, const char *src, size_t n)
{
	if (n >= size)
		n = size - 1;
	memcpy(dst, src, n);
	dst[n] = '\0';
}

static bool shell_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-@/+,%";

	return *word && (*word != '-' || !word[1]) && strspn(word, plain) == strlen(word);
}

char *shell_word(const char *word)
{
	AUTO_BUF struct buf b = { 0 };

	if (shell_plain(word))
		return xstrdup(word);
	buf_putc(&b, '\'');
	for (const char *p = word; *p; p++)
		buf_puts(&b, *p == '\'' ? "'\\''" : (char[2]){ *p, '\0' });
	buf_putc(&b, '\'');
	return buf_take(&b);
}

char *shell_path(const char *path)
{
	AUTO_FREE char *inside = *path == '-' && path[1] ? xasprintf("./%s", path) : NULL;

	return shell_word(inside ? inside : path);
}

char *text_strip(char *s)
{
	char *end = s + strlen(s);

	while (isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

bool text_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool text_same(const char *a, const char *b)
{
	return a && b && *a && !strcmp(a, b);
}

bool text_equal(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

int text_find(const char *const *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i], word))
			return (int)i;
	return -1;
}

/* Control characters, separators of lines, characters that change the direction of the text around them, and invisible
 * ones: the Default_Ignorable_Code_Points of Unicode (DerivedCoreProperties.txt). In ascending order. */
static const struct {
	uint32_t first, last;
} harmful[] = {
	{ 0x00, 0x1f },     { 0x7f, 0x9f },       { 0xad, 0xad },       { 0x034f, 0x034f },   { 0x061c, 0x061c },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },   { 0x200b, 0x200f },   { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

bool text_harmless(uint32_t c)
{
	for (size_t i = 0; i < COUNT(harmful) && c >= harmful[i].first; i++)
		if (c <= harmful[i].last)
			return false;
	return true;
}

void text_escape(struct buf *out, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	while (n) {
		uint32_t c = 0;
		size_t len = text_plain_run((const char *)p, n);

		if (len) {
			buf_add(out, p, len);
			p += len;
			n -= len;
			continue;
		}
		len = text_utf8_next(p, n, &c);
		if (!len) {
			buf_printf(out, "\\x%02x", p[0]);
			len = 1;
		} else if (text_harmless(c)) {
			buf_add(out, p, len);
		} else if (c < 0x100) {
			buf_printf(out, "\\x%02x", c);
		} else {
			buf_printf(out, "\\u{%x}", c);
		}
		p += len;
		n -= len;
	}
}

size_t text_escaped_width(const char *s, size_t n)
{
	AUTO_BUF struct buf safe = { 0 };

	if (text_is_plain(s, n))
		return n;
	text_escape(&safe, s, n);
	return text_width(buf_str(&safe));
}
