// SPDX-License-Identifier: GPL-2.0-or-later
/* A definition on top of its bases. */
#include "chipdefs.h"

#define BASE                                                                                                   \
	"family base \"Base\"\nsource ds \"Datasheet\"\ncite ds:1\ndriver e1000e\nbar 0 0x1000\nqueues tx 1\n" \
	"queues rx 1\nring 16\ntrait pch\nerratum slow \"Slow\"\n"                                             \
	"reg A 0x0 32 rw \"A of base\"\n    0 X \"X\"\nreg B 0x4 32 rw \"B of base\"\n"

static void inherits(void **state)
{
	struct chipdb *db = defs_open(BASE "chip t : base \"Test\"\nid 8086:fff0\nqueues tx 2\n"
					   "reg C 0x8 32 rw \"C\" @ds:2\n");
	const struct chip *chip = defs_chip(db, "t");

	(void)state;
	assert_int_equal(chip->n_regs, 3);
	assert_string_equal(chip->regs[0]->name, "A"); /* bases first */
	assert_string_equal(chip->regs[2]->name, "C");
	assert_string_equal(chip->regs[2]->cite, "Datasheet, 2"); /* the base's source */
	assert_string_equal(chip->driver, "e1000e");
	assert_int_equal(chip->bar_size, 0x1000);
	assert_int_equal(chip->queues_tx, 2);
	assert_int_equal(chip->queues_rx, 1);
	assert_int_equal(chip->ring_entry, 16);
	assert_true(chip_has_trait(chip, "pch"));
	assert_int_equal(chip->n_errata, 1);
	assert_false(chip->family);
	assert_true(defs_chip(db, "base")->family);
	chipdb_free(db);
}

static void override_replaces_in_place(void **state)
{
	struct chipdb *db =
		defs_open(BASE "chip t : base \"Test\"\ncite \"x\"\noverride reg A 0x10 16 ro \"A of t\"\n");
	const struct chip *chip = defs_chip(db, "t");
	const struct chip_reg *a = chip_reg_named(chip, CHIP_MMIO, "A");

	(void)state;
	assert_ptr_equal(chip->regs[0], a);
	assert_string_equal(a->title, "A of t");
	assert_int_equal(a->n_fields, 0); /* fields included */
	assert_null(chip_reg_at(chip, CHIP_MMIO, 0).reg);
	assert_string_equal(chip_reg_named(defs_chip(db, "base"), CHIP_MMIO, "A")->title, "A of base");
	chipdb_free(db);
}

static void remove_takes_away(void **state)
{
	struct chipdb *db = defs_open(BASE "chip t : base \"Test\"\nremove A\n");
	const struct chip *chip = defs_chip(db, "t");

	(void)state;
	assert_int_equal(chip->n_regs, 1);
	assert_null(chip_reg_named(chip, CHIP_MMIO, "A"));
	assert_null(chip_reg_at(chip, CHIP_MMIO, 0).reg);
	assert_non_null(chip_reg_named(chip, CHIP_MMIO, "B"));
	chipdb_free(db);
}

/* What two bases have from the same third one is there once. */
static void diamond(void **state)
{
	struct chipdb *db = defs_open(BASE "family l : base \"L\"\nfamily r : base \"R\"\nchip t : l, r \"Test\"\n");
	const struct chip *chip = defs_chip(db, "t");

	(void)state;
	assert_int_equal(chip->n_regs, 2);
	assert_int_equal(chip->n_errata, 1);
	assert_int_equal(chip->n_traits, 1);
	chipdb_free(db);
}

static void override_settles_what_bases_dispute(void **state)
{
	struct chipdb *db =
		defs_open(BASE "family r \"R\"\ncite \"x\"\nreg A 0x20 32 rw \"A of r\"\n"
			       "chip t : base, r \"Test\"\ncite \"x\"\noverride reg A 0x30 32 rw \"A of t\"\n");

	(void)state;
	assert_int_equal(chip_ref_parse(defs_chip(db, "t"), CHIP_MMIO, "A").offset, 0x30);
	chipdb_free(db);
}

static void chip_on_a_chip(void **state)
{
	struct chipdb *db = defs_open(BASE "chip t : base \"T\"\nid 8086:fff0 \"T the first\"\n"
					   "chip u : t \"U\"\nid 8086:fff1\n");
	const struct chip *chip = defs_chip(db, "u");

	(void)state;
	assert_int_equal(chip->n_ids, 1);
	assert_int_equal(chip->ids[0].device, 0xfff1);
	assert_int_equal(chip->n_regs, 2);
	assert_string_equal(defs_chip(db, "t THE first")->name, "t");
	chipdb_free(db);
}

/* A family may leave a condition's register to its users. */
static void condition_on_another_base(void **state)
{
	struct chipdb *db = defs_open("family s \"S\"\ncite \"x\"\nreg C 0x8 32 rw \"C\" if A.X=1\n" BASE
				      "chip t : base, s \"T\"\n");

	(void)state;
	assert_string_equal(chip_reg_named(defs_chip(db, "t"), CHIP_MMIO, "C")->condition.reg, "A");
	chipdb_free(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inherits),
		cmocka_unit_test(override_replaces_in_place),
		cmocka_unit_test(remove_takes_away),
		cmocka_unit_test(diamond),
		cmocka_unit_test(override_settles_what_bases_dispute),
		cmocka_unit_test(chip_on_a_chip),
		cmocka_unit_test(condition_on_another_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
