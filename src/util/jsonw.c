// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/jsonw.h"

#include <inttypes.h>
#include <string.h>

#include "util/text.h"

void jsonw_init(struct jsonw *w, struct buf *out)
{
	*w = (struct jsonw){ .out = out };
}

void jsonw_document(struct jsonw *w, struct buf *out)
{
	jsonw_init(w, out);
	jsonw_object(w, NULL);
	jsonw_u64(w, "schema", 1);
}

static void newline(struct jsonw *w)
{
	if (w->inline_from && w->depth >= w->inline_from)
		return;
	buf_putc(w->out, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		buf_putc(w->out, ' ');
}

/* The first of n bytes, which cannot stand as it is, with those that belong to it: how many. */
static size_t escaped(struct jsonw *w, const char *s, size_t n)
{
	uint32_t c = 0;
	size_t length = text_utf8_next((const unsigned char *)s, n, &c);

	if (!length)
		buf_puts(w->out, "\xef\xbf\xbd");
	else if (c == '"' || c == '\\')
		buf_printf(w->out, "\\%c", (int)c);
	else if (c < 0x10000)
		buf_printf(w->out, "\\u%04x", c);
	else
		buf_printf(w->out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
	return length ? length : 1;
}

static void quoted(struct jsonw *w, const char *s)
{
	size_t left = strlen(s);

	buf_putc(w->out, '"');
	while (left) {
		size_t n = text_utf8_run(s, left);

		buf_add(w->out, s, n);
		if (n < left)
			n += escaped(w, s + n, left - n);
		s += n;
		left -= n;
	}
	buf_putc(w->out, '"');
}

static void begin(struct jsonw *w, const char *key)
{
	if (w->depth) {
		if (w->filled[w->depth])
			buf_puts(w->out, w->inline_from && w->depth >= w->inline_from ? ", " : ",");
		w->filled[w->depth] = true;
		newline(w);
	}
	if (key) {
		quoted(w, key);
		buf_puts(w->out, ": ");
	}
}

static void open_container(struct jsonw *w, const char *key, char bracket, bool on_one_line)
{
	begin(w, key);
	buf_putc(w->out, bracket);
	if (w->depth + 1 < JSONW_DEPTH)
		w->depth++;
	w->filled[w->depth] = false;
	if (on_one_line && !w->inline_from)
		w->inline_from = w->depth;
}

static void close_container(struct jsonw *w, char bracket)
{
	bool filled = w->filled[w->depth];
	bool on_one_line = w->inline_from && w->depth >= w->inline_from;

	if (w->inline_from == w->depth)
		w->inline_from = 0;
	w->depth--;
	if (filled && !on_one_line)
		newline(w);
	buf_putc(w->out, bracket);
	if (!w->depth)
		buf_putc(w->out, '\n');
}

void jsonw_object(struct jsonw *w, const char *key)
{
	open_container(w, key, '{', false);
}

void jsonw_array(struct jsonw *w, const char *key)
{
	open_container(w, key, '[', false);
}

void jsonw_object_inline(struct jsonw *w, const char *key)
{
	open_container(w, key, '{', true);
}

void jsonw_array_inline(struct jsonw *w, const char *key)
{
	open_container(w, key, '[', true);
}

void jsonw_end_object(struct jsonw *w)
{
	close_container(w, '}');
}

void jsonw_end_array(struct jsonw *w)
{
	close_container(w, ']');
}

void jsonw_str(struct jsonw *w, const char *key, const char *value)
{
	if (!value)
		return;
	begin(w, key);
	quoted(w, value);
}

void jsonw_u64(struct jsonw *w, const char *key, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	begin(w, key);
	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	buf_add(w->out, digits + at, sizeof(digits) - at);
}

void jsonw_i64(struct jsonw *w, const char *key, int64_t value)
{
	begin(w, key);
	buf_printf(w->out, "%" PRId64, value);
}

void jsonw_bool(struct jsonw *w, const char *key, bool value)
{
	begin(w, key);
	buf_puts(w->out, value ? "true" : "false");
}

void jsonw_null(struct jsonw *w, const char *key)
{
	begin(w, key);
	buf_puts(w->out, "null");
}

static void put_strings(struct jsonw *w, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, NULL, v[i]);
	jsonw_end_array(w);
}

void jsonw_strings(struct jsonw *w, const char *key, const char *const *v, size_t n)
{
	jsonw_array(w, key);
	put_strings(w, v, n);
}

void jsonw_strings_inline(struct jsonw *w, const char *key, const char *const *v, size_t n)
{
	jsonw_array_inline(w, key);
	put_strings(w, v, n);
}
