// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "snapshot/snapshot.h"
#include "util/text.h"

const char *pci_addr_str(const struct pci_addr *addr, char out[PCI_ADDR_MAX])
{
	snprintf(out, PCI_ADDR_MAX, "%04x:%02x:%02x.%x", addr->domain, addr->bus, addr->dev & 0x1fu, addr->fn & 7u);
	return out;
}

/* Reads at most 8 hexadecimal digits at **p and moves past them; their number. */
static unsigned hex_part(const char **p, uint32_t *value)
{
	unsigned n = 0;

	*value = 0;
	for (; n < 8 && text_hex_digit(**p) >= 0; n++, (*p)++)
		*value = *value << 4 | (uint32_t)text_hex_digit(**p);
	return n;
}

size_t pci_addr_scan(const char *text, struct pci_addr *addr)
{
	const char *p = text;
	uint32_t part[4] = { 0 };
	unsigned n = hex_part(&p, &part[0]);

	if (n < 2 || *p++ != ':')
		return 0;
	if (n > 2) {
		n = hex_part(&p, &part[1]);
		if (n != 2 || *p++ != ':')
			return 0;
	} else {
		part[1] = part[0];
		part[0] = 0;
	}
	if (hex_part(&p, &part[2]) != 2 || *p++ != '.' || hex_part(&p, &part[3]) != 1)
		return 0;
	if (part[2] > 0x1f || part[3] > 7)
		return 0;
	*addr = (struct pci_addr){ part[0], (uint8_t)part[1], (uint8_t)part[2], (uint8_t)part[3] };
	return (size_t)(p - text);
}

bool pci_addr_parse(const char *text, struct pci_addr *addr)
{
	size_t n = pci_addr_scan(text, addr);

	return n && !text[n];
}

bool pci_addr_equal(const struct pci_addr *a, const struct pci_addr *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->dev == b->dev && a->fn == b->fn;
}
