// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/ring_state.h"

#include <string.h>

#include "util/clock.h"

#define STANDS_NS (12 * CLOCK_SECOND / 10) /* as the drivers judge, at 1 Gb/s */
#define HEALS_NS (25 * CLOCK_SECOND / 10)  /* drivers raise an interrupt of their own every 2 s */
#define WRITE_BACK_NS (CLOCK_SECOND / 4)
#define LAUNCH_MS 5000              /* later than that no launch time is set */
#define SLACK_NS (CLOCK_SECOND / 5) /* of times that are taken one after the other */
#define PCI_NORMAL 1

const char *ring_state_words(enum ring_state state)
{
	static const char *const words[RING_STATES] = {
		[RING_UNKNOWN] = "not known",
		[RING_DETACHED] = "interface detached",
		[RING_GIVEN_UP] = "device given up by its driver",
		[RING_DEAD] = "device does not answer",
		[RING_PCI_ERROR] = "PCI error recovery",
		[RING_RESETTING] = "driver resets the device",
		[RING_FAILED] = "driver has given up",
		[RING_DOWN] = "interface down",
		[RING_HALF_DOWN] = "driver down under an interface that is up",
		[RING_TESTING] = "self-test",
		[RING_LINK_LOST] = "no link, frames left",
		[RING_LINK_DOWN] = "no link",
		[RING_RUNNING] = "moving",
		[RING_NOT_WOKEN] = "stopped and never woken",
		[RING_NOT_COUNTED] = "stopped by a byte count that is off",
		[RING_IDLE] = "empty",
		[RING_XDP] = "XDP",
		[RING_NOT_RUNG] = "hardware never told",
		[RING_WAITS_FOR_STAMP] = "waits for a time stamp",
		[RING_DEFERRED] = "clean-up deferred",
		[RING_NAPI_DISABLED] = "done, NAPI disabled",
		[RING_STARVED] = "done, NAPI starved",
		[RING_CAUSE_OFF] = "done, interrupt cause off",
		[RING_VECTOR_MASKED] = "done, MSI-X masked",
		[RING_LEFT_MASKED] = "done, interrupt left masked",
		[RING_TX_VECTOR_LOST] = "done, transmit interrupt lost",
		[RING_INTERRUPT_LOST] = "done, interrupt lost",
		[RING_NOT_WRITTEN_BACK] = "taken, no write-back",
		[RING_PAUSED] = "paused by the partner",
		[RING_GATED] = "held by its schedule",
		[RING_DISABLED] = "disabled in the hardware",
		[RING_MALFORMED] = "stopped by malicious driver detection",
		[RING_HELD_BY_PF] = "held by the physical function",
		[RING_SLOW] = "slow",
		[RING_STANDS] = "hardware stands",
		[RING_FOREIGN] = "indices that do not fit",
		[RING_PENDING] = "work waits",
	};

	return words[state];
}

bool ring_state_is_uncleaned(enum ring_state state)
{
	return state >= RING_NAPI_DISABLED && state <= RING_INTERRUPT_LOST;
}

bool ring_state_is_bad(enum ring_state state)
{
	switch (state) {
	case RING_GIVEN_UP:
	case RING_DEAD:
	case RING_PCI_ERROR:
	case RING_FAILED:
	case RING_HALF_DOWN:
	case RING_NOT_WOKEN:
	case RING_NOT_COUNTED:
	case RING_NOT_RUNG:
	case RING_NOT_WRITTEN_BACK:
	case RING_PAUSED:
	case RING_DISABLED:
	case RING_MALFORMED:
	case RING_HELD_BY_PF:
	case RING_STANDS:
	case RING_FOREIGN:
		return true;
	default:
		return ring_state_is_uncleaned(state);
	}
}

/* What no machine lives to see counts as the longest that there is. */
static int64_t ns_of_ms(int64_t ms)
{
	return (ms < 0 ? 0 : ms > SIDE_AGE_MOST_MS ? SIDE_AGE_MOST_MS : ms) * 1000000;
}

/* Of a ring whose size is known: FACT_UNKNOWN is no index. */
static bool is_index(const struct ring_side *r, int64_t index)
{
	return r->count <= SIDE_COUNT_MOST && index >= 0 && index < r->count;
}

/* Going round from a to b, two indices. */
static int64_t way(const struct ring_side *r, int64_t a, int64_t b)
{
	return b >= a ? b - a : r->count - (a - b);
}

int64_t ring_side_pending(const struct ring_side *r)
{
	if (!is_index(r, r->clean) || !is_index(r, r->use))
		return FACT_UNKNOWN;
	return way(r, r->clean, r->use);
}

/* Tail, where the hardware tells; else it is where the driver is: a doorbell that is only written. */
static int64_t tail_of(const struct ring_side *r)
{
	return fact_is_known(r->tail) ? r->tail : r->use;
}

/* clean <= head <= tail <= use, going round. */
static bool in_order(const struct ring_side *r)
{
	if (!fact_is_known(r->head))
		return true;
	if (!is_index(r, r->head) || !is_index(r, tail_of(r)))
		return false;
	return way(r, r->clean, r->head) + way(r, r->head, tail_of(r)) + way(r, tail_of(r), r->use) ==
	       way(r, r->clean, r->use);
}

static bool is_same(const struct ring_side *r, const struct ring_side *like)
{
	return r->hw_queue == like->hw_queue && r->queue == like->queue && r->xdp == like->xdp && !r->why &&
	       r->count == like->count;
}

/* The same ring of another sample: at its place, unless the driver has changed its rings. */
static const struct ring_side *same_ring(const struct snapshot *s, const struct ring_side *like, size_t place)
{
	if (place < s->side.n_rings && is_same(&s->side.rings[place], like))
		return &s->side.rings[place];
	for (size_t i = 0; i < s->side.n_rings; i++)
		if (is_same(&s->side.rings[i], like))
			return &s->side.rings[i];
	return NULL;
}

static bool stands_as(const struct ring_side *a, const struct ring_side *b)
{
	return a->moving != 1 && a->clean == b->clean && a->last == b->last && a->done == b->done &&
	       (!fact_is_known(a->head) || !fact_is_known(b->head) || a->head == b->head) &&
	       (!fact_is_known(a->packets) || !fact_is_known(b->packets) || a->packets == b->packets);
}

/* Whether the frame came later than that sample: the ring has gone once round, or more. */
static bool is_younger(const struct ring_side *before, const struct ring_side *now, const struct snapshot *then,
		       const struct snapshot *latest)
{
	return fact_is_known(now->age_ms) && fact_is_known(before->age_ms) && then->taken && latest->taken &&
	       ns_of_ms(now->age_ms) + SLACK_NS < latest->taken - then->taken;
}

/* The samples in which it stands as it does now. */
static void measure(const struct snapshot *const *samples, size_t n, struct ring_judgement *j, bool *moved, bool *slow)
{
	const struct snapshot *latest = samples[n - 1];
	size_t i = n - 1;

	for (j->samples = 1; i > 0; i--, j->samples++) {
		const struct ring_side *before =
			same_ring(samples[i - 1], j->ring, (size_t)(j->ring - latest->side.rings));

		if (!before)
			break;
		if (before->clean != j->ring->clean || is_younger(before, j->ring, samples[i - 1], latest) ||
		    (fact_is_known(before->packets) && fact_is_known(j->ring->packets) &&
		     before->packets != j->ring->packets))
			*moved |= j->samples == 1;
		else if (fact_is_known(before->head) && fact_is_known(j->ring->head) && before->head != j->ring->head)
			*slow |= j->samples == 1;
		if (!stands_as(before, j->ring) || is_younger(before, j->ring, samples[i - 1], latest))
			break;
	}
	if (samples[i]->taken && latest->taken > samples[i]->taken)
		j->still_ns = latest->taken - samples[i]->taken;
}

static enum ring_state by_driver(const struct driver_side *d, const struct ring_around *around)
{
	if (d->given_up == 1)
		return RING_GIVEN_UP;
	if (around->dead)
		return RING_DEAD;
	if (fact_is_known(d->pci_error) && d->pci_error != PCI_NORMAL)
		return RING_PCI_ERROR;
	if (driver_side_has(d, "failed"))
		return RING_FAILED;
	if (driver_side_has(d, "resetting"))
		return RING_RESETTING;
	if (d->n_states && !driver_side_has(d, "present"))
		return RING_DETACHED;
	if (driver_side_has(d, "testing"))
		return RING_TESTING;
	if (driver_side_has(d, "down"))
		return driver_side_has(d, "started") ? RING_HALF_DOWN : RING_DOWN;
	if (d->n_states && !driver_side_has(d, "started"))
		return RING_DOWN;
	return RING_UNKNOWN;
}

static enum ring_state when_empty(const struct ring_side *r)
{
	bool lags = is_index(r, r->head) && way(r, r->head, r->use) == 1;
	bool agree = (!fact_is_known(r->head) || r->head == r->use || lags) && tail_of(r) == r->use;

	if (!agree)
		return RING_FOREIGN;
	if (r->stopped == 1)
		return RING_NOT_WOKEN;
	if (r->limited == 1 && fact_is_known(r->inflight) && r->inflight)
		return RING_NOT_COUNTED;
	return RING_IDLE;
}

/* A state of the driver lasts over all samples that have it, whatever its rings do. */
static void measure_driver(const struct snapshot *const *samples, size_t n, const struct ring_around *around,
			   struct ring_judgement *j)
{
	const struct snapshot *latest = samples[n - 1];
	size_t i = n - 1;

	while (i && driver_side_known(&samples[i - 1]->side) && by_driver(&samples[i - 1]->side, around) == j->state)
		i--;
	j->samples = n - i;
	j->still_ns = samples[i]->taken && latest->taken > samples[i]->taken ? latest->taken - samples[i]->taken : 0;
}

/* The hardware has marked the frame as done. */
static enum ring_state when_done(const struct driver_side *d, const struct ring_side *r,
				 const struct ring_around *around)
{
	(void)d;
	if (r->stamp_pending == 1)
		return RING_WAITS_FOR_STAMP;
	if (around->cause_off)
		return RING_CAUSE_OFF;
	if (r->in_interrupt == 1 && !around->vector_masked)
		return around->masked ? RING_LEFT_MASKED : RING_TX_VECTOR_LOST;
	if (r->busy_poll == 1 || (fact_is_known(r->deferred) && r->deferred > 0))
		return RING_DEFERRED;
	if (r->scheduled == 1)
		return r->held == 1 ? RING_NAPI_DISABLED : RING_STARVED;
	if (around->vector_masked)
		return RING_VECTOR_MASKED;
	return around->masked ? RING_LEFT_MASKED : RING_INTERRUPT_LOST;
}

/* The hardware has work that it does not do. */
static enum ring_state when_waiting(const struct driver_side *d, const struct ring_side *r,
				    const struct ring_around *around)
{
	if (around->paused)
		return RING_PAUSED;
	if (r->gated == 1 || (r->launch_time == 1 && (!fact_is_known(r->age_ms) || r->age_ms < LAUNCH_MS)))
		return RING_GATED;
	if (around->malformed)
		return RING_MALFORMED;
	if (around->disabled)
		return RING_DISABLED;
	if (driver_side_has(d, "waits-for-pf"))
		return RING_HELD_BY_PF;
	return RING_STANDS;
}

static enum ring_state by_indices(const struct driver_side *d, const struct ring_side *r,
				  const struct ring_around *around, bool slow)
{
	bool waits = fact_is_known(r->head) ? r->head != tail_of(r) : r->done != 1;

	if (r->xdp == 1 || r->zero_copy == 1)
		return fact_is_known(r->head) && waits ? when_waiting(d, r, around) : RING_XDP;
	if (!in_order(r))
		return RING_FOREIGN;
	if (fact_is_known(r->tail) && r->tail != r->use && !fact_is_known(r->owner) &&
	    !(fact_is_known(r->head) && r->head != r->tail))
		return r->done == 1 ? when_done(d, r, around) : RING_NOT_RUNG;
	if (waits && slow)
		return RING_SLOW;
	if (waits)
		return when_waiting(d, r, around);
	if (r->done == 1)
		return when_done(d, r, around);
	return fact_is_known(r->done) ? RING_NOT_WRITTEN_BACK : RING_PENDING;
}

static int64_t patience_ns(const struct driver_side *d)
{
	int64_t own = ns_of_ms(d->patience_ms); /* 0 if it is not known */

	return own > STANDS_NS ? own : STANDS_NS;
}

bool ring_writes_back_late(const struct ring_side *r)
{
	return fact_is_known(r->head_word) || !fact_is_known(r->age_ms);
}

/* Whether it stood long enough, by the samples or by the age of the frame. */
static bool is_sure(const struct driver_side *d, const struct ring_judgement *j)
{
	int64_t aged = ns_of_ms(j->ring->age_ms);

	if (ring_state_is_uncleaned(j->state))
		return j->samples > 1 && j->still_ns >= HEALS_NS;
	if (j->state == RING_NOT_WRITTEN_BACK)
		return j->samples > 1 && j->still_ns >= (ring_writes_back_late(j->ring) ? HEALS_NS : WRITE_BACK_NS);
	if (j->state == RING_HALF_DOWN)
		return j->still_ns >= RING_RESET_NS;
	/* What driver and kernel say themselves. */
	if (j->state >= RING_DETACHED && j->state <= RING_TESTING)
		return true;
	if (j->state == RING_STANDS)
		return j->samples > 1 && (j->still_ns >= patience_ns(d) || aged >= patience_ns(d));
	return j->samples > 1;
}

static bool holds_head(const struct ring_side *r, const struct frame_side *f)
{
	return is_index(r, r->head) && is_index(r, f->first) && is_index(r, f->last) &&
	       way(r, f->first, r->head) <= way(r, f->first, f->last);
}

/* The frame that the head is in; without a head, the first one that is not done. */
static const struct frame_side *stuck_frame(const struct ring_side *r)
{
	for (size_t i = 0; i < r->n_frames; i++) {
		const struct frame_side *f = &r->frames[i];

		if (!fact_is_known(r->head) ? f->done != 1 : holds_head(r, f))
			return f;
	}
	return r->n_frames && !fact_is_known(r->head) ? &r->frames[0] : NULL;
}

struct ring_judgement ring_judge(const struct snapshot *const *samples, size_t n, size_t i,
				 const struct ring_around *around)
{
	const struct driver_side *d = &samples[n - 1]->side;
	struct ring_judgement j = { .samples = 1 };
	bool moved = false, slow = false;
	int64_t pending;

	if (!driver_side_known(d) || i >= d->n_rings)
		return j;
	j.ring = &d->rings[i];
	pending = ring_side_pending(j.ring);
	measure(samples, n, &j, &moved, &slow);
	j.state = by_driver(d, around);
	if (j.state != RING_UNKNOWN)
		measure_driver(samples, n, around, &j);
	if (j.state == RING_UNKNOWN && (around->link == 0 || driver_side_has(d, "no-carrier")))
		j.state = fact_is_known(pending) && pending ? RING_LINK_LOST : RING_LINK_DOWN;
	if (j.state == RING_UNKNOWN && !fact_is_known(pending))
		return j;
	if (j.state == RING_UNKNOWN) {
		if (moved || j.ring->moving == 1)
			j.state = RING_RUNNING;
		else if (!pending)
			j.state = when_empty(j.ring);
		else
			j.state = by_indices(d, j.ring, around, slow);
	}
	j.sure = is_sure(d, &j);
	j.frame = stuck_frame(j.ring);
	return j;
}
