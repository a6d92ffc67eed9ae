/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip data, unpacked by zlib, which compares the checksum and the length behind it: libarchive passes over both. */
#ifndef UTIL_GUNZIP_H
#define UTIL_GUNZIP_H

#include <stddef.h>

struct err;
struct gunzip;

/* Caller frees. -ENOTSUP with *e, about the file `name`, if zlib is not there; -ENOSYS if the program was built without it: then there is
 * never one. */
int gunzip_new(struct gunzip **out, const char *name, struct err *e);
void gunzip_free(struct gunzip *g);
/* Other gzip data follows: from its header on. */
void gunzip_again(struct gunzip *g);

enum gunzip_state {
	GUNZIP_MORE,     /* the data goes on */
	GUNZIP_ENDS,     /* it has ended, and is whole */
	GUNZIP_DAMAGED,  /* what is said of it cannot be */
	GUNZIP_CHECKSUM, /* all came, and is not what was packed */
	GUNZIP_MEMORY
};

/* Unpacks up to *room bytes to `to`, of *n at `from`: how many of both were used stands there afterwards. What it wrote counts, whatever
 * it returns. */
enum gunzip_state gunzip_take(struct gunzip *g, const char *from, size_t *n, char *to, size_t *room);

#endif
