// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/alloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return must(calloc(n ? n : 1, size));
}

void *xrealloc(void *p, size_t n, size_t size)
{
	return must(reallocarray(p, n ? n : 1, size));
}

char *xstrdup(const char *s)
{
	return must(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return must(strndup(s, n));
}

char *xvasprintf(const char *format, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, format, ap) < 0)
		abort();
	return s;
}

char *xasprintf(const char *format, ...)
{
	va_list ap;
	char *s;

	va_start(ap, format);
	s = xvasprintf(format, ap);
	va_end(ap);
	return s;
}

void *vec_push(void **v, size_t *n, size_t *cap, size_t size)
{
	char *slot;

	if (*n == *cap) {
		*cap = *cap ? 2 * *cap : 8;
		*v = xrealloc(*v, *cap, size);
	}
	slot = (char *)*v + *n * size;
	memset(slot, 0, size);
	(*n)++;
	return slot;
}

void cleanup_free(void *pp)
{
	free(*(void **)pp);
}

void cleanup_fd(int *fd)
{
	if (*fd >= 0) {
		int saved = errno;

		close(*fd);
		errno = saved;
	}
}

#define CHUNK_LEAST ((size_t)4 * 1024) /* the first; each next one is twice as large */
#define CHUNK ((size_t)64 * 1024)
#define BIG 32 /* bytes of an element: most of its arrays have one */
#define MOST (SIZE_MAX / 2)

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, end; /* between them it is free: strings, which need no alignment, are taken from the end */
	size_t size;
	max_align_t data[];
};

static size_t rounded(size_t size)
{
	size_t align = _Alignof(max_align_t);

	return (size + align - 1) / align * align;
}

static struct arena_chunk *chunk_new(size_t size)
{
	struct arena_chunk *c = must(malloc(sizeof(*c) + size));

	*c = (struct arena_chunk){ .end = size, .size = size };
	return c;
}

/* What it holds does not matter yet. */
static void *take(struct arena *a, size_t size)
{
	struct arena_chunk *c = a->chunks;
	char *at;

	if (size > MOST)
		abort();
	size = rounded(size);
	if (!c || c->end - c->used < size) {
		size_t usual = !c ? CHUNK_LEAST : 2 * c->size < CHUNK ? 2 * c->size : CHUNK;

		c = chunk_new(size > usual / 4 ? size : usual);
		if (a->chunks && size > usual / 4) {
			c->next = a->chunks->next; /* the chunk in use still has room for small things */
			a->chunks->next = c;
		} else {
			c->next = a->chunks;
			a->chunks = c;
		}
	}
	at = (char *)c->data + c->used;
	c->used += size;
	return at;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p = take(a, size);

	memset(p, 0, size);
	return p;
}

void *arena_memdup(struct arena *a, const void *bytes, size_t size)
{
	void *p = take(a, size);

	if (size)
		memcpy(p, bytes, size);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	struct arena_chunk *c = a->chunks;
	char *p;

	if (c && c->end - c->used > n) {
		c->end -= n + 1;
		p = (char *)c->data + c->end;
	} else {
		p = take(a, n < MOST ? n + 1 : SIZE_MAX);
	}
	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

/* What was taken last grows where it is, if there is room behind it. */
static bool grow_in_place(struct arena *a, char *p, size_t size, size_t more)
{
	size_t taken = rounded(size), wanted = rounded(more);
	struct arena_chunk *c = a->chunks;

	if (!c || !size || p + taken != (char *)c->data + c->used || c->end - c->used < wanted - taken)
		return false;
	c->used += wanted - taken;
	memset(p + size, 0, more - size);
	return true;
}

void *arena_push(struct arena *a, void **v, size_t *n, size_t *cap, size_t size)
{
	if (*n == *cap) {
		size_t more = *cap ? 2 * *cap : size < BIG ? 4 : 1;
		char *grown = grow_in_place(a, *v, *cap * size, more * size) ? *v : arena_alloc(a, more * size);

		if (*n && grown != *v)
			memcpy(grown, *v, *n * size);
		*v = grown;
		*cap = more;
	}
	return (char *)*v + size * (*n)++;
}

void arena_free(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
}
