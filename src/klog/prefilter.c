// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/prefilter.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "klog/messages.h"
#include "util/alloc.h"

#define ROOM 4096 /* places, to begin with */

static const char gzip[] = { PREFILTER_GZIP, '\x8b', '\x08' };
#define GZIP_FLAGS 32 /* the fourth byte is less */

bool prefilter_packed(const char *place)
{
	for (size_t i = 0; i < n_prefilter_packs; i++)
		if (!memcmp(place, prefilter_packs[i], PREFILTER_WINDOW))
			return true;
	return !memcmp(place, gzip, sizeof(gzip)) && (unsigned char)place[sizeof(gzip)] < GZIP_FLAGS;
}

/* Of anchors whose four bytes have one hash. */
static size_t chain_of(const char *window)
{
	return prefilter_hash(window) % PREFILTER_CHAINS;
}

static void let_pass(struct prefilter *f, const char *window)
{
	uint32_t hash = prefilter_hash(window);

	f->filter[hash / 8] |= (uint8_t)(1u << hash % 8);
}

/* The filter alone. */
const char *prefilter_scan_plain(const struct prefilter *f, const char *from, const char *p, const char *end,
				 struct prefilter_places *to)
{
	for (; p < end && to->room - to->n >= PREFILTER_ROOM; p++) {
		if (prefilter_passes(f, p))
			to->v[to->n++] = (struct prefilter_place){ (uint32_t)(p - from), (uint32_t)to->lines };
		to->lines += *p == '\n';
	}
	return p;
}

static const struct prefilter_loop *fastest(void)
{
	const struct prefilter_loop *loop = prefilter_loops;

	while (!loop->runs())
		loop++;
	return loop;
}

static void let_gzip_pass(struct prefilter *f)
{
	char window[PREFILTER_WINDOW];

	memcpy(window, gzip, sizeof(gzip));
	for (char flags = 0; flags < GZIP_FLAGS; flags++) {
		window[sizeof(gzip)] = flags;
		let_pass(f, window);
	}
}

void prefilter_init(struct prefilter *f, const struct prefilter_loop *loop)
{
	memset(f, 0, sizeof(*f));
	for (size_t i = 0; i < n_prefilter_anchors; i++) {
		const char *window = anchor_window(&prefilter_anchors[i]);

		let_pass(f, window);
		f->next[i + 1] = f->first[chain_of(window)];
		f->first[chain_of(window)] = (uint8_t)(i + 1);
	}
	f->first[chain_of(PREFILTER_RECORD)] = f->next[n_prefilter_anchors]; /* it is none of them */
	for (size_t i = 0; i < n_prefilter_packs; i++)
		let_pass(f, prefilter_packs[i]);
	let_gzip_pass(f);
	f->scan = (loop ? loop : fastest())->scan;
}

/* Whether a whole PCI address is what an anchor of zeros begins: "0000:01:00.0". */
static bool is_address(const char *p, const char *end)
{
	static const char form[] = "dddd:hh:hh.d";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (p + i >= end || (form[i] == 'd'   ? p[i] < '0' || p[i] > '9'
				     : form[i] == 'h' ? !isxdigit((unsigned char)p[i])
						      : p[i] != form[i]))
			return false;
	return true;
}

const char *prefilter_anchor(const struct prefilter *f, const char *begin, const char *place, const char *end)
{
	const char *p = place;

	if (p < begin)
		return NULL;
	if (p[0] == '0' && p[1] == '0' && p[3] == ':') /* the most frequent by far, and mostly something else */
		return p > begin && p[-1] == '0' && is_address(p - 1, end) ? p - 1 : NULL;
	for (size_t i = f->first[chain_of(p)]; i; i = f->next[i]) {
		const struct anchor *a = &prefilter_anchors[i - 1];

		if (p - begin >= a->at && (size_t)(end - p) + a->at >= a->n && !memcmp(p - a->at, a->text, a->n))
			return p - a->at;
	}
	return NULL;
}

bool prefilter_record(const char *begin, const char *place, const char *end)
{
	return place >= begin && (size_t)(end - place) >= strlen(PREFILTER_RECORD) &&
	       !memcmp(place, PREFILTER_RECORD, strlen(PREFILTER_RECORD));
}

const char *prefilter_next(const struct prefilter *f, const char *p, const char *end)
{
	struct prefilter_place some[PREFILTER_ROOM];
	struct prefilter_places places = { .v = some, .room = PREFILTER_ROOM };
	const char *begin = p;

	while (p < end) {
		places.n = 0;
		p = f->scan(f, begin, p, end, &places);
		for (size_t i = 0; i < places.n; i++) {
			const char *anchor = prefilter_anchor(f, begin, begin + some[i].at, end);

			if (anchor)
				return anchor;
		}
	}
	return NULL;
}

size_t prefilter_newlines(const char *p, size_t n)
{
	size_t count = 0;

	for (; n; n--, p++)
		count += *p == '\n';
	return count;
}

/* ---- what it found in the reader's buffer: places where an anchor may be, and which lines they are in ---- */

void first_pass_init(struct first_pass *pass)
{
	prefilter_init(&pass->filter, NULL);
	first_pass_restart(pass, 0, 1);
}

void first_pass_free(struct first_pass *pass)
{
	free(pass->places.v);
}

void first_pass_restart(struct first_pass *pass, size_t at, uint64_t line)
{
	pass->places.n = pass->next = 0;
	pass->places.lines = 0;
	pass->from = pass->at = at;
	pass->from_line = line;
}

static uint64_t line_there(const struct first_pass *pass)
{
	return pass->from_line + pass->places.lines;
}

static size_t place_of(const struct first_pass *pass, size_t i)
{
	return pass->from + pass->places.v[i].at;
}

static void drop_before(struct first_pass *pass, size_t start)
{
	while (pass->next < pass->places.n && place_of(pass, pass->next) < start)
		pass->next++;
}

void first_pass_moved(struct first_pass *pass, size_t n, size_t start, uint64_t line)
{
	drop_before(pass, start);
	if (pass->at < start)
		first_pass_restart(pass, start, line);
	pass->from -= n; /* it may be before the buffer's start then: what is added to it makes up for that */
	pass->at -= n;
}

/* Puts the places that are not done with before others, which begin `apart` bytes and `lines` lines behind the first of
 * them. */
static void put_before(struct prefilter_places *places, const struct prefilter_place *left, size_t n, uint32_t apart,
		       uint32_t lines)
{
	if (places->room < places->n + n) {
		places->room = places->n + n;
		places->v = xrealloc(places->v, places->room, sizeof(*places->v));
	}
	memmove(places->v + n, places->v, places->n * sizeof(*places->v));
	for (size_t i = 0; i < places->n; i++) {
		places->v[n + i].at += apart;
		places->v[n + i].lines += lines;
	}
	for (size_t i = 0; i < n; i++)
		places->v[i] = (struct prefilter_place){ left[i].at - left->at, left[i].lines - left->lines };
	places->n += n;
	places->lines += lines;
}

bool first_pass_exchange(struct first_pass *pass, const char *buf, struct prefilter_places *places, size_t at, size_t n)
{
	struct prefilter_places own = pass->places;
	size_t left = own.n - pass->next, from = at;
	uint64_t line = line_there(pass);

	if (pass->at < at || pass->at - at > PREFILTER_LONGEST || (pass->at > at && left))
		return false;
	line -= prefilter_newlines(buf + at, pass->at - at);
	if (left) {
		from = place_of(pass, pass->next);
		put_before(places, own.v + pass->next, left, (uint32_t)(at - from),
			   (uint32_t)(own.lines - own.v[pass->next].lines));
		line = pass->from_line + own.v[pass->next].lines;
	}
	pass->places = *places;
	*places = own;
	pass->next = 0;
	pass->from = from;
	pass->from_line = line;
	pass->at = at + n;
	return true;
}

void prefilter_places_room(struct prefilter_places *places)
{
	if (places->room - places->n >= PREFILTER_ROOM)
		return;
	places->room = places->room ? 2 * places->room : ROOM;
	places->v = xrealloc(places->v, places->room, sizeof(*places->v));
}

void first_pass_scan(struct first_pass *pass, const char *buf, size_t start, uint64_t line, size_t end)
{
	struct prefilter_places *places = &pass->places;

	if (pass->at < start)
		first_pass_restart(pass, start, line);
	else if (pass->next == places->n)
		first_pass_restart(pass, pass->at, line_there(pass));
	while (pass->at < end) {
		prefilter_places_room(places);
		pass->at =
			(size_t)(pass->filter.scan(&pass->filter, buf + pass->from, buf + pass->at, buf + end, places) -
				 buf);
	}
}

const char *first_pass_anchor(struct first_pass *pass, const char *buf, size_t start, size_t end)
{
	const char *anchor = NULL;

	for (; pass->next < pass->places.n && place_of(pass, pass->next) < end; pass->next++) {
		anchor = prefilter_anchor(&pass->filter, buf + start, buf + place_of(pass, pass->next), buf + end);
		if (anchor)
			return anchor;
	}
	return NULL;
}

bool first_pass_is_in(struct first_pass *pass, const char *buf, const char *s, size_t n)
{
	size_t from = (size_t)(s - buf);

	if (pass->at < from + n || pass->from > from)
		return prefilter_next(&pass->filter, s, s + n) != NULL;
	drop_before(pass, from);
	for (size_t i = pass->next; i < pass->places.n && place_of(pass, i) < from + n; i++)
		if (prefilter_anchor(&pass->filter, s, buf + place_of(pass, i), s + n))
			return true;
	return false;
}

bool first_pass_may_be_in(struct first_pass *pass, size_t from, size_t n)
{
	if (pass->at < from + n || pass->from > from)
		return true;
	drop_before(pass, from);
	return pass->next < pass->places.n && place_of(pass, pass->next) < from + n;
}

const char *first_pass_record(const struct first_pass *pass, const char *buf, const char *from, const char *end)
{
	const char *p = from;

	for (size_t i = pass->next; i < pass->places.n; i++) {
		const char *place = buf + place_of(pass, i);

		if (prefilter_record(from, place, end))
			return place;
	}
	if (p < buf + pass->at)
		p = buf + pass->at;
	return p < end ? memmem(p, (size_t)(end - p), PREFILTER_RECORD, strlen(PREFILTER_RECORD)) : NULL;
}

static size_t apart(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

uint64_t first_pass_line(const struct first_pass *pass, const char *buf, size_t start, uint64_t line, size_t to)
{
	size_t near = start;

	if (apart(pass->at, to) < apart(near, to)) {
		near = pass->at;
		line = line_there(pass);
	}
	if (pass->next < pass->places.n && apart(place_of(pass, pass->next), to) < apart(near, to)) {
		near = place_of(pass, pass->next);
		line = pass->from_line + pass->places.v[pass->next].lines;
	}
	return near > to ? line - prefilter_newlines(buf + to, near - to)
			 : line + prefilter_newlines(buf + near, to - near);
}
