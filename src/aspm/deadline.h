/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change that ends by itself. A process of its own, in a session of its own, waits for the deadline: it is there
 * before the first write, has no terminal, and minds no hangup. It needs no service manager, and is out of the reach of
 * one that ends what a session leaves behind.
 */
#ifndef ASPM_DEADLINE_H
#define ASPM_DEADLINE_H

#include <stdint.h>

#include "snapshot/snapshot.h"

struct err;

/* "90", "90s", "10m", "2h", "1d" to seconds, at most 30 days. -EINVAL. */
int aspm_deadline_parse(const char *text, int64_t *seconds, struct err *e);

/*
 * Starts the process. At `until` it restores each of the n links, by their upstream ports, whose journal still names
 * that deadline. Writing a byte to *cancel before closing it makes it end at once; closing alone lets it go on.
 * *exposed says why the end of this session may end it as well; nothing if it does not.
 */
int aspm_deadline_start(const char *dir, int64_t until, const struct pci_addr *ports, size_t n, int *cancel,
			struct err *exposed, struct err *e);

#endif
