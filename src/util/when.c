// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/when.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "util/alloc.h"
#include "util/clock.h"

#define DAY_S INT64_C(86400)
#define SPAN_MOST_S (100 * 366 * DAY_S)

static const struct {
	const char *word;
	int64_t seconds;
} units[] = {
	{ "s", 1 },         { "sec", 1 },          { "second", 1 },        { "seconds", 1 },     { "m", 60 },
	{ "min", 60 },      { "minute", 60 },      { "minutes", 60 },      { "h", 3600 },        { "hr", 3600 },
	{ "hour", 3600 },   { "hours", 3600 },     { "d", DAY_S },         { "day", DAY_S },     { "days", DAY_S },
	{ "w", 7 * DAY_S }, { "week", 7 * DAY_S }, { "weeks", 7 * DAY_S }, { "month", 2629800 }, { "months", 2629800 },
	{ "y", 31557600 },  { "year", 31557600 },  { "years", 31557600 },
};

/* The seconds of a unit at *p, and what is behind it; 0 if there is none. */
static int64_t unit(const char **p)
{
	size_t n = 0;

	while (isalpha((unsigned char)(*p)[n]))
		n++;
	for (size_t i = 0; i < COUNT(units); i++)
		if (strlen(units[i].word) == n && !strncasecmp(*p, units[i].word, n)) {
			*p += n;
			return units[i].seconds;
		}
	return 0;
}

/* "2h 30min", up to what is no number; false if there is none or it is too long. */
static bool span(const char **p, int64_t *seconds)
{
	bool any = false;

	*seconds = 0;
	for (*p += strspn(*p, " "); isdigit((unsigned char)**p); *p += strspn(*p, " ")) {
		char *end;
		long long number = strtoll(*p, &end, 10);
		int64_t each;

		*p = end + strspn(end, " ");
		each = unit(p);
		if (!each || number > SPAN_MOST_S / each)
			return false;
		*seconds += number * each;
		any = true;
	}
	return any && *seconds <= SPAN_MOST_S;
}

static bool relative(const char *text, int64_t now_ns, int64_t *ns)
{
	bool before = *text == '-';
	const char *p = text + before;
	int64_t seconds;

	if (!span(&p, &seconds) || strcasecmp(p, before ? "" : "ago") != 0)
		return false;
	*ns = now_ns - seconds * CLOCK_SECOND;
	return true;
}

static bool clock_time(const char *text, struct tm *tm)
{
	int n = 0;

	if (sscanf(text, "%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &n) != 2 || !n)
		return false;
	text += n;
	n = 0;
	if (*text && (sscanf(text, ":%2d%n", &tm->tm_sec, &n) != 1 || !n || text[n]))
		return false;
	return tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 && tm->tm_sec >= 0 &&
	       tm->tm_sec < 61;
}

static bool date(const char *text, struct tm *tm)
{
	int year, month, day, n = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &n) != 3 || !n || year < 1970 || month < 1 ||
	    month > 12 || day < 1 || day > 31)
		return false;
	*tm = (struct tm){ .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
	text += n;
	return !*text || ((*text == ' ' || *text == 'T') && clock_time(text + 1, tm));
}

/* Words and times of the day. */
static bool of_today(const char *text, struct tm *tm)
{
	tm->tm_hour = tm->tm_min = tm->tm_sec = 0;
	if (!strcasecmp(text, "today"))
		return true;
	if (!strcasecmp(text, "yesterday")) {
		tm->tm_mday--;
		return true;
	}
	return clock_time(text, tm);
}

bool when_parse(const char *text, int64_t now_ns, int64_t *ns)
{
	time_t seconds = (time_t)(now_ns / CLOCK_SECOND);
	struct tm tm;
	char *end;

	text += strspn(text, " ");
	if (*text == '@' && isdigit((unsigned char)text[1])) {
		long long number = strtoll(text + 1, &end, 10);

		if (*end || number > INT64_MAX / CLOCK_SECOND)
			return false;
		*ns = number * CLOCK_SECOND;
		return true;
	}
	if (!strcasecmp(text, "now")) {
		*ns = now_ns;
		return true;
	}
	if (relative(text, now_ns, ns))
		return *ns >= 0;
	if (!date(text, &tm) && (!localtime_r(&seconds, &tm) || !of_today(text, &tm)))
		return false;
	tm.tm_isdst = -1;
	seconds = mktime(&tm);
	*ns = (int64_t)seconds * CLOCK_SECOND;
	return seconds >= 0;
}
