// SPDX-License-Identifier: GPL-2.0-or-later
/* What a pass over the rings has read, as facts of each ring. */
#include <stdlib.h>

#include "driver/rings.h"
#include "util/alloc.h"

#define CPUS_MOST 65536
#define HEAD_MASK 0x1fffu

static void put(int64_t *out, const struct place *p, const struct memory_load *l)
{
	if (l->ok)
		*out = place_value(p, l);
}

static void put_yes(int64_t *out, const struct place *p, const struct memory_load *l)
{
	if (l->ok)
		*out = place_value(p, l) != 0;
}

static bool is_index(int64_t index, const struct ring_at *ring)
{
	return index >= 0 && index < ring->count;
}

/* A register's index: the role's field, where it has one. */
static void put_register(int64_t *out, const struct memory_load *l, const struct ring_at *ring)
{
	int64_t value = (int64_t)(l->value & 0xffffffffu);

	if (l->ok && value != 0xffffffff)
		*out = is_index(value, ring) ? value : (int64_t)(l->value & HEAD_MASK);
}

/* The next descriptor, by a head that is the last one done, or FACT_UNKNOWN: it is stale in a queue that has sent nothing yet. */
static int64_t after_last_done(const struct ring_at *ring, const struct ring_side *out)
{
	int64_t n = ring->count, next = is_index(out->head, ring) ? (out->head + 1) % n : FACT_UNKNOWN;

	return next != FACT_UNKNOWN && (next - out->clean + n) % n <= (out->use - out->clean + n) % n ? next
												      : FACT_UNKNOWN;
}

static void put_marks(const struct rings_reading *r, const struct pass *p, struct ring_side *out)
{
	const struct driver_def *format = r->d->layout.format;
	const struct memory_load *mark = &p->loads[AT_MARK_AGAIN];
	uint64_t bits = mark->value >> (format->done_low - rings_mark_half(format)) &
			(UINT64_MAX >> (63 - format->done_high + format->done_low));

	if (!mark->ok)
		return;
	if (r->d->layout.def->done_by == DONE_BY_HEAD_WORD && !p->ring->xdp) {
		if (mark->value < p->ring->count)
			out->head_word = (int64_t)mark->value;
		if (p->last != FACT_UNKNOWN && out->head_word != FACT_UNKNOWN)
			out->done = out->head_word != p->clean;
	} else {
		out->done = bits == format->done_value;
	}
}

static void put_states(const struct rings_reading *r, const struct pass *p, struct ring_side *out)
{
	const struct layout_states *queue = rings_states(r, DEF_QUEUE), *napi = rings_states(r, DEF_NAPI),
				   *ring = rings_states(r, DEF_RING);
	const struct memory_load *l = p->loads;

	if (l[AT_QUEUE_STATE].ok) {
		out->stopped = out->limited = out->frozen = 0;
		states_say(queue, place_value(&queue->place, &l[AT_QUEUE_STATE]), ring_side_set_state, out);
	}
	if (l[AT_NAPI_STATE].ok && out->in_interrupt != 1) {
		out->scheduled = out->missed = out->held = out->busy_poll = 0;
		states_say(napi, place_value(&napi->place, &l[AT_NAPI_STATE]), ring_side_set_state, out);
	}
	if (l[AT_RING_STATE].ok) {
		out->hang_check = 0;
		states_say(ring, place_value(&ring->place, &l[AT_RING_STATE]), ring_side_set_state, out);
	}
}

static void put_around(const struct rings_reading *r, const struct pass *p, struct ring_side *out)
{
	const struct memory_load *l = p->loads;
	int64_t queued = FACT_UNKNOWN, completed = FACT_UNKNOWN, sent = FACT_UNKNOWN;

	put(&sent, rings_place(r, DEF_QUEUE_SENT), &l[AT_SENT]);
	if (sent != FACT_UNKNOWN)
		out->sent_ms = attached_age(r->d, r->m, sent);
	put(&out->timeouts, rings_place(r, DEF_QUEUE_TIMEOUTS), &l[AT_TIMEOUTS]);
	put(&out->owner, rings_place(r, DEF_QUEUE_OWNER), &l[AT_OWNER]);
	if (out->owner < 0 || out->owner > CPUS_MOST)
		out->owner = FACT_UNKNOWN;
	put(&queued, rings_place(r, DEF_QUEUE_QUEUED), &l[AT_QUEUED]);
	put(&completed, rings_place(r, DEF_QUEUE_COMPLETED), &l[AT_COMPLETED]);
	if (queued != FACT_UNKNOWN && completed != FACT_UNKNOWN)
		out->inflight = (int64_t)(uint32_t)(queued - completed);
	put(&out->limit, rings_place(r, DEF_QUEUE_LIMIT), &l[AT_LIMIT]);
	put(&out->stalls, rings_place(r, DEF_QUEUE_STALLS), &l[AT_STALLS]);
	put(&out->waiting, rings_place(r, DEF_QUEUE_WAITING), &l[AT_WAITING]);
	put(&out->packets, rings_place(r, DEF_RING_PACKETS), &l[AT_PACKETS]);
	put(&out->restarts, rings_place(r, DEF_RING_RESTARTS), &l[AT_RESTARTS]);
	put_yes(&out->gated, rings_place(r, DEF_RING_GATED), &l[AT_GATED]);
	put_yes(&out->launch_time, rings_place(r, DEF_RING_LAUNCH), &l[AT_LAUNCH]);
	put_states(r, p, out);
	if (out->in_interrupt == 1)
		return;
	put(&out->cpu, rings_place(r, DEF_NAPI_CPU), &l[AT_CPU]);
	if (out->cpu < 0 || out->cpu > CPUS_MOST)
		out->cpu = FACT_UNKNOWN;
	put(&out->deferred, rings_place(r, DEF_NAPI_DEFERRED), &l[AT_DEFERRED]);
}

void rings_refuse(struct ring_side *out, const char *why)
{
	free(out->why);
	out->why = xstrdup(why);
}

void rings_put_pass(const struct rings_reading *r, const struct pass *p, bool stands)
{
	struct ring_side *out = p->out;
	const struct memory_load *l = p->loads;

	put_around(r, p, out);
	put(&out->use, rings_place(r, DEF_RING_USE), &l[AT_USE]);
	if (!is_index(p->clean, p->ring) || !is_index(out->use, p->ring)) {
		out->use = FACT_UNKNOWN;
		rings_refuse(out, "an index of the driver is beyond the ring");
		return;
	}
	out->clean = p->clean;
	out->moving = !stands;
	put_register(&out->head, &l[AT_HEAD], p->ring);
	if (r->ask->chip && chip_has_trait(r->ask->chip, "head-last-done"))
		out->head = after_last_done(p->ring, out);
	put_register(&out->tail, &l[AT_TAIL], p->ring);
	if (!stands || p->clean == out->use)
		return;
	out->last = p->last;
	put_marks(r, p, out);
	put_yes(&out->stamp_pending, rings_place(r, DEF_BUFFER_STAMP), &l[AT_STAMP]);
	if (p->time && p->last != FACT_UNKNOWN && !p->ring->xdp)
		out->age_ms = attached_age(r->d, r->m, (int64_t)p->time);
}
