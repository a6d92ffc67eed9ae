/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways to reach the registers behind a BAR, best first, behind one table of methods. Every register
 * read of the program goes through access_read().
 */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "host/host.h"

struct bpf_program;
struct err;

/* Where the kernel has BAR 0 mapped for the driver, by the driver's own word. */
struct access_mapped {
	uint64_t address;       /* 0: not known */
	struct binding binding; /* of which it is true */
};

struct access_target {
	struct pci_addr addr;
	const char *driver; /* bound driver, or NULL */
	unsigned bar;
	uint32_t size; /* bytes that may be mapped; clipped to the BAR */
	/* For the driver's dump: each may be NULL. */
	const char *netdev;
	const struct chip *chip;
	const struct chip_dump *dump; /* the layout of that driver */
	struct access_mapped mapped;
	struct bpf_program *program; /* loaded, and the caller's until the way is closed; NULL: none */
	bool forced;                 /* the user asked for this very way; set by access_open() */
};

struct access_read {
	struct chip_ref ref; /* space CHIP_MMIO */
	bool allow_clear;    /* an rc register that the user named */
	bool allow_set;      /* an rs register that the user named; heeded only while no driver is bound */
	enum unread unread;  /* out */
	uint64_t value;      /* out */
};

struct access;

/*
 * One way, in a file of its own, and a line in the table of access.c. `open` fills access->priv and access->size;
 * -errno and *e (why: a sentence for a sysadmin, todo: what would lift the refusal) if it does not work here.
 */
struct access_ops {
	const char *name; /* "mmap", "bpf", ... */
	int (*open)(struct access *a, const struct access_target *target, struct err *e);
	/* n aligned 32-bit loads, in order, each once, as numbers (devices are little-endian); ok[i] becomes false for one
	 * that faults. -errno: none was done. */
	int (*load)(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e);
	void (*close)(struct access *a);
	/* A sample begins: all loads up to the next one are of it. NULL: nothing to do. -errno as load; notes go
	 * to s. */
	int (*begin)(struct access *a, struct snapshot *s, struct err *e);
	/* Whether this way has the register at an offset below a->size. NULL: all. */
	bool (*has)(const struct access *a, uint32_t offset);
	bool brief; /* open for one sample, and for one device at a time (-EBUSY) */
};

/* The ways, best first. */

/* A read-only mapping of the BAR, through libpciaccess, which can have one device open at a time. */
extern const struct access_ops access_mmap;

/* A BPF program that reads where the kernel has mapped the BAR for the bound driver, through libbpf. Built without
 * libbpf it refuses, and says so. */
extern const struct access_ops access_bpf;

/* The driver's own register dump, as `ethtool -d` has it: the registers that happen to be in it. */
extern const struct access_ops access_ethtool;

struct access {
	const struct access_ops *ops;
	void *priv;
	uint32_t size;                        /* bytes that can be read, set by open */
	bool bound;                           /* a driver is bound; set before open */
	uint64_t needs_caps;                  /* what loads take, set by open; see access_needs_caps() */
	const struct access_ops *const *next; /* the ways below this one that may be tried, */
	size_t n_next;                        /* so many */
	/* Called before each 32-bit load, for --trace and tests; may be NULL. */
	void (*trace)(const struct chip_ref *ref, uint32_t offset, void *arg);
	void *trace_arg;
};

/*
 * Tries the ways in order (only `rung` if not NULL); each refusal is added to s. On success the caller frees *a with
 * access_close(), and s->access names the way. -EACCES or the last error if none works.
 */
int access_open(struct access **a, const struct access_target *target, const char *rung, struct snapshot *s,
		struct err *e);

/*
 * The way on from *a, which opened but did not deliver, because of `why`: that becomes a refusal in s, *a is closed, and
 * the ways below it are tried as access_open() does. -errno and *a NULL if there is none.
 */
int access_fall(struct access **a, const struct access_target *target, const struct err *why, struct snapshot *s,
		struct err *e);

/* As access_open() on a ladder of other ways, for tests. */
int access_open_on(struct access **a, const struct access_ops *const *ways, size_t n,
		   const struct access_target *target, struct snapshot *s, struct err *e);

/*
 * The capabilities, as a set of 1 << CAP_X, that reading through a still takes now that it is open, beside CAP_NET_ADMIN
 * for the driver's answers. For privilege_keep().
 */
uint64_t access_needs_caps(const struct access *a);

/* A sample begins. -errno: it cannot be read; -ENODEV if the device or its driver went away, and a has to be opened
 * anew. */
int access_begin(struct access *a, struct snapshot *s, struct err *e);

/* As access_open(), with these methods and no ladder, for tests. */
int access_open_with(struct access **a, const struct access_ops *ops, const struct access_target *target,
		     struct err *e);

/*
 * Performs the reads in order, each register exactly once, 64-bit ones as low then high 32-bit load, narrower
 * ones out of the 32-bit load around them. What access_gate() refuses is not read whatever the caller says,
 * but gets the reason in .unread; so does what is past the end, what this way does not have, and what faulted
 * (UNREAD_ERROR). -errno with *e if the way gave nothing at all.
 */
int access_read(struct access *a, struct access_read *reads, size_t n, struct err *e);

/*
 * The gate: why this register must not be read, or UNREAD_NO. `wo` always, `rc` without allow_clear, `rs` without
 * allow_set or while a driver is bound, PHY registers. Without an access (NULL) as if a driver were bound.
 */
enum unread access_gate(const struct access *a, const struct access_read *read);

/* The same by the register's access kind alone, for who reaches it in another way. */
enum unread access_gate_kind(const struct access *a, const struct access_read *read);

/* Gives up the way, and what it maps. */
void access_close(struct access *a);

/* Writes. */

enum access_write { ACCESS_WRITE_FREELY, ACCESS_WRITE_FORCED, ACCESS_WRITE_NEVER };

/*
 * Whether a register may be written, and in *why the reason why not, a static sentence without its stop: never but `rw` ones of 32 bits,
 * none that starts something (`trigger`), and none of the firmware, the management engine, the PHY, power or identity, nor one that the
 * built-in definition of the same PCI ID does not have so; forced alone those that move data or belong to a driver: queues, heads, tails,
 * control of the MAC and interrupts, and all while a driver is bound.
 */
enum access_write access_write_gate(const struct chip *chip, const struct chip_ref *ref, bool bound, const char **why);

/* The bits of a register that start something, as a reset, when they are set: written by the names of their fields alone. */
uint32_t access_write_triggers(const struct chip *chip, const struct chip_ref *ref);

/* Reads a 32-bit word through a mapping of its own, after writing *to, if that is not NULL. -errno with *e as access_mmap. */
int access_mmap_word(const struct access_target *t, uint32_t offset, const uint32_t *to, uint32_t *now, struct err *e);

/* Ways that stay open from sample to sample, of all devices that are sampled. */

struct access_pooled {
	struct pci_addr addr;
	struct binding binding; /* when it was opened */
	struct access *a;       /* owned */
	struct snapshot *told;  /* the refusals before it, and its name; owned */
	bool delivered;         /* it has been read */
};

struct access_pool {
	struct access_pooled *v; /* owned; access_pool_close() frees all */
	size_t n, cap;
};

/*
 * The way to a device's registers: the one that is open, if the same driver (or none) has been bound since, else
 * access_open(). s gets the refusals and the name of the way. Owned by the pool.
 */
int access_pool_get(struct access_pool *pool, const struct access_target *target, const char *rung, struct snapshot *s,
		    struct access **a, struct err *e);
/*
 * The way on from *a, of access_pool_get(), which gave nothing because of `why`: s gets that and what else is refused. *a is owned
 * by the pool. -errno and *a NULL if there is none, or if *a has delivered before: then only this sample failed, and it stays open.
 */
int access_pool_fall(struct access_pool *pool, const struct access_target *target, const struct err *why,
		     struct snapshot *s, struct access **a, struct err *e);
/* Its way was read. */
void access_pool_delivered(struct access_pool *pool, const struct pci_addr *addr);
/* The sample of a device is over. */
void access_pool_rest(struct access_pool *pool);
void access_pool_close(struct access_pool *pool);

/* Which entries scandir() finds in the kernel's directory of PCI devices: this one alone, or all; in mmap.c, which does so
 * around one call of libpciaccess. Here for tests. */
void scan_narrow(const struct pci_addr *addr);
void scan_widen(void);

#endif
