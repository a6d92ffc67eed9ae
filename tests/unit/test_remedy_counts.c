// SPDX-License-Identifier: GPL-2.0-or-later
/* The sentence about a remedy's public reports, for none, one and many of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "diagnose/diagnose.h"
#include "util/alloc.h"
#include "view/internal.h"

static const struct {
	int named, worked, failed;
	bool of_others, unproven;
	const char *sentence;
} rows[] = {
	{ 0, 0, 0, false, false, "" },
	{ 0, 0, 0, false, true, " No public report says that it helped." },
	{ 1, 1, 0, false, false, " Helped in the one public report." },
	{ 1, 1, 0, true, false, " Helped in the one public report about another chip." },
	{ 1, 0, 1, false, false, " Did not help in the one public report." },
	{ 1, 0, 1, true, true, " Did not help in the one public report about another chip." },
	{ 1, 0, 0, false, false, " The one public report does not say that it helped." },
	{ 1, 0, 0, true, false, " The one public report about another chip does not say that it helped." },
	{ 3, 0, 3, false, false, " Did not help in any of 3 public reports." },
	{ 3, 0, 0, false, true, " None of 3 public reports says that it helped." },
	{ 3, 0, 2, true, false,
	  " None of 3 public reports about other chips says that it helped. It did not help in 2." },
	{ 16, 6, 2, false, false, " Helped in 6 of 16 public reports. It did not help in 2." },
	{ 16, 6, 0, true, false, " Helped in 6 of 16 public reports about other chips." },
};

static void sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct remedy r = {
			.named = rows[i].named,
			.worked = rows[i].worked,
			.failed = rows[i].failed,
			.of_others = rows[i].of_others,
			.unproven = rows[i].unproven,
		};
		AUTO_BUF struct buf out = { 0 };

		diagnose_remedy_counts(&r, &out);
		assert_string_equal(buf_str(&out), rows[i].sentence);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sentences) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
