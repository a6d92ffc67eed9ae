// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/watch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "klog/input.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/text.h"
#include "watch/command.h"
#include "watch/notify.h"
#include "watch/parts.h"

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)
#define SETTLE_NS (100 * MS)     /* a block's lines come closer together than that */
#define BEFORE_NS (600 * SECOND) /* how old the snapshot from better times may get */

bool watch_stopped(const struct watch *w)
{
	struct pollfd fd = { .fd = w->o->stop_fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static void follow_signs(struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched *d = &w->devices[i];
		uint64_t n = d->n_logged;

		d->n_logged = 0;
		if (n)
			incident_sign(w, d, d->logged, n, false);
	}
}

/* A good state to compare with, not older than BEFORE_NS and not from within an incident. */
static void renew_before(struct watched *d)
{
	struct snapshot *s;

	if (d->in_incident || (d->before && watch_now() - d->before_at < BEFORE_NS))
		return;
	d->before_at = watch_now();
	s = device_read(d);
	if (!s)
		return;
	if (d->before)
		snapshot_free(d->before);
	d->before = s;
}

static void look(struct watch *w, struct watched *d)
{
	const char *trouble = device_look(d) ? device_trouble(w, d) : NULL;

	if (trouble)
		incident_sign(w, d, trouble, 1, true);
	else
		renew_before(d);
	if (d->in_incident)
		incident_go_on(w, d);
}

/* Until `until`, or a moment after the log went silent, whichever is first. True: it is time to stop. */
static bool wait_for_log(struct watch *w, int64_t until)
{
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = w->o->stop_fd, .events = POLLIN },
			{ .fd = w->in ? klog_input_fd(w->in) : -1, .events = POLLIN },
		};
		int64_t left = until - watch_now();
		struct timespec t;
		int n;

		if (w->unsettled && left > SETTLE_NS)
			left = SETTLE_NS;
		left = left > 0 ? left : 0;
		t = clock_timespec(left);
		n = ppoll(fds, 2, &t, NULL);
		if (n > 0 && fds[0].revents)
			return true;
		if (n > 0 && fds[1].revents)
			log_read(w);
		else
			log_settle(w);
		follow_signs(w);
		if (watch_now() >= until)
			return false;
	}
}

/* Looks are not quite regular: a ring that goes round in just that time would seem to stand. */
static int64_t pause_before(const struct watch *w, uint64_t n)
{
	return w->o->interval_ns - w->o->interval_ns / 50 * (int64_t)(n % 3);
}

static void loop(struct watch *w)
{
	for (uint64_t n = 0; !w->o->looks || n < w->o->looks; n++) {
		int64_t until = watch_now() + pause_before(w, n);

		for (size_t i = 0; i < w->n; i++)
			look(w, &w->devices[i]);
		command_reap();
		if (wait_for_log(w, until))
			break;
	}
}

static void tell_ready(const struct watch *w)
{
	AUTO_BUF struct buf what = { 0 };
	AUTO_BUF struct buf state = { 0 };

	buf_puts(&what, "watching ");
	for (size_t i = 0; i < w->n; i++) {
		const char *netdev = device_netdev(&w->devices[i]);

		buf_puts(&what, i ? ", " : "");
		if (netdev)
			text_escape(&what, netdev, strlen(netdev));
		buf_printf(&what, netdev ? " (%s)" : "%s", w->devices[i].address);
	}
	buf_printf(&state, "READY=1\nSTATUS=%s", buf_str(&what));
	notify_manager(buf_str(&state));
	w->o->ready(buf_str(&what), w->o->arg);
}

int watch_run(const struct watch_options *o, struct err *e)
{
	struct watch w = { .o = o };
	AUTO_CLOSE int lock = -1;
	int r = incident_store_open(&o->store, &lock, e);

	if (!r)
		r = log_open(&w, e);
	if (!r)
		r = devices_open(&w, e);
	if (!r) {
		tell_ready(&w);
		loop(&w);
		notify_manager("STOPPING=1");
	}
	for (size_t i = 0; i < w.n; i++)
		if (w.devices[i].in_incident)
			incident_close(&w, &w.devices[i]);
	devices_close(&w);
	log_close(&w);
	return r;
}
