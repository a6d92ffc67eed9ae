/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways to the registers. */
#ifndef ACCESS_RUNGS_H
#define ACCESS_RUNGS_H

#include "access/access.h"

/* A read-only mapping of the BAR, through libpciaccess, which can have one device open at a time. */
extern const struct access_ops access_mmap;

/* A BPF program that reads where the kernel has mapped the BAR for the bound driver, through libbpf. Built without
 * libbpf it refuses, and says so. */
extern const struct access_ops access_bpf;

/* The driver's own register dump, as `ethtool -d` has it: the registers that happen to be in it. */
extern const struct access_ops access_ethtool;

#endif
