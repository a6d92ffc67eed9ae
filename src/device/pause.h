/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Priority pause (PFC) of a port, at one instant: by priority its traffic class, whether the partner holds it, and what was counted. */
#ifndef DEVICE_PAUSE_H
#define DEVICE_PAUSE_H

#include "device/values.h"

#define PAUSE_PRIORITIES 8

/* Numbers are FACT_UNKNOWN where nothing says so. */
struct pause_row {
	int64_t traffic_class; /* that frames of this priority belong to; of ixgbe the row is of the class itself */
	int64_t held;          /* 1: the partner holds it now */
	int64_t xoff_received, xoff_sent; /* frames since the last reset of the device */
};

struct pause {
	int64_t port; /* the device's number of it, which counters are by */
	struct pause_row link, priorities[PAUSE_PRIORITIES];
};

/* false: the part has no pause by priority, or nothing of it was read. */
bool pause_read(const struct values *v, struct pause *out);
/* Whether a row says more than that nothing happens: it is held, or something was counted, or its class is not the first. */
bool pause_row_tells(const struct pause_row *r);

#endif
