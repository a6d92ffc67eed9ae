// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kill -9 at every single system call of a save that changes something on disk, in the middle of each write, too: what
 * is there is whole, and the next start clears the rest away. The calls below stand in for the C library's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "range.h"

#include "util/alloc.h"
#include "util/buf.h"
#include "util/file.h"
#include "watch/counts.h"
#include "watch/store.h"

#define TAKEN INT64_C(1783261800000000000) /* 2026-07-05 14:30:00 UTC */
#define MINUTE INT64_C(60000000000)

static char folder[] = "/tmp/nicregs-kill-XXXXXX";
static char text[20000]; /* of each file */
static unsigned calls_left;

static void call(void)
{
	if (calls_left && !--calls_left)
		kill(getpid(), SIGKILL);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
	if (calls_left == 1)
		syscall(SYS_write, fd, bytes, n / 2);
	call();
	return syscall(SYS_write, fd, bytes, n);
}

int mkdir(const char *path, mode_t mode)
{
	call();
	return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int rename(const char *from, const char *to)
{
	call();
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int remove(const char *path)
{
	call();
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0) &&
	       (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int fsync(int fd)
{
	call();
	return (int)syscall(SYS_fsync, fd);
}

int fchmod(int fd, mode_t mode)
{
	call();
	return (int)syscall(SYS_fchmod, fd, mode);
}

static const char *const at_once[] = { "0-before.json", "2-now-0.json", "2-now-1.json", INCIDENT_LOG, INCIDENT_ABOUT };
static const char *const afterwards[] = { INCIDENT_AFTER "/0.json", INCIDENT_AFTER "/" INCIDENT_LOG, INCIDENT_ABOUT };

static void put(struct incident *i, const char *name)
{
	assert_int_equal(incident_put(i, name, text, sizeof(text), NULL), 0);
}

/* The third of two that are kept, and what came after it. */
static void save(int64_t taken)
{
	const struct incident_store store = { .dir = folder, .keep = 2, .most_bytes = 1 << 24 };
	struct incident i;

	assert_int_equal(incident_begin(&store, taken, "eno1", "hang", false, &i, NULL), 0);
	for (size_t k = 0; k < sizeof(at_once) / sizeof(at_once[0]); k++)
		put(&i, at_once[k]);
	assert_int_equal(incident_commit(&store, &i, NULL), 0);
	for (size_t k = 0; k < sizeof(afterwards) / sizeof(afterwards[0]); k++)
		put(&i, afterwards[k]);
	incident_end(&i);
}

static bool is_whole(const char *incident, const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s/%s", folder, incident, name);
	AUTO_BUF struct buf got = { 0 };

	return !file_read(path, sizeof(text) + 1, &got, NULL) && got.len == sizeof(text) &&
	       !memcmp(got.data, text, sizeof(text));
}

/* Everything in a folder is whole, and nothing but what belongs there is in it. */
static void check_files(const char *incident, const char *within)
{
	AUTO_FREE char *path = xasprintf("%s/%s%s", folder, incident, within);
	DIR *dir = opendir(path);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		AUTO_FREE char *name = xasprintf("%s%s", *within ? INCIDENT_AFTER "/" : "", d->d_name);
		bool known = !strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, INCIDENT_AFTER) ||
			     !strcmp(name, INCIDENT_AFTER "/.") || !strcmp(name, INCIDENT_AFTER "/..");

		for (size_t i = 0; i < sizeof(at_once) / sizeof(at_once[0]) && !known; i++)
			known = !strcmp(name, at_once[i]) && is_whole(incident, name);
		for (size_t i = 0; i < sizeof(afterwards) / sizeof(afterwards[0]) && !known; i++)
			known = !strcmp(name, afterwards[i]) && is_whole(incident, name);
		if (!known)
			fail_msg("%s of %s is not whole, or does not belong there", name, incident);
	}
	if (dir)
		closedir(dir);
}

/* How many incidents are visible, each of them whole. */
static size_t check_store(bool cleared)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	size_t n = 0;

	while ((d = readdir(dir))) {
		if (d->d_name[0] == '.') {
			if (cleared)
				assert_true(!strcmp(d->d_name, ".") || !strcmp(d->d_name, "..") ||
					    !strcmp(d->d_name, INCIDENT_COUNTS));
			continue;
		}
		n++;
		for (size_t i = 0; i < sizeof(at_once) / sizeof(at_once[0]); i++)
			if (!is_whole(d->d_name, at_once[i]))
				fail_msg("%s lacks %s", d->d_name, at_once[i]);
		if (!cleared)
			continue;
		check_files(d->d_name, "");
		check_files(d->d_name, "/" INCIDENT_AFTER);
	}
	closedir(dir);
	return n;
}

static void start_anew(void)
{
	const struct incident_store store = { .dir = folder, .keep = 2, .most_bytes = 1 << 24 };
	int lock;

	assert_int_equal(incident_store_open(&store, &lock, NULL), 0);
	close(lock);
}

static void empty(void)
{
	AUTO_FREE char *command = xasprintf("rm -rf '%s'/2* '%s'/.[no]*", folder, folder);

	assert_int_equal(system(command), 0);
}

/* False: the save came to its end before the nth call. */
static bool killed_at(unsigned n)
{
	int status;
	pid_t child = fork();

	if (!child) {
		calls_left = n;
		save(TAKEN + 2 * MINUTE);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	return WIFSIGNALED(status);
}

static void a_save_that_is_killed_at_any_call(void **state)
{
	unsigned n = 1;
	bool killed;

	(void)state;
	memset(text, 'x', sizeof(text));
	do {
		size_t before;

		empty();
		save(TAKEN);
		save(TAKEN + MINUTE);
		killed = killed_at(n);
		before = check_store(false);
		assert_between(before, 2, killed ? 3 : 2);
		start_anew();
		assert_int_equal(check_store(true), before);
		n++;
	} while (killed);
	assert_between(n, 40, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_save_that_is_killed_at_any_call) };
	char counts[64];
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	empty();
	snprintf(counts, sizeof(counts), "%s/%s", folder, INCIDENT_COUNTS);
	unlink(counts);
	rmdir(folder);
	return failed;
}
