// SPDX-License-Identifier: GPL-2.0-or-later
#include "change/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "change/lock.h"
#include "change/told.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define LONGEST (30 * 86400)
#define PATIENCE 600  /* seconds that the holder waits for the lock before it says so, and waits on */
#define PAUSE_FIRST 5 /* seconds before it tries again; twice as many each time */
#define PAUSE_MOST 3600
#define SYSTEMD "/run/systemd/system"
#define GROUPS_MOST 65536    /* bytes of /proc/PID/cgroup */
#define SCOPE_TRIES 250      /* until the process is where systemd moves it, */
#define SCOPE_PAUSE 20000000 /* with so many ns in between */

int change_deadline_parse(const char *text, int64_t *seconds, struct err *e)
{
	static const struct {
		char unit;
		unsigned seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	AUTO_FREE char *digits = xstrdup(text);
	size_t n = strlen(digits);
	unsigned factor = 1;
	uint64_t value;

	for (size_t i = 0; n && i < COUNT(units); i++) {
		if (digits[n - 1] != units[i].unit)
			continue;
		factor = units[i].seconds;
		digits[n - 1] = '\0';
		break;
	}
	if (!text_u64(digits, &value) || !value || value > LONGEST / factor) {
		err_set(e, EINVAL, text, "not a time between a second and 30 days");
		err_todo(e, "write it as 90s, 10m, 2h or 1d");
		return -EINVAL;
	}
	*seconds = (int64_t)(value * factor);
	return 0;
}

void change_deadline_complain(const char *verb, const struct err *e, bool again)
{
	AUTO_BUF struct buf line = { 0 };
	char who[96];

	buf_printf(&line, "could not be restored when the time was over: %s: %s%s", e->what, e->why,
		   again ? "; it is tried again" : "");
	change_user(who, sizeof(who));
	change_log(verb, who, buf_str(&line));
}

/* True when it was cancelled before. */
static bool wait_until(int64_t until, int cancel)
{
	const struct itimerspec when = { .it_value.tv_sec = (time_t)until };
	AUTO_CLOSE int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
	struct pollfd fds[2] = { { timer, POLLIN, 0 }, { cancel, POLLIN, 0 } };
	char byte;

	if (timer < 0 || timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL))
		return false;
	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return false;
		if (fds[1].revents) {
			if (read(cancel, &byte, 1) == 1)
				return true;
			fds[1].fd = -1; /* the other side is gone, having said nothing */
			fds[1].revents = 0;
		}
		if (fds[0].revents)
			return false;
	}
}

/* Nothing that was open stays so: not the terminal, not the lock. `cancel` becomes 3. Then it is told who this is. */
static void leave_terminal(int cancel, int ready)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t self = getpid();
	bool told = write(ready, &self, sizeof(self)) == sizeof(self);

	for (size_t i = 0; i < COUNT(ignored); i++)
		signal(ignored[i], SIG_IGN);
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		dup2(null, fd);
	dup2(cancel, 3);
	syscall(SYS_close_range, 4, ~0u, 0); /* neither musl nor glibc before 2.34 has a function of it */
	if (!told || chdir("/") < 0)
		_exit(1);
	prctl(PR_SET_NAME, "nicregs-revert");
}

/* Under the lock, which is free again afterwards. False if it is worth another try. */
static bool put_back(const char *dir, const struct change_end *end)
{
	struct err e = { 0 };
	bool done;
	int lock;

	if (change_lock(dir, end->verb, PATIENCE, &lock, &e)) {
		change_deadline_complain(end->verb, &e, true);
		return false;
	}
	done = end->put_back(end->arg);
	close(lock);
	return done;
}

static void hold(const char *dir, const struct change_end *end, int cancel, int ready)
{
	unsigned pause = PAUSE_FIRST;
	sigset_t none;

	leave_terminal(cancel, ready);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (wait_until(end->until, 3))
		return;
	while (!put_back(dir, end)) {
		sleep(pause);
		pause = 2 * pause < PAUSE_MOST ? 2 * pause : PAUSE_MOST;
	}
}

/* Forks twice, so that nobody has to wait for it. */
static void start(const char *dir, const struct change_end *end, const int cancel[2], int ready)
{
	pid_t child = fork();
	int status;

	if (child > 0)
		waitpid(child, &status, 0);
	if (child)
		return;
	setsid();
	child = fork();
	if (child)
		_exit(0);
	close(cancel[1]);
	hold(dir, end, cancel[0], ready);
	_exit(0);
}

static bool read_groups(pid_t pid, struct buf *out)
{
	AUTO_FREE char *path = xasprintf("/proc/%ld/cgroup", (long)pid);

	return !file_read(path, GROUPS_MOST, out, NULL);
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

static int ask_systemd(pid_t pid)
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
				     "nicregs: restores a setting when its time is over",
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

/*
 * Where systemd is in charge it may end everything that a logout or a stopped service leaves behind: asks it, by
 * busctl(1), to give the process a scope of its own (org.freedesktop.systemd1(5), StartTransientUnit(); cgroups(7),
 * /proc/PID/cgroup). 0 as well where there is no systemd. -EAGAIN if the process is still where it was.
 */
static int leave_scope(pid_t pid, struct err *e)
{
	const struct timespec pause = { .tv_nsec = SCOPE_PAUSE };
	AUTO_BUF struct buf before = { 0 };
	int r;

	if (access(SYSTEMD, F_OK) < 0 || !read_groups(pid, &before))
		return 0;
	r = ask_systemd(pid);
	if (r)
		return err_set(e, EAGAIN, "busctl", "%s",
			       r == -EIO ? "systemd did not give it a scope of its own" : strerror(-r));
	for (unsigned i = 0; i < SCOPE_TRIES; i++) {
		AUTO_BUF struct buf now = { 0 };

		if (!read_groups(pid, &now) || strcmp(buf_str(&now), buf_str(&before)) != 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return err_set(e, EAGAIN, "busctl", "systemd did not move it to its scope in time");
}

int change_deadline_start(const char *dir, const struct change_end *end, int *cancel, struct err *exposed,
			  struct err *e)
{
	int to[2], from[2];
	pid_t holder = 0;
	ssize_t got;

	*cancel = -1;
	if (pipe2(to, O_CLOEXEC))
		return err_sys(e, errno, "--for");
	if (pipe2(from, O_CLOEXEC)) {
		close(to[0]);
		close(to[1]);
		return err_sys(e, errno, "--for");
	}
	start(dir, end, to, from[1]);
	close(to[0]);
	close(from[1]);
	got = read(from[0], &holder, sizeof(holder));
	close(from[0]);
	if (got != sizeof(holder)) {
		close(to[1]);
		return err_set(e, EAGAIN, "--for", "the process that is to end it could not be started");
	}
	*cancel = to[1];
	leave_scope(holder, exposed);
	return 0;
}

void change_deadline_release(int cancel, bool needed)
{
	ssize_t n = 0;

	if (cancel < 0)
		return;
	/* The end of the pipe alone ends nothing; a process that is gone already needs no word. */
	if (!needed)
		n = write(cancel, "", 1);
	(void)n;
	close(cancel);
}
