/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as one number of nanoseconds. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_SECOND INT64_C(1000000000)

/* The time of a clock (CLOCK_MONOTONIC, ...) in ns. */
int64_t clock_ns(clockid_t clock);

/* For a time of 0 or more ns. */
struct timespec clock_timespec(int64_t ns);

#endif
