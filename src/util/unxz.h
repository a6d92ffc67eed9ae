/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xz data, unpacked by liblzma, which gives all that is in front of damage: libarchive keeps the last 64 KiB of that to itself. */
#ifndef UTIL_UNXZ_H
#define UTIL_UNXZ_H

#include "util/gunzip.h"

struct unxz;

/* Of one stream. Caller frees. -ENOSYS if the program was built without liblzma, or there is none: then there is never one. */
int unxz_new(struct unxz **out);
void unxz_free(struct unxz *x);
/* As gunzip_take(). */
enum gunzip_state unxz_take(struct unxz *x, const char *from, size_t *n, char *to, size_t *room);

#endif
