// SPDX-License-Identifier: GPL-2.0-or-later
/* The ladder on a model of a device, with failures put in at every step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recover/left.h"
#include "recover/report.h"
#include "util/clock.h"

/* What a step does to the device. */
enum effect { HELPS, NOTHING, REFUSED, UNBINDS, VANISHES, KILLS, COMES_BACK };

struct machine {
	struct recover_look state;
	bool stuck;
	enum effect effects[RECOVER_STEPS];
	int64_t now, relapse_at; /* 0: never */
	unsigned acts[RECOVER_STEPS], put_backs, lines;
	bool back_fails, interrupt;
	unsigned interrupt_after; /* acts */
	unsigned index;
};

static struct recover_port port(void)
{
	struct recover_port p = {
		.netdev = "eno1",
		.driver = "e1000e",
		.own_driver = "e1000e",
		.own_loaded = true,
		.up = true,
		.carrier = true,
		.autoneg = 1,
		.restarts = RESTARTS_WITH_AUTONEG,
		.can_reset = true,
		.slot = "3",
		.index = 4,
	};
	return p;
}

static struct machine hung(void)
{
	struct machine m = { .stuck = true,
			     .index = 4,
			     .state = { .there = true,
					.answers = true,
					.bound = true,
					.up = true,
					.carrier = true,
					.netdev = "eno1",
					.index = 4 } };
	return m;
}

static int act(void *arg, enum recover_step step, struct err *e)
{
	struct machine *m = arg;
	struct recover_look *s = &m->state;

	m->acts[step]++;
	m->now += CLOCK_SECOND;
	m->relapse_at = 0;
	if (step >= RECOVER_RESCAN) /* what was gone or dead may be found again */
		s->there = s->answers = true;
	if (step != RECOVER_RESTART && step != RECOVER_RESET)
		s->index = ++m->index + 10;
	switch (m->effects[step]) {
	case HELPS:
	case COMES_BACK:
		s->there = s->answers = s->bound = s->up = s->carrier = true;
		m->stuck = false;
		m->relapse_at = m->effects[step] == COMES_BACK ? m->now + CLOCK_SECOND : 0;
		return 0;
	case REFUSED:
		return err_set(e, EIO, "step", "the kernel refuses it");
	case UNBINDS:
		s->bound = false;
		return err_set(e, ENODEV, "bind", "the probe failed");
	case VANISHES:
		s->there = false;
		return err_set(e, ENODEV, "rescan", "not found");
	case KILLS:
		s->answers = false;
		return 0;
	default:
		return 0;
	}
}

static void look(void *arg, bool queues, struct recover_look *out)
{
	struct machine *m = arg;

	if (queues)
		m->now += 600 * CLOCK_MS;
	if (m->relapse_at && m->now > m->relapse_at)
		m->stuck = true;
	*out = m->state;
	if (!out->there)
		*out = (struct recover_look){ 0 };
	if (queues && out->answers)
		out->queues = m->stuck ? RECOVER_QUEUES_STAND : RECOVER_QUEUES_MOVE;
}

static int put_back(void *arg, struct err *e)
{
	struct machine *m = arg;

	m->put_backs++;
	return m->back_fails ? err_set(e, EIO, "eno1", "an address is not back") : 0;
}

static int64_t now(void *arg)
{
	return ((struct machine *)arg)->now;
}

static void pause_for(void *arg, int64_t ns)
{
	((struct machine *)arg)->now += ns;
}

static void say(void *arg, const char *line)
{
	assert_null(strchr(line, '\n'));
	((struct machine *)arg)->lines++;
}

static bool interrupted(void *arg)
{
	const struct machine *m = arg;
	unsigned acts = 0;

	for (int i = 0; i < RECOVER_STEPS; i++)
		acts += m->acts[i];
	return m->interrupt && acts >= m->interrupt_after;
}

static int climb_with(struct machine *m, const struct recover_port *p, unsigned steps, unsigned tries,
		      struct recover_report *r)
{
	const struct recover_io io = { act, look, put_back, now, pause_for, say, interrupted, m };
	const struct recover_limits limits = { .tries = tries, .hold_ns = 3 * CLOCK_SECOND };
	struct recover_plan plan;
	struct recover_look first;

	look(m, false, &first);
	recover_plan_make(p, &first, steps, &plan);
	return recover_climb(&io, &plan, &limits, r);
}

static int climb(struct machine *m, struct recover_report *r)
{
	const struct recover_port p = port();

	return climb_with(m, &p, RECOVER_ALL, 0, r);
}

static void the_gentle_step_is_enough(void **state)
{
	struct machine m = hung();
	struct recover_report r;

	(void)state;
	assert_int_equal(climb(&m, &r), 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(recover_helped(&r)->step, RECOVER_RESTART);
	assert_int_equal(m.acts[RECOVER_REBIND], 0);
	assert_int_equal(m.put_backs, 0);
	assert_false(r.anew);
	assert_int_equal(r.queues, RECOVER_QUEUES_MOVE);
}

/* Each step in turn is the one that helps. */
static void steps_are_taken_until_one_helps(void **state)
{
	(void)state;
	for (int helps = 0; helps < RECOVER_STEPS; helps++) {
		struct machine m = hung();
		struct recover_report r;

		for (int i = 0; i < helps; i++)
			m.effects[i] = NOTHING;
		assert_int_equal(climb(&m, &r), 0);
		assert_int_equal(recover_helped(&r)->step, helps);
		assert_int_equal(r.n, helps + 1);
		for (int i = 0; i < RECOVER_STEPS; i++)
			assert_int_equal(m.acts[i], i <= helps);
		assert_int_equal(m.put_backs > 0, helps > RECOVER_RESTART);
	}
}

static void nothing_helps_and_the_ladder_ends(void **state)
{
	struct machine m = hung();
	struct recover_report r;
	AUTO_BUF struct buf line = { 0 };

	(void)state;
	for (int i = 0; i < RECOVER_STEPS; i++)
		m.effects[i] = NOTHING;
	assert_int_equal(climb(&m, &r), -EIO);
	assert_int_equal(r.end, RECOVER_NO_STEP_LEFT);
	assert_int_equal(r.n, RECOVER_STEPS);
	assert_null(recover_helped(&r));
	assert_string_equal(r.tries[0].found, "its transmit queues stand still");
	recover_report_line(&r, &line);
	assert_non_null(strstr(buf_str(&line),
			       "not recovered, no step is left: restart: no-help (its transmit queues stand still)"));
}

static void a_hang_that_comes_back_at_once_is_no_success(void **state)
{
	struct machine m = hung();
	struct recover_report r;

	(void)state;
	for (int i = 0; i < RECOVER_STEPS; i++)
		m.effects[i] = COMES_BACK;
	assert_int_equal(climb(&m, &r), -EIO);
	assert_int_equal(r.n, RECOVER_STEPS);
	for (size_t i = 0; i < r.n; i++)
		assert_int_equal(r.tries[i].result, RECOVER_CAME_BACK);
	m = hung();
	for (int i = 0; i < RECOVER_STEPS; i++)
		m.effects[i] = COMES_BACK;
	{
		const struct recover_port p = port();

		assert_int_equal(climb_with(&m, &p, RECOVER_ALL, 2, &r), -EIO);
	}
	assert_int_equal(r.end, RECOVER_LIMIT);
	assert_int_equal(r.n, 2);
}

/* A driver that does not bind again, a device that is not found: the next steps still can. */
static void half_done_steps_are_gone_on_from(void **state)
{
	struct machine m = hung();
	struct recover_report r;

	(void)state;
	m.effects[RECOVER_RESTART] = NOTHING;
	m.effects[RECOVER_REBIND] = UNBINDS;
	assert_int_equal(climb(&m, &r), 0);
	assert_int_equal(recover_helped(&r)->step, RECOVER_RESET);
	assert_int_equal(r.tries[1].result, RECOVER_REFUSED);
	assert_string_equal(r.tries[1].found, "bind: the probe failed");

	m = hung();
	m.effects[RECOVER_RESTART] = m.effects[RECOVER_REBIND] = m.effects[RECOVER_RESET] = NOTHING;
	m.effects[RECOVER_RESCAN] = VANISHES;
	assert_int_equal(climb(&m, &r), 0);
	assert_int_equal(recover_helped(&r)->step, RECOVER_POWER);
}

/* A step that makes the device dead takes those with it that a dead one cannot answer. */
static void a_device_that_dies_on_the_way(void **state)
{
	struct machine m = hung();
	struct recover_report r;

	(void)state;
	m.effects[RECOVER_RESTART] = KILLS;
	assert_int_equal(climb(&m, &r), 0);
	assert_int_equal(m.acts[RECOVER_REBIND], 0);
	assert_int_equal(m.acts[RECOVER_RESET], 0);
	assert_int_equal(recover_helped(&r)->step, RECOVER_RESCAN);
}

static void what_is_not_put_back_is_reported(void **state)
{
	struct machine m = hung();
	struct recover_report r;
	const struct recover_port p = port();

	(void)state;
	m.back_fails = true;
	assert_int_equal(climb_with(&m, &p, 1u << RECOVER_REBIND, 0, &r), 0);
	assert_true(r.anew);
	assert_string_equal(r.back.why, "an address is not back");
}

static void a_signal_stops_between_two_steps(void **state)
{
	struct machine m = hung();
	struct recover_report r;

	(void)state;
	m.effects[RECOVER_RESTART] = NOTHING;
	m.interrupt = true;
	m.interrupt_after = 1;
	assert_int_equal(climb(&m, &r), -EINTR);
	assert_int_equal(r.end, RECOVER_INTERRUPTED);
	assert_int_equal(r.n, 1);
}

/* 10,000 devices that answer each step in any way: the ladder ends, each step is taken once at most, and success is only said of a
 * device that works. */
static void random_devices(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 10000; round++) {
		struct machine m = hung();
		struct recover_report r;
		int code;

		for (int i = 0; i < RECOVER_STEPS; i++) {
			seed = seed * 1664525 + 1013904223;
			m.effects[i] = (enum effect)((seed >> 16) % 7);
		}
		m.back_fails = seed >> 30 & 1;
		code = climb(&m, &r);
		for (int i = 0; i < RECOVER_STEPS; i++)
			assert_true(m.acts[i] <= 1);
		assert_int_equal(code == 0, recover_helped(&r) != NULL);
		if (!code) {
			assert_true(m.state.there && m.state.answers && m.state.bound && m.state.carrier);
			assert_false(m.stuck);
			assert_int_equal(*r.back.what != 0, m.back_fails && m.put_backs);
		}
		assert_true(m.lines >= r.n);
	}
}

/* Which steps a device takes part in. */
static void steps_that_cannot_help_are_left_out(void **state)
{
	static const struct {
		const char *what;
		unsigned usable;
	} table[] = {
		{ "all", 0x1f },     { "dead", 0x18 },     { "down", 0x1e },    { "fixed", 0x1e },
		{ "i40e", 0x1e },    { "away", 0x1e },     { "vf", 0x17 },      { "unresettable", 0x1b },
		{ "no-slot", 0x0f }, { "siblings", 0x0f }, { "unbound", 0x1e }, { "unloaded", 0x1c },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *what = table[i].what;
		struct recover_port p = port();
		struct recover_look first = hung().state;
		struct recover_plan plan;
		unsigned usable = 0;

		first.answers = strcmp(what, "dead") != 0;
		p.up = strcmp(what, "down") != 0;
		p.autoneg = strcmp(what, "fixed") != 0;
		p.restarts = strcmp(what, "i40e") ? p.restarts : RESTARTS_NEVER;
		p.is_virtual = !strcmp(what, "vf");
		p.can_reset = strcmp(what, "unresettable") != 0;
		p.siblings = !strcmp(what, "siblings");
		if (!strcmp(what, "away"))
			p.netdev[0] = '\0';
		if (!strcmp(what, "no-slot"))
			p.slot[0] = '\0';
		if (!strcmp(what, "unbound") || !strcmp(what, "unloaded"))
			p.driver[0] = '\0';
		p.own_loaded = strcmp(what, "unloaded") != 0;
		recover_plan_make(&p, &first, RECOVER_ALL, &plan);
		for (size_t k = 0; k < plan.n; k++) {
			usable |= (unsigned)plan.rungs[k].usable << plan.rungs[k].step;
			assert_int_equal(plan.rungs[k].usable, !*plan.rungs[k].why);
		}
		if (usable != table[i].usable)
			fail_msg("%s: %x, not %x", what, usable, table[i].usable);
	}
}

/* Of the steps that nobody named, those that could be taken. */
static void steps_that_are_not_named(void **state)
{
	struct recover_port p = port();
	struct recover_look now = { .there = true, .answers = true };
	struct recover_plan plan;

	(void)state;
	p.driver[0] = p.slot[0] = '\0';
	recover_plan_make(&p, &now, 1u << RECOVER_RESTART | 1u << RECOVER_RESET, &plan);
	assert_int_equal(plan.n, 2);
	assert_int_equal(plan.left_out, 1u << RECOVER_REBIND | 1u << RECOVER_RESCAN);
	recover_plan_make(&p, &now, RECOVER_ALL, &plan);
	assert_int_equal(plan.left_out, 0);
	now.answers = false;
	recover_plan_make(&p, &now, RECOVER_GENTLE, &plan);
	assert_int_equal(plan.left_out, 1u << RECOVER_RESCAN);
	assert_null(strstr(recover_step_words(RECOVER_REBIND, ""), "unbind"));
	assert_non_null(strstr(recover_step_words(RECOVER_REBIND, "e1000e"), "unbind"));
}

static void lists_of_steps(void **state)
{
	unsigned steps;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(recover_steps_parse(NULL, &steps, &e), 0);
	assert_int_equal(steps, RECOVER_ALL);
	assert_int_equal(recover_steps_parse("rescan,restart", &steps, &e), 0);
	assert_int_equal(steps, 1u << RECOVER_RESTART | 1u << RECOVER_RESCAN);
	assert_int_equal(recover_steps_parse("restrat", &steps, &e), -EINVAL);
	assert_string_equal(e.todo, "did you mean 'restart'?");
	assert_int_equal(recover_steps_parse("", &steps, &e), -EINVAL);
	assert_int_equal(recover_steps_parse("restart,", &steps, &e), -EINVAL);
}

/* What a killed recovery leaves on record, and what of it is damaged. */
static void left_on_record(void **state)
{
	const struct pci_addr addr = { 0, 1, 0, 0 };
	struct recover_left left = { .record = { .applying = true, .who = "root (uid 0)", .what = "rebind" },
				     .id = 0x10d38086,
				     .netdev = "eno1",
				     .driver = "e1000e",
				     .index = 4,
				     .up = true,
				     .autoneg = -1 };
	struct network *network = NULL;
	char dir[] = "/tmp/left-XXXXXX", command[128];
	struct recover_left back;
	struct err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(recover_left_load(dir, &addr, &back, &network, &e), -ENOENT);
	assert_int_equal(recover_left_save(dir, &addr, &left, NULL, &e), 0);
	assert_int_equal(recover_left_load(dir, &addr, &back, &network, &e), 0);
	assert_null(network);
	assert_string_equal(back.netdev, "eno1");
	assert_string_equal(back.driver, "e1000e");
	assert_string_equal(back.record.what, "rebind");
	assert_true(back.up && !back.carrier && back.autoneg == -1 && back.index == 4 && back.id == left.id);
	assert_int_equal(change_record_save(dir, "recover", "0000:01:00.0", &left.record, "port 0x1 2\n", &e), 0);
	assert_int_equal(recover_left_load(dir, &addr, &back, &network, &e), -EINVAL);
	assert_int_equal(change_record_save(dir, "recover", "0000:01:00.0", &left.record, "", &e), 0);
	assert_int_equal(recover_left_load(dir, &addr, &back, &network, &e), -EINVAL);
	assert_int_equal(recover_left_remove(dir, &addr, &e), 0);
	assert_int_equal(recover_left_load(dir, &addr, &back, &network, &e), -ENOENT);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

/* The device is there again, bare: it is finished without a step; one that is not takes steps. */
static void finished(void **state)
{
	struct machine m = hung();
	const struct recover_io io = { act, look, put_back, now, pause_for, say, interrupted, &m };
	const struct recover_port p = port();
	struct recover_report r;

	(void)state;
	m.stuck = false;
	m.state.index = 9;
	assert_int_equal(recover_finish(&io, &p, &r), 0);
	assert_int_equal(r.end, RECOVER_WORKS);
	assert_int_equal(m.put_backs, 1);
	assert_null(recover_helped(&r));
	m.state.bound = false;
	assert_int_equal(recover_finish(&io, &p, &r), -EIO);
	assert_int_equal(m.put_backs, 1);
	m.state.bound = true;
	m.stuck = true;
	assert_int_equal(recover_finish(&io, &p, &r), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(left_on_record),
		cmocka_unit_test(finished),
		cmocka_unit_test(the_gentle_step_is_enough),
		cmocka_unit_test(steps_are_taken_until_one_helps),
		cmocka_unit_test(nothing_helps_and_the_ladder_ends),
		cmocka_unit_test(a_hang_that_comes_back_at_once_is_no_success),
		cmocka_unit_test(half_done_steps_are_gone_on_from),
		cmocka_unit_test(a_device_that_dies_on_the_way),
		cmocka_unit_test(what_is_not_put_back_is_reported),
		cmocka_unit_test(a_signal_stops_between_two_steps),
		cmocka_unit_test(random_devices),
		cmocka_unit_test(steps_that_cannot_help_are_left_out),
		cmocka_unit_test(steps_that_are_not_named),
		cmocka_unit_test(lists_of_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
