// SPDX-License-Identifier: GPL-2.0-or-later
/* FreeBSD's pciconf -lv, -lvc, -lvbc, and `sysctl dev.em` and its like. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/drivers.h"
#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

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

/* sysctl dev.em.0: "dev.em.0.%driver: em", "dev.ix.0.mac_stats.crc_errs: 0". */

/* What follows "dev.em.0."; *driver and *interface are filled. NULL: it is no such line. */
static const char *sysctl_name(const char *line, char driver[16], char interface[16])
{
	const struct driver_facts *facts;
	unsigned unit;
	int end = 0;
	char name[8];

	if (sscanf(line, "dev.%7[a-z].%3u.%n", name, &unit, &end) != 2 || !end)
		return NULL;
	facts = drivers_named(name);
	if (!facts || !(facts->systems & DRIVER_FREEBSD))
		return NULL;
	snprintf(driver, 16, "%s", name);
	snprintf(interface, 16, "%s%u", name, unit);
	return line + end;
}

/* "vendor=0x8086 device=0x1502 subvendor=... class=0x020000" */
static void take_pnpinfo(struct pasted *out, const char *value)
{
	out->vendor = (uint16_t)number_of(value, "vendor=");
	out->device = (uint16_t)number_of(value, " device=");
	out->intel = out->vendor == 0x8086;
	out->foreign = !out->intel;
	out->ethernet = number_of(value, "class=") >> 8 == 0x0200;
}

/* "slot=25 function=0 dbsf=pci0:0:25:0" */
static void take_location(struct pasted *out, const char *value)
{
	const char *at = strstr(value, "dbsf=pci");
	unsigned domain, bus, dev, fn;

	if (!at || sscanf(at, "dbsf=pci%5u:%3u:%2u:%1u", &domain, &bus, &dev, &fn) != 4 || domain > 0xffff ||
	    bus > 255 || dev > 31 || fn > 7)
		return;
	pci_addr_str(&(struct pci_addr){ domain, (uint8_t)bus, (uint8_t)dev, (uint8_t)fn }, out->address);
}

/* 0: none, 1: obeys pause frames, 2: sends them, 3: both. */
static void take_flow_control(struct pasted *out, const char *value)
{
	if (value[0] < '0' || value[0] > '3' || value[1])
		return;
	out->facts.pause_rx = (value[0] - '0') & 1;
	out->facts.pause_tx = (value[0] - '0') >> 1;
}

static void take_sysctl(struct pasted *out, const char *name, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (text_starts(name, "%pnpinfo:"))
		take_pnpinfo(out, value);
	else if (text_starts(name, "%location:"))
		take_location(out, value);
	else if (text_starts(name, "fw_version:"))
		paste_fact(out, "firmware", value);
	else if (text_starts(name, "iflib.driver_version:"))
		paste_fact(out, "driver_version", value);
	else if (text_starts(name, "fc:"))
		take_flow_control(out, value);
	else if (text_starts(name, "eee_control:")) /* 1: it is off (EEE control disables it) */
		paste_fact(out, "eee_enabled", *value == '0' ? "yes" : *value == '1' ? "no" : "");
	else if (digits && digits < 20 && !value[digits] && *name != '%')
		paste_add_counter(out, name, strcspn(name, ":"), strtoull(value, NULL, 10));
}

static enum paste_take sysctl_take(struct paste *p, struct paste_block *b, const char *line)
{
	char driver[16], interface[16];
	const char *name = sysctl_name(line, driver, interface), *value = paste_value(line);

	if (!name || !value)
		return PASTE_NOT;
	if (b->out.interface[0] && strcmp(b->out.interface, interface) != 0)
		paste_next_device(p);
	memcpy(b->out.driver, driver, sizeof(driver));
	memcpy(b->out.interface, interface, sizeof(interface));
	take_sysctl(&b->out, name, value);
	return PASTE_OURS;
}

static bool sysctl_begins(struct paste *p, struct paste_block *b, const char *line)
{
	b->out.interface[0] = '\0';
	return sysctl_take(p, b, line) == PASTE_OURS;
}

const struct paste_kind paste_sysctl = { "sysctl dev", sysctl_begins, sysctl_take, 2, 4096, false };
