// SPDX-License-Identifier: GPL-2.0-or-later
/* A driver's rings out of a kernel's memory: what is believed, what is not, and in what order it is read. */
#include "chipdefs.h"

#ifdef HAVE_BPF
#include "fake_kernel.h"
#include "range.h"

#include "driver/cache.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

static int read_side(struct fake_kernel *k, struct driver_side *side, struct err *e)
{
	int r = attached_check(&k->device, &k->memory, &k->ask, e);

	driver_side_init(side);
	if (!r)
		r = attached_find_rings(&k->device, &k->memory, &k->ask, e);
	return r ? r : rings_read(&k->device, &k->memory, &k->ask, side, e);
}

static struct driver_side side_of(struct fake_kernel *k)
{
	struct driver_side side;
	struct err e = { 0 };

	if (read_side(k, &side, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_int_equal(side.n_rings, 1);
	return side;
}

static void a_ring_that_is_empty(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;
	const struct ring_side *r;

	fake_indices(k, 5, 5, 5, 5);
	side = side_of(k);
	r = &side.rings[0];
	assert_null(r->why);
	assert_int_equal(r->queue, 0);
	assert_int_equal(r->hw_queue, 0);
	assert_int_equal(r->count, 16);
	assert_int_equal(r->clean, 5);
	assert_int_equal(r->head, 5);
	assert_int_equal(r->tail, 5);
	assert_int_equal(r->use, 5);
	assert_int_equal(r->moving, 0);
	assert_true(r->last == FACT_UNKNOWN);
	assert_true(r->done == FACT_UNKNOWN);
	assert_int_equal(r->inflight, 1000);
	assert_int_equal(r->sent_ms, 2000);
	assert_true(r->owner == FACT_UNKNOWN);
	assert_int_equal(r->n_frames, 0);
	assert_int_equal(side.patience_ms, 1000);
	assert_int_equal(side.given_up, 0);
	assert_true(driver_side_has(&side, "started") && driver_side_has(&side, "present"));
	assert_false(driver_side_has(&side, "down"));
	assert_string_equal(side.counters[0].name, "tx_timeout_count");
	assert_int_equal(side.counters[0].value, 7);
	driver_side_free(&side);
}

/* The 800 series' head: the next one is meant, and one that cannot be is a stale one. */
static void a_head_that_is_the_last_one_done(void **state)
{
	static const struct {
		uint32_t clean, head, use;
		int64_t next;
	} cases[] = {
		{ 5, 4, 5, 5 },
		{ 5, 4, 9, 5 },
		{ 5, 7, 9, 8 },
		{ 5, 8, 9, 9 },
		{ 14, 15, 2, 0 },
		{ 0, 9, 3, FACT_UNKNOWN },
		{ 0, 3, 3, FACT_UNKNOWN },
		{ 0, 0x1fe0, 3, FACT_UNKNOWN },
	};
	struct chipdb *db = defs_open("chip LAST : 82574L \"Last\"\nid 8086:ffee\ntrait head-last-done\n");
	struct fake_kernel *k = *state;

	k->ask.chip = defs_chip(db, "LAST");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct driver_side side;

		fake_indices(k, cases[i].clean, cases[i].head, cases[i].use, cases[i].use);
		side = side_of(k);
		assert_true(side.rings[0].head == cases[i].next);
		assert_int_equal(side.rings[0].tail, cases[i].use);
		driver_side_free(&side);
	}
	chipdb_free(db);
}

/* A TSO frame of three descriptors over the end of the ring, 2 s old. */
static void a_frame_that_stands(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;
	const struct ring_side *r;

	fake_frame(k, 13, 15, 1000000 - 500);
	put(k, AT_SKB, 2974, 4);
	put(k, AT_SKB + 8, 9, 4);
	put(k, AT_SKB_DATA + 0x100 + 2, 1, 1);
	put(k, AT_SKB_DATA + 0x104, 1460, 2);
	put(k, AT_SKB_DATA + 0x106, 2, 2);
	put(k, AT_SKB_DATA + 0x118, 1, 4);
	fake_desc(k, 13, 0, UINT64_C(0x05b4360027000b68));
	fake_desc(k, 14, 0x123456789, UINT64_C(0x000003002610003a));
	fake_desc(k, 15, 0x123456789, UINT64_C(0x000003002d100b64));
	fake_indices(k, 13, 13, 0, 0);
	side = side_of(k);
	r = &side.rings[0];
	assert_int_equal(r->last, 15);
	assert_int_equal(r->done, 0);
	assert_int_equal(r->age_ms, 2000);
	assert_int_equal(r->n_frames, 1);
	assert_int_equal(r->frames[0].first, 13);
	assert_int_equal(r->frames[0].last, 15);
	assert_int_equal(r->frames[0].length, 2974);
	assert_int_equal(r->frames[0].protocol, 0x800);
	assert_int_equal(r->frames[0].transport, 6);
	assert_int_equal(r->frames[0].mss, 1460);
	assert_int_equal(r->frames[0].segments, 2);
	assert_int_equal(r->frames[0].fragments, 1);
	assert_int_equal(r->frames[0].checksum, 1);
	assert_int_equal(r->frames[0].in, 9);
	assert_int_equal(r->n_descs, 3);
	assert_string_equal(r->descs[0].kind, "context");
	assert_int_equal(r->descs[0].mss, 1460);
	assert_int_equal(r->descs[0].segmented, 1);
	assert_int_equal(r->descs[0].header, 54);
	assert_int_equal(r->descs[0].payload, 2920);
	assert_string_equal(r->descs[2].kind, "data");
	assert_int_equal(r->descs[2].length, 0xb64);
	assert_int_equal(r->descs[2].end, 1);
	assert_int_equal(r->descs[2].done, 0);
	driver_side_free(&side);
}

static void the_mark_of_the_last_descriptor_counts(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;

	fake_frame(k, 3, 4, 1000000 - 500);
	fake_desc(k, 3, 0, UINT64_C(0x0000000126100000)); /* an old mark in another slot of it */
	fake_indices(k, 3, 5, 5, 5);
	side = side_of(k);
	assert_int_equal(side.rings[0].done, 0);
	driver_side_free(&side);
	fake_desc(k, 4, 0, UINT64_C(0x000000012d100000));
	side = side_of(k);
	assert_int_equal(side.rings[0].done, 1);
	assert_int_equal(side.rings[0].frames[0].done, 1);
	driver_side_free(&side);
}

/* Each run the driver has cleaned up one more. */
static void keep_moving(struct fake_kernel *k, unsigned run)
{
	put(k, AT_RING + 34, run % 16, 2);
	put(k, AT_RING + 32, (run + 8) % 16, 2);
}

static void what_moves_is_said_to_move(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;

	fake_indices(k, 0, 2, 8, 8);
	k->before = keep_moving;
	side = side_of(k);
	assert_int_equal(side.rings[0].moving, 1);
	assert_true(side.rings[0].last == FACT_UNKNOWN && side.rings[0].done == FACT_UNKNOWN);
	assert_int_equal(side.rings[0].n_frames, 0);
	driver_side_free(&side);
}

/* The driver frees the frame while it is looked at. */
static unsigned looked_at;

static void free_the_frame(struct fake_kernel *k, unsigned run)
{
	if (looked_at && run >= looked_at)
		put(k, AT_BUFFERS + 40 * 4 + 8, 0, 8);
}

static void a_frame_that_is_freed_meanwhile_is_not_shown(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;
	unsigned last;

	fake_frame(k, 3, 4, 1000000 - 500);
	fake_indices(k, 3, 3, 5, 5);
	looked_at = 0;
	side = side_of(k);
	assert_int_equal(side.rings[0].n_frames, 1);
	last = k->runs - 2; /* the checks at the end */
	driver_side_free(&side);
	k->before = free_the_frame;
	k->runs = 0;
	looked_at = last;
	side = side_of(k);
	assert_int_equal(side.rings[0].n_frames, 0);
	driver_side_free(&side);
}

static void expect_refused(struct fake_kernel *k, const char *part)
{
	struct driver_side side;
	struct err e = { 0 };

	assert_int_not_equal(read_side(k, &side, &e), 0);
	if (!strstr(e.why, part))
		fail_msg("\"%s\" does not say \"%s\"", e.why, part);
	driver_side_free(&side);
}

static void other_names_are_not_believed(void **state)
{
	struct fake_kernel *k = *state;

	k->bytes[AT_NAMES + 6] = '2';
	expect_refused(k, "another name");
	k->bytes[AT_NAMES + 6] = '1';
	k->ask.driver = "vfio-pci";
	expect_refused(k, "another driver");
	k->ask.driver = "e1000e";
	k->ask.netdev = "eth1";
	expect_refused(k, "another name");
	k->ask.netdev = "eth0";
	put(k, AT_PCI + 64 + 24, 0, 8);
	expect_refused(k, "let go");
	point(k, AT_PCI + 64 + 24, AT_NETDEV);
	point(k, AT_ADAPTER, AT_PCI + 8);
	expect_refused(k, "do not point at each other");
	point(k, AT_ADAPTER, AT_PCI);
	put(k, AT_NETDEV + 24, 3, 1);
	expect_refused(k, "not registered");
}

static const char *why_of(struct fake_kernel *k, struct driver_side *side)
{
	*side = side_of(k);
	return side->rings[0].why ? side->rings[0].why : "";
}

static void what_cannot_be_is_not_read(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;

	fake_indices(k, 3, 3, 3, 16);
	assert_string_equal(why_of(k, &side), "an index of the driver is beyond the ring");
	assert_true(side.rings[0].use == FACT_UNKNOWN);
	driver_side_free(&side);
	fake_indices(k, 16, 3, 3, 3);
	assert_string_equal(why_of(k, &side), "an index of the driver is beyond the ring");
	driver_side_free(&side);
	fake_indices(k, 3, 3, 3, 3);
	put(k, AT_RING + 28, 3, 4);
	assert_non_null(strstr(why_of(k, &side), "cannot be"));
	driver_side_free(&side);
	put(k, AT_RING + 28, 16, 4);
	put(k, AT_RING + 8, 0, 8); /* as after ip link set down */
	assert_non_null(strstr(why_of(k, &side), "no memory"));
	driver_side_free(&side);
	put(k, AT_RING + 8, 0x1234, 8); /* not a pointer of the kernel's */
	assert_non_null(strstr(why_of(k, &side), "no memory"));
	driver_side_free(&side);
	point(k, AT_RING + 8, AT_DESCS);
	point(k, AT_RING, AT_ADAPTER + 8);
	assert_non_null(strstr(why_of(k, &side), "another device"));
	driver_side_free(&side);
}

static void registers_are_touched_only_if_they_may_be(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;

	fake_indices(k, 3, 3, 3, 3);
	k->ask.touch = false;
	side = side_of(k);
	assert_int_equal(k->bar_loads, 0);
	assert_true(side.rings[0].head == FACT_UNKNOWN && side.rings[0].tail == FACT_UNKNOWN);
	assert_int_equal(side.rings[0].use, 3);
	driver_side_free(&side);
	/* A tail that is no register of the definition's. */
	k->ask.touch = true;
	point(k, AT_RING + 48, AT_BAR + 0xc0);
	side = side_of(k);
	assert_int_equal(k->bar_loads, 0);
	driver_side_free(&side);
	point(k, AT_RING + 48, AT_BAR + 0x3818);
	put(k, AT_ADAPTER + 24, 0, 8);
	side = side_of(k);
	assert_int_equal(side.given_up, 1);
	assert_int_equal(k->bar_loads, 0);
	driver_side_free(&side);
}

static unsigned changed_at;

/* ethtool -G: the ring is another one. */
static void change_ring(struct fake_kernel *k, unsigned run)
{
	if (run == changed_at)
		put(k, AT_RING + 28, 32, 4);
}

static void rings_that_are_set_up_anew_are_noticed(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;
	struct err e = { 0 };

	fake_indices(k, 3, 3, 3, 3);
	assert_int_equal(read_side(k, &side, &e), 0);
	driver_side_free(&side);
	changed_at = k->runs;
	k->before = change_ring;
	assert_int_equal(rings_read(&k->device, &k->memory, &k->ask, &side, &e), -EAGAIN);
	driver_side_free(&side);
	assert_int_equal(attached_find_rings(&k->device, &k->memory, &k->ask, &e), 0);
	assert_int_equal(rings_read(&k->device, &k->memory, &k->ask, &side, &e), 0);
	assert_int_equal(side.rings[0].count, 32);
	driver_side_free(&side);
}

/* The second sample of a device needs few runs, whatever the first one took. */
static void a_sample_takes_few_runs(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side = side_of(k);
	struct err e = { 0 };
	unsigned before = k->runs;

	driver_side_free(&side);
	driver_side_init(&side);
	assert_int_equal(rings_read(&k->device, &k->memory, &k->ask, &side, &e), 0);
	assert_between(k->runs - before, 1, 3);
	driver_side_free(&side);
}

/* Both ends of 64 queues. */
static void many_rings_take_no_more_runs(void **state)
{
	struct fake_kernel *k = *state;
	struct attached *d = &k->device;
	struct driver_side side = side_of(k);
	size_t watched = d->n_watched;
	struct err e = { 0 };
	unsigned before = k->runs;

	driver_side_free(&side);
	driver_side_init(&side);
	for (d->n_rings = 1; d->n_rings < 64; d->n_rings++) {
		d->rings[d->n_rings] = d->rings[0];
		for (size_t i = 0; i < watched; i++) {
			struct watched_word one = d->watched[i];

			*VEC_PUSH(d->watched, d->n_watched, d->cap_watched) = one;
		}
	}
	assert_int_equal(rings_read(d, &k->memory, &k->ask, &side, &e), 0);
	assert_int_equal(side.n_rings, 64);
	assert_null(side.rings[63].why);
	assert_between(k->runs - before, 1, 3);
	driver_side_free(&side);
}

static void msix_is_cleaned_in_the_interrupt(void **state)
{
	struct fake_kernel *k = *state;
	struct driver_side side;

	put(k, AT_ADAPTER + 64, 1, 8); /* NAPI_STATE_SCHED */
	side = side_of(k);
	assert_int_equal(side.rings[0].in_interrupt, 0);
	assert_int_equal(side.rings[0].scheduled, 1);
	driver_side_free(&side);
	point(k, AT_ADAPTER + 56, AT_NAMES);
	side = side_of(k);
	assert_int_equal(side.rings[0].in_interrupt, 1);
	assert_true(side.rings[0].scheduled == FACT_UNKNOWN);
	driver_side_free(&side);
}

static void a_program_that_does_not_run_is_an_error(void **state)
{
	struct fake_kernel *k = *state;

	k->result = -EPERM;
	expect_refused(k, "");
}

static bool remembered(const struct fake_kernel *k, const char *folder, uint64_t key, struct layout *l)
{
	return cache_load(folder, key, driver_defs_find(&k->defs, "e1000e"), &k->defs, l);
}

static void spoil(const char *path, long at)
{
	FILE *f = fopen(path, "r+");
	int c;

	assert_non_null(f);
	fseek(f, at, SEEK_SET);
	c = fgetc(f);
	fseek(f, at, SEEK_SET);
	fputc(c ^ 1, f);
	fclose(f);
}

static void places_are_remembered_for_one_kernel(void **state)
{
	struct fake_kernel *k = *state;
	const struct layout *l = &k->device.layout;
	AUTO_FREE struct layout *back = xcalloc(1, sizeof(*back));
	char folder[] = "/tmp/nicregs-places-XXXXXX";
	AUTO_FREE char *file = NULL;

	if (geteuid())
		skip();
	assert_non_null(mkdtemp(folder));
	file = xasprintf("%s/e1000e.places", folder);
	assert_false(remembered(k, folder, 7, back));
	cache_save(folder, 0, l);
	assert_int_not_equal(access(file, F_OK), 0);
	cache_save(folder, 7, l);
	assert_true(remembered(k, folder, 7, back));
	assert_memory_equal(back->places, l->places, sizeof(l->places));
	assert_int_equal(back->n_states, l->n_states);
	for (size_t i = 0; i < l->n_states; i++) {
		assert_ptr_equal(back->states[i].from, l->states[i].from);
		assert_int_equal(back->states[i].n, l->states[i].n);
		assert_memory_equal(back->states[i].bits, l->states[i].bits,
				    l->states[i].n * sizeof(*l->states[i].bits));
	}
	assert_int_equal(back->n_counters, l->n_counters);
	for (size_t i = 0; i < l->n_counters; i++)
		assert_string_equal(back->counters[i].name, l->counters[i].name);
	assert_false(remembered(k, folder, 8, back));
	chmod(file, 0620);
	assert_false(remembered(k, folder, 7, back));
	chmod(file, 0600);
	chmod(folder, 0770);
	assert_false(remembered(k, folder, 7, back));
	chmod(folder, 0700);
	assert_true(remembered(k, folder, 7, back));
	for (long at = 0; at < 2000; at += 97) {
		spoil(file, at);
		assert_false(remembered(k, folder, 7, back));
		spoil(file, at);
	}
	assert_int_equal(truncate(file, 100), 0);
	assert_false(remembered(k, folder, 7, back));
	unlink(file);
	rmdir(folder);
}

/* The first lines of a driver's file are read alone for this. */
static void restarts_are_those_of_the_definition(void **state)
{
	struct arena arena = { 0 };
	struct driver_defs defs = { 0 };
	unsigned kinds[3] = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(driver_defs_built_in(&arena, &defs, &e), 0);
	for (size_t i = 0; i < defs.n; i++) {
		const struct driver_def *def = defs.v[i];

		if (def->kernel || def->descriptor)
			continue;
		if (drivers_restarts(def->name) != def->facts.restarts)
			fail_msg("%s: %d, not %d", def->name, drivers_restarts(def->name), def->facts.restarts);
		kinds[def->facts.restarts]++;
	}
	assert_true(kinds[RESTARTS_NEVER] && kinds[RESTARTS_ALWAYS] && kinds[RESTARTS_WITH_AUTONEG]);
	assert_int_equal(drivers_restarts("r8169"), RESTARTS_NEVER);
	assert_int_equal(drivers_restarts(""), RESTARTS_NEVER);
	assert_int_equal(drivers_restarts("../chip/I350"), RESTARTS_NEVER);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restarts_are_those_of_the_definition),
		TEST(places_are_remembered_for_one_kernel),
		TEST(a_ring_that_is_empty),
		TEST(a_head_that_is_the_last_one_done),
		TEST(a_frame_that_stands),
		TEST(the_mark_of_the_last_descriptor_counts),
		TEST(what_moves_is_said_to_move),
		TEST(a_frame_that_is_freed_meanwhile_is_not_shown),
		TEST(other_names_are_not_believed),
		TEST(what_cannot_be_is_not_read),
		TEST(registers_are_touched_only_if_they_may_be),
		TEST(rings_that_are_set_up_anew_are_noticed),
		TEST(a_sample_takes_few_runs),
		TEST(many_rings_take_no_more_runs),
		TEST(msix_is_cleaned_in_the_interrupt),
		TEST(a_program_that_does_not_run_is_an_error),
	};

	return cmocka_run_group_tests_name("driver_read", tests, NULL, NULL);
}
#else
int main(void)
{
	puts("skip driver_read: built without libbpf");
	return 0;
}
#endif
