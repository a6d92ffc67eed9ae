// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/ident.h"

#include <ctype.h>
#include <string.h>

#include "chip/drivers.h"
#include "klog/cursor.h"
#include "util/alloc.h"
#include "util/text.h"

#define WORDS 8

struct word {
	const char *s;
	size_t n;
	bool colon;         /* ended in one, which is not in n */
	const char *begins; /* before it was trimmed */
};

/* What else names itself before a message about a device: Linux's PCI core, its ports, firmware and the like. */
static const char *const neutral[] = { "pci",    "aer",      "AER",      "acpi",           "kernel",
				       "shpchp", "pcieport", "vfio-pci", "pcieport-driver" };

static bool word_is(const struct word *w, const char *text)
{
	return strlen(text) == w->n && !memcmp(w->s, text, w->n);
}

enum ident_maker ident_maker(const char *driver, size_t n)
{
	if (drivers_find(driver, n))
		return IDENT_OURS;
	for (size_t i = 0; i < COUNT(neutral); i++)
		if (neutral[i][0] == driver[0] && strlen(neutral[i]) == n && !memcmp(driver, neutral[i], n))
			return IDENT_NEUTRAL;
	return IDENT_FOREIGN;
}

static const bool is_mark[256] = { ['"'] = true, [';'] = true, ['='] = true, ['>'] = true, [')'] = true };

/* The part of a word that says something: not "<3>", "cpu1:65936)", an HTML tag, JSON's quotes, "MESSAGE=". */
static void word_trim(struct word *w)
{
	for (size_t i = w->n; i-- > 0;)
		if (is_mark[(unsigned char)w->s[i]] &&
		    (w->s[i] == '"' || w->s[i] == ';' || (i + 1 < w->n && (w->s[i] != ')' || w->s[0] == 'c')))) {
			w->s += i + 1;
			w->n -= i + 1;
			break;
		}
	w->colon = w->n > 1 && w->s[w->n - 1] == ':';
	if (w->colon)
		w->n--;
}

/* The last words before p, the nearest first. */
static size_t words_before(const char *from, const char *p, struct word words[WORDS])
{
	size_t n = 0;

	while (n < WORDS) {
		const char *end;

		while (p > from && cursor_is_blank(p[-1]))
			p--;
		end = p;
		while (p > from && !cursor_is_blank(p[-1]))
			p--;
		if (p == end)
			break;
		words[n] = (struct word){ p, (size_t)(end - p), false, p };
		word_trim(&words[n++]);
	}
	return n;
}

/* "0000:00:1f.6", as nearly all of them are. False: it may be one of another form. */
static bool whole_addr(const char *s, struct pci_addr *addr)
{
	static const uint8_t at[] = { 0, 1, 2, 3, 5, 6, 8, 9, 11 };
	uint64_t value = 0;

	for (size_t i = 0; i < COUNT(at); i++) {
		int digit = text_hex_digit(s[at[i]]);

		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*addr = (struct pci_addr){ (uint32_t)(value >> 20), (uint8_t)(value >> 12), (uint8_t)(value >> 4 & 0xff),
				   (uint8_t)(value & 15) };
	return s[4] == ':' && s[7] == ':' && s[10] == '.' && addr->dev <= 0x1f && addr->fn <= 7;
}

static bool word_addr(const struct word *w, struct pci_addr *addr)
{
	char text[PCI_ADDR_MAX];

	if (w->n < 7 || w->n >= sizeof(text) || w->s[w->n - 2] != '.')
		return false;
	if (w->n == 12 && whole_addr(w->s, addr))
		return true;
	memcpy(text, w->s, w->n);
	text[w->n] = '\0';
	return pci_addr_parse(text, addr);
}

/* "0000:00:1f": the function was lost. */
static bool word_partial_addr(const struct word *w)
{
	static const char form[] = "hhhh:hh:hh";

	if (w->n != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (form[i] == ':' ? w->s[i] != ':' : !isxdigit((unsigned char)w->s[i]))
			return false;
	return true;
}

enum { SMALL_LETTER = 1, IN_DRIVER };
static const uint8_t in_driver[256] = {
	['a' ... 'z'] = SMALL_LETTER,
	['0' ... '9'] = IN_DRIVER,
	['_'] = IN_DRIVER,
	['-'] = IN_DRIVER,
};

/* A name that a driver could have. */
static bool word_driverlike(const struct word *w)
{
	if (w->n < 2 || w->n > 15 || in_driver[(unsigned char)w->s[0]] != SMALL_LETTER)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (!in_driver[(unsigned char)w->s[i]])
			return false;
	return true;
}

static bool has_digit(const struct word *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (cursor_digit(w->s[i]))
			return true;
	return false;
}

/* Any character that is seen, but "/:[](),<>=\"'". */
static const bool in_name[256] = {
	['!'] = true, ['#' ... '&'] = true, ['*' ... '+'] = true, ['-' ... '.'] = true, ['0' ... '9'] = true,
	[';'] = true, ['?' ... 'Z'] = true, ['\\'] = true,        ['^' ... '~'] = true,
};

static bool word_interface(const struct word *w)
{
	if (w->n < 1 || w->n > 15)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (!in_name[(unsigned char)w->s[i]])
			return false;
	return true;
}

/* "rocep76s0", "irdma0": a name that RDMA has for the device, beside that of its interface. */
static bool is_rdma(const char *name)
{
	return (*name == 'r' || *name == 'i') &&
	       (!strncmp(name, "roce", 4) || !strncmp(name, "irdma", 5) || !strncmp(name, "rdmap", 5));
}

static void copy(char to[16], const struct word *w)
{
	size_t n = w->n < 15 ? w->n : 15;

	memcpy(to, w->s, n);
	to[n] = '\0';
}

static void set_driver(struct ident *id, const struct word *w)
{
	copy(id->driver, w);
	id->maker = ident_maker(w->s, w->n);
}

/* Words that stand between name and colon: the state of a device, the function of old drivers. */
static size_t skip_state(const struct word *w, size_t n)
{
	static const char *const states[] = { "(uninitialized)", "(unregistering)", "(unregistered)", "(released)",
					      "(dummy)" };

	for (size_t i = 0; n && w[0].s[0] == '(' && i < COUNT(states); i++)
		if (word_is(&w[0], states[i]))
			return 1;
	return 0;
}

/* "e1000_clean_tx_irq:" after "e1000: eth0:"; ESXi's "i40en_HandleMddEvent:6829:" after "i40en:" */
static size_t skip_function(const struct word *w, size_t n)
{
	if (n > 1 && w[0].colon && w[1].colon && w[0].n > w[1].n && w[0].s[w[1].n] == '_' &&
	    !memcmp(w[0].s, w[1].s, w[1].n) && ident_maker(w[1].s, w[1].n) == IDENT_OURS)
		return 1;
	if (n < 3 || !w[0].colon || !w[1].colon || !w[2].colon || w[0].n <= w[2].n)
		return 0;
	return ident_maker(w[2].s, w[2].n) == IDENT_OURS && !memcmp(w[0].s, w[2].s, w[2].n) &&
	       memchr(w[0].s, '_', w[0].n);
}

/* "em0", "igb1": a BSD interface is its driver's name and a number. Returns the name's length; 0: it is none of ours. */
static size_t unit_driver(const struct word *w)
{
	size_t n = w->n;

	while (n && isdigit((unsigned char)w->s[n - 1]))
		n--;
	return n < w->n && ident_maker(w->s, n) == IDENT_OURS ? n : 0;
}

static void driver_of_unit(struct ident *id, const struct word *w)
{
	size_t n = unit_driver(w);

	if (n) {
		copy(id->driver, &(struct word){ w->s, n, false, w->s });
		id->maker = IDENT_OURS;
	}
}

static bool names_driver(const struct word *w, size_t n)
{
	return n && !w[0].colon && word_driverlike(&w[0]);
}

/* Whether w[0] stands behind another word of a sentence, not at the start of a message or behind a stamp: "in vmware but: eth0: " */
static bool in_sentence(const struct word *w, size_t n)
{
	return n > 1 && !w[1].colon && !strchr("])>", w[1].s[w[1].n - 1]);
}

/* "e1000: ", "e1000e " before "eth0: ". */
static bool is_driver(const struct word *w, size_t n)
{
	if (ident_maker(w[0].s, w[0].n) == IDENT_OURS)
		return true;
	return w[0].colon && word_driverlike(&w[0]) && !word_is(&w[0], "kernel") && !in_sentence(w, n);
}

/* What stands before an interface's name: a driver and the device's address on its bus. Returns the words. */
static size_t before_interface(struct ident *id, const struct word *w, size_t n)
{
	if (n && word_addr(&w[0], &id->addr)) {
		id->has_addr = true;
	} else if (n && is_driver(w, n)) {
		set_driver(id, &w[0]); /* "e1000: eth0: ", "e1000e eth0: " */
		return 1;
	} else if (!n || (!word_partial_addr(&w[0]) && !(n > 1 && has_digit(&w[0]) && !w[0].colon))) {
		return 0;
	}
	if (!names_driver(w + 1, n - 1))
		return id->has_addr;
	set_driver(id, &w[1]);
	return 2;
}

/* "igb 0000:09:00.0: ", and the address twice in place of a name. */
static size_t read_address(struct ident *id, const struct word *w, size_t n)
{
	struct pci_addr again;
	size_t used = n > 2 && word_addr(&w[1], &again) ? 2 : 1;

	id->has_addr = true;
	if (!names_driver(w + used, n - used))
		return used;
	set_driver(id, &w[used]);
	return used + 1;
}

/* "eth0: ", "em0: " */
static size_t read_interface(struct ident *id, const struct word *w, size_t n)
{
	size_t used;

	copy(id->interface, &w[0]);
	used = 1 + before_interface(id, w + 1, n - 1);
	if (id->maker == IDENT_UNKNOWN && !id->has_addr)
		driver_of_unit(id, &w[0]);
	if (used == 1 && !has_digit(&w[0]) && in_sentence(w, n)) { /* "on the NICs such as:" */
		id->interface[0] = '\0';
		return 0;
	}
	return used;
}

/* "e1000e: eth0 NIC Link is Up", "igb 0000:01:00.0 eth0: igb: eth0 " */
static size_t read_loose(struct ident *id, const struct word *w, size_t n)
{
	copy(id->interface, &w[0]);
	set_driver(id, &w[1]);
	id->loose = true;
	if (n > 2 && w[2].colon && w[2].n == w[0].n && !memcmp(w[2].s, w[0].s, w[0].n))
		return 3 + before_interface(id, w + 3, n - 3);
	return 2;
}

/* Returns how many of the words before a message are its prefix. */
static size_t read_words(struct ident *id, const struct word *w, size_t n, const char *from)
{
	const char *last = w[0].s + w[0].n + w[0].colon;

	if (n > 1 && word_is(&w[0], "net_device)")) /* "(unregistered net_device): " */
		return 2 + before_interface(id, w + 2, n - 2);
	if (word_addr(&w[0], &id->addr))
		return read_address(id, w, n);
	if (w[0].colon && ident_maker(w[0].s, w[0].n) == IDENT_OURS && !(n > 1 && word_addr(&w[1], &id->addr))) {
		set_driver(id, &w[0]); /* "ixgbevf: " */
		return 1;
	}
	if (w[0].colon && word_interface(&w[0]))
		return read_interface(id, w, n);
	if (!w[0].colon && n > 1 && w[1].colon && word_interface(&w[0]) && word_driverlike(&w[1]) &&
	    !word_is(&w[1], "kernel"))
		return read_loose(id, w, n);
	id->bare = last > from && !strchr(":])>", last[-1]);
	return 0;
}

void ident_read(const char *from, const char *p, struct ident *id)
{
	struct word words[WORDS], *w = words;
	size_t n = words_before(from, p, words), used, skip, state;

	memset(id, 0, sizeof(*id));
	id->begins = p;
	skip = skip_function(w, n);
	state = skip_state(w + skip, n - skip);
	skip += state;
	if (skip == n)
		return;
	w += skip;
	w[0].colon |= state > 0;
	used = read_words(id, w, n - skip, from);
	if (used)
		id->begins = w[used - 1].begins;
	if (!strcmp(id->interface, "kernel") || is_rdma(id->interface))
		id->interface[0] = '\0';
}

void ident_read_bond(const char *from, const char *p, struct ident *id)
{
	struct word words[WORDS], *w = words;
	size_t n = words_before(from, p, words);

	memset(id, 0, sizeof(*id));
	id->begins = p;
	if (n > 1 && w[0].colon && w[0].n > 1 && w[0].s[w[0].n - 1] == ')' && word_is(&w[1], "(slave")) {
		w[0].n--;
		if (word_interface(&w[0]))
			copy(id->interface, &w[0]);
		id->begins = w[1].begins;
		w += 2;
		n -= 2;
	}
	/* "bonding: bond0: " of old; alone it is what somebody called a bond. */
	if (n && w[0].colon && word_interface(&w[0]) && !word_is(&w[0], "kernel")) {
		copy(id->bond, &w[0]);
		id->begins = w[n > 1 && w[1].colon && word_is(&w[1], "bonding")].begins;
	}
}

/* The next word from *p on, trimmed. False: there is none. */
static bool next_word(const char **p, const char *end, struct word *w)
{
	while (*p < end && cursor_is_blank(**p))
		++*p;
	*w = (struct word){ *p, 0, false, *p };
	while (*p < end && !cursor_is_blank(**p))
		++*p;
	w->n = (size_t)(*p - w->s);
	w->colon = w->n > 1 && w->s[w->n - 1] == ':';
	w->n -= w->colon;
	return w->n > 0;
}

bool ident_read_line(const char *s, size_t n, struct ident *id)
{
	const char *p = s, *end = s + n;
	struct word driver, address, name, state;

	memset(id, 0, sizeof(*id));
	id->begins = s;
	if (!next_word(&p, end, &driver) || driver.colon || !word_driverlike(&driver) ||
	    !next_word(&p, end, &address) || !word_addr(&address, &id->addr) || !next_word(&p, end, &name) ||
	    !word_interface(&name) || ident_maker(driver.s, driver.n) == IDENT_NEUTRAL)
		return false;
	if (!name.colon && (!next_word(&p, end, &state) || !skip_state(&state, 1)))
		return false;
	if (address.colon && !(islower((unsigned char)name.s[0]) && has_digit(&name)))
		return false; /* before Linux 3.9; "i40e 0000:5e:00.0: fw: " has no name there */
	id->has_addr = true;
	set_driver(id, &driver);
	copy(id->interface, &name);
	return !is_rdma(id->interface);
}

bool ident_may_follow(const char *from, const char *begins)
{
	static const char *const heads[] = { "WARNING", "LinNet", "Error]", ":" };
	struct word w;

	while (next_word(&from, begins, &w)) {
		bool known = (w.n > 15 && !memcmp(w.s, "netdev_watchdog", 15)) || word_is(&w, "netdev_watchdog") ||
			     word_is(&w, "acpi") || word_is(&w, "pci_root") || (w.n > 3 && !memcmp(w.s, "PNP", 3)) ||
			     (w.s[0] == '{' && memchr(w.s, '[', w.n));

		for (size_t i = 0; i < COUNT(heads) && !known; i++)
			known = word_is(&w, heads[i]);
		if (!known)
			return false;
	}
	return true;
}

bool ident_opens(const char *s, size_t n, bool lines)
{
	static const char *const words[] = { "------------[ cut here", "WARNING: CPU:", "WARNING: at ",
					     "Linux version " };
	struct ident id;

	for (size_t i = 0; n && i < COUNT(words); i++)
		if (*s == *words[i] && n > strlen(words[i]) && !memcmp(s, words[i], strlen(words[i])))
			return true;
	return lines && ident_read_line(s, n, &id) && id.maker == IDENT_OURS;
}

bool ident_begins(const char *s, size_t n)
{
	struct word w = { s, 0, false, s };
	struct pci_addr addr;

	while (w.n < n && !cursor_is_blank(s[w.n]))
		w.n++;
	word_trim(&w);
	if (word_addr(&w, &addr) || word_is(&w, "bonding") || (w.colon && unit_driver(&w)))
		return true;
	return ident_maker(w.s, w.n) == IDENT_OURS ||
	       (ident_maker(w.s, w.n) == IDENT_NEUTRAL && !word_is(&w, "kernel"));
}

bool ident_goes_on(const char *from, const char *end, const char *s, size_t n)
{
	struct word before[WORDS], w = { s, 0, false, s };
	struct pci_addr then, now;

	if (!words_before(from, end, before))
		return false;
	while (w.n < n && !cursor_is_blank(s[w.n]))
		w.n++;
	word_trim(&w);
	if (word_is(&w, "AER"))
		return before[0].colon;
	if (!word_addr(&w, &now))
		return false;
	if (w.n == n ||
	    word_is(&before[0], "from")) /* no message begins so: "error received:", "message received from" */
		return true;
	return word_addr(&before[0], &then)
		       ? pci_addr_equal(&then, &now)
		       : !before[0].colon && ident_maker(before[0].s, before[0].n) != IDENT_FOREIGN;
}
