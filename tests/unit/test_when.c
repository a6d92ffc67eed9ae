// SPDX-License-Identifier: GPL-2.0-or-later
/* Times as people type them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "util/alloc.h"
#include "util/when.h"

#define NOW INT64_C(1764162000) /* 2025-11-26 13:00:00 UTC */

static void times(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{ "2025-11-26 10:00:30", NOW - 3 * 3600 + 30 },
		{ "2025-11-26T10:00", NOW - 3 * 3600 },
		{ "2025-11-26", NOW - 13 * 3600 },
		{ "10:00", NOW - 3 * 3600 },
		{ "today", NOW - 13 * 3600 },
		{ "yesterday", NOW - 37 * 3600 },
		{ "now", NOW },
		{ "@1700000000", 1700000000 },
		{ "-2h", NOW - 7200 },
		{ "-2h 30min", NOW - 9000 },
		{ "2 days ago", NOW - 2 * 86400 },
		{ "1h30m ago", NOW - 5400 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ns = 0;

		if (!when_parse(cases[i].text, NOW * 1000000000, &ns) || ns != cases[i].seconds * 1000000000)
			fail_msg("%s: %lld", cases[i].text, (long long)(ns / 1000000000 - NOW));
	}
}

static void no_times(void **state)
{
	static const char *const cases[] = {
		"",
		"soon",
		"-",
		"2h",
		"-2",
		"2025-13-01",
		"2025-11-26 25:00",
		"10:0x",
		"10:00:00x",
		"@",
		"@17x",
		"-2h ago",
		"2025-11-26x",
		"99999999999999999999 days ago",
		"-9999y",
		"5 parsecs ago",
		"10",
		"1969-01-01",
		"2025-11-26 ",
		"@99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ns;

		if (when_parse(cases[i], NOW * 1000000000, &ns))
			fail_msg("%s", cases[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(times), cmocka_unit_test(no_times) };

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
