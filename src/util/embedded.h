/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are part of the binary; made by scripts/embed at build time. */
#ifndef UTIL_EMBEDDED_H
#define UTIL_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name; /* "chip/82574L.def": the path without its first folder */
	const char *text; /* NUL-terminated */
	size_t size;
};

extern const struct embedded_file embedded_files[];
extern const size_t n_embedded_files;

#endif
