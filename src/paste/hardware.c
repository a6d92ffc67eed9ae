// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine by its firmware's tables, and its cards: dmidecode, hostnamectl, `lshw -c network`. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* dmidecode -s system-product-name: one line, of which the command alone says which fact it is. */
static bool dmi_word_begins(struct paste *p, struct paste_block *b, const char *line)
{
	if (p->typed_near < TYPED_NEAR || !p->typed_fact || *line == '#' || strlen(line) > 60)
		return false;
	b->out.interface[0] = '\0';
	b->out.machine = true;
	paste_fact(&b->out, p->typed_fact, line);
	p->typed_fact = NULL;
	return true;
}

const struct paste_kind paste_dmi_word = { "dmidecode -s", dmi_word_begins, paste_one_line, 0, 0, false };

enum dmi_section { DMI_OTHER, DMI_BIOS, DMI_SYSTEM, DMI_BOARD };

static enum dmi_section dmi_section(const char *line)
{
	if (!strcmp(line, "BIOS Information"))
		return DMI_BIOS;
	if (!strcmp(line, "System Information"))
		return DMI_SYSTEM;
	return !strcmp(line, "Base Board Information") ? DMI_BOARD : DMI_OTHER;
}

static bool dmi_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	b->section = dmi_section(line);
	if (b->section == DMI_OTHER)
		return false;
	b->out.interface[0] = '\0';
	b->out.machine = true;
	return true;
}

/* Maker and product stand on two lines, and are one fact. */
static void dmi_join(struct paste_block *b, const char *fact, const char *value, bool first)
{
	char both[120];

	if (first) {
		snprintf(b->word, sizeof(b->word), "%s", value);
		return;
	}
	snprintf(both, sizeof(both), "%s%s%s", b->word, *b->word ? " " : "", value);
	paste_fact(&b->out, fact, both);
	b->word[0] = '\0';
}

static enum paste_take dmi_take(struct paste *p, struct paste_block *b, const char *line)
{
	const char *value;

	if (dmi_section(line) != DMI_OTHER)
		return PASTE_NOT; /* and begins a block of its own */
	(void)p;
	if (b->section == DMI_BIOS && (paste_label(line, "Vendor", &value) || paste_label(line, "Version", &value)))
		dmi_join(b, "bios", value, line[1] == 'e' && line[2] == 'n');
	else if (b->section == DMI_SYSTEM && paste_label(line, "Manufacturer", &value))
		dmi_join(b, "system", value, true);
	else if (b->section == DMI_SYSTEM && paste_label(line, "Product Name", &value))
		dmi_join(b, "system", value, false);
	else if (b->section == DMI_BOARD && paste_label(line, "Manufacturer", &value))
		paste_fact(&b->out, "board_vendor", value);
	else if (b->section == DMI_BOARD && paste_label(line, "Product Name", &value))
		paste_fact(&b->out, "board", value);
	return strchr(line, ':') && !strchr(line, '[') ? PASTE_OURS : PASTE_NOT;
}

const struct paste_kind paste_dmi = { "dmidecode", dmi_begins, dmi_take, 1, 40, false };

/* "Static hostname: pve", ..., "Operating System: Debian GNU/Linux 12 (bookworm)", "Hardware Model: ..." */
static enum paste_take hostnamectl_take(struct paste *p, struct paste_block *b, const char *line)
{
	const char *value;

	(void)p;
	if (paste_label(line, "Operating System", &value))
		paste_fact(&b->out, "distribution", value);
	else if (paste_label(line, "Kernel", &value) && text_starts(value, "Linux "))
		paste_fact(&b->out, "kernel", value + strlen("Linux "));
	else if (paste_label(line, "Hardware Vendor", &value))
		dmi_join(b, "system", value, true);
	else if (paste_label(line, "Hardware Model", &value))
		dmi_join(b, "system", value, false);
	return strchr(line, ':') && !strchr(line, '[') ? PASTE_OURS : PASTE_NOT;
}

static bool hostnamectl_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	if (!text_starts(line, "Static hostname:") && !text_starts(line, "Operating System: "))
		return false;
	b->out.interface[0] = '\0';
	b->out.machine = true;
	return hostnamectl_take(p, b, line) == PASTE_OURS;
}

const struct paste_kind paste_hostnamectl = { "hostnamectl", hostnamectl_begins, hostnamectl_take, 1, 30, false };

/* lshw -c network; its '*' is taken off before. */
static bool lshw_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	if (!text_starts(line, "-network") || (line[8] && line[8] != ':' && line[8] != ' '))
		return false;
	b->out.interface[0] = '\0';
	b->out.driverless = strstr(line, "UNCLAIMED") != NULL;
	return true;
}

/* A word of "configuration: autonegotiation=on broadcast=yes driver=e1000e link=yes". */
static bool configuration_word(const char *line, const char *key, char *word, size_t n)
{
	const char *at = strstr(line, key);
	size_t len;

	if (!at || at == line || at[-1] != ' ')
		return false;
	at += strlen(key);
	len = strcspn(at, " ");
	str_copy(word, n, at, len);
	return len && len < n;
}

static void take_configuration(struct pasted *out, const char *line)
{
	static const struct paste_fact_row keys[] = { { "driverversion=", "driver_version" },
						      { "firmware=", "firmware" },
						      { "link=", "carrier" },
						      { "duplex=", "duplex" },
						      { "autonegotiation=", "autoneg" } };
	char word[64];

	if (configuration_word(line, "driver=", word, sizeof(word)))
		paste_name(out->driver, word);
	for (size_t i = 0; i < COUNT(keys); i++)
		if (configuration_word(line, keys[i].label, word, sizeof(word)))
			paste_fact(out, keys[i].fact, word);
	if (configuration_word(line, "speed=", word, sizeof(word)) && isdigit((unsigned char)*word) &&
	    strlen(word) < 12) {
		char *unit = word + strspn(word, "0123456789");

		if (text_starts(unit, "Gbit/s"))
			memcpy(unit, "000", 4);
		paste_fact(out, "speed", word);
	}
}

static enum paste_take lshw_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const char *const labels[] = { "physical id", "version", "serial", "size",      "capacity",
					      "width",       "clock",   "slot",   "resources", "capabilities" };
	struct pci_addr addr;
	const char *value;

	(void)p;
	if (paste_label(line, "description", &value)) {
		b->out.ethernet = text_starts(value, "Ethernet");
	} else if (paste_label(line, "product", &value)) {
		paste_fact(&b->out, "part_name", value);
	} else if (paste_label(line, "vendor", &value)) {
		b->out.intel = text_starts(value, "Intel");
		b->out.foreign = !b->out.intel;
	} else if (paste_label(line, "bus info", &value)) {
		if (text_starts(value, "pci@") && pci_addr_scan(value + 4, &addr))
			pci_addr_str(&addr, b->out.address);
	} else if (paste_label(line, "logical name", &value)) {
		paste_name(b->out.interface, value);
	} else if (paste_label(line, "configuration", &value)) {
		take_configuration(&b->out, line);
	} else {
		for (size_t i = 0; i < COUNT(labels); i++)
			if (paste_label(line, labels[i], &value))
				return PASTE_OURS;
		return PASTE_NOT;
	}
	return PASTE_OURS;
}

const struct paste_kind paste_lshw = { "lshw", lshw_begins, lshw_take, 1, 40, false };
