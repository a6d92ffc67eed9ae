// SPDX-License-Identifier: GPL-2.0-or-later
/* A device that stands made to go again, unattended: after its incident is saved, so often and no more. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change/lock.h"
#include "recover/against.h"
#include "recover/live.h"
#include "recover/report.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"
#include "watch/about.h"
#include "watch/entry.h"
#include "watch/internal.h"

#define HOUR_NS (3600 * CLOCK_SECOND)
#define PAUSE_FIRST_NS (10 * CLOCK_SECOND)
#define PAUSE_MOST_NS (1280 * CLOCK_SECOND)
#define ASK_AGAIN_NS (10 * CLOCK_SECOND) /* whether it is still refused */

/* Recoveries of the last hour; what is older is forgotten. */
static size_t in_last_hour(struct watched *d, int64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->n_recovered; i++)
		if (now - d->recovered[i] < HOUR_NS)
			d->recovered[kept++] = d->recovered[i];
	d->n_recovered = kept;
	return kept;
}

/* 10 s after the first of an hour, 20 s after the second, and so on. */
int64_t watched_recovery_pause(size_t n)
{
	int64_t pause = n ? PAUSE_FIRST_NS : 0;

	while (n-- > 1 && pause < PAUSE_MOST_NS)
		pause *= 2;
	return pause;
}

static void tell(struct watch *w, struct watched *d, enum watch_recovery what, const struct recover_report *r,
		 const char *words)
{
	const struct watch_entry entry = {
		.device = d->address,
		.netdev = d->netdev,
		.chip = d->chip,
		.step = r && recover_helped(r) ? recover_step_name(recover_helped(r)->step) : NULL,
		.incident = d->incident.path,
	};
	const struct watch_recovered news = {
		.device = d->address,
		.netdev = d->netdev,
		.what = what,
		.words = words,
		.report = r,
		.incident = d->incident.path,
		.entered = watch_enter(what == WATCH_RECOVERED ? EVENT_RECOVERED : EVENT_NOT_RECOVERED, &entry, words),
	};

	if (w->o->recovered)
		w->o->recovered(&news, w->o->arg);
}

static bool stop(void *arg)
{
	return watch_stopped(arg);
}

/* Nobody is there to be asked: what `recover` would do with --yes alone is not done. */
static bool is_guarded(const struct watch *w, const struct recover_plan *plan, struct recover_report *r)
{
	AUTO_FREE struct recover_against *against = xcalloc(1, sizeof(*against));
	AUTO_BUF struct buf why = { 0 };

	if (w->o->even_so)
		return false;
	recover_against_find(plan, against);
	if (!against->n)
		return false;
	recover_against_say(against, &why);
	r->end = RECOVER_GUARDED;
	snprintf(r->guarded, sizeof(r->guarded), "%s", buf_str(&why));
	return true;
}

static int climb(struct watch *w, struct watched *d, struct recover_report *r, struct err *e)
{
	const struct recover_live_options o = {
		.db = w->o->db, .address = d->address, .rung = w->o->source.rung, .stop = stop, .arg = w
	};
	const struct recover_limits limits = { .hold_ns = RECOVER_HOLD_NS };
	struct recover_live *live = NULL;
	struct recover_look now = { 0 };
	struct recover_plan plan;
	int code = recover_live_open(&live, &o, e);

	if (!code) {
		const struct recover_io io = recover_live_io(live);

		io.look(io.arg, false, &now);
		recover_plan_make(recover_live_port(live), &now, w->o->recover, &plan);
		code = is_guarded(w, &plan, r) ? -EPERM : recover_climb(&io, &plan, &limits, r);
		if (code != -EPERM)
			recover_live_end(live);
	}
	recover_live_close(live);
	return code;
}

static void say_outcome(struct watch *w, struct watched *d, const struct recover_report *r)
{
	AUTO_BUF struct buf words = { 0 };

	recover_report_line(r, &words);
	tell(w, d, r->end == RECOVER_WORKS ? WATCH_RECOVERED : WATCH_NOT_RECOVERED, r, buf_str(&words));
}

/* Loudly, but once. What is in its way may go away. */
static void refuse(struct watch *w, struct watched *d, const struct recover_report *r)
{
	if (!d->refused)
		say_outcome(w, d, r);
	d->refused = true;
	d->ask_again = clock_monotonic() + ASK_AGAIN_NS;
}

/* False: nothing was done, and it is asked again. */
static bool go(struct watch *w, struct watched *d)
{
	AUTO_CLOSE int lock = -1;
	struct recover_report report = { 0 };
	struct err e = { 0 };
	int r = change_begin("watch --recover", &lock, &e);

	if (!r) {
		r = climb(w, d, &report, &e);
		d->report = report;
		d->has_report = report.n > 0 || report.end == RECOVER_GUARDED;
	}
	if (report.end == RECOVER_GUARDED) {
		refuse(w, d, &report);
		return false;
	}
	if (*e.what) {
		AUTO_FREE char *words = xasprintf("not recovered: %s: %s", e.what, e.why);

		tell(w, d, WATCH_NOT_RECOVERED, NULL, words);
	} else {
		say_outcome(w, d, &report);
	}
	d->gave_up = r != 0; /* the ladder is over for this incident */
	return true;
}

/* Loudly, once: from here on a person is needed. */
static void give_up(struct watch *w, struct watched *d)
{
	AUTO_FREE char *words =
		xasprintf("given up: recovered %zu times within an hour, and it stands again", d->n_recovered);

	d->gave_up = true;
	tell(w, d, WATCH_GAVE_UP, NULL, words);
}

/* A recovery of before, this watch's or another's, was killed. */
static void finish(struct watch *w, struct watched *d)
{
	const struct recover_live_options o = { .db = w->o->db, .address = d->address, .rung = w->o->source.rung };
	struct recover_report report = { 0 };
	struct recover_live *live = NULL;
	struct recover_io io;
	struct err e = { 0 };
	AUTO_CLOSE int lock = -1;

	if (recover_live_open(&live, &o, &e) || !recover_live_left(live) ||
	    change_begin("watch --recover", &lock, &e)) {
		recover_live_close(live);
		return;
	}
	io = recover_live_io(live);
	if (recover_finish(&io, recover_live_port(live), &report)) {
		tell(w, d, WATCH_NOT_RECOVERED, NULL,
		     "an earlier recovery was interrupted, and the device does not work: nicregs recover takes the steps that are left");
	} else {
		recover_live_end(live);
		say_outcome(w, d, &report);
	}
	recover_live_close(live);
}

void watch_finish_recoveries(struct watch *w)
{
	for (size_t i = 0; i < w->n && w->o->recover; i++)
		finish(w, &w->devices[i]);
}

void watched_recover(struct watch *w, struct watched *d)
{
	int64_t now = clock_monotonic();
	bool wanted = w->o->recover && d->in_incident && d->to_recover && !d->gave_up;
	size_t n;

	d->to_recover = false;
	if (!wanted)
		return;
	n = in_last_hour(d, now);
	if (n >= w->o->recoveries) {
		give_up(w, d);
		return;
	}
	if (n && now - d->recovered[n - 1] < watched_recovery_pause(n))
		return;
	if (d->refused && now < d->ask_again)
		return;
	if (!go(w, d))
		return;
	d->refused = false;
	d->recovered[d->n_recovered++] = clock_monotonic();
	if (!d->gave_up)
		watched_end_well(w, d);
}
