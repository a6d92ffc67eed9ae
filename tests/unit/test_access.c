// SPDX-License-Identifier: GPL-2.0-or-later
/* The gate and the plan of loads, through a way that counts them; which registers a live device is asked for. */
#include "chipdefs.h"

#include "access/access.h"
#include "source/registers.h"
#include "util/alloc.h"

#define SIZE 0x400000
#define FAULT 0x0badf001u /* a value of `memory` that faults */

/* A device whose registers are memory, and the loads done on it. */
struct device {
	uint32_t *memory;
	uint32_t *loads; /* how often each offset / 4 was loaded */
	uint32_t order[16];
	size_t n;
	int result;
	size_t traced;
};

static struct device *current;

static int fake_open(struct access *a, const struct access_target *target, struct err *e)
{
	(void)e;
	a->priv = current;
	a->size = target->size;
	return 0;
}

static int fake_load(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	struct device *d = a->priv;

	(void)e;
	for (size_t i = 0; i < n && !d->result; i++) {
		assert_int_equal(offsets[i] % 4, 0);
		assert_true(offsets[i] < a->size);
		d->loads[offsets[i] / 4]++;
		if (d->n < 16)
			d->order[d->n] = offsets[i];
		d->n++;
		values[i] = d->memory[offsets[i] / 4];
		ok[i] = values[i] != FAULT;
	}
	return d->result;
}

static void fake_close(struct access *a)
{
	(void)a;
}

static const struct access_ops fake = { "fake", fake_open, fake_load, fake_close };

static int setup(void **state)
{
	struct device *d = xcalloc(1, sizeof(*d));

	d->memory = xcalloc(SIZE / 4, sizeof(*d->memory));
	d->loads = xcalloc(SIZE / 4, sizeof(*d->loads));
	current = d;
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct device *d = *state;

	free(d->memory);
	free(d->loads);
	free(d);
	current = NULL;
	return 0;
}

static struct access *open_fake(const char *driver, uint32_t size)
{
	const struct access_target target = { .driver = driver, .size = size };
	struct access *a = NULL;

	assert_int_equal(access_open_with(&a, &fake, &target, NULL), 0);
	return a;
}

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
	assert_true(read > 80);
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

static const char definition[] =
	"chip T1000 \"Test part\"\n"
	"id 8086:ffee\n"
	"driver test\n"
	"bar 0 0x1000\n"
	"cite \"test\"\n"
	"reg STATUS 0x008 32 ro \"Status\" role mac-status\n"
	"    0 MODE \"Mode\"\n"
	"reg MODE0 0x010 32 rw \"Exists in mode 0\" if STATUS.MODE=0\n"
	"reg MODE1 0x014 32 rw \"Exists in mode 1\" if STATUS.MODE=1\n"
	"reg ICR 0x0c0 32 rc \"Cause\"\n"
	"reg IMC 0x0c4 32 wo \"Mask clear\"\n"
	"reg SWSM 0x0c8 32 rs \"Semaphore\"\n"
	"reg WIDE 0x100 64 ro \"64 bits\"\n"
	"reg BYTE 0x10a 8 ro \"8 bits\"\n"
	"reg HALF 0x10e 16 ro \"16 bits\"\n"
	"reg LAST 0x7fc 32 ro \"The last that is mapped\"\n"
	"reg OVER 0x7f0 64 ro \"Half of it\"\n"
	"reg RING[0..3] 0x200+0x40 32 rw \"Ring\" queue tx\n";

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

/* What a live device is asked for. */
struct live {
	struct chipdb *db;
	const struct chip *chip;
	struct access *a;
	struct snapshot *s;
	enum unread presence;
	unsigned asked;
};

static enum unread ask(void *arg)
{
	struct live *l = arg;

	l->asked++;
	return l->presence;
}

static void live_read(struct live *l, const struct source_options *options)
{
	const struct presence presence = { .ask = ask, .arg = l };

	snapshot_free(l->s);
	l->s = snapshot_new(ORIGIN_LIVE);
	registers_read(l->a, UNREAD_REFUSED, l->chip, options, &presence, l->s);
}

static void live_open(struct live *l)
{
	*l = (struct live){ .db = defs_open(definition) };
	l->chip = defs_chip(l->db, "T1000");
	l->a = open_fake("test", 0x800);
}

static void live_close(struct live *l)
{
	snapshot_free(l->s);
	access_close(l->a);
	chipdb_free(l->db);
}

static void only_registers_that_exist(void **state)
{
	struct device *d = *state;
	struct live l;

	live_open(&l);
	live_read(&l, &(struct source_options){ 0 });
	assert_non_null(snapshot_reg(l.s, CHIP_MMIO, 0x010));
	assert_null(snapshot_reg(l.s, CHIP_MMIO, 0x014));
	assert_int_equal(d->loads[0x014 / 4], 0);
	d->memory[0x008 / 4] = 1;
	live_read(&l, &(struct source_options){ .regs = "mode*" });
	assert_null(snapshot_reg(l.s, CHIP_MMIO, 0x010));
	assert_non_null(snapshot_reg(l.s, CHIP_MMIO, 0x014));
	/* read for the condition, but not asked for */
	assert_int_equal(d->loads[0x008 / 4], 2);
	assert_null(snapshot_reg(l.s, CHIP_MMIO, 0x008));
	assert_int_equal(l.s->n_regs, 1);
	live_close(&l);
}

static void samples_are_in_the_order_of_the_definition(void **state)
{
	struct live l;
	size_t n = 0;

	(void)state;
	live_open(&l);
	live_read(&l, &(struct source_options){ 0 });
	for (size_t i = 0; i < l.chip->n_regs; i++) {
		if (!strcmp(l.chip->regs[i]->name, "MODE1"))
			continue;
		assert_int_equal(l.s->regs[n].offset, chip_ref_at(l.chip->regs[i], 0, 0).offset);
		n += chip_reg_count(l.chip->regs[i]);
	}
	assert_int_equal(n, l.s->n_regs);
	live_close(&l);
}

static void all_ones(struct device *d)
{
	memset(d->memory, 0xff, SIZE);
}

static void a_dead_device_gives_no_values(void **state)
{
	struct live l;

	live_open(&l);
	all_ones(*state);
	l.presence = UNREAD_GONE;
	live_read(&l, &(struct source_options){ 0 });
	assert_int_equal(l.asked, 1);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->unread, UNREAD_GONE);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x0c0)->unread, UNREAD_CLEARS);
	l.presence = UNREAD_NO;
	live_read(&l, &(struct source_options){ 0 });
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->unread, UNREAD_ERROR);
	live_close(&l);
}

static void some_values_before_it_went_stay(void **state)
{
	struct device *d = *state;
	struct live l;

	live_open(&l);
	all_ones(d);
	d->memory[0x008 / 4] = 0x80;
	l.presence = UNREAD_GONE;
	live_read(&l, &(struct source_options){ 0 });
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x008)->value, 0x80);
	assert_int_equal(snapshot_reg(l.s, CHIP_MMIO, 0x200)->unread, UNREAD_GONE);
	live_close(&l);
}

static void one_register_may_be_all_ones(void **state)
{
	struct device *d = *state;
	struct live l;

	live_open(&l);
	d->memory[0x200 / 4] = UINT32_MAX;
	live_read(&l, &(struct source_options){ .regs = "RING[0]" });
	assert_int_equal(l.s->n_regs, 1);
	assert_int_equal(l.s->regs[0].unread, UNREAD_NO);
	assert_int_equal(d->loads[0x008 / 4], 1);
	live_close(&l);
}

static void without_a_way_each_has_its_reason(void **state)
{
	struct live l;

	(void)state;
	live_open(&l);
	access_close(l.a);
	l.a = NULL;
	live_read(&l, &(struct source_options){ .side_effects = true, .regs = "SWSM" });
	assert_int_equal(l.s->regs[0].unread, UNREAD_SETS);
	live_read(&l, &(struct source_options){ .side_effects = true, .regs = "ICR" });
	assert_int_equal(l.s->regs[0].unread, UNREAD_REFUSED);
	live_read(&l, &(struct source_options){ .regs = "ICR" });
	assert_int_equal(l.s->regs[0].unread, UNREAD_CLEARS);
	l.a = open_fake("test", 0x800);
	live_close(&l);
}

static void what_a_read_did_is_told(void **state)
{
	struct device *d = *state;
	struct live l;

	live_open(&l);
	live_read(&l, &(struct source_options){ .side_effects = true, .regs = "ICR" });
	assert_int_equal(l.s->n_notes, 1);
	assert_string_equal(l.s->notes[0], "ICR was read, which cleared it.");
	assert_int_equal(d->loads[0x0c0 / 4], 1);
	live_read(&l, &(struct source_options){ .side_effects = true, .regs = "I*" });
	assert_int_equal(l.s->n_notes, 0);
	assert_int_equal(d->loads[0x0c0 / 4], 1);
	access_close(l.a);
	l.a = open_fake(NULL, 0x800);
	live_read(&l, &(struct source_options){ .side_effects = true, .regs = "SWSM" });
	assert_int_equal(d->loads[0x0c8 / 4], 1);
	assert_int_equal(l.s->n_notes, 1);
	live_close(&l);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(harmful_registers_are_never_loaded),
		TEST(effects_need_their_permission),
		TEST(widths),
		TEST(beyond_the_end),
		TEST(faults_and_refusals_give_no_value),
		TEST(each_load_is_traced),
		TEST(an_unknown_way_is_an_error),
		TEST(only_registers_that_exist),
		TEST(samples_are_in_the_order_of_the_definition),
		TEST(a_dead_device_gives_no_values),
		TEST(some_values_before_it_went_stay),
		TEST(one_register_may_be_all_ones),
		TEST(without_a_way_each_has_its_reason),
		TEST(what_a_read_did_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
