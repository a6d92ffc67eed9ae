/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device whose registers are memory, and a way to it that counts the loads; and the definition of its part. */
#ifndef TESTS_FAKE_ACCESS_H
#define TESTS_FAKE_ACCESS_H

#include "chipdefs.h"

#include "access/access.h"
#include "util/alloc.h"

#define SIZE 0x400000
#define FAULT 0x0badf001u /* a value of `memory` that faults */

struct device {
	uint32_t *memory;
	uint32_t *loads; /* how often each offset / 4 was loaded */
	uint32_t order[16];
	size_t n;
	int result;
	size_t traced;
};

static struct device *current;

static inline int fake_open(struct access *a, const struct access_target *target, struct err *e)
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

static const struct access_ops fake = { .name = "fake", .open = fake_open, .load = fake_load, .close = fake_close };

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

static const char definition[] = "chip T1000 \"Test part\"\n"
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
