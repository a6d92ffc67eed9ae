// SPDX-License-Identifier: GPL-2.0-or-later
/* org.freedesktop.systemd1(5), StartTransientUnit(); cgroups(7), /proc/PID/cgroup. */
#include "aspm/scope.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"

#define SYSTEMD "/run/systemd/system"
#define SIZE_MOST 65536
#define TRIES 250
#define PAUSE 20000000 /* ns */

static bool read_groups(pid_t pid, struct buf *out)
{
	AUTO_FREE char *path = xasprintf("/proc/%ld/cgroup", (long)pid);

	return !file_read(path, SIZE_MOST, out, NULL);
}

static int run_quietly(const char *const argv[])
{
	posix_spawn_file_actions_t files;
	int r, status;
	pid_t child;

	posix_spawn_file_actions_init(&files);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	r = posix_spawnp(&child, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (r)
		return -r;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

static int ask(pid_t pid)
{
	AUTO_FREE char *number = xasprintf("%ld", (long)pid);
	AUTO_FREE char *unit = xasprintf("nicregs-revert-%ld.scope", (long)pid);
	const char *const argv[] = { "busctl",
				     "--system",
				     "--timeout=5",
				     "call",
				     "org.freedesktop.systemd1",
				     "/org/freedesktop/systemd1",
				     "org.freedesktop.systemd1.Manager",
				     "StartTransientUnit",
				     "ssa(sv)a(sa(sv))",
				     unit,
				     "fail",
				     "3",
				     "Description",
				     "s",
				     "nicregs: puts ASPM back when its time is over",
				     "Slice",
				     "s",
				     "system.slice",
				     "PIDs",
				     "au",
				     "1",
				     number,
				     "0",
				     NULL };

	return run_quietly(argv);
}

int aspm_scope_leave(pid_t pid, struct err *e)
{
	const struct timespec pause = { .tv_nsec = PAUSE };
	AUTO_BUF struct buf before = { 0 };
	int r;

	if (access(SYSTEMD, F_OK) < 0 || !read_groups(pid, &before))
		return 0;
	r = ask(pid);
	if (r)
		return err_set(e, EAGAIN, "busctl", "%s",
			       r == -EIO ? "systemd did not give it a scope of its own" : strerror(-r));
	for (unsigned i = 0; i < TRIES; i++) {
		AUTO_BUF struct buf now = { 0 };

		if (!read_groups(pid, &now) || strcmp(buf_str(&now), buf_str(&before)) != 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return err_set(e, EAGAIN, "busctl", "systemd did not move it to its scope in time");
}
