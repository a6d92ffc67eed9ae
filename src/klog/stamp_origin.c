// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/stamp_origin.h"

#include <ctype.h>
#include <string.h>

#include "klog/facility.h"
#include "klog/stamp_time.h"

#define ORIGIN_WORDS 4
#define DATE_BYTES 40 /* in which the time of the day must come */
#define NAME_BYTES 120

static bool ends_in(const char *word, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && !memcmp(word + len - n, end, n);
}

/* "kernel:", "kernel[0]:", "host.kernel:", ESXi's "vmkernel:" and "vmkwarning:" */
static bool is_kernel(const char *word, size_t len)
{
	static const char *const names[] = { "kernel:", "vmkernel:", "vmkwarning:" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (len == strlen(names[i]) && !memcmp(word, names[i], len))
			return true;
	if (ends_in(word, len, ".kernel:") || ends_in(word, len, "/kernel:")) /* Junos has the latter */
		return true;
	return len > 8 && !memcmp(word, "kernel[", 7) && word[len - 1] == ':';
}

/* RFC 5424's process id, message id and structured data: " - - - ", " 123 - [meta sequenceId="7"] ". */
static size_t ids_after(const struct cursor *c, size_t at)
{
	const char *data, *end;
	size_t len;

	data = cursor_word(c, &at, &len);
	if (!len || (*data != '-' && !cursor_digit(*data)) || !cursor_word(c, &at, &len) || !len)
		return 0;
	data = cursor_word(c, &at, &len);
	if (len == 1 && *data == '-')
		return at;
	end = len && *data == '[' ? memchr(data, ']', c->n - (size_t)(data - c->s)) : NULL;
	return end ? (size_t)(end - c->s) + 1 : 0;
}

/* "172.20.0.5" */
static bool is_address(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!cursor_digit(word[i]) && word[i] != '.')
			return false;
	return len > 6;
}

static bool is_bracket(const struct cursor *c, size_t at)
{
	size_t len;
	const char *word = cursor_word(c, &at, &len);

	return len && *word == '[';
}

/* "172.20.0.5:", the node that talosctl names first. */
static bool is_node(const char *word, size_t len)
{
	return len > 7 && word[len - 1] == ':' && is_address(word, len - 1);
}

/* What follows a word that ends in "kern" or "kernel", without a colon: "  :err   : ", " - - - ". */
static size_t column_after(const struct cursor *c, size_t at)
{
	struct cursor rest = { c->s, c->n, at };
	size_t level = ids_after(c, at);

	if (level)
		return level;
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

/* "CEST", "-03", "+0200", "UTC" */
static bool is_zone(const char *word, size_t len)
{
	if (len < 2 || len > 6)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isupper((unsigned char)word[i]) && !cursor_digit(word[i]) && word[i] != '+' && word[i] != '-')
			return false;
	return true;
}

/* Words that stand before the kernel's tag: a time zone, a priority, and one that is the host. */
struct before {
	unsigned hosts, others;
};

static bool count_word(struct before *b, const char *word, size_t len)
{
	bool other = facility_priority(word, len) != FACILITY_NONE || (!b->hosts && !b->others && is_zone(word, len));

	b->others += other;
	b->hosts += !other;
	return b->hosts < 2;
}

/* Where a tag of the kernel's ends that the word is, or begins; 0: it is none. */
static size_t kernel_tag(const struct cursor *c, size_t at, const char *word, size_t len, unsigned words, bool stamped)
{
	size_t column = 0;

	if (is_kernel(word, len))
		return at;
	if ((ends_in(word, len, "kern") && !words) || (ends_in(word, len, "kernel") && stamped))
		column = column_after(c, at);
	if (column)
		return column;
	/* A column of pfSense and OPNsense; netconsole's sender. */
	return stamped && ((len == 6 && !memcmp(word, "kernel", 6)) ||
			   (!words && is_address(word, len) && is_bracket(c, at)))
		       ? at
		       : 0;
}

/* A word of talosctl's "kern:     err:", or a colon that stands alone: "kernel: : ". */
static bool is_between(const char *word, size_t len, bool stamped, unsigned words, bool began)
{
	return (len && len <= 8 && word[len - 1] == ':' && (!memcmp(word, "kern:", 5) || began)) ||
	       (len == 1 && *word == ':' && stamped && !words);
}

bool stamp_origin(struct cursor *c, bool stamped)
{
	size_t at = c->at, from = c->at, taken = c->at;
	struct before before = { 0 };

	for (unsigned words = 0; words < ORIGIN_WORDS; words++) {
		size_t len, tag;
		const char *word = cursor_word(c, &at, &len);

		tag = kernel_tag(c, at, word, len, words, stamped);
		if (tag) {
			c->at = tag;
			return true;
		}
		if (is_between(word, len, stamped, words, taken > from)) {
			taken = at;
			continue;
		}
		if (taken > from || (!stamped && words) || !len || (*word == '[' && words))
			break;
		if (len > 1 && word[len - 1] == ':' && !is_node(word, len))
			break; /* another program's tag: what follows is its words */
		if (!count_word(&before, word, len))
			break;
	}
	c->at = taken;
	return taken > from;
}

bool stamp_foreign_date(struct cursor *c)
{
	size_t at = c->at, len;
	bool clock = false;

	for (unsigned words = 0; words < ORIGIN_WORDS + 3; words++) {
		const char *word = cursor_word(c, &at, &len);

		if (!len)
			return false;
		if (clock && is_kernel(word, len)) {
			c->at = at;
			return true;
		}
		if (clock && word[len - 1] == ':')
			return false;
		clock |= cursor_clock(word, len) && (size_t)(word - c->s) < c->at + DATE_BYTES;
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
