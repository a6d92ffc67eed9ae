// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/prefix.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "util/alloc.h"

#define PREFIX_LOOK 200 /* bytes of a line that its prefix is in */

/* ".123456" or ",123456" as nanoseconds; nothing is 0, and what is less than one is left out. */
uint64_t prefix_fraction(struct cursor *c, unsigned *digits)
{
	static const uint32_t units[] = { 1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1 };
	unsigned most = COUNT(units) - 1, n = 0;
	const char *s, *end = c->s + c->n;
	uint64_t value = 0;

	*digits = 0;
	if ((cursor_peek(c, 0) != '.' && cursor_peek(c, 0) != ',') || !cursor_digit(cursor_peek(c, 1)))
		return 0;
	s = c->s + c->at + 1;
	for (; s + n < end && cursor_digit(s[n]); n++)
		if (n < most)
			value = value * 10 + (uint64_t)(s[n] - '0');
	c->at += n + 1;
	*digits = n;
	return value * units[n < most ? n : most];
}

static int name_at(const struct cursor *c, const char *names)
{
	const char *s = c->s + c->at;

	if (c->at + 3 > c->n || *s < 'A' || *s > 'Z')
		return -1;
	for (int i = 0; names[i * 3]; i++)
		if (s[0] == names[i * 3] && s[1] == names[i * 3 + 1] && s[2] == names[i * 3 + 2])
			return i;
	return -1;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "MonTueWedThuFriSatSun";

static int month(struct cursor *c)
{
	int m = name_at(c, months);

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
		*ns = prefix_fraction(c, &digits);
	}
	tm->tm_hour = (int)h;
	tm->tm_min = (int)m;
	tm->tm_sec = (int)s;
	return h < 24 && m < 60 && s <= 60;
}

/* Seconds since 1970 of a date of the Gregorian calendar, as if in UTC. A year is counted from March on. */
static int64_t seconds_of(const struct tm *tm, int year)
{
	int64_t y = year - (tm->tm_mon < 2), m = (tm->tm_mon + 10) % 12;
	int64_t day = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + tm->tm_mday - 1 - 719468;

	return ((day * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
}

static void wall(struct prefix *prefix, const struct cursor *c, size_t from, struct tm *tm, uint64_t ns, bool year)
{
	int64_t seconds = seconds_of(tm, year ? tm->tm_year + 1900 : 1970);

	prefix->has_wall = true;
	prefix->has_year = year;
	prefix->wall_ns = seconds * 1000000000 + (int64_t)ns;
	prefix->wall = c->s + from;
	prefix->wall_len = c->at - from;
}

/* "Z", "-05:00", "+0200" */
static void zone(struct cursor *c)
{
	if (cursor_take(c, 'Z') || (cursor_peek(c, 0) != '+' && cursor_peek(c, 0) != '-') ||
	    !cursor_digit(cursor_peek(c, 1)))
		return;
	c->at++;
	while (cursor_digit(cursor_peek(c, 0)) || cursor_peek(c, 0) == ':')
		c->at++;
}

/* "2024-06-29T10:52:39.030745602Z", "2007-01-09 22:53:41.660249500", "2026-07-30T11:50:07.262550-05:00" */
static bool iso(struct cursor *c, struct prefix *prefix)
{
	size_t from = c->at;
	uint64_t y, m, d, ns;
	struct tm tm = { 0 };

	if (cursor_peek(c, 4) != '-')
		return false;
	if (!cursor_number(c, 4, 4, &y) || !cursor_take(c, '-') || !cursor_number(c, 2, 2, &m) ||
	    !cursor_take(c, '-') || !cursor_number(c, 2, 2, &d) || (!cursor_take(c, 'T') && !cursor_take(c, ' ')) ||
	    !clock_time(c, &tm, &ns) || y < 1990 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31) {
		c->at = from;
		return false;
	}
	tm.tm_year = (int)y - 1900;
	tm.tm_mon = (int)m - 1;
	tm.tm_mday = (int)d;
	zone(c);
	wall(prefix, c, from, &tm, ns, true);
	return true;
}

/* "Aug 28 13:09:30", "Aug 28 13:09:30.123456", "Mar15 18:17", "Dec  1 17:07:50 2020" */
static bool month_day(struct cursor *c, struct prefix *prefix)
{
	size_t from = c->at, end;
	uint64_t d, y, ns;
	struct tm tm = { 0 };
	bool year = false;

	tm.tm_mon = month(c);
	if (tm.tm_mon < 0)
		return false;
	cursor_blanks(c);
	if (!cursor_number(c, 1, 2, &d) || d < 1 || d > 31 || !cursor_take(c, ' ') || !clock_time(c, &tm, &ns)) {
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
	wall(prefix, c, from, &tm, ns, year);
	return true;
}

bool prefix_date(struct cursor *c, struct prefix *prefix)
{
	size_t from = c->at;
	char first = cursor_peek(c, 0);

	/* Most of what is looked at is none, and begins so. */
	if (cursor_digit(first) ? cursor_peek(c, 4) != '-' : first < 'A' || first > 'Z')
		return false;
	if (name_at(c, days) >= 0 && cursor_peek(c, 3) == ' ') {
		c->at += 4;
		cursor_blanks(c);
	}
	if (!iso(c, prefix) && !month_day(c, prefix)) {
		c->at = from;
		return false;
	}
	prefix->wall = c->s + from;
	prefix->wall_len = c->at - from;
	return true;
}

bool prefix_seconds(struct cursor *c, struct prefix *prefix)
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
	ns = s * 1000000000 + prefix_fraction(c, &digits);
	cursor_take(c, '>');
	if (!digits) {
		c->at = from;
		return false;
	}
	if (delta) {
		prefix->has_delta = true;
		prefix->delta_ns = ns;
	} else {
		prefix->has_uptime = true;
		prefix->uptime_ns = ns;
	}
	return true;
}

/* Anything in brackets that a log puts there: times, "[   C28]", "[xxxxxx]", "[kern.err]", "[kernel: .]". */
static bool bracket(struct cursor *c, struct prefix *prefix, bool first)
{
	size_t from = c->at;
	bool known;
	char inner;

	if (!cursor_take(c, '['))
		return false;
	cursor_blanks(c);
	if (prefix_seconds(c, prefix) || prefix_date(c, prefix)) {
		cursor_blanks(c);
		if (cursor_peek(c, 0) == '<') /* dmesg -d: time and delta together */
			prefix_seconds(c, prefix);
		if (cursor_take(c, ']')) {
			cursor_take(c, ':');
			return true;
		}
	}
	c->at = from + 1;
	cursor_blanks(c);
	inner = cursor_peek(c, 0);
	known = stamp_foreign_time(c);
	while (c->at < c->n && c->at - from < 24 && cursor_peek(c, 0) != ']')
		c->at++;
	known |= (prefix->kernel && cursor_digit(inner)) || inner == 'k' || inner == 'x' ||
		 (!first && (inner == 'C' || inner == 'T'));
	if (known && cursor_take(c, ']')) {
		prefix->kernel |= inner == 'k';
		cursor_take(c, ':');
		return true;
	}
	c->at = from;
	return false;
}

/* Whether nothing but a date with its zone stands before, as a collector of logs puts it in front of each line. */
static bool behind_collectors_date(const struct cursor *c, const struct prefix *prefix)
{
	const char *end = prefix->wall + prefix->wall_len, *at = c->s + c->at;

	if (!prefix->has_year || prefix->kernel || prefix->host || at <= end || prefix->wall_len < 20 ||
	    prefix->wall[10] != 'T')
		return false;
	while (at > end && at[-1] == ' ')
		at--;
	return at == end;
}

/*
 * The date of the line that a collector has read, right behind its own or behind the name of a stream. Of a date without
 * a year the collector's stays.
 */
static bool date_inside(struct cursor *c, struct prefix *prefix)
{
	struct prefix inside = { 0 };
	size_t from = c->at, len;

	if (!behind_collectors_date(c, prefix))
		return false;
	if (!prefix_date(c, &inside)) {
		cursor_word(c, &c->at, &len);
		cursor_blanks(c);
		if (!len || !prefix_date(c, &inside)) {
			c->at = from;
			return false;
		}
	}
	if (inside.has_year) {
		prefix->wall_ns = inside.wall_ns;
		prefix->wall = inside.wall;
		prefix->wall_len = inside.wall_len;
	}
	prefix->dated = true;
	return true;
}

#define NS_PER_DAY (INT64_C(86400) * 1000000000)
#define CLOCK_BYTES 8 /* "10:11:12" */

/* Of a date as most log daemons write it. */
static void note_day(struct prefix_memo *memo, const struct prefix *prefix)
{
	const char *date = prefix->wall;
	bool iso = prefix->has_year && cursor_digit(*date);
	size_t n = iso ? PREFIX_DAY : strlen("Nov  1 "), len = prefix->wall_len;

	if ((iso ? len < n + CLOCK_BYTES : prefix->has_year || len != n + CLOCK_BYTES) ||
	    !cursor_clock(date + n, CLOCK_BYTES) || date[n + 6] == '6') /* a leap second is of no day here */
		return;
	memcpy(memo->day, date, n);
	memo->day_len = n;
	memo->has_year = iso;
	memo->day_ns = prefix->wall_ns - prefix->wall_ns % NS_PER_DAY;
}

/* "10:11:12", in seconds; -1 if there is something else. */
static int clock_seconds(const char *s)
{
	int part[3];

	if (!cursor_clock(s, CLOCK_BYTES))
		return -1;
	for (int i = 0; i < 3; i++)
		part[i] = (s[3 * i] - '0') * 10 + s[3 * i + 1] - '0';
	return part[0] < 24 && part[1] < 60 && part[2] <= 60 ? (part[0] * 60 + part[1]) * 60 + part[2] : -1;
}

/* A date of the day that the memo has. What can go on behind its time is read as ever. */
static bool same_day(struct cursor *c, const struct prefix_memo *memo, struct prefix *prefix)
{
	const char *s = c->s + c->at, *clock = s + memo->day_len, *behind = clock + CLOCK_BYTES;
	unsigned digits;
	int seconds;

	if (!memo->day_len || c->n - c->at < memo->day_len + CLOCK_BYTES + 2 ||
	    memcmp(s, memo->day, memo->day_len) != 0)
		return false;
	seconds = clock_seconds(clock);
	if (seconds < 0 || (!memo->has_year && (*behind != ' ' || cursor_digit(behind[1]))))
		return false;
	c->at += memo->day_len + CLOCK_BYTES;
	prefix->has_wall = true;
	prefix->has_year = memo->has_year;
	prefix->wall_ns = memo->day_ns + seconds * INT64_C(1000000000);
	if (memo->has_year) {
		prefix->wall_ns += (int64_t)prefix_fraction(c, &digits);
		zone(c);
	}
	prefix->wall = s;
	prefix->wall_len = c->at - (size_t)(s - c->s);
	return true;
}

/* A date that is not in brackets. dmesg's own have a comma before the fraction. */
static bool date(struct cursor *c, struct prefix_memo *memo, struct prefix *prefix)
{
	if (prefix->has_wall)
		return date_inside(c, prefix);
	if (!same_day(c, memo, prefix)) {
		if (!prefix_date(c, prefix))
			return false;
		note_day(memo, prefix);
	}
	prefix->dated = !memchr(prefix->wall, ',', prefix->wall_len);
	return true;
}

/* "nas kernel: ": the word behind a date, unless the kernel's own tag follows at once. */
static void note_host(const char *words, size_t n, struct prefix *prefix)
{
	size_t len = 0;

	while (len < n && (isalnum((unsigned char)words[len]) || strchr("-._", words[len])) && words[len])
		len++;
	if (len && len < n && words[len] == ' ' && !prefix->host) {
		prefix->host = words;
		prefix->host_len = len;
	}
}

/* "host kernel:", of which all is read without a look at what follows. */
static void note_origin(struct prefix_memo *memo, const char *s, size_t n)
{
	static const char tag[] = " kernel:";
	const char *blank = memchr(s, ' ', n);
	size_t host = blank ? (size_t)(blank - s) : 0;

	if (n >= sizeof(memo->origin) || !host || n - host != strlen(tag) || memcmp(blank, tag, strlen(tag)) != 0 ||
	    memmem(s, host, "kern", 4))
		return;
	memcpy(memo->origin, s, n);
	memo->origin_len = n;
}

static bool same_origin(struct cursor *c, const struct prefix_memo *memo)
{
	size_t n = memo->origin_len;

	if (!n || c->n - c->at <= n || c->s[c->at + n] != ' ' || memcmp(c->s + c->at, memo->origin, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool origin(struct cursor *c, struct prefix_memo *memo, struct prefix *prefix, bool stamped)
{
	size_t from = c->at;
	bool same = stamped && same_origin(c, memo), found = same || prefix_origin(c, stamped);

	if (found && stamped && !same)
		note_origin(memo, c->s + from, c->at - from);
	if (found && prefix->dated)
		note_host(c->s + from, c->at - from, prefix);
	prefix->kernel |= found;
	return found;
}

/* What begins with a digit, beside what can begin with anything. */
static bool begins_with_digit(struct cursor *c, struct prefix *prefix, bool any)
{
	return (!any && (stamp_kmsg(c, prefix) || stamp_unix_time(c, prefix))) ||
	       (any && !prefix->has_wall && stamp_version(c, prefix));
}

/* The next part of a prefix; each begins in its own way. */
static bool take_part(struct cursor *c, struct prefix_memo *memo, struct prefix *prefix, bool any)
{
	char first = cursor_peek(c, 0);

	if (first == '['   ? bracket(c, prefix, !any)
	    : first == '<' ? stamp_priority(c, prefix, !any)
			   : date(c, memo, prefix))
		return true;
	if (cursor_digit(first) && begins_with_digit(c, prefix, any))
		return true;
	if ((cursor_digit(first) || first == 'c') && stamp_vmkernel(c, prefix))
		return true;
	return origin(c, memo, prefix, any) || (!any && stamp_foreign_date(c, prefix)) ||
	       (first == 'm' && stamp_repeated(c, prefix));
}

size_t prefix_parse_next(const char *s, size_t n, struct prefix_memo *memo, struct prefix *prefix)
{
	struct cursor c = { s, n < PREFIX_LOOK ? n : PREFIX_LOOK, 0 };
	bool again = true, any = false;

	memset(prefix, 0, sizeof(*prefix));
	prefix_file_name(&c);
	while (again) {
		cursor_blanks(&c);
		again = take_part(&c, memo, prefix, any);
		any |= again;
	}
	return any ? c.at : 0;
}

size_t prefix_parse(const char *s, size_t n, struct prefix *prefix)
{
	struct prefix_memo memo = { .day_len = 0 };

	return prefix_parse_next(s, n, &memo, prefix);
}

/* Whether what is behind a time in brackets is no part of a prefix, as far as that shows. */
static bool begins_message(const struct cursor *c)
{
	char first = cursor_peek(c, 0), second = cursor_peek(c, 1);

	if (islower((unsigned char)first))
		return first != 'c' || second != 'p';
	return isupper((unsigned char)first) &&
	       (isupper((unsigned char)second) || isalpha((unsigned char)cursor_peek(c, 3)));
}

/* "[   12.345678] word" */
static bool glance_uptime(struct cursor *c, struct prefix_glance *glance)
{
	struct prefix prefix = { .has_uptime = false };

	c->at = 1;
	if (!prefix_seconds(c, &prefix) || !cursor_take(c, ']'))
		return false;
	glance->stamp = c->at;
	return cursor_take(c, ' ') && begins_message(c) && !prefix_may_have_origin(c);
}

/* "Nov  1 10:11:12 host kernel: ", or without the kernel. */
static bool glance_date(struct cursor *c, const struct prefix_memo *memo, struct prefix_glance *glance)
{
	struct prefix prefix = { .has_wall = false };

	if (!same_day(c, memo, &prefix) || c->s[c->at] != ' ')
		return false;
	glance->stamp = c->at++;
	glance->has_wall = true;
	if (!same_origin(c, memo))
		return !prefix_may_have_origin(c);
	note_host(memo->origin, memo->origin_len, &prefix);
	glance->host = prefix.host_len;
	return glance->host && !memchr(prefix.wall, ',', prefix.wall_len);
}

bool prefix_glance(const char *s, size_t n, const struct prefix_memo *memo, struct prefix_glance *glance)
{
	struct cursor c = { s, n < PREFIX_LOOK ? n : PREFIX_LOOK, 0 };

	*glance = (struct prefix_glance){ .has_wall = false };
	return n && (*s == '[' ? glance_uptime(&c, glance) : glance_date(&c, memo, glance));
}
