/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory. These never return NULL: on exhaustion they abort, which is the one exception to "only
 * cmd/ exits". All input is bounded in size before it is read, so input cannot provoke it.
 */
#ifndef UTIL_ALLOC_H
#define UTIL_ALLOC_H

#include <stddef.h>

/* Elements of an array. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Makes room for one more element in the array at v->KIND with count n and capacity cap, and
 * gives the address of the new, zeroed element. */
#define VEC_PUSH(v, n, cap) ((__typeof__(v))vec_push((void **)&(v), &(n), &(cap), sizeof(*(v))))

void *vec_push(void **v, size_t *n, size_t *cap, size_t size);

/* For __attribute__((cleanup)): frees what a pointer variable points to. */
void cleanup_free(void *pp);
#define AUTO_FREE __attribute__((cleanup(cleanup_free)))

void cleanup_fd(int *fd);
#define AUTO_CLOSE __attribute__((cleanup(cleanup_fd)))

#endif
