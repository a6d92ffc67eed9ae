// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/namemap.h"

#include <string.h>
#include <strings.h>

#include "util/arena.h"

static uint32_t hash_of(uint32_t tag, const char *name, size_t n)
{
	uint32_t h = 2166136261u ^ tag;

	for (size_t i = 0; i < n; i++) {
		char c = name[i];

		h = (h ^ (uint32_t)(unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c)) * 16777619u;
	}
	return h;
}

/* The name's slot, or the free one where it would be. cap is a power of two and never all used. */
static struct namemap_slot *slot_of(const struct namemap *map, uint32_t tag, uint32_t hash, const char *name, size_t n)
{
	size_t at = hash & (map->cap - 1);

	for (;; at = (at + 1) & (map->cap - 1)) {
		struct namemap_slot *s = &map->slots[at];

		if (!s->name)
			return s;
		if (s->hash == hash && s->tag == tag && !strncasecmp(s->name, name, n) && !s->name[n])
			return s;
	}
}

uint32_t namemap_get(const struct namemap *map, uint32_t tag, const char *name, size_t n)
{
	const struct namemap_slot *s;

	if (!map->cap)
		return NAMEMAP_NONE;
	s = slot_of(map, tag, hash_of(tag, name, n), name, n);
	return s->name ? s->value : NAMEMAP_NONE;
}

static void grow(struct namemap *map, struct arena *arena)
{
	struct namemap old = *map;

	map->cap = old.cap ? 2 * old.cap : 64;
	map->slots = arena_alloc(arena, map->cap * sizeof(*map->slots));
	for (size_t i = 0; i < old.cap; i++) {
		const struct namemap_slot *s = &old.slots[i];

		if (s->name)
			*slot_of(map, s->tag, s->hash, s->name, strlen(s->name)) = *s;
	}
}

void namemap_set(struct namemap *map, struct arena *arena, uint32_t tag, const char *name, uint32_t value)
{
	uint32_t hash = hash_of(tag, name, strlen(name));
	struct namemap_slot *s;

	if (2 * (map->n + 1) > map->cap)
		grow(map, arena);
	s = slot_of(map, tag, hash, name, strlen(name));
	if (!s->name)
		map->n++;
	*s = (struct namemap_slot){ name, hash, tag, value };
}
