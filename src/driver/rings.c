// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All rings of a device, without a lock. Indices, marks and registers move in one direction only, and what is behind is read
 * first: clean, the mark of its frame, head, tail, use, then the mark and clean again. What is read later can only have gone
 * on, so that the order clean <= head <= tail <= use holds in such a pass, if clean is the same at its end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/rings.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"

#define PASSES 3
#define PATIENCE_MOST 256

/* A number that lies in a structure, at no pointer's end. */
static struct memory_load direct(const struct place *p, uint64_t structure)
{
	return place_load(p, structure && p->known && !p->n_steps ? structure + p->add : 0);
}

static struct memory_load of_ring(const struct rings_reading *r, const struct pass *p, enum def_word word)
{
	return place_load(rings_place(r, word), p->ring->at[word]);
}

static uint64_t buffer_at(const struct rings_reading *r, const struct ring_at *ring, uint64_t index)
{
	return ring->buffers + index * rings_place(r, DEF_RING_BUFFERS)->target;
}

static void found_state(void *arg, const char *meaning)
{
	driver_side_add_state(arg, meaning);
}

static void put_number(const struct rings_reading *r, size_t i, const struct memory_load *l)
{
	const struct layout *layout = &r->d->layout;
	int64_t value = place_value(r->d->around[i].place, l);

	if (i == AROUND_PCI_ERROR)
		r->side->pci_error = value;
	else if (i == AROUND_PATIENCE && value > 0 && value < PATIENCE_MOST)
		r->side->patience_ms = 1000 * value;
	else if (i >= AROUND_FIRST && i < AROUND_FIRST + layout->n_counters)
		driver_side_add_counter(r->side, layout->counters[i - AROUND_FIRST].name, value);
	else if (i >= AROUND_FIRST + layout->n_counters)
		states_say(&layout->states[i - AROUND_FIRST - layout->n_counters], value, found_state, r->side);
}

/* The indices with which a pass begins, and whether the addresses are still right; the first time, what is of the device and
 * not of a ring. */
static int read_clean(struct rings_reading *r, bool first)
{
	size_t watched = r->d->n_watched, around = first ? r->d->n_around : 0;
	AUTO_FREE struct memory_load *loads = xcalloc(watched + around + r->n + 1, sizeof(*loads));
	struct memory_load *clean = loads + watched + around;
	int e;

	for (size_t i = 0; i < watched; i++)
		loads[i] = (struct memory_load){ .address = r->d->watched[i].address, .size = r->d->watched[i].size };
	for (size_t i = 0; i < around; i++)
		loads[watched + i] = place_load(r->d->around[i].place, r->d->around[i].at);
	for (size_t i = 0; i < r->n; i++)
		if (!r->passes[i].done)
			clean[i] = of_ring(r, &r->passes[i], DEF_RING_CLEAN);
	e = memory_read(r->m, loads, watched + around + r->n);
	for (size_t i = 0; i < watched && !e; i++)
		if (!loads[i].ok || loads[i].value != r->d->watched[i].value)
			e = -EAGAIN;
	for (size_t i = 0; i < around && !e; i++)
		if (loads[watched + i].ok)
			put_number(r, i, &loads[watched + i]);
	for (size_t i = 0; i < r->n && !e; i++)
		if (!r->passes[i].done)
			r->passes[i].clean = clean[i].ok ? place_value(rings_place(r, DEF_RING_CLEAN), &clean[i]) : -1;
	return e;
}

/* What the driver says of the frame at clean. */
static int read_buffers(struct rings_reading *r)
{
	AUTO_FREE struct memory_load *loads = xcalloc(2 * r->n + 1, sizeof(*loads));
	int e;

	for (size_t i = 0; i < r->n; i++) {
		struct pass *p = &r->passes[i];
		uint64_t buffer;

		if (p->done || p->clean < 0 || p->clean >= p->ring->count)
			continue;
		buffer = buffer_at(r, p->ring, (uint64_t)p->clean);
		loads[2 * i] = direct(rings_place(r, DEF_BUFFER_LAST), buffer);
		loads[2 * i + 1] = direct(rings_place(r, DEF_BUFFER_TIME), buffer);
		p->buffer = buffer;
		p->last_at = loads[2 * i].address;
	}
	e = memory_read(r->m, loads, 2 * r->n);
	for (size_t i = 0; i < r->n && !e; i++) {
		r->passes[i].last_raw = loads[2 * i].ok ? loads[2 * i].value : 0;
		r->passes[i].time = loads[2 * i + 1].ok ? loads[2 * i + 1].value : 0;
	}
	return e;
}

/* The index of the last descriptor: of a pointer into the ring, NULL if nothing is pending, or of an index, which counts only
 * with a time. */
static int64_t last_index(const struct rings_reading *r, const struct pass *p)
{
	uint32_t size = r->d->layout.format->size;
	uint64_t offset = p->last_raw - p->ring->memory;

	if (rings_place(r, DEF_BUFFER_LAST)->kind != PLACE_POINTER)
		return p->time && p->last_raw < p->ring->count ? (int64_t)p->last_raw : FACT_UNKNOWN;
	if (!p->last_raw || offset % size || offset / size >= p->ring->count)
		return FACT_UNKNOWN;
	return (int64_t)(offset / size);
}

/* Written by the device, or a register of it. */
static struct memory_load devices_load(uint64_t address)
{
	return (struct memory_load){ .address = address, .size = 4, .little = true };
}

static struct memory_load mark_load(const struct rings_reading *r, const struct pass *p)
{
	const struct driver_def *format = r->d->layout.format;

	if (r->d->layout.def->done_by == DONE_BY_HEAD_WORD && !p->ring->xdp)
		return devices_load(p->ring->memory + (uint64_t)format->size * p->ring->count);
	if (p->last == FACT_UNKNOWN)
		return (struct memory_load){ 0 };
	return devices_load(p->ring->memory + (uint64_t)format->size * (uint64_t)p->last + 8u * format->done_quadword +
			    rings_mark_half(format) / 8);
}

/* Its lower half, of a counter that no ring lives long enough to fill: 64 rings are to fit one run. */
static struct memory_load low(struct memory_load l)
{
	if (l.size == 8)
		l.size = 4;
	return l;
}

/* Through the gate in front of every register, which was asked when the ring was found. */
static struct memory_load register_load(const struct rings_reading *r, const struct chip_ref *ref)
{
	if (!r->ask->touch || !ref->reg || !r->d->bar)
		return (struct memory_load){ 0 };
	if (r->ask->trace)
		r->ask->trace(ref, ref->offset & ~3u, r->ask->trace_arg);
	return devices_load(r->d->bar + ref->offset);
}

static void plan_pass(const struct rings_reading *r, struct pass *p)
{
	struct memory_load *l = p->loads;
	const struct layout_states *queue = rings_states(r, DEF_QUEUE), *napi = rings_states(r, DEF_NAPI),
				   *ring = rings_states(r, DEF_RING);

	p->last = last_index(r, p);
	l[AT_MARK] = l[AT_MARK_AGAIN] = mark_load(r, p);
	l[AT_HEAD] = register_load(r, &p->ring->head_reg);
	l[AT_TAIL] = register_load(r, &p->ring->tail_reg);
	l[AT_USE] = of_ring(r, p, DEF_RING_USE);
	l[AT_LAST_AGAIN] = place_load(rings_place(r, DEF_BUFFER_LAST), p->last_at);
	l[AT_CLEAN_AGAIN] = of_ring(r, p, DEF_RING_CLEAN);
	l[AT_SENT] = direct(rings_place(r, DEF_QUEUE_SENT), p->ring->queue);
	l[AT_TIMEOUTS] = low(direct(rings_place(r, DEF_QUEUE_TIMEOUTS), p->ring->queue));
	l[AT_OWNER] = direct(rings_place(r, DEF_QUEUE_OWNER), p->ring->queue);
	l[AT_QUEUED] = direct(rings_place(r, DEF_QUEUE_QUEUED), p->ring->queue);
	l[AT_COMPLETED] = direct(rings_place(r, DEF_QUEUE_COMPLETED), p->ring->queue);
	l[AT_LIMIT] = direct(rings_place(r, DEF_QUEUE_LIMIT), p->ring->queue);
	l[AT_STALLS] = low(direct(rings_place(r, DEF_QUEUE_STALLS), p->ring->queue));
	l[AT_WAITING] = of_ring(r, p, DEF_QUEUE_WAITING);
	l[AT_CPU] = direct(rings_place(r, DEF_NAPI_CPU), p->ring->napi);
	l[AT_DEFERRED] = direct(rings_place(r, DEF_NAPI_DEFERRED), p->ring->napi);
	l[AT_PACKETS] = of_ring(r, p, DEF_RING_PACKETS);
	l[AT_RESTARTS] = low(of_ring(r, p, DEF_RING_RESTARTS));
	l[AT_GATED] = of_ring(r, p, DEF_RING_GATED);
	l[AT_LAUNCH] = of_ring(r, p, DEF_RING_LAUNCH);
	l[AT_STAMP] = direct(rings_place(r, DEF_BUFFER_STAMP), p->buffer);
	l[AT_QUEUE_STATE] = queue ? direct(&queue->place, p->ring->queue) : (struct memory_load){ 0 };
	l[AT_NAPI_STATE] = napi ? direct(&napi->place, p->ring->napi) : (struct memory_load){ 0 };
	l[AT_RING_STATE] = ring ? direct(&ring->place, p->ring->address) : (struct memory_load){ 0 };
}

static int read_pass(struct rings_reading *r)
{
	AUTO_FREE struct memory_load *loads = xcalloc(LOADS * r->n + 1, sizeof(*loads));
	size_t n = 0;
	int e;

	for (size_t i = 0; i < r->n; i++) {
		struct pass *p = &r->passes[i];

		if (p->done)
			continue;
		plan_pass(r, p);
		memcpy(loads + n, p->loads, sizeof(p->loads));
		n += LOADS;
	}
	e = memory_read(r->m, loads, n);
	r->side->read = clock_ns(CLOCK_REALTIME);
	n = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (r->passes[i].done)
			continue;
		memcpy(r->passes[i].loads, loads + n, sizeof(r->passes[i].loads));
		n += LOADS;
	}
	return e;
}

static bool stood(const struct rings_reading *r, const struct pass *p)
{
	const struct memory_load *clean = &p->loads[AT_CLEAN_AGAIN], *last = &p->loads[AT_LAST_AGAIN];

	return clean->ok && place_value(rings_place(r, DEF_RING_CLEAN), clean) == p->clean && last->ok &&
	       last->value == p->last_raw;
}

static int read_rings(struct rings_reading *r)
{
	size_t left = r->n + 1;
	int e = 0;

	for (int pass = 0; pass < PASSES && !e && left; pass++) {
		e = read_clean(r, !pass);
		if (!e)
			e = read_buffers(r);
		if (!e)
			e = read_pass(r);
		left = 0;
		for (size_t i = 0; i < r->n && !e; i++) {
			struct pass *p = &r->passes[i];
			bool stands = !p->done && stood(r, p);

			if (!p->done && (stands || pass + 1 == PASSES)) {
				rings_put_pass(r, p, stands);
				p->done = true;
			}
			left += !p->done;
		}
	}
	return e;
}

static bool cleans_in_interrupt(const struct rings_reading *r)
{
	const struct member_read *msix = &r->d->around[AROUND_INTERRUPT];

	return r->d->layout.def->cleans_in_interrupt && (!msix->place->known || (msix->ok && msix->value));
}

/* A queue's number; the structures have 16 bits for it. */
static int64_t queue_number(int64_t number)
{
	return number >= 0 && number <= UINT16_MAX ? number : FACT_UNKNOWN;
}

static void begin(struct rings_reading *r)
{
	bool in_interrupt = cleans_in_interrupt(r);

	for (size_t i = 0; i < r->d->n_rings; i++)
		driver_side_add_ring(r->side);
	r->passes = xcalloc(r->d->n_rings + 1, sizeof(*r->passes));
	for (size_t i = 0; i < r->d->n_rings; i++) {
		struct ring_at *ring = &r->d->rings[i];
		struct ring_side *out = &r->side->rings[i];

		out->queue = queue_number(ring->kernel_queue);
		out->hw_queue = queue_number(ring->hw_queue);
		out->traffic_class = queue_number(ring->traffic_class);
		out->vsi = queue_number(ring->vsi);
		out->count = ring->count ? ring->count : FACT_UNKNOWN;
		out->xdp = ring->xdp;
		out->zero_copy = ring->zero_copy ? 1 : FACT_UNKNOWN;
		out->in_interrupt = in_interrupt;
		if (ring->why)
			rings_refuse(out, ring->why);
		else
			r->passes[r->n++] = (struct pass){ .ring = ring, .out = out };
	}
}

int rings_read(struct attached *d, struct memory *m, const struct driver_ask *ask, struct driver_side *out,
	       struct err *e)
{
	struct rings_reading r = { .d = d, .m = m, .ask = ask, .side = out };
	int error;

	out->given_up = d->given_up;
	out->not_shown = d->not_shown;
	begin(&r);
	error = read_rings(&r);
	if (!error)
		error = frames_look(d, m, ask->frames, out);
	free(r.passes);
	return error && error != -EAGAIN ? err_sys(e, -error, "bpf") : error;
}
