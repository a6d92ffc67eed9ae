/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A chip's registers by name, by offset, and by role. */
#ifndef CHIP_INDEX_H
#define CHIP_INDEX_H

#include "chip/chip.h"

struct arena;

/* From names (case does not count) to small numbers. A tag keeps name spaces apart. */
struct namemap_slot {
	const char *name; /* NULL: free; not owned */
	uint32_t hash, tag, value;
};

struct namemap {
	struct namemap_slot *slots; /* in the arena */
	size_t n, cap;
};

#define NAMEMAP_NONE UINT32_MAX

/* The value of a name of n bytes, or NAMEMAP_NONE. */
uint32_t namemap_get(const struct namemap *map, uint32_t tag, const char *name, size_t n);
/* Adds the name, or replaces its value. The name must live as long as the map. */
void namemap_set(struct namemap *map, struct arena *arena, uint32_t tag, const char *name, uint32_t value);

/* One segment, from its first element's offset to its last one's. */
struct index_span {
	uint32_t first, last;
	uint32_t reach; /* the largest `last` up to here */
	const struct chip_reg *reg;
	const struct chip_segment *segment;
};

struct chip_index {
	struct namemap names;        /* tag: space; value: position in chip->regs */
	struct index_span *spans[2]; /* CHIP_MMIO, CHIP_PHY; by first */
	size_t n_spans[2];
	const struct chip_reg **by_role;
	size_t role_start[CHIP_ROLES + 1];
};

const struct chip_index *chip_index_new(struct arena *arena, const struct chip *chip);

/* Offset of a segment's last element. */
uint32_t chip_segment_last(const struct chip_segment *s);
/* Whether an element of the segment has this offset, and its indices. */
bool chip_segment_find(const struct chip_segment *s, uint32_t offset, uint32_t *i, uint32_t *j);

#endif
