/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the looks so far tell of each device. Times are in ns since 1970, as those of snapshots. Private to monitor/, and free of curses. */
#ifndef MONITOR_MODEL_H
#define MONITOR_MODEL_H

#include "device/queue.h"
#include "diagnose/diagnose.h"

#define MODEL_SPARK 32
#define MODEL_LOOKS 24
#define MODEL_CHANGES 200

/* One queue over time. */
struct lane {
	uint64_t rates[MODEL_SPARK]; /* descriptors a second at each look, the latest last */
	struct ring last;
	int64_t moved_at; /* the look in which the head had last moved; 0: not seen */
	int64_t since;    /* the first look */
};

/* A register that was another value than in the look before, or that can be read no more, or again. */
struct reg_change {
	int64_t when;    /* of the look: ns since 1970 */
	char *text;      /* owned */
	bool counter;    /* statistics, heads and tails: they always change */
	unsigned times;  /* how often the register has changed so far */
	uint32_t offset; /* as in struct chip_ref: bytes, or the number of a PHY register */
	uint8_t space;
};

struct track {
	char *address, *name; /* owned */
	char *netdev;         /* the last one it had; NULL: none. Owned */
	const struct chip *chip;
	struct snapshot *looks[MODEL_LOOKS]; /* oldest first; owned */
	size_t n_looks;
	bool gone;
	int64_t gone_at;
	struct series series; /* the latest looks */
	struct diagnoses diagnoses;
	int64_t diagnosed_at;
	enum verdict verdict;
	int64_t verdict_since;
	struct lane *lanes[2];      /* receive, transmit; by queue; owned */
	struct reg_change *changes; /* newest first, then those that change all the time, then counters; owned */
	size_t n_changes;
};

struct model {
	struct chipdb *db;
	struct track **tracks; /* worst first; owned */
	size_t n, cap;
	int64_t now;    /* of the latest look */
	bool each_look; /* diagnose at every look, however costly */
};

/* Frees all tracks; the database stays. */
void model_clear(struct model *m);
/* Takes the snapshots of a look over. `now` counts for an empty one. */
void model_feed(struct model *m, struct snapshots *look, int64_t now);
/* Whether a queue has stood still for two looks, so that a further one soon would tell. */
bool model_doubts(const struct model *m);

/* Owned by the track, valid until the next model_feed(): the latest look and its diagnosis, NULL if there is none; the queue with this
 * index of the hardware, NULL if the part has no such queue. */
const struct snapshot *track_latest(const struct track *t);
const struct diagnosis *track_diagnosis(const struct track *t);
struct lane *track_lane(const struct track *t, bool transmit, uint32_t index);

/* changes.c: what differs between the last two looks goes to the front of the track's changes. */
void track_compare(struct track *t);

/* How bad a queue's state is, worst first. */
enum trouble {
	TROUBLE_STUCK,
	TROUBLE_UNCLEANED, /* done by the hardware, and not cleaned up by the driver */
	TROUBLE_STOPPED,   /* empty, and not woken */
	TROUBLE_STARVED,
	TROUBLE_WAITING,
	TROUBLE_MOVING,
	TROUBLE_IDLE,
	TROUBLE_OFF
};
/* As the findings have it where they are about this queue, else by its registers. */
enum trouble trouble_of(const struct track *t, const struct direction *d, const struct queue *q);
/* In a word; static. */
const char *trouble_name(enum trouble trouble);

#endif
