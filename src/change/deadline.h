/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change that ends by itself. A process of its own, in a session of its own, waits for the deadline: it is there
 * before the first write, has no terminal, and minds no hangup. It needs no service manager, and is out of the reach of
 * one that ends what a session leaves behind.
 */
#ifndef CHANGE_DEADLINE_H
#define CHANGE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct err;

/* "90", "90s", "10m", "2h", "1d" to seconds, at most 30 days. -EINVAL. */
int change_deadline_parse(const char *text, int64_t *seconds, struct err *e);

struct change_end {
	const char *verb; /* of which the log speaks */
	int64_t until;    /* by change_clock() */
	/* In the process at that time, with the lock held. False: it is called again later, after a while. What is no longer on
	 * record, or has another time, is somebody else's by now. */
	bool (*put_back)(void *arg);
	void *arg;
};

/*
 * Starts the process. Writing a byte to *cancel before closing it makes it end at once; closing alone lets it go on.
 * *exposed says why the end of this session may end it as well; nothing if it does not. -errno with *e
 * if it could not be started.
 */
int change_deadline_start(const char *dir, const struct change_end *end, int *cancel, struct err *exposed,
			  struct err *e);

/* Whether the process is no longer needed: writes that byte if so, and closes. */
void change_deadline_release(int cancel, bool needed);

/* For put_back(): the log says that it failed, and whether it is tried again. */
void change_deadline_complain(const char *verb, const struct err *e, bool again);

#endif
