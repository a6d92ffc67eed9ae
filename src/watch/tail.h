/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last lines of a log, in a fixed amount of memory. */
#ifndef WATCH_TAIL_H
#define WATCH_TAIL_H

#include "util/buf.h"

#define TAIL_BYTES 65536

struct tail {
	char *bytes;  /* TAIL_BYTES; owned */
	size_t at, n; /* where the next byte goes; how many there are */
};

void tail_init(struct tail *t);
void tail_free(struct tail *t);
void tail_add(struct tail *t, const char *bytes, size_t n);
/* Appends what is kept, from the start of a line. */
void tail_text(const struct tail *t, struct buf *out);

#endif
