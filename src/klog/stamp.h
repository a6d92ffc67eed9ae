/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands before a kernel message: times, host, facility, priority, in the manner of a dozen log daemons. */
#ifndef KLOG_STAMP_H
#define KLOG_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stamp {
	bool has_uptime, has_delta, has_wall, has_year;
	bool fine; /* uptime to the microsecond */
	uint64_t uptime_ns;
	uint64_t delta_ns; /* since the line before, dmesg -d and -e */
	int64_t wall_ns;   /* since 1970, as if the log's zone were UTC; without has_year in the year 1970 */
	const char *wall;  /* its text in the line */
	size_t wall_len;
};

/* Reads the prefix at the start of a cleaned line; returns its length, 0 if there is none. The message begins
 * there. */
size_t stamp_parse(const char *s, size_t n, struct stamp *stamp);

#endif
