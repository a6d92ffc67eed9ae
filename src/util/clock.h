/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as one number of nanoseconds. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_SECOND INT64_C(1000000000)
#define CLOCK_MS INT64_C(1000000)

/* The time of a clock (CLOCK_MONOTONIC, ...) in ns. */
static inline int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * CLOCK_SECOND + t.tv_nsec;
}

/* For a time of 0 or more ns. */
static inline struct timespec clock_timespec(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / CLOCK_SECOND), .tv_nsec = (long)(ns % CLOCK_SECOND) };
}

#endif
