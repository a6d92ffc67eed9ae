// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters of incidents never go back, and a file that is written again and again leaves nothing. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "watch/counts.h"
#include "watch/store.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, access("/dev/shm", W_OK) ? "/tmp/nicregs-counts-XXXXXX" : "/dev/shm/nicregs-counts-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	AUTO_FREE char *command = xasprintf("rm -rf %s", folder);

	(void)state;
	return system(command);
}

/* As incident_commit() does it. */
static void commit(const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s", folder, name);

	assert_int_equal(mkdir(path, 0750), 0);
	assert_int_equal(incident_counts_add(folder, name), 0);
}

static void drop(const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s", folder, name);

	assert_int_equal(rmdir(path), 0);
}

static uint64_t count_of(const char *device, const char *kind)
{
	struct incident_counts counts;
	uint64_t n = 0;

	assert_int_equal(incident_counts_read(folder, &counts, NULL), 0);
	for (size_t i = 0; i < counts.n; i++)
		if (!strcmp(counts.v[i].device, device) && !strcmp(counts.v[i].kind, kind))
			n += counts.v[i].n;
	incident_counts_free(&counts);
	return n;
}

static void those_that_went_are_counted(void **state)
{
	(void)state;
	commit("20260705T143000Z-eno1-hang");
	commit("20260705T143001Z-eno1-hang");
	commit("20260705T143001Z-eno1-hang-2");
	commit("20260705T143002Z-eno2-hang");
	assert_int_equal(count_of("eno1", "hang"), 3);
	drop("20260705T143000Z-eno1-hang");
	drop("20260705T143001Z-eno1-hang");
	assert_int_equal(count_of("eno1", "hang"), 3);
	commit("20260706T000000Z-eno1-hang");
	assert_int_equal(count_of("eno1", "hang"), 4);
	assert_int_equal(count_of("eno2", "hang"), 1);
}

/* A process that was killed before it could count, and one that had no room for it. */
static void one_that_nobody_counted_is_counted(void **state)
{
	AUTO_FREE char *path = xasprintf("%s/20260705T143005Z-eno1-hang", folder);

	(void)state;
	commit("20260705T143000Z-eno1-hang");
	assert_int_equal(mkdir(path, 0750), 0);
	assert_int_equal(count_of("eno1", "hang"), 2);
	commit("20260705T143010Z-eno1-hang");
	assert_int_equal(count_of("eno1", "hang"), 3);
}

static void a_clock_that_went_back_loses_none(void **state)
{
	(void)state;
	commit("20260705T143000Z-eno1-hang");
	commit("19700101T000100Z-eno1-hang");
	assert_int_equal(count_of("eno1", "hang"), 2);
	commit("20260705T150000Z-eno1-hang");
	assert_int_equal(count_of("eno1", "hang"), 3);
}

static void names_with_dashes_are_understood(void **state)
{
	struct incident_counts counts;

	(void)state;
	commit("20260705T143000Z-br-lan-0-tx-timeout");
	commit("20260705T143000Z-0000:01:00.0-pcie-lost-17");
	commit("20260705T143000Z-eno1-news");
	assert_int_equal(incident_counts_read(folder, &counts, NULL), 0);
	assert_int_equal(counts.n, 3);
	assert_string_equal(counts.v[0].device, "0000:01:00.0");
	assert_string_equal(counts.v[0].kind, "pcie-lost");
	assert_int_equal(counts.v[0].last, 1783261800);
	assert_string_equal(counts.v[1].device, "br-lan-0");
	assert_string_equal(counts.v[1].kind, "tx-timeout");
	assert_string_equal(counts.v[2].device, "eno1");
	assert_string_equal(counts.v[2].kind, "other");
	incident_counts_free(&counts);
}

/* What is no line of it is passed over, and what is in the folder counts. */
static void a_damaged_file_is_not_believed(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n",
		"x 20260705T143000Z-eno1-hang\n",
		"-1 20260705T143000Z-eno1-hang\n",
		"99 ../../etc\n",
		"99 20260705T143000Z-",
		"99\n",
		"18446744073709551616 20260705T143000Z-eno1-hang\n",
	};
	AUTO_FREE char *path = xasprintf("%s/" INCIDENT_COUNTS, folder);

	(void)state;
	commit("20260705T143000Z-eno1-hang");
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(file_rewrite(path, texts[i], strlen(texts[i]), 0640, NULL), 0);
		assert_int_equal(count_of("eno1", "hang"), 1);
	}
	assert_int_equal(file_rewrite(path, "7 20260705T143000Z-eno1-hang", 28, 0640, NULL), 0);
	assert_int_equal(count_of("eno1", "hang"), 7);
}

static void no_folder_has_none(void **state)
{
	struct incident_counts counts;

	(void)state;
	assert_int_equal(incident_counts_read("/nonexistent/x", &counts, NULL), 0);
	assert_int_equal(counts.n, 0);
	assert_int_not_equal(incident_counts_read("/dev/null", &counts, NULL), 0);
}

static size_t entries(void)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void a_hundred_thousand_times_leave_one_file(void **state)
{
	AUTO_FREE char *path = xasprintf("%s/nicregs.prom", folder);
	AUTO_BUF struct buf text = { 0 };

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		char number[16];
		int n = snprintf(number, sizeof(number), "%u\n", i);

		assert_int_equal(file_rewrite(path, number, (size_t)n, 0644, NULL), 0);
	}
	assert_int_equal(entries(), 1);
	assert_int_equal(file_read(path, 100, &text, NULL), 0);
	assert_string_equal(buf_str(&text), "99999\n");
}

/* A process that has the file, and is killed with it. */
static void whoever_has_it_is_waited_for(void **state)
{
	AUTO_FREE char *path = xasprintf("%s/x", folder), *temporary = xasprintf("%s/.x.new", folder);
	pid_t child = fork();

	(void)state;
	if (!child) {
		int fd = open(temporary, O_CREAT | O_WRONLY, 0600);

		if (flock(fd, LOCK_EX) || write(fd, "half of it, long as it is", 25) != 25)
			_exit(1);
		usleep(200000);
		_exit(0);
	}
	while (access(temporary, F_OK))
		usleep(1000);
	usleep(50000);
	assert_int_equal(file_rewrite(path, "whole", 5, 0644, NULL), 0);
	waitpid(child, NULL, 0);
	assert_int_equal(entries(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(those_that_went_are_counted),
		TEST(one_that_nobody_counted_is_counted),
		TEST(a_clock_that_went_back_loses_none),
		TEST(names_with_dashes_are_understood),
		TEST(a_damaged_file_is_not_believed),
		TEST(no_folder_has_none),
		TEST(a_hundred_thousand_times_leave_one_file),
		TEST(whoever_has_it_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
