// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are written: whole or not at all, and never in the place of something else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"

static int enter(void **state)
{
	char *folder = strdup("/tmp/nicregs-test-XXXXXX");

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	*state = folder;
	return 0;
}

/* How many there are in the folder; `clear` removes them. */
static size_t entries(bool clear)
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		n++;
		if (clear)
			unlink(entry->d_name);
	}
	closedir(dir);
	return n;
}

static int leave(void **state)
{
	entries(true);
	assert_int_equal(chdir("/"), 0);
	rmdir(*state);
	free(*state);
	return 0;
}

static void assert_holds(const char *path, const char *text)
{
	struct buf b = { 0 };

	assert_int_equal(file_read(path, 1000, &b, NULL), 0);
	assert_string_equal(buf_str(&b), text);
	buf_free(&b);
}

static void a_file_is_replaced_whole(void **state)
{
	struct stat st;

	(void)state;
	umask(077);
	assert_int_equal(file_write_atomic("f", "one", 3, 0644, NULL), 0);
	assert_int_equal(file_write_atomic("f", "two!", 4, 0640, NULL), 0);
	assert_holds("f", "two!");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(entries(false), 1);
}

typedef int replace_fn(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

static void who_may_read_a_file_stays(void **state)
{
	replace_fn *const all[] = { file_replace, file_rewrite };
	static const mode_t modes[] = { 0600, 0640, 0664, 0444 };
	bool root = !geteuid();
	struct stat st;

	(void)state;
	umask(022);
	for (size_t i = 0; i < 8; i++) {
		unlink("f");
		assert_int_equal(all[i % 2]("f", "one", 3, 0644, NULL), 0);
		assert_int_equal(stat("f", &st), 0);
		assert_int_equal(st.st_mode & 07777, 0644);
		assert_int_equal(chmod("f", modes[i / 2]), 0);
		assert_int_equal(root ? chown("f", 65534, 65533) : 0, 0);
		assert_int_equal(all[i % 2]("f", "two", 3, 0644, NULL), 0);
		assert_holds("f", "two");
		assert_int_equal(stat("f", &st), 0);
		assert_int_equal(st.st_mode & 07777, modes[i / 2]);
		assert_true(!root || (st.st_uid == 65534 && st.st_gid == 65533));
	}
	assert_int_equal(unlink("f"), 0);
	assert_int_equal(file_write_atomic("secret", "keep", 4, 0600, NULL), 0);
	assert_int_equal(symlink("secret", "f"), 0);
	assert_int_equal(file_rewrite("f", "new", 3, 0644, NULL), 0);
	assert_int_equal(stat("secret", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void a_failure_leaves_all_as_it_was(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(file_write_atomic("no/such/folder", "x", 1, 0644, &e), -ENOENT);
	assert_string_equal(e.what, "no/such/folder");
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(file_write_atomic("d", "x", 1, 0644, &e), -EISDIR);
	assert_int_equal(entries(false), 1);
	rmdir("d");
}

static void a_link_is_replaced_and_not_followed(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(file_write_atomic("precious", "keep", 4, 0644, NULL), 0);
	assert_int_equal(symlink("precious", "link"), 0);
	assert_int_equal(file_write_atomic("link", "new", 3, 0644, NULL), 0);
	assert_holds("precious", "keep");
	assert_holds("link", "new");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void a_device_or_pipe_is_written_to(void **state)
{
	struct stat before, after;
	char got[8] = "";
	int fd;

	(void)state;
	assert_int_equal(stat("/dev/null", &before), 0);
	assert_int_equal(symlink("/dev/null", "null"), 0);
	assert_int_equal(file_write_atomic("null", "lost", 4, 0644, NULL), 0);
	assert_int_equal(lstat("null", &after), 0);
	assert_true(S_ISLNK(after.st_mode));
	assert_int_equal(mkfifo("pipe", 0600), 0);
	fd = open("pipe", O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(file_write_atomic("pipe", "there", 5, 0644, NULL), 0);
	assert_int_equal(read(fd, got, sizeof(got) - 1), 5);
	assert_string_equal(got, "there");
	close(fd);
	assert_int_equal(lstat("pipe", &after), 0);
	assert_true(S_ISFIFO(after.st_mode));
	assert_int_equal(entries(false), 2);
}

static void assert_refused(const char *path, int r, const char *why)
{
	struct err e = { 0 };

	assert_int_equal(file_rewrite(path, "new", 3, 0644, &e), r);
	assert_non_null(strstr(e.why, why));
}

/* Again and again: what reads them follows links, and would wait for a pipe. */
static void a_link_is_followed_where_files_are_rewritten(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("there", 0700), 0);
	assert_int_equal(symlink("there/file", "link"), 0);
	assert_int_equal(symlink("link", "second"), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(file_rewrite("second", i ? "again" : "first", 5, 0644, NULL), 0);
		assert_holds("there/file", i ? "again" : "first");
	}
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(access("there/.file.new", F_OK), -1);
	assert_int_equal(symlink("round", "round"), 0);
	assert_refused("round", -ELOOP, "levels of symbolic links");
	if (!lchown("link", 65534, 65534))
		assert_refused("second", -EPERM, "a symbolic link of another user");
	else
		print_message("a link cannot be given to another user here\n");
	assert_int_equal(unlink("there/file"), 0);
	assert_int_equal(rmdir("there"), 0);
}

static void a_device_or_pipe_is_not_rewritten(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_refused("pipe", -EINVAL, "a pipe, not a file");
	assert_int_equal(symlink("/dev/null", "null"), 0);
	assert_refused("null", -EINVAL, "a device, not a file");
	assert_refused("/dev/null", -EINVAL, "a device, not a file");
	assert_int_equal(entries(false), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_replaced_whole),          TEST(who_may_read_a_file_stays),
		TEST(a_failure_leaves_all_as_it_was),    TEST(a_link_is_replaced_and_not_followed),
		TEST(a_device_or_pipe_is_written_to),    TEST(a_link_is_followed_where_files_are_rewritten),
		TEST(a_device_or_pipe_is_not_rewritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
