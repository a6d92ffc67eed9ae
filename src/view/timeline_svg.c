// SPDX-License-Identifier: GPL-2.0-or-later
/* A time line drawn: a lane for each kind of message or state, one for each queue. All places are per cent of the width, so that it fits
 * any screen while its letters keep their size. */
#include <inttypes.h>
#include <string.h>

#include "util/html.h"
#include "view/timeline.h"

#define NEAR 0.35 /* per cent: marks closer than this are one */
#define TRACK 72  /* pixels of a queue's lane */
#define DOTS 40   /* points of a span up to which each has its dot */

static const struct {
	const char *title, *one, *class, *on, *off;
} kinds[] = {
	[LANE_HANG] = { "Hangs and timeouts", "report", "hang", NULL, NULL },
	[LANE_RESET] = { "Resets", "reset", "reset", NULL, NULL },
	[LANE_LINK] = { "Link", "message", "link", "up", "down" },
	[LANE_BOND] = { "Bond", "message", "link", "up", "down" },
	[LANE_ASPM] = { "ASPM", "message", "aspm", "on", "off" },
	[LANE_OTHER] = { "Other messages", "message", "other", NULL, NULL },
};

static void put_words(const struct axis *a, const struct timeline_mark *m, struct buf *out)
{
	AUTO_BUF struct buf when = { 0 };

	axis_time(a, &m->at, &when);
	html_put(out, "%s %s", buf_str(&when), m->words);
}

/* How many marks from i on are drawn as one. */
static size_t near(const struct axis *a, const struct timeline_lane *l, size_t i)
{
	double x = axis_x(a, &l->marks[i].at);
	int span = axis_span_of(a, &l->marks[i].at);
	size_t n = 1;

	while (i + n < l->n && axis_span_of(a, &l->marks[i + n].at) == span &&
	       axis_x(a, &l->marks[i + n].at) - x < NEAR)
		n++;
	return n;
}

static void put_mark(const struct axis *a, const struct timeline_lane *l, size_t i, size_t n, const char *class,
		     struct buf *out)
{
	const struct timeline_mark *m = &l->marks[i];
	double x = axis_x(a, &m->at);

	html_put(out, "<line class=\"mark %s%s\" x1=\"%f%%\" x2=\"%f%%\" y1=\"3\" y2=\"19\"><title>", class,
		 m->bad ? " bad" : "", x, x);
	put_words(a, m, out);
	if (n > 1)
		html_put(out, ", and %zu more up to ", n - 1);
	if (n > 1)
		put_words(a, &l->marks[i + n - 1], out);
	html_put(out, "</title></line>");
}

static void put_piece(double from, double to, const struct timeline_mark *m, const char *class, struct buf *out)
{
	html_put(out,
		 "<rect class=\"state %s-%s\" x=\"%f%%\" width=\"%f%%\" y=\"5\" height=\"12\"><title>%s</title></rect>",
		 class, m->held == HELD_ON ? "on" : "off", from, to - from > 0.25 ? to - from : 0.25, m->words);
}

/* What holds from one mark to the next, within spans: a gap is one. */
static void put_state(const struct axis *a, const struct timeline_mark *m, const struct timeline_mark *next,
		      const char *class, struct buf *out)
{
	int from = axis_span_of(a, &m->at), last = next ? axis_span_of(a, &next->at) : from;

	if (from < 0 || m->held == HELD_UNKNOWN)
		return;
	if (last < 0 || (next && next->at.boot != m->at.boot)) {
		last = from;
		next = NULL;
	}
	for (int i = from; i <= last; i++) {
		const struct axis_span *s = &a->spans[i];
		double left = i == from ? axis_x(a, &m->at) : s->left;
		double right = next && i == last ? axis_x(a, &next->at) : s->right;

		if (i == from && (i != last || !next) && s->from.ns == s->to.ns)
			right = left + 1; /* one moment has no length */
		put_piece(left, right, m, class, out);
	}
}

/* Where something else holds than from mark i on; l->n: nowhere. What is neither is passed over. */
static size_t next_state(const struct timeline_lane *l, size_t i)
{
	size_t n = i + 1;

	while (n < l->n && (l->marks[n].held == HELD_NOTHING ||
			    (l->marks[n].held == l->marks[i].held && l->marks[n].at.boot == l->marks[i].at.boot &&
			     !strcmp(l->marks[n].words, l->marks[i].words))))
		n++;
	return n;
}

static void put_states(const struct axis *a, const struct timeline_lane *l, const char *class, struct buf *out)
{
	for (size_t i = 0, next; i < l->n; i = next) {
		const struct timeline_mark *until;

		next = next_state(l, i);
		if (l->marks[i].held == HELD_NOTHING)
			continue;
		until = &l->marks[next < l->n ? next : next - 1];
		put_state(a, &l->marks[i], until > &l->marks[i] ? until : NULL, class, out);
	}
}

/* "6 reports", "up; went down 2 times" */
static void lane_words(const struct timeline_lane *l, enum lane_kind kind, struct buf *out)
{
	size_t downs = 0, marks = 0;
	const struct timeline_mark *last = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct timeline_mark *m = &l->marks[i];

		marks += m->held == HELD_NOTHING;
		downs += m->held == HELD_OFF && last && last->held == HELD_ON;
		last = m->held != HELD_NOTHING ? m : last;
	}
	if (last)
		html_put(out, "%s",
			 last->held == HELD_ON    ? kinds[kind].on
			 : last->held == HELD_OFF ? kinds[kind].off
						  : "not known");
	if (downs)
		html_put(out, "; went %s %zu time%s", kinds[kind].off, downs, downs == 1 ? "" : "s");
	if (marks)
		html_put(out, "%s%zu %s%s", last ? "; " : "", marks, kinds[kind].one, marks == 1 ? "" : "s");
}

static void put_lane(const struct timeline *t, enum lane_kind kind, struct buf *out)
{
	const struct timeline_lane *l = &t->lanes[kind];

	if (!l->n)
		return;
	html_put(out, "<div class=\"lane\"><p><b>%s</b> ", kinds[kind].title);
	lane_words(l, kind, out);
	html_put(out, "</p>\n<svg height=\"22\" role=\"img\" aria-label=\"%s\">", kinds[kind].title);
	axis_ground_svg(&t->axis, out);
	put_states(&t->axis, l, kinds[kind].class, out);
	for (size_t i = 0, n; i < l->n; i += n) {
		n = 1;
		if (l->marks[i].held != HELD_NOTHING || axis_span_of(&t->axis, &l->marks[i].at) < 0)
			continue;
		n = near(&t->axis, l, i);
		put_mark(&t->axis, l, i, n, kinds[kind].class, out);
	}
	html_put(out, "</svg></div>\n");
}

/* ---- queues ---- */

static uint32_t top_of(const struct queue_track *t)
{
	uint32_t top = t->size ? t->size : 1;

	for (size_t i = 0; i < t->n; i++) {
		const struct point *p = &t->points[i];

		top = p->head > top ? p->head : top;
		top = p->tail > top ? p->tail : top;
		top = p->waits && p->waiting > top ? p->waiting : top;
	}
	return top;
}

static double y_of(uint32_t value, uint32_t top)
{
	return 4 + (TRACK - 8) * (1 - (double)value / top);
}

enum value { HEAD, TAIL, WAITING };

static uint32_t value_of(const struct point *p, enum value which)
{
	return which == HEAD ? p->head : which == TAIL ? p->tail : p->waiting;
}

/* How many points from i on are in one span and have this value. A head or tail that goes back has gone round: there the line ends. */
static size_t run_of(const struct axis *a, const struct queue_track *t, size_t i, enum value which)
{
	int span = axis_span_of(a, &t->points[i].at);
	size_t n = 0;

	for (; i + n < t->n; n++) {
		const struct point *p = &t->points[i + n];

		if (p->gone || axis_span_of(a, &p->at) != span || (which == WAITING && !p->waits))
			break;
		if (n && which != WAITING && value_of(p, which) < value_of(p - 1, which))
			break;
	}
	return span < 0 ? 0 : n;
}

/* In a drawing of 100 by TRACK that is stretched to the lane's width. */
static void put_curve(const struct axis *a, const struct queue_track *t, enum value which, uint32_t top,
		      struct buf *out)
{
	static const char *const classes[] = { "head", "tail", "waiting" };

	for (size_t i = 0, n; i < t->n; i += n ? n : 1) {
		n = run_of(a, t, i, which);
		if (n < 2)
			continue;
		html_put(out, "<%s class=\"%s\" points=\"", which == WAITING ? "polygon" : "polyline", classes[which]);
		if (which == WAITING)
			html_put(out, "%f,%d ", axis_x(a, &t->points[i].at), TRACK - 4);
		for (size_t k = i; k < i + n; k++)
			html_put(out, "%f,%f ", axis_x(a, &t->points[k].at), y_of(value_of(&t->points[k], which), top));
		if (which == WAITING)
			html_put(out, "%f,%d", axis_x(a, &t->points[i + n - 1].at), TRACK - 4);
		html_put(out, "\"/>");
	}
}

static void point_words(const struct axis *a, const struct queue_track *t, const struct point *p, struct buf *out)
{
	AUTO_BUF struct buf when = { 0 };

	axis_time(a, &p->at, &when);
	html_put(out, "<title>%s %s %u, %s %u", buf_str(&when), t->head, p->head, t->tail, p->tail);
	if (p->waits)
		html_put(out, ", %u wait", p->waiting);
	html_put(out, "</title>");
}

/* No line goes to it. */
static bool is_alone(const struct axis *a, const struct queue_track *t, size_t i)
{
	return run_of(a, t, i, HEAD) < 2 && (!i || run_of(a, t, i - 1, HEAD) < 2);
}

/* A dot for each point where there are few, and where there is nothing to draw a line to. */
static void put_dots(const struct axis *a, const struct queue_track *t, uint32_t top, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct point *p = &t->points[i];
		double x = axis_x(a, &p->at);
		int span = axis_span_of(a, &p->at);

		if (span < 0 || p->gone || (t->n > DOTS && !is_alone(a, t, i)))
			continue;
		if (p->waits && p->waiting)
			html_put(out, "<line class=\"stem\" x1=\"%f%%\" x2=\"%f%%\" y1=\"%f\" y2=\"%d\"/>", x, x,
				 y_of(p->waiting, top), TRACK - 4);
		html_put(out, "<circle class=\"tail\" cx=\"%f%%\" cy=\"%f\" r=\"3\">", x, y_of(p->tail, top));
		point_words(a, t, p, out);
		html_put(out, "</circle><circle class=\"head\" cx=\"%f%%\" cy=\"%f\" r=\"3\">", x, y_of(p->head, top));
		point_words(a, t, p, out);
		html_put(out, "</circle>");
	}
}

static void put_track(const struct timeline *t, const struct queue_track *track, struct buf *out)
{
	uint32_t top = top_of(track);

	if (!track->n)
		return;
	html_put(out, "<div class=\"lane\"><p><b>%s</b> <span class=\"%s\">%s</span></p>\n", track->title,
		 track->bad ? "bad" : "note", track->note);
	html_put(out, "<svg height=\"%d\" role=\"img\" aria-label=\"%s: %s, %s, descriptors that wait\">", TRACK,
		 track->title, track->head, track->tail);
	axis_ground_svg(&t->axis, out);
	html_put(
		out,
		"<svg x=\"0\" y=\"0\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 100 %d\" preserveAspectRatio=\"none\">",
		TRACK, TRACK);
	put_curve(&t->axis, track, WAITING, top, out);
	put_curve(&t->axis, track, TAIL, top, out);
	put_curve(&t->axis, track, HEAD, top, out);
	html_put(out, "</svg>");
	put_dots(&t->axis, track, top, out);
	html_put(out, "<text class=\"top\" x=\"3\" y=\"12\">%u</text></svg></div>\n", top);
}

/* What the colours are. */
static void put_key(const struct timeline *t, struct buf *out)
{
	const char *head = NULL, *tail = NULL;

	for (size_t i = 0; i < t->n_tracks && !head; i++) {
		head = t->tracks[i].n ? t->tracks[i].head : NULL;
		tail = t->tracks[i].tail;
	}
	if (!head)
		return;
	html_put(out,
		 "<p class=\"key\"><span class=\"swatch head\"></span>%s <span class=\"swatch tail\"></span>%s "
		 "<span class=\"swatch waiting\"></span>descriptors that wait</p>\n",
		 head, tail);
}

static void put_quiet(const struct timeline *t, struct buf *out)
{
	size_t n = t->n_quiet + t->quiet_more + t->idle;

	if (!n)
		return;
	html_put(out, "<details><summary>%zu more transmit queue%s", n, n == 1 ? "" : "s");
	if (t->idle == n)
		html_put(out, ", idle</summary>\n");
	else
		html_put(out, ", %zu of them idle</summary>\n", t->idle);
	if (t->n_quiet)
		html_put(out,
			 "<table><tr><th>Queue</th><th>State</th><th class=\"n\">Head</th><th class=\"n\">Tail</th>"
			 "<th class=\"n\">Wait</th><th class=\"n\">Moved</th></tr>\n");
	for (size_t i = 0; i < t->n_quiet; i++) {
		const struct quiet_queue *q = &t->quiet[i];

		html_put(out,
			 "<tr><td>%u</td><td>%s</td><td class=\"n\">%u</td><td class=\"n\">%u</td>"
			 "<td class=\"n\">%u</td><td class=\"n\">%llu</td></tr>\n",
			 q->index, q->state, q->head, q->tail, q->waiting, (unsigned long long)q->moved);
	}
	html_put(out, t->n_quiet ? "</table>" : "<p>None of them has work.</p>");
	if (t->quiet_more)
		html_put(out, "<p>%zu more are in use; <code>nicregs show --queues</code> lists all.</p>",
			 t->quiet_more);
	html_put(out, "</details>\n");
}

static void put_left_out(const struct timeline *t, struct buf *out)
{
	if (t->untimed)
		html_put(out, "<p class=\"note\">%zu message%s without a time %s not drawn.</p>\n", t->untimed,
			 t->untimed == 1 ? "" : "s", t->untimed == 1 ? "is" : "are");
	if (t->samples_left_out)
		html_put(out, "<p class=\"note\">%zu earlier samples are not drawn.</p>\n", t->samples_left_out);
	if (t->axis.left_out)
		html_put(out, "<p class=\"note\">%zu moments before these are not drawn.</p>\n", t->axis.left_out);
}

void timeline_html(const struct timeline *t, struct buf *out)
{
	html_put(out, "<figure class=\"timeline\">\n<figcaption>%s %s</figcaption>\n",
		 t->of_log && t->of_samples ? "Kernel log and samples."
		 : t->of_log                ? "Kernel log."
					    : "Samples.",
		 axis_clock_words(&t->axis));
	if (t->axis.n) {
		axis_gaps_svg(&t->axis, out);
		for (enum lane_kind i = 0; i < LANES; i++)
			put_lane(t, i, out);
		for (size_t i = 0; i < t->n_tracks; i++)
			put_track(t, &t->tracks[i], out);
		axis_ticks_svg(&t->axis, out);
		put_key(t, out);
	}
	put_left_out(t, out);
	put_quiet(t, out);
	html_put(out, "</figure>\n");
}
