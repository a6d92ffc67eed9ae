// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/parts.h"

#include "util/clock.h"

int64_t watch_now(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

void watch_sleep(int64_t ns)
{
	struct timespec t = clock_timespec(ns > 0 ? ns : 0);

	if (ns > 0)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}
