/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From names (case does not count) to small numbers. A tag keeps name spaces apart. */
#ifndef CHIP_NAMEMAP_H
#define CHIP_NAMEMAP_H

#include <stddef.h>
#include <stdint.h>

struct arena;

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

#endif
