/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory. These functions never return NULL: on exhaustion they abort, which is the one exception to "only
 * cmd/ exits". All input is bounded in size before it is read, so input cannot provoke it. Caller frees with free(), unless an arena
 * is given, which owns what it gives.
 */
#ifndef UTIL_ALLOC_H
#define UTIL_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

/* The number of elements of an array (not of a pointer). */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* n zeroed elements of `size` bytes; n may be 0. */
void *xcalloc(size_t n, size_t size);
/* p with room for n elements of `size` bytes; new ones are not zeroed. */
void *xrealloc(void *p, size_t n, size_t size);
/* A copy of s; of at most n bytes of s; formatted text. */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list ap) __attribute__((format(printf, 1, 0)));

/* Makes room for one more element in the array v with count n and capacity cap (all lvalues, zero at first), and
 * returns the address of the new, zeroed element. Caller frees v. */
#define VEC_PUSH(v, n, cap) ((__typeof__(v))vec_push((void **)&(v), &(n), &(cap), sizeof(*(v))))

/* For VEC_PUSH alone. */
void *vec_push(void **v, size_t *n, size_t *cap, size_t size);

/* AUTO_FREE frees the memory that a local pointer points to when it goes out of scope. */
void cleanup_free(void *pp);
#define AUTO_FREE __attribute__((cleanup(cleanup_free)))

/* AUTO_CLOSE closes a local descriptor that is not negative, and keeps errno. */
void cleanup_fd(int *fd);
#define AUTO_CLOSE __attribute__((cleanup(cleanup_fd)))

/* Memory that is freed all at once: everything is owned by the arena until arena_free(). */

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

/* For ARENA_PUSH alone. */
void *arena_push(struct arena *a, void **v, size_t *n, size_t *cap, size_t size);

#endif
