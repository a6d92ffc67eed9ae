/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a BAR is, as the kernel sees it. */
#ifndef HOST_BAR_H
#define HOST_BAR_H

#include "snapshot/snapshot.h"

struct err;

struct bar_place {
	uint64_t phys, size; /* CPU physical address; bytes */
};

/* From sysfs. -ENXIO for a BAR that is absent, without an address, or of I/O ports; -ENODEV if the device is gone. */
int bar_place(const struct pci_addr *addr, unsigned bar, struct bar_place *place, struct err *e);

#endif
