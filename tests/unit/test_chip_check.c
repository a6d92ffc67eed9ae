// SPDX-License-Identifier: GPL-2.0-or-later
/* What the checker lets pass, and how it tells what it does not; tests/bad has a file for each rule. */
#include "chipdefs.h"
#include "chip/lint.h"
#include "util/buf.h"

#define HEAD "family t \"Test\"\ncite \"x\"\n"

static void collect(const struct chip_pos *pos, const char *message, bool is_warning, void *arg)
{
	buf_printf(arg, "%s:%u:%u: %s%s\n", pos->file, pos->line, pos->column, is_warning ? "warning: " : "", message);
}

/* The faults and warnings of a text, one a line. */
static void lint_is(const char *text, const char *expected)
{
	AUTO_BUF struct buf out = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };
	int n, lines = 0;

	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	n = chip_lint(db, "f", text, strlen(text), collect, &out, &e);
	assert_string_equal(buf_str(&out), expected);
	for (const char *s = expected; *s; s++)
		lines += *s == '\n';
	for (const char *s = expected; (s = strstr(s, ": warning: ")); s++)
		lines--;
	assert_int_equal(n, lines);
	chipdb_free(db);
}

static void interleaved_arrays_pass(void **state)
{
	(void)state;
	lint_is(HEAD "reg TDH[0..1] 0x3810+0x100 32 rw \"A\"\nreg TDT[0..1] 0x3818+0x100 32 rw \"B\"\n", "");
	lint_is(HEAD "reg A[0..1,0..7] 0x0+0x40+0x8 32 rw \"A\"\nreg B[0..1,0..7] 0x4+0x40+0x8 32 rw \"B\"\n"
		     "reg C[0..1535] 0x1000+0x8 32 rw \"C\"\nreg D[0..1535] 0x1004+0x8 32 rw \"D\"\n",
		"");
}

static void one_shared_element_is_found(void **state)
{
	(void)state;
	lint_is(HEAD "reg A[0..1535] 0x1000+0x8 32 rw \"A\"\nreg B[0..3] 0x1ff4+0xc 32 rw \"B\"\n",
		"f:4:5: B[1] at 0x02000 has the same offset as A[512] (line 3)\n");
	lint_is(HEAD "reg A[0..15] 0x0+0x10 32 rw \"A\"\nreg B 0x96 16 rw \"B\"\nreg C 0xa2 16 rw \"C\"\n",
		"f:5:5: C at 0x000a2 overlaps A[10] (line 3)\n");
}

static void exclusive_registers_share(void **state)
{
	(void)state;
	lint_is(HEAD "reg S 0x8 32 rw \"S\"\n    1:0 X \"X\"\n    2 Y \"Y\"\n"
		     "reg A 0x0 32 rw \"A\" if S.X=1|2\nreg B 0x0 16 rw \"B\" if S.X!=1|2 if S.Y=1\n"
		     "reg C 0x0 16 rw \"C\" if S.Y=0 if S.X=3\n",
		"");
}

static void structures_do_not_collide(void **state)
{
	(void)state;
	lint_is("family pci \"P\"\ncite \"x\"\nspace config\nheader\nreg A 0x4 32 rw \"A\"\ncapability 1 \"X\"\n"
		"reg B 0x4 32 rw \"B\"\nextended 1 \"Y\"\nreg C 0x4 32 rw \"C\"\nextended 2 \"Z\"\nreg D 0x4 32 rw \"D\"\n"
		"reg E 0x6 16 rw \"E\"\n",
		"f:12:5: E at 0x00006 overlaps D (line 11)\n");
}

static void faults_are_in_order_and_all(void **state)
{
	(void)state;
	lint_is("family t \"Test\"\nreg A 0x2 32 rw \"A\" @\"x\"\n    3:0 X \"X\" { 16 \"x\" }\nwrong\n"
		"reg B 0x8 32 rw \"B\"\nreg C 0x8 32 rw \"C\" @\"x\"\nreg C 0x10 32 rw \"C\" @\"x\"\n",
		"f:2:7: A at 0x00002 is misaligned: 32 bits stand at multiples of 4\n"
		"f:3:17: value 16 is beyond field X, which ends at 15\n"
		"f:4:1: unknown word 'wrong'\n"
		"f:5:5: register B has no citation: give @\"text\" or @source:place, or a cite line above\n"
		"f:6:5: C at 0x00008 has the same offset as B (line 5)\n"
		"f:7:5: register C is defined twice, first at line 6\n");
}

/* A linted file takes the place of the built-in one: its own ids are no second claim. */
static void built_in_chip_is_replaced(void **state)
{
	(void)state;
	lint_is("chip 82574L \"Mine\"\nid 8086:10d3\n", "");
	lint_is("chip mine \"Mine\"\nid 8086:10d3\n", "f:2:4: PCI ID 8086:10d3 is claimed by chip 82574L as well\n");
}

static void files_build_on_each_other(void **state)
{
	struct lint_file files[] = {
		{ .name = "b", .text = "chip c1 : f1 \"C\"\nbar 0 0x100\n" },
		{ .name = "a",
		  .text = "family f1 \"F\"\ncite \"x\"\nreg A 0x200 32 rw \"A\"\nreg B 0x0 32 rw \"B\"\n" },
	};
	AUTO_BUF struct buf out = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };

	(void)state;
	files[0].n = strlen(files[0].text);
	files[1].n = strlen(files[1].text);
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	assert_int_equal(chip_lint_files(db, files, 2, collect, &out, &e), 1);
	assert_string_equal(buf_str(&out), "b:2:7: A ends at 0x00204, beyond the BAR's 0x100 bytes\n");
	assert_int_equal(files[0].faults, 1);
	assert_int_equal(files[1].faults, 0);
	assert_int_equal(files[1].registers, 2);
	chipdb_free(db);
}

static void empty_and_unended(void **state)
{
	(void)state;
	lint_is("", "");
	lint_is("# only a comment", "");
	lint_is("family t \"Test\"", "");
	lint_is("family", "f:1:7: expected a family's name, but the line ends\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interleaved_arrays_pass),     cmocka_unit_test(one_shared_element_is_found),
		cmocka_unit_test(exclusive_registers_share),   cmocka_unit_test(structures_do_not_collide),
		cmocka_unit_test(faults_are_in_order_and_all), cmocka_unit_test(built_in_chip_is_replaced),
		cmocka_unit_test(files_build_on_each_other),   cmocka_unit_test(empty_and_unended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
