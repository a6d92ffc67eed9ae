/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots from what lspci, ethtool and pciconf print for people. */
#ifndef SOURCE_PASTED_H
#define SOURCE_PASTED_H

#include "chip/db.h"
#include "paste/paste.h"

struct pasted_devices {
	struct chipdb *db;
	const char *file;
	struct snapshots found; /* owned by whoever reads them */
};

/* A paste_fn: arg is a struct pasted_devices. Several blocks of one device become one snapshot; other vendors' devices are
 * left out. */
void pasted_take(const struct pasted *p, void *arg);

#endif
