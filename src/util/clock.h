/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as one number of nanoseconds. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <errno.h>
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

/* That of CLOCK_MONOTONIC. */
static inline int64_t clock_monotonic(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* For a time of 0 or more ns. */
static inline struct timespec clock_timespec(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / CLOCK_SECOND), .tv_nsec = (long)(ns % CLOCK_SECOND) };
}

/* Waits for so many ns, at most until a signal; not at all for 0 or less. */
static inline void clock_wait(int64_t ns)
{
	struct timespec t = clock_timespec(ns > 0 ? ns : 0);

	if (ns > 0)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

/* Waits until a time of CLOCK_MONOTONIC in ns, through signals. */
static inline void clock_wait_until(int64_t ns)
{
	struct timespec t = clock_timespec(ns);

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

#endif
