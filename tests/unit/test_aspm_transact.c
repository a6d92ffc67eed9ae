// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes on a model of a machine: random ones, killed ones, two at once. */
#include "aspm_machine.h"
#include "records.h"

#define PLANS 10000
#define EVERYTHING (LINK_ASPM | LINK_L1SS)

struct bench {
	struct machine *m;
	struct snapshot *s;
	char dir[32];
};

static void setup(struct bench *b)
{
	b->m = machine_new();
	b->s = snapshot_new(ORIGIN_LIVE);
	records_make(b->dir);
}

static void teardown(struct bench *b)
{
	records_remove(b->dir);
	snapshot_free(b->s);
	munmap(b->m, sizeof(*b->m));
}

/* Plans and carries it out; the error of either. */
static int change(struct bench *b, const struct aspm_wish *wish, enum aspm_result *result, struct aspm_plan *plan,
		  struct err *e)
{
	struct aspm_io io = machine_io(b->m);
	struct aspm_model model;
	int r;

	machine_model(b->m, b->s, &model);
	r = aspm_plan_change(&model, wish, plan, e);
	*result = ASPM_REFUSED;
	if (r)
		return r;
	*result = ASPM_UNCHANGED;
	return plan->n_steps ? aspm_transact(&io, b->dir, plan, "test", 0, result, e) : 0;
}

static int back(struct bench *b, enum aspm_result *result)
{
	struct aspm_io io = machine_io(b->m);
	struct err e = { 0 };
	struct aspm_model model;

	machine_model(b->m, b->s, &model);
	return aspm_transact_back(&io, b->dir, &model.link, false, result, &e);
}

static bool has_record(const struct bench *b)
{
	struct aspm_journal j;
	struct pci_addr port = machine_addr(0);

	return !aspm_journal_load(b->dir, &port, &j, NULL);
}

static unsigned random_states(void)
{
	return (unsigned)rand() & EVERYTHING;
}

static void random_end(struct machine_end *end, bool l1ss)
{
	end->supported = LINK_L0S | LINK_L1 | (rand() % 4 ? 0 : LINK_CLKPM);
	end->has_l1ss = l1ss && rand() % 3;
	if (end->has_l1ss)
		end->supported |= rand() % 4 ? LINK_L1SS : random_states() & LINK_L1SS;
	if (!(rand() % 16))
		end->stubborn = (uint16_t)(rand() & 3);
}

/* As Linux has it: what is on is what its policy wants, both ends can and nobody has disabled. */
static void random_kernel(struct machine *m, unsigned both)
{
	m->kernel = rand() % 2;
	m->newer = rand() % 2;
	m->capable = both & ~(m->ends[0].late & m->ends[1].late) & (rand() % 3 ? EVERYTHING : random_states());
	m->by_default = m->capable & random_states();
	m->disabled = rand() % 2 ? 0 : random_states();
	m->enabled = m->by_default & ~m->disabled;
	if (!(m->enabled & LINK_L1))
		m->enabled &= ~LINK_L1SS;
}

/* L0s takes too long in one direction, or in both. */
static void random_late(struct machine *m)
{
	unsigned ways = rand() % 4 ? 0 : (unsigned)rand() % 4;

	for (unsigned i = 0; i < m->n_ends; i++)
		m->ends[i].late = ways >> (i > 0) & 1 ? LINK_L0S : 0;
}

/* A link whose two ends agree as they must. */
static void random_machine(struct machine *m)
{
	unsigned on, both = EVERYTHING;

	memset(m, 0, sizeof(*m));
	m->n_ends = 2 + (unsigned)rand() % 8;
	for (unsigned i = 0; i < m->n_ends; i++) {
		random_end(&m->ends[i], i < 2);
		both &= m->ends[i].supported | (i > 1 ? LINK_L1SS : 0);
	}
	random_late(m);
	random_kernel(m, both);
	/* Without a kernel it is as the firmware left it; with one, LNKCTL was sometimes written behind its back. */
	on = m->kernel && rand() % 4 ? m->enabled : random_states() & both;
	for (unsigned i = 0; i < m->n_ends; i++) {
		m->ends[i].lnkctl = (uint16_t)((rand() & 0x00c8) | (link_states_lnkctl(on & ~m->ends[i].late) & 3u));
		if (m->ends[i].has_l1ss)
			m->ends[i].l1ss_ctl = ((uint32_t)rand() << 16) | link_states_l1ss(on);
	}
	/* Firmware that left the functions unequal. */
	for (unsigned i = 1; i < m->n_ends; i++)
		if (!(rand() % 16))
			m->ends[i].lnkctl &= (uint16_t) ~(rand() & 3);
	if (!(rand() % 4))
		m->fail_at = 1 + (unsigned)rand() % 6;
	if (!(rand() % 8))
		m->interrupt_after = 1 + (unsigned)rand() % 6;
}

/* Whether what the plan was about is so at each end. */
static bool as_planned(const struct machine *m, const struct aspm_plan *plan, bool force)
{
	for (unsigned i = 0; i < m->n_ends; i++) {
		const struct machine_end *end = &m->ends[i];
		unsigned on = link_states_on(end->lnkctl & (i ? 0xffff : 3), end->has_l1ss ? end->l1ss_ctl : 0);

		unsigned can = end->supported & ~(force && !m->kernel ? 0 : end->late);

		if (i > 1 && (end->lnkctl ^ m->ends[1].lnkctl) & 3u)
			return false;
		if (plan->action == ASPM_DISABLE ? on & plan->states : plan->states & can & ~on)
			return false;
	}
	return true;
}

static void one_random_plan(struct bench *b, unsigned seed, unsigned seen[8])
{
	struct aspm_wish wish = { 0 };
	enum aspm_result result;
	struct machine before;
	struct aspm_plan plan;
	struct err e = { 0 };
	int r;

	srand(seed);
	random_machine(b->m);
	wish = (struct aspm_wish){ rand() % 2 ? ASPM_ENABLE : ASPM_DISABLE, random_states() | 1, rand() % 2,
				   rand() % 2 };
	before = *b->m;
	r = change(b, &wish, &result, &plan, &e);
	seen[result]++;
	if (b->m->breach[0])
		fail_msg("seed %u: %s", seed, b->m->breach);
	if (result == ASPM_DONE && (r || !as_planned(b->m, &plan, wish.force)))
		fail_msg("seed %u: not as planned", seed);
	if (result != ASPM_DONE && !machine_same(b->m, &before))
		fail_msg("seed %u: %s, but not as it was: %s", seed, aspm_result_name(result), e.why);
	if (result != ASPM_DONE && has_record(b))
		fail_msg("seed %u: a record is left", seed);
	if (b->m->logged < b->m->writes)
		fail_msg("seed %u: %u writes, %u told", seed, b->m->writes, b->m->logged);
	b->m->fail_at = b->m->interrupt_after = 0;
	r = back(b, &result);
	if ((r && r != -ENOENT) || !machine_same(b->m, &before) || has_record(b))
		fail_msg("seed %u: restore gives %d, and it is not as it was", seed, r);
}

static void random_plans(void **state)
{
	unsigned seen[8] = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	for (unsigned seed = 1; seed <= PLANS; seed++)
		one_random_plan(&b, seed, seen);
	teardown(&b);
	/* The machines are such that all of it happens. */
	assert_true(seen[ASPM_DONE] > PLANS / 5);
	assert_true(seen[ASPM_UNDONE] > PLANS / 20);
	assert_true(seen[ASPM_UNCHANGED] > 0 && seen[ASPM_REFUSED] > 0);
	assert_int_equal(seen[ASPM_STUCK], 0);
}

static void act_change(struct bench *b, const void *wish)
{
	enum aspm_result result;
	struct aspm_plan plan;
	struct err e;

	change(b, wish, &result, &plan, &e);
}

static void act_back(struct bench *b, const void *wish)
{
	enum aspm_result result;

	(void)wish;
	back(b, &result);
}

/* Until the change is made without being killed; each time before it, restore gives the first bytes. */
static unsigned kill_at_each_write(struct bench *b, const struct aspm_wish *wish, bool before)
{
	struct machine first = *b->m;
	enum aspm_result result;
	unsigned at = 1;

	for (;; at++) {
		*b->m = first;
		b->m->kill_at = at;
		b->m->kill_before = before;
		if (!dies(act_change, b, wish))
			break;
		b->m->kill_at = 0;
		assert_true(has_record(b));
		assert_int_equal(back(b, &result), 0);
		assert_int_equal(result, ASPM_DONE);
		assert_true(machine_same(b->m, &first));
		assert_false(has_record(b));
	}
	/* Killed in restore itself as well. */
	for (unsigned again = 1;; again++) {
		b->m->kill_at = b->m->writes + again;
		if (!dies(act_back, b, wish))
			break;
	}
	b->m->kill_at = 0;
	assert_true(machine_same(b->m, &first));
	assert_string_equal(b->m->breach, "");
	return at - 1;
}

static void killed(void **state)
{
	static const struct aspm_wish off = { ASPM_DISABLE, LINK_ASPM, false, false };
	static const struct aspm_wish l1_2 = { ASPM_DISABLE, LINK_L1_2, true, false };
	struct bench b;

	(void)state;
	setup(&b);
	for (unsigned kind = 0; kind < 12; kind++) {
		unsigned functions = kind % 3 ? kind % 3 * 2 : 1, on = kind % 2 ? EVERYTHING : LINK_L0S | LINK_L1;

		machine_init(b.m, functions, on, kind % 4 >= 2, kind >= 6);
		assert_true(kill_at_each_write(&b, &off, kind % 2) >= 2);
		if (!(on & LINK_L1_2))
			continue;
		machine_init(b.m, functions, on, kind % 4 >= 2, kind >= 6);
		assert_true(kill_at_each_write(&b, &l1_2, false) >= 1);
	}
	teardown(&b);
}

/* What was killed must be restored before anything else is changed. */
static void killed_is_first_restored(void **state)
{
	static const struct aspm_wish off = { ASPM_DISABLE, LINK_ASPM, false, false };
	enum aspm_result result;
	struct aspm_plan plan;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	machine_init(b.m, 2, LINK_L0S | LINK_L1, false, false);
	b.m->kill_at = 2;
	assert_true(dies(act_change, &b, &off));
	b.m->kill_at = 0;
	assert_int_equal(change(&b, &off, &result, &plan, &e), -EBUSY);
	assert_non_null(strstr(e.todo, "restore"));
	assert_int_equal(b.m->writes, 2);
	teardown(&b);
}

/* Two changes one after the other: restore goes back to the very beginning. */
static void restored_to_the_beginning(void **state)
{
	static const struct aspm_wish steps[] = { { ASPM_DISABLE, LINK_L0S, true, false },
						  { ASPM_DISABLE, LINK_L1, true, false } };
	enum aspm_result result;
	struct machine first;
	struct aspm_plan plan;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	machine_init(b.m, 4, EVERYTHING, true, true);
	first = *b.m;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(change(&b, &steps[i], &result, &plan, &e), 0);
		assert_int_equal(result, ASPM_DONE);
	}
	assert_int_equal(b.m->ends[4].lnkctl, 0x0040);
	assert_int_equal(back(&b, &result), 0);
	assert_true(machine_same(b.m, &first));
	assert_int_equal(back(&b, &result), -ENOENT);
	teardown(&b);
}

/* A change and its opposite leave nothing to restore. */
static void opposite_leaves_no_record(void **state)
{
	static const struct aspm_wish steps[] = { { ASPM_DISABLE, LINK_L1, true, false },
						  { ASPM_ENABLE, LINK_L1, true, false } };
	enum aspm_result result;
	struct aspm_plan plan;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	machine_init(b.m, 2, LINK_L0S | LINK_L1, true, false);
	assert_int_equal(change(&b, &steps[0], &result, &plan, &e), 0);
	assert_true(has_record(&b));
	assert_int_equal(change(&b, &steps[1], &result, &plan, &e), 0);
	assert_false(has_record(&b));
	teardown(&b);
}

/* The card was exchanged for another: its registers are not those of the record. */
static void other_device(void **state)
{
	static const struct aspm_wish off = { ASPM_DISABLE, LINK_ASPM, false, false };
	struct aspm_io io;
	enum aspm_result result;
	struct aspm_model model;
	struct aspm_plan plan;
	struct err e = { 0 };
	struct bench b;

	(void)state;
	setup(&b);
	machine_init(b.m, 1, LINK_L0S | LINK_L1, false, false);
	assert_int_equal(change(&b, &off, &result, &plan, &e), 0);
	machine_model(b.m, b.s, &model);
	model.link.ends[1].id = 0x15218086;
	io = machine_io(b.m);
	assert_int_equal(aspm_transact_back(&io, b.dir, &model.link, false, &result, &e), -ESTALE);
	assert_int_equal(b.m->ends[1].lnkctl, 0x0040);
	teardown(&b);
}

/* Between the plan and its first write: nothing was written, and nothing is left behind. */
static void vanished_before(void **state)
{
	static const struct aspm_wish off = { ASPM_DISABLE, LINK_ASPM, false, false };
	enum aspm_result result;
	struct aspm_model model;
	struct aspm_plan plan;
	struct err e = { 0 };
	struct aspm_io io;
	struct bench b;

	(void)state;
	setup(&b);
	machine_init(b.m, 4, LINK_L0S | LINK_L1, false, false);
	machine_model(b.m, b.s, &model);
	assert_int_equal(aspm_plan_change(&model, &off, &plan, &e), 0);
	b.m->pulled = true;
	io = machine_io(b.m);
	assert_int_equal(aspm_transact(&io, b.dir, &plan, "test", 0, &result, &e), -ENODEV);
	assert_int_equal(result, ASPM_UNDONE);
	assert_string_equal(e.todo, "nothing was written");
	assert_int_equal(b.m->writes, 0);
	assert_false(has_record(&b));
	teardown(&b);
}

/* After any of its writes: that is told, the record stays, and helps when the device is there again. */
static void vanished_within(void **state)
{
	static const struct aspm_wish off = { ASPM_DISABLE, LINK_ASPM, false, false };
	enum aspm_result result;
	struct machine first;
	struct aspm_plan plan;
	struct bench b;
	unsigned at;

	(void)state;
	setup(&b);
	for (unsigned kernel = 0; kernel < 2; kernel++) {
		machine_init(b.m, 4, EVERYTHING, kernel, true);
		first = *b.m;
		for (at = 1;; at++) {
			struct err e = { 0 };

			*b.m = first;
			b.m->pulled_after = at;
			if (!change(&b, &off, &result, &plan, &e))
				break;
			assert_int_equal(result, ASPM_STUCK);
			assert_non_null(strstr(e.todo, "undoing it failed as well"));
			assert_true(has_record(&b));
			b.m->pulled_after = 0;
			assert_int_equal(back(&b, &result), 0);
			assert_true(machine_same(b.m, &first));
			assert_false(has_record(&b));
		}
		assert_true(at > plan.n_steps);
		b.m->pulled_after = 0;
		assert_int_equal(back(&b, &result), 0);
	}
	teardown(&b);
}

static void locked_change(struct bench *b, const struct aspm_wish *wish)
{
	enum aspm_result result;
	struct aspm_plan plan;
	struct err e;
	int lock;

	for (unsigned i = 0; i < 200; i++) {
		if (change_lock(b->dir, "aspm", 10, &lock, &e))
			_exit(1);
		change(b, wish, &result, &plan, &e);
		if (result != ASPM_DONE && result != ASPM_UNCHANGED)
			_exit(2);
		close(lock);
	}
}

static void two_at_once(void **state)
{
	static const struct aspm_wish wishes[] = { { ASPM_DISABLE, LINK_L0S | LINK_L1, true, false },
						   { ASPM_ENABLE, LINK_L0S | LINK_L1, true, false } };
	pid_t children[2];
	struct bench b;
	uint16_t value;
	int status;

	(void)state;
	setup(&b);
	machine_init(b.m, 4, LINK_L0S | LINK_L1, false, false);
	for (size_t i = 0; i < 2; i++) {
		children[i] = fork();
		if (!children[i]) {
			locked_change(&b, &wishes[i]);
			_exit(0);
		}
	}
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	value = b.m->ends[0].lnkctl;
	assert_true(value == 0x0040 || value == 0x0043);
	for (unsigned i = 1; i < b.m->n_ends; i++)
		assert_int_equal(b.m->ends[i].lnkctl, value);
	assert_string_equal(b.m->breach, "");
	teardown(&b);
}

static void lock_is_refused(void **state)
{
	struct err e = { 0 };
	struct bench b;
	int mine, other;

	(void)state;
	setup(&b);
	assert_int_equal(change_lock(b.dir, "aspm", 0, &mine, &e), 0);
	assert_int_equal(change_lock(b.dir, "aspm", 0, &other, &e), -EBUSY);
	assert_non_null(strstr(e.why, "another nicregs"));
	close(mine);
	assert_int_equal(change_lock(b.dir, "aspm", 0, &other, &e), 0);
	close(other);
	teardown(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_plans),
		cmocka_unit_test(killed),
		cmocka_unit_test(killed_is_first_restored),
		cmocka_unit_test(restored_to_the_beginning),
		cmocka_unit_test(opposite_leaves_no_record),
		cmocka_unit_test(other_device),
		cmocka_unit_test(vanished_before),
		cmocka_unit_test(vanished_within),
		cmocka_unit_test(two_at_once),
		cmocka_unit_test(lock_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
