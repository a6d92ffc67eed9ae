// SPDX-License-Identifier: GPL-2.0-or-later
#include "patient.h"

#include <stdio.h>

#include "device/queue.h"

static void pending_is_modulo_the_ring(void **state)
{
	static const struct {
		uint32_t head, tail, size;
		bool known;
		uint32_t pending;
	} cases[] = {
		{ 0x5d, 0x90, 256, true, 0x33 }, { 0xf8, 0x01, 256, true, 9 },      { 7, 7, 256, true, 0 },
		{ 0, 255, 256, true, 255 },      { 255, 254, 256, true, 255 },      { 0x5d, 0x90, 0, true, 0x33 },
		{ 0x90, 0x5d, 0, false, 0 },     { 0x2000, 0x2000, 256, false, 0 }, { 3, 256, 256, false, 0 },
		{ UINT32_MAX, 3, 0, false, 0 },  { 1, 0, 1536, true, 1535 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ring r = { true, cases[i].head, cases[i].tail, cases[i].size };
		uint32_t pending = 0;

		assert_int_equal(ring_pending(&r, &pending), cases[i].known);
		assert_int_equal(pending, cases[i].pending);
	}
}

static void movement_is_modulo_the_ring(void **state)
{
	struct ring a = { true, 250, 250, 256 }, b = { true, 4, 4, 256 }, unknown = { 0 };
	uint32_t moved = 0;

	(void)state;
	assert_true(ring_moved(&a, &b, &moved));
	assert_int_equal(moved, 10);
	assert_true(ring_moved(&a, &a, &moved));
	assert_int_equal(moved, 0);
	assert_false(ring_moved(&a, &unknown, &moved));
	a.size = b.size = 0;
	assert_false(ring_moved(&a, &b, &moved));
}

static struct queue queue_of(struct patient *p, struct series *s, uint32_t index)
{
	const struct chip *chip;
	const struct queue *q;

	assert_int_equal(chipdb_find(p->db, p->samples.v[0]->chip, &chip, NULL), 0);
	series_init(s, (const struct snapshot *const *)p->samples.v, p->samples.n, chip);
	q = direction_queue(&s->tx, index);
	assert_non_null(q);
	return *q;
}

static void expect_state(const char *const *samples, size_t n, enum queue_state state)
{
	struct patient p;
	struct series s;
	struct queue q;

	patient_open(&p);
	for (size_t i = 0; i < n; i++)
		patient_sample(&p, "82574L", 0, (double)i, samples[i], NULL);
	q = queue_of(&p, &s, 0);
	assert_int_equal(q.state, state);
	series_free(&s);
	patient_close(&p);
}

static void states(void **state)
{
	static const char *const idle[] = { "TDLEN=4096 TDH=5 TDT=5", "TDLEN=4096 TDH=5 TDT=5" };
	static const char *const moving[] = { "TDLEN=4096 TDH=5 TDT=9", "TDLEN=4096 TDH=9 TDT=9" };
	static const char *const stuck[] = { "TDLEN=4096 TDH=5 TDT=9", "TDLEN=4096 TDH=5 TDT=20" };
	static const char *const slack[] = { "TDLEN=4096 TDH=5 TDT=9", "TDLEN=4096 TDH=5 TDT=5",
					     "TDLEN=4096 TDH=5 TDT=5" };
	static const char *const off[] = { "TDLEN=0 TDH=0 TDT=0", "TDLEN=0 TDH=0 TDT=0" };
	static const char *const nonsense[] = { "TDLEN=4096 TDH=0x2000 TDT=0x2000",
						"TDLEN=4096 TDH=0x2000 TDT=0x2000" };
	static const char *const began[] = { "TDLEN=4096 TDH=1 TDT=1", "TDLEN=4096 TDH=5 TDT=9",
					     "TDLEN=4096 TDH=5 TDT=9", "TDLEN=4096 TDH=5 TDT=9" };
	static const char *const freed[] = { "TDLEN=4096 TDH=5 TDT=9", "TDLEN=4096 TDH=5 TDT=9",
					     "TDLEN=4096 TDH=5 TDT=9", "TDLEN=4096 TDH=0 TDT=0" };

	(void)state;
	expect_state(idle, 2, QUEUE_EMPTY);
	expect_state(moving, 2, QUEUE_MOVING);
	expect_state(stuck, 2, QUEUE_STUCK);
	expect_state(stuck, 1, QUEUE_WAITING);
	expect_state(slack, 3, QUEUE_SLACK);
	expect_state(off, 2, QUEUE_OFF);
	expect_state(nonsense, 2, QUEUE_UNKNOWN);
	expect_state(began, 4, QUEUE_STUCK);
	expect_state(began, 3, QUEUE_MOVING);
	expect_state(freed, 4, QUEUE_MOVING);
}

static void time_and_rate(void **state)
{
	struct patient p;
	struct series s;
	struct queue q;

	(void)state;
	patient_open(&p);
	patient_sample(&p, "82574L", 0, 0, "TDLEN=4096 TDH=250 TDT=255", NULL);
	patient_sample(&p, "82574L", 0, 0.5, "TDLEN=4096 TDH=50 TDT=60", NULL);
	patient_sample(&p, "82574L", 0, 2, "TDLEN=4096 TDH=50 TDT=70", NULL);
	q = queue_of(&p, &s, 0);
	assert_int_equal(q.moved, 56);
	assert_int_equal(q.still, 2);
	assert_true(q.still_ns == 1500000000);
	assert_int_equal(series_rate(&s, q.moved), 28);
	series_free(&s);
	patient_close(&p);
}

static void size_of_ethtool_where_no_register_tells(void **state)
{
	struct patient p;
	struct series s;
	struct queue q;

	(void)state;
	patient_open(&p);
	patient_sample(&p, "X722", 0, 0, "QTX_ENA[44]=5 QTX_HEAD[44]=0x101f0 QTX_TAIL[44]=4", "ring_tx=512");
	q = queue_of(&p, &s, 44);
	assert_int_equal(q.last.size, 512);
	assert_int_equal(q.last.head, 0x1f0);
	assert_int_equal(q.pending, 20);
	assert_int_equal(q.state, QUEUE_WAITING);
	series_free(&s);
	patient_close(&p);
}

/* Samples a second apart, written as letters: . idle, x moving with work, h the head stands with work in the queue,
 * p the same and paused, l the same without link. */
static const struct diagnosis *recorded(struct patient *p, const char *samples)
{
	unsigned head = 10;

	patient_open(p);
	for (size_t i = 0; samples[i]; i++) {
		const unsigned status = samples[i] == 'p' ? 0x80093 : samples[i] == 'l' ? 0x80080 : 0x80083;
		char regs[128];

		head += samples[i] == 'x' ? 3 : 0;
		snprintf(regs, sizeof(regs), "STATUS=0x%x TDLEN=4096 TDH=%u TDT=%u", status, head % 256,
			 (head + (samples[i] == '.' ? 0 : 5)) % 256);
		patient_sample(p, "82574L", 0, (double)i, regs, "carrier=1");
	}
	return patient_ask(p);
}

static void a_hang_that_ended(void **state)
{
	static const struct {
		const char *samples, *since, *until; /* NULL: none */
	} cases[] = {
		{ "xx.hhhhhx..", "00:16:43", "00:16:47" },
		{ "xx.hhhhh.xx", "00:16:43", "00:16:47" },
		{ "xxhxxhxx", NULL, NULL },   /* too short to be one */
		{ "x.ppppppx.", NULL, NULL }, /* the partner paused it */
		{ "x.llllllx.", NULL, NULL }, /* there was no link */
		{ "xxxxxxxxx", NULL, NULL },  /* work waits all the time, and goes on */
		{ "..........", NULL, NULL },
		{ "x.hhhhhx.hhhhhhhx", "00:16:49", "00:16:55" }, /* the longer one of two */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct patient p;
		const struct diagnosis *d = recorded(&p, cases[i].samples);

		if (!cases[i].since) {
			assert_false(d->recovered);
			assert_false(verdict_is_bad(d->verdict));
			assert_null(has_finding(d, "hang-ended"));
		} else {
			assert_int_equal(d->verdict, VERDICT_HUNG);
			assert_true(d->recovered);
			assert_string_equal(d->since, cases[i].since);
			assert_string_equal(d->until, cases[i].until);
			assert_non_null(strstr(d->reason, "recovered"));
		}
		patient_close(&p);
	}
}

/* What is over more than 64 samples ago is found as well; what goes on is no past. */
static void long_ago_and_still(void **state)
{
	char samples[201] = "";
	struct patient p;
	const struct diagnosis *d;

	(void)state;
	memset(samples, '.', 200);
	memset(samples + 5, 'h', 10);
	samples[15] = 'x';
	d = recorded(&p, samples);
	assert_int_equal(d->verdict, VERDICT_HUNG);
	assert_true(d->recovered);
	assert_string_equal(d->since, "00:16:45");
	patient_close(&p);
	d = recorded(&p, "xx.hhhhhh");
	assert_int_equal(d->verdict, VERDICT_HUNG);
	assert_false(d->recovered);
	assert_null(has_finding(d, "hang-ended"));
	patient_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pending_is_modulo_the_ring),
		cmocka_unit_test(movement_is_modulo_the_ring),
		cmocka_unit_test(states),
		cmocka_unit_test(time_and_rate),
		cmocka_unit_test(size_of_ethtool_where_no_register_tells),
		cmocka_unit_test(a_hang_that_ended),
		cmocka_unit_test(long_ago_and_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
