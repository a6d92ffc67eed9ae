// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "watch/counts.h"
#include "watch/store.h"
#include "watch/internal.h"

#define TAKEN INT64_C(1783261800000000000) /* 2026-07-05 14:30:00 UTC */

static char folder[] = "/tmp/nicregs-store-XXXXXX";

static size_t entries(const char *path, const char *starting)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	size_t n = 0;

	while (dir && (d = readdir(dir)))
		n += strcmp(d->d_name, ".") && strcmp(d->d_name, "..") && strcmp(d->d_name, INCIDENT_COUNTS) &&
		     !strncmp(d->d_name, starting, strlen(starting));
	if (dir)
		closedir(dir);
	return n;
}

static void save_as(const struct incident_store *store, int64_t taken, size_t bytes, bool confirmed)
{
	AUTO_FREE char *about =
		xasprintf("{\n \"kind\": \"\\\"confirmed\\\": \\\"registers\\\"\",\n \"confirmed\": \"%s\"\n}\n",
			  confirmed ? "registers" : "log");
	AUTO_FREE char *content = xcalloc(1, bytes + 1);
	struct incident i;

	assert_int_equal(incident_begin(store, taken, "eno1", "hang", confirmed, &i, NULL), 0);
	assert_int_equal(incident_put(&i, INCIDENT_ABOUT, about, strlen(about), NULL), 0);
	assert_int_equal(incident_put(&i, "2-now-0.json", content, bytes, NULL), 0);
	assert_int_equal(incident_commit(store, &i, NULL), 0);
	incident_end(&i);
}

static void save(const struct incident_store *store, int64_t taken, size_t bytes)
{
	save_as(store, taken, bytes, false);
}

static void appears_whole(void **state)
{
	const struct incident_store store = { .dir = folder, .keep = 10, .most_bytes = 1 << 20 };
	struct incident i;
	int lock;

	(void)state;
	assert_int_equal(incident_store_open(&store, &lock, NULL), 0);
	assert_int_equal(incident_begin(&store, TAKEN, "eno1", "hang", false, &i, NULL), 0);
	assert_int_equal(incident_put(&i, "2-now-0.json", "{}", 2, NULL), 0);
	assert_int_equal(entries(folder, "2"), 0); /* not yet */
	assert_int_equal(incident_commit(&store, &i, NULL), 0);
	assert_int_equal(entries(folder, "20260705T143000Z-eno1-hang"), 1);
	assert_int_equal(entries(folder, "."), 0);
	assert_int_equal(incident_put(&i, INCIDENT_AFTER "/0.json", "{}", 2, NULL), 0);
	assert_int_equal(entries(i.path, "after"), 1);
	incident_end(&i);
	close(lock);
}

static void a_second_of_that_time_has_its_own_name(void **state)
{
	const struct incident_store store = { .dir = folder, .keep = 10, .most_bytes = 1 << 20 };

	(void)state;
	save(&store, TAKEN, 10);
	save(&store, TAKEN, 10);
	assert_true(entries(folder, "20260705T143000Z-eno1-hang-2") >= 1);
}

static void what_was_left_unfinished_goes(void **state)
{
	const struct incident_store store = { .dir = folder, .keep = 10, .most_bytes = 1 << 20 };
	AUTO_FREE char *mine = xasprintf("%s/.new-notes", folder);
	struct incident i;
	int lock;

	(void)state;
	assert_int_equal(mkdir(mine, 0700), 0); /* not of our making */
	assert_int_equal(incident_begin(&store, TAKEN, "eno1", "hang", false, &i, NULL), 0);
	assert_int_equal(incident_put(&i, "2-now-0.json", "{}", 2, NULL), 0);
	assert_int_equal(entries(folder, ".new-2"), 1);
	free(i.path);
	free(i.filling); /* as if killed */
	assert_int_equal(incident_store_open(&store, &lock, NULL), 0);
	assert_int_equal(entries(folder, ".new-2"), 0);
	assert_int_equal(entries(folder, ".new-notes"), 1);
	close(lock);
	rmdir(mine);
}

/* Two that watch, with the same folder. */
static void what_another_one_fills_stays(void **state)
{
	const struct incident_store store = { .dir = folder, .keep = 10, .most_bytes = 1 << 20 };
	struct incident i, k;
	int lock, other;

	(void)state;
	assert_int_equal(incident_store_open(&store, &lock, NULL), 0);
	assert_int_equal(incident_begin(&store, TAKEN, "eno1", "hang", false, &i, NULL), 0);
	assert_int_equal(incident_store_open(&store, &other, NULL), 0);
	assert_int_equal(incident_begin(&store, TAKEN, "eno1", "hang", false, &k, NULL), 0);
	assert_int_equal(entries(folder, ".new-2"), 2);
	assert_int_equal(incident_commit(&store, &i, NULL), 0);
	assert_int_equal(incident_commit(&store, &k, NULL), 0);
	assert_int_equal(entries(folder, "2"), 2);
	incident_end(&i);
	incident_end(&k);
	close(lock);
	close(other);
}

static void number_and_size_are_bounded(void **state)
{
	const struct incident_store few = { .dir = folder, .keep = 3, .most_bytes = 1 << 20 },
				    small = { .dir = folder, .keep = 10, .most_bytes = 2500 };
	AUTO_FREE char *own = xasprintf("%s/notes", folder);

	(void)state;
	assert_int_equal(mkdir(own, 0700), 0);
	for (int64_t k = 0; k < 6; k++)
		save(&few, TAKEN + k * 60000000000, 10);
	assert_int_equal(entries(folder, "2"), 3);
	assert_int_equal(entries(folder, "20260705T1435"), 1); /* the latest stay */
	assert_int_equal(entries(folder, "20260705T1430"), 0);
	for (int64_t k = 6; k < 10; k++)
		save(&small, TAKEN + k * 60000000000, 1000);
	assert_int_equal(entries(folder, "2"), 2);
	save(&small, TAKEN + 600000000000, 5000); /* the new one stays, whatever its size */
	assert_int_equal(entries(folder, "20260705T1440"), 1);
	assert_int_equal(entries(folder, "2"), 1);
	assert_int_equal(entries(folder, "notes"), 1);
	rmdir(own);
}

/* Whoever can write to a log can have as many incidents as he likes. */
static void a_log_alone_pushes_out_nothing_that_registers_confirmed(void **state)
{
	const struct incident_store store = { .dir = folder, .keep = 3, .most_bytes = 10000 };

	(void)state;
	for (int64_t k = 0; k < 3; k++)
		save_as(&store, TAKEN + k * 60000000000, 10, true);
	for (int64_t k = 3; k < 9; k++)
		save_as(&store, TAKEN + k * 60000000000, 10, false);
	assert_int_equal(entries(folder, "2"), 4); /* and the last of the others */
	assert_int_equal(entries(folder, "20260705T1430"), 1);
	assert_int_equal(entries(folder, "20260705T1431"), 1);
	assert_int_equal(entries(folder, "20260705T1432"), 1);
	assert_int_equal(entries(folder, "20260705T1438"), 1);
	save_as(&store, TAKEN + 9 * INT64_C(60000000000), 20000, false); /* nor by its size */
	assert_int_equal(entries(folder, "2"), 4);
	save_as(&store, TAKEN + 10 * INT64_C(60000000000), 10, true); /* what is confirmed goes for its like */
	assert_int_equal(entries(folder, "2"), 3);
	assert_int_equal(entries(folder, "20260705T1430"), 0);
	assert_int_equal(entries(folder, "20260705T1440"), 1);
}

/* What stands in the place of a file is no reason to wait. */
static void odd_files_hold_up_nothing(void **state)
{
	const struct incident_store store = { .dir = folder, .keep = 3, .most_bytes = 10000 };
	AUTO_FREE char *about = xasprintf("%s/20260705T142900Z-eno1-hang/" INCIDENT_ABOUT, folder);
	AUTO_FREE char *odd = xasprintf("%s/20260705T142900Z-eno1-hang", folder);
	struct incident i;

	(void)state;
	assert_int_equal(mkdir(odd, 0700), 0);
	assert_int_equal(mkfifo(about, 0600), 0);
	alarm(10);
	for (int64_t k = 0; k < 4; k++)
		save(&store, TAKEN + k * 60000000000, 10);
	assert_int_equal(entries(folder, "20260705T1429"), 0);
	assert_int_equal(incident_begin(&store, TAKEN, "eno2", "hang", false, &i, NULL), 0);
	{
		AUTO_FREE char *place = xasprintf("%s/" INCIDENT_ABOUT, i.filling);

		assert_int_equal(mkfifo(place, 0600), 0);
	}
	assert_int_equal(incident_put(&i, INCIDENT_ABOUT, "{}", 2, NULL), 0);
	incident_end(&i);
	alarm(0);
}

/* A device's name comes from outside. */
static void names_stay_in_the_folder(void **state)
{
	const struct incident_store store = { .dir = folder, .keep = 10, .most_bytes = 1 << 20 };
	struct incident i;

	(void)state;
	assert_int_equal(incident_begin(&store, TAKEN, "../../x y", "hang", false, &i, NULL), 0);
	assert_non_null(strstr(i.path, "Z-.._.._x_y-hang"));
	incident_end(&i);
	assert_int_equal(entries(folder, ".new-"), 0);
}

static void the_tail_keeps_whole_lines(void **state)
{
	struct watch_tail t;
	struct buf out = { 0 };

	(void)state;
	watch_tail_init(&t);
	watch_tail_add(&t, "first\n", 6);
	watch_tail_text(&t, &out);
	assert_string_equal(buf_str(&out), "first\n");
	buf_clear(&out);
	for (unsigned i = 0; i < 20000; i++) {
		char line[32];

		watch_tail_add(&t, line, (size_t)snprintf(line, sizeof(line), "line %u\n", i));
	}
	watch_tail_text(&t, &out);
	assert_true(out.len <= WATCH_TAIL_BYTES && out.len > WATCH_TAIL_BYTES - 32);
	assert_memory_equal(buf_str(&out), "line ", 5);
	assert_string_equal(buf_str(&out) + out.len - 11, "line 19999\n");
	buf_free(&out);
	watch_tail_free(&t);
}

static void told(const struct sockaddr_un *at, size_t path_length, const char *name)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char got[32] = "";

	assert_int_equal(bind(fd, (const struct sockaddr *)at,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_length)),
			 0);
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(watch_notify("READY=1"), 0);
	assert_int_equal(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 7);
	assert_string_equal(got, "READY=1");
	close(fd);
}

static void the_service_manager_is_told(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO_FREE char *path = xasprintf("%s/notify", folder);
	AUTO_FREE char *abstract = xasprintf("@nicregs-test-%d", (int)getpid());

	(void)state;
	strcpy(at.sun_path, path);
	told(&at, strlen(path) + 1, path);
	unlink(path);
	memset(at.sun_path, 0, sizeof(at.sun_path));
	strcpy(at.sun_path + 1, abstract + 1);
	told(&at, strlen(abstract), abstract);
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(watch_notify("READY=1"), 0);
	setenv("NOTIFY_SOCKET", "relative", 1);
	assert_int_equal(watch_notify("READY=1"), -EINVAL);
}

static int fresh(void **state)
{
	AUTO_FREE char *command = xasprintf("rm -rf '%s'/* '%s'/.new-* '%s'/.old-* '%s'/" INCIDENT_COUNTS, folder,
					    folder, folder, folder);

	(void)state;
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(appears_whole, fresh),
		cmocka_unit_test_setup(a_second_of_that_time_has_its_own_name, fresh),
		cmocka_unit_test_setup(what_was_left_unfinished_goes, fresh),
		cmocka_unit_test_setup(what_another_one_fills_stays, fresh),
		cmocka_unit_test_setup(number_and_size_are_bounded, fresh),
		cmocka_unit_test_setup(a_log_alone_pushes_out_nothing_that_registers_confirmed, fresh),
		cmocka_unit_test_setup(odd_files_hold_up_nothing, fresh),
		cmocka_unit_test_setup(names_stay_in_the_folder, fresh),
		cmocka_unit_test(the_tail_keeps_whole_lines),
		cmocka_unit_test_setup(the_service_manager_is_told, fresh),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fresh(NULL);
	rmdir(folder);
	return failed;
}
