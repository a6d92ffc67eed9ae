/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recording look by look, at any speed. Private to monitor/. */
#ifndef MONITOR_REPLAY_H
#define MONITOR_REPLAY_H

#include "monitor/model.h"

struct replay_look {
	size_t first, n; /* in the recording; n 0: no device was there */
	int64_t taken;   /* ns since 1970 */
};

struct replay {
	const struct snapshots *from;
	struct replay_look *looks; /* owned */
	size_t n, cap;
	size_t at; /* the look that is shown */
	bool paused;
	int speed;    /* 2 to this power times as fast */
	int64_t next; /* when the next one is due, CLOCK_MONOTONIC; 0: not set */
};

/* Looks out of a recording (NULL: none), which outlives *r. Freed by replay_close(). */
void replay_open(struct replay *r, const struct snapshots *recording);
void replay_close(struct replay *r);
/* Shows the look with this number; what it is compared with are those before it. */
void replay_seek(struct replay *r, struct model *m, size_t at);
/* Goes on if it is time; `now` is ns of CLOCK_MONOTONIC. Gives ns until it is time again, -1: never. */
int64_t replay_run(struct replay *r, struct model *m, int64_t now);

#endif
