// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/driver_side.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/jsonw.h"
#include "util/text.h"

const struct side_number ring_numbers[] = {
#define X(name, title) { #name, title, offsetof(struct ring_side, name) },
	RING_NUMBERS(X)
#undef X
};
const size_t n_ring_numbers = COUNT(ring_numbers);

const struct side_number frame_numbers[] = {
#define X(name, title) { #name, title, offsetof(struct frame_side, name) },
	FRAME_NUMBERS(X)
#undef X
};
const size_t n_frame_numbers = COUNT(frame_numbers);

const struct side_number desc_numbers[] = {
#define X(name, title) { #name, title, offsetof(struct desc_side, name) },
	DESC_NUMBERS(X)
#undef X
};
const size_t n_desc_numbers = COUNT(desc_numbers);

int64_t *side_number(void *of, const struct side_number *n)
{
	return (int64_t *)(void *)((char *)of + n->offset);
}

int64_t side_value(const void *of, const struct side_number *n)
{
	return *(const int64_t *)(const void *)((const char *)of + n->offset);
}

static void all_unknown(void *of, const struct side_number *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*side_number(of, &numbers[i]) = FACT_UNKNOWN;
}

void driver_side_init(struct driver_side *d)
{
	*d = (struct driver_side){
		.read = FACT_UNKNOWN,
		.given_up = FACT_UNKNOWN,
		.pci_error = FACT_UNKNOWN,
		.patience_ms = FACT_UNKNOWN,
	};
}

static void free_ring(struct ring_side *r)
{
	for (size_t i = 0; i < r->n_frames; i++)
		free(r->frames[i].in_name);
	for (size_t i = 0; i < r->n_descs; i++)
		free(r->descs[i].kind);
	free(r->frames);
	free(r->descs);
	free(r->why);
}

void driver_side_free(struct driver_side *d)
{
	for (size_t i = 0; i < d->n_states; i++)
		free(d->states[i]);
	for (size_t i = 0; i < d->n_counters; i++)
		free(d->counters[i].name);
	for (size_t i = 0; i < d->n_rings; i++)
		free_ring(&d->rings[i]);
	free(d->states);
	free(d->counters);
	free(d->rings);
	free(d->driver);
	free(d->why);
	driver_side_init(d);
}

void driver_side_refuse(struct driver_side *d, const char *why)
{
	char *copy = xstrdup(why);

	driver_side_free(d);
	d->why = copy;
}

bool driver_side_known(const struct driver_side *d)
{
	return d->driver != NULL;
}

bool driver_side_has(const struct driver_side *d, const char *state)
{
	for (size_t i = 0; i < d->n_states; i++)
		if (!strcmp(d->states[i], state))
			return true;
	return false;
}

void driver_side_add_state(struct driver_side *d, const char *state)
{
	if (!driver_side_has(d, state))
		*VEC_PUSH(d->states, d->n_states, d->cap_states) = xstrdup(state);
}

void ring_side_set_state(void *ring, const char *meaning)
{
	static const struct {
		const char *meaning;
		size_t offset;
	} of[] = {
		{ "stopped", offsetof(struct ring_side, stopped) },
		{ "limited", offsetof(struct ring_side, limited) },
		{ "frozen", offsetof(struct ring_side, frozen) },
		{ "scheduled", offsetof(struct ring_side, scheduled) },
		{ "missed", offsetof(struct ring_side, missed) },
		{ "held", offsetof(struct ring_side, held) },
		{ "busy-poll", offsetof(struct ring_side, busy_poll) },
		{ "hang-check", offsetof(struct ring_side, hang_check) },
		{ "xdp", offsetof(struct ring_side, xdp) },
	};

	for (size_t i = 0; i < COUNT(of); i++)
		if (!strcmp(of[i].meaning, meaning))
			*(int64_t *)(void *)((char *)ring + of[i].offset) = 1;
}

void driver_side_add_counter(struct driver_side *d, const char *name, int64_t value)
{
	*VEC_PUSH(d->counters, d->n_counters, d->cap_counters) = (struct side_counter){ xstrdup(name), value };
}

struct ring_side *driver_side_add_ring(struct driver_side *d)
{
	struct ring_side *r = VEC_PUSH(d->rings, d->n_rings, d->cap_rings);

	all_unknown(r, ring_numbers, n_ring_numbers);
	return r;
}

struct frame_side *ring_side_add_frame(struct ring_side *r)
{
	struct frame_side *f = VEC_PUSH(r->frames, r->n_frames, r->cap_frames);

	all_unknown(f, frame_numbers, n_frame_numbers);
	return f;
}

struct desc_side *ring_side_add_desc(struct ring_side *r, const char *kind)
{
	struct desc_side *d = VEC_PUSH(r->descs, r->n_descs, r->cap_descs);

	all_unknown(d, desc_numbers, n_desc_numbers);
	d->kind = xstrdup(kind);
	return d;
}

const struct ring_side *driver_side_ring(const struct driver_side *d, uint32_t hw_queue)
{
	for (size_t i = 0; i < d->n_rings; i++)
		if (d->rings[i].hw_queue == (int64_t)hw_queue && d->rings[i].xdp != 1)
			return &d->rings[i];
	return NULL;
}

static void copy_numbers(void *to, const void *from, const struct side_number *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*side_number(to, &numbers[i]) = side_value(from, &numbers[i]);
}

static void copy_ring(struct ring_side *to, const struct ring_side *from)
{
	copy_numbers(to, from, ring_numbers, n_ring_numbers);
	to->why = from->why ? xstrdup(from->why) : NULL;
	for (size_t i = 0; i < from->n_frames; i++) {
		struct frame_side *f = ring_side_add_frame(to);

		copy_numbers(f, &from->frames[i], frame_numbers, n_frame_numbers);
		f->in_name = from->frames[i].in_name ? xstrdup(from->frames[i].in_name) : NULL;
	}
	for (size_t i = 0; i < from->n_descs; i++)
		copy_numbers(ring_side_add_desc(to, from->descs[i].kind), &from->descs[i], desc_numbers,
			     n_desc_numbers);
}

void driver_side_copy(struct driver_side *to, const struct driver_side *from)
{
	driver_side_free(to);
	to->driver = from->driver ? xstrdup(from->driver) : NULL;
	to->why = from->why ? xstrdup(from->why) : NULL;
	to->read = from->read;
	to->given_up = from->given_up;
	to->pci_error = from->pci_error;
	to->patience_ms = from->patience_ms;
	to->not_shown = from->not_shown;
	for (size_t i = 0; i < from->n_states; i++)
		driver_side_add_state(to, from->states[i]);
	for (size_t i = 0; i < from->n_counters; i++)
		driver_side_add_counter(to, from->counters[i].name, from->counters[i].value);
	for (size_t i = 0; i < from->n_rings; i++)
		copy_ring(driver_side_add_ring(to), &from->rings[i]);
}

static void put_numbers(const void *of, const struct side_number *numbers, size_t n, struct jsonw *w)
{
	for (size_t i = 0; i < n; i++)
		if (side_value(of, &numbers[i]) != FACT_UNKNOWN)
			jsonw_i64(w, numbers[i].name, side_value(of, &numbers[i]));
}

static void put_ring(const struct ring_side *r, struct jsonw *w)
{
	jsonw_object_inline(w, NULL);
	put_numbers(r, ring_numbers, n_ring_numbers, w);
	jsonw_str(w, "why", r->why);
	jsonw_end_object(w);
}

static void put_frames(const struct driver_side *d, struct jsonw *w)
{
	jsonw_array(w, "frames");
	for (size_t i = 0; i < d->n_rings; i++)
		for (size_t k = 0; k < d->rings[i].n_frames; k++) {
			const struct frame_side *f = &d->rings[i].frames[k];

			jsonw_object_inline(w, NULL);
			jsonw_u64(w, "ring", i);
			put_numbers(f, frame_numbers, n_frame_numbers, w);
			jsonw_str(w, "in_name", f->in_name);
			jsonw_end_object(w);
		}
	jsonw_end_array(w);
}

static void put_descs(const struct driver_side *d, struct jsonw *w)
{
	jsonw_array(w, "descriptors");
	for (size_t i = 0; i < d->n_rings; i++)
		for (size_t k = 0; k < d->rings[i].n_descs; k++) {
			const struct desc_side *desc = &d->rings[i].descs[k];

			jsonw_object_inline(w, NULL);
			jsonw_u64(w, "ring", i);
			jsonw_str(w, "kind", desc->kind);
			put_numbers(desc, desc_numbers, n_desc_numbers, w);
			jsonw_end_object(w);
		}
	jsonw_end_array(w);
}

static void put_lists(const struct driver_side *d, struct jsonw *w)
{
	jsonw_strings_inline(w, "states", (const char *const *)d->states, d->n_states);
	jsonw_object_inline(w, "counters");
	for (size_t i = 0; i < d->n_counters; i++)
		jsonw_i64(w, d->counters[i].name, d->counters[i].value);
	jsonw_end_object(w);
}

void driver_side_json(const struct driver_side *d, struct jsonw *w)
{
	if (!d->driver && !d->why)
		return;
	jsonw_object(w, "driver_side");
	jsonw_str(w, "driver", d->driver);
	jsonw_str(w, "why", d->why);
	fact_put_known(w, "read", d->read);
	fact_put_known(w, "given_up", d->given_up);
	fact_put_known(w, "pci_error", d->pci_error);
	fact_put_known(w, "patience_ms", d->patience_ms);
	if (d->not_shown)
		jsonw_u64(w, "not_shown", d->not_shown);
	if (d->driver)
		put_lists(d, w);
	jsonw_end_object(w);
	if (!d->driver)
		return;
	jsonw_array(w, "rings");
	for (size_t i = 0; i < d->n_rings; i++)
		put_ring(&d->rings[i], w);
	jsonw_end_array(w);
	put_frames(d, w);
	put_descs(d, w);
}

static bool same_numbers(const void *a, const void *b, const struct side_number *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (side_value(a, &numbers[i]) != side_value(b, &numbers[i]))
			return false;
	return true;
}

static bool same_or_both_none(const char *a, const char *b)
{
	return a == b || text_same(a, b);
}

static bool same_ring(const struct ring_side *a, const struct ring_side *b)
{
	bool same = same_numbers(a, b, ring_numbers, n_ring_numbers) && same_or_both_none(a->why, b->why) &&
		    a->n_frames == b->n_frames && a->n_descs == b->n_descs;

	for (size_t i = 0; i < a->n_frames && same; i++)
		same = same_numbers(&a->frames[i], &b->frames[i], frame_numbers, n_frame_numbers) &&
		       same_or_both_none(a->frames[i].in_name, b->frames[i].in_name);
	for (size_t i = 0; i < a->n_descs && same; i++)
		same = same_numbers(&a->descs[i], &b->descs[i], desc_numbers, n_desc_numbers) &&
		       !strcmp(a->descs[i].kind, b->descs[i].kind);
	return same;
}

bool driver_side_same(const struct driver_side *a, const struct driver_side *b)
{
	bool same = same_or_both_none(a->driver, b->driver) && same_or_both_none(a->why, b->why) &&
		    a->read == b->read && a->given_up == b->given_up && a->pci_error == b->pci_error &&
		    a->patience_ms == b->patience_ms && a->n_states == b->n_states && a->n_counters == b->n_counters &&
		    a->n_rings == b->n_rings && a->not_shown == b->not_shown;

	for (size_t i = 0; i < a->n_states && same; i++)
		same = !strcmp(a->states[i], b->states[i]);
	for (size_t i = 0; i < a->n_counters && same; i++)
		same = a->counters[i].value == b->counters[i].value &&
		       !strcmp(a->counters[i].name, b->counters[i].name);
	for (size_t i = 0; i < a->n_rings && same; i++)
		same = same_ring(&a->rings[i], &b->rings[i]);
	return same;
}
