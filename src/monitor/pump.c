// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor/pump.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/clock.h"

#define PATIENCE 2 /* seconds that the end waits for a sample */

struct pump {
	struct monitor_ops ops;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int event;
	bool quit, ended;
	int64_t interval, due;
	struct pump_request request;
	struct pump_reply reply;
	struct snapshots look;
	bool fresh;
	int code;
	struct err err;
};

static void ring(struct pump *p)
{
	uint64_t one = 1;
	ssize_t n = write(p->event, &one, sizeof(one));

	(void)n;
}

static void take_look(struct pump *p)
{
	struct snapshots look = { 0 };
	struct err e = { 0 };
	int r;

	pthread_mutex_unlock(&p->lock);
	r = p->ops.sample(p->ops.arg, &look, &e);
	pthread_mutex_lock(&p->lock);
	snapshots_free(&p->look);
	p->look = look;
	p->fresh = true;
	p->code = r;
	p->err = e;
	ring(p);
}

static void work(struct pump *p)
{
	struct pump_request q = p->request;
	struct pump_reply reply = { .job = q.job };

	pthread_mutex_unlock(&p->lock);
	if (q.job == PUMP_SAVE)
		reply.code = p->ops.save(p->ops.arg, q.s, &reply.told, &reply.err);
	else
		reply.code = p->ops.aspm(p->ops.arg, q.address, q.action, q.job == PUMP_PLAN, &reply.told, &reply.err);
	snapshot_free(q.s);
	pthread_mutex_lock(&p->lock);
	buf_free(&p->reply.told);
	p->reply = reply;
	p->request = (struct pump_request){ 0 };
	ring(p);
}

static void wait_for_work(struct pump *p)
{
	struct timespec until = clock_timespec(p->due);

	if (p->interval)
		pthread_cond_timedwait(&p->wake, &p->lock, &until);
	else
		pthread_cond_wait(&p->wake, &p->lock);
}

static void *pump_main(void *arg)
{
	struct pump *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->quit) {
		int64_t t = clock_monotonic();

		if (p->request.job) {
			work(p);
		} else if (p->interval && p->due <= t) {
			p->due = p->due + p->interval > t ? p->due + p->interval : t + p->interval;
			take_look(p);
		} else {
			wait_for_work(p);
		}
	}
	p->ended = true;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int pump_start(struct pump **out, const struct monitor_ops *ops, int64_t interval_ns, struct err *e)
{
	struct pump *p = xcalloc(1, sizeof(*p));
	pthread_condattr_t attr;
	int r;

	p->ops = *ops;
	p->interval = interval_ns;
	p->due = clock_monotonic() + interval_ns;
	p->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->wake, &attr);
	pthread_condattr_destroy(&attr);
	r = p->event < 0 ? errno : pthread_create(&p->thread, NULL, pump_main, p);
	if (r) {
		free(p);
		return err_sys(e, r, "the sampling thread");
	}
	*out = p;
	return 0;
}

bool pump_stop(struct pump *p)
{
	struct timespec until = clock_timespec(clock_monotonic() + PATIENCE * CLOCK_SECOND);
	bool ended;

	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_broadcast(&p->wake);
	/* A sample that hangs in the kernel does not keep the user; a change of a link does. */
	while (!p->ended &&
	       (p->request.job == PUMP_APPLY || clock_monotonic() < until.tv_sec * CLOCK_SECOND + until.tv_nsec)) {
		if (pthread_cond_timedwait(&p->wake, &p->lock, &until) == ETIMEDOUT)
			until.tv_sec += p->request.job == PUMP_APPLY;
	}
	ended = p->ended;
	pthread_mutex_unlock(&p->lock);
	if (!ended) {
		pthread_detach(p->thread);
		return false;
	}
	pthread_join(p->thread, NULL);
	close(p->event);
	snapshots_free(&p->look);
	buf_free(&p->reply.told);
	free(p);
	return true;
}

int pump_fd(const struct pump *p)
{
	return p->event;
}

bool pump_take(struct pump *p, struct snapshots *look, int *code, struct err *e)
{
	uint64_t count;
	ssize_t n = read(p->event, &count, sizeof(count));
	bool fresh;

	(void)n;
	pthread_mutex_lock(&p->lock);
	fresh = p->fresh;
	if (fresh) {
		*look = p->look;
		p->look = (struct snapshots){ 0 };
		*code = p->code;
		*e = p->err;
	}
	p->fresh = false;
	pthread_mutex_unlock(&p->lock);
	return fresh;
}

bool pump_take_reply(struct pump *p, struct pump_reply *reply)
{
	pthread_mutex_lock(&p->lock);
	*reply = p->reply;
	p->reply = (struct pump_reply){ 0 };
	pthread_mutex_unlock(&p->lock);
	return reply->job != PUMP_NONE;
}

void pump_set_interval(struct pump *p, int64_t interval_ns)
{
	pthread_mutex_lock(&p->lock);
	p->interval = interval_ns;
	p->due = clock_monotonic() + interval_ns;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
}

void pump_soon(struct pump *p, int64_t ns)
{
	pthread_mutex_lock(&p->lock);
	if (p->due > clock_monotonic() + ns)
		p->due = clock_monotonic() + ns;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
}

bool pump_ask(struct pump *p, const struct pump_request *request)
{
	bool free_now;

	pthread_mutex_lock(&p->lock);
	free_now = !p->request.job;
	if (free_now)
		p->request = *request;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	return free_now;
}
