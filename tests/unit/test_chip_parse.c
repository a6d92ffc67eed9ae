// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written arrives in the model. */
#include "chipdefs.h"

#define HEAD "family t \"Test\"\nsource ds \"Datasheet\"\ncite ds:1\n"

static void reg_line(void **state)
{
	struct chipdb *db = defs_open(
		HEAD
		"group transmit\n"
		"reg TDH[0..1] 0x03810+0x100 32 rw \"Head\" queue tx role tx-head aka E1000_TDH @ds:10.2 # comment\n");
	const struct chip_reg *reg = chip_reg_named(defs_chip(db, "t"), CHIP_MMIO, "TDH");

	(void)state;
	assert_non_null(reg);
	assert_string_equal(reg->name, "TDH");
	assert_string_equal(reg->title, "Head");
	assert_string_equal(reg->aka, "E1000_TDH");
	assert_string_equal(reg->cite, "Datasheet, 10.2");
	assert_int_equal(reg->space, CHIP_MMIO);
	assert_int_equal(reg->access, CHIP_RW);
	assert_int_equal(reg->group, CHIP_TRANSMIT);
	assert_int_equal(reg->role, CHIP_TX_HEAD);
	assert_int_equal(reg->queue, CHIP_QUEUE_TX);
	assert_int_equal(reg->width, 32);
	assert_int_equal(reg->dimensions, 1);
	assert_int_equal(reg->n_segments, 1);
	assert_int_equal(reg->segments->last, 1);
	assert_int_equal(reg->segments->offset, 0x3810);
	assert_int_equal(reg->segments->stride, 0x100);
	assert_int_equal(reg->pos.line, 5);
	assert_int_equal(reg->pos.column, 5);
	chipdb_free(db);
}

static void every_access(void **state)
{
	static const struct {
		const char *word;
		bool safe;
	} rows[] = { { "ro", true },  { "rw", true },  { "wo", false }, { "rc", false },
		     { "w1c", true }, { "w1s", true }, { "rs", false }, { "rl", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];
		struct chipdb *db;
		const struct chip_reg *reg;

		snprintf(text, sizeof(text), HEAD "reg A 0 32 %s \"A\"\n", rows[i].word);
		db = defs_open(text);
		reg = chip_reg_named(defs_chip(db, "t"), CHIP_MMIO, "A");
		assert_string_equal(chip_access_name(reg->access), rows[i].word);
		assert_int_equal(chip_access_safe(reg->access), rows[i].safe);
		chipdb_free(db);
	}
}

static void every_word_has_a_name(void **state)
{
	(void)state;
	for (enum chip_group g = 0; g < CHIP_GROUPS; g++)
		assert_int_equal(chip_group_parse(chip_group_name(g)), g);
	for (enum chip_role r = CHIP_ROLE_NONE + 1; r < CHIP_ROLES; r++)
		assert_int_equal(chip_role_parse(chip_role_name(r)), r);
	assert_int_equal(chip_role_parse("none"), -1);
	for (enum chip_field_role r = CHIP_FIELD_ROLE_NONE + 1; r < CHIP_FIELD_ROLES; r++)
		assert_int_equal(chip_field_role_parse(chip_field_role_name(r)), r);
	assert_int_equal(chip_field_role_parse("none"), -1);
	assert_int_equal(chip_group_parse("sending"), -1);
	assert_int_equal(chip_access_parse("wr"), -1);
	assert_int_equal(chip_space_parse("memory"), -1);
}

/* Before or behind what else follows the title, lowest bits first. */
static void roles_of_fields(void **state)
{
	struct chipdb *db = defs_open(HEAD "reg A 0 32 ro \"A\" role flow-control\n"
					   "9 HIGH \"High\" role paused !1\n"
					   "5:4 SIZE \"Size\" role buffer-size { 0 \"none\", 3! \"all\" }\n"
					   "2 LOW \"Low\" !1 role paused\n"
					   "0 OTHER \"Other\"\n");
	const struct chip_reg *reg = chip_reg_named(defs_chip(db, "t"), CHIP_MMIO, "A");

	(void)state;
	assert_string_equal(chip_field_with_role(reg, CHIP_FIELD_PAUSED, 0)->name, "LOW");
	assert_string_equal(chip_field_with_role(reg, CHIP_FIELD_PAUSED, 1)->name, "HIGH");
	assert_null(chip_field_with_role(reg, CHIP_FIELD_PAUSED, 2));
	assert_string_equal(chip_field_with_role(reg, CHIP_FIELD_BUFFER_SIZE, 0)->name, "SIZE");
	assert_int_equal(chip_field_with_role(reg, CHIP_FIELD_BUFFER_SIZE, 0)->n_values, 2);
	assert_null(chip_field_with_role(reg, CHIP_FIELD_ENABLED, 0));
	chipdb_free(db);
}

static void fields(void **state)
{
	struct chipdb *db = defs_open(
		HEAD "reg A 0 32 rw \"A\"\n"
		     "    0     FD     \"Full duplex\" !0\n"
		     "    7:6   SPEED  \"Link \\\"speed\\\" # \\\\\" { 0 \"10\", 1! \"100\", 2..3 \"1000\" }\n"
		     "\n# a comment\n"
		     "    15:8  SIZE   \"Size\" unit \"KB\" scale 16 shift 4 plus 1\n");
	const struct chip_reg *reg = chip_reg_named(defs_chip(db, "t"), CHIP_MMIO, "A");
	const struct chip_field *f = reg->fields;

	(void)state;
	assert_int_equal(reg->n_fields, 3);
	assert_string_equal(f[0].name, "SIZE"); /* highest first */
	assert_string_equal(f[0].unit, "KB");
	assert_int_equal(f[0].scale, 16);
	assert_int_equal(f[0].shift, 4);
	assert_int_equal(f[0].plus, 1);
	assert_string_equal(f[1].title, "Link \"speed\" # \\");
	assert_int_equal(f[1].n_values, 3);
	assert_true(f[1].values[1].unusual);
	assert_false(f[1].values[0].unusual);
	assert_int_equal(f[1].values[2].first, 2);
	assert_int_equal(f[1].values[2].last, 3);
	assert_int_equal(f[1].scale, 1);
	assert_true(f[2].unusual_if_clear);
	assert_false(f[2].unusual_if_set);
	assert_ptr_equal(chip_field_named(reg, "speed"), &f[1]);
	assert_null(chip_field_named(reg, "SPEEDS"));
	chipdb_free(db);
}

static void phy_offsets(void **state)
{
	struct chipdb *db = defs_open(HEAD "space phy\ngroup phy\n"
					   "reg BMSR 1 16 ro \"Status\"\nreg PAGED 769.16 16 ro \"Paged\"\n"
					   "space mmio\nreg BMSR 0x1 8 ro \"Another\"\n");
	const struct chip *chip = defs_chip(db, "t");

	(void)state;
	assert_int_equal(chip_ref_parse(chip, CHIP_PHY, "BMSR").offset, 1);
	assert_int_equal(chip_ref_parse(chip, CHIP_PHY, "PAGED").offset, 769 << 5 | 16);
	assert_string_equal(chip_reg_at(chip, CHIP_PHY, 769 << 5 | 16).reg->name, "PAGED");
	assert_string_equal(chip_reg_at(chip, CHIP_MMIO, 1).reg->title, "Another");
	assert_null(chip_reg_named(chip, CHIP_MMIO, "PAGED"));
	chipdb_free(db);
}

static void chip_lines(void **state)
{
	struct chipdb *db = defs_open(
		"chip T1 \"A part\"\ncite \"x\"\n"
		"id 8086:fff0\nid 8086:fff1 \"T1A\"\ndriver e1000e\nbar 3 0x20000\nqueues tx 2\nqueues rx 4\nring 16\n"
		"stepping 0x03 \"B3\"\nphy internal \"BM\"\ntrait no-pcie-capability\nerratum slow \"It is slow\" @\"Update, 20\"\n");
	const struct chip *chip = defs_chip(db, "t1");

	(void)state;
	assert_string_equal(chip->title, "A part");
	assert_int_equal(chip->n_ids, 2);
	assert_int_equal(chip->ids[1].device, 0xfff1);
	assert_string_equal(chip->ids[1].name, "T1A");
	assert_string_equal(chip->driver, "e1000e");
	assert_int_equal(chip->bar, 3);
	assert_int_equal(chip->bar_size, 0x20000);
	assert_int_equal(chip->queues_tx, 2);
	assert_int_equal(chip->queues_rx, 4);
	assert_int_equal(chip->ring_entry, 16);
	assert_string_equal(chip_stepping(chip, 3), "B3");
	assert_null(chip_stepping(chip, 2));
	assert_string_equal(chip->phy_kind, "internal");
	assert_string_equal(chip->phy, "BM");
	assert_true(chip_has_trait(chip, "no-pcie-capability"));
	assert_false(chip_has_trait(chip, "pch"));
	assert_string_equal(chip->errata[0].cite, "Update, 20");
	chipdb_free(db);
}

static void configuration_space(void **state)
{
	struct chipdb *db = defs_open(
		"family pci \"Config\"\ncite \"x\"\nspace config\nheader\n"
		"reg TYPE 0xe 8 ro \"Type\"\n    6:0 T \"T\"\n"
		"capability 0x10 \"PCI Express\"\nreg LNKCTL 0x10 16 rw \"Link Control\" if TYPE.T=0|1 if TYPE.T!=9\n"
		"extended 0x1e \"L1 PM\"\nreg L1 0x10 32 rw \"Same offset elsewhere\"\nextended 0x2 \"VC\"\n");
	const struct chip *pci = defs_chip(db, "pci");
	const struct chip_reg *reg = chip_reg_named(pci, CHIP_CONFIG, "LNKCTL");

	(void)state;
	assert_int_equal(reg->cap, CHIP_CAP_STANDARD);
	assert_int_equal(reg->cap_id, 0x10);
	assert_true(reg->condition->negate); /* the last one stands first */
	assert_false(chip_condition_holds(reg->condition, 9));
	assert_true(chip_condition_holds(reg->condition, 8));
	assert_non_null(reg->condition->next);
	assert_true(chip_condition_holds(reg->condition->next, 1));
	assert_false(chip_condition_holds(reg->condition->next, 2));
	assert_null(reg->condition->next->next);
	assert_string_equal(chip_capability_name(pci, CHIP_CAP_EXTENDED, 2), "VC");
	assert_null(chip_capability_name(pci, CHIP_CAP_STANDARD, 2));
	chipdb_free(db);
}

static void dumps(void **state)
{
	struct chipdb *db =
		defs_open("dump t words 12 \"get_regs()\"\nword 8..9 unused\nword 0 CTRL\nword 1..3 RDH[2..4]\n"
			  "word 4 phy STAT1000\nword 5 constant \"PHY type\"\nword 6..7 ITR[1,4..5]\n");
	const struct chip_dump *dump = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(chipdb_dump(db, "t", &dump, &e), 0);
	assert_int_equal(dump->n_words, 12);
	assert_int_equal(dump->n_named, 10);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(dump->words[i].index, i);
	assert_string_equal(dump->words[3].name, "RDH");
	assert_int_equal(dump->words[3].i, 4);
	assert_int_equal(dump->words[4].space, CHIP_PHY);
	assert_int_equal(dump->words[5].kind, CHIP_WORD_CONSTANT);
	assert_string_equal(dump->words[5].name, "PHY type");
	assert_int_equal(dump->words[7].i, 1);
	assert_int_equal(dump->words[7].j, 5);
	assert_int_equal(dump->words[9].kind, CHIP_WORD_UNUSED);
	assert_int_equal(chipdb_dump(db, "none", &dump, &e), -ENOENT);
	chipdb_free(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reg_line),
		cmocka_unit_test(every_access),
		cmocka_unit_test(every_word_has_a_name),
		cmocka_unit_test(roles_of_fields),
		cmocka_unit_test(fields),
		cmocka_unit_test(phy_offsets),
		cmocka_unit_test(chip_lines),
		cmocka_unit_test(configuration_space),
		cmocka_unit_test(dumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
