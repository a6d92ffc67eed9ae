/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which binding of a driver to a device is there now. The kernel gives each folder and link of /sys a number that no
 * later one gets, makes the link `driver` anew for each binding, and removes it before the driver is told to let go of
 * the device. So what was true of a binding (where its driver has mapped the BAR) stays true while the numbers do.
 */
#ifndef HOST_BINDING_H
#define HOST_BINDING_H

#include <stdbool.h>
#include <sys/types.h>

#include "snapshot/snapshot.h"

struct binding {
	ino_t device; /* 0: there is no such device */
	ino_t driver; /* 0: none is bound */
};

/* False if the device is not there. */
bool binding_get(const struct pci_addr *addr, struct binding *b);
bool binding_equal(const struct binding *a, const struct binding *b);

#endif
