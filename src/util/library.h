/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library that is loaded when it is first needed: few runs need it, and it brings others with it, which every run would wait for and a
 * program that runs as root need not have in its memory.
 *
 * The functions that are wanted of it are a list, LIST(X), which makes the table of them:
 *
 *	struct libx {
 *		LIST(LIBRARY_MEMBER)
 *	};
 */
#ifndef UTIL_LIBRARY_H
#define UTIL_LIBRARY_H

#include <stddef.h>
#include <string.h>

struct err;

struct library {
	const char *soname;  /* has the number of the interface that was there at build time */
	const char *name;    /* for messages */
	const char *package; /* of Debian */
	const char *instead; /* what can be done without it */
};

#define LIBRARY_MEMBER(name) __typeof__(name) *name;
#define LIBRARY_NAME(name) #name,
#define LIBRARY_FUNCTION(name) (library_function *)name,

typedef void library_function(void);

/* Fills the table `calls` in the order of `names`, which end with NULL; the library stays loaded. -ENOTSUP with *e, about `what`, which
 * `is` what needs the library: it is not there, or has not all of them. */
int library_load(const struct library *l, const char *const *names, void *calls, const char *what, const char *is,
		 struct err *e);

/* A static program can load nothing, and has them all in it: 0, no -errno. */
static inline int library_take(const struct library *l, library_function *const *functions, size_t n, void *calls,
			       const char *what, struct err *e)
{
	(void)l, (void)what, (void)e;
	memcpy(calls, functions, n);
	return 0;
}

#ifdef NICREGS_STATIC
#define LIBRARY_LOAD(library, LIST, calls, what, is, e) \
	library_take(library, (library_function *const[]){ LIST(LIBRARY_FUNCTION) }, sizeof(*(calls)), calls, what, e)
#else
#define LIBRARY_LOAD(library, LIST, calls, what, is, e) \
	library_load(library, (const char *const[]){ LIST(LIBRARY_NAME) 0 }, calls, what, is, e)
#endif

#endif
