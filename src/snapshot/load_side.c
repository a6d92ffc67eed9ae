// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver's side out of a snapshot file. */
#include <stdlib.h>
#include <string.h>

#include "snapshot/internal.h"
#include "util/alloc.h"

#define RINGS_MOST 8192
#define FRAMES_MOST 65536
#define DESCS_MOST 262144
#define WORDS_MOST 64
#define TEXT_MOST 256

static int load_numbers(struct load *l, const json_t *o, const struct side_number *numbers, size_t n, void *out)
{
	int r = 0;

	for (size_t i = 0; i < n && !r; i++)
		r = load_int(l, o, numbers[i].name, FACT_UNKNOWN + 1, INT64_MAX, side_number(out, &numbers[i]));
	return r;
}

/* A copy, cut to a length that no true one has. */
static int load_text(struct load *l, const json_t *o, const char *key, char **out)
{
	const char *text;
	int r = load_str(l, o, key, false, &text);

	if (!r && text)
		*out = xstrndup(text, TEXT_MOST);
	return r;
}

static int load_ring(struct load *l, const json_t *o, void *arg)
{
	struct ring_side *ring = driver_side_add_ring(arg);
	int r = load_numbers(l, o, ring_numbers, n_ring_numbers, ring);

	if (!r)
		r = load_text(l, o, "why", &ring->why);
	return r ? r : load_weigh(l, 2 * sizeof(*ring));
}

static int ring_of(struct load *l, const json_t *o, struct driver_side *d, struct ring_side **ring)
{
	int64_t at = -1;
	int r = load_int(l, o, "ring", 0, INT64_MAX, &at);

	if (!r && (at < 0 || (uint64_t)at >= d->n_rings))
		r = load_bad(l, "ring", "not the number of a ring");
	*ring = r ? NULL : &d->rings[at];
	return r;
}

static int load_frame(struct load *l, const json_t *o, void *arg)
{
	struct ring_side *ring;
	struct frame_side *f;
	int r = ring_of(l, o, arg, &ring);

	if (r)
		return r;
	f = ring_side_add_frame(ring);
	r = load_numbers(l, o, frame_numbers, n_frame_numbers, f);
	if (!r)
		r = load_text(l, o, "in_name", &f->in_name);
	return r ? r : load_weigh(l, 2 * sizeof(*f) + (f->in_name ? strlen(f->in_name) : 0));
}

static int load_desc(struct load *l, const json_t *o, void *arg)
{
	AUTO_FREE char *kind = NULL;
	struct ring_side *ring;
	int r = ring_of(l, o, arg, &ring);

	if (!r)
		r = load_text(l, o, "kind", &kind);
	if (!r)
		r = load_numbers(l, o, desc_numbers, n_desc_numbers, ring_side_add_desc(ring, kind ? kind : ""));
	return r ? r : load_weigh(l, 2 * sizeof(struct desc_side) + 32);
}

static int load_state(struct load *l, const json_t *o, void *arg)
{
	AUTO_FREE char *state = xstrndup(json_string_value(o), TEXT_MOST);

	driver_side_add_state(arg, state);
	return load_weigh(l, strlen(state) + 32);
}

static int load_counters(struct load *l, const json_t *o, struct driver_side *d)
{
	const json_t *counters = json_object_get(o, "counters"), *value;
	const char *name;

	if (counters && (!json_is_object(counters) || json_object_size(counters) > WORDS_MOST))
		return load_bad(l, "counters", "not an object of a few numbers");
	json_object_foreach((json_t *)(uintptr_t)counters, name, value)
	{
		if (!json_is_integer(value))
			return load_bad(l, "counters", "not numbers");
		driver_side_add_counter(d, name, json_integer_value(value));
	}
	return 0;
}

static int load_head(struct load *l, const json_t *o, struct driver_side *d)
{
	int64_t more = 0;
	int r = load_text(l, o, "driver", &d->driver);

	if (!r)
		r = load_text(l, o, "why", &d->why);
	if (!r)
		r = load_int(l, o, "given_up", 0, 1, &d->given_up);
	if (!r)
		r = load_int(l, o, "pci_error", INT32_MIN, INT32_MAX, &d->pci_error);
	if (!r)
		r = load_int(l, o, "patience_ms", 0, INT32_MAX, &d->patience_ms);
	if (!r)
		r = load_int(l, o, "not_shown", 0, INT32_MAX, &more);
	d->not_shown = (size_t)more;
	if (!r)
		r = load_counters(l, o, d);
	return r ? r : load_array(l, o, "states", JSON_STRING, WORDS_MOST, load_state, d);
}

int load_driver_side(struct load *l, const json_t *root, struct driver_side *d)
{
	const struct bounds *bounds = l->bounds;
	const json_t *o = json_object_get(root, "driver_side");
	int r;

	if (!o)
		return 0;
	if (!json_is_object(o))
		return load_bad(l, "driver_side", "not an object");
	l->bounds = NULL; /* what is in it is no long array of the topmost object */
	r = load_head(l, o, d);
	l->bounds = bounds;
	if (!r)
		r = load_array(l, root, "rings", JSON_OBJECT, RINGS_MOST, load_ring, d);
	if (!r)
		r = load_array(l, root, "frames", JSON_OBJECT, FRAMES_MOST, load_frame, d);
	return r ? r : load_array(l, root, "descriptors", JSON_OBJECT, DESCS_MOST, load_desc, d);
}
