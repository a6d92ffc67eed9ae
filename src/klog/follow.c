// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/err.h"

#define PATIENCE_MS 1000 /* file systems without notification */

struct follow {
	char *path;
	int notify;
};

/* The file for its growth, its directory for a new file of that name. */
static void watch(struct follow *f)
{
	char *slash = strrchr(f->path, '/');
	AUTO_FREE char *folder = slash ? xstrndup(f->path, (size_t)(slash - f->path) + 1) : xstrdup(".");

	inotify_add_watch(f->notify, f->path, IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF);
	inotify_add_watch(f->notify, folder, IN_CREATE | IN_MOVED_TO);
}

int follow_new(struct follow **out, const char *path, struct err *e)
{
	struct follow *f = xcalloc(1, sizeof(*f));

	f->path = xstrdup(path);
	f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->notify < 0) {
		int errnum = errno;

		follow_free(f);
		return err_sys(e, errnum, "watching %s", path);
	}
	watch(f);
	*out = f;
	return 0;
}

void follow_free(struct follow *f)
{
	if (!f)
		return;
	if (f->notify >= 0)
		close(f->notify);
	free(f->path);
	free(f);
}

int follow_fd(const struct follow *f)
{
	return f->notify;
}

/* Opens the file anew if another one has its name now. */
static void reopen(struct follow *f, int *fd, const struct stat *old)
{
	struct stat st;
	int again;

	if (stat(f->path, &st) || (st.st_dev == old->st_dev && st.st_ino == old->st_ino))
		return;
	again = open(f->path, O_RDONLY | O_CLOEXEC);
	if (again < 0)
		return;
	close(*fd);
	*fd = again;
	watch(f);
}

int follow_wait(struct follow *f, int *fd, int timeout_ms, struct err *e)
{
	struct pollfd p = { .fd = f->notify, .events = POLLIN };
	char events[4096];
	struct stat st;
	off_t at;

	if (poll(&p, 1, timeout_ms < 0 || timeout_ms > PATIENCE_MS ? PATIENCE_MS : timeout_ms) > 0)
		while (read(f->notify, events, sizeof(events)) > 0)
			;
	at = lseek(*fd, 0, SEEK_CUR);
	if (at < 0 || fstat(*fd, &st))
		return err_sys(e, errno, "%s", f->path);
	if (st.st_size < at)
		at = lseek(*fd, 0, SEEK_SET);
	if (st.st_size == at)
		reopen(f, fd, &st);
	return -EAGAIN;
}
