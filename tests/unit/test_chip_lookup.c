// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers by offset, name and role. */
#include "chipdefs.h"
#include "util/buf.h"

static struct chipdb *db;
static const struct chip *chip;

static int open_defs(void **state)
{
	(void)state;
	db = defs_open("chip t \"Test\"\ncite \"x\"\nbar 0 0x400000\n"
		       "reg CTRL 0x0 32 rw \"Control\"\n"
		       "reg WIDE 0x10 64 ro \"Wide\"\n"
		       "reg TDH[0..1] 0x3810+0x100 32 rw \"Head\" queue tx role tx-head\n"
		       "reg TDT[0..1] 0x3818+0x100 32 rw \"Tail\" queue tx role tx-tail\n"
		       "reg SRRCTL[0..3] 0x280c+0x100 [4..7] 0xc00c+0x40 32 rw \"Moved\" role rx-enable\n"
		       "reg HEAD[0..1535] 0xe4000+0x4 32 ro \"Many\"\n"
		       "reg ITRN[0..2,0..511] 0x30000+0x800+0x4 32 rw \"Two dimensions\"\n"
		       "reg TABLE[1..4,0..2] 0x50000+0x4+0x40 32 rw \"The other way round\"\n"
		       "reg TDH2[2..3] 0x3a10+0x100 32 rw \"More heads\" role tx-head\n");
	chip = defs_chip(db, "t");
	return 0;
}

static int close_defs(void **state)
{
	(void)state;
	chipdb_free(db);
	return 0;
}

/* Every element of every register, found by its offset and by its name. */
static int round_trip(const struct chip_ref *ref, void *arg)
{
	struct chip_ref at = chip_reg_at(chip, CHIP_MMIO, ref->offset), named;
	AUTO_BUF struct buf name = { 0 };

	assert_ptr_equal(at.reg, ref->reg);
	assert_int_equal(at.i, ref->i);
	assert_int_equal(at.j, ref->j);
	chip_ref_name(ref, &name);
	named = chip_ref_parse(chip, CHIP_MMIO, buf_str(&name));
	assert_ptr_equal(named.reg, ref->reg);
	assert_int_equal(named.offset, ref->offset);
	assert_int_equal(chip_ref_at(ref->reg, ref->i, ref->j).offset, ref->offset);
	++*(uint64_t *)arg;
	return 0;
}

static void all_elements(void **state)
{
	uint64_t n = 0, expected = 0;

	(void)state;
	for (size_t r = 0; r < chip->n_regs; r++) {
		expected += chip_reg_count(chip->regs[r]);
		assert_int_equal(chip_reg_each(chip->regs[r], round_trip, &n), 0);
	}
	assert_int_equal(n, expected);
	assert_int_equal(n, 1 + 1 + 2 + 2 + 8 + 1536 + 3 * 512 + 4 * 3 + 2);
}

static void nothing_between(void **state)
{
	static const uint32_t offsets[] = { 0x4,     0x14,    0x380c,  0x3814,  0x3811,  0x3a18,     0x3c10,
					    0xe4002, 0xe5800, 0x31800, 0x50010, 0x500d0, 0x3fffffff, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		if (chip_reg_at(chip, CHIP_MMIO, offsets[i]).reg)
			fail_msg("0x%x is %s", offsets[i], chip_reg_at(chip, CHIP_MMIO, offsets[i]).reg->name);
	assert_null(chip_reg_at(chip, CHIP_PHY, 0).reg);
	assert_null(chip_reg_at(chip, CHIP_CONFIG, 0).reg);
}

static void known_places(void **state)
{
	(void)state;
	assert_int_equal(chip_ref_parse(chip, CHIP_MMIO, "srrctl[3]").offset, 0x2b0c);
	assert_int_equal(chip_ref_parse(chip, CHIP_MMIO, "SRRCTL[4]").offset, 0xc00c);
	assert_int_equal(chip_ref_parse(chip, CHIP_MMIO, "HEAD[1535]").offset, 0xe57fc);
	assert_int_equal(chip_ref_parse(chip, CHIP_MMIO, "ITRN[2,511]").offset, 0x317fc);
	assert_int_equal(chip_ref_parse(chip, CHIP_MMIO, "TABLE[4,2]").offset, 0x5008c);
	assert_int_equal(chip_ref_parse(chip, CHIP_MMIO, "TABLE").offset, 0x50000);
	assert_int_equal(chip_ref_parse(chip, CHIP_MMIO, "TABLE").i, 1);
}

static void no_such_element(void **state)
{
	static const char *const names[] = { "TDH[2]",          "TDH[0",    "TDH[]",
					     "TDH[0]]",         "TDH[0,0]", "TDH[-1]",
					     "TDH[4294967296]", "ITRN[0]",  "ITRN[0,512]",
					     "ITRN[,1]",        "CTRL[0]",  "CTR",
					     "CTRLL",           "",         "[0]" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (chip_ref_parse(chip, CHIP_MMIO, names[i]).reg)
			fail_msg("'%s' was found", names[i]);
	assert_null(chip_ref_parse(chip, CHIP_PHY, "CTRL").reg);
}

static void roles(void **state)
{
	(void)state;
	assert_int_equal(chip_role_ref(chip, CHIP_TX_HEAD, 1).offset, 0x3910);
	assert_int_equal(chip_role_ref(chip, CHIP_TX_HEAD, 3).offset, 0x3b10); /* of the second with that role */
	assert_null(chip_role_ref(chip, CHIP_TX_HEAD, 4).reg);
	assert_null(chip_role_ref(chip, CHIP_MAC_STATUS, 0).reg);
	assert_null(chip_role_ref(chip, CHIP_ROLE_NONE, 0).reg);
}

static int stop_at_second(const struct chip_ref *ref, void *arg)
{
	(void)arg;
	return ref->i == 1 ? 7 : 0;
}

static void each_stops(void **state)
{
	(void)state;
	assert_int_equal(chip_reg_each(chip_reg_named(chip, CHIP_MMIO, "HEAD"), stop_at_second, NULL), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_elements),    cmocka_unit_test(nothing_between), cmocka_unit_test(known_places),
		cmocka_unit_test(no_such_element), cmocka_unit_test(roles),           cmocka_unit_test(each_stops),
	};

	return cmocka_run_group_tests(tests, open_defs, close_defs);
}
