// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/mask.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

void hosts_add(struct hosts *hosts, const char *name)
{
	static const char *const no_names[] = { "localhost", "kernel", "linux", "host", "(none)" };

	if (!name || strlen(name) < 3 || text_find(no_names, COUNT(no_names), name) >= 0)
		return;
	*VEC_PUSH(hosts->v, hosts->n, hosts->cap) = xstrdup(name);
}

void hosts_free(struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->n; i++)
		free(hosts->v[i]);
	free(hosts->v);
	*hosts = (struct hosts){ 0 };
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* "00:1b:21:aa:bb:cc", with '-' as well: its vendor stays. */
static size_t mac_at(const char *s)
{
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? (s[i] != ':' && s[i] != '-') || s[i] != s[2] : !isxdigit((unsigned char)s[i]))
			return 0;
	return isxdigit((unsigned char)s[17]) || s[17] == s[2] ? 0 : 17;
}

/* "00-1b-21-ff-ff-aa-bb-cc", a PCI device's serial number. */
static size_t serial_at(const char *s)
{
	for (size_t i = 0; i < 23; i++)
		if (i % 3 == 2 ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
			return 0;
	return isxdigit((unsigned char)s[23]) || s[23] == '-' ? 0 : 23;
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
	static const char json[] = "\"_HOSTNAME\"";
	const char *kernel = strstr(line, " kernel: "), *from = kernel, *field = strstr(line, json);

	if (field) {
		field += strlen(json);
		*at = (size_t)(field - line) + strspn(field, " :\"");
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

static size_t named_host_at(const struct hosts *hosts, const char *line, size_t at)
{
	for (size_t i = 0; i < hosts->n; i++) {
		size_t n = strlen(hosts->v[i]);

		if (!strncasecmp(line + at, hosts->v[i], n) && !is_word_char(line[at + n]))
			return n;
	}
	return 0;
}

/* What is masked in any text. */
static size_t mask_number(const char *at, struct buf *out)
{
	size_t n;

	if ((n = mac_at(at)) != 0)
		buf_printf(out, "%.8s%c00%c00%c00", at, at[2], at[2], at[2]);
	else if ((n = serial_at(at)) != 0)
		buf_printf(out, "%.8s-00-00-00-00-00", at);
	else if ((n = mac_name_at(at)) != 0)
		buf_printf(out, "%.9s000000", at);
	else if ((n = uuid_at(at)) != 0)
		buf_puts(out, "00000000-0000-0000-0000-000000000000");
	return n;
}

/* At a place where a word begins: how many bytes are masked, and what stands there then. */
static size_t mask_at(const struct hosts *hosts, const char *line, size_t at, struct buf *out)
{
	size_t n;

	if ((n = mask_number(line + at, out)) != 0)
		return n;
	if (!is_version(line, at) && (n = ipv4_at(line + at)) != 0)
		buf_puts(out, "0.0.0.0");
	else if ((n = ipv6_at(line + at)) != 0)
		buf_puts(out, "::");
	else if ((n = named_host_at(hosts, line, at)) != 0)
		buf_puts(out, "host");
	return n;
}

void mask_line(const struct hosts *hosts, const char *line, size_t n, struct buf *out)
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
			masked = mask_at(hosts, copy, at, out);
		}
		if (!masked)
			buf_putc(out, copy[at]);
		at += masked ? masked : 1;
	}
}

/* A word with a slash in it, and no end of an element. */
static bool is_path(const char *text, size_t at, size_t n)
{
	return (!at || text[at - 1] != '<') && memchr(text + at, '/', n);
}

/* "sosreport-nas-7-2026/var/log/messages" */
static size_t host_in_path(const struct hosts *hosts, const char *at, size_t most)
{
	for (size_t i = 0; i < hosts->n; i++) {
		size_t n = strlen(hosts->v[i]);

		if (n <= most && !strncasecmp(at, hosts->v[i], n))
			return n;
	}
	return 0;
}

void mask_words(const struct hosts *hosts, const char *text, struct buf *out)
{
	static const char ends[] = " \t\n\"'<>`";
	size_t path = 0; /* bytes of one that are left */

	for (size_t at = 0; text[at]; path -= path ? 1 : 0) {
		bool first = !at || strchr(ends, text[at - 1]),
		     begins = !at || !(isalnum((unsigned char)text[at - 1]) || text[at - 1] == ':');
		size_t word = first ? strcspn(text + at, ends) : 0, n = 0;

		path = first && is_path(text, at, word) ? word : path;
		n = begins ? mask_number(text + at, out) : 0;
		if (!n && path && (n = host_in_path(hosts, text + at, path)) != 0)
			buf_puts(out, "host");
		if (!n)
			buf_putc(out, text[at]);
		at += n ? n : 1;
		path = n ? path - (n - 1 < path ? n - 1 : path) : path;
	}
}
