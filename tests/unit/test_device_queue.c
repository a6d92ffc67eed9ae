// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's number of a queue and the hardware's. */
#include "chipdefs.h"
#include "device/queue.h"
#include "snapshot/snapshot.h"

static void of_kernel(struct chipdb *db, const char *chip, int64_t vfs, enum queue_direction direction, uint32_t n,
		      int64_t expected)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct values v;
	uint32_t queue = 0;

	fact_set_num(&s->facts, fact_named("virtual_functions"), vfs);
	values_init(&v, s, chip ? defs_chip(db, chip) : NULL);
	assert_int_equal(queue_of_kernel(&v, direction, n, &queue), expected >= 0);
	if (expected >= 0)
		assert_int_equal(queue, expected);
	values_free(&v);
	snapshot_free(s);
}

static void behind_the_virtual_functions(void **state)
{
	struct chipdb *db = defs_open("chip i \"I\"\nqueues tx 16 driver vfs+n\nqueues rx 16 driver vfs+n/2+8*(n%2)\n"
				      "chip p \"P\"\nqueues tx 4\nqueues rx 4 driver base+n\n");

	(void)state;
	of_kernel(db, "i", 7, QUEUE_TX, 1, 8);
	of_kernel(db, "i", 0, QUEUE_TX, 1, 1);
	of_kernel(db, "i", FACT_UNKNOWN, QUEUE_TX, 1, 1);
	of_kernel(db, "i", 7, QUEUE_TX, 9, -1); /* past the part's queues */
	of_kernel(db, "i", 7, QUEUE_RX, 1, 15);
	of_kernel(db, "i", 0, QUEUE_RX, 2, 1);
	of_kernel(db, "p", 7, QUEUE_TX, 3, 3);
	of_kernel(db, "p", 0, QUEUE_RX, 0, -1); /* the driver alone knows */
	of_kernel(db, "I350", 2, QUEUE_RX, 0, 2);
	of_kernel(db, NULL, 0, QUEUE_TX, 0, -1);
	chipdb_free(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behind_the_virtual_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
