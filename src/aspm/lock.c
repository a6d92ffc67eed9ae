// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "aspm/journal.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/file.h"

#define TRIES_A_SECOND 20

static int take(int fd, unsigned seconds)
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

int aspm_lock(const char *dir, unsigned seconds, int *fd, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/aspm.lock", dir);
	char holder[32];
	int r;

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return err_sys(e, errno, "%s", dir);
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (*fd < 0)
		return err_sys(e, errno, "%s", path);
	r = take(*fd, seconds);
	if (!r) {
		snprintf(holder, sizeof(holder), "%ld\n", (long)getpid());
		if (ftruncate(*fd, 0) < 0 || write(*fd, holder, strlen(holder)) < 0)
			r = -errno;
	}
	if (r == -EBUSY) {
		file_attr(AT_FDCWD, path, holder, sizeof(holder));
		err_set(e, EBUSY, "aspm", "another nicregs (process %s) is changing ASPM and did not finish in %u s",
			holder, seconds);
	} else if (r) {
		err_sys(e, -r, "%s", path);
	}
	if (r)
		close(*fd);
	return r;
}
