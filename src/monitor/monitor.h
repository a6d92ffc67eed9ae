/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal monitor. It sees no hardware: it is handed looks at the devices, and what may be done to them. */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include <stdatomic.h>

#include "aspm/plan.h"
#include "chip/db.h"
#include "snapshot/snapshot.h"
#include "util/buf.h"
#include "util/err.h"

/* All are called in one thread, the sampling one, one at a time. */
struct monitor_ops {
	void *arg;
	/* One look at all devices. No device at all is an empty look, not an error. -errno with a look: it could not be
	 * recorded. */
	int (*sample)(void *arg, struct snapshots *out, struct err *e);
	/* ASPM_DISABLE or ASPM_RESTORE. Appends the plan (dry), or what was done, as lines. 1: there is nothing to do. -errno with *e if it is
	 * refused or did not take. NULL: not here. */
	int (*aspm)(void *arg, const char *address, enum aspm_action action, bool dry, struct buf *told, struct err *e);
	/* Writes a snapshot to a file and appends the file's name. */
	int (*save)(void *arg, const struct snapshot *s, struct buf *path, struct err *e);
};

struct monitor_options {
	struct monitor_ops ops;
	struct chipdb *db;                 /* not the one that ops use */
	const struct snapshots *recording; /* to be replayed; then ops.sample is not used. NULL: live */
	const char *title;                 /* "live", or the recording's name */
	int64_t interval_ns;
	bool color;
	bool ascii; /* the terminal shows ASCII alone */
	const atomic_bool
		*recording_now; /* whether looks are being recorded, told in the header; NULL: not asked for */
	/* Called once, in the thread that draws and reads keys, when the sampling one runs. If it fails, nothing is drawn. */
	int (*started)(struct err *e);
};

/* Until the user leaves, or a signal. -ENOTTY without a terminal; -EBUSY if the sampling thread could not be ended: it
 * goes on with what ops.arg is. */
int monitor_run(const struct monitor_options *o, struct err *e);

#endif
