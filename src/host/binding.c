// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/binding.h"

#include <stdio.h>
#include <sys/stat.h>

static ino_t number_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? 0 : st.st_ino;
}

bool binding_get(const struct pci_addr *addr, struct binding *b)
{
	char name[PCI_ADDR_MAX], path[96];

	pci_addr_str(addr, name);
	/* With the slash it is the device's folder, not the link to it. */
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/", name);
	b->device = number_of(path);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", name);
	b->driver = number_of(path);
	return b->device != 0;
}

bool binding_equal(const struct binding *a, const struct binding *b)
{
	return a->device == b->device && a->driver == b->driver;
}
