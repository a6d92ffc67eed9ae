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
	bool kernel;   /* it names the kernel as the writer */
	bool dated;    /* it begins as a syslog daemon's lines do: a date, not in brackets */
	bool stranger; /* it names another program, or another facility than the kernel's */
};

/* Reads the prefix at the start of a cleaned line; returns its length, 0 if there is none. The message begins
 * there. */
size_t stamp_parse(const char *s, size_t n, struct stamp *stamp);

/* Whether another program than the kernel wrote a line: by a tag with a process id ("sshd[123]:"), by a syslog
 * daemon's host and tag, by its facility, by the fields of journalctl -o json. `prefix` is what stamp_parse() gave. */
bool stamp_is_strangers(const char *s, size_t n, size_t prefix, const struct stamp *stamp);

#endif
