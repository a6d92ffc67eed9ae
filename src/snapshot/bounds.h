/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A look over JSON text before it is parsed, so that a file cannot cost many times its size: a tree of small values takes
 * some 50 times as much as their text. How deep, how many and how long values are is bounded, and the long arrays of a
 * snapshot are found, whose elements are then parsed one after another. Syntax is left to the parser.
 */
#ifndef SNAPSHOT_BOUNDS_H
#define SNAPSHOT_BOUNDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* An array that is a member of the topmost object. */
struct span {
	const char *key;   /* static */
	size_t start, end; /* of what is between the brackets; places in the text */
	bool closed;       /* else the text ends in it, or is wrong there */
};

#define SPANS_MOST 7

struct bounds {
	const char *text;
	size_t start, end; /* of the value */
	struct span spans[SPANS_MOST];
	size_t n_spans;
	/* Too much: what, and where. */
	const char *excess; /* static; NULL: nothing is */
	size_t excess_at;
};

/* Looks over the one value that starts at `start` of n bytes. False if it is too much. */
bool bounds_scan(const char *text, size_t start, size_t n, struct bounds *b);

/* Parses the value without the elements of its spans, as if these were blank; places in *error are counted from b->start. */
json_t *bounds_load(const struct bounds *b, json_error_t *error);

/* NULL: the value has no such array. */
const struct span *bounds_span(const struct bounds *b, const char *key);

/* The elements of a span, one after the other: *at is its start at first, and is moved behind each. NULL at the end, with
 * error->text empty, and for a fault, with its place counted from *at. */
json_t *bounds_element(const struct bounds *b, const struct span *span, size_t *at, json_error_t *error);

/* The place behind blanks. */
size_t bounds_skip_blank(const char *text, size_t at, size_t end);

#endif
