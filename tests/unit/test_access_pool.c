// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways that stay open from sample to sample: one that gave nothing is left for the next, one that has given stays. */
#include "private_sys.h"

#include "access/access.h"
#include "util/err.h"

#define NIC "0000:02:00.0"

static struct access_target target = { .size = 0x1000 };
static const struct err why = { .what = "mmap", .why = "it gave nothing" };

static int setup(void **state)
{
	(void)state;
	if (sys_enter())
		return -1;
	sys_function(NIC, 0x1000);
	return pci_addr_parse(NIC, &target.addr) ? 0 : -1;
}

static struct snapshot *get(struct access_pool *pool, struct access **a)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct err e = { 0 };

	if (access_pool_get(pool, &target, NULL, s, a, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_string_equal(s->access, "mmap");
	assert_int_equal(s->n_refusals, 0);
	return s;
}

/* No driver is bound, so there is nothing below: all that was tried is said. */
static void what_gave_nothing_is_left(void **state)
{
	struct access_pool pool = { 0 };
	struct access *a = NULL;
	struct snapshot *s = get(&pool, &a);
	struct err e = { 0 };

	(void)state;
	assert_int_not_equal(access_pool_fall(&pool, &target, &why, s, &a, &e), 0);
	assert_null(a);
	assert_null(s->access);
	assert_int_equal(s->n_refusals, 3);
	assert_string_equal(s->refusals[0].rung, "mmap");
	assert_string_equal(s->refusals[0].why, "it gave nothing");
	assert_string_equal(s->refusals[1].rung, "bpf");
	assert_string_equal(s->refusals[2].rung, "ethtool");
	snapshot_free(s);
	/* it is tried again for the next sample */
	snapshot_free(get(&pool, &a));
	access_pool_close(&pool);
}

static void what_has_given_stays(void **state)
{
	struct access_pool pool = { 0 };
	struct access *a = NULL, *again = NULL;
	struct snapshot *s = get(&pool, &a);
	struct err e = { 0 };

	(void)state;
	again = a;
	access_pool_delivered(&pool, &target.addr);
	assert_int_not_equal(access_pool_fall(&pool, &target, &why, s, &a, &e), 0);
	assert_null(a);
	assert_int_equal(s->n_refusals, 0);
	assert_string_equal(e.why, "it gave nothing");
	snapshot_free(s);
	snapshot_free(get(&pool, &a));
	assert_ptr_equal(a, again);
	access_pool_close(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_gave_nothing_is_left),
		cmocka_unit_test(what_has_given_stays),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
