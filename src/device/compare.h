/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two snapshots of a device, A the earlier or the good one, B the other: what differs, and what of it matters first.
 * Asks the definitions for roles and unusual values, never for a register by name.
 */
#ifndef DEVICE_COMPARE_H
#define DEVICE_COMPARE_H

#include "snapshot/snapshot.h"

struct chipdb;
struct err;

enum { COMPARE_A, COMPARE_B, COMPARE_SIDES };

/* What a difference is about; the order is that of telling. */
enum change_rank {
	CHANGE_WORK,     /* head and tail of a transmit queue in which work waits, in A or in B */
	CHANGE_TRANSMIT, /* whether the device sends at all */
	CHANGE_UNUSUAL,  /* a field is unusual in one of the two and not in the other */
	CHANGE_ROLE,     /* a register that rules ask for: link, pause, interrupts, PHY, ASPM of either end */
	CHANGE_OTHER,
	CHANGE_VOLATILE, /* counters, and heads and tails that go on by themselves */
	CHANGE_RANKS
};

/* Stable words for JSON ("work"); static. */
const char *change_rank_name(enum change_rank rank);

struct change {
	enum change_rank rank;
	enum pci_role function;         /* whose configuration space, for CHIP_CONFIG */
	struct chip_ref ref;            /* offset absolute in its space */
	uint64_t value[COMPARE_SIDES];  /* equal only for the head or tail of a queue whose other one changed */
	int64_t waiting[COMPARE_SIDES]; /* CHANGE_WORK: descriptors that wait; -1: not known */
	size_t place;                   /* in the order of the definitions */
};

/* A fact, or a feature of the interface. */
struct fact_change {
	const struct fact_desc *fact; /* NULL: a feature */
	const char *feature;          /* of A or B */
	int on[COMPARE_SIDES];        /* of the feature: 1, 0, -1 not known */
};

/* A number of a ring as the driver knows it, a counter of the driver's, or a word of its states (1: it holds, 0: not). */
struct side_change {
	const struct ring_side *ring;     /* of A; NULL: of the device */
	const struct side_number *number; /* of the ring; NULL: the device's */
	const char *word;                 /* the counter or state, of A or B; NULL for a ring */
	bool state;
	int64_t value[COMPARE_SIDES]; /* FACT_UNKNOWN: not known */
};

/* A virtual function, by its number; both sides know how many there are. */
struct virtual_change {
	const struct virtual_function *vf[COMPARE_SIDES]; /* NULL: that side has none of the number */
	const struct virtual_text *text;                  /* which differs, where both have it; NULL: it came or went */
};

struct comparison {
	const struct snapshot *side[COMPARE_SIDES];
	const struct chip *chip; /* NULL: a chip without a definition */
	struct change *changes;  /* what matters first; owned */
	size_t n, cap;
	struct fact_change *facts; /* owned */
	size_t n_facts, cap_facts;
	struct side_change *sides; /* where both know the driver's side; owned */
	size_t n_sides, cap_sides;
	struct virtual_change *virtuals; /* owned */
	size_t n_virtuals, cap_virtuals;
	size_t compared;                /* values that both have */
	size_t missing[COMPARE_SIDES];  /* values that only the other has */
	enum unread why[COMPARE_SIDES]; /* for the first of these */
};

/* Both are of the same part: -EINVAL, naming the parts, if not; other -errno with *e for a definition that cannot be resolved. They
 * outlive the comparison. */
int compare_snapshots(struct chipdb *db, const struct snapshot *a, const struct snapshot *b, struct comparison *out,
		      struct err *e);
void comparison_free(struct comparison *c);

#endif
