/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The thread that samples, so that keys never wait for hardware. Private to monitor/. */
#ifndef MONITOR_PUMP_H
#define MONITOR_PUMP_H

#include "monitor/monitor.h"

struct pump;

enum pump_job { PUMP_NONE, PUMP_PLAN, PUMP_APPLY, PUMP_SAVE };

struct pump_request {
	enum pump_job job;
	enum aspm_action action;
	char address[64];
	struct snapshot *s; /* PUMP_SAVE; owned by the pump once it is asked */
};

struct pump_reply {
	enum pump_job job; /* PUMP_NONE: none has come */
	struct buf told;
	int code; /* -errno that belongs to err */
	struct err err;
};

/* interval 0: it takes no looks, and only does what is asked. -errno with *e; caller frees *p with pump_stop(). */
int pump_start(struct pump **p, const struct monitor_ops *ops, int64_t interval_ns, struct err *e);
/* Waits for what it is doing, for a while. False: it is still at it, and what it uses must stay. */
bool pump_stop(struct pump *p);
/* Readable when there is something to take. */
int pump_fd(const struct pump *p);
/* The latest look, if there is a new one; *code is the last sample's -errno. */
bool pump_take(struct pump *p, struct snapshots *look, int *code, struct err *e);
bool pump_take_reply(struct pump *p, struct pump_reply *reply);
void pump_set_interval(struct pump *p, int64_t interval_ns);
/* One more look in so many ns. */
void pump_soon(struct pump *p, int64_t ns);
/* False if it is still at the one before. */
bool pump_ask(struct pump *p, const struct pump_request *request);

#endif
