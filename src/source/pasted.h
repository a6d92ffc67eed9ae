/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots from what lspci, ethtool, ip, pciconf and others print for people. */
#ifndef SOURCE_PASTED_H
#define SOURCE_PASTED_H

#include "chip/db.h"
#include "paste/paste.h"

struct pasted_devices {
	struct chipdb *db;
	const char *file;
	struct snapshots found; /* owned by whoever reads them */
	char (*hosts)[32];      /* of each of them; "": not said; owned */
	size_t cap_hosts;
	/* Blocks that name no device, but a driver or the machine: kept until all devices are known. Owned. */
	struct pasted *shared;
	size_t n_shared, cap_shared;
};

/* A paste_fn: arg is a struct pasted_devices. Several blocks of one device become one snapshot; other vendors' devices are
 * left out. */
void pasted_take(const struct pasted *p, void *arg);
/* After the last block: what was said of a driver or of the machine goes to each device that it is about. Frees `shared`. */
void pasted_end(struct pasted_devices *all);

#endif
