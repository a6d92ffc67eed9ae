// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages that are arrays of bytes, in pieces of any size. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "klog/array.h"
#include "util/alloc.h"

#define MOST 512

/* In two pieces, the first of `cut` bytes. */
static void convert(const char *text, size_t cut, size_t room, char *out)
{
	struct array_text a = { 0 };
	size_t n = strlen(text), at = 0, done = 0;
	char piece[2 * MOST];

	for (size_t take = cut; at < n; take = n - at) {
		size_t got = take;

		memcpy(piece, text + at, take);
		if (array_wants(&a, piece, take))
			got = array_to_text(&a, piece, take, take + room);
		assert_true(got <= take + room);
		memcpy(out + done, piece, got);
		done += got;
		at += take;
	}
	memcpy(out + done, a.queue, a.n);
	out[done + a.n] = '\0';
}

#define SMALL "{\"MESSAGE\":[1]}\n"
#define TEXT "{\"MESSAGE\":\"\x01\"}\n"

static const struct {
	const char *from, *to;
} rows[] = {
	{ "{\"MESSAGE\":[101,49,48],\"A\":\"b\"}\n", "{\"MESSAGE\":\"e10\",\"A\":\"b\"}\n" },
	{ "{\"A\":[101,49],\"MESSAGE\" : [ 97, 10, 34, 92, 98 ] }\n",
	  "{\"A\":[101,49],\"MESSAGE\" : \"a\\n\\\"\\\\b\" }\n" },
	{ "{\"MESSAGE\":[255,27,91,109]}\n", "{\"MESSAGE\":\"\xff\x1b[m\"}\n" },
	{ "{\"MESSAGE\":[\"one\",\"two\"]}\n", "{\"MESSAGE\":[\"one\",\"two\"]}\n" },
	{ "{\"MESSAGE\":\"[101,49]\"}\n", "{\"MESSAGE\":\"[101,49]\"}\n" },
	{ "{\"A\":\"\\\"MESSAGE\\\":[101]\"}\n", "{\"A\":\"\\\"MESSAGE\\\":[101]\"}\n" },
	{ "{\"MESSAGE\":[102,111\n{\"MESSAGE\":[\n\t101,\n\t49\n]}\n",
	  "{\"MESSAGE\":\"fo\"\n{\"MESSAGE\":\"e1\"}\n\n\n\n" },
	{ "{\n \"MESSAGE\" : [\n  101,\n  49\n ],\n \"A\" : \"b\"\n}\nx\n",
	  "{\n \"MESSAGE\" : \"e1\",\n\n\n\n \"A\" : \"b\"\n}\nx\n" },
	{ "{\"MESSAGE\":[\n\n\"one\",\n2]\n}\n", "{\"MESSAGE\":[\"one\",\n\n\n2]\n}\n" },
	{ "\xef\xbb\xbf{\"MESSAGE\":[1]}\n", "\xef\xbb\xbf{\"MESSAGE\":\"\x01\"}\n" },
	{ SMALL SMALL SMALL SMALL SMALL SMALL SMALL SMALL SMALL "{\"MESSAGE\":[101]}\n",
	  TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT "{\"MESSAGE\":\"e\"}\n" },
	{ "{\"MESSAGE\":null}\n", "{\"MESSAGE\":null}\n" },
	{ "{\"MESSAGE\":[]}\n", "{\"MESSAGE\":[]}\n" },
	{ "x {\"MESSAGE\":[101,49]}\n", "x {\"MESSAGE\":\"e1\"}\n" },
	{ "x\n\n[1, 2]\n{\"MESSAGE\":[101,49]}\n", "x\n\n[1, 2]\n{\"MESSAGE\":\"e1\"}\n" },
};

static void each_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t cut = 1; cut <= strlen(rows[i].from); cut++) {
			char got[2 * MOST];

			convert(rows[i].from, cut, MOST, got);
			if (strcmp(got, rows[i].to) != 0)
				fail_msg("%zu at %zu: %s", i, cut, got);
		}
}

/* Without room for line ends, those of an array that began in another piece come where there is some, and none is lost. */
static void lines_are_as_many(void **state)
{
	static const char text[] = "{\"MESSAGE\":[\n\n\n\n\n\n101\n]}\nx\n{\"MESSAGE\":[101,  \n  102, \n103]}\ny\n";
	size_t wanted = 0;

	(void)state;
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		wanted++;
	for (size_t cut = 1; cut < strlen(text); cut++) {
		char got[2 * MOST];
		size_t lines = 0;

		convert(text, cut, 0, got);
		for (const char *p = got; (p = strchr(p, '\n')); p++)
			lines++;
		if (lines > wanted || (cut < 8 && lines < wanted))
			fail_msg("%zu of %zu at %zu: %s", lines, wanted, cut, got);
	}
}

/* Objects that would get longer, and numbers that are no bytes. */
static void nothing_overflows(void **state)
{
	static const char *const all[] = { "{\"MESSAGE\":[9]}", "{\"MESSAGE\":[34]}", "{\"MESSAGE\":[999999999,1]}",
					   "{\"MESSAGE\":[1,", "{\"MESSAGE\":[[[[" };
	struct array_text a = { 0 };

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		char text[MOST];

		strcpy(text, all[i % COUNT(all)]);
		assert_true(array_to_text(&a, text, strlen(text), strlen(text)) <= strlen(all[i % COUNT(all)]));
		assert_true(a.n <= ARRAY_QUEUE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_in_pieces),
		cmocka_unit_test(lines_are_as_many),
		cmocka_unit_test(nothing_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
