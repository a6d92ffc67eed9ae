/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is given back all at once. Like util/alloc.h, these never return NULL. */
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* the one in use first; owned */
};

/* Zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
/* n bytes with a NUL behind them. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
void *arena_memdup(struct arena *a, const void *bytes, size_t size);
void arena_free(struct arena *a);

/* Makes room for one more element in an array that lives in the arena; as VEC_PUSH, but what the array
 * grows out of is not given back. */
#define ARENA_PUSH(a, v, n, cap) ((__typeof__(v))arena_push((a), (void **)&(v), &(n), &(cap), sizeof(*(v))))

void *arena_push(struct arena *a, void **v, size_t *n, size_t *cap, size_t size);

#endif
