/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queues: the only place that knows where head, tail and ring size are, how many descriptors wait, and what becomes of them from
 * sample to sample. First one queue of one snapshot; then the same device at several instants, a series.
 */
#ifndef DEVICE_QUEUE_H
#define DEVICE_QUEUE_H

#include "device/values.h"

enum queue_direction { QUEUE_TX, QUEUE_RX };

/* Head and tail of a ring, in descriptors. */
struct ring {
	bool known;
	uint32_t head, tail;
	uint32_t size; /* descriptors; 0: not known */
};

/* Descriptors that the hardware has not taken yet, modulo the ring. False if head and tail cannot be of such a ring, or
 * the tail is behind and the size is not known. */
bool ring_pending(const struct ring *r, uint32_t *pending);
/* How far the head went from a to b, modulo the ring; a multiple of the ring looks like none. False if it cannot be
 * told. */
bool ring_moved(const struct ring *a, const struct ring *b, uint32_t *moved);

/* What the registers of a queue hold. */
struct queue_regs {
	bool has_head, has_tail, has_length, has_enable;
	struct ring ring;  /* .known: head and tail; size by the length register, else as the driver says */
	uint64_t length;   /* of the ring, in bytes */
	uint64_t enable;   /* the whole register */
	bool on_known, on; /* by the enable register's field */
};

/* The ring of queue i. A chip without head registers is followed by its tail: head is then the tail. */
struct ring queue_ring(const struct values *v, enum queue_direction direction, uint32_t i);
/* Queue i; all unknown if the chip has none or the snapshot no value. */
void queue_read(const struct values *v, enum queue_direction direction, uint32_t i, struct queue_regs *out);
/* The hardware's number of the kernel's queue n (tx-n of /sys, and of the log), by the definition's rule. A snapshot that does
 * not say how many virtual functions there are is taken for one without. False: it cannot be known. */
bool queue_of_kernel(const struct values *v, enum queue_direction direction, uint32_t n, uint32_t *queue);
/* How many queues the chip has; 0 for an unknown chip. */
uint32_t queue_count(const struct chip *chip, enum queue_direction direction);
/* Whether the chip has head registers; else the tail alone is known. */
bool queue_has_heads(const struct chip *chip, enum queue_direction direction);
/* Head or tail of a transmit queue. */
bool queue_is_tx_pointer(const struct chip_reg *reg);
/* Cheap, for thousands of queues again and again: whether some transmit head stands still between two snapshots of a chip
 * with work behind it. Both have the registers in the order of the definitions. */
bool queue_some_stand(const struct chip *chip, const struct snapshot *before, const struct snapshot *last);

/* ---- a series ---- */

#define SERIES_MOST 64 /* samples; of more, the latest */

enum queue_state {
	QUEUE_UNKNOWN, /* no values, or values that cannot be */
	QUEUE_OFF,     /* not enabled, or without a ring */
	QUEUE_EMPTY,   /* nothing waits, nothing moved */
	QUEUE_MOVING,  /* the head moved */
	QUEUE_WAITING, /* something waits, and there is but one sample */
	QUEUE_STUCK,   /* something waits, and in the last samples (all, or three) the head stands still */
	QUEUE_SLACK    /* something waited at times, and no head movement was seen */
};

struct queue {
	uint32_t index;
	enum queue_state state;
	struct ring first, last; /* of the samples that know it */
	uint32_t pending;        /* in the last sample */
	bool tail_moved;
	size_t still;      /* the last samples in which something waits and the head stands still */
	int64_t still_ns;  /* from the first to the last of these; 0: not known */
	uint64_t moved;    /* descriptors, over all samples */
	bool on_known, on; /* its enable register, in the last sample */
};

struct direction {
	bool transmit;
	struct queue *queues; /* those of which anything is known; owned */
	size_t n;
	size_t by_state[QUEUE_SLACK + 1];
	uint64_t moved;
	bool has_heads; /* else only tails: the driver gives back what was received */
};

struct series {
	const struct chip *chip;
	struct values *samples; /* oldest first; owned */
	size_t n;
	int64_t span_ns; /* from the first to the last; 0: not known, or one sample */
	struct direction tx, rx;
};

/* The snapshots are of one device, oldest first, and outlive the series. */
void series_init(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip);
/* The same, cheaper after a series of the same device whose last snapshot still lives; `before` may be empty. */
void series_init_after(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip,
		       const struct series *before);
/* The same for snapshots of which others were judged before, or will be. */
void series_init_kept(struct series *s, const struct snapshot *const *snapshots, size_t n, const struct chip *chip,
		      struct values_kept *kept);
void series_free(struct series *s);

/* The latest sample; there is one at least. Owned by the series. */
const struct values *series_last(const struct series *s);
/* In how many samples the nth field with that role is known, and in how many of them it is not zero. The last reading goes
 * to *r. */
size_t series_count_set(const struct series *s, enum chip_role role, enum chip_field_role field, size_t n,
			size_t *known, struct reading *r);
/* The same of the nth traffic class that the partner pauses. */
size_t series_count_paused(const struct series *s, enum chip_role role, size_t n, size_t *known, struct reading *r);
/* The queue with this index, owned by d; NULL: nothing is known of it. */
const struct queue *direction_queue(const struct direction *d, uint32_t index);
/* Descriptors a second; 0 if the time is not known. */
uint64_t series_rate(const struct series *s, uint64_t moved);

#endif
