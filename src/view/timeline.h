/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened when, to be drawn: moments of one clock, and an axis for them that leaves out the long times between, and shows
 * that it does.
 */
#ifndef VIEW_TIMELINE_H
#define VIEW_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/alloc.h"
#include "view/diagnose.h"

struct buf;

/* What the numbers of a moment count from. */
enum timeline_clock {
	TIMELINE_UTC,    /* ns since 1970 */
	TIMELINE_LOGGED, /* the same in the log's zone, which is not known */
	TIMELINE_SEASON, /* the same without a year, as if in 1970 */
	TIMELINE_UPTIME, /* ns since the boot */
	TIMELINE_ELAPSED /* ns since the log's first line */
};

struct moment {
	uint64_t boot; /* of the log, for TIMELINE_UPTIME; else 0 */
	int64_t ns;
};

/* The order of time, as for qsort(). */
int moment_compare(const struct moment *a, const struct moment *b);

#define AXIS_SPANS 10

/* Of moments that lie close together, and its place on the axis in per cent. */
struct axis_span {
	struct moment from, to;
	double left, right;
	size_t n;
};

struct axis {
	enum timeline_clock clock;
	struct axis_span spans[AXIS_SPANS]; /* in order */
	size_t n;                           /* 0: no moment */
	size_t left_out;                    /* moments of earlier boots, for which there is no room */
};

/* Sorts the n moments. */
void axis_make(struct axis *a, enum timeline_clock clock, struct moment *moments, size_t n);
/* The span that it is in; -1 if there is none. */
int axis_span_of(const struct axis *a, const struct moment *m);
/* Per cent from the left, in that span. */
double axis_x(const struct axis *a, const struct moment *m);
/* "12:00:14.250", "93784.25 s". */
void axis_time(const struct axis *a, const struct moment *m, struct buf *out);
/* "Times are UTC."; static. */
const char *axis_clock_words(const struct axis *a);
/* The row above the lanes, with the length of each gap, and the one below, with the times. */
void axis_gaps_svg(const struct axis *a, struct buf *out);
void axis_ticks_svg(const struct axis *a, struct buf *out);
/* The ground of a lane: one field a span. */
void axis_ground_svg(const struct axis *a, struct buf *out);

/* What a lane is about; the order is that on the page. */
enum lane_kind { LANE_HANG, LANE_RESET, LANE_LINK, LANE_BOND, LANE_ASPM, LANE_OTHER, LANES };

/* What holds from a moment on. */
enum held { HELD_NOTHING = -1 /* a message about something else */, HELD_OFF, HELD_ON, HELD_UNKNOWN };

/* Something at a moment; in the lanes of link, bond and ASPM what holds from then on. */
struct timeline_mark {
	struct moment at;
	const char *words; /* of the arena */
	enum held held;
	bool bad;
};

struct timeline_lane {
	struct timeline_mark *marks; /* of the arena, in order after timeline_close() */
	size_t n, cap;
};

/* Of a ring at a moment. */
struct point {
	struct moment at;
	uint32_t head, tail, waiting;
	bool gone;  /* nothing is known of it then */
	bool waits; /* .waiting is known */
};

/* A transmit queue. */
struct queue_track {
	const char *title, *note; /* of the arena; note: what becomes of it, may be "" */
	const char *head, *tail;  /* what the two are called: "head", "next to clean" */
	bool bad;
	uint32_t size;        /* descriptors of the ring; 0: not known */
	struct point *points; /* of the arena, in order after timeline_close() */
	size_t n, cap;
};

/* A queue that is not drawn. */
struct quiet_queue {
	uint32_t index;
	const char *state; /* static */
	uint32_t head, tail, waiting;
	uint64_t moved;
};

/* Lists and texts are owned by its arena. */
struct timeline {
	struct arena arena;
	enum timeline_clock clock;
	bool of_log, of_samples;
	struct timeline_lane lanes[LANES];
	struct queue_track *tracks;
	size_t n_tracks, cap_tracks;
	struct quiet_queue *quiet; /* the first few of those in use */
	size_t n_quiet, cap_quiet;
	size_t quiet_more, idle; /* in use and beyond these; empty all the time */
	size_t untimed;          /* messages of the log without a time */
	size_t samples_left_out; /* earlier ones, for which there is no room */
	struct axis axis;
};

/* One device's, from its samples, oldest first, with its definition (NULL: none), and the log: one time line if both can be brought to one clock, else two. Returns how
 * many of out[2] have anything; the log's comes first. Each is freed with timeline_free(). */
size_t timeline_make(const struct diagnosis *d, const struct chip *chip, const struct snapshots *samples,
		     const struct klog *k, const struct logbook *book, struct timeline out[2]);
void timeline_free(struct timeline *t);
/* Its figure. */
void timeline_html(const struct timeline *t, struct buf *out);

/* Private to timeline*.c: */
void timeline_add(struct timeline *t, enum lane_kind lane, const struct moment *at, enum held held, bool bad,
		  const char *words);
/* The track with this title, made if need be; owned by t, and valid until the next is made. */
struct queue_track *timeline_track(struct timeline *t, const char *title);
void timeline_point(struct timeline *t, struct queue_track *track, const struct point *p);
/* What samples show: the queues that stand and the busiest, link, bond and ASPM. */
void timeline_samples(struct timeline *t, const struct chip *chip, const struct snapshots *samples);

#endif
