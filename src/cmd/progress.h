/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a log has been read, on stderr if that is a terminal, for those that take longer than a second. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *name;
	int64_t begun, drawn; /* ns; drawn: last, 0: not yet */
	bool shown;           /* stderr is a terminal */
	unsigned width;       /* of what stands there now */
};

struct progress progress_begin(const char *name);
/* `done` bytes of `size` (0: not known), and so many reports so far. Draws at most five times a second. */
void progress_say(struct progress *p, uint64_t done, uint64_t size, uint64_t reports);
/* Takes it away. */
void progress_end(struct progress *p);

#endif
