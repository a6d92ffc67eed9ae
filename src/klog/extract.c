// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/extract.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klog/mask.h"
#include "klog/prefix.h"
#include "klog/reportfile.h"
#include "util/alloc.h"
#include "util/text.h"

#define LINE_MOST 2048 /* bytes of a line that are kept */
#define AFTER 30       /* lines that a report goes on for, at most */
#define WORD_MOST 64
#define NAME_MOST 16   /* bytes of an interface's name, with its end */
#define NAMES_MOST 8   /* earlier names that are kept: the last ones */
#define ADDRESS_LEN 12 /* "0000:00:1f.6" */

struct extract {
	bool mask;
	char **words, **drivers; /* owned */
	size_t n_words, cap_words, n_drivers, cap_drivers;
	struct hosts hosts;
	bool addressed;                      /* among the words is an address */
	char earlier[NAMES_MOST][NAME_MOST]; /* names that the devices had before; "": none */
	size_t next_earlier;
	char line[LINE_MOST];
	size_t n;
	unsigned after; /* lines that may still belong to the report before */
	uint64_t seen, kept, left_out;
	struct buf head, tail; /* the first half of what is kept, and the last */
};

/* What a log has of the machine, whatever device is asked for. */
static const char *const of_machine[] = { "Linux version ", "Command line: ", "DMI: ", "Hypervisor detected",
					  "Kernel panic",   "Oops:",          "BUG: ", "VMware ESX" };
/* The same, if no device is named. */
static const char *const of_machine_alone[] = { "PCIe ASPM", "ASPM " };
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
	free_all(x->drivers, x->n_drivers);
	hosts_free(&x->hosts);
	buf_free(&x->head);
	buf_free(&x->tail);
	free(x);
}

static bool usable(const char *word)
{
	return word && strlen(word) >= 2 && strlen(word) <= WORD_MOST;
}

/* "0000:00:1f.6", with its domain, and no more of it. */
static bool is_address(const char *s)
{
	static const char form[] = "hhhh:hh:hh.h";

	for (size_t i = 0; i < ADDRESS_LEN; i++)
		if (form[i] == 'h' ? !isxdigit((unsigned char)s[i]) : s[i] != form[i])
			return false;
	return !isalnum((unsigned char)s[ADDRESS_LEN]);
}

void extract_word(struct extract *x, const char *word)
{
	if (!usable(word))
		return;
	x->addressed |= is_address(word);
	*VEC_PUSH(x->words, x->n_words, x->cap_words) = xstrdup(word);
}

void extract_driver(struct extract *x, const char *driver)
{
	if (usable(driver))
		*VEC_PUSH(x->drivers, x->n_drivers, x->cap_drivers) = xstrdup(driver);
}

void extract_host(struct extract *x, const char *name)
{
	hosts_add(&x->hosts, name);
}

void extract_mask(const struct extract *x, const char *line, size_t n, struct buf *out)
{
	mask_line(&x->hosts, line, n, out);
}

void extract_mask_words(const struct extract *x, const char *text, struct buf *out)
{
	mask_words(&x->hosts, text, out);
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

static bool is_strangers(const char *line)
{
	struct prefix prefix;
	size_t n = strlen(line), body = prefix_parse(line, n, &prefix);

	return prefix.stranger || prefix_is_strangers(line, n, body, &prefix);
}

/* The device that a line shows itself to be about, as far as it does. */
struct shown {
	const char *address;  /* in the line; NULL: none */
	char name[NAME_MOST]; /* the interface; "": not said */
};

/* An interface's name at s, as messages have one before ": ", " NIC Link is" or " (DRIVER): ". */
static void read_name(const char *s, char *name)
{
	size_t n = 0;

	*name = '\0';
	while (is_word_char(s[n]) || s[n] == '.')
		n++;
	if (!n || n >= NAME_MOST || !islower((unsigned char)*s) ||
	    !(text_starts(s + n, ": ") || text_starts(s + n, " NIC Link is") || text_starts(s + n, " (") ||
	      !strcmp(s + n, ":")))
		return;
	str_copy(name, NAME_MOST, s, n);
}

static const char *find_address(const char *line)
{
	for (const char *p = strchr(line, '.'); p; p = strchr(p + 1, '.')) {
		const char *from = p - line >= ADDRESS_LEN - 2 ? p - (ADDRESS_LEN - 2) : NULL;

		if (from && is_address(from) && (from == line || !is_word_char(from[-1])))
			return from;
	}
	return NULL;
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")] != '\0';
}

/* "e1000e: eth0 NIC Link is Up", "e1000e: eth0: message": a word without a digit there may be any. */
static void read_name_after_driver(const struct extract *x, const char *line, char *name)
{
	for (size_t i = 0; i < x->n_drivers && !*name; i++) {
		const char *p = find_word(line, x->drivers[i]);

		p = p ? p + strlen(x->drivers[i]) : NULL;
		if (!p || !text_starts(p, ": "))
			continue;
		read_name(p + 2, name);
		if (!has_digit(name) && !text_starts(p + 2 + strlen(name), " NIC Link is"))
			*name = '\0';
	}
}

static void read_shown(const struct extract *x, const char *line, struct shown *shown)
{
	static const char watchdog[] = "NETDEV WATCHDOG: ";
	const char *p = strstr(line, watchdog);

	*shown = (struct shown){ .address = find_address(line) };
	if (p)
		read_name(p + strlen(watchdog), shown->name);
	else if (shown->address && shown->address[ADDRESS_LEN] == ' ')
		read_name(shown->address + ADDRESS_LEN + 1, shown->name);
	else if (!shown->address)
		read_name_after_driver(x, line, shown->name);
}

/* ---- names that the devices had before ---- */

static bool had_name(const struct extract *x, const char *name)
{
	for (size_t i = 0; i < NAMES_MOST; i++)
		if (*name && !strcmp(x->earlier[i], name))
			return true;
	return false;
}

static void learn_name(struct extract *x, const char *name)
{
	if (!*name || had_name(x, name))
		return;
	str_copy(x->earlier[x->next_earlier], NAME_MOST, name, strlen(name));
	x->next_earlier = (x->next_earlier + 1) % NAMES_MOST;
}

static void forget_name(struct extract *x, const char *name)
{
	for (size_t i = 0; i < NAMES_MOST; i++)
		if (*name && !strcmp(x->earlier[i], name))
			*x->earlier[i] = '\0';
}

/* Of a line with a device's address: the name beside it, and the one that it replaces. */
static void learn_names(struct extract *x, const char *line, const struct shown *shown)
{
	static const char renamed[] = ": renamed from ";
	const char *p = strstr(line, renamed);
	char name[NAME_MOST];

	if (has_digit(shown->name))
		learn_name(x, shown->name);
	p = p ? p + strlen(renamed) : NULL;
	if (!p || strcspn(p, " ") >= NAME_MOST)
		return;
	str_copy(name, sizeof(name), p, strcspn(p, " "));
	learn_name(x, name);
}

/* ---- whose a line is ---- */

enum whose_line { NOBODYS, OURS, ANOTHERS };

static bool is_named(char *const *words, size_t n, const char *line, bool addresses)
{
	for (size_t i = 0; i < n; i++)
		if (is_address(words[i]) == addresses && find_word(line, words[i]))
			return true;
	return false;
}

/* The address decides, then the name; the driver only where neither is said. */
static enum whose_line whose(struct extract *x, const char *line)
{
	bool by_name = is_named(x->words, x->n_words, line, false), by_driver;
	struct shown shown;

	read_shown(x, line, &shown);
	if (is_named(x->words, x->n_words, line, true)) {
		learn_names(x, line, &shown);
		return OURS;
	}
	if (shown.address && x->addressed) {
		forget_name(x, shown.name);
		return ANOTHERS;
	}
	if (by_name || had_name(x, shown.name))
		return OURS;
	if (*shown.name && (x->n_words || x->addressed))
		return ANOTHERS;
	by_driver = is_named(x->drivers, x->n_drivers, line, false);
	return by_driver ? OURS : NOBODYS;
}

static bool is_wanted(struct extract *x, const char *line)
{
	bool machine = has_any(line, of_machine, COUNT(of_machine)), goes = has_any(line, goes_on, COUNT(goes_on));
	enum whose_line of = whose(x, line);
	bool named =
		of == OURS || machine || (of == NOBODYS && has_any(line, of_machine_alone, COUNT(of_machine_alone)));

	if ((named || x->after) && is_strangers(line))
		return false;
	if (named) {
		x->after = goes ? AFTER : x->after ? x->after - 1 : 0;
		return true;
	}
	if (of == ANOTHERS && goes)
		x->after = 0; /* what follows belongs to that one */
	if (!x->after || of == ANOTHERS)
		return false;
	x->after--;
	return true;
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
