// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "util/nearest.h"
#include "util/text.h"

static const char *const words[] = { "list", "show", "diagnose", "log", "snapshot", "82574L", "0000:02:00.0" };

static const struct {
	const char *typed, *meant; /* "": none */
} cases[] = {
	{ "show", "show" },
	{ "shwo", "show" },
	{ "hsow", "show" },
	{ "sho", "show" },
	{ "shoow", "show" },
	{ "SHEW", "show" },
	{ "diag", "diagnose" },
	{ "diagnoze", "diagnose" },
	{ "dyagnoze", "diagnose" },
	{ "snap", "snapshot" },
	{ "snpashto", "snapshot" },
	{ "82574", "82574L" },
	{ "0000:03:00.0", "0000:02:00.0" },
	{ "lo", "log" },
	{ "s", "" },
	{ "", "" },
	{ "test", "" },
	{ "eth0", "" },
	{ "dyagnoxy", "" },
	{ "showshowshowshowshowshowshowshowshowshowshowshowshowshow", "" },
};

static void finds_what_was_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nearest n;

		nearest_begin(&n, cases[i].typed);
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			nearest_try(&n, words[k]);
		if (strcmp(n.found, cases[i].meant) != 0)
			fail_msg("'%s': '%s', not '%s'", cases[i].typed, n.found, cases[i].meant);
	}
}

static void the_first_of_equals_stays(void **state)
{
	struct nearest n;

	(void)state;
	nearest_begin(&n, "eno1");
	assert_true(nearest_try(&n, "eno2"));
	assert_false(nearest_try(&n, "eno3"));
	assert_true(nearest_try(&n, "ENO1"));
	assert_string_equal(n.found, "ENO1");
	assert_false(nearest_try(&n, ""));
	assert_false(nearest_try(&n, "eno1eno1eno1eno1eno1eno1eno1eno1eno1eno1eno1eno1eno1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_meant),
		cmocka_unit_test(the_first_of_equals_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
