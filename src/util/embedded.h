/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are part of the binary; scripts/embed makes them at build time. All is static. */
#ifndef UTIL_EMBEDDED_H
#define UTIL_EMBEDDED_H

#include <stddef.h>
#include <string.h>

struct embedded_file {
	const char
		*name; /* "chip/82574L.def": the path without its first folder; "terminfo/linux": made by mk/made.mk */
	const char *text; /* NUL-terminated */
	size_t size;      /* without the NUL */
	/* Of a definition: some of its lines, each behind its number and a blank; NULL: no index was made. */
	const char *index;
	size_t index_size;
};

extern const struct embedded_file embedded_files[];
extern const size_t n_embedded_files;

/* That of this name; NULL: none. */
static inline const struct embedded_file *embedded_find(const char *name)
{
	for (size_t i = 0; i < n_embedded_files; i++)
		if (!strcmp(embedded_files[i].name, name))
			return &embedded_files[i];
	return NULL;
}

#endif
