// SPDX-License-Identifier: GPL-2.0-or-later
/* What a ring that is seen from both ends means: each row of the table where it holds, and its neighbours where it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "range.h"

#include "device/ring_state.h"
#include "util/alloc.h"

#define SECOND INT64_C(1000000000)
#define ROWS_OF_TABLE 34 /* of the decision table, which the names below count */

/* "clean=3 use=7", and words of states. */
static struct snapshot *sample(const char *text, int64_t taken)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct ring_side *r;
	AUTO_FREE char *copy = xstrdup(text);
	char *rest = copy, *word;

	s->taken = taken;
	s->side.driver = xstrdup("x");
	s->side.given_up = 0;
	r = driver_side_add_ring(&s->side);
	r->queue = r->hw_queue = 0;
	r->count = 256;
	r->moving = 0;
	while ((word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');
		bool found = false;

		if (!*word)
			continue;
		if (!value) {
			driver_side_add_state(&s->side, word);
			continue;
		}
		*value++ = '\0';
		if (!strcmp(word, "given_up"))
			s->side.given_up = atoi(value), found = true;
		if (!strcmp(word, "pci_error"))
			s->side.pci_error = atoi(value), found = true;
		for (size_t i = 0; i < n_ring_numbers; i++)
			if (!strcmp(ring_numbers[i].name, word))
				*side_number(r, &ring_numbers[i]) = atoll(value), found = true;
		if (!found)
			fail_msg("no such number: %s", word);
	}
	return s;
}

#define UP "started present "
#define EMPTY "clean=9 head=9 tail=9 use=9 "
/* One frame, in 5 to 7. */
#define STANDS "clean=5 head=5 tail=8 use=8 last=7 done=0 "
#define DONE "clean=5 head=8 tail=8 use=8 last=7 done=1 "
#define TAKEN "clean=5 head=8 tail=8 use=8 last=7 done=0 "

static const struct row {
	const char *row, *before, *now; /* before NULL: one sample */
	struct ring_around around;
	int64_t seconds;
	enum ring_state state;
	bool sure;
} rows[] = {
	{ "1", UP EMPTY, "started " EMPTY, { .link = 1 }, 3, RING_DETACHED, true },
	{ "1 not", UP EMPTY, UP EMPTY, { .link = 1 }, 3, RING_IDLE, true },
	{ "2", UP EMPTY, UP "given_up=1 " STANDS, { .link = 1 }, 3, RING_GIVEN_UP, true },
	{ "3", UP STANDS, UP STANDS, { .link = 1, .dead = true }, 3, RING_DEAD, true },
	{ "4", UP "pci_error=2 " STANDS, UP "pci_error=2 " STANDS, { .link = 1 }, 3, RING_PCI_ERROR, true },
	{ "4 not", UP "pci_error=1 " EMPTY, UP "pci_error=1 " EMPTY, { .link = 1 }, 3, RING_IDLE, true },
	{ "5", UP STANDS, UP "resetting " STANDS, { .link = 1 }, 3, RING_RESETTING, true },
	{ "5 down first", UP STANDS, UP "down resetting " STANDS, { .link = 1 }, 3, RING_RESETTING, true },
	{ "6", UP STANDS, UP "failed " STANDS, { .link = 1 }, 3, RING_FAILED, true },
	{ "6 before 5", UP STANDS, UP "failed resetting " STANDS, { .link = 1 }, 3, RING_FAILED, true },
	{ "7", "present down ", "present down ", { .link = 0 }, 3, RING_DOWN, true },
	{ "8", UP "down " STANDS, UP "down " STANDS, { .link = 1 }, 21, RING_HALF_DOWN, true },
	{ "8 not yet", UP "down " STANDS, UP "down " STANDS, { .link = 1 }, 20, RING_HALF_DOWN, false },
	{ "8, of the last sample alone", UP STANDS, UP "down " STANDS, { .link = 1 }, 21, RING_HALF_DOWN, false },
	{ "8, whatever the ring does",
	  UP "down " EMPTY,
	  UP "down clean=11 head=11 tail=11 use=11",
	  { .link = 1 },
	  21,
	  RING_HALF_DOWN,
	  true },
	{ "9", UP "testing " STANDS, UP "testing " STANDS, { .link = 1 }, 3, RING_TESTING, true },
	{ "10", UP "no-carrier " STANDS, UP "no-carrier " STANDS, { .link = -1 }, 3, RING_LINK_LOST, true },
	{ "10 by register", UP STANDS, UP STANDS, { .link = 0 }, 3, RING_LINK_LOST, true },
	{ "11", UP "no-carrier " EMPTY, UP "no-carrier " EMPTY, { .link = -1 }, 3, RING_LINK_DOWN, true },
	{ "12", UP "clean=2 head=5 tail=8 use=8 last=4 done=1", UP STANDS, { .link = 1 }, 3, RING_RUNNING, false },
	{ "12 within a sample", UP STANDS, UP "clean=5 use=8 moving=1", { .link = 1 }, 3, RING_RUNNING, false },
	{ "12 by packets", UP STANDS "packets=7", UP STANDS "packets=9", { .link = 1 }, 3, RING_RUNNING, false },
	{ "12, once round", UP STANDS "age_ms=3", UP STANDS "age_ms=5", { .link = 1 }, 3, RING_RUNNING, false },
	{ "13", UP EMPTY "stopped=1", UP EMPTY "stopped=1", { .link = 1 }, 3, RING_NOT_WOKEN, true },
	{ "14",
	  UP EMPTY "limited=1 inflight=90",
	  UP EMPTY "limited=1 inflight=90",
	  { .link = 1 },
	  3,
	  RING_NOT_COUNTED,
	  true },
	{ "14 not",
	  UP EMPTY "limited=0 inflight=90",
	  UP EMPTY "limited=0 inflight=90",
	  { .link = 1 },
	  3,
	  RING_IDLE,
	  true },
	{ "15", UP EMPTY "stopped=0", UP EMPTY "stopped=0", { .link = 1 }, 3, RING_IDLE, true },
	{ "15, a head that lags",
	  UP "clean=9 head=8 tail=9 use=9",
	  UP "clean=9 head=8 tail=9 use=9",
	  { .link = 1 },
	  3,
	  RING_IDLE,
	  true },
	{ "15, a tail that cannot be read",
	  UP "clean=9 head=9 use=9",
	  UP "clean=9 head=9 use=9",
	  { .link = 1 },
	  3,
	  RING_IDLE,
	  true },
	{ "16", UP "xdp=1 " DONE, UP "xdp=1 " DONE, { .link = 1 }, 3, RING_XDP, true },
	{ "16, the hardware stands", UP "xdp=1 " STANDS, UP "xdp=1 " STANDS, { .link = 1 }, 3, RING_STANDS, true },
	{ "17",
	  UP "clean=5 head=5 tail=5 use=8 last=7 done=0",
	  UP "clean=5 head=5 tail=5 use=8 last=7 done=0",
	  { .link = 1 },
	  3,
	  RING_NOT_RUNG,
	  true },
	{ "17, somebody transmits",
	  UP "clean=5 head=5 tail=5 use=8 last=7 done=0 owner=1",
	  UP "clean=5 head=5 tail=5 use=8 last=7 done=0 owner=1",
	  { .link = 1 },
	  3,
	  RING_NOT_WRITTEN_BACK,
	  true },
	{ "18", UP DONE "scheduled=0", UP DONE "scheduled=0", { .link = 1 }, 3, RING_INTERRUPT_LOST, true },
	{ "18 may heal", UP DONE "scheduled=0", UP DONE "scheduled=0", { .link = 1 }, 1, RING_INTERRUPT_LOST, false },
	{ "18, without head and tail",
	  UP "clean=5 use=8 last=7 done=1",
	  UP "clean=5 use=8 last=7 done=1",
	  { .link = 1 },
	  3,
	  RING_INTERRUPT_LOST,
	  true },
	{ "19", UP DONE, UP DONE, { .link = 1, .masked = true }, 3, RING_LEFT_MASKED, true },
	{ "19, deferred",
	  UP DONE "deferred=2",
	  UP DONE "deferred=2",
	  { .link = 1, .masked = true },
	  3,
	  RING_DEFERRED,
	  true },
	{ "19, a socket polls",
	  UP DONE "busy_poll=1",
	  UP DONE "busy_poll=1",
	  { .link = 1, .masked = true },
	  3,
	  RING_DEFERRED,
	  true },
	{ "20", UP DONE, UP DONE, { .link = 1, .vector_masked = true }, 3, RING_VECTOR_MASKED, true },
	{ "20, of a vector that cleans up itself",
	  UP DONE "in_interrupt=1",
	  UP DONE "in_interrupt=1",
	  { .link = 1, .vector_masked = true },
	  3,
	  RING_VECTOR_MASKED,
	  true },
	{ "21", UP DONE, UP DONE, { .link = 1, .cause_off = true }, 3, RING_CAUSE_OFF, true },
	{ "22", UP DONE "scheduled=1 held=0", UP DONE "scheduled=1 held=0", { .link = 1 }, 3, RING_STARVED, true },
	{ "23",
	  UP DONE "scheduled=1 held=1",
	  UP DONE "scheduled=1 held=1",
	  { .link = 1 },
	  3,
	  RING_NAPI_DISABLED,
	  true },
	{ "24", UP DONE "stamp_pending=1", UP DONE "stamp_pending=1", { .link = 1 }, 3, RING_WAITS_FOR_STAMP, true },
	{ "25", UP DONE "in_interrupt=1", UP DONE "in_interrupt=1", { .link = 1 }, 3, RING_TX_VECTOR_LOST, true },
	{ "26", UP TAKEN "age_ms=900", UP TAKEN "age_ms=1900", { .link = 1 }, 1, RING_NOT_WRITTEN_BACK, true },
	{ "26, frames without a time", UP TAKEN, UP TAKEN, { .link = 1 }, 1, RING_NOT_WRITTEN_BACK, false },
	{ "26, frames without a time, for long", UP TAKEN, UP TAKEN, { .link = 1 }, 3, RING_NOT_WRITTEN_BACK, true },
	{ "26 by the head in memory",
	  UP TAKEN "head_word=5",
	  UP TAKEN "head_word=5",
	  { .link = 1 },
	  3,
	  RING_NOT_WRITTEN_BACK,
	  true },
	{ "26, a head in memory that is written each second",
	  UP TAKEN "head_word=5",
	  UP TAKEN "head_word=5",
	  { .link = 1 },
	  2,
	  RING_NOT_WRITTEN_BACK,
	  false },
	{ "26, too soon", NULL, UP TAKEN, { .link = 1 }, 0, RING_NOT_WRITTEN_BACK, false },
	{ "27", UP STANDS, UP STANDS, { .link = 1, .paused = true }, 3, RING_PAUSED, true },
	{ "28", UP STANDS "gated=1", UP STANDS "gated=1", { .link = 1 }, 3, RING_GATED, true },
	{ "28, a launch time",
	  UP STANDS "launch_time=1 age_ms=900",
	  UP STANDS "launch_time=1 age_ms=900",
	  { .link = 1 },
	  1,
	  RING_GATED,
	  true },
	{ "28, no launch time is so late",
	  UP STANDS "launch_time=1 age_ms=9000",
	  UP STANDS "launch_time=1 age_ms=9900",
	  { .link = 1 },
	  1,
	  RING_STANDS,
	  true },
	{ "29", UP STANDS, UP STANDS, { .link = 1, .disabled = true }, 3, RING_DISABLED, true },
	{ "30", UP STANDS, UP STANDS, { .link = 1, .malformed = true }, 3, RING_MALFORMED, true },
	{ "31", UP "waits-for-pf " STANDS, UP "waits-for-pf " STANDS, { .link = 1 }, 3, RING_HELD_BY_PF, true },
	{ "32", UP STANDS, UP STANDS, { .link = 1 }, 3, RING_STANDS, true },
	{ "32, by the age of the frame",
	  UP STANDS "age_ms=1900",
	  UP STANDS "age_ms=2000",
	  { .link = 1 },
	  0,
	  RING_STANDS,
	  true },
	{ "32, not long enough", UP STANDS "age_ms=100", UP STANDS "age_ms=300", { .link = 1 }, 0, RING_STANDS, false },
	{ "32, one sample", NULL, UP STANDS "age_ms=5000", { .link = 1 }, 0, RING_STANDS, false },
	{ "32, without a head",
	  UP "clean=5 use=8 last=7 done=0",
	  UP "clean=5 use=8 last=7 done=0",
	  { .link = 1 },
	  3,
	  RING_STANDS,
	  true },
	{ "32, the newest frames are not rung",
	  UP "clean=5 head=5 tail=8 use=10 last=7 done=0",
	  UP "clean=5 head=5 tail=8 use=10 last=7 done=0",
	  { .link = 1 },
	  3,
	  RING_STANDS,
	  true },
	{ "33",
	  UP "clean=5 head=6 tail=9 use=9 last=7 done=0",
	  UP "clean=5 head=7 tail=9 use=9 last=7 done=0",
	  { .link = 1 },
	  3,
	  RING_SLOW,
	  false },
	{ "34",
	  UP "clean=5 head=20 tail=8 use=8 last=7 done=0",
	  UP "clean=5 head=20 tail=8 use=8 last=7 done=0",
	  { .link = 1 },
	  3,
	  RING_FOREIGN,
	  true },
	{ "34, empty",
	  UP "clean=9 head=40 tail=40 use=9",
	  UP "clean=9 head=40 tail=40 use=9",
	  { .link = 1 },
	  3,
	  RING_FOREIGN,
	  true },
	{ "34, a head below 0",
	  UP "clean=5 head=-3 tail=8 use=8 last=7 done=0",
	  UP "clean=5 head=-3 tail=8 use=8 last=7 done=0",
	  { .link = 1 },
	  3,
	  RING_FOREIGN,
	  true },
	{ "32, an age beyond all machines",
	  UP STANDS "age_ms=9223372036854775807",
	  UP STANDS "age_ms=9223372036854775807",
	  { .link = 1 },
	  3,
	  RING_STANDS,
	  true },
	{ "use beyond the ring", UP "clean=5 use=300", UP "clean=5 use=300", { .link = 1 }, 3, RING_UNKNOWN, false },
	{ "clean below 0", UP "clean=-5 use=8", UP "clean=-5 use=8", { .link = 1 }, 3, RING_UNKNOWN, false },
	{ "no descriptors", UP "count=0 " STANDS, UP "count=0 " STANDS, { .link = 1 }, 3, RING_UNKNOWN, false },
	{ "not read", UP "", UP "", { .link = 1 }, 3, RING_UNKNOWN, false },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct snapshot *s[2] = { row->before ? sample(row->before, 100 * SECOND) : NULL,
					  sample(row->now, (100 + row->seconds) * SECOND) };
		const struct snapshot *samples[2] = { s[0], s[1] };
		struct ring_judgement j = ring_judge(s[0] ? samples : samples + 1, s[0] ? 2 : 1, 0, &row->around);

		if (j.state != row->state)
			fail_msg("row %s: \"%s\", not \"%s\"", row->row, ring_state_words(j.state),
				 ring_state_words(row->state));
		if (row->state != RING_UNKNOWN && j.sure != row->sure)
			fail_msg("row %s: %s", row->row, j.sure ? "sure" : "not sure");
		snapshot_free(s[0]);
		snapshot_free(s[1]);
	}
}

/* Each row of the decision table, by its number: where it holds. */
static void no_row_is_left_out(void **state)
{
	bool met[ROWS_OF_TABLE + 1] = { false };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *rest;
		unsigned long number = strtoul(rows[i].row, &rest, 10);

		if (rest != rows[i].row && number <= ROWS_OF_TABLE && !strstr(rest, "not"))
			met[number] = true;
	}
	for (int i = 1; i <= ROWS_OF_TABLE; i++)
		if (!met[i])
			fail_msg("no test of row %d", i);
}

static void every_state_has_words_and_is_met(void **state)
{
	bool met[RING_STATES] = { [RING_PENDING] = true };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		met[rows[i].state] = true;
	for (int i = 0; i < RING_STATES; i++) {
		assert_non_null(ring_state_words((enum ring_state)i));
		if (!met[i])
			fail_msg("no row gives \"%s\"", ring_state_words((enum ring_state)i));
	}
	assert_true(ring_state_is_bad(RING_STANDS) && ring_state_is_bad(RING_INTERRUPT_LOST));
	assert_false(ring_state_is_bad(RING_IDLE) || ring_state_is_bad(RING_RUNNING) || ring_state_is_bad(RING_DOWN) ||
		     ring_state_is_bad(RING_LINK_DOWN) || ring_state_is_bad(RING_DEFERRED) ||
		     ring_state_is_bad(RING_UNKNOWN));
}

static void the_frame_is_the_one_at_the_head(void **state)
{
	struct snapshot *s = sample(UP "clean=5 head=9 tail=14 use=14 last=7 done=1", SECOND);
	const struct snapshot *samples[] = { s };
	const struct ring_around around = { .link = 1 };
	static const int64_t frames[][2] = { { 5, 7 }, { 8, 10 }, { 11, 13 } };

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		struct frame_side *f = ring_side_add_frame(&s->side.rings[0]);

		f->first = frames[i][0];
		f->last = frames[i][1];
		f->done = i == 0;
	}
	assert_int_equal(ring_judge(samples, 1, 0, &around).frame->first, 8);
	s->side.rings[0].head = FACT_UNKNOWN;
	assert_int_equal(ring_judge(samples, 1, 0, &around).frame->first, 8);
	s->side.rings[0].head = 14;
	assert_null(ring_judge(samples, 1, 0, &around).frame);
	snapshot_free(s);
}

/* Whatever lies in memory: no overflow, no division by 0; the sanitizers look on. */
static void any_number_is_judged(void **state)
{
	static const int64_t any[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, 255, 256, 65536, INT64_MAX - 1, INT64_MAX };
	static const char *const touched[] = { "count", "clean", "head", "tail", "use", "last", "age_ms" };
	const struct ring_around up = { .link = 1 }, down = { .link = 0 };
	struct snapshot *s[] = { sample(UP STANDS, SECOND), sample(UP STANDS, 9 * SECOND) };
	const struct snapshot *samples[] = { s[0], s[1] };
	struct ring_side *r = &s[1]->side.rings[0], saved;
	struct frame_side *f;

	(void)state;
	f = ring_side_add_frame(r);
	saved = *r;
	for (size_t i = 0; i < COUNT(touched) * COUNT(touched) * COUNT(any) * COUNT(any); i++) {
		size_t names = i / (COUNT(any) * COUNT(any));
		int64_t a = any[i % COUNT(any)], b = any[i / COUNT(any) % COUNT(any)];

		*r = saved;
		for (size_t k = 0; k < n_ring_numbers; k++) {
			if (!strcmp(ring_numbers[k].name, touched[names % COUNT(touched)]))
				*side_number(r, &ring_numbers[k]) = a;
			if (!strcmp(ring_numbers[k].name, touched[names / COUNT(touched)]))
				*side_number(r, &ring_numbers[k]) = b;
		}
		f->first = a;
		f->last = b;
		s[1]->side.patience_ms = b;
		assert_between(ring_judge(samples, 2, 0, &up).state, 0, RING_STATES - 1);
		assert_between(ring_judge(samples, 2, 0, &down).state, 0, RING_STATES - 1);
		assert_true(ring_side_pending(r) == FACT_UNKNOWN ||
			    (ring_side_pending(r) >= 0 && ring_side_pending(r) < r->count));
	}
	*r = saved;
	snapshot_free(s[0]);
	snapshot_free(s[1]);
}

static void how_long_it_stands(void **state)
{
	struct snapshot *s[] = { sample(UP EMPTY, SECOND), sample(UP STANDS, 2 * SECOND), sample(UP STANDS, 4 * SECOND),
				 sample(UP STANDS, 7 * SECOND) };
	const struct snapshot *samples[] = { s[0], s[1], s[2], s[3] };
	const struct ring_around around = { .link = 1 };
	struct ring_judgement j = ring_judge(samples, 4, 0, &around);

	(void)state;
	assert_int_equal(j.samples, 3);
	assert_int_equal(j.still_ns, 5 * SECOND);
	for (size_t i = 0; i < COUNT(s); i++)
		snapshot_free(s[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(no_row_is_left_out),
		cmocka_unit_test(every_state_has_words_and_is_met),
		cmocka_unit_test(the_frame_is_the_one_at_the_head),
		cmocka_unit_test(any_number_is_judged),
		cmocka_unit_test(how_long_it_stands),
	};

	return cmocka_run_group_tests_name("ring_state", tests, NULL, NULL);
}
