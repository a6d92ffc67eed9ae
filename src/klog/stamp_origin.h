/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who wrote a log line: host, facility and program of a line's prefix. Each leaves the cursor where it was if there is
 * no such thing. */
#ifndef KLOG_STAMP_ORIGIN_H
#define KLOG_STAMP_ORIGIN_H

#include "klog/cursor.h"
#include "klog/stamp.h"

/* "host kernel:", "host kern.err kernel:", "kern:     err:", "kern  :err   :", "host kernel - - -". */
bool stamp_origin(struct cursor *c, bool stamped);
/* "Okt 12 10:11:12 host kernel:": a date in any language, told by its time of the day and the program. */
bool stamp_foreign_date(struct cursor *c);
/* "messages-20240101.gz:12:", as grep puts it before what is then a time. */
bool stamp_file_name(struct cursor *c);

#endif
