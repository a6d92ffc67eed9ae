/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A driver's definition on the kernel that runs: names have become places. Plain data but for the names, which are the
 * definitions'. */
#ifndef DRIVER_LAYOUT_H
#define DRIVER_LAYOUT_H

#include "driver/def.h"
#include "driver/types.h"

#define LAYOUT_BITS 64
#define LAYOUT_STATES 16
#define LAYOUT_COUNTERS 32

struct layout_bit {
	size_t number; /* in the definition's list */
	const char *meaning;
	int64_t value; /* the number of the bit, or the number that is meant */
	bool whole, clear;
};

struct layout_states {
	const struct def_states *from;
	enum def_struct structure;
	struct place place;
	struct layout_bit bits[LAYOUT_BITS];
	size_t n;
};

struct layout {
	const struct driver_def *def, *kernel, *format;
	struct place places[DEF_N_WORDS];
	struct layout_states states[LAYOUT_STATES];
	size_t n_states;
	struct {
		size_t number; /* in the definition's list */
		const char *name;
		struct place place;
	} counters[LAYOUT_COUNTERS];
	size_t n_counters;
};

/* An empty one of these definitions. */
void layout_begin(struct layout *l, const struct driver_def *def, const struct driver_defs *defs);

/* What did not come out of a look-up, for layout_make(): `path` is all the alternatives, joined by " | ". */
typedef void layout_missing(const struct driver_def *def, const char *structure, const char *path, bool optional,
			    void *arg);

/* Looks the driver's and the kernel's names up. `missing` (may be NULL) gets each name that is not there; -ENOENT with
 * *e if one that is needed is not. */
int layout_make(struct layout *l, const struct driver_def *def, const struct driver_defs *defs, const struct types *t,
		layout_missing *missing, void *arg, struct err *e);

#endif
