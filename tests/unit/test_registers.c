// SPDX-License-Identifier: GPL-2.0-or-later
/* Which registers of a live device are asked for, and which values are believed. */
#include "fake_access.h"

#include "source/phy.h"
#include "source/registers.h"

struct subject {
	struct chipdb *db;
	const struct chip *chip;
	struct access *a;
	struct snapshot *s;
	enum unread presence;
	unsigned asked;
	struct device *comes_back; /* when it is first asked whether it is there */
	int result;
	struct err e;
};

static enum unread ask(void *arg)
{
	struct subject *l = arg;

	if (l->comes_back && !l->asked)
		memset(l->comes_back->memory, 0, SIZE);
	l->asked++;
	return l->presence;
}

static void subject_read(struct subject *l, const struct source_options *options)
{
	const struct phy no_phy = { 0 };
	const struct registers_from from = {
		.a = l->a,
		.why = UNREAD_REFUSED,
		.phy = &no_phy,
		.presence = { .ask = ask, .arg = l },
	};

	snapshot_free(l->s);
	l->s = snapshot_new(ORIGIN_LIVE);
	l->result = registers_read(&from, l->chip, options, l->s, &l->e);
}

static void subject_open(struct subject *l)
{
	*l = (struct subject){ .db = defs_open(definition) };
	l->chip = defs_chip(l->db, "T1000");
	l->a = open_fake("test", 0x800);
}

static void subject_close(struct subject *l)
{
	snapshot_free(l->s);
	access_close(l->a);
	chipdb_free(l->db);
}

static void only_registers_that_exist(void **state)
{
	struct device *d = *state;
	struct subject l;

	subject_open(&l);
	subject_read(&l, &(struct source_options){ 0 });
	assert_non_null(snapshot_reg(l.s, CHIP_MMIO, 0x010));
	assert_null(snapshot_reg(l.s, CHIP_MMIO, 0x014));
	assert_int_equal(d->loads[0x014 / 4], 0);
	d->memory[0x008 / 4] = 1;
	subject_read(&l, &(struct source_options){ .regs = "mode*" });
	assert_null(snapshot_reg(l.s, CHIP_MMIO, 0x010));
	assert_non_null(snapshot_reg(l.s, CHIP_MMIO, 0x014));
	/* read for the condition, but not asked for */
	assert_int_equal(d->loads[0x008 / 4], 2);
	assert_null(snapshot_reg(l.s, CHIP_MMIO, 0x008));
	assert_int_equal(l.s->n_regs, 1);
	subject_close(&l);
}

static void samples_are_in_the_order_of_the_definition(void **state)
{
	struct subject l;
	size_t n = 0;

	(void)state;
	subject_open(&l);
	subject_read(&l, &(struct source_options){ 0 });
	for (size_t i = 0; i < l.chip->n_regs; i++) {
		if (!strcmp(l.chip->regs[i]->name, "MODE1"))
			continue;
		assert_int_equal(l.s->regs[n].offset, chip_ref_at(l.chip->regs[i], 0, 0).offset);
		n += (size_t)chip_reg_count(l.chip->regs[i]);
	}
	assert_int_equal(n, l.s->n_regs);
	subject_close(&l);
}

static void all_ones(struct device *d)
{
	memset(d->memory, 0xff, SIZE);
}

static void a_dead_device_gives_no_values(void **state)
{
	struct subject l;

	subject_open(&l);
	all_ones(*state);
	l.presence = UNREAD_GONE;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(l.asked, 1);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->unread, UNREAD_GONE);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x0c0)->unread, UNREAD_CLEARS);
	l.presence = UNREAD_NO;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->unread, UNREAD_ERROR);
	subject_close(&l);
}

static void some_values_before_it_went_stay(void **state)
{
	struct device *d = *state;
	struct subject l;

	subject_open(&l);
	all_ones(d);
	d->memory[0x008 / 4] = 0x80;
	l.presence = UNREAD_GONE;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->value, 0x80);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x200)->unread, UNREAD_GONE);
	subject_close(&l);
}

static void one_register_may_be_all_ones(void **state)
{
	struct device *d = *state;
	struct subject l;

	subject_open(&l);
	d->memory[0x200 / 4] = UINT32_MAX;
	subject_read(&l, &(struct source_options){ .regs = "RING[0]" });
	assert_int_equal(l.s->n_regs, 1);
	assert_int_equal(l.s->regs[0].unread, UNREAD_NO);
	assert_int_equal(l.s->regs[0].value, UINT32_MAX);
	assert_int_equal(d->loads[0x008 / 4], 2); /* before it is read once more, and after */
	assert_int_equal(d->loads[0x200 / 4], 2);
	subject_close(&l);
}

/* Away when it was read, and back when it was asked whether it is there: the ones were never its value. */
static void ones_of_a_device_that_is_back(void **state)
{
	struct device *d = *state;
	struct subject l;

	subject_open(&l);
	all_ones(d);
	l.comes_back = d;
	subject_read(&l, &(struct source_options){ .regs = "RING[0]" });
	assert_int_equal(l.s->regs[0].unread, UNREAD_NO);
	assert_int_equal(l.s->regs[0].value, 0);
	subject_close(&l);
}

static void without_a_way_each_has_its_reason(void **state)
{
	struct subject l;

	(void)state;
	subject_open(&l);
	access_close(l.a);
	l.a = NULL;
	subject_read(&l, &(struct source_options){ .side_effects = true, .regs = "SWSM" });
	assert_int_equal(l.s->regs[0].unread, UNREAD_SETS);
	subject_read(&l, &(struct source_options){ .side_effects = true, .regs = "ICR" });
	assert_int_equal(l.s->regs[0].unread, UNREAD_REFUSED);
	subject_read(&l, &(struct source_options){ .regs = "ICR" });
	assert_int_equal(l.s->regs[0].unread, UNREAD_CLEARS);
	l.a = open_fake("test", 0x800);
	subject_close(&l);
}

static void what_a_read_did_is_told(void **state)
{
	struct device *d = *state;
	struct subject l;

	subject_open(&l);
	subject_read(&l, &(struct source_options){ .side_effects = true, .regs = "ICR" });
	assert_int_equal(l.s->n_notes, 1);
	assert_string_equal(l.s->notes[0], "ICR was read, which cleared it.");
	assert_int_equal(d->loads[0x0c0 / 4], 1);
	subject_read(&l, &(struct source_options){ .side_effects = true, .regs = "I*" });
	assert_int_equal(l.s->n_notes, 0);
	assert_int_equal(d->loads[0x0c0 / 4], 1);
	access_close(l.a);
	l.a = open_fake(NULL, 0x800);
	subject_read(&l, &(struct source_options){ .side_effects = true, .regs = "SWSM" });
	assert_int_equal(d->loads[0x0c8 / 4], 1);
	assert_int_equal(l.s->n_notes, 1);
	subject_close(&l);
}

/* No value, no register: who asked can try another way. */
static void a_way_that_gives_nothing_is_an_error(void **state)
{
	struct device *d = *state;
	struct subject l;

	subject_open(&l);
	d->result = -EPERM;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(l.result, -EPERM);
	assert_int_equal(l.s->n_regs, 0);
	d->result = 0;
	for (size_t i = 0; i < SIZE / 4; i++)
		d->memory[i] = FAULT;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(l.result, -EIO);
	assert_non_null(strstr(l.e.why, "faulted"));
	assert_int_equal(l.s->n_regs, 0);
	/* one that answers is enough */
	d->memory[0x008 / 4] = 0;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(l.result, 0);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x200)->unread, UNREAD_ERROR);
	subject_close(&l);
}

/* Not the way's fault, and no other would do better. */
static void a_device_that_went_away_is_none(void **state)
{
	struct device *d = *state;
	struct subject l;

	subject_open(&l);
	d->result = -ENODEV;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(l.result, 0);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->unread, UNREAD_GONE);
	d->result = 0;
	for (size_t i = 0; i < SIZE / 4; i++)
		d->memory[i] = FAULT;
	l.presence = UNREAD_GONE;
	subject_read(&l, &(struct source_options){ 0 });
	assert_int_equal(l.result, 0);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->unread, UNREAD_GONE);
	subject_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_registers_that_exist),
		TEST(samples_are_in_the_order_of_the_definition),
		TEST(a_dead_device_gives_no_values),
		TEST(some_values_before_it_went_stay),
		TEST(one_register_may_be_all_ones),
		TEST(ones_of_a_device_that_is_back),
		TEST(without_a_way_each_has_its_reason),
		TEST(what_a_read_did_is_told),
		TEST(a_way_that_gives_nothing_is_an_error),
		TEST(a_device_that_went_away_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
