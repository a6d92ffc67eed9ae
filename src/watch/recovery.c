// SPDX-License-Identifier: GPL-2.0-or-later
/* A device that stands made to go again, unattended: after its incident is saved, so often and no more. */
#include <stdlib.h>
#include <string.h>

#include "change/lock.h"
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
#define HOLD_NS (3 * CLOCK_SECOND)

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

static int climb(struct watch *w, struct watched *d, struct recover_report *r, struct err *e)
{
	const struct recover_live_options o = {
		.db = w->o->db, .address = d->address, .rung = w->o->source.rung, .stop = stop, .arg = w
	};
	const struct recover_limits limits = { .hold_ns = HOLD_NS };
	struct recover_live *live = NULL;
	struct recover_look now = { 0 };
	struct recover_plan plan;
	int code = recover_live_open(&live, &o, e);

	if (!code) {
		const struct recover_io io = recover_live_io(live);

		io.look(io.arg, false, &now);
		recover_plan_make(recover_live_port(live), &now, w->o->recover, &plan);
		code = recover_climb(&io, &plan, &limits, r);
	}
	recover_live_close(live);
	return code;
}

static void say_outcome(struct watch *w, struct watched *d, const struct recover_report *r)
{
	AUTO_BUF struct buf words = { 0 };

	recover_report_line(r, &words);
	tell(w, d, recover_helped(r) ? WATCH_RECOVERED : WATCH_NOT_RECOVERED, r, buf_str(&words));
}

static void go(struct watch *w, struct watched *d)
{
	AUTO_CLOSE int lock = -1;
	struct recover_report report = { 0 };
	struct err e = { 0 };
	int r = change_begin("watch --recover", &lock, &e);

	if (!r) {
		r = climb(w, d, &report, &e);
		d->report = report;
		d->has_report = report.n > 0;
	}
	if (*e.what) {
		AUTO_FREE char *words = xasprintf("not recovered: %s: %s", e.what, e.why);

		tell(w, d, WATCH_NOT_RECOVERED, NULL, words);
	} else {
		say_outcome(w, d, &report);
	}
	d->gave_up = r != 0; /* the ladder is over for this incident */
}

/* Loudly, once: from here on a person is needed. */
static void give_up(struct watch *w, struct watched *d)
{
	AUTO_FREE char *words =
		xasprintf("given up: recovered %zu times within an hour, and it stands again", d->n_recovered);

	d->gave_up = true;
	tell(w, d, WATCH_GAVE_UP, NULL, words);
}

void watched_recover(struct watch *w, struct watched *d)
{
	int64_t now = watch_now();
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
	go(w, d);
	d->recovered[d->n_recovered++] = watch_now();
	if (!d->gave_up)
		watched_end_well(w, d);
}
