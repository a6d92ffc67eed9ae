/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first pass: where in a large text could a message be that the reader knows? Each message has at least one
 * anchor, a short run of bytes that is rare in logs. Four bytes of every anchor are looked for at once, at every
 * position: the anchors share eight buckets, and for each of the four bytes two tables of 16 say which buckets
 * allow its halves. What passes goes through a filter by hash, and only then is compared.
 */
#ifndef KLOG_SCAN_H
#define KLOG_SCAN_H

#include "klog/scan_find.h"

#define SCAN_LONGEST 20 /* bytes of the longest anchor, at most */

void scan_init(struct scan *s);

/* The first anchor that lies in [p, end), or NULL. One that goes past the end is not found: begin SCAN_LONGEST
 * before the end next time. */
const char *scan_next(const struct scan *s, const char *p, const char *end);

#endif
