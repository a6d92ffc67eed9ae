/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same device at several instants: what its queues, its link and its pause state did meanwhile. */
#ifndef DEVICE_SERIES_H
#define DEVICE_SERIES_H

#include "device/queue.h"

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

const struct values *series_last(const struct series *s);
/* In how many samples the nth field with that role is known, and in how many of them it is not zero. The last reading goes
 * to *r. */
size_t series_count_set(const struct series *s, enum chip_role role, enum chip_field_role field, size_t n,
			size_t *known, struct reading *r);
/* The same of the nth traffic class that the partner pauses. */
size_t series_count_paused(const struct series *s, enum chip_role role, size_t n, size_t *known, struct reading *r);
/* The queue with this index, or NULL. */
const struct queue *direction_queue(const struct direction *d, uint32_t index);
/* Descriptors a second; 0 if the time is not known. */
uint64_t series_rate(const struct series *s, uint64_t moved);

#endif
