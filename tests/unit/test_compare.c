// SPDX-License-Identifier: GPL-2.0-or-later
#include "space.h"

#include <errno.h>

#include "chip/db.h"
#include "device/compare.h"
#include "util/buf.h"
#include "util/err.h"

static struct chipdb *db;
static const struct chip *chip;

static void set(struct snapshot *s, const char *name, uint64_t value)
{
	struct chip_ref ref = chip_ref_parse(chip, CHIP_MMIO, name);

	assert_non_null(ref.reg);
	snapshot_add_reg(s, &ref, UNREAD_NO, value);
}

static void add_link(struct snapshot *s, uint16_t device_lnkctl, uint16_t partner_lnkctl)
{
	struct space space;

	space_init(&space, 256, 0xe0);
	put_express(&space, 0xe0, 0, 0, 0x00028c11, device_lnkctl, 0x1011);
	snapshot_add_function(s, PCI_SELF, &space.fn.addr, space.bytes, 256);
	space_init(&space, 256, 0x40);
	space_bridge(&space, 0, 1);
	put_express(&space, 0x40, 0, 4, 0x00123c12, partner_lnkctl, 0x3011);
	snapshot_add_function(s, PCI_PARTNER, &(struct pci_addr){ 0, 0, 0x1c, 4 }, space.bytes, 256);
}

/* What a working device says; `hung` is the same with its transmitter off, work waiting, and ASPM off at both ends. */
static struct snapshot *example(bool hung)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);

	s->chip = strdup("82574L");
	set(s, "CTRL", 0x581c0241);
	set(s, "STATUS", 0x00080383);
	set(s, "RDH[0]", hung ? 0x50 : 0x47);
	set(s, "TCTL", hung ? 0x3103f0f8 : 0x3103f0fa);
	set(s, "TDH[0]", 0xf8);
	set(s, "TDLEN[0]", 4096);
	set(s, "TDT[0]", hung ? 0x03 : 0xf8);
	set(s, "TDH[1]", hung ? 0x20 : 0x10);
	set(s, "TDT[1]", hung ? 0x20 : 0x10);
	set(s, "VET", hung ? 0x88a8 : 0x8100);
	add_link(s, hung ? 0x40 : 0x42, hung ? 0x40 : 0x42);
	fact_set_num(&s->facts, fact_named("carrier"), 1);
	fact_set_num(&s->facts, fact_named("mtu"), hung ? 9000 : 1500);
	facts_add_feature(&s->facts, "tx-tcp-segmentation", !hung, false);
	return s;
}

static void name_is(const struct change *c, const char *expected)
{
	struct buf name = { 0 };

	chip_ref_name(&c->ref, &name);
	assert_string_equal(buf_str(&name), expected);
	buf_free(&name);
}

static const struct change *named(const struct comparison *c, const char *name, enum pci_role function)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->changes[i].ref.reg->name, name) && c->changes[i].function == function)
			return &c->changes[i];
	return NULL;
}

static void what_matters_comes_first(void **state)
{
	struct snapshot *good = example(false), *hung = example(true);
	struct comparison c;

	(void)state;
	assert_int_equal(compare_snapshots(db, good, hung, &c, NULL), 0);
	assert_true(c.n >= 6);
	name_is(&c.changes[0], "TDH[0]"); /* it stands still, and belongs to the tail that went on */
	name_is(&c.changes[1], "TDT[0]");
	assert_int_equal(c.changes[1].waiting[COMPARE_A], 0);
	assert_int_equal(c.changes[1].waiting[COMPARE_B], 11); /* modulo 256 descriptors */
	name_is(&c.changes[2], "TCTL");
	assert_int_equal(named(&c, "LNKCTL", PCI_SELF)->rank, CHANGE_ROLE);
	assert_int_equal(named(&c, "LNKCTL", PCI_PARTNER)->rank, CHANGE_ROLE);
	assert_int_equal(named(&c, "VET", PCI_SELF)->rank, CHANGE_OTHER);
	assert_int_equal(named(&c, "RDH", PCI_SELF)->rank, CHANGE_VOLATILE);
	assert_null(named(&c, "STATUS", PCI_SELF));
	for (size_t i = 1; i < c.n; i++)
		assert_true(c.changes[i].rank >= c.changes[i - 1].rank);
	comparison_free(&c);
	snapshot_free(good);
	snapshot_free(hung);
}

/* A queue that went on and has nothing waiting is no news. */
static void moving_queues_are_set_apart(void **state)
{
	struct snapshot *good = example(false), *hung = example(true);
	struct comparison c;
	size_t n = 0;

	(void)state;
	assert_int_equal(compare_snapshots(db, good, hung, &c, NULL), 0);
	for (size_t i = 0; i < c.n; i++) {
		if (c.changes[i].ref.reg->queue == CHIP_QUEUE_TX && c.changes[i].ref.i == 1) {
			assert_int_equal(c.changes[i].rank, CHANGE_VOLATILE);
			n++;
		}
	}
	assert_int_equal(n, 2);
	comparison_free(&c);
	snapshot_free(good);
	snapshot_free(hung);
}

static void facts_and_features(void **state)
{
	struct snapshot *good = example(false), *hung = example(true);
	struct comparison c;

	(void)state;
	assert_int_equal(compare_snapshots(db, good, hung, &c, NULL), 0);
	assert_int_equal(c.n_facts, 2);
	assert_string_equal(c.facts[0].fact->name, "mtu");
	assert_null(c.facts[1].fact);
	assert_string_equal(c.facts[1].feature, "tx-tcp-segmentation");
	assert_int_equal(c.facts[1].on[COMPARE_A], 1);
	assert_int_equal(c.facts[1].on[COMPARE_B], 0);
	comparison_free(&c);
	snapshot_free(good);
	snapshot_free(hung);
}

static void nothing_differs_from_itself(void **state)
{
	struct snapshot *good = example(false), *same = example(false);
	struct comparison c;

	(void)state;
	assert_int_equal(compare_snapshots(db, good, same, &c, NULL), 0);
	assert_int_equal(c.n, 0);
	assert_int_equal(c.n_facts, 0);
	assert_true(c.compared > 10);
	comparison_free(&c);
	snapshot_free(good);
	snapshot_free(same);
}

static void what_only_one_has_is_counted(void **state)
{
	struct snapshot *good = example(false), *gone = snapshot_new(ORIGIN_LIVE);
	struct comparison c;

	(void)state;
	gone->chip = strdup("82574L");
	for (size_t i = 0; i < good->n_regs; i++) {
		struct chip_ref ref = chip_reg_at(chip, CHIP_MMIO, good->regs[i].offset);

		snapshot_add_reg(gone, &ref, UNREAD_GONE, 0);
	}
	assert_int_equal(compare_snapshots(db, good, gone, &c, NULL), 0);
	assert_int_equal(c.n, 0);
	assert_int_equal(c.missing[COMPARE_B], good->n_regs);
	assert_int_equal(c.why[COMPARE_B], UNREAD_GONE);
	assert_int_equal(c.missing[COMPARE_A], 0);
	comparison_free(&c);
	snapshot_free(good);
	snapshot_free(gone);
}

/* A file that nobody checked may have a register twice: the first one counts, on either side. */
static void a_register_twice_is_one(void **state)
{
	struct snapshot *good = example(false), *twice = example(false);
	struct comparison there, back;

	(void)state;
	set(twice, "STATUS", 0x12345678);
	assert_int_equal(compare_snapshots(db, good, twice, &there, NULL), 0);
	assert_int_equal(compare_snapshots(db, twice, good, &back, NULL), 0);
	assert_int_equal(there.n, 0);
	assert_int_equal(back.n, 0);
	assert_int_equal(there.compared, back.compared);
	comparison_free(&there);
	comparison_free(&back);
	snapshot_free(good);
	snapshot_free(twice);
}

static void other_parts_are_refused(void **state)
{
	struct snapshot *good = example(false), *other = snapshot_new(ORIGIN_LIVE);
	struct comparison c;
	struct err e = { 0 };

	(void)state;
	other->chip = strdup("I350");
	assert_int_equal(compare_snapshots(db, good, other, &c, &e), -EINVAL);
	assert_non_null(strstr(e.why, "82574L"));
	assert_non_null(strstr(e.why, "I350"));
	comparison_free(&c);
	snapshot_free(good);
	snapshot_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_matters_comes_first),     cmocka_unit_test(moving_queues_are_set_apart),
		cmocka_unit_test(facts_and_features),           cmocka_unit_test(nothing_differs_from_itself),
		cmocka_unit_test(what_only_one_has_is_counted), cmocka_unit_test(a_register_twice_is_one),
		cmocka_unit_test(other_parts_are_refused),
	};
	int failed;

	if (chipdb_open(&db, NULL, NULL) || chipdb_find(db, "82574L", &chip, NULL))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	chipdb_free(db);
	return failed;
}
