// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/bar.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "util/err.h"

#define FLAG_MEMORY 0x200

int bar_place(const struct pci_addr *addr, unsigned bar, struct bar_place *place, struct err *e)
{
	uint64_t from = 0, to = 0, flags = 0;
	char name[PCI_ADDR_MAX], path[80];
	unsigned line = 0;
	FILE *f;
	int got = 3;

	pci_addr_str(addr, name);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource", name);
	f = fopen(path, "re");
	if (!f)
		return err_set(e, ENODEV, name, "the device went away");
	for (; line <= bar && got == 3; line++)
		got = fscanf(f, "%" SCNx64 " %" SCNx64 " %" SCNx64, &from, &to, &flags);
	fclose(f);
	if (got != 3 || !(flags & FLAG_MEMORY) || !from || to <= from)
		return err_set(e, ENXIO, name, "BAR %u has no memory address", bar);
	*place = (struct bar_place){ .phys = from, .size = to - from + 1 };
	return 0;
}
