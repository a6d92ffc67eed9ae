// SPDX-License-Identifier: GPL-2.0-or-later
/* lspci text, plain, -nn, -k, -v to -vvv, and FreeBSD's pciconf -lv, -lvc, -lvbc. The bytes of lspci -x are read by the room
 * `source`. */
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

/* The name without "Intel Corporation", "[8086:15f3]" and "(rev 03)". */
static void read_part(struct pasted *out, const char *text)
{
	static const char intel[] = "Intel Corporation";
	size_t n;

	if (!strncmp(text, intel, strlen(intel))) {
		out->intel = true;
		text += strlen(intel);
		text += strspn(text, " ");
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
	static const struct paste_fact_row rows[] = { { "Physical Slot", "pci_slot" }, { "NUMA node", "numa_node" } };
	static const char *const labels[] = {
		"Subsystem",
		"Control",
		"Status",
		"Flags",
		"Latency",
		"Interrupt",
		"Region ",
		"Memory at",
		"I/O ports",
		"Expansion ROM",
		"Capabilities",
		"DeviceName",
		"IOMMU group",
		"Kernel modules",
		"DevCap",
		"DevCtl",
		"DevSta",
		"LnkC",
		"LnkS",
		"ExtTag",
		"MaxPayload",
		"RlxdOrd",
		"TrErr",
		"ClockPM",
		"Address",
		"Masking",
		"Vector table",
		"PBA:",
		"UES",
		"CESt",
		"CEMs",
		"AERCap",
		"Bus:",
		"Compliance",
		"EqualizationComplete",
		"AtomicOps",
		"Transmit",
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

/* pciconf */

/* "vendor=0x8086", or of old "chip=0x15f38086" */
static uint32_t number_of(const char *line, const char *key)
{
	const char *at = strstr(line, key);

	return at ? (uint32_t)strtoul(at + strlen(key), NULL, 0) : 0;
}

/* "igb0@pci0:1:0:0:", "none3@pci0:1:0:0:" where no driver is attached. */
static bool pciconf_begins(struct paste *p, struct paste_block *b, const char *line)
{
	size_t n = strcspn(line, "@ ");
	unsigned domain, bus, dev, fn;
	struct pci_addr addr;
	uint32_t chip;

	(void)p;
	if (!text_starts(line + n, "@pci") || n > 15 ||
	    sscanf(line + n, "@pci%u:%u:%u:%u:", &domain, &bus, &dev, &fn) != 4 || domain > 0xffff || bus > 255 ||
	    dev > 31 || fn > 7 || number_of(line, "class=") >> 8 != 0x0200)
		return false;
	addr = (struct pci_addr){ domain, (uint8_t)bus, (uint8_t)dev, (uint8_t)fn };
	pci_addr_str(&addr, b->out.address);
	b->out.interface[0] = '\0';
	b->out.driverless = text_starts(line, "none");
	if (!b->out.driverless) {
		paste_name(b->out.interface, line);
		b->out.interface[n] = '\0';
		while (n && isdigit((unsigned char)line[n - 1]))
			n--;
		memcpy(b->out.driver, line, n);
	}
	chip = number_of(line, " chip=");
	b->out.vendor = (uint16_t)(chip ? chip & 0xffff : number_of(line, " vendor="));
	b->out.device = (uint16_t)(chip ? chip >> 16 : number_of(line, " device="));
	if (strstr(line, " rev="))
		b->out.facts.revision = (int64_t)number_of(line, " rev=");
	b->out.ethernet = true;
	b->out.intel = b->out.vendor == 0x8086;
	b->out.foreign = !b->out.intel;
	return true;
}

/* "link x1(x1) speed 5.0(5.0) ASPM disabled(L1)": now, and at most. */
static bool take_link(struct pasted *out, const char *line)
{
	char speed[8] = "", most[8] = "", aspm[16] = "", can[16] = "", width[4] = "", widest[4] = "";

	if (sscanf(line, "link x%3[0-9](x%3[0-9]) speed %7[0-9.](%7[0-9.])", width, widest, speed, most) < 2)
		return false;
	paste_fact(out, "pcie_width", width);
	paste_fact(out, "pcie_width_max", widest);
	paste_fact(out, "pcie_speed", speed);
	paste_fact(out, "pcie_speed_max", most);
	if (strstr(line, "ASPM ") && sscanf(strstr(line, "ASPM "), "ASPM %15[^( ](%15[^)])", aspm, can) >= 1) {
		paste_fact(out, "aspm_enabled", aspm);
		paste_fact(out, "aspm_supported", can);
	}
	return true;
}

static enum paste_take pciconf_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const char *const starts[] = { "vendor", "class", "subclass",     "bar ",
					      "cap ",   "ecap ", "Table in map", "max read" };
	char name[100];

	(void)p;
	if (text_starts(line, "device ") && sscanf(line, "device = '%99[^']'", name) == 1) {
		paste_fact(&b->out, "part_name", name);
		return PASTE_OURS;
	}
	if (take_link(&b->out, line))
		return PASTE_OURS;
	for (size_t i = 0; i < COUNT(starts); i++)
		if (text_starts(line, starts[i]))
			return PASTE_OURS;
	return PASTE_NOT;
}

const struct paste_kind paste_pciconf = { "pciconf", pciconf_begins, pciconf_take, 1, 0, false };

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
