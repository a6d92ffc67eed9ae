// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/libarchive.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* The library's name has the number of its interface, which is that of archive.h from 3.0 on. */
#define SONAME "libarchive.so.13"

static int missing(const char *what, struct err *e)
{
	const char *words = dlerror();

	err_set(e, ENOTSUP, what, "is packed, and libarchive cannot be loaded%s%s%s", words ? " (" : "",
		words ? words : "", words ? ")" : "");
	err_todo(e, "install it (Debian: libarchive13), or unpack the file");
	return -ENOTSUP;
}

/* ISO C has no conversion of an object's address to a function's. */
static bool find(void *library, const char *name, void *call)
{
	void *address = dlsym(library, name);

	memcpy(call, &address, sizeof(address));
	return address;
}

int libarchive_load(struct libarchive *lib, const char *what, struct err *e)
{
	void *library = dlopen(SONAME, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);

	if (!library)
		return missing(what, e);
#define FIND(name)                             \
	if (!find(library, #name, &lib->name)) \
		return missing(what, e);
	LIBARCHIVE(FIND)
#undef FIND
	return 0;
}
