// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver's side in a snapshot file: what is saved is loaded, what is hostile is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "device/compare.h"
#include "snapshot/file.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

/* Of a ring: a yes or a no. */
static bool is_yes_or_no(const char *name)
{
	static const char *const names[] = { "done",      "moving",      "stopped",      "limited",
					     "frozen",    "scheduled",   "missed",       "held",
					     "busy_poll", "xdp",         "in_interrupt", "zero_copy",
					     "gated",     "launch_time", "hang_check",   "stamp_pending" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static struct snapshot *full(void)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct driver_side *d = &s->side;

	d->driver = xstrdup("igb");
	d->read = 1234567890123456789;
	d->given_up = 0;
	d->pci_error = 1;
	d->patience_ms = 1000;
	d->not_shown = 3;
	driver_side_add_state(d, "started");
	driver_side_add_counter(d, "tx_timeout_count", 7);
	for (int i = 0; i < 2; i++) {
		struct ring_side *r = driver_side_add_ring(d);

		for (size_t k = 0; k < n_ring_numbers; k++)
			*side_number(r, &ring_numbers[k]) =
				is_yes_or_no(ring_numbers[k].name) ? (int64_t)k % 2 : 100 * i + (int64_t)k;
		r->count = 4096;
	}
	d->rings[0].why = xstrdup("it has no memory");
	for (int i = 0; i < 3; i++) {
		struct frame_side *f = ring_side_add_frame(&d->rings[1]);
		struct desc_side *desc = ring_side_add_desc(&d->rings[1], i ? "data" : "context");

		for (size_t k = 0; k < n_frame_numbers; k++)
			*side_number(f, &frame_numbers[k]) = 10 * i + (int64_t)k;
		f->done = i == 1;
		for (size_t k = 0; k < n_desc_numbers; k += 2)
			*side_number(desc, &desc_numbers[k]) = 20 * i + (int64_t)k;
	}
	d->rings[1].frames[1].in_name = xstrdup("tap\"0");
	return s;
}

static int load(const char *text, struct snapshots *list, struct err *e)
{
	return snapshot_load("test", text, strlen(text), list, e);
}

static void what_is_saved_is_loaded(void **state)
{
	struct snapshot *s = full(), *copy = snapshot_copy(s);
	AUTO_BUF struct buf text = { 0 };
	struct snapshots list = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(driver_side_same(&s->side, &copy->side));
	snapshot_save(s, NULL, &text);
	if (load(buf_str(&text), &list, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_true(driver_side_same(&s->side, &list.v[0]->side));
	list.v[0]->side.rings[1].frames[2].length++;
	assert_false(driver_side_same(&s->side, &list.v[0]->side));
	snapshots_free(&list);
	snapshot_free(copy);
	snapshot_free(s);
}

static void a_reason_alone_is_kept(void **state)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	AUTO_BUF struct buf text = { 0 };
	struct snapshots list = { 0 };
	struct err e = { 0 };

	(void)state;
	driver_side_refuse(&s->side, "no driver is bound");
	snapshot_save(s, NULL, &text);
	assert_null(strstr(buf_str(&text), "\"rings\""));
	assert_int_equal(load(buf_str(&text), &list, &e), 0);
	assert_false(driver_side_known(&list.v[0]->side));
	assert_string_equal(list.v[0]->side.why, "no driver is bound");
	snapshots_free(&list);
	snapshot_free(s);
}

static const struct side_change *change_named(const struct comparison *c, const char *name)
{
	for (size_t i = 0; i < c->n_sides; i++)
		if (!strcmp(c->sides[i].ring ? c->sides[i].number->name : c->sides[i].word, name))
			return &c->sides[i];
	return NULL;
}

static void what_differs_is_found(void **state)
{
	struct snapshot *a = full(), *b = full();
	struct comparison c;
	struct chipdb *db;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	assert_int_equal(compare_snapshots(db, a, b, &c, &e), 0);
	assert_int_equal(c.n_sides, 0);
	comparison_free(&c);
	b->side.rings[1].use += 5;
	b->side.counters[0].value = 9;
	driver_side_add_state(&b->side, "resetting");
	assert_int_equal(compare_snapshots(db, a, b, &c, &e), 0);
	assert_int_equal(c.n_sides, 3);
	assert_int_equal(change_named(&c, "use")->value[COMPARE_B] - change_named(&c, "use")->value[COMPARE_A], 5);
	assert_int_equal(change_named(&c, "tx_timeout_count")->value[COMPARE_B], 9);
	assert_int_equal(change_named(&c, "resetting")->value[COMPARE_A], 0);
	assert_true(change_named(&c, "resetting")->state);
	comparison_free(&c);
	/* One that nobody read differs in nothing. */
	driver_side_refuse(&b->side, "needs root");
	assert_int_equal(compare_snapshots(db, a, b, &c, &e), 0);
	assert_int_equal(c.n_sides, 0);
	comparison_free(&c);
	snapshot_free(a);
	snapshot_free(b);
	chipdb_free(db);
}

#define HEAD "{\"format\": \"nicregs-snapshot\", \"schema\": 1, \"origin\": \"live\", "

static void what_is_wrong_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ HEAD "\"driver_side\": 1}", "not an object" },
		{ HEAD "\"driver_side\": {\"driver\": 7}}", "driver" },
		{ HEAD "\"driver_side\": {\"driver\": \"igb\", \"given_up\": 2}}", "given_up" },
		{ HEAD "\"driver_side\": {\"driver\": \"igb\", \"states\": [1]}}", "states" },
		{ HEAD "\"driver_side\": {\"driver\": \"igb\", \"counters\": {\"a\": \"b\"}}}", "counters" },
		{ HEAD "\"driver_side\": {\"driver\": \"igb\"}, \"rings\": [{\"clean\": \"x\"}]}", "clean" },
		{ HEAD "\"driver_side\": {\"driver\": \"igb\"}, \"rings\": [{}], \"frames\": [{\"ring\": 1}]}",
		  "not the number of a ring" },
		{ HEAD "\"driver_side\": {\"driver\": \"igb\"}, \"rings\": [{}], \"descriptors\": [{}]}",
		  "not the number of a ring" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct snapshots list = { 0 };
		struct err e = { 0 };

		assert_int_equal(load(rows[i].text, &list, &e), -22);
		if (!strstr(e.why, rows[i].why))
			fail_msg("\"%s\" does not say \"%s\"", e.why, rows[i].why);
		snapshots_free(&list);
	}
}

#define SIDE HEAD "\"driver_side\": {\"driver\": \"igb\"}, "
#define RING(numbers) SIDE "\"rings\": [{" numbers "}]}"
#define FRAME(numbers) SIDE "\"rings\": [{\"count\": 256}], \"frames\": [{\"ring\": 0, " numbers "}]}"
#define DESC(numbers) SIDE "\"rings\": [{\"count\": 256}], \"descriptors\": [{\"ring\": 0, " numbers "}]}"

static void what_no_ring_can_have_is_refused(void **state)
{
	static const struct {
		const char *text, *what; /* NULL: it is loaded */
	} rows[] = {
		{ RING("\"count\": 0, \"head\": 3"), "rings[0].count" },
		{ RING("\"count\": -256"), "rings[0].count" },
		{ RING("\"count\": 65537"), "rings[0].count" },
		{ RING("\"count\": 65536, \"use\": 65535"), NULL },
		{ RING("\"count\": 256, \"clean\": -1"), "rings[0].clean" },
		{ RING("\"count\": 256, \"clean\": 256"), "rings[0].clean" },
		{ RING("\"count\": 256, \"use\": 300"), "rings[0].use" },
		{ RING("\"use\": 65536"), "rings[0].use" },
		{ RING("\"count\": 256, \"last\": 256"), "rings[0].last" },
		{ RING("\"count\": 256, \"head_word\": 9223372036854775807"), "rings[0].head_word" },
		{ RING("\"count\": 256, \"clean\": 0, \"use\": 255, \"last\": 255, \"head_word\": 0"), NULL },
		{ RING("\"count\": 256, \"head\": -1"), "rings[0].head" },
		{ RING("\"count\": 256, \"tail\": 65536"), "rings[0].tail" },
		/* A device that was reset behind its driver may be anywhere. */
		{ RING("\"count\": 256, \"head\": 8191, \"tail\": 300"), NULL },
		{ RING("\"queue\": 65536"), "rings[0].queue" },
		{ RING("\"hw_queue\": 4294967296"), "rings[0].hw_queue" },
		{ RING("\"age_ms\": -1"), "rings[0].age_ms" },
		{ RING("\"age_ms\": 9223372036854775"), "rings[0].age_ms" },
		{ RING("\"sent_ms\": 9223372036854775"), "rings[0].sent_ms" },
		{ RING("\"age_ms\": 31536000000, \"sent_ms\": 31536000000"), NULL },
		{ RING("\"done\": 2"), "rings[0].done" },
		{ RING("\"xdp\": -1"), "rings[0].xdp" },
		{ RING("\"owner\": 65537"), "rings[0].owner" },
		{ RING("\"packets\": -5"), NULL },
		{ FRAME("\"first\": 256"), "frames[0].first" },
		{ FRAME("\"last\": -1"), "frames[0].last" },
		{ FRAME("\"first\": 255, \"last\": 0"), NULL },
		{ FRAME("\"age_ms\": 9223372036854775807"), "frames[0].age_ms" },
		{ FRAME("\"length\": -1"), "frames[0].length" },
		{ DESC("\"index\": 256"), "descriptors[0].index" },
		{ DESC("\"index\": 255"), NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct snapshots list = { 0 };
		struct err e = { 0 };
		int r = load(rows[i].text, &list, &e);

		if (r != (rows[i].what ? -22 : 0))
			fail_msg("%s: %d, %s", rows[i].text, r, e.why);
		if (rows[i].what && !strstr(e.why, rows[i].what))
			fail_msg("\"%s\" does not say \"%s\"", e.why, rows[i].what);
		snapshots_free(&list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_saved_is_loaded),
		cmocka_unit_test(a_reason_alone_is_kept),
		cmocka_unit_test(what_differs_is_found),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(what_no_ring_can_have_is_refused),
	};

	return cmocka_run_group_tests_name("driver_side", tests, NULL, NULL);
}
