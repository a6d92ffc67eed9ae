// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/moment.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/text.h"

#define DAY (86400 * CLOCK_SECOND)

static struct tm local(int64_t ns)
{
	time_t t = (time_t)(ns / CLOCK_SECOND);
	struct tm tm = { 0 };

	localtime_r(&t, &tm);
	return tm;
}

void moment_put(int64_t taken, struct buf *out)
{
	struct tm tm = local(taken);
	char text[32];

	if (taken && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		buf_printf(out, "%s.%d", text, (int)(taken % CLOCK_SECOND / (CLOCK_SECOND / 10)));
}

/* ".25": tenths and less of a second, NULL for anything else; *unit: what the last digit is worth. */
static bool fraction(const char *s, int64_t *ns, int64_t *unit)
{
	*ns = 0;
	if (*s != '.' || !s[1])
		return false;
	for (s++; *s >= '0' && *s <= '9' && *unit > 1; s++) {
		*unit /= 10;
		*ns += (*s - '0') * *unit;
	}
	return !*s;
}

/* The end of the minute, second or less that the text names; a time of day is of the day of `first`, or of the next if that is nearer to `last`. */
static bool parse(const char *text, int64_t first, int64_t last, int64_t *until)
{
	static const char *const forms[] = { "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M",
					     "%Y-%m-%dT%H:%M",    "%H:%M:%S",          "%H:%M" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		int64_t part = 0, unit = strstr(forms[i], "%S") ? CLOCK_SECOND : 60 * CLOCK_SECOND;
		struct tm tm = local(first);
		const char *rest;

		tm.tm_sec = 0;
		tm.tm_isdst = -1;
		rest = strptime(text, forms[i], &tm);
		if (!rest || (*rest && (unit > CLOCK_SECOND || !fraction(rest, &part, &unit))))
			continue;
		*until = mktime(&tm) * CLOCK_SECOND + part + unit - 1;
		if (forms[i][1] == 'H' && *until < first && *until + DAY - last < first - *until)
			*until += DAY;
		return true;
	}
	return false;
}

static const struct snapshot *numbered(const struct snapshots *samples, uint64_t n)
{
	for (size_t i = 0; i < samples->n; i++)
		if ((samples->v[i]->look ? (uint64_t)samples->v[i]->look : i + 1) == n)
			return samples->v[i];
	return NULL;
}

static int none(const struct snapshots *samples, const char *text, struct err *e)
{
	const struct snapshot *first = samples->v[0], *last = samples->v[samples->n - 1];
	AUTO_BUF struct buf span = { 0 };

	if (first->taken && last->taken) {
		buf_puts(&span, ", ");
		moment_put(first->taken, &span);
		buf_puts(&span, " to ");
		moment_put(last->taken, &span);
	}
	err_set(e, EINVAL, "--at", "no sample at %s", text);
	err_todo(e, "there %s %zu sample%s%s", samples->n == 1 ? "is" : "are", samples->n, samples->n == 1 ? "" : "s",
		 buf_str(&span));
	return -EINVAL;
}

const struct snapshot *moment_find(const struct snapshots *samples, const char *text, struct err *e)
{
	const struct snapshot *found = NULL;
	int64_t until;
	uint64_t n;

	if (text_u64(text, &n)) {
		found = numbered(samples, n);
	} else if (parse(text, samples->v[0]->taken, samples->v[samples->n - 1]->taken, &until)) {
		for (size_t i = 0; i < samples->n; i++)
			if (samples->v[i]->taken && samples->v[i]->taken <= until)
				found = samples->v[i];
	} else {
		err_set(e, EINVAL, "--at", "%s is neither a number nor a time", text);
		err_todo(e, "the number of a sample, or a time such as 12:00:14 or '2026-07-05 12:00:14'");
		return NULL;
	}
	if (!found)
		none(samples, text, e);
	return found;
}
