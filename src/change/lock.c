// SPDX-License-Identifier: GPL-2.0-or-later
#include "change/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/err.h"

#define TRIES_A_SECOND 20
#define LOCK "lock"
#define OTHERS (S_IRWXG | S_IRWXO)

static int refuse_folder(const char *dir, const char *why, struct err *e)
{
	err_set(e, EPERM, dir, "%s: others could hold the lock there, or forge a record of the state to restore", why);
	err_todo(e, "remove it (rm -r %s); nicregs makes it anew, for root alone", dir);
	return -EPERM;
}

/* One that others may read is closed to them; where they may have written nothing can be trusted. */
static int check_folder(int fd, const char *dir, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "%s", dir);
	if (st.st_uid != geteuid())
		return refuse_folder(dir, "it belongs to another user", e);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return refuse_folder(dir, "other users may write in it", e);
	if (st.st_mode & OTHERS && fchmod(fd, S_IRWXU) < 0)
		return err_sys(e, errno, "%s", dir);
	return 0;
}

/* A rescue shell may be without /run. */
static int make_folder(const char *dir)
{
	AUTO_FREE char *parent = xstrndup(dir, (size_t)(strrchr(dir, '/') - dir));

	if (!mkdir(dir, S_IRWXU) || errno == EEXIST)
		return 0;
	if (errno == ENOENT && !mkdir(parent, 0755) && !mkdir(dir, S_IRWXU))
		return 0;
	return -errno;
}

int change_folder(const char *dir, int *fd, struct err *e)
{
	int r;

	*fd = -1;
	r = make_folder(dir);
	if (r)
		return err_sys(e, -r, "%s", dir);
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return refuse_folder(dir, "it is a symbolic link, or not a directory", e);
	r = *fd < 0 ? err_sys(e, errno, "%s", dir) : check_folder(*fd, dir, e);
	if (r && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return r;
}

static bool is_open_to_others(int folder)
{
	struct stat st;

	return !fstatat(folder, LOCK, &st, AT_SYMLINK_NOFOLLOW) &&
	       (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & OTHERS);
}

static int open_file(int folder, const char *name)
{
	return openat(folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, S_IRUSR | S_IWUSR);
}

/* Who opened a file while others might do so may hold it for ever: another takes its place, once, whoever else tries. */
static int open_lock(int folder, const char *dir, struct err *e)
{
	int fd;

	if (is_open_to_others(folder)) {
		AUTO_CLOSE int guard = open_file(folder, LOCK ".new");

		if (guard < 0 || flock(guard, LOCK_EX) < 0)
			return err_sys(e, errno, "%s/" LOCK ".new", dir);
		if (is_open_to_others(folder))
			renameat(folder, LOCK ".new", folder, LOCK);
		else
			unlinkat(folder, LOCK ".new", 0);
	}
	fd = open_file(folder, LOCK);
	return fd < 0 ? err_sys(e, errno, "%s/" LOCK, dir) : fd;
}

static int lock_take(int fd, unsigned seconds)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / TRIES_A_SECOND };

	for (unsigned i = 0; i <= seconds * TRIES_A_SECOND; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return -EBUSY;
}

/* Who has it, for the message of who wants it. */
static int lock_sign(int fd)
{
	char holder[32];
	int n = snprintf(holder, sizeof(holder), "%ld\n", (long)getpid());

	return ftruncate(fd, 0) < 0 || pwrite(fd, holder, (size_t)n, 0) < 0 ? -errno : 0;
}

static int lock_fail(int r, int fd, const char *dir, const char *verb, unsigned seconds, struct err *e)
{
	char holder[32] = "";

	if (r != -EBUSY)
		return err_sys(e, -r, "%s/" LOCK, dir);
	if (pread(fd, holder, sizeof(holder) - 1, 0) > 0)
		holder[strcspn(holder, "\n")] = '\0';
	return err_set(e, EBUSY, verb, "another nicregs (process %s) is changing something and did not finish in %u s",
		       holder, seconds);
}

int change_lock(const char *dir, const char *verb, unsigned seconds, int *fd, struct err *e)
{
	AUTO_CLOSE int folder = -1;
	int r = change_folder(dir, &folder, e);

	*fd = -1;
	if (r)
		return r;
	*fd = open_lock(folder, dir, e);
	if (*fd < 0)
		return *fd;
	r = lock_take(*fd, seconds);
	if (!r)
		r = lock_sign(*fd);
	if (!r)
		return 0;
	lock_fail(r, *fd, dir, verb, seconds, e);
	close(*fd);
	*fd = -1;
	return r;
}

int change_begin(const char *verb, int *fd, struct err *e)
{
	*fd = -1;
	if (!geteuid())
		return change_lock(CHANGE_RUN_DIR, verb, CHANGE_LOCK_SECONDS, fd, e);
	err_set(e, EACCES, verb, "only root can change it");
	err_todo(e, "run it again as root, with sudo for instance; --dry-run prints the writes");
	return -EACCES;
}
