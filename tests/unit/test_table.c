// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables that go to a file are the same whether libsmartcols prints them or not; with colour, it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "view/table.h"

#define COLUMNS 4

static const char *const headings[COLUMNS] = { "NAME", ">SIZE", "~STATE", "" };

struct like {
	bool no_headings, hidden;
	unsigned indent;
};

static char *printed(bool color, const struct like *like, const char *const (*cells)[COLUMNS], size_t rows)
{
	const struct view v = { .width = 60, .color = color };
	struct buf out = { 0 };
	struct table t;

	table_begin(&t, &v, headings, COLUMNS);
	scols_table_enable_noheadings(t.table, like->no_headings);
	if (like->hidden)
		scols_column_set_flags(scols_table_get_column(t.table, 2), SCOLS_FL_HIDDEN);
	for (size_t i = 0; i < rows; i++) {
		struct libscols_line *row = table_row(&t);

		for (size_t c = 0; c < COLUMNS; c++)
			if (cells[i][c])
				table_cell(row, c, cells[i][c]);
	}
	if (rows > 1)
		table_note(&t, 1, "a line below the second row");
	table_end(&t, like->indent, &out);
	return buf_take(&out);
}

static void same(const struct like *like, const char *const (*cells)[COLUMNS], size_t rows)
{
	AUTO_FREE char *plain = printed(false, like, cells, rows), *library = printed(true, like, cells, rows);

	assert_string_equal(plain, library);
	assert_true(strlen(plain) > rows);
}

static void as_the_library(void **state)
{
	static const char *const words[][COLUMNS] = {
		{ "a", "1", "up", "x" },
		{ "a longer name", "1234567890", "", "" },
		{ "", "-", NULL, NULL },
		{ NULL, "12 MB", "a state that is longer than the terminal is wide, as there is none", "end" },
	};
	static const char *const bytes[][COLUMNS] = {
		{ "caf\xc3\xa9", "1", "up", "x" },
		{ "a\\x1b", "1\x1b[1m", "\xff", "\t" },
	};
	static const char *const empty[][COLUMNS] = { { "", NULL, "", "" }, { "", "", "", "" } };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		const struct like like = { .no_headings = i & 1, .hidden = i & 2, .indent = i & 4 };

		same(&like, words, COUNT(words));
		same(&like, words, 1);
		same(&like, bytes, COUNT(bytes));
		same(&like, empty, COUNT(empty));
	}
}

/* What it is to look like, so that the two are not wrong in the same way. */
static void aligned(void **state)
{
	static const char *const cells[][COLUMNS] = { { "eth0", "7", "up", NULL }, { "ens4f0np0", "12", "-", NULL } };
	const struct like like = { .indent = 2 }, bare = { .no_headings = true };
	AUTO_FREE char *plain = printed(false, &like, cells, COUNT(cells)),
		       *rows = printed(false, &bare, cells, COUNT(cells));

	(void)state;
	assert_string_equal(plain, "  NAME      SIZE STATE\n"
				   "  eth0         7 up\n"
				   "  ens4f0np0   12 -\n"
				   "    a line below the second row\n");
	assert_string_equal(rows, "eth0       7 up\n"
				  "ens4f0np0 12 -\n"
				  "  a line below the second row\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_library),
		cmocka_unit_test(aligned),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
