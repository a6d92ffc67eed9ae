/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assert_uint_in_range(), which cmocka 1 calls assert_in_range(). */
#ifndef TESTS_RANGE_H
#define TESTS_RANGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif

#endif
