/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A DEVICE that there is not: which one was meant. */
#ifndef SNAPSHOT_CALLED_H
#define SNAPSHOT_CALLED_H

#include "snapshot/snapshot.h"
#include "util/buf.h"
#include "util/nearest.h"

struct err;

struct called {
	struct nearest near;
	struct buf meant; /* the device that `near` found, "eno1 (0000:00:19.0, 82579LM)" */
	struct buf all;   /* the first few of those tried */
	size_t n;
};

void called_begin(struct called *c, const char *device);
void called_free(struct called *c);

/* Tries a device under all of its names; netdevs has blanks between names; NULL, 0: not known. */
void called_try(struct called *c, const struct pci_addr *addr, const char *netdevs, const char *chip, uint16_t vendor,
		uint16_t device);
void called_try_snapshot(struct called *c, const struct snapshot *s);

/* -ENODEV with `why` (a whole reason, "no such device"), and the device that was meant, or those that there are; `list` is
 * the command that shows them. A file of that name is advised as --from. */
int called_error(const struct called *c, const char *why, const char *list, struct err *e);

#endif
