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
#define CPUS_MOST 65536
#define BELOW_COUNT (-1) /* the ring's number of descriptors is the limit */

/* What a number can be at most; none of these is below 0. A counter can be anything. */
struct range {
	const char *name;
	size_t offset;
	int64_t most;
};
#define RANGE(of, name, most)                          \
	{                                              \
#name, offsetof(struct of, name), most \
	}

/* Head and tail are whatever the device holds: beyond the ring is a finding. */
static const struct range ring_ranges[] = {
	RANGE(ring_side, count, SIDE_COUNT_MOST),
	RANGE(ring_side, queue, UINT16_MAX),
	RANGE(ring_side, hw_queue, UINT16_MAX),
	RANGE(ring_side, traffic_class, UINT16_MAX),
	RANGE(ring_side, vsi, UINT16_MAX),
	RANGE(ring_side, clean, BELOW_COUNT),
	RANGE(ring_side, use, BELOW_COUNT),
	RANGE(ring_side, last, BELOW_COUNT),
	RANGE(ring_side, head_word, BELOW_COUNT),
	RANGE(ring_side, head, UINT16_MAX),
	RANGE(ring_side, tail, UINT16_MAX),
	RANGE(ring_side, age_ms, SIDE_AGE_MOST_MS),
	RANGE(ring_side, sent_ms, SIDE_AGE_MOST_MS),
	RANGE(ring_side, owner, CPUS_MOST),
	RANGE(ring_side, cpu, CPUS_MOST),
	RANGE(ring_side, done, 1),
	RANGE(ring_side, moving, 1),
	RANGE(ring_side, stopped, 1),
	RANGE(ring_side, limited, 1),
	RANGE(ring_side, frozen, 1),
	RANGE(ring_side, scheduled, 1),
	RANGE(ring_side, missed, 1),
	RANGE(ring_side, held, 1),
	RANGE(ring_side, busy_poll, 1),
	RANGE(ring_side, in_interrupt, 1),
	RANGE(ring_side, xdp, 1),
	RANGE(ring_side, zero_copy, 1),
	RANGE(ring_side, stamp_pending, 1),
	RANGE(ring_side, gated, 1),
	RANGE(ring_side, launch_time, 1),
	RANGE(ring_side, hang_check, 1),
};
static const struct range frame_ranges[] = {
	RANGE(frame_side, first, BELOW_COUNT),
	RANGE(frame_side, last, BELOW_COUNT),
	RANGE(frame_side, done, 1),
	RANGE(frame_side, length, INT32_MAX),
	RANGE(frame_side, protocol, UINT16_MAX),
	RANGE(frame_side, transport, UINT8_MAX),
	RANGE(frame_side, age_ms, SIDE_AGE_MOST_MS),
};
static const struct range desc_ranges[] = {
	RANGE(desc_side, index, BELOW_COUNT),
	RANGE(desc_side, done, 1),
};

static int check_ranges(struct load *l, const void *of, const struct ring_side *ring, const struct range *ranges,
			size_t n)
{
	int64_t last = (ring->count == FACT_UNKNOWN ? SIDE_COUNT_MOST : ring->count) - 1;

	for (size_t i = 0; i < n; i++) {
		int64_t value = side_value(of, &(struct side_number){ .offset = ranges[i].offset });
		int64_t most = ranges[i].most == BELOW_COUNT ? last : ranges[i].most;

		if (value != FACT_UNKNOWN && (value < 0 || value > most))
			return load_bad(l, ranges[i].name, "%lld is out of range", (long long)value);
	}
	return 0;
}

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

	if (!r && !ring->count)
		r = load_bad(l, "count", "a ring without descriptors");
	if (!r)
		r = check_ranges(l, ring, ring, ring_ranges, COUNT(ring_ranges));
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
		r = check_ranges(l, f, ring, frame_ranges, COUNT(frame_ranges));
	if (!r)
		r = load_text(l, o, "in_name", &f->in_name);
	return r ? r : load_weigh(l, 2 * sizeof(*f) + (f->in_name ? strlen(f->in_name) : 0));
}

static int load_desc(struct load *l, const json_t *o, void *arg)
{
	AUTO_FREE char *kind = NULL;
	struct ring_side *ring;
	struct desc_side *desc;
	int r = ring_of(l, o, arg, &ring);

	if (!r)
		r = load_text(l, o, "kind", &kind);
	if (r)
		return r;
	desc = ring_side_add_desc(ring, kind ? kind : "");
	r = load_numbers(l, o, desc_numbers, n_desc_numbers, desc);
	if (!r)
		r = check_ranges(l, desc, ring, desc_ranges, COUNT(desc_ranges));
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
		if (strlen(name) > TEXT_MOST)
			return load_bad(l, "counters", "a name longer than any counter has");
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
		r = load_int(l, o, "read", 0, INT64_MAX, &d->read);
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

static int ignore(struct load *l, const json_t *element, void *arg)
{
	(void)l, (void)element, (void)arg;
	return 0;
}

/* What belongs to a driver's side is JSON, and is not used, where there is none. */
static int pass_over(struct load *l, const json_t *root)
{
	int r = load_array(l, root, "rings", JSON_OBJECT, RINGS_MOST, ignore, NULL);

	if (!r)
		r = load_array(l, root, "frames", JSON_OBJECT, FRAMES_MOST, ignore, NULL);
	return r ? r : load_array(l, root, "descriptors", JSON_OBJECT, DESCS_MOST, ignore, NULL);
}

int load_driver_side(struct load *l, const json_t *root, struct driver_side *d)
{
	const struct bounds *bounds = l->bounds;
	const json_t *o = json_object_get(root, "driver_side");
	int r;

	if (!o)
		return pass_over(l, root);
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
