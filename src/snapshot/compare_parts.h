/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of the comparison. Private to snapshot/compare*.c. */
#ifndef SNAPSHOT_COMPARE_PARTS_H
#define SNAPSHOT_COMPARE_PARTS_H

#include "snapshot/compare.h"

/* compare_rank.c: one more difference, with its rank. Valid until the next one is added. */
struct change *compare_add(struct comparison *c, const struct chip_ref *ref, uint64_t a, uint64_t b);

/* compare_host.c: `pci` defines configuration space. */
void compare_functions(struct comparison *c, const struct chip *pci);
void compare_facts(struct comparison *c);

#endif
