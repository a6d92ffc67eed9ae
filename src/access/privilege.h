/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What root may do beyond being root: given up once all that needs it is open. */
#ifndef ACCESS_PRIVILEGE_H
#define ACCESS_PRIVILEGE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

/*
 * Gives up all capabilities for good but CAP_NET_ADMIN, which the kernel asks for at each PHY register and each
 * register dump, those of `keep` (a set of 1 << CAP_X, as of access_needs_caps()) and, if files are still to be written,
 * CAP_DAC_OVERRIDE. No way to registers that takes more can be opened afterwards; what is open stays usable. -EPERM if
 * that is not possible.
 */
int privilege_drop(bool writes_files, uint64_t keep, struct err *e);

/* act(arg) without these capabilities, which the calling thread has again afterwards. -EPERM, and act is not called, if
 * they cannot be laid aside. */
int privilege_without(uint64_t caps, int (*act)(void *arg), void *arg);

#endif
