// SPDX-License-Identifier: GPL-2.0-or-later
#include "space.h"

#include "chip/db.h"
#include "util/buf.h"

static void one_problem(const struct space *s, const char *sentence)
{
	struct config_cap room[CONFIG_CAPS_MAX];
	AUTO_BUF struct buf words = { 0 };
	struct config_caps caps;

	config_walk(&s->fn, room, &caps);
	assert_int_equal(caps.n_problems, 1);
	config_problem_words(&s->fn, &caps.problems[0], &words);
	assert_string_equal(buf_str(&words), sentence);
}

static void both_lists(void **state)
{
	struct space s;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;

	(void)state;
	space_init(&s, 4096, 0xc8);
	put_cap(&s, 0xc8, 0x01, 0xd0);
	put_cap(&s, 0xd0, 0x05, 0xe0);
	put_express(&s, 0xe0, 0, 0, 0, 0, 0);
	put_extended(&s, 0x100, 0x0001, 2, 0x140);
	put_extended(&s, 0x140, 0x0003, 1, 0);
	config_walk(&s.fn, room, &caps);
	assert_int_equal(caps.n_problems, 0);
	assert_int_equal(caps.n, 6);
	assert_int_equal(caps.caps[0].kind, CHIP_CAP_HEADER);
	assert_int_equal(config_find(&caps, CHIP_CAP_STANDARD, 0x10)->offset, 0xe0);
	assert_int_equal(config_find(&caps, CHIP_CAP_EXTENDED, 0x0003)->offset, 0x140);
	assert_int_equal(config_find(&caps, CHIP_CAP_EXTENDED, 0x0001)->version, 2);
	assert_null(config_find(&caps, CHIP_CAP_STANDARD, 0x11));
}

static void conventional_has_no_extended_list(void **state)
{
	struct space s;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;

	(void)state;
	space_init(&s, 4096, 0xc8);
	put_cap(&s, 0xc8, 0x01, 0);
	put_extended(&s, 0x100, 0x0001, 2, 0);
	config_walk(&s.fn, room, &caps);
	assert_int_equal(caps.n, 2);
	assert_int_equal(caps.n_problems, 0);
}

static void list_bit_clear(void **state)
{
	struct space s;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;

	(void)state;
	space_init(&s, 256, 0x40);
	put_cap(&s, 0x40, 0x01, 0);
	put(&s, 0x06, 2, 0);
	config_walk(&s.fn, room, &caps);
	assert_int_equal(caps.n, 1);
	assert_int_equal(caps.n_problems, 0);
}

static void truncated(void **state)
{
	struct space s;

	(void)state;
	space_init(&s, 64, 0x40);
	one_problem(&s, "The capability list starts at 0x40, which is not in this file.");
	s.fn.unread = UNREAD_NEEDS_ROOT;
	one_problem(&s, "The capability list starts at 0x40, which could not be read (needs root).");
	space_init(&s, 0x81, 0x40);
	put_cap(&s, 0x40, 0x01, 0x80);
	one_problem(&s, "The capability list continues at 0x80, which is not in this file.");
	space_init(&s, 0x120, 0x40);
	put_express(&s, 0x40, 0, 0, 0, 0, 0);
	put_extended(&s, 0x100, 0x0001, 1, 0x140);
	one_problem(&s, "The extended capability list continues at 0x140, which is not in this file.");
	space_init(&s, 0x102, 0x40);
	put_express(&s, 0x40, 0, 0, 0, 0, 0);
	one_problem(&s, "The extended capability list starts at 0x100, which is not in this file.");
	space_init(&s, 17, 0x40);
	one_problem(&s, "Only 17 of the header's 64 bytes are known.");
}

static void nothing_known(void **state)
{
	struct space s;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;

	(void)state;
	space_init(&s, 0, 0x40);
	config_walk(&s.fn, room, &caps);
	assert_int_equal(caps.n, 0);
	assert_int_equal(caps.n_problems, 0);
}

static void standard_loop(void **state)
{
	struct space s;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;

	(void)state;
	space_init(&s, 256, 0x40);
	put_cap(&s, 0x40, 0x01, 0x50);
	put_cap(&s, 0x50, 0x05, 0x40);
	one_problem(&s, "The capability list is damaged: it loops from 0x51 back to 0x40.");
	config_walk(&s.fn, room, &caps);
	assert_int_equal(caps.n, 3);
}

static void standard_bad_pointers(void **state)
{
	struct space s;

	(void)state;
	space_init(&s, 256, 0x20);
	one_problem(&s, "The capability list is damaged: the pointer 0x20 at 0x34 leads before 0x40.");
	space_init(&s, 256, 0x40);
	put_cap(&s, 0x40, 0x01, 0x04);
	one_problem(&s, "The capability list is damaged: the pointer 0x04 at 0x41 leads before 0x40.");
	space_init(&s, 256, 0x40);
	put_cap(&s, 0x40, 0x01, 0x60);
	put_cap(&s, 0x60, 0xff, 0xff);
	one_problem(&s, "The capability list is damaged: 0x60, where 0x41 points to, reads all ones.");
}

/* The two low bits of a pointer are reserved, and a version tells nothing of where the next entry is: as Linux and lspci
 * read them. */
static void followed_all_the_same(void **state)
{
	struct space s;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;

	(void)state;
	space_init(&s, 4096, 0x41);
	put_express(&s, 0x40, 0x53, 0, 0, 0, 0);
	put_cap(&s, 0x50, 0x05, 0x02);
	put_extended(&s, 0x100, 0x0001, 0, 0x143);
	put_extended(&s, 0x140, 0x001e, 1, 0);
	config_walk(&s.fn, room, &caps);
	assert_int_equal(caps.n_problems, 0);
	assert_non_null(config_find(&caps, CHIP_CAP_STANDARD, 0x05));
	assert_non_null(config_find(&caps, CHIP_CAP_EXTENDED, 0x001e));
}

static void extended_faults(void **state)
{
	struct space s;

	(void)state;
	space_init(&s, 4096, 0x40);
	put_express(&s, 0x40, 0, 0, 0, 0, 0);
	put_extended(&s, 0x100, 0x0001, 1, 0x0c0);
	one_problem(&s, "The extended capability list is damaged: the pointer 0xc0 at 0x102 leads before 0x100.");
	put_extended(&s, 0x100, 0x0001, 1, 0x140);
	put_extended(&s, 0x140, 0x0003, 1, 0x100);
	one_problem(&s, "The extended capability list is damaged: it loops from 0x142 back to 0x100.");
	put_extended(&s, 0x140, 0xffff, 1, 0);
	one_problem(&s, "The extended capability list is damaged: the entry at 0x140 has the identifier 0xffff.");
	put(&s, 0x140, 4, UINT32_MAX);
	one_problem(&s, "The extended capability list is damaged: the entry at 0x140 reads all ones.");
	put_extended(&s, 0x100, 0x0001, 1, 0xffc);
	put(&s, 0xffc, 4, 0);
	s.fn.config_len = 0xfff;
	one_problem(&s, "The extended capability list continues at 0xffc, which is not in this file.");
}

static void no_answer(void **state)
{
	struct space s;

	(void)state;
	space_init(&s, 4096, 0x40);
	memset(s.bytes, 0xff, sizeof(s.bytes));
	one_problem(&s, "The device does not answer: its configuration space reads all ones.");
}

/* The longest list that there can be, one entry every 4 bytes. */
static void long_list(void **state)
{
	struct space s;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;

	(void)state;
	space_init(&s, 4096, 0x40);
	for (unsigned at = 0x40; at < 0x100; at += 4)
		put_cap(&s, at, at == 0x40 ? 0x10 : 0x09, at + 4 < 0x100 ? at + 4 : 0);
	for (unsigned at = 0x100; at < 0x1000; at += 4)
		put_extended(&s, at, 0x000b, 1, at + 4 < 0x1000 ? at + 4 : 0);
	config_walk(&s.fn, room, &caps);
	assert_int_equal(caps.n, CONFIG_CAPS_MAX);
}

static void get_stays_inside(void **state)
{
	struct space s;
	uint32_t value;

	(void)state;
	space_init(&s, 64, 0);
	assert_true(config_get(&s.fn, 0, 4, &value));
	assert_int_equal(value, 0x10d38086);
	assert_true(config_get(&s.fn, 62, 2, &value));
	assert_false(config_get(&s.fn, 63, 2, &value));
	assert_false(config_get(&s.fn, 4096, 1, &value));
	assert_false(config_get(&s.fn, UINT32_MAX, 4, &value));
}

struct registers {
	struct chipdb *db;
	const struct chip *pci;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;
	struct config_reg *regs;
	size_t n;
};

static void registers_of(struct registers *r, const struct space *s)
{
	assert_int_equal(chipdb_open(&r->db, NULL, NULL), 0);
	assert_int_equal(chipdb_pci(r->db, &r->pci, NULL), 0);
	config_walk(&s->fn, r->room, &r->caps);
	r->n = config_regs(r->pci, &s->fn, &r->caps, &r->regs);
}

static void registers_free(struct registers *r)
{
	free(r->regs);
	chipdb_free(r->db);
}

static void link_registers(void **state)
{
	struct space s;
	struct registers r;
	uint64_t value;

	(void)state;
	space_init(&s, 4096, 0xe0);
	put_express(&s, 0xe0, 0, 0, 0x00031c11, 0x0042, 0x1011);
	registers_of(&r, &s);
	assert_true(config_field(r.regs, r.n, "LNKCTL", "ASPMC", &value));
	assert_int_equal(value, 2);
	assert_true(config_field(r.regs, r.n, "LNKCTL", NULL, &value));
	assert_int_equal(value, 0x42);
	assert_true(config_field(r.regs, r.n, "DEVICE", NULL, &value));
	assert_int_equal(value, 0x10d3);
	assert_false(config_field(r.regs, r.n, "LNKCTL", "NONESUCH", &value));
	assert_false(config_field(r.regs, r.n, "MSIXCTL", NULL, &value));
	registers_free(&r);
}

/* An endpoint has no bridge registers and no root registers; an integrated one has no link either. */
static void conditions(void **state)
{
	struct space s;
	struct registers r;
	uint64_t value;

	(void)state;
	space_init(&s, 256, 0xe0);
	put_express(&s, 0xe0, 0, 9, 0x00031c11, 0x0042, 0x1011);
	registers_of(&r, &s);
	assert_false(config_field(r.regs, r.n, "LNKCTL", NULL, &value));
	assert_false(config_field(r.regs, r.n, "SECONDARY", NULL, &value));
	assert_true(config_field(r.regs, r.n, "SUBVENDOR", NULL, &value));
	registers_free(&r);

	space_init(&s, 256, 0xe0);
	space_bridge(&s, 0, 4);
	put_express(&s, 0xe0, 0, 4, 0x00031c11, 0x0042, 0x1011);
	registers_of(&r, &s);
	assert_true(config_field(r.regs, r.n, "SECONDARY", NULL, &value));
	assert_int_equal(value, 4);
	assert_true(config_field(r.regs, r.n, "RTCTL", NULL, &value));
	assert_false(config_field(r.regs, r.n, "SUBVENDOR", NULL, &value));
	registers_free(&r);
}

static void beyond_the_known_bytes(void **state)
{
	struct space s;
	struct registers r;
	uint64_t value;
	bool found = false;

	(void)state;
	space_init(&s, 0xee, 0xe0);
	put_express(&s, 0xe0, 0, 0, 0x00031c11, 0x0042, 0x1011);
	registers_of(&r, &s);
	for (size_t i = 0; i < r.n; i++) {
		if (strcmp(r.regs[i].reg->name, "LNKCAP"))
			continue;
		found = true;
		assert_false(r.regs[i].known);
		assert_int_equal(r.regs[i].offset, 0xec);
	}
	assert_true(found);
	assert_false(config_field(r.regs, r.n, "LNKCAP", "SLS", &value));
	registers_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_lists),
		cmocka_unit_test(conventional_has_no_extended_list),
		cmocka_unit_test(list_bit_clear),
		cmocka_unit_test(truncated),
		cmocka_unit_test(nothing_known),
		cmocka_unit_test(standard_loop),
		cmocka_unit_test(standard_bad_pointers),
		cmocka_unit_test(followed_all_the_same),
		cmocka_unit_test(extended_faults),
		cmocka_unit_test(no_answer),
		cmocka_unit_test(long_list),
		cmocka_unit_test(get_stays_inside),
		cmocka_unit_test(link_registers),
		cmocka_unit_test(conditions),
		cmocka_unit_test(beyond_the_known_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
