// SPDX-License-Identifier: GPL-2.0-or-later
/* When a record of JSON is from: dates, and numbers of seconds or of parts of them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "klog/fields.h"
#include "klog/json.h"
#include "klog/prefix.h"
#include "util/alloc.h"
#include "util/text.h"

#define NS_PER_S UINT64_C(1000000000)
#define YEAR_2001 UINT64_C(1000000000) /* seconds since 1970 that nobody takes for a time since boot */

/* Counted since boot, in microseconds. */
static bool is_monotonic(const char *name, size_t n)
{
	return field_is_one_of((const char *const[]){ "monotonictimestamp", "sourcemonotonictimestamp", NULL }, name,
			       n);
}

static bool is_time(const char *name, size_t n)
{
	static const char *const names[] = { "timestamp",
					     "time",
					     "ts",
					     "t",
					     "date",
					     "datetime",
					     "timegenerated",
					     "eventtime",
					     "timeunixnano",
					     "published",
					     "asctime",
					     "realtimetimestamp",
					     "observedtimestamp",
					     "epoch",
					     "syslogtimestamp",
					     "receivetimestamp",
					     "sourcerealtimetimestamp",
					     "timecreated",
					     NULL };

	return field_is_one_of(names, name, n);
}

bool field_is_time(const char *name)
{
	char plain[JSON_NAME];

	return is_time(plain, field_plain_name(name, strlen(name), plain));
}

static void set_wall(struct json_time *time, uint64_t seconds, uint64_t ns)
{
	const time_t t = (time_t)seconds;
	struct tm tm;
	size_t n;

	if (!gmtime_r(&t, &tm))
		return;
	n = strftime(time->wall, sizeof(time->wall), "%Y-%m-%dT%H:%M:%S", &tm);
	if (ns)
		n += (size_t)snprintf(time->wall + n, sizeof(time->wall) - n, ".%06" PRIu64, ns / 1000);
	snprintf(time->wall + n, sizeof(time->wall) - n, "Z");
}

/* Its unit shows in how many there are since 1970. */
static bool note_number(struct json_time *time, const char *value, size_t n, bool monotonic)
{
	struct cursor c = { value, n, 0 };
	uint64_t whole, ns, unit = 1;
	unsigned digits;

	if (!cursor_number(&c, 1, 19, &whole))
		return false;
	ns = prefix_fraction(&c, &digits);
	if (c.at != n)
		return false;
	if (monotonic || (whole < YEAR_2001 && digits)) {
		time->has_uptime = true;
		time->uptime_ns = monotonic ? whole * 1000 : whole * NS_PER_S + ns;
		return true;
	}
	while (whole / unit >= YEAR_2001 * 100 && unit < NS_PER_S)
		unit *= 1000;
	if (whole / unit < YEAR_2001 || *time->wall)
		return *time->wall;
	set_wall(time, whole / unit, unit > 1 ? whole % unit * (NS_PER_S / unit) : ns);
	return true;
}

static bool note_date(struct json_time *time, const char *value, size_t n)
{
	struct cursor c = { value, n < PREFIX_ORIGIN ? n : PREFIX_ORIGIN, 0 };
	struct prefix prefix;

	if (!n || !prefix_date(&c, &prefix) || c.at >= sizeof(time->wall))
		return false;
	if (!*time->wall)
		str_copy(time->wall, sizeof(time->wall), value, c.at);
	return c.at == n;
}

bool json_note_time(struct json_time *time, const char *name, const char *value, size_t n)
{
	char plain[JSON_NAME];
	size_t len = field_plain_name(name, strlen(name), plain);
	bool monotonic = is_monotonic(plain, len);

	if (n > JSON_WALL || (!monotonic && !is_time(plain, len)))
		return false;
	return note_number(time, value, n, monotonic) || note_date(time, value, n) ||
	       (!*time->wall && json_date(time, value, n));
}
