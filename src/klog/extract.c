// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/extract.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klog/prefix.h"
#include "klog/reportfile.h"
#include "util/alloc.h"
#include "util/text.h"

#define LINE_MOST 2048 /* bytes of a line that are kept */
#define AFTER 30       /* lines that a report goes on for, at most */
#define WORD_MOST 64

struct extract {
	bool mask;
	char **words, **hosts; /* owned */
	size_t n_words, cap_words, n_hosts, cap_hosts;
	char line[LINE_MOST];
	size_t n;
	unsigned after; /* lines that may still belong to the report before */
	uint64_t seen, kept, left_out;
	struct buf head, tail; /* the first half of what is kept, and the last */
};

/* What a log has of the machine, whatever device is asked for. */
static const char *const of_machine[] = { "Linux version ", "Command line: ", "DMI: ",        "Hypervisor detected",
					  "PCIe ASPM",      "ASPM ",          "Kernel panic", "Oops:",
					  "BUG: ",          "VMware ESX" };
/* After such a line, lines that name no device belong to it. */
static const char *const goes_on[] = { "Hang",     "timed out", "tx_timeout", "Register Dump",
				       "cut here", "Oops:",     "BUG: ",      "panic" };

struct extract *extract_new(bool mask)
{
	struct extract *x = xcalloc(1, sizeof(*x));

	x->mask = mask;
	return x;
}

static void free_all(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

void extract_free(struct extract *x)
{
	if (!x)
		return;
	free_all(x->words, x->n_words);
	free_all(x->hosts, x->n_hosts);
	buf_free(&x->head);
	buf_free(&x->tail);
	free(x);
}

void extract_word(struct extract *x, const char *word)
{
	if (!word || strlen(word) < 2 || strlen(word) > WORD_MOST)
		return;
	*VEC_PUSH(x->words, x->n_words, x->cap_words) = xstrdup(word);
}

void extract_host(struct extract *x, const char *name)
{
	static const char *const no_names[] = { "localhost", "kernel", "linux", "host", "(none)" };

	if (!name || strlen(name) < 3 || text_find(no_names, COUNT(no_names), name) >= 0)
		return;
	*VEC_PUSH(x->hosts, x->n_hosts, x->cap_hosts) = xstrdup(name);
}

uint64_t extract_seen(const struct extract *x)
{
	return x->seen;
}

uint64_t extract_kept(const struct extract *x)
{
	return x->kept;
}

/* ---- which lines ---- */

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static const char *find_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = line; (p = strstr(p, word)); p++)
		if ((p == line || !is_word_char(p[-1])) && !is_word_char(p[n]))
			return p;
	return NULL;
}

static bool has_any(const char *line, const char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(line, texts[i]))
			return true;
	return false;
}

static bool is_named(const struct extract *x, const char *line)
{
	for (size_t i = 0; i < x->n_words; i++)
		if (find_word(line, x->words[i]))
			return true;
	return false;
}

static bool is_strangers(const char *line)
{
	struct prefix prefix;
	size_t n = strlen(line), body = prefix_parse(line, n, &prefix);

	return prefix.stranger || prefix_is_strangers(line, n, body, &prefix);
}

static bool is_wanted(struct extract *x, const char *line)
{
	bool named = is_named(x, line) || has_any(line, of_machine, COUNT(of_machine));

	if ((named || x->after) && is_strangers(line))
		return false;
	if (named) {
		x->after = has_any(line, goes_on, COUNT(goes_on)) ? AFTER : x->after ? x->after - 1 : 0;
		return true;
	}
	if (!x->after)
		return false;
	x->after--;
	return true;
}

/* ---- masks ---- */

/* "00:1b:21:aa:bb:cc", with '-' as well: its vendor stays. */
static size_t mac_at(const char *s)
{
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? (s[i] != ':' && s[i] != '-') || s[i] != s[2] : !isxdigit((unsigned char)s[i]))
			return 0;
	return isxdigit((unsigned char)s[17]) || s[17] == s[2] ? 0 : 17;
}

/* "enx001b21aabbcc": an interface that is called for its address. */
static size_t mac_name_at(const char *s)
{
	size_t n = 3;

	if (!text_starts(s, "enx") && !text_starts(s, "wlx"))
		return 0;
	while (n < 15 && isxdigit((unsigned char)s[n]))
		n++;
	return n == 15 && !is_word_char(s[n]) ? n : 0;
}

/* "192.168.1.10" */
static size_t ipv4_at(const char *s)
{
	size_t at = 0;

	for (int part = 0; part < 4; part++) {
		size_t digits = strspn(s + at, "0123456789");

		if (!digits || digits > 3 || atoi(s + at) > 255 || (part && s[at - 1] != '.'))
			return 0;
		at += digits;
		if (part < 3 && s[at++] != '.')
			return 0;
	}
	return s[at] == '.' && isdigit((unsigned char)s[at + 1]) ? 0 : at;
}

/* "fe80::21b:21ff:feaa:bbcc", or all eight groups: but no time of the day and no PCI address. */
static size_t ipv6_at(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF:"), colons = 0;
	bool two = false;

	for (size_t i = 0; i < n; i++) {
		colons += s[i] == ':';
		two |= s[i] == ':' && s[i + 1] == ':';
	}
	if (n < 4 || n > 39 || !(two ? colons >= 2 : colons == 7) || s[n] == '.' || isalnum((unsigned char)s[n]))
		return 0;
	while (n && s[n - 1] == ':')
		n--;
	return n;
}

/* "8f14e45f-ceea-467f-9575-6f3f3e2c2d1a" */
static size_t uuid_at(const char *s)
{
	for (size_t i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
			return 0;
	return 36;
}

/* A version with four parts looks as an address does: the word before it tells. */
static bool is_version(const char *line, size_t at)
{
	static const char *const before[] = { "ersion ",  "ersion: ", "ersion=", "river ",
					      "irmware ", " ver ",    " v",      "NVM " };

	for (size_t i = 0; i < COUNT(before); i++) {
		size_t n = strlen(before[i]);

		if (at >= n && !memcmp(line + at - n, before[i], n))
			return true;
	}
	return false;
}

/* The host of a syslog line, "Mar  4 03:12:41 nas kernel: ", or of a journal's JSON: its place and length, 0 if there is none. */
static size_t host_of(const char *line, size_t *at)
{
	static const char json[] = "\"_HOSTNAME\":\"";
	const char *kernel = strstr(line, " kernel: "), *from = kernel, *field = strstr(line, json);

	if (field) {
		*at = (size_t)(field - line) + strlen(json);
		return strcspn(line + *at, "\"");
	}

	if (!kernel || !isalnum((unsigned char)*line))
		return 0;
	while (from > line && (is_word_char(from[-1]) || from[-1] == '.'))
		from--;
	if (from == line || from == kernel || from[-1] != ' ')
		return 0;
	*at = (size_t)(from - line);
	return (size_t)(kernel - from);
}

static size_t named_host_at(const struct extract *x, const char *line, size_t at)
{
	for (size_t i = 0; i < x->n_hosts; i++) {
		size_t n = strlen(x->hosts[i]);

		if (!strncasecmp(line + at, x->hosts[i], n) && !is_word_char(line[at + n]))
			return n;
	}
	return 0;
}

/* At a place where a word begins: how many bytes are masked, and what stands there then. */
static size_t mask_at(const struct extract *x, const char *line, size_t at, struct buf *out)
{
	size_t n;

	if ((n = mac_at(line + at)) != 0)
		buf_printf(out, "%.8s%c00%c00%c00", line + at, line[at + 2], line[at + 2], line[at + 2]);
	else if ((n = mac_name_at(line + at)) != 0)
		buf_printf(out, "%.9s000000", line + at);
	else if ((n = uuid_at(line + at)) != 0)
		buf_puts(out, "00000000-0000-0000-0000-000000000000");
	else if (!is_version(line, at) && (n = ipv4_at(line + at)) != 0)
		buf_puts(out, "0.0.0.0");
	else if ((n = ipv6_at(line + at)) != 0)
		buf_puts(out, "::");
	else if ((n = named_host_at(x, line, at)) != 0)
		buf_puts(out, "host");
	return n;
}

void extract_mask(const struct extract *x, const char *line, size_t n, struct buf *out)
{
	AUTO_FREE char *copy = xstrndup(line, n);
	size_t host = 0, host_len = host_of(copy, &host);

	for (size_t at = 0; copy[at];) {
		bool begins = !at || !(is_word_char(copy[at - 1]) || copy[at - 1] == ':' || copy[at - 1] == '.');
		size_t masked = 0;

		if (host_len && at == host) {
			buf_puts(out, "host");
			masked = host_len;
		} else if (begins) {
			masked = mask_at(x, copy, at, out);
		}
		if (!masked)
			buf_putc(out, copy[at]);
		at += masked ? masked : 1;
	}
}

/* ---- lines in, text out ---- */

/* Of too much the middle goes. */
static void make_room(struct extract *x)
{
	const char *from;
	size_t drop = 0;

	if (x->tail.len < EXTRACT_MOST)
		return;
	from = memchr(x->tail.data + EXTRACT_MOST / 2, '\n', x->tail.len - EXTRACT_MOST / 2);
	drop = from ? (size_t)(from - x->tail.data) + 1 : x->tail.len;
	for (size_t i = 0; i < drop; i++)
		x->left_out += x->tail.data[i] == '\n';
	memmove(x->tail.data, x->tail.data + drop, x->tail.len - drop);
	x->tail.len -= drop;
}

static void take_line(struct extract *x)
{
	struct buf *to = x->head.len < EXTRACT_MOST / 2 ? &x->head : &x->tail;

	if (x->n && x->line[x->n - 1] == '\r')
		x->n--;
	x->line[x->n] = '\0';
	x->seen++;
	if (is_wanted(x, x->line)) {
		x->kept++;
		if (text_starts(x->line, REPORTFILE_MARK))
			buf_putc(to, ' '); /* no line is a mark */
		if (x->mask)
			extract_mask(x, x->line, strlen(x->line), to);
		else
			buf_puts(to, x->line);
		buf_putc(to, '\n');
		make_room(x);
	}
	x->n = 0;
}

void extract_feed(struct extract *x, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n')
			take_line(x);
		else if (x->n + 1 < LINE_MOST)
			x->line[x->n++] = bytes[i] ? bytes[i] : ' ';
	}
}

void extract_end(struct extract *x, struct buf *out)
{
	if (x->n)
		take_line(x);
	if (x->head.len)
		buf_add(out, x->head.data, x->head.len);
	if (x->left_out)
		buf_printf(out, "(%llu lines left out)\n", (unsigned long long)x->left_out);
	if (x->tail.len)
		buf_add(out, x->tail.data, x->tail.len);
	x->kept -= x->left_out;
}
