// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/clock.h"

int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * CLOCK_SECOND + t.tv_nsec;
}

struct timespec clock_timespec(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / CLOCK_SECOND), .tv_nsec = (long)(ns % CLOCK_SECOND) };
}
