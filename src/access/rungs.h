/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways that are built in. */
#ifndef ACCESS_RUNGS_H
#define ACCESS_RUNGS_H

#include "access/access.h"

/* A read-only mapping of the BAR, through libpciaccess. */
extern const struct access_ops access_mmap;

#ifdef HAVE_BPF
/* A BPF program that reads where the kernel has mapped the BAR for the bound driver, through libbpf. */
extern const struct access_ops access_bpf;
#endif

#endif
