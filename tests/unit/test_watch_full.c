// SPDX-License-Identifier: GPL-2.0-or-later
/* A disk that is full: older incidents go for a new one, in their order, and never for one that only a log told of. */
#include "private_sys.h"

#include <dirent.h>
#include <errno.h>

#include "util/alloc.h"
#include "util/err.h"
#include "watch/store.h"

#define TAKEN INT64_C(1783261800000000000) /* 2026-07-05 14:30:00 UTC */
#define MINUTE INT64_C(60000000000)
#define DISK "/sys/disk"
#define FILE_SIZE 20000

static const struct incident_store store = { .dir = DISK, .keep = 100, .most_bytes = 1 << 30 };

static bool is_there(const char *name)
{
	AUTO_FREE char *path = xasprintf(DISK "/%s", name);

	return !access(path, F_OK);
}

/* -errno of the first file that does not fit. */
static int save(int64_t minute, bool confirmed, size_t *given_up)
{
	AUTO_FREE char *content = xcalloc(1, FILE_SIZE);
	AUTO_FREE char *about = xasprintf("{\n \"confirmed\": \"%s\"\n}\n", confirmed ? "registers" : "log");
	struct incident i;
	struct err e;
	int r = incident_begin(&store, TAKEN + minute * MINUTE, "eno1", "hang", confirmed, &i, &e);

	if (!r)
		r = incident_put(&i, INCIDENT_ABOUT, about, strlen(about), &e);
	if (!r)
		r = incident_put(&i, "2-now-0.json", content, FILE_SIZE, &e);
	*given_up = i.given_up;
	if (!r)
		r = incident_commit(&store, &i, &e);
	incident_end(&i);
	return r;
}

static int fresh(void **state)
{
	(void)state;
	umount2(DISK, MNT_DETACH);
	return mount("none", DISK, "tmpfs", 0, "size=80k"); /* three of them */
}

static void the_oldest_goes(void **state)
{
	size_t given_up;

	(void)state;
	for (int64_t k = 0; k < 3; k++)
		assert_int_equal(save(k, k == 1, &given_up), 0);
	assert_int_equal(given_up, 0);
	assert_int_equal(save(3, true, &given_up), 0);
	assert_int_equal(given_up, 1);
	assert_false(is_there("20260705T143000Z-eno1-hang"));
	assert_int_equal(save(4, true, &given_up),
			 0); /* the other one that a log told of, though it is not the oldest */
	assert_true(is_there("20260705T143100Z-eno1-hang"));
	assert_false(is_there("20260705T143200Z-eno1-hang"));
	assert_int_equal(save(5, true, &given_up), 0);
	assert_int_equal(given_up, 1);
	assert_false(is_there("20260705T143100Z-eno1-hang"));
}

static void what_a_log_told_of_makes_no_room_for_itself_at_the_cost_of_more(void **state)
{
	size_t given_up;

	(void)state;
	for (int64_t k = 0; k < 3; k++)
		assert_int_equal(save(k, true, &given_up), 0);
	assert_int_equal(save(3, false, &given_up), -ENOSPC);
	assert_int_equal(given_up, 0);
	assert_true(is_there("20260705T143000Z-eno1-hang"));
	assert_true(is_there("20260705T143100Z-eno1-hang"));
	assert_true(is_there("20260705T143200Z-eno1-hang"));
	assert_false(is_there("20260705T143300Z-eno1-hang"));
}

static void what_others_wrote_stays(void **state)
{
	size_t given_up;

	(void)state;
	{
		AUTO_FREE char *content = xcalloc(1, 65536);

		sys_write(DISK "/notes", content, 65536);
	}
	assert_int_equal(save(0, true, &given_up), -ENOSPC);
	assert_true(is_there("notes"));
	assert_false(is_there("20260705T143000Z-eno1-hang"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_oldest_goes, fresh),
		cmocka_unit_test_setup(what_a_log_told_of_makes_no_room_for_itself_at_the_cost_of_more, fresh),
		cmocka_unit_test_setup(what_others_wrote_stays, fresh),
	};

	if (sys_enter() < 0 || mkdir(DISK, 0755)) {
		puts("skip watch_full: no file system can be mounted here");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
