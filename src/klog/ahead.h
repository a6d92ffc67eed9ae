/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A large file, read and searched by several threads ahead of the log's reader. */
#ifndef KLOG_AHEAD_H
#define KLOG_AHEAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "klog/internal.h"
#include "util/err.h"

struct ahead;

struct ahead_piece {
	struct log_buffer log;
	bool ends;      /* it is the file's last */
	int mixed;      /* packed data begins behind it, of which `why` says more; 0: none */
	struct err why; /* of .mixed */
	int failed;     /* the file cannot be read: -errno */
};

/* Reads a file on from a place. The file, its name and the filter have to stay. NULL if it is not worth it: a small rest, or one processor.
 * Caller frees it with ahead_free(). */
struct ahead *ahead_new(int fd, off_t from, const char *name, const struct prefilter *filter);
void ahead_free(struct ahead *a);
/* The next piece, owned by a, for ahead_give_back(); nothing comes after one that ends, is mixed or failed. */
struct ahead_piece *ahead_take(struct ahead *a);
/* It was used: its memory serves for another. */
void ahead_give_back(struct ahead *a, struct ahead_piece *piece);

#endif
