// SPDX-License-Identifier: GPL-2.0-or-later
/* What is around a function on the bus, from its place in /sys. */
#include "host/host.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/sysfs.h"
#include "util/alloc.h"

bool host_partner(const struct pci_addr *addr, struct pci_addr *partner)
{
	char target[4096], *slash;

	if (!host_path(addr, target, sizeof(target)))
		return false;
	slash = strrchr(target, '/');
	if (!slash)
		return false;
	*slash = '\0';
	slash = strrchr(target, '/');
	/* On a root bus this is "pci0000:00", which is no address. */
	return pci_addr_parse(slash ? slash + 1 : target, partner);
}

void host_siblings(const struct pci_addr *addr, struct pci_addr out[8], size_t *n)
{
	*n = 0;
	for (uint8_t fn = 0; fn < 8; fn++) {
		struct pci_addr other = { addr->domain, addr->bus, addr->dev, fn };
		AUTO_CLOSE int dir = fn == addr->fn ? -1 : sysfs_open_pci(&other);

		if (dir >= 0 && faccessat(dir, "physfn", F_OK, 0) < 0)
			out[(*n)++] = other;
	}
}

void host_driver(const struct pci_addr *addr, char *out, size_t size)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);

	out[0] = '\0';
	if (dir >= 0)
		sysfs_text(dir, "driver", ATTR_LINK, out, size);
}
