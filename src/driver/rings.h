/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pass over the rings of a device: what rings.c reads, and ring_pass.c makes facts of. For these two alone. */
#ifndef DRIVER_RINGS_H
#define DRIVER_RINGS_H

#include "driver/attached.h"

/* What is read of a ring in the pass itself, in this order. */
enum {
	AT_MARK, /* the descriptor's quadword with the mark, or the head word */
	AT_HEAD,
	AT_TAIL,
	AT_USE,
	AT_MARK_AGAIN,
	AT_LAST_AGAIN,
	AT_CLEAN_AGAIN,
	/* What is around it. */
	AT_SENT,
	AT_TIMEOUTS,
	AT_OWNER,
	AT_QUEUED,
	AT_COMPLETED,
	AT_LIMIT,
	AT_STALLS,
	AT_WAITING,
	AT_CPU,
	AT_DEFERRED,
	AT_PACKETS,
	AT_RESTARTS,
	AT_GATED,
	AT_LAUNCH,
	AT_STAMP,
	AT_QUEUE_STATE,
	AT_NAPI_STATE,
	AT_RING_STATE,
	LOADS
};

struct pass {
	struct ring_at *ring;
	struct ring_side *out;
	int64_t clean, use;
	uint64_t last_raw, time; /* of the buffer at clean; the time in jiffies */
	uint64_t buffer, last_at;
	int64_t last; /* FACT_UNKNOWN: nothing is pending */
	struct memory_load loads[LOADS];
	bool done;
};

struct rings_reading {
	struct attached *d;
	struct memory *m;
	const struct driver_ask *ask;
	struct driver_side *side;
	struct pass *passes;
	size_t n;
};

/* Where a word of the definition is; owned by the device's layout. */
static inline const struct place *rings_place(const struct rings_reading *r, enum def_word word)
{
	return &r->d->layout.places[word];
}

/* The states of a structure, owned by the layout as well; NULL: the definition names none. */
static inline const struct layout_states *rings_states(const struct rings_reading *r, enum def_struct structure)
{
	for (size_t i = 0; i < r->d->layout.n_states; i++)
		if (r->d->layout.states[i].structure == structure)
			return &r->d->layout.states[i];
	return NULL;
}

/* The bit with which the half of its quadword begins that has the mark. */
static inline unsigned rings_mark_half(const struct driver_def *format)
{
	return format->done_low & 32u;
}

/* Fills p->out; `stands`: the ring did not move in the pass. */
void rings_put_pass(const struct rings_reading *r, const struct pass *p, bool stands);
/* Why nothing is known of a ring; copied. */
void rings_refuse(struct ring_side *out, const char *why);

#endif
