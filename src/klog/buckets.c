// SPDX-License-Identifier: GPL-2.0-or-later
/* Which bucket each anchor is in: those are taken that let the fewest other positions of a log pass. */
#include <string.h>

#include "klog/prefilter.h"

#define BUCKETS (8 * PREFILTER_SETS)
#define SWEEPS 3

/* How likely four bytes of a log pass a bucket: by what it allows of each trait. */
struct odds {
	const struct prefilter_loop *loop;
	double of[PREFILTER_TRAITS][PREFILTER_VALUES];               /* the odds of each value */
	double sums[BUCKETS][PREFILTER_TRAITS];                      /* of the values that a bucket allows */
	uint8_t counts[BUCKETS][PREFILTER_TRAITS][PREFILTER_VALUES]; /* its windows that have the value */
	uint8_t buckets[PREFILTER_ANCHORS];                          /* that the anchors are in */
};

/* Of two neighbours in a log. Traits are of at most two. */
static void odds_init(struct odds *o, const struct prefilter_loop *loop)
{
	static const char frequent[] = " e0t1osr:n2aid7c4958u3p6lhf[]_"; /* in kernel logs, the most frequent first */
	double byte[PREFILTER_VALUES] = { 0 }, sum = 0;

	memset(o, 0, sizeof(*o));
	o->loop = loop;
	for (unsigned c = 0x20; c < 0x7f; c++) {
		const char *at = strchr(frequent, (char)c);

		byte[c] = 1 / (at ? (double)(at - frequent) + 3 : 100);
		sum += byte[c];
	}
	for (unsigned a = 0x20; a < 0x7f; a++)
		for (unsigned b = 0x20; b < 0x7f; b++)
			for (unsigned i = 0; i < loop->traits; i++) {
				/* Every place has one of the two at it, and the other next to it. */
				char window[] = { (char)a, (char)b, (char)a, (char)b };

				o->of[i][loop->trait(window, i)] += byte[a] / sum * byte[b] / sum;
			}
}

/* How much more passes a bucket that allows four more bytes. */
static double cost_of(const struct odds *o, unsigned bucket, const char *window)
{
	double before = 1, after = 1;

	for (unsigned i = 0; i < o->loop->traits; i++) {
		unsigned value = o->loop->trait(window, i);

		before *= o->sums[bucket][i];
		after *= o->sums[bucket][i] + (o->counts[bucket][i][value] ? 0 : o->of[i][value]);
	}
	return after - before;
}

static void put_in(struct odds *o, unsigned bucket, const char *window)
{
	for (unsigned i = 0; i < o->loop->traits; i++) {
		unsigned value = o->loop->trait(window, i);

		o->sums[bucket][i] += o->counts[bucket][i][value]++ ? 0 : o->of[i][value];
	}
}

static void take_out(struct odds *o, unsigned bucket, const char *window)
{
	for (unsigned i = 0; i < o->loop->traits; i++) {
		unsigned value = o->loop->trait(window, i);

		o->sums[bucket][i] -= --o->counts[bucket][i][value] ? 0 : o->of[i][value];
	}
}

/* Puts four bytes into the bucket that then lets the fewest other positions pass. */
static unsigned look_for(struct odds *o, const char *window)
{
	double least = cost_of(o, 0, window);
	unsigned best = 0;

	for (unsigned bucket = 1; bucket < BUCKETS; bucket++) {
		double cost = cost_of(o, bucket, window);

		if (cost < least) {
			least = cost;
			best = bucket;
		}
	}
	put_in(o, best, window);
	return best;
}

static void look_for_anchor(const struct prefilter *f, struct odds *o, size_t i)
{
	o->buckets[i] = (uint8_t)look_for(o, anchor_window(&f->anchors[i]));
}

/* Each anchor once more, as the first ones were put in when the others were not known. */
static void sweep(const struct prefilter *f, struct odds *o)
{
	for (size_t i = 0; i < f->n; i++) {
		take_out(o, o->buckets[i], anchor_window(&f->anchors[i]));
		look_for_anchor(f, o, i);
	}
}

static void write_tables(struct prefilter *f, const struct odds *o)
{
	for (unsigned bucket = 0; bucket < BUCKETS; bucket++)
		for (unsigned i = 0; i < o->loop->traits; i++)
			for (unsigned value = 0; value < PREFILTER_VALUES; value++)
				if (o->counts[bucket][i][value])
					f->tables[bucket / 8][i][value] |= (uint8_t)(1u << bucket % 8);
}

void buckets_fill(struct prefilter *f, const struct prefilter_loop *loop, const char *const *more, size_t n_more)
{
	struct odds o;

	odds_init(&o, loop);
	for (size_t i = 0; i < f->n; i++)
		look_for_anchor(f, &o, i);
	for (size_t i = 0; i < n_more; i++)
		look_for(&o, more[i]);
	for (int i = 0; i < SWEEPS; i++)
		sweep(f, &o);
	write_tables(f, &o);
}
