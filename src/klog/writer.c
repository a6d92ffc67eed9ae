// SPDX-License-Identifier: GPL-2.0-or-later
/* Who wrote a log line: the kernel, or another program. Anybody can have a program log words of his own choice. */
#include <ctype.h>
#include <string.h>

#include "klog/fields.h"
#include "klog/ident.h"
#include "klog/prefix.h"
#include "util/alloc.h"

#define ORIGIN_WORDS 4
#define DATE_BYTES 40 /* in which the time of the day must come */
#define NAME_BYTES 120
#define TAG_WORDS 3     /* host, facility and tag, at most */
#define FOREIGN_WORDS 7 /* of a date of any language */

/* The names that syslog has for facilities and levels. */
enum facility { FACILITY_NONE, FACILITY_KERN, FACILITY_OTHER };

static bool is_word(const char *word, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(word, text, len);
}

static bool is_one_of(const char *const *names, const char *name, size_t n)
{
	for (; *names; names++)
		if (**names == *name && n == strlen(*names) && !memcmp(name, *names, n))
			return true;
	return false;
}

static enum facility facility_named(const char *name, size_t n)
{
	static const char *const others[] = { "user", "mail", "daemon", "auth",     "syslog", "lpr",
					      "news", "uucp", "cron",   "authpriv", "ftp",    NULL };

	if (n == 4 && !memcmp(name, "kern", 4))
		return FACILITY_KERN;
	if (is_one_of(others, name, n) || (n == 6 && !memcmp(name, "local", 5) && name[5] >= '0' && name[5] <= '7'))
		return FACILITY_OTHER;
	return FACILITY_NONE;
}

static bool facility_level(const char *name, size_t n)
{
	static const char *const levels[] = { "emerg",   "alert",  "crit", "err",   "error", "warn",
					      "warning", "notice", "info", "debug", NULL };

	return n >= 3 && n <= 7 && is_one_of(levels, name, n);
}

/* "kern.err", "[auth.info]", "<kern.crit>": the facility. */
static enum facility facility_priority(const char *word, size_t n)
{
	const char *dot;

	if (n > 2 && ((word[0] == '[' && word[n - 1] == ']') || (word[0] == '<' && word[n - 1] == '>'))) {
		word++;
		n -= 2;
	}
	dot = n > 3 ? memchr(word, '.', n) : NULL;
	if (!dot || !facility_level(dot + 1, n - (size_t)(dot - word) - 1))
		return FACILITY_NONE;
	return facility_named(word, (size_t)(dot - word));
}

static bool ends_in(const char *word, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && !memcmp(word + len - n, end, n);
}

/* "kernel:", "kernel[0]:", "host.kernel:", ESXi's "vmkernel:" and "vmkwarning:" */
static bool is_kernel(const char *word, size_t len)
{
	static const char *const names[] = { "kernel:", "vmkernel:", "vmkwarning:" };

	if (len < 7 || word[len - 1] != ':')
		return false;
	for (size_t i = 0; i < COUNT(names); i++)
		if (len == strlen(names[i]) && !memcmp(word, names[i], len))
			return true;
	if (ends_in(word, len, ".kernel:") || ends_in(word, len, "/kernel:")) /* Junos has the latter */
		return true;
	return len > 8 && !memcmp(word, "kernel[", 7) && word[len - 1] == ':';
}

/* The end of elements of structured data, one right behind the other; their values are in quotes. 0: they do not end. */
static size_t elements_after(const struct cursor *c, size_t at)
{
	bool quoted = false;

	for (; at < c->n; at++) {
		if (c->s[at] == '"')
			quoted = !quoted;
		else if (c->s[at] == '\\' && quoted)
			at++;
		else if (c->s[at] == ']' && !quoted && (at + 1 == c->n || c->s[at + 1] != '['))
			return at + 1;
	}
	return 0;
}

/* Text in UTF-8 may begin with its mark. */
static size_t mark_after(const struct cursor *c, size_t at)
{
	struct cursor rest = { c->s, c->n, at };

	cursor_blanks(&rest);
	return rest.n - rest.at > 3 && !memcmp(rest.s + rest.at, "\xef\xbb\xbf", 3) ? rest.at + 3 : at;
}

/* RFC 5424's process id, message id and structured data: " - - - ", " 123 - [meta sequenceId="7"][origin ip="x"] ". */
static size_t ids_after(const struct cursor *c, size_t at)
{
	const char *data;
	size_t len;

	data = cursor_word(c, &at, &len);
	if (!len || (*data != '-' && !cursor_digit(*data)) || !cursor_word(c, &at, &len) || !len)
		return 0;
	data = cursor_word(c, &at, &len);
	if (len == 1 && *data == '-')
		return mark_after(c, at);
	at = len && *data == '[' ? elements_after(c, (size_t)(data - c->s)) : 0;
	return at ? mark_after(c, at) : 0;
}

/* "172.20.0.5" */
static bool is_ipv4(const char *word, size_t len)
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
	return len > 7 && word[len - 1] == ':' && is_ipv4(word, len - 1);
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
			   (!words && is_ipv4(word, len) && is_bracket(c, at)))
		       ? at
		       : 0;
}

/* A word of talosctl's "kern:     err:", or a colon that stands alone: "kernel: : ". */
static bool is_between(const char *word, size_t len, bool stamped, unsigned words, bool began)
{
	return (len && len <= 8 && word[len - 1] == ':' && (!memcmp(word, "kern:", 5) || began)) ||
	       (len == 1 && *word == ':' && stamped && !words);
}

bool prefix_may_have_origin(const struct cursor *c)
{
	const char *p = c->s + c->at, *end = c->s + c->n;

	while (p < end && *p == ' ')
		p++;
	if (p == end || *p == ':' || *p == '.' || cursor_digit(*p))
		return p < end;
	for (; (p = memchr(p, 'k', (size_t)(end - p))) && end - p >= 4; p++) /* "kernel:", "vmkwarning:" */
		if (!memcmp(p, "kern", 4) || !memcmp(p, "kwar", 4))
			return true;
	return false;
}

bool prefix_origin(struct cursor *c, bool stamped)
{
	size_t at = c->at, from = c->at, taken = c->at;
	struct before before = { 0 };

	if (!prefix_may_have_origin(c))
		return false;
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

bool prefix_foreign_date(struct cursor *c)
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

static const bool ends_name[256] = { ['\t' ... '\r'] = true, [' '] = true, [':'] = true, ['-'] = true };

bool prefix_file_name(struct cursor *c)
{
	size_t from = c->at;
	struct prefix ignored;

	size_t end = c->n - from < NAME_BYTES ? c->n : from + NAME_BYTES;

	for (size_t at = from; at < end; at++) {
		struct cursor rest = { c->s, c->n, 0 };

		while (at < end && !ends_name[(unsigned char)c->s[at]])
			at++;
		if (at == end)
			break;
		rest.at = at + 1;
		if (c->s[at] != ':' && c->s[at] != '-')
			break;
		if (at == from || at + 1 == c->n || (c->s[at + 1] != '[' && !isalnum((unsigned char)c->s[at + 1])))
			continue;
		if (cursor_take(&rest, '[') ? prefix_seconds(&rest, &ignored) : prefix_date(&rest, &ignored)) {
			c->at = at + 1;
			return true;
		}
	}
	return false;
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
	       !is_word(host, host_len, "NETDEV");
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

/* The object that a line of journalctl -o json, json-seq or json-sse is; NULL for other lines. */
static const char *json_object(const char *s, size_t n)
{
	const char *end = s + n;

	while (s < end && *s == ' ')
		s++;
	if (end - s > 6 && !memcmp(s, "data: ", 6))
		s += 6;
	if (s < end && *s == '[') /* all in one list */
		for (s++; s < end && *s == ' '; s++)
			;
	return s < end && *s == '{' ? s : NULL;
}

bool prefix_is_json(const char *s, size_t n)
{
	return json_object(s, n) != NULL;
}

/* Whether a name in an object is written with escapes, as no collector writes them: it hides what it is. */
static bool has_hidden_name(const char *s, const char *end)
{
	for (const char *p = s; (p = memchr(p, ':', (size_t)(end - p))); p++) {
		const char *close = p, *open;

		while (close > s && close[-1] == ' ')
			close--;
		if (close == s || *--close != '"')
			continue;
		open = memrchr(s, '"', (size_t)(close - s));
		if (open && memchr(open, '\\', (size_t)(close - open)))
			return true;
	}
	return false;
}

/* "msg=" */
static bool has_message(const char *s, size_t n)
{
	const char *end = s + n;

	for (const char *p = s; (p = memchr(p, '=', (size_t)(end - p))); p++)
		if (p - s >= 3 && !memcmp(p - 3, "msg", 3))
			return true;
	return false;
}

/* A field's name inside its message can only take away from the kernel's. A line that the kernel's tag begins is no
 * record, but one may have that tag in its message. */
static bool is_record_of_other(const char *s, size_t n, const struct prefix *prefix)
{
	const char *object = json_object(s, n);

	if (object && has_hidden_name(object, s + n))
		return true;
	if (prefix->kernel && !object && n && *s && !strchr("\"[", *s) && !has_message(s, n))
		return false;
	return fields_are_in(s, n) && fields_name_other(s, n);
}

bool prefix_is_strangers(const char *s, size_t n, size_t body, const struct prefix *prefix)
{
	const struct cursor c = { s, n < 200 ? n : 200, 0 };
	size_t at = body, len;
	const char *word = cursor_word(&c, &(size_t){ 0 }, &len);

	if (prefix->stranger)
		return true;
	if (is_record_of_other(s, n, prefix))
		return true;
	if (prefix->kernel)
		return false;
	if (len && (facility_priority(word, len) == FACILITY_OTHER || is_column(&c)))
		return true;
	if (body)
		return has_tag(&c, at, TAG_WORDS, prefix->dated);
	at = after_clock(&c);
	return has_tag(&c, at, TAG_WORDS, at > 0) || has_tag(&c, 0, 2, false);
}
