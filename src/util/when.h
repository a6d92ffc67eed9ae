/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time as people type them, in the manner of systemd.time(7). */
#ifndef UTIL_WHEN_H
#define UTIL_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-20 10:00[:00]" (local time), "2026-11-20", "10:00[:00]", "now", "today", "yesterday", "@1700000000", "-2h 30min",
 * "2 days ago". now_ns and *ns are nanoseconds since 1970. False for anything else, and for times before 1970. */
bool when_parse(const char *text, int64_t now_ns, int64_t *ns);

#endif
