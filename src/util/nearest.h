/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The existing word that is nearest to a mistyped one. Nothing is allocated. */
#ifndef UTIL_NEAREST_H
#define UTIL_NEAREST_H

#include <stdbool.h>

#define NEAREST_MAX 48

struct nearest {
	const char *word;        /* as typed; owned by the caller */
	char found[NEAREST_MAX]; /* the best so far; "": none is near */
	unsigned distance;       /* of found */
};

/* `word` outlives *n. */
void nearest_begin(struct nearest *n, const char *word);

/* Tries an existing word; true if it is nearer than all before. Near means at most one typing error for each three
 * letters, or that the typed word is its beginning; case does not count. */
bool nearest_try(struct nearest *n, const char *candidate);

#endif
