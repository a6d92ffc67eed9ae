// SPDX-License-Identifier: GPL-2.0-or-later
/* PHY registers through a driver: what is asked, and what the answers are worth. */
#include "chipdefs.h"

#include <errno.h>

#include "access/access.h"
#include "source/phy.h"
#include "source/registers.h"

/* A driver that answers with 0x100 + register, and STATUS behind its BAR. */
static struct {
	uint32_t asked; /* a bit for each register */
	unsigned order[32];
	size_t n;
	int result;
	uint32_t status;
	unsigned status_reads;
	unsigned down_after; /* reads of STATUS; 0: never */
	uint32_t late;       /* a bit for each register whose answer takes a second */
	int64_t now;
} fake;

static int64_t fake_clock(void)
{
	return fake.now;
}

static int answer(const char *netdev, unsigned reg, uint16_t *value)
{
	assert_string_equal(netdev, "eth0");
	assert_false(fake.asked >> reg & 1);
	fake.asked |= 1u << reg;
	fake.order[fake.n++] = reg;
	fake.now += fake.late >> reg & 1 ? 1000000000 : 100000;
	*value = (uint16_t)(0x100 + reg);
	return fake.result;
}

static int bar_open(struct access *a, const struct access_target *target, struct err *e)
{
	(void)e;
	a->size = target->size;
	return 0;
}

static int bar_load(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	(void)a, (void)e;
	for (size_t i = 0; i < n; i++) {
		values[i] = 0;
		ok[i] = true;
		if (offsets[i] != 8)
			continue;
		values[i] = fake.status;
		if (++fake.status_reads == fake.down_after)
			fake.status = 0x80080;
	}
	return 0;
}

static void bar_close(struct access *a)
{
	(void)a;
}

static enum unread present(void *arg)
{
	(void)arg;
	return UNREAD_NO;
}

static const struct access_ops bar = { .name = "bar", .open = bar_open, .load = bar_load, .close = bar_close };

#define TEST(f) cmocka_unit_test(f)

struct subject {
	struct chipdb *db;
	const struct chip *chip;
	struct snapshot *s;
};

static void subject_open(struct subject *p, const char *chip)
{
	memset(&fake, 0, sizeof(fake));
	fake.status = 0x80083;
	*p = (struct subject){ 0 };
	assert_int_equal(chipdb_open(&p->db, NULL, NULL), 0);
	p->chip = defs_chip(p->db, chip);
	p->s = snapshot_new(ORIGIN_LIVE);
}

static void subject_close(struct subject *p)
{
	snapshot_free(p->s);
	chipdb_free(p->db);
}

static void subject_read(struct subject *p, const char *driver, bool with_bar, const struct source_options *options)
{
	const struct access_target target = { .driver = driver, .size = 0x20000 };
	const struct phy phy = {
		.mii = defs_mii(p->db, driver), .netdev = "eth0 eth0.1", .ask = answer, .clock = fake_clock
	};
	struct registers_from from = { .why = UNREAD_REFUSED, .phy = &phy, .presence = { .ask = present } };

	if (with_bar)
		assert_int_equal(access_open_with(&from.a, &bar, &target, NULL), 0);
	assert_int_equal(registers_read(&from, p->chip, options, p->s, NULL), 0);
	access_close(from.a);
}

static const struct reg_sample *sample(const struct subject *p, unsigned reg)
{
	const struct reg_sample *r = snapshot_reg(p->s, CHIP_PHY, reg);

	assert_non_null(r);
	return r;
}

static void e1000e_answers_live_while_the_link_is_up(void **state)
{
	struct subject p;

	(void)state;
	subject_open(&p, "82574L");
	subject_read(&p, "e1000e", true, &(struct source_options){ 0 });
	assert_int_equal(sample(&p, 1)->unread, UNREAD_NO);
	assert_int_equal(sample(&p, 1)->value, 0x101);
	assert_false(sample(&p, 1)->constant);
	assert_true(sample(&p, 2)->constant);
	assert_true(sample(&p, 3)->constant);
	assert_int_equal(sample(&p, 17)->unread, UNREAD_PHY);
	assert_int_equal(fake.asked, 0x867f);
	subject_close(&p);
}

/* One answer makes e1000e read all of them, and a second one finds the idle errors gone. */
static void what_a_read_takes_away_is_asked_first(void **state)
{
	static const char *const chips[] = { "82574L", "82579LM" };
	struct subject p;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		subject_open(&p, chips[i]);
		subject_read(&p, "e1000e", true, &(struct source_options){ 0 });
		assert_int_equal(fake.n, 10);
		assert_int_equal(fake.order[0], 10);
		assert_int_equal(fake.order[1], 1);
		assert_int_equal(fake.order[2], 0);
		/* the samples stay in the order of the definitions */
		assert_true(sample(&p, 0) < sample(&p, 1) && sample(&p, 1) < sample(&p, 10));
		subject_close(&p);
	}
	subject_open(&p, "82574L");
	subject_read(&p, "e1000e", true, &(struct source_options){ .regs = "LPA" });
	assert_int_equal(fake.n, 1);
	subject_close(&p);
}

static void else_with_constants(void **state)
{
	static const unsigned down_after[] = { 0, 1 }; /* from the start; on the way */
	struct subject p;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		subject_open(&p, "82574L");
		fake.down_after = down_after[i];
		if (!down_after[i])
			fake.status = 0x80080;
		subject_read(&p, "e1000e", true, &(struct source_options){ 0 });
		assert_int_equal(sample(&p, 1)->unread, UNREAD_NO);
		assert_true(sample(&p, 1)->constant);
		assert_true(sample(&p, 10)->constant);
		subject_close(&p);
	}
}

static void without_the_bar_the_carrier_counts(void **state)
{
	struct subject p;

	(void)state;
	subject_open(&p, "82574L");
	subject_read(&p, "e1000e", false, &(struct source_options){ .regs = "BMSR" });
	assert_int_equal(p.s->n_regs, 1);
	assert_true(sample(&p, 1)->constant);
	assert_int_equal(fake.asked, 2);
	subject_close(&p);
}

static void igb_reads_its_phy_each_time(void **state)
{
	struct subject p;

	(void)state;
	subject_open(&p, "I350");
	fake.status = 0;
	subject_read(&p, "igb", true, &(struct source_options){ 0 });
	for (unsigned reg = 0; reg < 8; reg++) {
		assert_int_equal(sample(&p, reg)->unread, UNREAD_NO);
		assert_false(sample(&p, reg)->constant);
	}
	subject_close(&p);
}

/* Neither a driver that answers no such questions nor one that is unknown is asked. */
static void others_are_not_asked(void **state)
{
	static const char *const drivers[] = { NULL, "", "vfio-pci", "i40e" };
	struct subject p;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		subject_open(&p, "82574L");
		subject_read(&p, drivers[i], true, &(struct source_options){ 0 });
		assert_int_equal(fake.asked, 0);
		assert_int_equal(sample(&p, 1)->unread, UNREAD_PHY);
		subject_close(&p);
	}
}

static void errors_have_their_reasons(void **state)
{
	static const struct {
		int result;
		enum unread unread;
	} cases[] = {
		{ -EPERM, UNREAD_NEEDS_ROOT },
		{ -EOPNOTSUPP, UNREAD_PHY },
		{ -ENODEV, UNREAD_PHY },
		{ -EIO, UNREAD_ERROR },
	};
	struct subject p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		subject_open(&p, "82574L");
		fake.result = cases[i].result;
		subject_read(&p, "e1000e", true, &(struct source_options){ .regs = "BM*R" });
		assert_int_equal(sample(&p, 0)->unread, cases[i].unread);
		assert_false(sample(&p, 0)->constant);
		subject_close(&p);
	}
}

/* A counter that a read clears is left to the driver. */
static void one_late_answer_is_no_slow_phy(void **state)
{
	struct subject p;

	(void)state;
	subject_open(&p, "82574L");
	fake.late = 1u << 10 | 1u << 0 | 1u << 3 | 1u << 5;
	subject_read(&p, "e1000e", true, &(struct source_options){ 0 });
	assert_int_equal(fake.asked, 0x867f);
	assert_int_equal(sample(&p, 0)->unread, UNREAD_NO);
	assert_int_equal(sample(&p, 15)->unread, UNREAD_NO);
	subject_close(&p);
}

static void two_in_a_row_are(void **state)
{
	struct subject p;

	(void)state;
	subject_open(&p, "82574L");
	fake.late = 1u << 2 | 1u << 3;
	subject_read(&p, "e1000e", true, &(struct source_options){ 0 });
	assert_int_equal(fake.asked, 0x040f);
	assert_int_equal(sample(&p, 3)->unread, UNREAD_NO);
	assert_int_equal(sample(&p, 4)->unread, UNREAD_ERROR);
	assert_int_equal(sample(&p, 17)->unread, UNREAD_PHY);
	assert_int_equal(p.s->n_notes, 1);
	assert_string_equal(p.s->notes[0], "The PHY keeps its driver waiting; it was not asked further.");
	subject_close(&p);
}

static void a_read_that_clears_is_not_asked_for(void **state)
{
	static const char text[] = "family f \"F\"\nsource t \"T\"\ncite t:1\ndriver igb\nbar 0 0x1000\nphy internal\n"
				   "chip T1 : f \"T1\"\nid 8086:0001\ncite t:1\nspace phy\n"
				   "reg ERRORS 21 16 rc \"Errors\"\nreg STATE 22 16 ro \"State\"\n";
	struct subject p;

	(void)state;
	subject_open(&p, "82574L");
	chipdb_free(p.db);
	p.db = defs_open(text);
	p.chip = defs_chip(p.db, "T1");
	subject_read(&p, "igb", true, &(struct source_options){ 0 });
	assert_int_equal(sample(&p, 21)->unread, UNREAD_CLEARS);
	assert_int_equal(sample(&p, 22)->unread, UNREAD_NO);
	assert_int_equal(fake.asked, 1u << 22);
	subject_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(e1000e_answers_live_while_the_link_is_up),
		TEST(what_a_read_takes_away_is_asked_first),
		TEST(else_with_constants),
		TEST(without_the_bar_the_carrier_counts),
		TEST(igb_reads_its_phy_each_time),
		TEST(others_are_not_asked),
		TEST(errors_have_their_reasons),
		TEST(one_late_answer_is_no_slow_phy),
		TEST(two_in_a_row_are),
		TEST(a_read_that_clears_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
