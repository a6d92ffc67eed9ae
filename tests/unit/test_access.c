// SPDX-License-Identifier: GPL-2.0-or-later
/* The gate and the plan of loads, through a way that counts them. */
#include "fake_access.h"

static struct access_read read_of(const struct chip *chip, const char *name)
{
	struct access_read read = { .ref = chip_ref_parse(chip, CHIP_MMIO, name) };

	assert_non_null(read.ref.reg);
	return read;
}

struct all {
	struct access_read *v;
	size_t n, cap;
	bool allow;
};

static int add_ref(const struct chip_ref *ref, void *arg)
{
	struct all *all = arg;
	struct access_read *read = VEC_PUSH(all->v, all->n, all->cap);

	read->ref = *ref;
	read->allow_set = all->allow; /* not heeded: a driver is bound */
	return 0;
}

/* Every register of a part, asked for at once: the harmful ones are not loaded, the others once. */
static void gate_of(struct device *d, struct chipdb *db, const char *name)
{
	const struct chip *chip = defs_chip(db, name);
	struct access *a = open_fake("driver", SIZE);
	struct all all = { .allow = true };
	size_t kept = 0, read = 0;

	memset(d->loads, 0, SIZE);
	for (size_t i = 0; i < chip->n_regs; i++)
		chip_reg_each(chip->regs[i], add_ref, &all);
	assert_int_equal(access_read(a, all.v, all.n, NULL), 0);
	for (size_t i = 0; i < all.n; i++) {
		const struct access_read *r = &all.v[i];
		bool safe = chip_access_safe(r->ref.reg->access) && r->ref.reg->space == CHIP_MMIO;

		assert_int_equal(r->unread == UNREAD_NO, safe);
		if (r->ref.reg->space != CHIP_MMIO) {
			assert_int_equal(r->unread, UNREAD_PHY);
			continue;
		}
		assert_int_equal(d->loads[r->ref.offset / 4], safe ? 1 : 0);
		if (r->ref.reg->width == 64)
			assert_int_equal(d->loads[r->ref.offset / 4 + 1], safe ? 1 : 0);
		kept += !safe;
		read += safe;
	}
	assert_true(kept > 0);
	assert_true(read > 70);
	free(all.v);
	access_close(a);
}

static void harmful_registers_are_never_loaded(void **state)
{
	static const char *const parts[] = { "82574L", "82579LM", "I350", "X722" };
	struct chipdb *db = NULL;

	assert_int_equal(chipdb_open(&db, NULL, NULL), 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		gate_of(*state, db, parts[i]);
	chipdb_free(db);
}

/*
 * What a read changes, said a second time and by offsets: a definition that calls one of these harmless is at fault.
 * From the drivers: counters that they add up, causes and stamps that they wait for, semaphores that they take.
 */
static const struct harm {
	const char *part;
	uint32_t first, last, stride;
} harms[] = {
	{ "82574L", 0x000c0, 0x000c0, 4 },   /* ICR */
	{ "82574L", 0x04000, 0x04124, 4 },   /* statistics */
	{ "82574L", 0x05b50, 0x05b50, 4 },   /* SWSM: a read takes it */
	{ "82579LM", 0x000c0, 0x000c0, 4 },  /* ICR */
	{ "82579LM", 0x0100c, 0x0100c, 4 },  /* PBECCSTS */
	{ "82579LM", 0x04000, 0x04124, 4 },  /* statistics */
	{ "82579LM", 0x05b50, 0x05b50, 4 },  /* SWSM of its relatives */
	{ "I350", 0x000c0, 0x000c0, 4 },     /* ICR */
	{ "I350", 0x00e0c, 0x00e0c, 4 },     /* MPHY_STAT */
	{ "I350", 0x01580, 0x01580, 4 },     /* EICR */
	{ "I350", 0x02830, 0x02b30, 0x100 }, /* RQDPC of the first queues, by their other address */
	{ "I350", 0x03548, 0x03548, 4 },     /* LVMMC */
	{ "I350", 0x03554, 0x03554, 4 },     /* WVBR */
	{ "I350", 0x04000, 0x0415c, 4 },     /* statistics */
	{ "I350", 0x04228, 0x04228, 4 },     /* SCVPC */
	{ "I350", 0x05b50, 0x05b50, 4 },     /* SWSM */
	{ "I350", 0x08fe0, 0x08fe4, 4 },     /* B2OSPC, O2BGPTC */
	{ "I350", 0x0b600, 0x0b604, 4 },     /* SYSTIML, SYSTIMH */
	{ "I350", 0x0b61c, 0x0b61c, 4 },     /* TXSTMPH */
	{ "I350", 0x0b628, 0x0b628, 4 },     /* RXSTMPH */
	{ "I350", 0x0b66c, 0x0b66c, 4 },     /* TSICR */
	{ "I350", 0x0b6f8, 0x0b6f8, 4 },     /* SYSTIMR */
	{ "I350", 0x0c030, 0x0c1f0, 0x40 },  /* RQDPC */
	{ "X722", 0x02bc00, 0x02bdfc, 4 },   /* VFINT_ICR0 */
	{ "X722", 0x038780, 0x038780, 4 },   /* PFINT_ICR0 */
	{ "X722", 0x09c100, 0x09c100, 4 },   /* PF_PCI_CIAD: starts a configuration cycle */
	{ "X722", 0x09c4a4, 0x09c4b0, 4 },   /* GLPCI_GSCN_0_3 */
};

static void known_harm_is_never_loaded(void **state)
{
	struct device *d = *state;
	struct chipdb *db = NULL;

	assert_int_equal(chipdb_open(&db, NULL, NULL), 0);
	for (const struct harm *h = harms; h < harms + sizeof(harms) / sizeof(harms[0]); h++) {
		const struct chip *chip = defs_chip(db, h->part);
		struct access *a = open_fake("driver", SIZE);
		struct all all = { 0 };

		memset(d->loads, 0, SIZE);
		for (size_t i = 0; i < chip->n_regs; i++)
			chip_reg_each(chip->regs[i], add_ref, &all);
		assert_int_equal(access_read(a, all.v, all.n, NULL), 0);
		for (uint32_t at = h->first; at <= h->last; at += h->stride)
			if (d->loads[at / 4])
				fail_msg("%s: 0x%05x was loaded", h->part, at);
		free(all.v);
		access_close(a);
	}
	chipdb_free(db);
}

static void effects_need_their_permission(void **state)
{
	struct device *d = *state;
	struct chipdb *db = defs_open(definition);
	const struct chip *chip = defs_chip(db, "T1000");
	struct access_read icr = read_of(chip, "ICR"), imc = read_of(chip, "IMC"), swsm = read_of(chip, "SWSM");
	struct access *bound = open_fake("test", SIZE), *unbound = open_fake("", SIZE);

	assert_int_equal(access_gate(unbound, &icr), UNREAD_CLEARS);
	assert_int_equal(access_gate(unbound, &imc), UNREAD_WRITE_ONLY);
	assert_int_equal(access_gate(unbound, &swsm), UNREAD_SETS);
	icr.allow_clear = imc.allow_clear = swsm.allow_clear = true;
	assert_int_equal(access_gate(unbound, &icr), UNREAD_NO);
	assert_int_equal(access_gate(unbound, &imc), UNREAD_WRITE_ONLY);
	assert_int_equal(access_gate(unbound, &swsm), UNREAD_SETS);
	swsm.allow_set = true;
	assert_int_equal(access_gate(bound, &swsm), UNREAD_SETS);
	assert_int_equal(access_gate(NULL, &swsm), UNREAD_SETS);
	assert_int_equal(access_gate(unbound, &swsm), UNREAD_NO);
	d->memory[0x0c0 / 4] = 0x80000004;
	assert_int_equal(access_read(bound, &icr, 1, NULL), 0);
	assert_int_equal(icr.value, 0x80000004);
	assert_int_equal(d->loads[0x0c0 / 4], 1);
	access_close(bound);
	access_close(unbound);
	chipdb_free(db);
}

static void widths(void **state)
{
	struct device *d = *state;
	struct chipdb *db = defs_open(definition);
	const struct chip *chip = defs_chip(db, "T1000");
	struct access_read reads[] = { read_of(chip, "WIDE"), read_of(chip, "BYTE"), read_of(chip, "HALF") };
	struct access *a = open_fake("test", SIZE);

	d->memory[0x100 / 4] = 0x11223344;
	d->memory[0x104 / 4] = 0xaabbccdd;
	d->memory[0x108 / 4] = 0x55667788;
	d->memory[0x10c / 4] = 0x99aabbcc;
	assert_int_equal(access_read(a, reads, 3, NULL), 0);
	assert_true(reads[0].value == 0xaabbccdd11223344);
	assert_int_equal(reads[1].value, 0x66);
	assert_int_equal(reads[2].value, 0x99aa);
	assert_int_equal(d->n, 4);
	assert_int_equal(d->order[0], 0x100);
	assert_int_equal(d->order[1], 0x104);
	access_close(a);
	chipdb_free(db);
}

static void beyond_the_end(void **state)
{
	struct device *d = *state;
	struct chipdb *db = defs_open(definition);
	const struct chip *chip = defs_chip(db, "T1000");
	struct access_read reads[] = { read_of(chip, "LAST"), read_of(chip, "OVER"), read_of(chip, "STATUS") };
	struct access *a = open_fake("test", 0x7f4);

	assert_int_equal(access_read(a, reads, 3, NULL), 0);
	assert_int_equal(reads[0].unread, UNREAD_BEYOND);
	assert_int_equal(reads[1].unread, UNREAD_BEYOND);
	assert_int_equal(reads[2].unread, UNREAD_NO);
	assert_int_equal(d->n, 1);
	access_close(a);
	chipdb_free(db);
}

static void faults_and_refusals_give_no_value(void **state)
{
	struct device *d = *state;
	struct chipdb *db = defs_open(definition);
	const struct chip *chip = defs_chip(db, "T1000");
	struct access_read reads[] = { read_of(chip, "STATUS"), read_of(chip, "WIDE"), read_of(chip, "RING[3]") };
	struct access *a = open_fake("test", SIZE);

	d->memory[0x104 / 4] = FAULT;
	d->memory[0x2c0 / 4] = 7;
	assert_int_equal(access_read(a, reads, 3, NULL), 0);
	assert_int_equal(reads[0].unread, UNREAD_NO);
	assert_int_equal(reads[1].unread, UNREAD_ERROR);
	assert_int_equal(reads[1].value, 0);
	assert_int_equal(reads[2].value, 7);
	d->result = -EIO;
	assert_int_equal(access_read(a, reads, 3, NULL), -EIO);
	for (int i = 0; i < 3; i++)
		assert_int_equal(reads[i].unread, UNREAD_ERROR);
	access_close(a);
	chipdb_free(db);
}

static void count_trace(const struct chip_ref *ref, uint32_t offset, void *arg)
{
	struct device *d = arg;

	assert_non_null(ref->reg);
	assert_true(offset == ref->offset || offset == ref->offset + 4);
	d->traced++;
}

static void each_load_is_traced(void **state)
{
	struct device *d = *state;
	struct chipdb *db = defs_open(definition);
	const struct chip *chip = defs_chip(db, "T1000");
	struct access_read reads[] = { read_of(chip, "WIDE"), read_of(chip, "ICR"), read_of(chip, "STATUS") };
	struct access *a = open_fake("test", SIZE);

	a->trace = count_trace;
	a->trace_arg = d;
	assert_int_equal(access_read(a, reads, 3, NULL), 0);
	assert_int_equal(d->traced, 3);
	access_close(a);
	chipdb_free(db);
}

static int refusing_open(struct access *a, const struct access_target *target, struct err *e)
{
	(void)a, (void)target;
	err_set(e, EPERM, "test", "it is forbidden");
	err_todo(e, "allow it");
	return -EPERM;
}

static const struct access_ops refusing = { .name = "refusing", .open = refusing_open };
static const struct access_ops second = { .name = "second", .open = fake_open, .load = fake_load, .close = fake_close };

static void check_refusal(const struct snapshot *s, size_t i, const char *rung, const char *why)
{
	assert_true(i < s->n_refusals);
	assert_string_equal(s->refusals[i].rung, rung);
	assert_string_equal(s->refusals[i].why, why);
}

/* Of ways that open and do not deliver the next one is taken, and each reason is kept. */
static void what_does_not_deliver_falls_to_the_next(void **state)
{
	const struct access_ops *const ways[] = { &refusing, &fake, &refusing, &second };
	const struct access_target target = { .size = SIZE };
	const struct err why = { .what = "fake", .why = "it gave nothing", .todo = "" };
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct access *a = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(access_open_on(&a, ways, 4, &target, s, &e), 0);
	assert_string_equal(s->access, "fake");
	assert_int_equal(s->n_refusals, 1);
	assert_int_equal(access_fall(&a, &target, &why, s, &e), 0);
	assert_ptr_equal(a->ops, &second);
	assert_string_equal(s->access, "second");
	check_refusal(s, 0, "refusing", "it is forbidden");
	check_refusal(s, 1, "fake", "it gave nothing");
	check_refusal(s, 2, "refusing", "it is forbidden");
	assert_int_not_equal(access_fall(&a, &target, &why, s, &e), 0);
	assert_null(a);
	assert_null(s->access);
	check_refusal(s, 3, "second", "it gave nothing");
	assert_string_equal(e.why, "it gave nothing");
	snapshot_free(s);
}

/* The one that was asked for, or the only one: there is nothing below it. */
static void the_way_of_ones_choice_falls_to_none(void **state)
{
	const struct access_ops *const ways[] = { &fake, &second };
	const struct access_target target = { .size = SIZE };
	const struct err why = { .why = "it gave nothing" };
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct access *a = NULL;

	(void)state;
	assert_int_equal(access_open_on(&a, ways, 1, &target, s, NULL), 0);
	assert_int_not_equal(access_fall(&a, &target, &why, s, NULL), 0);
	assert_null(a);
	snapshot_free(s);
}

static void what_loads_take_is_what_the_way_says(void **state)
{
	struct access *a = open_fake("test", SIZE);

	(void)state;
	assert_int_equal(access_needs_caps(NULL), 0);
	assert_int_equal(access_needs_caps(a), 0);
	a->needs_caps = UINT64_C(1) << 39;
	assert_int_equal(access_needs_caps(a), UINT64_C(1) << 39);
	access_close(a);
}

static void an_unknown_way_is_an_error(void **state)
{
	const struct access_target target = { .size = SIZE };
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct access *a = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(access_open(&a, &target, "telepathy", s, &e), -EINVAL);
	assert_non_null(strstr(e.why, "telepathy"));
	assert_non_null(strstr(e.todo, "mmap"));
	assert_null(a);
	assert_int_equal(s->n_refusals, 0);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(harmful_registers_are_never_loaded),
		TEST(known_harm_is_never_loaded),
		TEST(effects_need_their_permission),
		TEST(widths),
		TEST(beyond_the_end),
		TEST(faults_and_refusals_give_no_value),
		TEST(each_load_is_traced),
		TEST(what_does_not_deliver_falls_to_the_next),
		TEST(the_way_of_ones_choice_falls_to_none),
		TEST(what_loads_take_is_what_the_way_says),
		TEST(an_unknown_way_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
