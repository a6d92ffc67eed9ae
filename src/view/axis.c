// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/html.h"
#include "view/timeline.h"

#define GAP 3.0   /* per cent between two spans */
#define INSET 0.7 /* of a span, so that what is at its end is not cut off */
#define MINUTE (60 * CLOCK_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

int moment_compare(const struct moment *a, const struct moment *b)
{
	if (a->boot != b->boot)
		return a->boot < b->boot ? -1 : 1;
	return (a->ns > b->ns) - (a->ns < b->ns);
}

static int by_time(const void *a, const void *b)
{
	return moment_compare(a, b);
}

/* The time between two neighbours. */
struct between {
	int64_t ns;
	size_t after; /* the moment before it */
	bool cut, boot;
};

static int longest_first(const void *a, const void *b)
{
	const struct between *x = a, *y = b;

	if (x->boot != y->boot)
		return x->boot ? -1 : 1;
	return (x->ns < y->ns) - (x->ns > y->ns);
}

static int in_order(const void *a, const void *b)
{
	const struct between *x = a, *y = b;

	return (x->after > y->after) - (x->after < y->after);
}

/* Where the axis leaves time out: between boots, and where a gap is longer than a third of all that would be drawn with it and
 * four times as long as half of the gaps that remain. */
static void cut(struct between *gaps, size_t n)
{
	size_t first = 0, cuts;
	double drawn = 0;

	qsort(gaps, n, sizeof(*gaps), longest_first);
	for (size_t i = 0; i < n; i++)
		drawn += gaps[i].boot ? 0 : (double)gaps[i].ns;
	while (first < n && gaps[first].boot)
		gaps[first++].cut = true;
	for (cuts = first; cuts < AXIS_SPANS - 1 && first + 1 < n; cuts++, first++) {
		double middle = (double)gaps[first + 1 + (n - first - 2) / 2].ns;

		if ((double)gaps[first].ns < drawn / 3 || (double)gaps[first].ns < 4 * middle)
			break;
		drawn -= (double)gaps[first].ns;
		gaps[first].cut = true;
	}
	qsort(gaps, n, sizeof(*gaps), in_order);
}

/* Of the spans the last ones. */
static void add_span(struct axis *a, const struct moment *from, const struct moment *to, size_t n)
{
	if (a->n == AXIS_SPANS) {
		a->left_out += a->spans[0].n;
		memmove(a->spans, a->spans + 1, (AXIS_SPANS - 1) * sizeof(*a->spans));
		a->n--;
	}
	a->spans[a->n++] = (struct axis_span){ .from = *from, .to = *to, .n = n };
}

/* More for more moments, but not in proportion. */
static double weight(const struct axis_span *s)
{
	double w = 1;

	for (size_t n = s->n; n > 1 && w < 10; n /= 2)
		w++;
	return w;
}

static void place(struct axis *a)
{
	double all = 0, room = 100 - GAP * (double)(a->n - 1), at = 0;

	for (size_t i = 0; i < a->n; i++)
		all += weight(&a->spans[i]);
	for (size_t i = 0; i < a->n; i++) {
		a->spans[i].left = at;
		at += room * weight(&a->spans[i]) / all;
		a->spans[i].right = at;
		at += GAP;
	}
}

/* Each once. */
static size_t distinct(struct moment *m, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!kept || moment_compare(&m[kept - 1], &m[i]))
			m[kept++] = m[i];
	return kept;
}

void axis_make(struct axis *a, enum timeline_clock clock, struct moment *moments, size_t n)
{
	AUTO_FREE struct between *gaps = NULL;
	size_t begin = 0;

	*a = (struct axis){ .clock = clock };
	if (!n)
		return;
	qsort(moments, n, sizeof(*moments), by_time);
	n = distinct(moments, n);
	gaps = xcalloc(n, sizeof(*gaps));
	for (size_t i = 0; i + 1 < n; i++) {
		bool boot = moments[i].boot != moments[i + 1].boot;

		gaps[i] = (struct between){ boot ? 0 : moments[i + 1].ns - moments[i].ns, i, false, boot };
	}
	cut(gaps, n - 1);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && !gaps[i].cut)
			continue;
		add_span(a, &moments[begin], &moments[i], i + 1 - begin);
		begin = i + 1;
	}
	place(a);
}

int axis_span_of(const struct axis *a, const struct moment *m)
{
	for (size_t i = 0; i < a->n; i++)
		if (moment_compare(m, &a->spans[i].from) >= 0 && moment_compare(m, &a->spans[i].to) <= 0)
			return (int)i;
	return -1;
}

static double x_in(const struct axis_span *s, int64_t ns)
{
	double from = s->left + INSET, to = s->right - INSET;

	if (s->to.ns == s->from.ns)
		return (from + to) / 2;
	return from + (to - from) * ((double)(ns - s->from.ns) / (double)(s->to.ns - s->from.ns));
}

double axis_x(const struct axis *a, const struct moment *m)
{
	int i = axis_span_of(a, m);

	return i < 0 ? 0 : x_in(&a->spans[i], m->ns);
}

const char *axis_clock_words(const struct axis *a)
{
	static const char *const words[] = {
		[TIMELINE_UTC] = "Times are UTC.",
		[TIMELINE_LOGGED] = "Times as logged; the log does not say in which time zone.",
		[TIMELINE_SEASON] = "Times as logged, without a year; the log does not say in which time zone.",
		[TIMELINE_UPTIME] = "Times are seconds since the boot.",
		[TIMELINE_ELAPSED] = "Times are seconds since the log's first line.",
	};

	return words[a->clock];
}

static bool has_date(const struct axis *a)
{
	return a->clock <= TIMELINE_SEASON;
}

static void put_time(const struct axis *a, int64_t ns, int64_t step, struct buf *out)
{
	time_t seconds = (time_t)(ns / CLOCK_SECOND);
	char text[32] = "";
	struct tm tm;

	if (!has_date(a)) {
		buf_printf(out, "%" PRId64, ns / CLOCK_SECOND);
	} else if (gmtime_r(&seconds, &tm)) {
		strftime(text, sizeof(text), step >= DAY ? "%e %b" : step >= MINUTE ? "%H:%M" : "%H:%M:%S", &tm);
		buf_puts(out, text + (*text == ' '));
	}
	if (step < 100 * CLOCK_MS)
		buf_printf(out, ".%03d", (int)(ns % CLOCK_SECOND / CLOCK_MS));
	else if (step < CLOCK_SECOND)
		buf_printf(out, ".%d", (int)(ns % CLOCK_SECOND / (100 * CLOCK_MS)));
	if (!has_date(a))
		buf_puts(out, " s");
}

void axis_time(const struct axis *a, const struct moment *m, struct buf *out)
{
	put_time(a, m->ns, m->ns % CLOCK_SECOND ? CLOCK_MS : CLOCK_SECOND, out);
}

/* "2.5 s", "17 min", "3 h", "12 d" */
static void put_length(int64_t ns, struct buf *out)
{
	if (ns < 10 * CLOCK_SECOND)
		buf_printf(out, "%" PRId64 ".%d s", ns / CLOCK_SECOND, (int)(ns % CLOCK_SECOND / (100 * CLOCK_MS)));
	else if (ns < 2 * MINUTE)
		buf_printf(out, "%" PRId64 " s", ns / CLOCK_SECOND);
	else if (ns < 2 * HOUR)
		buf_printf(out, "%" PRId64 " min", ns / MINUTE);
	else if (ns < 2 * DAY)
		buf_printf(out, "%" PRId64 " h", ns / HOUR);
	else
		buf_printf(out, "%" PRId64 " d", ns / DAY);
}

void axis_gaps_svg(const struct axis *a, struct buf *out)
{
	if (a->n < 2)
		return;
	html_put(out, "<svg class=\"gaps\" height=\"16\" aria-hidden=\"true\">");
	for (size_t i = 0; i + 1 < a->n; i++) {
		const struct axis_span *s = &a->spans[i], *next = s + 1;
		AUTO_BUF struct buf words = { 0 };

		if (s->to.boot != next->from.boot)
			buf_puts(&words, "boot");
		else
			put_length(next->from.ns - s->to.ns, &words);
		html_put(out, "<text x=\"%f%%\" y=\"12\" text-anchor=\"middle\">%s</text>", (s->right + next->left) / 2,
			 buf_str(&words));
	}
	html_put(out, "</svg>\n");
}

void axis_ground_svg(const struct axis *a, struct buf *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct axis_span *s = &a->spans[i];

		html_put(out, "<rect class=\"ground\" x=\"%f%%\" width=\"%f%%\" height=\"100%%\"/>", s->left,
			 s->right - s->left);
	}
}

/* The step between ticks of which about `most` fit. */
static int64_t step_for(int64_t length, double most)
{
	static const int64_t ms[] = { 1,         2,          5,          10,         20,          50,         100,
				      200,       500,        1000,       2000,       5000,        10000,      15000,
				      30000,     60000,      120000,     300000,     600000,      900000,     1800000,
				      3600000,   7200000,    10800000,   21600000,   43200000,    86400000,   172800000,
				      604800000, 1209600000, 2592000000, 7776000000, 15552000000, 31536000000 };
	size_t i = 0;

	while (i + 1 < COUNT(ms) && (double)(ms[i] * CLOCK_MS) * most < (double)length)
		i++;
	return ms[i] * CLOCK_MS;
}

/* How far labels reach already, on a wide and on a narrow screen. */
struct taken {
	double wide, narrow;
	char date[24];
};

#define WIDE 620.0   /* pixels of a time line that has room for the labels of a wide screen */
#define NARROW 296.0 /* of the narrowest */
#define LETTER 6.7   /* pixels */
#define START 12.0   /* per cent up to which a label begins at its place, so that it is not cut off; */
#define END 88.0     /* and from which it ends there */

/* Whether a label of n letters that stands around x has room, which it takes then. */
static bool has_room(double x, size_t n, double pixels, double *taken)
{
	double width = 100 * ((double)n * LETTER + 8) / pixels;
	double left = x < START ? x : x > END ? x - width : x - width / 2;

	if (left < *taken)
		return false;
	*taken = left + width;
	return true;
}

static const char *anchor(double x)
{
	return x < START ? "start" : x > END ? "end" : "middle";
}

static void put_date(const struct axis *a, int64_t ns, double x, struct taken *t, struct buf *out)
{
	time_t seconds = (time_t)(ns / CLOCK_SECOND);
	char text[24] = "";
	struct tm tm;

	if (!has_date(a) || !gmtime_r(&seconds, &tm))
		return;
	strftime(text, sizeof(text), a->clock == TIMELINE_SEASON ? "%e %b" : "%e %b %Y", &tm);
	if (!strcmp(text, t->date))
		return;
	strcpy(t->date, text);
	html_put(out, "<text class=\"date\" x=\"%f%%\" y=\"31\" text-anchor=\"%s\">%s</text>", x, anchor(x),
		 text + (*text == ' '));
}

static void put_tick(const struct axis *a, const struct axis_span *s, int64_t ns, int64_t step, struct taken *t,
		     struct buf *out)
{
	AUTO_BUF struct buf words = { 0 };
	double x = x_in(s, ns);
	bool wide, narrow;

	put_time(a, ns, step, &words);
	wide = has_room(x, words.len, WIDE, &t->wide);
	narrow = wide && has_room(x, words.len, NARROW, &t->narrow);
	html_put(out, "<line class=\"tick\" x1=\"%f%%\" x2=\"%f%%\" y1=\"0\" y2=\"5\"/>", x, x);
	if (!wide)
		return;
	html_put(out, "<text class=\"%s\" x=\"%f%%\" y=\"17\" text-anchor=\"%s\">%s</text>",
		 narrow ? "time" : "time wide", x, anchor(x), buf_str(&words));
	if (narrow && step < DAY)
		put_date(a, ns, x, t, out);
}

void axis_ticks_svg(const struct axis *a, struct buf *out)
{
	struct taken t = { .wide = -1, .narrow = -1 };

	html_put(out, "<svg class=\"ticks\" height=\"36\" aria-hidden=\"true\">");
	for (size_t i = 0; i < a->n; i++) {
		const struct axis_span *s = &a->spans[i];
		int64_t length = s->to.ns - s->from.ns;
		int64_t step = step_for(length, (s->right - s->left) / 9);
		int64_t at = (s->from.ns + step - 1) / step * step;

		if (!length || at > s->to.ns)
			put_tick(a, s, s->from.ns, length ? CLOCK_MS : CLOCK_SECOND, &t, out);
		for (; length && at <= s->to.ns; at += step)
			put_tick(a, s, at, step, &t, out);
	}
	html_put(out, "</svg>\n");
}
