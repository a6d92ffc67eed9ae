/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways to reach the registers behind a BAR, best first, behind one table of methods. Every register
 * read of the program goes through access_read().
 */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "snapshot/snapshot.h"

struct err;

struct access_target {
	struct pci_addr addr;
	const char *driver; /* bound driver, or NULL */
	unsigned bar;
	uint32_t size;      /* bytes that may be mapped; clipped to the BAR */
};

struct access_read {
	struct chip_ref ref;   /* space CHIP_MMIO */
	bool allow_clear;      /* an rc register that the user named */
	enum unread unread;    /* out */
	uint64_t value;        /* out */
};

struct access;

/* One way. `open` fills access->priv; -errno and *e (what would lift the refusal in todo) if it does not work here. */
struct access_ops {
	const char *name; /* "mmap", "bpf", ... */
	int (*open)(struct access *a, const struct access_target *target, struct err *e);
	/* n aligned 32-bit loads, in order; a load that faults sets ok[i] to false. */
	int (*load)(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e);
	void (*close)(struct access *a);
};

struct access {
	const struct access_ops *ops;
	void *priv;
	uint32_t size; /* bytes that can be read, set by open */
	/* Called before each 32-bit load, for --trace and tests; may be NULL. */
	void (*trace)(const struct chip_ref *ref, uint32_t offset, void *arg);
	void *trace_arg;
};

/*
 * Tries the ways in order (only `rung` if not NULL); each refusal is added to s. On success *a is to be closed
 * with access_close(), and s->access names the way. -EACCES or the last error if none works.
 */
int access_open(struct access **a, const struct access_target *target, const char *rung, struct snapshot *s,
		struct err *e);

/* Opens with these methods and no ladder, for tests. */
int access_open_with(struct access **a, const struct access_ops *ops, const struct access_target *target, struct err *e);

/*
 * Performs the reads in order, each register exactly once, 64-bit ones as low then high 32-bit load. Here is the gate: `wo` and `rs`
 * registers, and `rc` ones without allow_clear, are not read whatever the caller says, but get the reason in .unread.
 */
int access_read(struct access *a, struct access_read *reads, size_t n, struct err *e);

void access_close(struct access *a);

#endif
