/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF program that reads a sample: 32-bit loads from kernel addresses, no stores but into its own map. */
#ifndef ACCESS_BPF_PROGRAM_H
#define ACCESS_BPF_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "access/libbpf.h"

#define BPF_LOADS 2048 /* in one run */

/* Shared with the program. */
struct bpf_sample {
	uint32_t n;
	uint32_t done;    /* set by the program at its end */
	uint64_t task;    /* of the thread that ran it: where the kernel has its struct task_struct */
	uint64_t jiffies; /* at the end of the run */
	uint64_t address[BPF_LOADS];
	uint32_t value[BPF_LOADS];
	int32_t error[BPF_LOADS];
};

struct bpf_program {
	struct libbpf lib;
	int map, fd;
	struct bpf_sample *sample; /* mapped */
	uint64_t caps;             /* what a run takes, as a set of 1 << CAP_X: CAP_BPF or nothing */
};

/*
 * Loads it, in the first of its forms that this kernel takes and runs; -errno, -ELIBACC without libbpf. It stays loaded until
 * bpf_program_close(), or the end of the process. Up to Linux 5.18 with kernel.unprivileged_bpf_disabled a run takes
 * CAP_BPF: whether it does here is tried, too.
 */
int bpf_program_open(struct bpf_program *p);
void bpf_program_close(struct bpf_program *p);

/* Loads sample->n addresses; -errno if the program did not run. */
int bpf_program_run(struct bpf_program *p);

#endif
