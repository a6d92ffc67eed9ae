// SPDX-License-Identifier: GPL-2.0-or-later
/* Text from outside: what reaches a terminal, and what counts as a number. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/jsonw.h"
#include "util/text.h"

static void assert_escaped(const char *text, size_t n, const char *wanted)
{
	struct buf b = { 0 };

	text_escape(&b, text, n);
	assert_string_equal(buf_str(&b), wanted);
	buf_free(&b);
}

#define ESCAPED(text, wanted) assert_escaped(text, sizeof(text) - 1, wanted)

static void what_a_terminal_obeys_is_escaped(void **state)
{
	(void)state;
	ESCAPED("", "");
	ESCAPED("eno1: up", "eno1: up");
	ESCAPED("\033]0;title\a", "\\x1b]0;title\\x07");
	ESCAPED("a\r\n\tb\0c\177", "a\\x0d\\x0a\\x09b\\x00c\\x7f");
	ESCAPED("\xc2\x9b[31m", "\\x9b[31m"); /* CSI as one character */
	ESCAPED("gr\xc3\xbc\xc3\x9f \xe6\x97\xa5", "gr\xc3\xbc\xc3\x9f \xe6\x97\xa5");
	ESCAPED("\xe2\x80\xae", "\\u{202e}"); /* right to left from here on */
	ESCAPED("\xd8\x9c\xe2\x81\xa6", "\\u{61c}\\u{2066}");
	ESCAPED("\xe2\x80\x8b\xef\xbb\xbf", "\\u{200b}\\u{feff}"); /* not seen at all */
	ESCAPED("\xf3\xa0\x81\x81", "\\u{e0041}");
	ESCAPED("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80");
}

static void assert_json(const char *text, const char *wanted)
{
	struct buf b = { 0 };
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_array_inline(&w, NULL);
	jsonw_str(&w, NULL, text);
	jsonw_end_array(&w);
	assert_string_equal(buf_str(&b), wanted);
	buf_free(&b);
}

/* The same in JSON, which people print on terminals, too. */
static void json_escapes_the_same(void **state)
{
	(void)state;
	assert_json("eno1 \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "[\"eno1 \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"]\n");
	assert_json("\"\\\n\x7f", "[\"\\\"\\\\\\u000a\\u007f\"]\n");
	assert_json("\xc2\x9b"
		    "31m\xc2\x80",
		    "[\"\\u009b31m\\u0080\"]\n"); /* CSI in one byte */
	assert_json("\xe2\x80\xae\xe2\x80\xaa\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",
		    "[\"\\u202e\\u202a\\u2066\\u2069\\u200e\\u200f\\u061c\"]\n");
	assert_json("a\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xe2\x81\xa0\xef\xbb\xbf\xc2\xad z",
		    "[\"a\\u200b\\u200c\\u200d\\u2060\\ufeff\\u00ad z\"]\n");
	assert_json("\xf3\xa0\x81\x81", "[\"\\udb40\\udc41\"]\n"); /* U+E0041, a tag */
	assert_json("x\xff\xc2", "[\"x\xef\xbf\xbd\xef\xbf\xbd\"]\n");
	ESCAPED("\xe2\x80\x8b\xc2\xad\xe1\x85\x9f\xef\xb8\x8f", "\\u{200b}\\xad\\u{115f}\\u{fe0f}");
}

static void what_is_no_utf8_is_escaped(void **state)
{
	(void)state;
	ESCAPED("\x80", "\\x80");
	ESCAPED("\xc0\xaf", "\\xc0\\xaf"); /* too long a form of '/' */
	ESCAPED("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	ESCAPED("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* half of a pair of UTF-16 */
	ESCAPED("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	ESCAPED("\xe2\x80", "\\xe2\\x80");               /* cut off */
	assert_escaped("\xe2\x80\xae", 2, "\\xe2\\x80"); /* not read past the end */
	ESCAPED("\xff"
		"a",
		"\\xffa");
}

static void numbers_are_whole_and_fit(void **state)
{
	static const char *const wrong[] = { "",
					     " 1",
					     "1 ",
					     "+1",
					     "-1",
					     "1x",
					     "0x",
					     "0xg",
					     "x1",
					     "1.0",
					     "1e3",
					     "18446744073709551616",
					     "0x10000000000000000" };
	uint64_t v;

	(void)state;
	assert_true(text_u64("0", &v) && v == 0);
	assert_true(text_u64("010", &v) && v == 10);
	assert_true(text_u64("18446744073709551615", &v) && v == UINT64_MAX);
	assert_true(text_u64("0xFfffffffffffffff", &v) && v == UINT64_MAX);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(text_u64(wrong[i], &v));
	assert_true(text_hex("8086", &v) && v == 0x8086);
	assert_true(text_hex("0X1f", &v) && v == 0x1f);
	assert_false(text_hex("0x0x1", &v));
	assert_false(text_hex("1g", &v));
}

static void columns_are_those_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("\xc3\xbc"), 1);
	assert_int_equal(text_width("\xff\xff"), 2);
	if (setlocale(LC_CTYPE, "C.UTF-8")) {
		assert_int_equal(text_width("\xe6\x97\xa5"), 2);
		assert_int_equal(text_width("e\xcc\x81"), 1);
	}
}

static void blanks_are_stripped(void **state)
{
	char both[] = "  a b \n", none[] = " \t ";

	(void)state;
	assert_string_equal(text_strip(both), "a b");
	assert_string_equal(text_strip(none), "");
}

static void a_copy_fits_and_ends(void **state)
{
	char out[4] = "xxx";

	(void)state;
	str_copy(out, sizeof(out), "abcdef", 2);
	assert_string_equal(out, "ab");
	str_copy(out, sizeof(out), "abcdef", 3);
	assert_string_equal(out, "abc");
	str_copy(out, sizeof(out), "abcdef", 6);
	assert_string_equal(out, "abc");
	str_copy(out, 1, "abcdef", 6);
	assert_string_equal(out, "");
}

static void assert_typed(char *got, const char *wanted)
{
	assert_string_equal(got, wanted);
	free(got);
}

static void words_are_typed_safely(void **state)
{
	(void)state;
	assert_typed(shell_word("eno1.100@0"), "eno1.100@0");
	assert_typed(shell_word(""), "''");
	assert_typed(shell_word("a b"), "'a b'");
	assert_typed(shell_word("$(reboot)"), "'$(reboot)'");
	assert_typed(shell_word("it's;x"), "'it'\\''s;x'");
	assert_typed(shell_word("-s"), "'-s'");
	assert_typed(shell_word("~root"), "'~root'");
	assert_typed(shell_path("/var/log/kern.log"), "/var/log/kern.log");
	assert_typed(shell_path("-"), "-");
	assert_typed(shell_path("--all"), "./--all");
	assert_typed(shell_path("-a b"), "'./-a b'");
}

static void an_empty_text_is_none(void **state)
{
	char eno1[] = "eno1";

	(void)state;
	assert_true(text_same("eno1", eno1));
	assert_false(text_same("eno1", "eno2"));
	assert_false(text_same("", ""));
	assert_false(text_same(NULL, NULL));
	assert_false(text_same("eno1", NULL));
	assert_true(text_equal(NULL, NULL));
	assert_true(text_equal("eno1", eno1));
	assert_true(text_equal("", ""));
	assert_false(text_equal("", NULL));
}

/* Into room for n bytes and for less, text_format() writes and returns what the C library does. */
__attribute__((format(printf, 1, 2))) static void same_as_library(const char *format, ...)
{
	char wanted[64], got[64];

	for (size_t size = 0; size <= sizeof(got); size++) {
		va_list ap;
		int n, m;

		memset(wanted, 'x', sizeof(wanted));
		memset(got, 'x', sizeof(got));
		va_start(ap, format);
		n = vsnprintf(wanted, size, format, ap);
		va_end(ap);
		va_start(ap, format);
		m = text_format(got, size, format, ap);
		va_end(ap);
		assert_int_equal(m, n);
		assert_memory_equal(got, wanted, size < (size_t)n + 1 ? size : (size_t)n + 1);
	}
}

static void formats_are_those_of_the_library(void **state)
{
	(void)state;
	same_as_library("plain");
	same_as_library("%s", "");
	same_as_library("%s of %s, %s", "line 12", "messages", "the end");
	same_as_library("%d %d %d", 0, INT_MIN, INT_MAX);
	same_as_library("%u %x %u", 0u, UINT_MAX, UINT_MAX);
	same_as_library("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
	same_as_library("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, 0x80083ull);
	same_as_library("%zu %zx %s", SIZE_MAX, (size_t)255, "after");
	same_as_library("%" PRIu64 " %" PRIx64 " %" PRId64, UINT64_MAX, UINT64_MAX, INT64_MIN);
	same_as_library("100 %% of %s", "it"); /* from here on what the library does itself */
	same_as_library("%s %5d|%-6s|%06.3f %02x", "first", 42, "ab", 1.5, 7u);
	same_as_library("%.*s.%c %hhu", 3, "abcdef", 'c', (unsigned char)200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_those_of_the_library),
		cmocka_unit_test(what_a_terminal_obeys_is_escaped),
		cmocka_unit_test(json_escapes_the_same),
		cmocka_unit_test(what_is_no_utf8_is_escaped),
		cmocka_unit_test(numbers_are_whole_and_fit),
		cmocka_unit_test(columns_are_those_of_a_terminal),
		cmocka_unit_test(blanks_are_stripped),
		cmocka_unit_test(a_copy_fits_and_ends),
		cmocka_unit_test(words_are_typed_safely),
		cmocka_unit_test(an_empty_text_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
