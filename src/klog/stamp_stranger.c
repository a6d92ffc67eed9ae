// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines that another program than the kernel wrote. Anybody can have a program log words of his own choice. */
#include <ctype.h>
#include <string.h>

#include "klog/cursor.h"
#include "klog/facility.h"
#include "klog/ident.h"
#include "klog/stamp.h"

#define TAG_WORDS 3     /* host, facility and tag, at most */
#define FOREIGN_WORDS 7 /* of a date of any language */

static bool word_is(const char *word, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(word, text, len);
}

/* Letters and digits. */
static const char *take_name(struct cursor *c, size_t *len)
{
	size_t from = c->at;

	while (islower((unsigned char)cursor_peek(c, 0)) || cursor_digit(cursor_peek(c, 0)))
		c->at++;
	*len = c->at - from;
	return c->s + from;
}

/* "user  :notice: [ts]" of dmesg -x, "user: warning: [date]:" of talosctl. */
static bool is_column(const struct cursor *c)
{
	struct cursor at = *c;
	const char *name, *level;
	size_t name_len, level_len;

	cursor_blanks(&at);
	name = take_name(&at, &name_len);
	cursor_blanks(&at);
	if (!cursor_take(&at, ':'))
		return false;
	cursor_blanks(&at);
	level = take_name(&at, &level_len);
	cursor_blanks(&at);
	return cursor_take(&at, ':') && facility_named(name, name_len) == FACILITY_OTHER &&
	       facility_level(level, level_len);
}

/* "sshd[123]:", "systemd[1]:" */
static bool has_process(const char *word, size_t len)
{
	size_t digits = 0;

	if (len < 5 || word[len - 1] != ':' || word[len - 2] != ']')
		return false;
	while (digits < len - 3 && cursor_digit(word[len - 3 - digits]))
		digits++;
	return digits && digits + 3 < len && word[len - 3 - digits] == '[';
}

/* "mallory:" behind a host. What drivers put there is none: the kernel's own tag is lost. */
static bool is_tag(const char *host, size_t host_len, const char *word, size_t len)
{
	char address[PCI_ADDR_MAX] = "";
	struct pci_addr addr;

	if (len < 2 || word[len - 1] != ':' || host[host_len - 1] == ':')
		return false;
	if (len <= sizeof(address))
		memcpy(address, word, len - 1);
	return !pci_addr_parse(address, &addr) && ident_maker(host, host_len) == IDENT_FOREIGN &&
	       !word_is(host, host_len, "NETDEV");
}

/* A tag among the words of a line that begin at `at`. `dated`: a date stands before them. */
static bool has_tag(const struct cursor *c, size_t at, unsigned words, bool dated)
{
	const char *word = NULL, *before;
	size_t len = 0, len_before;

	for (unsigned i = 0; i < words; i++) {
		before = word;
		len_before = len;
		word = cursor_word(c, &at, &len);
		if (!len)
			return false;
		if (has_process(word, len))
			return len < 7 || memcmp(word, "kernel[", 7) != 0;
		if (dated && (facility_priority(word, len) == FACILITY_OTHER ||
			      (before && is_tag(before, len_before, word, len))))
			return true;
		if (word[len - 1] == ':' || ident_maker(word, len) != IDENT_FOREIGN)
			return false;
	}
	return false;
}

/* The words behind a date in a language that is not known, told by the time of the day; 0 if there is none. */
static size_t after_clock(const struct cursor *c)
{
	size_t at = 0, len;

	for (unsigned i = 0; i < FOREIGN_WORDS; i++) {
		const char *word = cursor_word(c, &at, &len);

		if (!len)
			return 0;
		if (cursor_clock(word, len))
			return at;
	}
	return 0;
}

/* A line of journalctl -o json. A field's name inside its message can only take away from the kernel's. */
static bool is_json_of_other(const char *s, size_t n)
{
	static const char *const names[] = { "\"_TRANSPORT\"", "\"SYSLOG_IDENTIFIER\"" };

	if (!n || s[0] != '{')
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);
		const char *p = s, *end = s + n;

		while ((p = memmem(p, (size_t)(end - p), names[i], len))) {
			p += len;
			while (p < end && strchr(" :\"", *p))
				p++;
			if ((size_t)(end - p) < 7 || memcmp(p, "kernel\"", 7))
				return true;
		}
	}
	return false;
}

bool stamp_is_strangers(const char *s, size_t n, size_t prefix, const struct stamp *stamp)
{
	const struct cursor c = { s, n < 200 ? n : 200, 0 };
	size_t at = prefix, len;
	const char *word = cursor_word(&c, &(size_t){ 0 }, &len);

	if (stamp->stranger || is_json_of_other(s, n))
		return true;
	if (stamp->kernel)
		return false;
	if (len && (facility_priority(word, len) == FACILITY_OTHER || is_column(&c)))
		return true;
	if (prefix)
		return has_tag(&c, at, TAG_WORDS, stamp->dated);
	at = after_clock(&c);
	return has_tag(&c, at, TAG_WORDS, at > 0) || has_tag(&c, 0, 2, false);
}
