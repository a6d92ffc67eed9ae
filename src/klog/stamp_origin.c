// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/stamp_origin.h"

#include <ctype.h>
#include <string.h>

#include "klog/stamp_time.h"

#define ORIGIN_WORDS 5
#define DATE_BYTES 40 /* in which the time of the day must come */
#define NAME_BYTES 120

/* The next word; its length is 0 at the end of the text. */
static const char *next_word(const struct cursor *c, size_t *at, size_t *len)
{
	size_t start;

	while (*at < c->n && c->s[*at] == ' ')
		++*at;
	start = *at;
	while (*at < c->n && c->s[*at] != ' ')
		++*at;
	*len = *at - start;
	return c->s + start;
}

static bool ends_in(const char *word, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && !memcmp(word + len - n, end, n);
}

/* "kernel:", "kernel[0]:", "host.kernel:" */
static bool is_kernel(const char *word, size_t len)
{
	return ends_in(word, len, "kernel:") || (len > 8 && !memcmp(word, "kernel[", 7) && word[len - 1] == ':');
}

/* What follows a word that ends in "kern" or "kernel", without a colon: "  :err   : ", " - - - ". */
static size_t column_after(const struct cursor *c, size_t at)
{
	struct cursor rest = { c->s, c->n, at };
	size_t level;

	if (rest.n - at > 6 && !memcmp(rest.s + at, " - - - ", 7))
		return at + 6;
	cursor_blanks(&rest);
	if (!cursor_take(&rest, ':'))
		return 0;
	level = rest.at;
	while (islower((unsigned char)cursor_peek(&rest, 0)))
		rest.at++;
	if (rest.at == level)
		return 0;
	cursor_blanks(&rest);
	return cursor_take(&rest, ':') ? rest.at : 0;
}

bool stamp_origin(struct cursor *c, bool stamped)
{
	size_t at = c->at, from = c->at, taken = c->at;

	for (unsigned words = 0; words < ORIGIN_WORDS; words++) {
		size_t len, column;
		const char *word = next_word(c, &at, &len);

		if (is_kernel(word, len)) {
			c->at = at;
			return true;
		}
		column = (ends_in(word, len, "kern") && !words) || (ends_in(word, len, "kernel") && stamped)
				 ? column_after(c, at)
				 : 0;
		if (column) {
			c->at = column;
			return true;
		}
		if (len && len <= 8 && word[len - 1] == ':' && (!memcmp(word, "kern:", 5) || taken > from)) {
			taken = at; /* talosctl's "kern:     err:" */
			continue;
		}
		if (len == 1 && *word == ':' && stamped && !words)
			taken = at; /* "kernel: : " */
		else if (taken > from || (!stamped && words))
			break;
	}
	c->at = taken;
	return taken > from;
}

static bool is_clock(const char *word, size_t len)
{
	static const char form[] = "dd:dd:dd";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (i >= len || (form[i] == ':' ? word[i] != ':' : !cursor_digit(word[i])))
			return false;
	return len == 8 || word[8] == '.' || word[8] == ',';
}

bool stamp_foreign_date(struct cursor *c)
{
	size_t at = c->at, len;
	bool clock = false;

	for (unsigned words = 0; words < ORIGIN_WORDS + 2; words++) {
		const char *word = next_word(c, &at, &len);

		if (!len)
			return false;
		if (clock && is_kernel(word, len)) {
			c->at = at;
			return true;
		}
		clock |= is_clock(word, len) && (size_t)(word - c->s) < c->at + DATE_BYTES;
	}
	return false;
}

bool stamp_file_name(struct cursor *c)
{
	size_t from = c->at;
	struct stamp ignored;

	for (size_t at = from; at < c->n && at - from < NAME_BYTES && !isspace((unsigned char)c->s[at]); at++) {
		struct cursor rest = { c->s, c->n, at + 1 };

		if (at == from || (c->s[at] != ':' && c->s[at] != '-'))
			continue;
		if (cursor_take(&rest, '[') ? stamp_seconds(&rest, &ignored) : stamp_date(&rest, &ignored)) {
			c->at = at + 1;
			return true;
		}
	}
	return false;
}
