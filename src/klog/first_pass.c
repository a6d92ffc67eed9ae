// SPDX-License-Identifier: GPL-2.0-or-later
/* What the first pass found in the reader's buffer: places where an anchor may be, and which lines they are in. */
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

#define ROOM 4096 /* places, to begin with */

void first_pass_init(struct first_pass *pass)
{
	prefilter_init(&pass->filter, NULL);
	first_pass_restart(pass, 0, 1);
}

const struct prefilter *first_pass_filter(struct first_pass *pass)
{
	prefilter_widen(&pass->filter);
	return &pass->filter;
}

void first_pass_free(struct first_pass *pass)
{
	free(pass->places.v);
}

void first_pass_restart(struct first_pass *pass, size_t at, uint64_t line)
{
	pass->places.n = pass->places.lines = pass->next = 0;
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

bool first_pass_exchange(struct first_pass *pass, struct prefilter_places *places, size_t at, size_t n)
{
	struct prefilter_places own = pass->places;
	uint64_t line = line_there(pass);

	if (pass->next < own.n || pass->at != at)
		return false;
	pass->places = *places;
	*places = own;
	pass->next = 0;
	pass->from = at;
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
	if (pass->scanned < PREFILTER_WORTH && end > pass->at) {
		pass->scanned += end - pass->at;
		if (pass->scanned >= PREFILTER_WORTH)
			prefilter_widen(&pass->filter);
	}
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
