// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dates as tables and collectors have them, which no log daemon writes: 11/20/2026, 9:00:00.000 AM; 20.11.2026 09:00:00;
 * 2026/11/20 09:00:00; Fri, 20 Nov 2026 09:00:00 GMT; 20/Nov/2026:09:00:00 +0000; Nov 20, 2026 @ 09:00:00.000.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "klog/cursor.h"
#include "klog/json.h"
#include "klog/prefix.h"

struct day {
	uint64_t part[3]; /* as they stand; a month by its name has its place and no number */
	unsigned n, digits[3];
	int named; /* which part is a month's name; -1: none */
	uint64_t month;
	char mark; /* behind the first part */
};

static int letters(const struct cursor *c)
{
	int n = 0;

	while (isalpha((unsigned char)cursor_peek(c, (size_t)n)))
		n++;
	return n;
}

/* "Nov", "November" */
static uint64_t month_named(const char *s, int n)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (size_t i = 0; n >= 3 && i < 12; i++)
		if (!strncasecmp(names + 3 * i, s, 3))
			return i + 1;
	return 0;
}

static void marks(struct cursor *c, const char *which)
{
	while (cursor_peek(c, 0) && strchr(which, cursor_peek(c, 0)))
		c->at++;
}

/* "Fri, " is passed over. */
static bool read_day(struct cursor *c, struct day *day)
{
	int n = letters(c);

	if (n && !month_named(c->s + c->at, n)) {
		c->at += (size_t)n;
		marks(c, ", ");
	}
	for (; day->n < 3; day->n++) {
		size_t from = c->at;

		n = letters(c);
		if (n) {
			day->month = month_named(c->s + c->at, n);
			if (!day->month || day->named >= 0)
				return false;
			day->named = (int)day->n;
			c->at += (size_t)n;
		} else if (!cursor_number(c, 1, 4, &day->part[day->n])) {
			return false;
		}
		day->digits[day->n] = n ? 0 : (unsigned)(c->at - from);
		day->mark = day->n ? day->mark : cursor_peek(c, 0);
		marks(c, day->n < 2 ? "/.-, " : ",:@T ");
	}
	return true;
}

/* Year, month, day. Between slashes the month comes first, unless it can be none. */
static bool order_day(const struct day *day, uint64_t out[3])
{
	bool year_first = day->digits[0] == 4;
	unsigned others[2] = { year_first ? 1 : 0, year_first ? 2 : 1 };

	if (day->digits[0] != 4 && day->digits[2] != 4)
		return false;
	out[0] = day->part[year_first ? 0 : 2];
	if (day->named >= 0) {
		out[1] = day->month;
		out[2] = day->part[day->named == (int)others[0] ? others[1] : others[0]];
	} else {
		bool day_first = !year_first && (day->mark == '.' || day->part[0] > 12);

		out[1] = day->part[others[day_first]];
		out[2] = day->part[others[!day_first]];
	}
	return out[0] >= 1990 && out[0] < 2200 && out[1] >= 1 && out[1] <= 12 && out[2] >= 1 && out[2] <= 31;
}

bool json_date(struct json_time *time, const char *s, size_t n)
{
	struct cursor c = { s, n, 0 };
	struct day day = { .named = -1 };
	uint64_t date[3], hour, minute, second = 0, ns = 0;
	unsigned digits = 0;
	bool half;

	if (!read_day(&c, &day) || !order_day(&day, date) || !cursor_number(&c, 1, 2, &hour) || !cursor_take(&c, ':') ||
	    !cursor_number(&c, 2, 2, &minute) || (cursor_take(&c, ':') && !cursor_number(&c, 2, 2, &second)))
		return false;
	ns = prefix_fraction(&c, &digits);
	marks(&c, " ");
	half = (cursor_peek(&c, 1) | 32) == 'm';
	if (half && (cursor_peek(&c, 0) | 32) == 'p' && hour < 12)
		hour += 12;
	else if (half && (cursor_peek(&c, 0) | 32) == 'a' && hour == 12)
		hour = 0;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	snprintf(time->wall, sizeof(time->wall), "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)date[0], (unsigned)date[1],
		 (unsigned)date[2], (unsigned)hour, (unsigned)minute, (unsigned)second);
	if (digits)
		snprintf(time->wall + 19, sizeof(time->wall) - 19, ".%06" PRIu64, ns / 1000);
	return true;
}
