// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of /proc/vmallocinfo, as Linux 6.1 and 6.12 print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "access/iomap.h"

#define TEST(name) cmocka_unit_test(name)
#define PHYS 0xfe600000u
#define SIZE 0x20000u
#define E1000E                                                                            \
	"0xffffb2e3c0480000-0xffffb2e3c04a1000  135168 e1000_probe+0x1d3/0xf30 [e1000e] " \
	"phys=0x00000000fe600000 ioremap\n"

static struct iomap read_lines(const char *const *lines, size_t n, uint64_t phys, uint64_t size)
{
	struct iomap map = { 0 };

	for (size_t i = 0; i < n; i++)
		iomap_line(lines[i], phys, size, &map);
	return map;
}

#define READ(phys, size, ...)                            \
	read_lines((const char *const[]){ __VA_ARGS__ }, \
		   sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), phys, size)

static void the_whole_bar(void **state)
{
	struct iomap map = READ(
		PHYS, SIZE, "0xffffb2e3c0000000-0xffffb2e3c0005000   20480 unpurged vm_area\n",
		"0xffffb2e3c0005000-0xffffb2e3c0007000    8192 hpet_enable+0x3/0x4d phys=0x00000000fed00000 ioremap\n",
		E1000E,
		"0xffffb2e3c0500000-0xffffb2e3c0505000   20480 dup_task_struct+0x5b/0x1c0 pages=4 vmalloc N0=4\n");

	(void)state;
	assert_int_equal(map.n, 1);
	assert_int_equal(iomap_end(&map), SIZE);
	assert_int_equal(iomap_address(&map, 0), 0xffffb2e3c0480000);
	assert_int_equal(iomap_address(&map, 0x3810), 0xffffb2e3c0483810);
	assert_int_equal(iomap_address(&map, SIZE - 4), 0xffffb2e3c0480000 + SIZE - 4);
	assert_int_equal(iomap_address(&map, SIZE), 0);
	assert_int_equal(iomap_address(&map, SIZE - 2), 0);
}

static void hidden_addresses_are_none(void **state)
{
	struct iomap map = READ(
		PHYS, SIZE,
		/* kptr_restrict 0: hashed; 2, or 1 without CAP_SYSLOG: zeroed */
		"0x00000000d2c1a9b7-0x00000000417d6f21  135168 e1000_probe+0x1d3/0xf30 [e1000e] "
		"phys=0x00000000fe600000 ioremap\n",
		"0x0000000000000000-0x0000000000000000  135168 e1000_probe+0x1d3/0xf30 [e1000e] "
		"phys=0x00000000fe600000 ioremap\n",
		"0xffffb2e3c0480010-0xffffb2e3c04a1000  135168 odd phys=0x00000000fe600000 ioremap\n",
		"0xffffb2e3c0480000-0xffffb2e3c0480000  135168 empty phys=0x00000000fe600000 ioremap\n",
		"0xffffb2e3c0480000-0xffffb2e3c0481000    4096 a guard page only phys=0x00000000fe600000 ioremap\n",
		"(ptrval)-(ptrval)  135168 early boot phys=0x00000000fe600000 ioremap\n",
		"0xffffb2e3c0480000-0xffffb2e3c04a1000  135168 not of a device phys=0x00000000fe600000\n", "", "\n",
		" phys=0x ioremap");

	(void)state;
	assert_int_equal(map.n, 0);
	assert_int_equal(iomap_end(&map), 0);
	assert_int_equal(iomap_address(&map, 0), 0);
}

static void neighbours_are_none(void **state)
{
	struct iomap map =
		READ(PHYS, SIZE,
		     "0xffffb2e3c0480000-0xffffb2e3c04a1000  135168 below phys=0x00000000fe5e0000 ioremap\n",
		     "0xffffb2e3c0580000-0xffffb2e3c05a1000  135168 above phys=0x00000000fe620000 ioremap\n",
		     "0xffffb2e3c0680000-0xffffb2e3c06a1000  135168 4 GB up phys=0x00000001fe600000 ioremap\n");

	(void)state;
	assert_int_equal(map.n, 0);
}

/* i40e maps 4 MB of a larger 64-bit BAR. */
static void part_of_a_bar(void **state)
{
	const uint64_t phys = 0x3816000000, size = 0x1000000;
	struct iomap map = READ(phys, size,
				"0xffffff8001000000-0xffffff8001401000 4198400 i40e_probe+0x1a5/0x2010 [i40e] "
				"phys=0x0000003816000000 ioremap\n");

	(void)state;
	assert_int_equal(map.n, 1);
	assert_int_equal(iomap_end(&map), 0x400000);
	assert_int_equal(iomap_address(&map, 0x3ffffc), 0xffffff80013ffffc);
	assert_int_equal(iomap_address(&map, 0x400000), 0);
}

static void a_mapping_that_begins_before_and_ends_after(void **state)
{
	struct iomap map =
		READ(PHYS, SIZE,
		     "0xffffb2e3c0400000-0xffffb2e3c0801000 4198400 firmware phys=0x00000000fe500000 ioremap\n");

	(void)state;
	assert_int_equal(map.n, 1);
	assert_int_equal(iomap_address(&map, 0), 0xffffb2e3c0500000);
	assert_int_equal(iomap_end(&map), SIZE);
}

static void several_mappings_the_largest_first(void **state)
{
	struct iomap map =
		READ(PHYS, SIZE,
		     "0xffffb2e3c0100000-0xffffb2e3c0102000    8192 doorbells phys=0x00000000fe601000 ioremap\n",
		     E1000E, "0xffffb2e3c0200000-0xffffb2e3c0203000   12288 else phys=0x00000000fe602000 ioremap\n");

	(void)state;
	assert_int_equal(map.n, 3);
	assert_int_equal(iomap_address(&map, 0x1004), 0xffffb2e3c0481004);
	assert_int_equal(iomap_address(&map, 0x2008), 0xffffb2e3c0482008);
}

static void holes_stay_holes(void **state)
{
	struct iomap map =
		READ(PHYS, SIZE, "0xffffb2e3c0100000-0xffffb2e3c0102000    8192 one phys=0x00000000fe600000 ioremap\n",
		     "0xffffb2e3c0200000-0xffffb2e3c0203000   12288 two phys=0x00000000fe604000 ioremap\n");

	(void)state;
	assert_int_equal(iomap_address(&map, 0xffc), 0xffffb2e3c0100ffc);
	assert_int_equal(iomap_address(&map, 0x1000), 0);
	assert_int_equal(iomap_address(&map, 0x4000), 0xffffb2e3c0200000);
	assert_int_equal(iomap_end(&map), 0x6000);
}

/* However many there are, the driver's large one is not crowded out. */
static void more_mappings_than_are_kept(void **state)
{
	struct iomap map = { 0 };
	char line[200];

	(void)state;
	for (unsigned i = 0; i < 2 * IOMAP_RANGES; i++) {
		snprintf(line, sizeof(line), "0x%llx-0x%llx 8192 small phys=0x%x ioremap\n",
			 0xffffb2e3c0100000ull + 0x2000 * i, 0xffffb2e3c0102000ull + 0x2000 * i, PHYS);
		iomap_line(line, PHYS, SIZE, &map);
	}
	iomap_line(E1000E, PHYS, SIZE, &map);
	assert_int_equal(map.n, IOMAP_RANGES);
	assert_int_equal(iomap_address(&map, 8), 0xffffb2e3c0480008);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_whole_bar),
		TEST(hidden_addresses_are_none),
		TEST(neighbours_are_none),
		TEST(part_of_a_bar),
		TEST(a_mapping_that_begins_before_and_ends_after),
		TEST(several_mappings_the_largest_first),
		TEST(holes_stay_holes),
		TEST(more_mappings_than_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
