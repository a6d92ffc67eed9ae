/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What names a machine or its owner, masked: MAC and IP addresses, serial numbers, UUIDs, the names of hosts. */
#ifndef KLOG_MASK_H
#define KLOG_MASK_H

#include <stddef.h>

#include "util/buf.h"

/* Names of hosts that are masked. All zero at first; for hosts_free(). */
struct hosts {
	char **v; /* owned */
	size_t n, cap;
};

/* Copied; NULL and what is no name are nothing. */
void hosts_add(struct hosts *hosts, const char *name);
void hosts_free(struct hosts *hosts);

/* One line of a log, n bytes, to out. */
void mask_line(const struct hosts *hosts, const char *line, size_t n, struct buf *out);
/* Any text, and one with markup: only what cannot be anything else, MAC addresses, serial numbers, UUIDs, names made of them, and
 * hosts in the paths of files. */
void mask_words(const struct hosts *hosts, const char *text, struct buf *out);

#endif
