// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/privilege.h"
#include "klog/input.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/text.h"
#include "watch/internal.h"

#define SETTLE_NS (100 * CLOCK_MS)     /* a block's lines come closer together than that */
#define BEFORE_NS (600 * CLOCK_SECOND) /* how old the snapshot from better times may get */

int watch_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	AUTO_CLOSE int fd = -1;
	socklen_t size;

	if (n < 2 || n >= sizeof(to.sun_path) || (*path != '/' && *path != '@'))
		return n ? -EINVAL : 0;
	memcpy(to.sun_path, path, n);
	if (*path == '@')
		to.sun_path[0] = '\0'; /* abstract: its length counts, without a NUL */
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (*path == '/'));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, size) < 0)
		return -errno;
	return 0;
}

/* The user's program. */

/* Ours with one more, or another, variable. The array is the caller's to free; its strings are not. */
static char **environment(char *variable)
{
	size_t n = 0, kept = 0;
	char **all;

	while (environ[n])
		n++;
	all = xcalloc(n + 2, sizeof(*all));
	for (size_t i = 0; i < n; i++)
		if (!text_starts(environ[i], WATCH_CONFIRMED "="))
			all[kept++] = environ[i];
	all[kept] = variable;
	return all;
}

/* In the child: becomes the program, or ends with the reason in `told`. A log on standard input is ours to read. */
static _Noreturn void become(const char *const argv[], char **variables, int told)
{
	int null = open("/dev/null", O_RDONLY), errnum = EPERM;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGXFSZ, SIG_DFL); /* main() has it ignored */
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && privilege_none_after_exec()) {
		execve(argv[0], (char *const *)(uintptr_t)argv, variables);
		errnum = errno;
	}
	_exit(write(told, &errnum, sizeof(errnum)) < 0 ? 126 : 127);
}

int watch_command_start(const char *program, const char *folder, const char *device, const char *kind,
			const char *confirmed, struct err *e)
{
	const char *const argv[] = { program, folder, device, kind, NULL };
	AUTO_FREE char *variable = xasprintf(WATCH_CONFIRMED "=%s", confirmed);
	AUTO_FREE char **variables = environment(variable);
	int told[2], errnum = 0;
	pid_t child;

	if (pipe2(told, O_CLOEXEC) < 0)
		return err_sys(e, errno, "%s", program);
	child = fork();
	if (!child)
		become(argv, variables, told[1]);
	if (child < 0)
		errnum = errno;
	close(told[1]);
	/* The pipe closes when the program runs. */
	if (child > 0 && read(told[0], &errnum, sizeof(errnum)) == (ssize_t)sizeof(errnum))
		waitpid(child, NULL, 0);
	close(told[0]);
	return errnum ? err_sys(e, errnum, "%s", program) : 0;
}

void watch_command_reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* The loop. */

bool watch_stopped(const struct watch *w)
{
	struct pollfd fd = { .fd = w->o->stop_fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static void follow_signs(struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched *d = &w->devices[i];
		uint64_t n = d->n_logged;

		d->n_logged = 0;
		if (n)
			watched_sign(w, d, d->logged, n, WATCHED_BY_LOG);
	}
}

/* A good state to compare with, not older than BEFORE_NS and not from within an incident. */
static void renew_before(struct watched *d)
{
	struct snapshot *s;

	if (d->in_incident || (d->before && clock_monotonic() - d->before_at < BEFORE_NS))
		return;
	d->before_at = clock_monotonic();
	s = watched_read(d);
	if (!s)
		return;
	if (d->before)
		snapshot_free(d->before);
	d->before = s;
}

static void look(struct watch *w, struct watched *d)
{
	enum watched_by by;
	const char *trouble = watched_look(d) ? watched_trouble(w, d, &by) : NULL;

	if (trouble)
		watched_sign(w, d, trouble, 1, by);
	else
		renew_before(d);
	if (d->in_incident)
		watched_go_on(w, d);
}

/* Until `until`, or a moment after the log went silent, whichever is first. True: it is time to stop. */
static bool wait_for_log(struct watch *w, int64_t until)
{
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = w->o->stop_fd, .events = POLLIN },
			{ .fd = w->in ? klog_input_fd(w->in) : -1, .events = POLLIN },
		};
		int64_t left = until - clock_monotonic();
		struct timespec t;
		int n;

		if (w->unsettled && left > SETTLE_NS)
			left = SETTLE_NS;
		left = left > 0 ? left : 0;
		t = clock_timespec(left);
		n = ppoll(fds, 2, &t, NULL);
		if (n > 0 && fds[0].revents)
			return true;
		if (n > 0 && fds[1].revents)
			watch_log_read(w);
		else
			watch_log_settle(w);
		follow_signs(w);
		if (clock_monotonic() >= until)
			return false;
	}
}

/* Looks are not quite regular: a ring that goes round in just that time would seem to stand. */
static int64_t pause_before(const struct watch *w, uint64_t n)
{
	return w->o->interval_ns - w->o->interval_ns / 50 * (int64_t)(n % 3);
}

static void loop(struct watch *w)
{
	for (uint64_t n = 0; !w->o->looks || n < w->o->looks; n++) {
		int64_t until = clock_monotonic() + pause_before(w, n);

		for (size_t i = 0; i < w->n; i++)
			look(w, &w->devices[i]);
		if (w->o->looked)
			w->o->looked(w->o->arg);
		watch_command_reap();
		if (wait_for_log(w, until))
			break;
	}
}

static void tell_ready(const struct watch *w)
{
	AUTO_BUF struct buf what = { 0 };
	AUTO_BUF struct buf state = { 0 };

	buf_puts(&what, "watching ");
	for (size_t i = 0; i < w->n; i++) {
		const char *netdev = watched_netdev(&w->devices[i]);

		buf_puts(&what, i ? ", " : "");
		if (netdev)
			text_escape(&what, netdev, strlen(netdev));
		buf_printf(&what, netdev ? " (%s)" : "%s", w->devices[i].address);
	}
	buf_printf(&state, "READY=1\nSTATUS=%s", buf_str(&what));
	watch_notify(buf_str(&state));
	w->o->ready(buf_str(&what), w->o->arg);
}

int watch_run(const struct watch_options *o, struct err *e)
{
	struct watch w = { .o = o };
	AUTO_CLOSE int lock = -1;
	int r = incident_store_open(&o->store, &lock, e);

	if (!r)
		r = watch_log_open(&w, e);
	if (!r)
		r = watch_devices_open(&w, e);
	if (!r) {
		tell_ready(&w);
		watch_finish_recoveries(&w);
		loop(&w);
		watch_notify("STOPPING=1");
	}
	for (size_t i = 0; i < w.n; i++)
		if (w.devices[i].in_incident)
			watched_close(&w, &w.devices[i]);
	watch_devices_close(&w);
	watch_log_close(&w);
	return r;
}
