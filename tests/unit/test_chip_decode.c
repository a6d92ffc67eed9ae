// SPDX-License-Identifier: GPL-2.0-or-later
/* What a value means. */
#include "chipdefs.h"
#include "chip/chip.h"
#include "util/buf.h"

static struct chipdb *db;
static const struct chip_reg *reg;

static int open_defs(void **state)
{
	(void)state;
	db = defs_open("family t \"Test\"\ncite \"x\"\nreg A 0 64 rw \"A\"\n"
		       "    1:0   SPEED \"Speed\" { 0! \"10 Mb/s\", 1..2 \"fast\" }\n"
		       "    2     UP    \"Link up\" !0\n"
		       "    3     ERR   \"Error\" !1\n"
		       "    11:4  SIZE  \"Size\" unit \"KB\" scale 3 shift 2 plus 5\n"
		       "    19:12 COUNT \"Count\"\n"
		       "    27:20 TIME  \"Time\" { 0 \"off\" } unit \"us\"\n"
		       "    35:28 BARE  \"Shifted\" shift 3\n"
		       "    63:60 TOP   \"Top\"\n");
	reg = chip_reg_named(defs_chip(db, "t"), CHIP_MMIO, "A");
	return 0;
}

static int close_defs(void **state)
{
	(void)state;
	chipdb_free(db);
	return 0;
}

static void meanings(void **state)
{
	static const struct {
		const char *field;
		uint64_t value;
		const char *meaning;
		bool unusual;
	} rows[] = {
		{ "SPEED", 0, "10 Mb/s", true }, { "SPEED", 1, "fast", false },
		{ "SPEED", 2, "fast", false },   { "SPEED", 3, "", false },
		{ "UP", 1, "", false },          { "UP", 0, "", true },
		{ "ERR", 1, "", true },          { "ERR", 0, "", false },
		{ "SIZE", 0, "5 KB", false },    { "SIZE", 255, "3065 KB", false },
		{ "COUNT", 7, "", false },       { "TIME", 0, "off", false },
		{ "TIME", 9, "9 us", false },    { "BARE", 2, "16", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct chip_field *f = chip_field_named(reg, rows[i].field);
		AUTO_BUF struct buf out = { 0 };

		decode_meaning(f, rows[i].value, &out);
		assert_string_equal(buf_str(&out), rows[i].meaning);
		assert_int_equal(decode_unusual(f, rows[i].value), rows[i].unusual);
	}
}

static void field_values(void **state)
{
	const uint64_t value = 0xa00000000fedcba9;

	(void)state;
	assert_int_equal(chip_field_get(chip_field_named(reg, "SPEED"), value), 1);
	assert_int_equal(chip_field_get(chip_field_named(reg, "UP"), value), 0);
	assert_int_equal(chip_field_get(chip_field_named(reg, "ERR"), value), 1);
	assert_int_equal(chip_field_get(chip_field_named(reg, "SIZE"), value), 0xba);
	assert_int_equal(chip_field_get(chip_field_named(reg, "TIME"), value), 0xfe);
	assert_int_equal(chip_field_get(chip_field_named(reg, "TOP"), value), 0xa);
}

/* The value of a field in the register, put together from its parts, and back. */
static void bits_that_are_not_adjacent(void **state)
{
	static const struct {
		const char *field, *bits;
		uint64_t reg, value, mask;
		unsigned width;
	} rows[] = {
		{ "SPEED", "22,7:6", 0x80483, 2, 0x4000c0, 3 },
		{ "SPEED", "22,7:6", 0x400083, 6, 0x4000c0, 3 },
		{ "SPEED", "22,7:6", UINT64_MAX, 7, 0x4000c0, 3 },
		{ "LOW", "3:2,9:8", 0x204, 6, 0x30c, 4 }, /* the lower bits are the more significant */
		{ "THREE", "0,63,32", UINT64_C(1) << 63 | 1, 6, UINT64_C(1) << 63 | UINT64_C(1) << 32 | 1, 3 },
		{ "PLAIN", "31:24", 0xab000000, 0xab, 0xff000000, 8 },
	};
	struct chipdb *defs =
		defs_open("family s \"S\"\ncite \"x\"\nreg A 0 64 rw \"A\"\n"
			  "    22,7:6 SPEED \"Speed\" { 2 \"1000 Mb/s\", 6! \"2500 Mb/s\" }\n"
			  "    3:2,9:8 LOW \"Low\"\n    0,63,32 THREE \"Three\"\n    31:24 PLAIN \"Plain\"\n");
	const struct chip_reg *a = chip_reg_named(defs_chip(defs, "s"), CHIP_MMIO, "A");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct chip_field *f = chip_field_named(a, rows[i].field);
		AUTO_BUF struct buf bits = { 0 };

		assert_int_equal(chip_field_get(f, rows[i].reg), rows[i].value);
		assert_int_equal(chip_field_put(f, rows[i].value), rows[i].reg & rows[i].mask);
		assert_int_equal(chip_field_mask(f), rows[i].mask);
		assert_int_equal(chip_field_width(f), rows[i].width);
		chip_field_bits(f, &bits);
		assert_string_equal(buf_str(&bits), rows[i].bits);
	}
	assert_true(decode_unusual(chip_field_named(a, "SPEED"), 6));
	chipdb_free(defs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_that_are_not_adjacent),
		cmocka_unit_test(meanings),
		cmocka_unit_test(field_values),
	};

	return cmocka_run_group_tests(tests, open_defs, close_defs);
}
