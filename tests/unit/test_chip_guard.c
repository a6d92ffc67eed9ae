// SPDX-License-Identifier: GPL-2.0-or-later
/* A user's definition does not make readable what the built-in definition of the same PCI ID says must not be read. */
#include "fake_access.h"

#include "chip/lint.h"
#include "util/buf.h"

#define MINE "chip 82574L \"Mine\"\nid 8086:10d3\nbar 0 0x20000\ncite \"x\"\n"

static const struct chip_reg *reg_of(struct chipdb *db, const char *chip, enum chip_space space, const char *name)
{
	const struct chip_reg *reg = chip_reg_named(defs_chip(db, chip), space, name);

	assert_non_null(reg);
	return reg;
}

static void guarded(const char *text, const char *chip, enum chip_space space, const char *name, const char *known,
		    enum chip_access access)
{
	struct chipdb *db = defs_open(text);
	const struct chip_reg *reg = reg_of(db, chip, space, name);

	assert_int_equal(reg->access, access);
	assert_non_null(reg->built_in);
	assert_string_equal(reg->built_in->name, known);
	chipdb_free(db);
}

static void free_to_read(const char *text, const char *chip, enum chip_space space, const char *name)
{
	struct chipdb *db = defs_open(text);
	const struct chip_reg *reg = reg_of(db, chip, space, name);

	assert_true(chip_access_safe(reg->access));
	assert_null(reg->built_in);
	chipdb_free(db);
}

static void whatever_it_is_called(void **state)
{
	(void)state;
	guarded(MINE "reg FOO 0x000c0 32 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO", "ICR", CHIP_RC);
	guarded(MINE "reg FOO 0x05b50 32 rw \"F\"\n", "82574L", CHIP_MMIO, "FOO", "SWSM", CHIP_RS);
	guarded(MINE "reg FOO 0x05b50 32 rc \"F\"\n", "82574L", CHIP_MMIO, "FOO", "SWSM", CHIP_RS);
	guarded(MINE "reg FOO 0x000d8 32 w1c \"F\"\n", "82574L", CHIP_MMIO, "FOO", "IMC", CHIP_WO);
	free_to_read(MINE "reg FOO 0x00008 32 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO");
	free_to_read(MINE "reg FOO 0x000bc 32 ro \"F\"\nreg BAR 0x00c4 32 ro \"B\"\n", "82574L", CHIP_MMIO, "FOO");
}

/* By any word that a read loads. */
static void parts_of_it_and_arrays(void **state)
{
	(void)state;
	guarded(MINE "reg FOO 0x000c1 8 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO", "ICR", CHIP_RC);
	guarded(MINE "reg FOO 0x000c2 16 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO", "ICR", CHIP_RC);
	guarded(MINE "reg FOO 0x000bc 64 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO", "ICR", CHIP_RC);
	guarded(MINE "reg FOO[0..63] 0x0+0x10 32 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO", "ICR", CHIP_RC);
	guarded(MINE "reg FOO[0..3] 0x100+0x100 [4..7] 0xb0+0x10 32 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO", "ICR",
		CHIP_RC);
	guarded(MINE
		"reg FOO[0..1,0..7] 0x80+0x200+0x8 32 ro \"F\"\nreg BAR[0..1,0..212] 0x5800+0x1000+0x4 32 ro \"B\"\n",
		"82574L", CHIP_MMIO, "BAR", "SWSM", CHIP_RS);
	free_to_read(MINE "reg FOO[0..1,0..7] 0x80+0x200+0x8 32 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO");
	free_to_read(MINE "reg FOO[0..11] 0x8+0x10 32 ro \"F\"\n", "82574L", CHIP_MMIO, "FOO");
}

static void phy_registers(void **state)
{
	(void)state;
	guarded(MINE "space phy\nreg FOO 21 16 ro \"F\"\n", "82574L", CHIP_PHY, "FOO", "RX_ERR_COUNTER", CHIP_RC);
	free_to_read(MINE "space phy\nreg FOO 20 16 ro \"F\"\n", "82574L", CHIP_PHY, "FOO");
}

/* Under a chip's own name, under another one, and by way of a family. */
static void by_pci_id(void **state)
{
	struct chipdb *db = defs_open("chip 82574L \"Hides the built-in one\"\nchip OTHER \"Other\"\nid 8086:10d3\n"
				      "id 8086:9999\nbar 1 0x20000\ncite \"x\"\nreg FOO 0xc0 32 ro \"F\"\n");

	(void)state;
	assert_int_equal(reg_of(db, "OTHER", CHIP_MMIO, "FOO")->access, CHIP_RC);
	chipdb_free(db);
	guarded("family ieee-phy \"Mine\"\ncite \"x\"\nspace phy\nreg BMCR 0 16 rw \"B\"\nreg MINE 14 16 ro \"M\"\n",
		"82574L", CHIP_PHY, "MINE", "MMD_DATA", CHIP_RC);
	guarded("chip 82574L : 82574 \"Mine\"\nid 8086:10d3\ncite \"x\"\noverride reg ICR 0xc0 32 ro \"Harmless\"\n",
		"82574L", CHIP_MMIO, "ICR", "ICR", CHIP_RC);
	guarded("chip 82574L : 82574 \"Mine\"\nid 8086:10d3\ncite \"x\"\nremove ICR\nreg FOO 0xc0 32 ro \"Harmless\"\n",
		"82574L", CHIP_MMIO, "FOO", "ICR", CHIP_RC);
}

/* Silicon of which nothing is built in is the user's to describe, on top of a built-in family too. */
static void another_part_is_free(void **state)
{
	(void)state;
	free_to_read("chip NEW \"New\"\nid 8086:9999\nbar 0 0x20000\ncite \"x\"\nreg FOO 0xc0 32 ro \"F\"\n", "NEW",
		     CHIP_MMIO, "FOO");
	free_to_read("chip NEW : 82574 \"New\"\nid 8086:9999\ncite \"x\"\noverride reg SWSM 0x5b50 32 ro \"S\"\n",
		     "NEW", CHIP_MMIO, "SWSM");
}

/* Nothing built in is stricter than itself, and chips still build on guarded ones. */
static void built_in_chips_are_as_they_were(void **state)
{
	struct chipdb *db = defs_open("chip 82574L : 82574 \"Mine\"\nid 8086:10d3\ncite \"x\"\n"
				      "override reg ICR 0xc0 32 ro \"Harmless\"\n"
				      "chip NEW : 82574L, 82574 \"On both\"\nid 8086:9999\nremove ICR\n");
	const char **names;
	size_t n = chipdb_chips(db, &names);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct chip *chip = defs_chip(db, names[i]);

		for (size_t r = 0; strcmp(names[i], "82574L") && r < chip->n_regs; r++)
			assert_null(chip->regs[r]->built_in);
	}
	assert_int_equal(reg_of(db, "82574L", CHIP_MMIO, "ICR")->access, CHIP_RC);
	assert_non_null(reg_of(db, "NEW", CHIP_MMIO, "STATUS"));
	free(names);
	chipdb_free(db);
}

static void it_is_not_loaded(void **state)
{
	struct chipdb *db = defs_open(MINE "reg FOO 0x000c0 32 ro \"F\"\nreg STATUS 0x8 32 ro \"S\"\n");
	struct device *d = *state;
	struct access *a = open_fake("e1000e", 0x20000);
	struct access_read reads[] = {
		{ .ref = chip_ref_parse(defs_chip(db, "82574L"), CHIP_MMIO, "FOO") },
		{ .ref = chip_ref_parse(defs_chip(db, "82574L"), CHIP_MMIO, "STATUS") },
	};

	assert_int_equal(access_read(a, reads, 2, NULL), 0);
	assert_int_equal(reads[0].unread, UNREAD_CLEARS);
	assert_int_equal(reads[1].unread, UNREAD_NO);
	assert_int_equal(d->loads[0xc0 / 4], 0);
	assert_int_equal(d->loads[0x08 / 4], 1);
	reads[0].allow_clear = true; /* --side-effects */
	assert_int_equal(access_read(a, reads, 1, NULL), 0);
	assert_int_equal(reads[0].unread, UNREAD_NO);
	access_close(a);
	chipdb_free(db);
}

static void dump_harm_is(const char *text, const char *expected)
{
	struct chipdb *db = defs_open(text);
	const struct chip_dump *dump = NULL;
	AUTO_BUF struct buf names = { 0 };

	assert_int_equal(chipdb_dump(db, "igb", &dump, NULL), 0);
	chip_dump_harm(defs_chip(db, "I350"), dump, &names);
	if (*expected)
		assert_non_null(strstr(buf_str(&names), expected));
	else
		assert_string_equal(buf_str(&names), "");
	chipdb_free(db);
}

/* What the driver reads for its dump, whether or not a user's definitions name it. */
static void a_dump_is_as_harmful(void **state)
{
	(void)state;
	dump_harm_is("chip NEW \"New\"\nid 8086:9999\n", "IAC");
	dump_harm_is("dump igb words 740 \"Mine\"\n", "IAC");
	dump_harm_is("chip I350 : igb-82580, i350-phy \"Mine\"\nid 8086:1521\nbar 0 0x20000\nremove IAC\n", "IAC");
	dump_harm_is("chip I350 \"Mine\"\nid 8086:1521\ndump igb words 740 \"Mine\"\n", "IAC");
	dump_harm_is("chip I350 \"Of another id\"\nid 8086:9999\n", "");
}

static void put(const struct chip_pos *pos, const char *message, bool is_warning, void *arg)
{
	buf_printf(arg, "%u %s%s\n", pos->line, is_warning ? "warning: " : "", message);
}

static void lint_says(const char *text, const char *expected)
{
	AUTO_BUF struct buf out = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };

	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	assert_int_equal(chip_lint(db, "f", text, strlen(text), put, &out, &e), 0);
	assert_string_equal(buf_str(&out), expected);
	chipdb_free(db);
}

static void lint_warns(void **state)
{
	(void)state;
	lint_says(
		MINE "reg FOO 0x000c0 32 ro \"F\"\n",
		"5 warning: FOO of chip 82574L stays unread: the built-in definition of the PCI ID says that reading ICR "
		"clears it\n");
	lint_says("family m88-phy : ieee-phy \"Mine\"\ncite \"x\"\nspace phy\nreg FOO 21 16 ro \"F\"\n",
		  "4 warning: FOO of chip 82573 stays unread: the built-in definition of the PCI ID says that reading "
		  "RX_ERR_COUNTER clears it\n");
	lint_says("chip NEW : 82574 \"New\"\nid 8086:9999\ncite \"x\"\noverride reg SWSM 0x5b50 32 ro \"S\"\n",
		  "4 warning: SWSM is ro, and so is read live, where a base has SWSM, which is rs\n");
	lint_says(MINE "reg ICR 0x000c0 32 rc \"I\"\nreg STATUS 0x8 32 ro \"S\"\n", "");
	lint_says("chip NEW : 82574 \"New\"\nid 8086:9999\ncite \"x\"\noverride reg STATUS 0x8 32 ro \"S\"\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_it_is_called),
		cmocka_unit_test(parts_of_it_and_arrays),
		cmocka_unit_test(phy_registers),
		cmocka_unit_test(by_pci_id),
		cmocka_unit_test(another_part_is_free),
		cmocka_unit_test(built_in_chips_are_as_they_were),
		TEST(it_is_not_loaded),
		cmocka_unit_test(a_dump_is_as_harmful),
		cmocka_unit_test(lint_warns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
