// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

int file_too_large(const char *path, size_t most, struct err *e)
{
	bool small = most < 1 << 20;

	return err_set(e, EFBIG, path, "larger than the %zu %s that such a file can have", most >> (small ? 10 : 20),
		       small ? "KiB" : "MiB");
}

ssize_t file_some(int fd, void *to, size_t room)
{
	ssize_t n;

	do
		n = read(fd, to, room);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static int read_all(int fd, const char *path, size_t most, struct buf *out, struct err *e)
{
	char chunk[16384];
	ssize_t n;

	while ((n = file_some(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0)
			return err_sys(e, (int)-n, "%s", path);
		if (out->len + (size_t)n > most)
			return file_too_large(path, most, e);
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

int file_read_own(const char *path, size_t most, struct buf *out, struct err *e)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0 && errno != ENXIO)
		return err_file(e, errno, path);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_set(e, EINVAL, path, "not a regular file, which it has to be");
		err_todo(e, "find out who put it there, and remove it");
		return -EINVAL;
	}
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

/* Where a file system cannot say no by itself, as NFS, whoever comes in between loses. musl has no renameat2(). */
static int put_in_place(const char *temp, const char *path, bool replace)
{
	struct stat st;

	if (replace)
		return rename(temp, path) < 0 ? -errno : 0;
	if (!syscall(SYS_renameat2, AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE))
		return 0;
	if (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (!faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW))
		return -EEXIST;
	return rename(temp, path) < 0 ? -errno : 0;
}

/* Who may do what with a file. */
struct rights {
	mode_t mode;
	uid_t uid; /* -1: as it comes */
	gid_t gid;
};

/* The owner where that is allowed; a group that cannot be given gets nothing in place of the one that had it. */
static int give_rights(int fd, const struct rights *rights)
{
	bool grouped = fchown(fd, rights->uid, rights->gid) >= 0 || fchown(fd, (uid_t)-1, rights->gid) >= 0;

	return fchmod(fd, grouped ? rights->mode : rights->mode & ~(mode_t)S_IRWXG) < 0 ? -errno : 0;
}

/* Those of the file at path; where there is none, or something else, `mode` alone. */
static struct rights rights_of(const char *path, mode_t mode)
{
	struct stat st;

	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return (struct rights){ mode, (uid_t)-1, (gid_t)-1 };
	return (struct rights){ st.st_mode & 0777, st.st_uid, st.st_gid };
}

static int fill_beside(const char *path, const char *temp, int fd, const void *bytes, size_t n,
		       const struct rights *rights, bool replace)
{
	int r = write_all(fd, bytes, n);

	if (!r)
		r = give_rights(fd, rights);
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

static int write_beside(const char *path, char *temp, const void *bytes, size_t n, const struct rights *rights,
			bool replace)
{
	AUTO_CLOSE int fd = mkostemp(temp, O_CLOEXEC);

	return fd < 0 ? -errno : fill_beside(path, temp, fd, bytes, n, rights, replace);
}

#define WAIT_MS 20
#define WAITS_MOST 150

/* The temporary file, empty and ours alone, in *fd; what somebody else has put there goes. -EAGAIN: another one has it. */
static int take_temporary(const char *temp, int *fd)
{
	struct stat mine, now;

	*fd = open(temp, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (*fd < 0 && errno != ELOOP && errno != ENXIO && errno != EISDIR)
		return -errno;
	if (*fd < 0 || fstat(*fd, &mine) || !S_ISREG(mine.st_mode) || mine.st_nlink > 1 || mine.st_uid != geteuid()) {
		if (remove(temp) < 0 && errno != ENOENT)
			return -errno;
		return -EAGAIN;
	}
	if (flock(*fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	/* Whoever had it before may have put it in its place meanwhile. */
	if (lstat(temp, &now) || now.st_ino != mine.st_ino || now.st_dev != mine.st_dev)
		return -EAGAIN;
	return ftruncate(*fd, 0) < 0 ? -errno : 0;
}

static int rewrite_beside(const char *path, const char *temp, const void *bytes, size_t n, mode_t mode)
{
	const struct timespec wait = { .tv_nsec = WAIT_MS * 1000000 };
	const struct rights rights = rights_of(path, mode);
	int r = -EAGAIN;

	for (unsigned i = 0; i < WAITS_MOST && r == -EAGAIN; i++) {
		AUTO_CLOSE int fd = -1;

		if (i)
			nanosleep(&wait, NULL);
		r = take_temporary(temp, &fd);
		if (!r)
			return fill_beside(path, temp, fd, bytes, n, &rights, true);
	}
	return r == -EAGAIN ? -EBUSY : r;
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

/* ".NAME.new" in the same folder. */
static char *name_again(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;

	return xasprintf("%.*s.%s.new", (int)folder, path, path + folder);
}

static int refuse_special(const char *path, struct err *e)
{
	struct stat st;
	bool known = !stat(path, &st);

	err_set(e, EINVAL, path, "%s, not a file",
		known && S_ISFIFO(st.st_mode)   ? "a pipe"
		: known && S_ISSOCK(st.st_mode) ? "a socket"
						: "a device");
	err_todo(e, "name a file that can be replaced, or - for standard output");
	return -EINVAL;
}

/* Another user's link could lead root to any file. */
static int refuse_link(const char *link, struct err *e)
{
	err_set(e, EPERM, link, "a symbolic link of another user");
	err_todo(e, "name the file that it leads to");
	return -EPERM;
}

#define LINKS_MOST 40

/* Goes from a symbolic link to what it leads to, which need not exist. `place` is the caller's, and replaced. */
static int follow_links(char **place, struct err *e)
{
	struct stat st;

	for (unsigned i = 0; !lstat(*place, &st) && S_ISLNK(st.st_mode); i++) {
		char target[PATH_MAX];
		ssize_t n = readlink(*place, target, sizeof(target) - 1);
		const char *slash = strrchr(*place, '/');
		size_t folder = slash ? (size_t)(slash - *place) + 1 : 0;
		AUTO_FREE char *link = *place;

		if (n <= 0 || i == LINKS_MOST)
			*place = NULL;
		else
			*place = *target == '/' ? xasprintf("%.*s", (int)n, target)
						: xasprintf("%.*s%.*s", (int)folder, link, (int)n, target);
		if (!*place)
			return err_sys(e, i == LINKS_MOST ? ELOOP : EIO, "%s", link);
		if (st.st_uid && st.st_uid != geteuid())
			return refuse_link(link, e);
	}
	return 0;
}

static int failed(const char *path, int r, struct err *e)
{
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

static int write_stdout(const void *bytes, size_t n, struct err *e)
{
	int r = write_all(STDOUT_FILENO, bytes, n);

	return r ? err_sys(e, -r, "standard output") : 0;
}

static bool is_stdout(const char *path)
{
	return !strcmp(path, "-") || !strcmp(path, "/dev/stdout");
}

static int write_file(const char *path, const void *bytes, size_t n, const struct rights *rights, bool replace,
		      struct err *e)
{
	AUTO_FREE char *temp = NULL;

	if (is_stdout(path))
		return write_stdout(bytes, n, e);
	temp = xasprintf("%s.XXXXXX", path);
	return failed(path,
		      is_special(path) ? write_special(path, bytes, n)
				       : write_beside(path, temp, bytes, n, rights, replace),
		      e);
}

int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	return write_file(path, bytes, n, &(struct rights){ mode, (uid_t)-1, (gid_t)-1 }, true, e);
}

int file_replace(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	const struct rights rights = rights_of(path, mode);

	return write_file(path, bytes, n, &rights, true, e);
}

int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	return write_file(path, bytes, n, &(struct rights){ mode, (uid_t)-1, (gid_t)-1 }, false, e);
}

int file_rewrite(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e)
{
	AUTO_FREE char *place = xstrdup(path), *temp = NULL;
	int r;

	if (is_stdout(path))
		return write_stdout(bytes, n, e);
	r = follow_links(&place, e);
	if (r)
		return r;
	if (is_special(place))
		return refuse_special(place, e);
	temp = name_again(place);
	return failed(path, rewrite_beside(place, temp, bytes, n, mode), e);
}
