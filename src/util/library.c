// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "util/err.h"

#ifndef NICREGS_STATIC
static int missing(const struct library *l, const char *what, const char *is, struct err *e)
{
	const char *words = dlerror();

	err_set(e, ENOTSUP, what, "%s, and %s cannot be loaded%s%s%s", is, l->name, words ? " (" : "",
		words ? words : "", words ? ")" : "");
	err_todo(e, "install it (Debian: %s), or %s", l->package, l->instead);
	return -ENOTSUP;
}

/* ISO C has no conversion of an object's address to a function's. */
static bool find(void *library, const char *name, void *call)
{
	void *address = dlsym(library, name);

	memcpy(call, &address, sizeof(address));
	return address;
}

int library_load(const struct library *l, const char *const *names, void *calls, const char *what, const char *is,
		 struct err *e)
{
	void *library = dlopen(l->soname, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);

	if (!library)
		return missing(l, what, is, e);
	for (size_t i = 0; names[i]; i++)
		if (!find(library, names[i], (char *)calls + i * sizeof(void *)))
			return missing(l, what, is, e);
	return 0;
}
#endif
