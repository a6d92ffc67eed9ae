// SPDX-License-Identifier: GPL-2.0-or-later
#include "paste/paste.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* A line as it was. */

#define TAG_MOST 200

/* Longest first where one begins with another. A newline in a message is a blank here. */
/* clang-format off */
static const struct escape {
	const char *text;
	char c;        /* 0: nothing */
} escapes[] = {
	{ "#012", ' ' },     { "#011", ' ' },    { "#015", ' ' },
	{ "\\x0a", ' ' },    { "\\x09", ' ' },   { "\\x0d", ' ' },  { "\\x20", ' ' },  { "\\x1b", ' ' },
	{ "\\u003c", '<' },  { "\\u003e", '>' }, { "\\012", ' ' },
	{ "&lt;", '<' },     { "&gt;", '>' },    { "&amp;", '&' },  { "&quot;", '"' }, { "&nbsp;", ' ' },
	{ "&#60;", '<' },    { "&#62;", '>' },   { "&#39;", '\'' }, { "&#x27;", '\'' },
	{ "=C2=A0", ' ' },   { "=3D", '=' },     { "=3C", '<' },    { "=3E", '>' },    { "=5B", '[' },
	{ "=5D", ']' },      { "=5F", '_' },
	{ "^I", ' ' },       { "^M", ' ' },
	{ "\xc2\xa0", ' ' }, { "\xe2\x80\x8b", 0 }, { "\xef\xbb\xbf", 0 },
};
/* clang-format on */

/* Bytes that may not be what they look like: control characters, and what an escape, a sequence or a tag begins with. */
static const uint8_t special[256] = {
	[0x00 ... 0x1f] = 1, [0x7f] = 1, ['#'] = 1, ['&'] = 1,           ['<'] = 1,
	['='] = 1,           ['\\'] = 1, ['^'] = 1, [0x80 ... 0xff] = 1,
};

#define WIDE 16 /* bytes looked at in one go */

typedef uint8_t wide __attribute__((vector_size(WIDE)));

/* Whether one of WIDE bytes is special. */
static inline bool any_special(const char *s)
{
	uint64_t halves[WIDE / sizeof(uint64_t)];
	wide bytes, found;

	memcpy(&bytes, s, sizeof(bytes));
	found = (wide)(bytes - 0x20 >= 0x7f - 0x20) | (wide)(bytes == '#') | (wide)(bytes == '&') |
		(wide)(bytes == '<') | (wide)(bytes == '=') | (wide)(bytes == '\\') | (wide)(bytes == '^');
	memcpy(halves, &found, sizeof(halves));
	return halves[0] | halves[1];
}

/* Where from `at` on the first special byte is. */
static size_t next_special(const char *s, size_t at, size_t n)
{
	while (n - at >= WIDE && !any_special(s + at))
		at += WIDE;
	while (at < n && !special[(unsigned char)s[at]])
		at++;
	return at;
}

bool paste_is_plain(const char *raw, size_t n)
{
	return next_special(raw, 0, n) == n;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes of the escape at s, 0 if there is none. */
static size_t unescape(const char *s, size_t n, char *c)
{
	if (s[0] != '#' && s[0] != '\\' && s[0] != '&' && s[0] != '=' && s[0] != '^' && (s[0] & 0x80) == 0)
		return 0;
	for (size_t i = 0; i < COUNT(escapes); i++) {
		size_t len = strlen(escapes[i].text);

		if (len <= n && !memcmp(s, escapes[i].text, len)) {
			*c = escapes[i].c;
			return len;
		}
	}
	if (s[0] != '\\' || n < 2)
		return 0;
	/* JSON's, if what follows cannot be a word that a lone backslash was put before; Markdown's. */
	if (strchr("ntr", s[1]))
		*c = ' ';
	else if (ispunct((unsigned char)s[1]))
		*c = s[1];
	else
		return 0;
	return 2;
}

/* Bytes of a terminal control sequence at s ("ESC [ ... letter"), 0 if there is none. */
static size_t control_sequence(const char *s, size_t n)
{
	size_t len = 2;

	if (n < 3 || s[0] != '\x1b' || s[1] != '[')
		return 0;
	while (len < n && len < 20 && s[len] >= 0x20 && s[len] < 0x40)
		len++;
	return len < n ? len + 1 : 0;
}

/* Bytes of an HTML tag at s, 0 if there is none. "<b>", "<a>" and "<dd>" are values of a hang block as well. */
static size_t html_tag(const char *s, size_t n)
{
	static const char *const names[] = { "br", "p",  "pre",    "span", "div",  "td",   "tr", "li",
					     "i",  "em", "strong", "tt",   "code", "font", "u" };
	size_t from = 1, len, end;

	if (n < 3 || s[0] != '<')
		return 0;
	from += s[1] == '/';
	for (len = 0; from + len < n && isalpha((unsigned char)s[from + len]); len++)
		;
	for (end = from + len; end < n && end < TAG_MOST && s[end] != '>' && s[end] != '<'; end++)
		;
	if (end >= n || s[end] != '>' || !len)
		return 0;
	if (s[1] == '/' || s[from + len] == ' ') /* "</b>", "<a href=...>" */
		return s[1] == '/' || memchr(s, '=', end) || s[end - 1] == '/' ? end + 1 : 0;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strlen(names[i]) == len && !memcmp(s + from, names[i], len) && end - from - len < 2)
			return end + 1;
	return 0;
}

/* Bytes of blanks and mail quote marks at the start. */
static size_t quote_marks(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && (is_space(s[len]) || s[len] == '>'))
		len++;
	return len;
}

/* The line without what a mail program put at its end. "=20=" is a blank at the end of a line that goes on. */
static size_t line_end(const char *s, size_t n, bool *joined)
{
	while (n && is_space(s[n - 1]))
		n--;
	*joined = n && s[n - 1] == '=';
	if (*joined)
		n--;
	else if (n >= 3 && !memcmp(s + n - 3, "=20", 3))
		n -= 3;
	return n;
}

size_t paste_clean_line(const char *raw, size_t n, char *out, size_t cap, bool *joined)
{
	size_t len = 0, at;

	n = line_end(raw, n, joined);
	at = quote_marks(raw, n);
	while (at < n && len < cap) {
		size_t run = next_special(raw, at, n) - at, skip;
		char c;

		if (run) {
			run = run < cap - len ? run : cap - len;
			memmove(out + len, raw + at, run);
			at += run;
			len += run;
			continue;
		}
		c = raw[at];
		skip = control_sequence(raw + at, n - at);
		if (skip) {
			at += skip;
			continue;
		}
		skip = html_tag(raw + at, n - at);
		if (skip)
			c = ' ';
		else
			skip = unescape(raw + at, n - at, &c);
		if (*joined && n - at == 3 && !memcmp(raw + at, "=20", 3)) {
			c = ' ';
			skip = 3;
		}
		at += skip ? skip : 1;
		if (c == '\0' && skip)
			continue;
		out[len++] = (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c;
	}
	while (!*joined && len && out[len - 1] == ' ')
		len--;
	return len;
}

/* Blocks of such output. */

#define LINES_MOST 400 /* of one device, if its kind does not say */

/* In the order of trying. */
static const struct paste_kind *const kinds[] = {
	&paste_lspci,          &paste_tree,        &paste_pciconf,     &paste_sysctl,
	&paste_bond,           &paste_driver,      &paste_features,    &paste_settings,
	&paste_rings,          &paste_pause,       &paste_eee,         &paste_channels,
	&paste_coalesce,       &paste_module,      &paste_flags,       &paste_statistics,
	&paste_interrupts,     &paste_ip,          &paste_ifconfig,    &paste_uname,
	&paste_release,        &paste_config,      &paste_cmdline,     &paste_modinfo,
	&paste_dmi_word,       &paste_dmi,         &paste_hostnamectl, &paste_lshw,
	&paste_nmcli,          &paste_nmcli_table, &paste_networkctl,  &paste_networkctl_table,
	&paste_ifupdown,       &paste_change,      &paste_esx_list,    &paste_esx_nic,
	&paste_esx_statistics, &paste_esx_version,
};

static void block_clear(struct paste_block *b)
{
	facts_free(&b->out.facts);
	free(b->out.counters);
	facts_free(&b->shared);
	*b = (struct paste_block){ 0 };
	facts_init(&b->out.facts);
	facts_init(&b->shared);
}

struct paste *paste_new(paste_fn *each, void *arg)
{
	struct paste *p = xcalloc(1, sizeof(*p));

	p->each = each;
	p->arg = arg;
	block_clear(&p->block);
	block_clear(&p->next);
	return p;
}

void paste_free(struct paste *p)
{
	if (!p)
		return;
	block_clear(&p->block);
	block_clear(&p->next);
	free(p);
}

static bool is_something(const struct pasted *out)
{
	return out->address[0] || out->interface[0] || out->driver[0] || out->machine || out->n_counters;
}

static void report(struct paste *p)
{
	if (is_something(&p->block.out))
		p->each(&p->block.out, p->arg);
}

void paste_end(struct paste *p)
{
	p->typed_near = 0;
	if (!p->block.kind)
		return;
	report(p);
	block_clear(&p->block);
}

void paste_next_device(struct paste *p)
{
	struct paste_block *b = &p->block;
	uint64_t line = b->out.line;

	report(p);
	facts_free(&b->out.facts);
	free(b->out.counters);
	b->out = (struct pasted){ .program = b->kind->program, .any_interface = b->kind->any_interface, .line = line };
	memcpy(b->out.host, p->host, sizeof(p->host));
	facts_init(&b->out.facts);
	b->lines = 0;
}

void paste_another(struct paste *p, struct paste_block *b)
{
	if (b == &p->block && is_something(&b->out))
		paste_next_device(p);
}

enum paste_take paste_one_line(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	(void)b;
	(void)line;
	return PASTE_NOT;
}

bool paste_is_open(const struct paste *p)
{
	return p->block.kind || p->typed_near;
}

/* "# dmidecode -s system-product-name" */
static bool typed_dmidecode(struct paste *p, const char *line)
{
	static const struct {
		const char *word, *fact;
	} words[] = { { "system-product-name", "system" },
		      { "system-manufacturer", "board_vendor" },
		      { "baseboard-manufacturer", "board_vendor" },
		      { "baseboard-product-name", "board" },
		      { "bios-version", "bios" } };
	const char *at = strstr(line, "dmidecode -s ");

	for (size_t i = 0; at && i < COUNT(words); i++)
		if (text_starts(at + strlen("dmidecode -s "), words[i].word)) {
			p->typed_fact = words[i].fact;
			return true;
		}
	return false;
}

/* "$ ethtool -k eno1 | grep offload", "cat /proc/net/bonding/bond0": whose output comes next. */
static bool typed(struct paste *p, const char *line)
{
	const char *at = strstr(line, "ethtool "), *proc = strstr(line, "/proc/net/bonding/");

	if (strstr(line, "/proc/interrupts") || typed_dmidecode(p, line)) {
		p->typed_interface[0] = '\0';
		return true;
	}
	if (proc && paste_name(p->typed_interface, proc + strlen("/proc/net/bonding/")))
		return true;
	if (!at || (at > line && !strchr(" #$%>/`(", at[-1])) || paste_is_change(line))
		return false;
	p->typed_statistics = strstr(at, " -S ") || strstr(at, " --statistics ");
	at += strlen("ethtool ");
	while (*at == '-' || *at == ' ')
		at += *at == '-' ? strcspn(at, " ") : strspn(at, " ");
	return paste_name(p->typed_interface, at);
}

bool paste_same_host(const char *a, const char *b)
{
	return !*a || !*b || !strcasecmp(a, b);
}

/* "root@pve:~# ", "[root@esx1:~] ", "[root@backup ~]# ", "root@gw:~ # ": whose output comes next. */
static void note_prompt(struct paste *p, const char *line)
{
	const char *at = line + (*line == '[');
	size_t user = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_-"), n;

	if (!user || at[user] != '@')
		return;
	at += user + 1;
	n = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	if (!n || n >= sizeof(p->host) || (*line == '[' ? !strchr(" :.", at[n]) : !strchr(":.", at[n])) || !at[n] ||
	    !strpbrk(at + n, *line == '[' ? "]" : "#$"))
		return;
	str_copy(p->host, sizeof(p->host), at, n);
}

static bool begin(struct paste *p, const char *line, uint64_t number)
{
	struct paste_block *b = &p->next;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		memcpy(b->out.interface, p->typed_near ? p->typed_interface : "",
		       p->typed_near ? sizeof(b->out.interface) : 1);
		if (!kinds[i]->begins(p, b, line))
			continue;
		b->kind = kinds[i];
		b->lines = 1;
		b->out.program = kinds[i]->program;
		b->out.any_interface = kinds[i]->any_interface;
		b->out.line = number;
		memcpy(b->out.host, p->host, sizeof(p->host));
		paste_end(p);
		p->block = *b;
		*b = (struct paste_block){ 0 };
		block_clear(b);
		return true;
	}
	return false;
}

/* A line within a block. False: the block is over, and the line may begin another. */
static bool go_on(struct paste *p, const char *line)
{
	struct paste_block *b = &p->block;
	unsigned most = b->kind->most ? b->kind->most : LINES_MOST;
	enum paste_take take = ++b->lines > most ? PASTE_NOT : b->kind->take(p, b, line);

	if (take == PASTE_OURS) {
		b->strange = 0;
		return true;
	}
	if (take == PASTE_LAST || ++b->strange > b->kind->patience || b->lines > most)
		paste_end(p);
	return take == PASTE_LAST;
}

bool paste_line(struct paste *p, const char *text, size_t n, uint64_t number)
{
	char copy[PASTE_LINE_MAX], *line;

	n = n < sizeof(copy) ? n : sizeof(copy) - 1;
	memcpy(copy, text, n);
	copy[n] = '\0';
	line = text_strip(copy);
	line += strspn(line, "|*> \t");
	p->number = number;
	note_prompt(p, line);
	if (!*line)
		return false; /* mails and forums put blank lines between any two */
	if (typed(p, line)) {
		paste_end(p);
		p->typed_near = TYPED_NEAR;
		return true;
	}
	if (p->block.kind && go_on(p, line))
		return true;
	if (begin(p, line, number))
		return true;
	p->typed_near -= p->typed_near > 0;
	return false;
}
