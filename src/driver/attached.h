/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One device with its driver while it is read, again and again. Private to driver/; attached.c finds the structures, rings.c
 * reads the rings, frames.c what stands in them. */
#ifndef DRIVER_ATTACHED_H
#define DRIVER_ATTACHED_H

#include "host/host.h"
#include "driver/driver.h"
#include "driver/layout.h"
#include "driver/memory.h"

struct err;

#define RINGS_MOST 256
enum { AROUND_PCI_ERROR, AROUND_PATIENCE, AROUND_INTERRUPT, AROUND_FIRST };
#define AROUND_MOST (AROUND_FIRST + LAYOUT_STATES + LAYOUT_COUNTERS)

/* A ring, and where its parts are. Addresses are 0 where they are not known. */
struct ring_at {
	uint64_t address;
	bool xdp;
	uint32_t number;          /* in its list */
	uint64_t at[DEF_N_WORDS]; /* of numbers of the ring */
	uint64_t memory, buffers; /* of descriptors, of the driver's own */
	uint64_t napi, queue;     /* structures of the kernel */
	uint64_t tail;            /* register, as the driver has its address or offset; 0: not known */
	uint32_t count;           /* descriptors */
	int64_t kernel_queue, hw_queue, traffic_class, vsi;
	struct chip_ref head_reg, tail_reg; /* .reg NULL: there is none that may be read */
	bool zero_copy;
	const char *why; /* why it cannot be read; static; NULL: it can */
	/* Of the sample before. */
	bool was_pending;
	int64_t was_clean;
	uint64_t was_jiffies;
};

/* What must be as it was for the addresses to be right. */
struct watched_word {
	uint64_t address;
	uint8_t size;
	uint64_t value;
};

struct attached {
	struct pci_addr addr;
	struct binding binding;
	struct layout layout;
	uint64_t pci, netdev, adapter;
	uint64_t bar; /* 0: given up, or not known */
	bool given_up;
	uint32_t hz;           /* 0: not known */
	struct ring_at *rings; /* owned */
	size_t n_rings, not_shown;
	struct member_read around[AROUND_MOST]; /* numbers of the device, not of a ring: AROUND_*, counters, states */
	size_t n_around;
	struct watched_word *watched; /* owned */
	size_t n_watched, cap_watched;
};

/* Finds the device's structures; -errno with *e (why: a sentence). */
int attached_find(struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e);
/* From the device (d->pci) on: names, and pointers back, are as they must be; -errno with *e (why: a sentence) if not. */
int attached_check(struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e);
/* Finds the rings, whose places change with ethtool -G and -L and with each opening of the interface. Errors as
 * attached_find(). */
int attached_find_rings(struct attached *d, struct memory *m, const struct driver_ask *ask, struct err *e);
void attached_free(struct attached *d);

/* Reads all rings. -EAGAIN: they are not where they were. */
int rings_read(struct attached *d, struct memory *m, const struct driver_ask *ask, struct driver_side *out,
	       struct err *e);

/* After rings_read(), of each ring that has stood for a while, if `wanted`: its descriptors and frames from `clean` on, into
 * the side's ring. Nothing is added if it moves meanwhile. What stands is remembered for the next sample. -errno. */
int frames_look(struct attached *d, struct memory *m, bool wanted, struct driver_side *side);

/* ms since a time of the kernel in jiffies; FACT_UNKNOWN if it cannot be one. */
int64_t attached_age(const struct attached *d, const struct memory *m, int64_t jiffies);
/* Adds the words of the states of a structure that hold. */
typedef void state_found(void *arg, const char *meaning);
void states_say(const struct layout_states *s, int64_t value, state_found *found, void *arg);

#endif
