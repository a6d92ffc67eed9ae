/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number within bounds: cmocka 2 deprecates assert_in_range() of cmocka 1, and the name that it gives instead makes signed numbers of all. */
#ifndef TESTS_RANGE_H
#define TESTS_RANGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define assert_between(value, low, high) \
	is_between((uintmax_t)(value), (uintmax_t)(low), (uintmax_t)(high), #value, __FILE__, __LINE__)

static inline void is_between(uintmax_t value, uintmax_t low, uintmax_t high, const char *name, const char *file,
			      int line)
{
	if (value >= low && value <= high)
		return;
	print_error("%s is %ju, not %ju to %ju\n", name, value, low, high);
	_fail(file, line);
}

#endif
