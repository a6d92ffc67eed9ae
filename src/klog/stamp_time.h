/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The times of a log line's prefix. Each leaves the cursor where it was if there is no such thing. */
#ifndef KLOG_STAMP_TIME_H
#define KLOG_STAMP_TIME_H

#include "klog/cursor.h"
#include "klog/stamp.h"

/* ".123456" or ",123456" as nanoseconds; nothing is 0. */
uint64_t stamp_fraction(struct cursor *c, unsigned *digits);
/* "Tue Dec  1 17:07:50 2020", "Fri 2020-08-28 13:09:30 CEST", and without the day of the week. */
bool stamp_date(struct cursor *c, struct stamp *stamp);
/* "  9327.470501", "+0.000093", " <    0.000093>"; what stands in brackets. */
bool stamp_seconds(struct cursor *c, struct stamp *stamp);

#endif
