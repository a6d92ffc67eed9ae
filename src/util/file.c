// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

static int read_all(int fd, const char *path, size_t most, struct buf *out, struct err *e)
{
	char chunk[16384];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "%s", path);
		if (out->len + (size_t)n > most)
			return err_set(e, EFBIG, path, "larger than the %zu MiB that such a file can have", most >> 20);
		buf_add(out, chunk, (size_t)n);
	}
	buf_add(out, "", 0);
	return 0;
}

int file_read(const char *path, size_t most, struct buf *out, struct err *e)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (!strcmp(path, "-"))
		return read_all(STDIN_FILENO, "standard input", most, out, e);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_file(e, errno, path);
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
		return err_file(e, EISDIR, path);
	return read_all(fd, path, most, out, e);
}

int file_attr(int dirfd, const char *path, char *out, size_t size)
{
	AUTO_CLOSE int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	out[0] = '\0';
	if (fd < 0)
		return -errno;
	n = read(fd, out, size - 1);
	if (n < 0)
		return -errno;
	out[n] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return 0;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

/* A rename is on the disk when its folder is. What cannot be synced is no error: the file is in its place. */
static void sync_folder(const char *path)
{
	AUTO_FREE char *copy = xstrdup(path);
	AUTO_CLOSE int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		fsync(fd);
}

/* Where a file system cannot say no by itself, as NFS, whoever comes in between loses. */
static int put_in_place(const char *temp, const char *path, bool replace)
{
	struct stat st;

	if (replace)
		return rename(temp, path) < 0 ? -errno : 0;
	if (!renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE))
		return 0;
	if (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (!faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW))
		return -EEXIST;
	return rename(temp, path) < 0 ? -errno : 0;
}

static int write_beside(const char *path, char *temp, const void *bytes, size_t n, mode_t mode, bool replace)
{
	AUTO_CLOSE int fd = mkostemp(temp, O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, bytes, n);
	if (!r && fchmod(fd, mode) < 0)
		r = -errno;
	if (!r && fsync(fd) < 0)
		r = -errno;
	if (!r)
		r = put_in_place(temp, path, replace);
	if (r)
		unlink(temp);
	else
		sync_folder(path);
	return r;
}

/* Something like /dev/null, a pipe, or a terminal: a file must not take its place. */
static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int write_special(const char *path, const void *bytes, size_t n)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : write_all(fd, bytes, n);
}

static int write_file(const char *path, const void *bytes, size_t n, mode_t mode, bool replace, struct err *e)
{
	AUTO_FREE char *temp = NULL;
	int r;

	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdout")) {
		r = write_all(STDOUT_FILENO, bytes, n);
		return r ? err_sys(e, -r, "standard output") : 0;
	}
	temp = xasprintf("%s.XXXXXX", path);
	r = is_special(path) ? write_special(path, bytes, n) : write_beside(path, temp, bytes, n, mode, replace);
	if (r == -EEXIST) {
		err_set(e, EEXIST, path, "the file exists");
		err_todo(e, "name another one, or replace it with --force");
	} else if (r) {
		err_sys(e, -r, "%s", path);
		err_todo(e, r == -EFBIG ? "a limit on the size of files is set here: see ulimit -f"
					: "name a file in a writable directory with free space");
	}
	return r;
}

int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	return write_file(path, bytes, n, mode, true, e);
}

int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	return write_file(path, bytes, n, mode, false, e);
}
