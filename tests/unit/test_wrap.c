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
	is(12, " one   two  three ", "  one two\n  three\n");
	is(12, "gr\xc3\xbc\xc3\x9f  dich three", "  gr\xc3\xbc\xc3\x9f dich\n  three\n");
	is(12, "123456789 123456789 0", "  123456789\n  123456789\n  0\n"); /* filled to the last column */
	is(12, "1234567890 1234567890", "  1234567890\n  1234567890\n");
}

static void sentences_are(unsigned most, const char *text, const char *expected)
{
	const struct view v = { .width = 24 };
	struct buf out = { 0 };
	struct labeled l = { .v = &v, .out = &out, .indent = 8 };

	labeled_begin(&l, "Why");
	labeled_text(&l, STYLE_PLAIN, text, most);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

/* As many as fit, but one at least. */
static void whole_sentences(void **state)
{
	static const char text[] = "It ran at 1.5 Mb/s. Then e.g. this. And more of it.";

	(void)state;
	sentences_are(1, text, "  Why   It ran at 1.5\n        Mb/s.\n");
	sentences_are(2, text, "  Why   It ran at 1.5\n        Mb/s.\n");
	sentences_are(3, text, "  Why   It ran at 1.5\n        Mb/s. Then e.g.\n        this.\n");
	sentences_are(UINT32_MAX, text,
		      "  Why   It ran at 1.5\n        Mb/s. Then e.g.\n        this. And more\n        of it.\n");
	sentences_are(9, "without an end", "  Why   without an end\n");
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

static void typed(unsigned width, const char *command, const char *expected)
{
	const struct view v = { .width = width };
	struct buf out = { 0 };
	struct labeled l = { .v = &v, .out = &out, .indent = 8 };

	labeled_begin(&l, "Now");
	labeled_line(&l, STYLE_PLAIN, command);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

/* In lines that a shell takes as one command. */
static void commands_stay_commands(void **state)
{
	(void)state;
	typed(40, "ethtool -r eno1", "  Now   ethtool -r eno1\n");
	typed(32, "ip link set e down && ip link set e up",
	      "  Now   ip link set e down &&\n        ip link set e up\n");
	typed(32, "ethtool -K eno1 tso off gso off", "  Now   ethtool -K eno1 tso \\\n        off gso off\n");
	typed(32, "show eno1 --reg 'T* of all'", "  Now   show eno1 --reg \\\n        'T* of all'\n");
	typed(32, "echo 'it is not to be broken anywhere'",
	      "  Now   echo \\\n        'it is not to be broken anywhere'\n");
	typed(20, "/sys/class/net/eno1/device", "  Now   /sys/class/net/eno1/device\n");
}

/* Behind a label, further to the left where there is no room. */
static void labels(void **state)
{
	const struct view wide = { .width = 80 }, narrow = { .width = 40 };
	struct buf out = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct items items = items_begin(i ? &narrow : &wide, "  Speed", 30, &out);

		items_add(&items, STYLE_PLAIN, "%d Mb/s", 1000);
		items_add(&items, STYLE_PLAIN, "full duplex");
		items_end(&items);
		items = items_begin(&wide, "  Nothing", 30, &out);
		items_end(&items);
	}
	assert_string_equal(buf_str(&out), "  Speed                       1000 Mb/s, full duplex\n"
					   "  Speed                       1000 Mb/s,\n    full duplex\n");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_blanks),      cmocka_unit_test(escaped),
		cmocka_unit_test(never_too_wide), cmocka_unit_test(commands_stay_commands),
		cmocka_unit_test(labels),         cmocka_unit_test(whole_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
