// SPDX-License-Identifier: GPL-2.0-or-later
/* FreeBSD's `pciconf -lv`, -lvc, -lvbc. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

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
