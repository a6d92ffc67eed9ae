// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/stamp_time.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

uint64_t stamp_fraction(struct cursor *c, unsigned *digits)
{
	uint64_t ns = 0, unit = 100000000;

	*digits = 0;
	if ((cursor_peek(c, 0) != '.' && cursor_peek(c, 0) != ',') || !cursor_digit(cursor_peek(c, 1)))
		return 0;
	for (c->at++; cursor_digit(cursor_peek(c, 0)); c->at++, unit /= 10) {
		ns += (uint64_t)(cursor_peek(c, 0) - '0') * unit;
		++*digits;
	}
	return ns;
}

static int named(const struct cursor *c, const char *names)
{
	for (int i = 0; names[i * 3]; i++)
		if (c->at + 3 <= c->n && !memcmp(c->s + c->at, names + i * 3, 3))
			return i;
	return -1;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "MonTueWedThuFriSatSun";

static int month(struct cursor *c)
{
	int m = named(c, months);

	if (m >= 0)
		c->at += 3;
	return m;
}

/* "HH:MM:SS.frac", or "HH:MM" alone. */
static bool clock_time(struct cursor *c, struct tm *tm, uint64_t *ns)
{
	uint64_t h, m, s = 0;
	unsigned digits;

	*ns = 0;
	if (!cursor_number(c, 2, 2, &h) || !cursor_take(c, ':') || !cursor_number(c, 2, 2, &m))
		return false;
	if (cursor_take(c, ':')) {
		if (!cursor_number(c, 2, 2, &s))
			return false;
		*ns = stamp_fraction(c, &digits);
	}
	tm->tm_hour = (int)h;
	tm->tm_min = (int)m;
	tm->tm_sec = (int)s;
	return h < 24 && m < 60 && s <= 60;
}

static void wall(struct stamp *stamp, const struct cursor *c, size_t from, struct tm *tm, uint64_t ns, bool year)
{
	int64_t seconds;

	tm->tm_year = year ? tm->tm_year : 70;
	seconds = timegm(tm);
	stamp->has_wall = true;
	stamp->has_year = year;
	stamp->wall_ns = seconds * 1000000000 + (int64_t)ns;
	stamp->wall = c->s + from;
	stamp->wall_len = c->at - from;
}

/* "2024-06-29T10:52:39.030745602Z", "2007-01-09 22:53:41.660249500", "2026-07-30T11:50:07.262550-05:00" */
static bool iso(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;
	uint64_t y, m, d, ns;
	struct tm tm = { 0 };

	if (!cursor_number(c, 4, 4, &y) || !cursor_take(c, '-') || !cursor_number(c, 2, 2, &m) ||
	    !cursor_take(c, '-') || !cursor_number(c, 2, 2, &d) || (!cursor_take(c, 'T') && !cursor_take(c, ' ')) ||
	    !clock_time(c, &tm, &ns) || y < 1990 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31) {
		c->at = from;
		return false;
	}
	tm.tm_year = (int)y - 1900;
	tm.tm_mon = (int)m - 1;
	tm.tm_mday = (int)d;
	if (!cursor_take(c, 'Z') && (cursor_peek(c, 0) == '+' || cursor_peek(c, 0) == '-') &&
	    cursor_digit(cursor_peek(c, 1))) {
		c->at++;
		while (cursor_digit(cursor_peek(c, 0)) || cursor_peek(c, 0) == ':')
			c->at++;
	}
	wall(stamp, c, from, &tm, ns, true);
	return true;
}

/* "Aug 28 13:09:30", "Aug 28 13:09:30.123456", "Mar15 18:17", "Dec  1 17:07:50 2020" */
static bool month_day(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at, end;
	uint64_t d, y, ns;
	struct tm tm = { 0 };
	bool year = false;

	tm.tm_mon = month(c);
	cursor_blanks(c);
	if (tm.tm_mon < 0 || !cursor_number(c, 1, 2, &d) || d < 1 || d > 31 || !cursor_take(c, ' ') ||
	    !clock_time(c, &tm, &ns)) {
		c->at = from;
		return false;
	}
	tm.tm_mday = (int)d;
	end = c->at;
	if (cursor_take(c, ' ') && cursor_number(c, 4, 4, &y) && y >= 1990 && y < 2200 &&
	    !isalnum((unsigned char)cursor_peek(c, 0))) {
		tm.tm_year = (int)y - 1900;
		year = true;
	} else {
		c->at = end;
	}
	wall(stamp, c, from, &tm, ns, year);
	return true;
}

bool stamp_date(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;

	if (named(c, days) >= 0 && cursor_peek(c, 3) == ' ') {
		c->at += 4;
		cursor_blanks(c);
	}
	if (!iso(c, stamp) && !month_day(c, stamp)) {
		c->at = from;
		return false;
	}
	stamp->wall = c->s + from;
	stamp->wall_len = c->at - from;
	return true;
}

bool stamp_seconds(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;
	uint64_t s, ns;
	unsigned digits;
	bool delta;

	cursor_blanks(c);
	delta = cursor_take(c, '+') || cursor_take(c, '<');
	cursor_blanks(c);
	if (!cursor_number(c, 1, 10, &s) || cursor_peek(c, 0) != '.') {
		c->at = from;
		return false;
	}
	ns = s * 1000000000 + stamp_fraction(c, &digits);
	cursor_take(c, '>');
	if (!digits) {
		c->at = from;
		return false;
	}
	if (delta) {
		stamp->has_delta = true;
		stamp->delta_ns = ns;
	} else {
		stamp->has_uptime = true;
		stamp->fine = digits >= 6;
		stamp->uptime_ns = ns;
	}
	return true;
}
