// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "monitor/internal.h"
#include "util/alloc.h"
#include "util/clock.h"

#define REDRAW 500 /* ms, so that ages grow */
#define SOON (37 * CLOCK_MS)

/* The signals that end the program or change the size, as a file. Who is stopped is not told of a new size: hence
 * SIGCONT. */
static int open_signals(sigset_t *before)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT(numbers); i++)
		sigaddset(&set, numbers[i]);
	pthread_sigmask(SIG_BLOCK, &set, before);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void take_signals(struct monitor *m, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGWINCH || info.ssi_signo == SIGCONT)
			screen_resize(&m->screen);
		else
			m->quit = true;
	}
}

static void take_reply(struct monitor *m, struct pump_reply *r)
{
	if (r->job == PUMP_SAVE) {
		if (r->code)
			monitor_say(m, "%s: %s", r->err.what, r->err.why);
		else
			monitor_say(m, "Written: %s", buf_str(&r->told));
	} else {
		m->plan_waits = false;
		m->plan_asks = r->job == PUMP_PLAN && !r->code;
		buf_clear(&m->plan);
		buf_puts(&m->plan, buf_str(&r->told));
		if (r->code < 0)
			buf_printf(&m->plan, "! %s: %s\n  %s\n", r->err.what, r->err.why, r->err.todo);
	}
	buf_free(&r->told);
}

/* A queue that seems to stand still is looked at again at once, in no step with the looks before. */
static void doubt(struct monitor *m)
{
	int64_t now = clock_monotonic();

	if (!model_doubts(&m->model) || now - m->doubted < 900 * CLOCK_MS)
		return;
	m->doubted = now;
	pump_soon(m->pump, SOON);
}

static void take_sample(struct monitor *m)
{
	struct snapshots look = { 0 };
	struct pump_reply reply;

	if (pump_take(m->pump, &look, &m->sample_code, &m->sample_err)) {
		m->last_sample = clock_monotonic();
		if (m->sample_code)
			monitor_say(m, "%s: %s", m->sample_err.what, m->sample_err.why);
		if (m->frozen || (m->sample_code && !look.n)) {
			snapshots_free(&look);
		} else {
			model_feed(&m->model, &look, clock_ns(CLOCK_REALTIME));
			rows_refresh(m);
			doubt(m);
		}
	}
	if (pump_take_reply(m->pump, &reply))
		take_reply(m, &reply);
}

static void take_keys(struct monitor *m)
{
	int key, y = 0, x = 0;

	while (!m->quit && (key = screen_key(&m->screen, &y, &x)) != KEY_NOTHING)
		keys_press(m, key, y, x);
}

static int wait_ms(struct monitor *m)
{
	int64_t ns;

	if (m->pump)
		return REDRAW;
	ns = replay_run(&m->replay, &m->model, clock_monotonic());
	rows_refresh(m);
	return ns < 0 ? -1 : (int)(ns / CLOCK_MS) + 1;
}

/* The keyboard gone means that the terminal is. */
static void loop(struct monitor *m, int signals)
{
	struct pollfd fds[] = {
		{ .fd = screen_keys(), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = m->pump ? pump_fd(m->pump) : -1, .events = POLLIN },
	};

	while (!m->quit) {
		int timeout = wait_ms(m);

		draw(m);
		if (poll(fds, 3, timeout) < 0 && errno != EINTR)
			return;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		if (fds[1].revents)
			take_signals(m, signals);
		if (fds[2].revents)
			take_sample(m);
		take_keys(m);
	}
}

static int begin(struct monitor *m, struct err *e)
{
	const struct monitor_options *o = m->o;
	int r;

	if (o->recording) {
		replay_open(&m->replay, o->recording);
		m->model.each_look = true;
		replay_seek(&m->replay, &m->model, 0);
	} else {
		r = pump_start(&m->pump, &o->ops, o->interval_ns, e);
		if (r)
			return r;
		pump_soon(m->pump, 0);
	}
	r = o->started ? o->started(e) : 0;
	if (!r)
		r = screen_open(&m->screen, o->color, o->ascii, e);
	if (r && m->pump)
		pump_stop(m->pump);
	return r;
}

int monitor_run(const struct monitor_options *o, struct err *e)
{
	struct monitor m = { .o = o, .model.db = o->db, .interval = o->interval_ns, .last_sample = clock_monotonic() };
	sigset_t before;
	int signals = open_signals(&before);
	int r = signals < 0 ? err_sys(e, errno, "signals") : begin(&m, e);

	if (!r) {
		loop(&m, signals);
		screen_close(&m.screen);
		if (m.pump && !pump_stop(m.pump))
			r = err_set(e, EBUSY, "monitor",
				    "a device has not answered for long; the last sample was given up");
	}
	if (signals >= 0)
		close(signals);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	replay_close(&m.replay);
	model_clear(&m.model);
	free(m.rows);
	buf_free(&m.plan);
	return r;
}

struct track *monitor_track(const struct monitor *m)
{
	for (size_t i = 0; i < m->model.n; i++)
		if (!strcmp(m->model.tracks[i]->address, m->chosen))
			return m->model.tracks[i];
	return m->model.n ? m->model.tracks[0] : NULL;
}

bool monitor_now(const struct monitor *m, enum when when)
{
	return when == ALWAYS || (when == LIVE) == (m->pump != NULL);
}

char *monitor_filter(struct monitor *m)
{
	if (m->typing_devices)
		return m->device_filter;
	return m->mode == MODE_REGISTERS ? m->register_filter : m->queue_filter;
}

void monitor_say(struct monitor *m, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(m->message, sizeof(m->message), format, ap);
	va_end(ap);
}
