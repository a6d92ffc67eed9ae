/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel believes of the link, and who has control. Private to snapshot/. */
#ifndef SNAPSHOT_LINK_KERNEL_H
#define SNAPSHOT_LINK_KERNEL_H

#include "snapshot/link.h"

/* Fills .control, .policy, .attrs_of and .attrs. */
void link_kernel_read(const struct snapshot *s, struct link *link);

#endif
