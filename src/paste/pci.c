// SPDX-License-Identifier: GPL-2.0-or-later
/* lspci text, plain, -nn, -k, -v to -vvv, and its trees. The bytes of lspci -x are read by the room `source`. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* The classes that a network card has in pci.ids. */
static bool is_network_class(const char *class, size_t n)
{
	static const char *const classes[] = { "Ethernet controller", "Network controller", "Class 0200", "0200" };

	for (size_t i = 0; i < COUNT(classes); i++)
		if (n >= strlen(classes[i]) && !strncmp(class, classes[i], strlen(classes[i])))
			return i != 1;
	return false;
}

/* "[8086:15f3]" anywhere in the text: the last one, as the class stands in brackets as well. */
static void read_id(struct pasted *out, const char *text)
{
	for (const char *p = text; (p = strchr(p, '[')); p++) {
		uint32_t id = 0;
		int digits = 0;

		for (const char *q = p + 1; *q && *q != ']' && digits < 9; q++, digits++) {
			int v = text_hex_digit(*q);

			if (digits == 4 ? *q != ':' : v < 0)
				break;
			if (digits != 4)
				id = id << 4 | (uint32_t)v;
		}
		if (digits == 9 && p[10] == ']') {
			out->vendor = (uint16_t)(id >> 16);
			out->device = (uint16_t)id;
		}
	}
}

/* "Device 15f3", what lspci says of an Intel part whose name its list does not have. */
static void read_bare_id(struct pasted *out, const char *text)
{
	static const char device[] = "Device ";
	uint16_t id = 0;

	if (out->vendor || strncmp(text, device, strlen(device)))
		return;
	text += strlen(device);
	for (int i = 0; i < 4; i++) {
		int digit = text_hex_digit(text[i]);

		if (digit < 0)
			return;
		id = (uint16_t)(id << 4 | digit);
	}
	if (text[4] && !isspace((unsigned char)text[4]))
		return;
	out->vendor = 0x8086;
	out->device = id;
}

/* The name without "Intel Corporation", "[8086:15f3]" and "(rev 03)". */
static void read_part(struct pasted *out, const char *text)
{
	static const char intel[] = "Intel Corporation";
	size_t n;

	if (!strncmp(text, intel, strlen(intel))) {
		out->intel = true;
		text += strlen(intel);
		text += strspn(text, " ");
		read_bare_id(out, text);
	}
	for (n = 0; text[n] && text[n] != '[' && strncmp(text + n, "(rev", 4); n++)
		; /* "Ethernet Connection (2) I219-V" has a parenthesis of its own */
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	if (n && n < 100) {
		char name[100];

		memcpy(name, text, n);
		name[n] = '\0';
		paste_fact(out, "part_name", name);
	}
}

/* "(rev 03)" */
static void read_revision(struct pasted *out, const char *text)
{
	const char *rev = strstr(text, "(rev ");
	int high = rev ? text_hex_digit(rev[5]) : -1, low = high < 0 ? -1 : text_hex_digit(rev[6]);

	if (low >= 0 && rev[7] == ')')
		out->facts.revision = high << 4 | low;
}

static bool lspci_begins(struct paste *p, struct paste_block *b, const char *line)
{
	struct pci_addr addr;
	size_t n = isxdigit((unsigned char)line[0]) ? pci_addr_scan(line, &addr) : 0;
	const char *class, *colon;

	(void)p;
	if (!n || line[n] != ' ')
		return false;
	class = line + n + strspn(line + n, " \"");
	colon = strstr(class, ": ");
	if (!colon || !is_network_class(class, (size_t)(colon - class)))
		return false;
	b->out.interface[0] = '\0';
	pci_addr_str(&addr, b->out.address);
	b->out.ethernet = true;
	read_id(&b->out, colon);
	read_part(&b->out, colon + 2);
	read_revision(&b->out, colon);
	b->out.intel |= b->out.vendor == 0x8086;
	b->out.foreign = !b->out.intel;
	return true;
}

/* "Speed 5GT/s (ok), Width x1" after a label; a value that is not there is left alone. */
static void read_link(struct pasted *out, const char *text, const char *speed_fact, const char *width_fact)
{
	const char *speed = strstr(text, "Speed "), *width = strstr(text, "Width x");
	char value[16];
	size_t n;

	n = speed ? strcspn(speed + 6, "G, (") : 0;
	if (n && n < sizeof(value)) {
		memcpy(value, speed + 6, n);
		value[n] = '\0';
		paste_fact(out, speed_fact, value);
	}
	if (width)
		paste_fact(out, width_fact, width + 7);
}

/* "ASPM L0s L1, Exit Latency", "ASPM L1 Enabled; RCB", "ASPM Disabled;": the words up to the mark. */
static void read_aspm(struct pasted *out, const char *text, const char *fact)
{
	const char *aspm = strstr(text, "ASPM ");
	char value[24];
	size_t n = aspm ? strcspn(aspm + 5, ",;") : 0;

	if (!n || n >= sizeof(value) || !strncmp(aspm, "ASPM not supported", 18)) {
		if (aspm && !strncmp(aspm, "ASPM not supported", 18))
			paste_fact(out, fact, "none");
		return;
	}
	memcpy(value, aspm + 5, n);
	value[n] = '\0';
	if (n > 8 && !strcmp(value + n - 8, " Enabled"))
		value[n - 8] = '\0';
	paste_fact(out, fact, !strcmp(value, "Disabled") ? "disabled" : value);
}

static bool take_capability(struct pasted *out, const char *line)
{
	const char *value;

	if (paste_label(line, "LnkCap", &value)) {
		read_link(out, value, "pcie_speed_max", "pcie_width_max");
		read_aspm(out, value, "aspm_supported");
	} else if (paste_label(line, "LnkCtl", &value)) {
		read_aspm(out, value, "aspm_enabled");
	} else if (paste_label(line, "LnkSta", &value)) {
		read_link(out, value, "pcie_speed", "pcie_width");
	} else if (paste_label(line, "Capabilities", &value)) {
		out->denied |= !strncmp(value, "<access denied", 14) || !strncmp(value, "access denied", 13);
	} else {
		return false;
	}
	return true;
}

static enum paste_take lspci_take_line(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = { { "Physical Slot", "pci_slot" },
						      { "NUMA node", "numa_node" },
						      { "Subsystem", "subsystem" } };
	static const char *const labels[] = {
		"Control",        "Status",
		"Flags",          "Latency",
		"Interrupt",      "Region ",
		"Memory at",      "I/O ports",
		"Expansion ROM",  "Capabilities",
		"DeviceName",     "IOMMU group",
		"Kernel modules", "DevCap",
		"DevCtl",         "DevSta",
		"LnkC",           "LnkS",
		"ExtTag",         "MaxPayload",
		"RlxdOrd",        "TrErr",
		"ClockPM",        "Address",
		"Masking",        "Vector table",
		"PBA:",           "UES",
		"CESt",           "CEMs",
		"AERCap",         "Bus:",
		"Compliance",     "EqualizationComplete",
		"AtomicOps",      "Transmit",
	};
	const char *value;

	(void)p;
	if (paste_label(line, "Kernel driver in use", &value))
		return paste_name(b->out.driver, value) ? PASTE_OURS : PASTE_NOT;
	if (take_capability(&b->out, line) || paste_fact_line(&b->out, rows, COUNT(rows), line))
		return PASTE_OURS;
	for (size_t i = 0; i < COUNT(labels); i++)
		if (text_starts(line, labels[i]))
			return PASTE_OURS;
	return PASTE_NOT;
}

const struct paste_kind paste_lspci = { "lspci", lspci_begins, lspci_take_line, 4, 0, false };

/* Trees: "+-1c.4-[02]----00.0  Intel Corporation 82574L Gigabit Network Connection". They have no classes: the name decides. */

static bool is_wired_name(const char *name)
{
	static const char *const wired[] = { "Ethernet", "Network Connection", "Gigabit", "10GbE" };
	static const char *const wireless[] = { "Wireless", "Wi-Fi", "WiFi", "Centrino", "WLAN", "Thunderbolt" };

	for (size_t i = 0; i < COUNT(wireless); i++)
		if (strstr(name, wireless[i]))
			return false;
	for (size_t i = 0; i < COUNT(wired); i++)
		if (strstr(name, wired[i]))
			return true;
	return false;
}

static bool tree_open(struct paste_tree *t, unsigned bus)
{
	if (t->deep == TREE_DEEP || bus > 255)
		return false;
	t->open[t->deep].bus = (uint8_t)bus;
	t->open[t->deep++].last = -1;
	return true;
}

/* "[0000:00]-", behind which the devices of that bus come. */
static const char *tree_root(struct paste_tree *t, const char *line)
{
	unsigned domain, bus;
	int end = 0;

	line += strspn(line, "+-\\`");
	if (sscanf(line, "[%4x:%2x]-%n", &domain, &bus, &end) != 2 || !end)
		return NULL;
	*t = (struct paste_tree){ .domain = domain };
	return tree_open(t, bus) ? line + end : NULL;
}

/* "1c.4" at its place in the tree; *bus is that of the device. False: it cannot stand there, as lines were left out. */
static bool tree_device(struct paste_tree *t, const char **at, bool last, struct pci_addr *addr)
{
	unsigned dev, fn;
	int end = 0, devfn;

	if (!t->deep || sscanf(*at, "%2x.%1u%n", &dev, &fn, &end) != 2 || end != 4 || dev > 31 || fn > 7)
		return false;
	devfn = (int)(dev << 3 | fn);
	if (devfn <= t->open[t->deep - 1].last)
		return false;
	*addr = (struct pci_addr){ t->domain, t->open[t->deep - 1].bus, (uint8_t)dev, (uint8_t)fn };
	t->open[t->deep - 1].last = devfn;
	t->deep -= last; /* nothing more comes on this bus */
	*at += end;
	return true;
}

/* "-[02]--" or "-[02-04]--" behind a bridge: the bus behind it. */
static bool tree_bridge(struct paste_tree *t, const char **at)
{
	unsigned bus, most;
	int end = 0;

	if (sscanf(*at, "-[%2x]%n", &bus, &end) != 1 || !end) {
		end = 0;
		if (sscanf(*at, "-[%2x-%2x]%n", &bus, &most, &end) != 2 || !end)
			return false;
	}
	*at += end;
	*at += strspn(*at, "-");
	return **at && tree_open(t, bus);
}

static void tree_nic(struct paste *p, struct paste_block *b, const struct pci_addr *addr, const char *name)
{
	name += strspn(name, " ");
	if (!is_wired_name(name))
		return;
	paste_another(p, b);
	b->out.line = p->number;
	pci_addr_str(addr, b->out.address);
	b->out.ethernet = true;
	read_id(&b->out, name);
	read_part(&b->out, name);
	b->out.intel |= b->out.vendor == 0x8086;
	b->out.foreign = !b->out.intel;
}

/* From a device on to the right end of its line; each bridge leads to the next bus. */
static enum paste_take tree_line(struct paste *p, struct paste_block *b, const char *at)
{
	struct pci_addr addr;
	bool last = false;

	for (;;) {
		if (*at == '+' || *at == '\\' || *at == '`' || *at == '-') {
			last = *at != '+';
			at += strspn(at, "+\\`-");
		} else {
			last = true; /* the only one of its bus */
		}
		if (!tree_device(&b->tree, &at, last, &addr))
			return PASTE_NOT;
		if (!tree_bridge(&b->tree, &at))
			break;
	}
	if (*at == ' ')
		tree_nic(p, b, &addr, at);
	return PASTE_OURS;
}

static enum paste_take tree_take(struct paste *p, struct paste_block *b, const char *line)
{
	struct paste_tree root;
	const char *at = tree_root(&root, line);

	if (at)
		b->tree = root;
	return tree_line(p, b, at ? at : line);
}

static bool tree_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *at = *line == '-' ? tree_root(&b->tree, line) : NULL;

	if (!at)
		return false;
	b->out.interface[0] = '\0';
	tree_line(p, b, at);
	return true;
}

const struct paste_kind paste_tree = { "lspci -t", tree_begins, tree_take, 2, 1000, false };

/* What a chip without a definition is called. */

#define PART_LONGEST 32

/* Letters, digits, "-" and "/", with three digits on end and something beside them: "82576", "I210", "X552/X557-AT". */
static bool is_part_number(const char *word, size_t n)
{
	size_t digits = 0, most = 0;

	if (n < 4 || n > PART_LONGEST || !isalnum((unsigned char)*word))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)word[i]) && word[i] != '-' && word[i] != '/')
			return false;
		digits = isdigit((unsigned char)word[i]) ? digits + 1 : 0;
		if (digits > most)
			most = digits;
	}
	return most >= 3;
}

char *paste_part_number(const char *name)
{
	size_t n;

	for (const char *word = name + strspn(name, " \""); *word; word += strspn(word, " \"")) {
		n = strcspn(word, " \"");
		if (n == strlen("Device") && !strncmp(word, "Device", n))
			return NULL; /* "Device 15f3" is what lspci says when it knows no name */
		if (is_part_number(word, n))
			return xstrndup(word, n);
		word += n;
	}
	return NULL;
}
