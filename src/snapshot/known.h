/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a snapshot's device besides its registers: errata, traits, a name. */
#ifndef SNAPSHOT_KNOWN_H
#define SNAPSHOT_KNOWN_H

#include "snapshot/snapshot.h"

struct chipdb;
struct err;

/* The chip of the snapshot, or else the chip or part of its PCI ID; *known is NULL if there is neither, and owned by db. *name,
 * which may be NULL, is the name for that ID. */
int snapshot_known(struct chipdb *db, const struct snapshot *s, const struct chip **known, const char **name,
		   struct err *e);

#endif
