/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What root may do beyond being root: given up once all that needs it is open. */
#ifndef ACCESS_PRIVILEGE_H
#define ACCESS_PRIVILEGE_H

#include <stdbool.h>

#include "util/err.h"

/*
 * Gives up all capabilities for good but CAP_NET_ADMIN, which the kernel asks for at each PHY register and each
 * register dump, and, if files are still to be written, CAP_DAC_OVERRIDE. No way to registers can be opened afterwards;
 * what is open stays usable. -EPERM if that is not possible.
 */
int privilege_drop(bool writes_files, struct err *e);

#endif
