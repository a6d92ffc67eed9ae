// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands in a ring: descriptors, decoded, and frames. Of a frame only what it is: its structure is read, and no byte of
 * what it carries. */
#include <endian.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "driver/attached.h"
#include "util/alloc.h"

#define WINDOW 64 /* descriptors */
#define FRAMES_MOST 16
#define LENGTH_MOST (1 << 20)
#define CHECKSUM_PARTIAL 3 /* sk_buff.ip_summed */
#define CHECKSUM_OF_TCP 16 /* where a header has its checksum */
#define CHECKSUM_OF_UDP 6
#define GSO_TCP ((1 << 0) | (1 << 4)) /* SKB_GSO_TCPV4, SKB_GSO_TCPV6 */
#define GSO_UDP (1 << 17)             /* SKB_GSO_UDP_L4 */
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17

enum { SLOT_LAST, SLOT_TIME, SLOT_FRAME, SLOT_STATE, SLOT_QUADWORD, SLOT_QUADWORD_1, SLOT_LOADS };

struct window {
	struct attached *d;
	struct memory *m;
	struct ring_at *ring;
	struct ring_side *out;
	size_t n;
	struct memory_load slots[WINDOW][SLOT_LOADS];
	struct {
		uint64_t skb;
		struct frame_side frame;
	} frames[FRAMES_MOST];
	size_t n_frames;
};

static const struct place *at(const struct window *w, enum def_word word)
{
	return &w->d->layout.places[word];
}

static const struct layout_states *buffer_states(const struct window *w)
{
	for (size_t i = 0; i < w->d->layout.n_states; i++)
		if (w->d->layout.states[i].structure == DEF_BUFFER)
			return &w->d->layout.states[i];
	return NULL;
}

static uint32_t index_of(const struct window *w, size_t slot)
{
	return (uint32_t)((size_t)w->out->clean + slot) % w->ring->count;
}

static struct memory_load in_buffer(const struct place *p, uint64_t buffer)
{
	return place_load(p, p->known && !p->n_steps ? buffer + p->add : 0);
}

static int read_slots(struct window *w)
{
	const struct layout_states *state = buffer_states(w);

	for (size_t i = 0; i < w->n; i++) {
		uint64_t index = index_of(w, i);
		uint64_t buffer = w->ring->buffers + index * at(w, DEF_RING_BUFFERS)->target,
			 desc = w->ring->memory + index * w->d->layout.format->size;
		struct memory_load *l = w->slots[i];

		l[SLOT_LAST] = in_buffer(at(w, DEF_BUFFER_LAST), buffer);
		l[SLOT_TIME] = in_buffer(at(w, DEF_BUFFER_TIME), buffer);
		l[SLOT_FRAME] = in_buffer(at(w, DEF_BUFFER_FRAME), buffer);
		l[SLOT_STATE] = state ? in_buffer(&state->place, buffer) : (struct memory_load){ 0 };
		l[SLOT_QUADWORD] = (struct memory_load){ .address = desc, .size = 8, .little = true };
		l[SLOT_QUADWORD_1] = (struct memory_load){ .address = desc + 8, .size = 8, .little = true };
	}
	return memory_read(w->m, w->slots[0], w->n * SLOT_LOADS);
}

static uint64_t bits_of(const struct memory_load *l, uint8_t quadword, uint8_t high, uint8_t low)
{
	return l[SLOT_QUADWORD + quadword].value >> low & (UINT64_MAX >> (63 - high + low));
}

static const struct desc_kind *kind_of(const struct driver_def *format, const struct memory_load *l)
{
	for (size_t i = 0; i < format->n_kinds; i++) {
		const struct desc_kind *k = &format->kinds[i];
		bool is = true;

		for (size_t n = 0; n < k->n_is; n++)
			is &= bits_of(l, k->is[n].quadword, k->is[n].high, k->is[n].low) == k->is[n].value;
		if (is)
			return k;
	}
	return NULL;
}

/* The number that a word of the definitions means: their '-' is C's '_'. */
static void set_number(struct desc_side *d, const char *word, int64_t value)
{
	for (size_t i = 0; i < n_desc_numbers; i++) {
		const char *name = desc_numbers[i].name;
		size_t n = 0;

		while (word[n] && (word[n] == name[n] || (word[n] == '-' && name[n] == '_')))
			n++;
		if (!word[n] && !name[n])
			*side_number(d, &desc_numbers[i]) = value;
	}
}

static void decode(const struct window *w, size_t slot)
{
	const struct driver_def *format = w->d->layout.format;
	const struct memory_load *l = w->slots[slot];
	const struct desc_kind *k = kind_of(format, l);
	struct desc_side *d;

	if (!l[SLOT_QUADWORD].ok || !l[SLOT_QUADWORD_1].ok)
		return;
	d = ring_side_add_desc(w->out, k ? k->name : "unknown");
	d->index = index_of(w, slot);
	d->done = bits_of(l, format->done_quadword, format->done_high, format->done_low) == format->done_value;
	for (size_t i = 0; k && i < k->n_fields; i++)
		set_number(d, k->fields[i].word,
			   (int64_t)bits_of(l, k->fields[i].quadword, k->fields[i].high, k->fields[i].low));
}

/* How many slots a frame that begins here has; 0 if it does not end within the window. */
static size_t frame_slots(const struct window *w, size_t slot)
{
	const struct memory_load *last = &w->slots[slot][SLOT_LAST];
	uint32_t size = w->d->layout.format->size;
	uint64_t index = last->value;
	size_t n;

	if (!last->ok)
		return 0;
	if (at(w, DEF_BUFFER_LAST)->kind == PLACE_POINTER)
		index = last->value && !((last->value - w->ring->memory) % size)
				? (last->value - w->ring->memory) / size
				: UINT64_MAX;
	if (index >= w->ring->count)
		return 0;
	n = (size_t)((index + w->ring->count - index_of(w, slot)) % w->ring->count) + 1;
	return slot + n <= w->n ? n : 0;
}

static void found_frame(void *arg, const char *meaning)
{
	*(bool *)arg |= !strcmp(meaning, "frame");
}

static bool keeps_frame(const struct window *w, const struct memory_load *l)
{
	const struct layout_states *state = buffer_states(w);
	bool is = false;

	if (w->ring->xdp)
		return false;
	if (!state || !l[SLOT_STATE].ok)
		return !state;
	states_say(state, place_value(&state->place, &l[SLOT_STATE]), found_frame, &is);
	return is;
}

static void add_frame(struct window *w, size_t slot, size_t n)
{
	const struct driver_def *format = w->d->layout.format;
	size_t with = w->d->layout.def->frame_last ? slot + n - 1 : slot;
	const struct memory_load *end = w->slots[slot + n - 1];
	struct frame_side f;

	for (size_t i = 0; i < n_frame_numbers; i++)
		*side_number(&f, &frame_numbers[i]) = FACT_UNKNOWN;
	f.in_name = NULL;
	f.first = index_of(w, slot);
	f.last = index_of(w, slot + n - 1);
	if (w->d->layout.def->done_by == DONE_BY_BIT && end[SLOT_QUADWORD + format->done_quadword].ok)
		f.done = bits_of(end, format->done_quadword, format->done_high, format->done_low) == format->done_value;
	if (w->slots[slot][SLOT_TIME].ok && w->slots[slot][SLOT_TIME].value)
		f.age_ms = attached_age(w->d, w->m, (int64_t)w->slots[slot][SLOT_TIME].value);
	w->frames[w->n_frames].frame = f;
	w->frames[w->n_frames].skb = keeps_frame(w, w->slots[with]) && w->slots[with][SLOT_FRAME].ok &&
						     memory_plausible(w->slots[with][SLOT_FRAME].value)
					     ? w->slots[with][SLOT_FRAME].value
					     : 0;
	w->n_frames++;
}

static void find_frames(struct window *w)
{
	for (size_t slot = 0, n; slot < w->n && w->n_frames < FRAMES_MOST; slot += n) {
		n = frame_slots(w, slot);
		if (!n)
			return;
		add_frame(w, slot, n);
	}
}

enum { SKB_LENGTH, SKB_PROTOCOL, SKB_IN, SKB_CHECKSUM, SKB_CHECKSUM_AT, SKB_HEAD, SKB_END, SKB_WORDS };
enum { SHARED_SIZE, SHARED_SEGMENTS, SHARED_TYPE, SHARED_FRAGMENTS, SHARED_WORDS };

static const enum def_word skb_words[SKB_WORDS] = {
	DEF_SKB_LENGTH, DEF_SKB_PROTOCOL, DEF_SKB_IN, DEF_SKB_CHECKSUM, DEF_SKB_CHECKSUM_AT, DEF_SKB_HEAD, DEF_SKB_END,
};
static const enum def_word shared_words[SHARED_WORDS] = {
	DEF_SHARED_SIZE,
	DEF_SHARED_SEGMENTS,
	DEF_SHARED_TYPE,
	DEF_SHARED_FRAGMENTS,
};

static void put_skb(struct frame_side *f, const struct member_read *skb)
{
	if (!skb[SKB_LENGTH].ok || skb[SKB_LENGTH].value <= 0 || skb[SKB_LENGTH].value > LENGTH_MOST)
		return;
	f->length = skb[SKB_LENGTH].value;
	if (skb[SKB_PROTOCOL].ok)
		f->protocol = be16toh((uint16_t)skb[SKB_PROTOCOL].value);
	if (skb[SKB_IN].ok && skb[SKB_IN].value >= 0)
		f->in = skb[SKB_IN].value;
	f->checksum = skb[SKB_CHECKSUM].ok ? skb[SKB_CHECKSUM].value == CHECKSUM_PARTIAL : FACT_UNKNOWN;
	if (f->checksum == 1 && skb[SKB_CHECKSUM_AT].ok)
		f->transport = skb[SKB_CHECKSUM_AT].value == CHECKSUM_OF_TCP   ? PROTOCOL_TCP
			       : skb[SKB_CHECKSUM_AT].value == CHECKSUM_OF_UDP ? PROTOCOL_UDP
									       : FACT_UNKNOWN;
}

static void put_shared(struct frame_side *f, const struct member_read *shared)
{
	int64_t type = shared[SHARED_TYPE].ok ? shared[SHARED_TYPE].value : 0;

	if (f->length == FACT_UNKNOWN || !shared[SHARED_SIZE].ok)
		return;
	f->mss = shared[SHARED_SIZE].value;
	f->segments = shared[SHARED_SEGMENTS].ok && f->mss ? shared[SHARED_SEGMENTS].value : FACT_UNKNOWN;
	f->fragments = shared[SHARED_FRAGMENTS].ok ? shared[SHARED_FRAGMENTS].value : FACT_UNKNOWN;
	if (f->mss && (type & (GSO_TCP | GSO_UDP)))
		f->transport = type & GSO_TCP ? PROTOCOL_TCP : PROTOCOL_UDP;
}

static int read_skbs(struct window *w)
{
	struct member_read skb[FRAMES_MOST][SKB_WORDS], shared[FRAMES_MOST][SHARED_WORDS];
	int e;

	for (size_t i = 0; i < w->n_frames; i++)
		for (int k = 0; k < SKB_WORDS; k++)
			skb[i][k] = (struct member_read){ .place = at(w, skb_words[k]), .from = w->frames[i].skb };
	e = memory_members(w->m, skb[0], w->n_frames * SKB_WORDS);
	for (size_t i = 0; i < w->n_frames; i++) {
		uint64_t head = member_address(&skb[i][SKB_HEAD]), end = (uint64_t)skb[i][SKB_END].value;

		for (int k = 0; k < SHARED_WORDS; k++)
			shared[i][k] = (struct member_read){ .place = at(w, shared_words[k]),
							     .from = head && skb[i][SKB_END].ok && end < LENGTH_MOST
									     ? head + end
									     : 0 };
	}
	if (!e)
		e = memory_members(w->m, shared[0], w->n_frames * SHARED_WORDS);
	for (size_t i = 0; i < w->n_frames && !e; i++) {
		put_skb(&w->frames[i].frame, skb[i]);
		put_shared(&w->frames[i].frame, shared[i]);
	}
	return e;
}

/* Whether the ring stands where it stood, and each frame is still the buffer's: if not, it was freed meanwhile. */
static int check_again(struct window *w, bool *same)
{
	struct memory_load slots[WINDOW][SLOT_LOADS];
	struct memory_load clean = place_load(at(w, DEF_RING_CLEAN), w->ring->at[DEF_RING_CLEAN]);
	int e = 0;

	memcpy(slots, w->slots, sizeof(slots));
	e = memory_read(w->m, slots[0], w->n * SLOT_LOADS);
	if (!e)
		e = memory_read(w->m, &clean, 1);
	*same = !e && clean.ok && place_value(at(w, DEF_RING_CLEAN), &clean) == w->out->clean;
	for (size_t i = 0; i < w->n && *same; i++)
		*same = slots[i][SLOT_LAST].value == w->slots[i][SLOT_LAST].value &&
			slots[i][SLOT_FRAME].value == w->slots[i][SLOT_FRAME].value;
	return e;
}

static void keep(struct window *w)
{
	for (size_t i = 0; i < w->n_frames; i++) {
		struct frame_side *to = ring_side_add_frame(w->out);
		char name[IF_NAMESIZE];

		*to = w->frames[i].frame;
		if (to->in > 0 && to->in <= INT32_MAX && if_indextoname((unsigned)to->in, name))
			to->in_name = xstrdup(name);
	}
	for (size_t i = 0; i < w->n; i++)
		decode(w, i);
}

static int read_ring(struct attached *d, struct memory *m, struct ring_at *ring, struct ring_side *out)
{
	AUTO_FREE struct window *w = xcalloc(1, sizeof(*w));
	bool same = false;
	int r;

	*w = (struct window){ .d = d, .m = m, .ring = ring, .out = out };
	w->n = (size_t)((out->use + ring->count - out->clean) % ring->count);
	if (w->n > WINDOW)
		w->n = WINDOW;
	r = read_slots(w);
	if (!r)
		find_frames(w);
	if (!r)
		r = read_skbs(w);
	if (!r)
		r = check_again(w, &same);
	if (!r && same)
		keep(w);
	return r;
}

#define LOOKED_INTO 8 /* rings */
#define STANDS_MS 250 /* from when on what stands in a ring is looked at */

/* Whether what stands in it is worth a look: since when, by the driver's time, or by the sample before. */
static bool stands_long(struct attached *d, struct memory *m, const struct ring_at *ring, const struct ring_side *out)
{
	int64_t before;

	if (out->why || out->moving != 0 || out->clean == out->use || out->last == FACT_UNKNOWN)
		return false;
	if (out->age_ms != FACT_UNKNOWN)
		return out->age_ms >= STANDS_MS;
	before = attached_age(d, m, (int64_t)ring->was_jiffies);
	return (ring->was_pending && ring->was_clean == out->clean && before >= STANDS_MS) || out->sent_ms >= STANDS_MS;
}

int frames_look(struct attached *d, struct memory *m, bool wanted, struct driver_side *side)
{
	size_t n = 0;
	int e = 0;

	for (size_t i = 0; i < d->n_rings && !e; i++) {
		struct ring_at *ring = &d->rings[i];
		struct ring_side *out = &side->rings[i];
		bool pending = !out->why && out->clean != out->use;

		if (wanted && n < LOOKED_INTO && stands_long(d, m, ring, out)) {
			e = read_ring(d, m, ring, out);
			n++;
		}
		if (!pending || !ring->was_pending || ring->was_clean != out->clean)
			ring->was_jiffies = m->jiffies;
		ring->was_pending = pending;
		ring->was_clean = out->clean;
	}
	return e;
}
