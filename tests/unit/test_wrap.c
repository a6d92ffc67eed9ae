// SPDX-License-Identifier: GPL-2.0-or-later
/* Text broken at the width, whatever bytes are in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "util/alloc.h"
#include "view/style.h"

static char *wrapped(unsigned width, const char *separator, const char *text)
{
	const struct view v = { .width = width };
	struct buf out = { 0 };
	struct wrap w;

	wrap_begin(&w, &v, &out, 2, separator);
	wrap_words(&w, STYLE_PLAIN, text);
	wrap_end(&w);
	return buf_take(&out);
}

static void is(unsigned width, const char *text, const char *expected)
{
	AUTO_FREE char *got = wrapped(width, " ", text);

	assert_string_equal(got, expected);
}

static void at_blanks(void **state)
{
	(void)state;
	is(40, "one two", "  one two\n");
	is(12, "one two three", "  one two\n  three\n");
	is(12, "a-word-too-long for it", "  a-word-too-long\n  for it\n");
}

/* What is escaped is wider than its bytes. */
static void escaped(void **state)
{
	(void)state;
	is(14, "\xff\xff \xff\xff b", "  \\xff\\xff\n  \\xff\\xff b\n");
	is(40,
	   "e\xff\xfe"
	   "0, stuck",
	   "  e\\xff\\xfe0, stuck\n");
}

/* No line is longer than the width, as far as its words allow; and it ends. */
static void never_too_wide(void **state)
{
	static const char text[] =
		"the driver \xed\xa0\x80 of \xe2\x80\xae\xe2\x80\xae said \xff\xff\xff \x1b[31m of \xc2\x9b\xc2\x9b it\x07";

	(void)state;
	for (unsigned width = 20; width < 120; width++) {
		AUTO_FREE char *got = wrapped(width, " ", text);

		for (const char *line = got; *line; line += strcspn(line, "\n") + 1)
			if (strcspn(line, "\n") > width && memchr(line + 2, ' ', strcspn(line + 2, "\n")))
				fail_msg("at %u:\n%s", width, got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_blanks),
		cmocka_unit_test(escaped),
		cmocka_unit_test(never_too_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
