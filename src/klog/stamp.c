// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/stamp.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

/* A text and where in it we are; reading past the end gives '\0'. */
struct cursor {
	const char *s;
	size_t n, at;
};

static char peek(const struct cursor *c, size_t ahead)
{
	return c->at + ahead < c->n ? c->s[c->at + ahead] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take(struct cursor *c, char wanted)
{
	if (peek(c, 0) != wanted)
		return false;
	c->at++;
	return true;
}

static void blanks(struct cursor *c)
{
	while (peek(c, 0) == ' ' || peek(c, 0) == '\t')
		c->at++;
}

static bool number(struct cursor *c, unsigned least, unsigned most, uint64_t *value)
{
	unsigned digits = 0;

	*value = 0;
	while (digits < most && is_digit(peek(c, 0))) {
		*value = *value * 10 + (uint64_t)(peek(c, 0) - '0');
		c->at++;
		digits++;
	}
	return digits >= least;
}

/* ".123456" or ",123456" as nanoseconds; nothing is 0. */
static uint64_t fraction(struct cursor *c, unsigned *digits)
{
	uint64_t ns = 0, unit = 100000000;

	*digits = 0;
	if ((peek(c, 0) != '.' && peek(c, 0) != ',') || !is_digit(peek(c, 1)))
		return 0;
	for (c->at++; is_digit(peek(c, 0)); c->at++, unit /= 10) {
		ns += (uint64_t)(peek(c, 0) - '0') * unit;
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
	if (!number(c, 2, 2, &h) || !take(c, ':') || !number(c, 2, 2, &m))
		return false;
	if (take(c, ':')) {
		if (!number(c, 2, 2, &s))
			return false;
		*ns = fraction(c, &digits);
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

	if (!number(c, 4, 4, &y) || !take(c, '-') || !number(c, 2, 2, &m) || !take(c, '-') || !number(c, 2, 2, &d) ||
	    (!take(c, 'T') && !take(c, ' ')) || !clock_time(c, &tm, &ns) || y < 1990 || y > 2200 || m < 1 || m > 12 || d < 1 ||
	    d > 31) {
		c->at = from;
		return false;
	}
	tm.tm_year = (int)y - 1900;
	tm.tm_mon = (int)m - 1;
	tm.tm_mday = (int)d;
	if (!take(c, 'Z') && (peek(c, 0) == '+' || peek(c, 0) == '-') && is_digit(peek(c, 1))) {
		c->at++;
		while (is_digit(peek(c, 0)) || peek(c, 0) == ':')
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
	blanks(c);
	if (tm.tm_mon < 0 || !number(c, 1, 2, &d) || d < 1 || d > 31 || !take(c, ' ') || !clock_time(c, &tm, &ns)) {
		c->at = from;
		return false;
	}
	tm.tm_mday = (int)d;
	end = c->at;
	if (take(c, ' ') && number(c, 4, 4, &y) && y >= 1990 && y < 2200 && !isalnum((unsigned char)peek(c, 0))) {
		tm.tm_year = (int)y - 1900;
		year = true;
	} else {
		c->at = end;
	}
	wall(stamp, c, from, &tm, ns, year);
	return true;
}

/* "Tue Dec  1 17:07:50 2020", "Fri 2020-08-28 13:09:30 CEST", and without the day of the week. */
static bool date(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;

	if (named(c, days) >= 0 && peek(c, 3) == ' ') {
		c->at += 4;
		blanks(c);
	}
	if (!iso(c, stamp) && !month_day(c, stamp)) {
		c->at = from;
		return false;
	}
	stamp->wall = c->s + from;
	stamp->wall_len = c->at - from;
	return true;
}

/* "  9327.470501", "+0.000093", " <    0.000093>"; in brackets. */
static bool seconds(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;
	uint64_t s, ns;
	unsigned digits;
	bool delta;

	blanks(c);
	delta = take(c, '+') || take(c, '<');
	blanks(c);
	if (!number(c, 1, 10, &s) || peek(c, 0) != '.') {
		c->at = from;
		return false;
	}
	ns = s * 1000000000 + fraction(c, &digits);
	take(c, '>');
	if (digits < 3) {
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

/* Anything in brackets that a log puts there: times, "[   C28]", "[xxxxxx]", "[kern.err]", "[kernel: .]". */
static bool bracket(struct cursor *c, struct stamp *stamp, bool first)
{
	size_t from = c->at;
	char inner;

	if (!take(c, '['))
		return false;
	blanks(c);
	if (seconds(c, stamp) || date(c, stamp)) {
		blanks(c);
		if (peek(c, 0) == '<') /* dmesg -d: time and delta together */
			seconds(c, stamp);
		if (take(c, ']')) {
			take(c, ':');
			return true;
		}
	}
	c->at = from + 1;
	blanks(c);
	inner = peek(c, 0);
	while (c->at < c->n && c->at - from < 24 && peek(c, 0) != ']')
		c->at++;
	if (peek(c, 0) == ']' && (inner == 'k' || inner == 'x' || (!first && (inner == 'C' || inner == 'T')))) {
		c->at++;
		take(c, ':');
		return true;
	}
	c->at = from;
	return false;
}

/* "<3>", "<12>" */
static bool priority(struct cursor *c)
{
	size_t from = c->at;
	uint64_t value;

	if (take(c, '<') && number(c, 1, 3, &value) && take(c, '>'))
		return true;
	c->at = from;
	return false;
}

/* A record of /dev/kmsg: "3,1234,9327470501,-;" */
static bool kmsg(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;
	uint64_t level, sequence, us;

	if (!number(c, 1, 4, &level) || !take(c, ',') || !number(c, 1, 19, &sequence) || !take(c, ',') ||
	    !number(c, 1, 15, &us) || !take(c, ',')) {
		c->at = from;
		return false;
	}
	while (c->at < c->n && c->at - from < 80 && peek(c, 0) != ';')
		c->at++;
	if (!take(c, ';')) {
		c->at = from;
		return false;
	}
	stamp->has_uptime = stamp->fine = true;
	stamp->uptime_ns = us * 1000;
	return true;
}

/* "1598620170.123456 " */
static bool unix_time(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;
	uint64_t s, ns;
	unsigned digits;

	if (number(c, 10, 10, &s) && s > 900000000 && s < 7000000000 && peek(c, 0) == '.') {
		ns = fraction(c, &digits);
		if (digits == 6 && peek(c, 0) == ' ') {
			stamp->has_wall = stamp->has_year = true;
			stamp->wall_ns = (int64_t)(s * 1000000000 + ns);
			stamp->wall = c->s + from;
			stamp->wall_len = c->at - from;
			return true;
		}
	}
	c->at = from;
	return false;
}

/* Host, facility and program: what comes before "kernel:" ("kern:", "err:"), at most four words. */
static bool origin(struct cursor *c, bool stamped)
{
	size_t at = c->at, from = c->at, taken = c->at;

	for (unsigned words = 0; words < 5; words++) {
		size_t start, len;

		while (at < c->n && c->s[at] == ' ')
			at++;
		start = at;
		while (at < c->n && c->s[at] != ' ')
			at++;
		len = at - start;
		if (len >= 7 && !memcmp(c->s + at - 7, "kernel:", 7)) {
			c->at = at;
			return true;
		}
		if (len && len <= 8 && c->s[at - 1] == ':' && (!memcmp(c->s + start, "kern:", 5) || taken > from)) {
			taken = at; /* talosctl's "kern:     err:" */
			continue;
		}
		if (len == 1 && c->s[start] == ':' && stamped)
			taken = at;
		else if (taken > from || (!stamped && words))
			break;
	}
	c->at = taken;
	return taken > from;
}

/* ESXi's "cpu1:65936)" */
static bool vmkernel(struct cursor *c)
{
	size_t from = c->at;
	uint64_t value;

	if (c->at + 3 <= c->n && !memcmp(c->s + c->at, "cpu", 3)) {
		c->at += 3;
		if (number(c, 1, 4, &value) && take(c, ':') && number(c, 1, 10, &value) && take(c, ')'))
			return true;
	}
	c->at = from;
	return false;
}

size_t stamp_parse(const char *s, size_t n, struct stamp *stamp)
{
	struct cursor c = { s, n < 200 ? n : 200, 0 };
	bool again = true, any = false;

	memset(stamp, 0, sizeof(*stamp));
	while (again) {
		blanks(&c);
		again = bracket(&c, stamp, !any) || (!stamp->has_wall && date(&c, stamp)) || priority(&c) ||
			(!any && (kmsg(&c, stamp) || unix_time(&c, stamp))) || vmkernel(&c) ||
			origin(&c, any);
		any |= again;
	}
	return any ? c.at : 0;
}
