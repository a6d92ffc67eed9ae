/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the monitor's sampling thread works with, and what it can do. */
#ifndef CMD_SAMPLER_H
#define CMD_SAMPLER_H

#include <stdatomic.h>

#include "cmd/cmd.h"
#include "snapshot/file.h"
#include "monitor/monitor.h"

struct sampler {
	const struct options *o;
	struct source_options so;
	struct chipdb *db; /* owned */
	struct live *live; /* owned */
	struct record record;
	atomic_bool recording;
	struct err record_err; /* why it ended */
	bool any;              /* a device was seen once */
};

/* The looks, ASPM and snapshots of struct monitor_ops. */
struct monitor_ops sampler_ops(struct sampler *s);
void sampler_close(struct sampler *s);

#endif
