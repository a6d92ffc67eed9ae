/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands before a kernel message: times, host, facility, priority, in the manner of a dozen log daemons. */
#ifndef KLOG_PREFIX_H
#define KLOG_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klog/cursor.h"

struct prefix {
	bool has_uptime, has_delta, has_wall, has_year;
	uint64_t uptime_ns;
	uint64_t delta_ns; /* since the line before, dmesg -d and -e */
	int64_t wall_ns;   /* since 1970, as if the log's zone were UTC; without has_year in the year 1970 */
	const char *wall;  /* its text in the line */
	size_t wall_len;
	const char *host; /* the machine that a syslog daemon names, in the line; NULL: none */
	size_t host_len;
	bool kernel;   /* it names the kernel as the writer */
	bool dated;    /* it begins as a syslog daemon's lines do: a date, not in brackets */
	bool stranger; /* it names another program, or another facility than the kernel's */
};

#define PREFIX_DAY 11    /* bytes of "2026-11-01T"; of "Nov  1 " they are fewer */
#define PREFIX_ORIGIN 64 /* bytes of "host kernel:", at most */

/* What was read of the lines before and is found again, as most lines of a log begin alike: it saves time, and changes
 * nothing that is found. Zeros are an empty one. */
struct prefix_memo {
	char day[PREFIX_DAY], origin[PREFIX_ORIGIN];
	size_t day_len, origin_len; /* 0: none */
	int64_t day_ns;             /* when the day begins, as .wall_ns */
	bool has_year;
};

/* Reads the prefix at the start of a cleaned line; returns its length, 0 if there is none. The message begins
 * there. */
size_t prefix_parse(const char *s, size_t n, struct prefix *prefix);
/* The same, for one of many lines. */
size_t prefix_parse_next(const char *s, size_t n, struct prefix_memo *memo, struct prefix *prefix);

/* What a line shows at its very beginning. */
struct prefix_glance {
	size_t stamp;  /* bytes up to the blank behind its time */
	bool has_wall; /* that is a date */
	size_t host;   /* bytes of the kernel's host, behind that blank; 0: no line of the kernel's that names one */
};

/* Whether a line, as it is in the log, begins with a time that prefix_parse() is sure to take, and what it finds then. False
 * where only that can tell. Nothing is said of a line with '"' or '=' in it. */
bool prefix_glance(const char *s, size_t n, const struct prefix_memo *memo, struct prefix_glance *glance);

/* Whether another program than the kernel wrote a line: by a tag with a process id ("sshd[123]:"), by a syslog
 * daemon's host and tag, by its facility, by the fields of journalctl -o json. Its message begins at `body`, as
 * prefix_parse() says. In writer.c. */
bool prefix_is_strangers(const char *s, size_t n, size_t body, const struct prefix *prefix);

/* Whether a line begins as an object of journalctl -o json: what its fields say of its writer may come last. */
bool prefix_is_json(const char *s, size_t n);

/* Parts of a prefix. Each leaves the cursor where it was if there is no such thing. */

/* "Tue Dec  1 17:07:50 2020", "Fri 2020-08-28 13:09:30 CEST", and without the day of the week. */
bool prefix_date(struct cursor *c, struct prefix *prefix);
/* "  9327.470501", "+0.000093", " <    0.000093>"; what stands in brackets. */
bool prefix_seconds(struct cursor *c, struct prefix *prefix);

/* ".123456" or ",123456" as nanoseconds, and how many digits they are; nothing is 0, and what is less than one is left out. */
uint64_t prefix_fraction(struct cursor *c, unsigned *digits);

/* In stamps.c. `first`: nothing of a prefix stands before it. */

/* "Do Nov  5 16:44:42 2020" of dmesg -T in any language, up to its bracket. */
bool stamp_foreign_time(struct cursor *c);
/* "<3>" */
bool stamp_priority(struct cursor *c, struct prefix *prefix, bool first);
/* "1 2024-06-29T10:52:39Z" of RFC 5424 */
bool stamp_version(struct cursor *c, struct prefix *prefix);
/* "3,1234,9327470501,-;" of /dev/kmsg */
bool stamp_kmsg(struct cursor *c, struct prefix *prefix);
/* "1598620170.123456 " */
bool stamp_unix_time(struct cursor *c, struct prefix *prefix);
/* "cpu1:65936)" of ESXi */
bool stamp_vmkernel(struct cursor *c, struct prefix *prefix);
bool stamp_foreign_date(struct cursor *c, struct prefix *prefix);
/* "message repeated 2 times: [ " of rsyslog */
bool stamp_repeated(struct cursor *c, const struct prefix *prefix);

/* In writer.c. `stamped`: something of a prefix stands before it. */

/* Whether there is anything of what an origin has: the kernel's name, a sender's address, a colon that stands alone. */
bool prefix_may_have_origin(const struct cursor *c);

/* "host kernel:", "host kern.err kernel:", "kern:     err:", "kern  :err   :", "host kernel - - -". */
bool prefix_origin(struct cursor *c, bool stamped);
/* "Okt 12 10:11:12 host kernel:": a date in any language, told by its time of the day and the program. */
bool prefix_foreign_date(struct cursor *c);
/* "messages-20240101.gz:12:", as grep puts it before what is then a time. */
bool prefix_file_name(struct cursor *c);

#endif
