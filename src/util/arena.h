/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is freed all at once. Everything is owned by the arena until arena_free(). Like those of util/alloc.h,
 * these functions never return NULL. */
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* the one in use first; owned */
};

/* Zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
/* A copy of n bytes with a NUL behind them. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
/* A copy of `size` bytes. */
void *arena_memdup(struct arena *a, const void *bytes, size_t size);
/* The arena is empty afterwards and can be used again. */
void arena_free(struct arena *a);

/* As VEC_PUSH, for an array that the arena owns; the smaller arrays that it outgrows stay in the arena. */
#define ARENA_PUSH(a, v, n, cap) ((__typeof__(v))arena_push((a), (void **)&(v), &(n), &(cap), sizeof(*(v))))

void *arena_push(struct arena *a, void **v, size_t *n, size_t *cap, size_t size);

#endif
