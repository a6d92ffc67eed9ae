/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip and xz, told by their first bytes. */
#ifndef KLOG_UNPACK_H
#define KLOG_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct unpack;

#define UNPACK_MAGIC 6 /* bytes that unpack_new() looks at */

/* For data that begins with these bytes. *u is NULL if they are not compressed. -ENOTSUP if they are and support
 * was left out. */
int unpack_new(struct unpack **u, const char *name, const char *bytes, size_t n, struct err *e);
void unpack_free(struct unpack *u);

/*
 * Takes from *in, *n what it can and writes to `to`; both are moved past what was taken. Gives the bytes written
 * in *got. `last`: no more input will come. -EINVAL with *e for damaged data; what was written before still counts.
 */
int unpack_run(struct unpack *u, const char **in, size_t *n, bool last, char *to, size_t room, size_t *got,
	       struct err *e);

/* Whether the packed data came to its proper end. */
bool unpack_ended(const struct unpack *u);

#endif
