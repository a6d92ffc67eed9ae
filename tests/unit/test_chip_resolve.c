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
	assert_string_equal(chip_reg_named(defs_chip(db, "t"), CHIP_MMIO, "C")->condition->reg, "A");
	chipdb_free(db);
}

static void remove_by_offset(void **state)
{
	struct chipdb *db = defs_open(BASE "chip t : base \"Test\"\nremove 0x4\ncite \"x\"\nreg D 0x4 32 ro \"D\"\n");
	const struct chip *chip = defs_chip(db, "t");

	(void)state;
	assert_int_equal(chip->n_regs, 2);
	assert_null(chip_reg_named(chip, CHIP_MMIO, "B"));
	assert_string_equal(chip_reg_at(chip, CHIP_MMIO, 4).reg->name, "D");
	assert_string_equal(chip_reg_at(defs_chip(db, "base"), CHIP_MMIO, 4).reg->name, "B");
	chipdb_free(db);
}

static void remove_by_phy_register(void **state)
{
	struct chipdb *db =
		defs_open("family p \"P\"\ncite \"x\"\nspace phy\nreg A 1 16 ro \"A\"\nreg B 769.16 16 ro \"B\"\n"
			  "chip t : p \"Test\"\nspace phy\nremove 769.16\n");
	const struct chip *chip = defs_chip(db, "t");

	(void)state;
	assert_non_null(chip_reg_named(chip, CHIP_PHY, "A"));
	assert_null(chip_reg_named(chip, CHIP_PHY, "B"));
	chipdb_free(db);
}

/* A part that builds on the one with the move has it too, and their base has not. */
static void move_takes_fields_along(void **state)
{
	struct chipdb *db = defs_open(BASE "chip t : base \"Test\"\nmove A 0x20 @ds:9\nmove B 0x0\n"
					   "chip u : t \"U\"\nmove A 0x30\n");
	const struct chip_reg *a = chip_reg_at(defs_chip(db, "t"), CHIP_MMIO, 0x20).reg;

	(void)state;
	assert_string_equal(a->name, "A");
	assert_int_equal(a->n_fields, 1);
	assert_string_equal(a->cite, "Datasheet, 9");
	assert_string_equal(chip_reg_at(defs_chip(db, "t"), CHIP_MMIO, 0).reg->cite, "Datasheet, 1");
	assert_int_equal(defs_chip(db, "t")->n_regs, 2);
	a = chip_reg_at(defs_chip(db, "u"), CHIP_MMIO, 0x30).reg;
	assert_string_equal(a->name, "A");
	assert_string_equal(a->cite, "Datasheet, 9");
	assert_null(chip_reg_at(defs_chip(db, "u"), CHIP_MMIO, 0x20).reg);
	assert_string_equal(chip_reg_at(defs_chip(db, "base"), CHIP_MMIO, 0).reg->name, "A");
	chipdb_free(db);
}

/* A chip has as many elements as queues, and one that builds on it may have more again. */
static void queue_arrays_end_with_the_queues(void **state)
{
	struct chipdb *db =
		defs_open("family f \"F\"\ncite \"x\"\nbar 0 0x1000\nqueues tx 8\nqueues rx 8\n"
			  "reg T[0..3] 0x100+4 [4..7] 0x200+4 32 rw \"T\" queue tx role tx-head\n"
			  "reg U[4..7] 0x300+4 32 rw \"U\" queue tx\nreg R[0..7] 0x400+4 32 rw \"R\" queue rx\n"
			  "reg V[0..7] 0x500+4 32 rw \"V\"\n"
			  "chip t : f \"T\"\nqueues tx 2\nchip u : t \"U\"\nqueues tx 6\n");
	const struct chip *t = defs_chip(db, "t"), *u = defs_chip(db, "u");

	(void)state;
	assert_int_equal(chip_reg_count(chip_reg_named(t, CHIP_MMIO, "T")), 2);
	assert_null(chip_reg_at(t, CHIP_MMIO, 0x200).reg);
	assert_null(chip_role_ref(t, CHIP_TX_HEAD, 2).reg);
	assert_non_null(chip_role_ref(t, CHIP_TX_HEAD, 1).reg);
	assert_null(chip_reg_named(t, CHIP_MMIO, "U"));
	assert_int_equal(chip_reg_count(chip_reg_named(t, CHIP_MMIO, "R")), 8);
	assert_int_equal(chip_reg_count(chip_reg_named(t, CHIP_MMIO, "V")), 8);
	assert_int_equal(chip_reg_count(chip_reg_named(u, CHIP_MMIO, "T")), 6);
	assert_int_equal(chip_reg_count(chip_reg_named(u, CHIP_MMIO, "U")), 2);
	assert_int_equal(chip_reg_count(chip_reg_named(defs_chip(db, "f"), CHIP_MMIO, "T")), 8);
	chipdb_free(db);
}

static void knows_its_bases(void **state)
{
	struct chipdb *db = defs_open(BASE "family mid : base \"M\"\nchip t : mid \"Test\"\n");
	const struct chip *t = defs_chip(db, "t");

	(void)state;
	assert_true(chip_builds_on(t, "t") && chip_builds_on(t, "mid") && chip_builds_on(t, "base"));
	assert_false(chip_builds_on(t, "82574L"));
	assert_false(chip_builds_on(defs_chip(db, "base"), "mid"));
	chipdb_free(db);
}

static void driver_queue(struct chipdb *db, const char *name, enum chip_queue direction, uint32_t n, int64_t vfs,
			 int64_t expected)
{
	const struct chip *chip = defs_chip(db, name);
	uint32_t queue = 0, back = 0;

	assert_int_equal(chip_queue_of_driver(chip, direction, n, vfs, &queue), expected >= 0);
	if (expected < 0)
		return;
	assert_int_equal(queue, expected);
	assert_true(chip_queue_to_driver(chip, direction, queue, vfs, &back));
	assert_int_equal(back, n);
}

static void queues_of_the_driver(void **state)
{
	struct chipdb *db = defs_open("chip p \"P\"\nqueues tx 4\nqueues rx 4 driver base+n\n"
				      "chip i \"I\"\nqueues tx 16 driver vfs+n\nqueues rx 16 driver vfs+n/2+8*(n%2)\n"
				      "chip j : i \"J\"\n");
	uint32_t n;

	(void)state;
	driver_queue(db, "p", CHIP_QUEUE_TX, 3, -1, 3);
	driver_queue(db, "p", CHIP_QUEUE_TX, 4, -1, -1);
	driver_queue(db, "p", CHIP_QUEUE_RX, 0, 0, -1);
	driver_queue(db, "i", CHIP_QUEUE_TX, 0, -1, -1); /* how many there are is not known */
	driver_queue(db, "i", CHIP_QUEUE_TX, 1, 7, 8);
	driver_queue(db, "i", CHIP_QUEUE_RX, 0, 0, 0);
	driver_queue(db, "i", CHIP_QUEUE_RX, 1, 0, 8);
	driver_queue(db, "i", CHIP_QUEUE_RX, 2, 0, 1);
	driver_queue(db, "i", CHIP_QUEUE_RX, 15, 0, 15);
	driver_queue(db, "j", CHIP_QUEUE_RX, 1, 7, 15);
	driver_queue(db, "j", CHIP_QUEUE_RX, 3, 7, -1);
	assert_false(chip_queue_to_driver(defs_chip(db, "i"), CHIP_QUEUE_TX, 2, 7, &n)); /* a virtual function's */
	assert_false(chip_queue_to_driver(defs_chip(db, "p"), CHIP_QUEUE_TX, 4, 0, &n));
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
		cmocka_unit_test(remove_by_offset),
		cmocka_unit_test(remove_by_phy_register),
		cmocka_unit_test(move_takes_fields_along),
		cmocka_unit_test(queue_arrays_end_with_the_queues),
		cmocka_unit_test(knows_its_bases),
		cmocka_unit_test(queues_of_the_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
