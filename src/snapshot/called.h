/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error for a DEVICE that does not exist, with the one that the user probably meant. */
#ifndef SNAPSHOT_CALLED_H
#define SNAPSHOT_CALLED_H

#include "snapshot/snapshot.h"
#include "util/buf.h"
#include "util/nearest.h"
#include "util/text.h"

struct err;

/* called_begin() makes it, called_free() frees what it owns. */
struct called {
	struct nearest near;
	struct buf meant; /* the device that `near` found, "eno1 (0000:00:19.0, 82579LM)" */
	struct buf all;   /* the first few of those tried */
	size_t n;
};

/* `device` stays the caller's and must outlive c. */
void called_begin(struct called *c, const char *device);
void called_free(struct called *c);

/* Tries an existing device under all of its names; netdevs has blanks between names. NULL and 0 stand for unknown ones. */
void called_try(struct called *c, const struct pci_addr *addr, const char *netdevs, const char *chip, uint16_t vendor,
		uint16_t device);
void called_try_snapshot(struct called *c, const struct snapshot *s);

/* Fills *e and returns -ENODEV: `why` is the whole reason ("no such device"), the remedy names the nearest device or
 * the existing ones; `list` is the command that shows them. If the name is that of a file, it advises --from. */
int called_error(const struct called *c, const char *why, const char *list, struct err *e);

#endif
