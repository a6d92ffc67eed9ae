/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --at: which of a series of samples. */
#ifndef CMD_MOMENT_H
#define CMD_MOMENT_H

#include "snapshot/snapshot.h"

struct err;

/* Takes from the samples of one device, oldest first, the one that `text` names: a number ("14", that of a recording, else
 * the place), or the last one up to a local time ("12:00", "12:00:14", "2026-07-05 12:00:14.5"). NULL with *e. */
const struct snapshot *moment_find(const struct snapshots *samples, const char *text, struct err *e);

/* Appends "2026-07-05 12:00:14.5"; nothing for 0. */
void moment_put(int64_t taken, struct buf *out);

#endif
