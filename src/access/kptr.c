// SPDX-License-Identifier: GPL-2.0-or-later
#include "access/kptr.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/err.h"

#define SETTING "/proc/sys/kernel/kptr_restrict"

static int setting_read(char *value)
{
	AUTO_CLOSE int fd = open(SETTING, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, value, 1) != 1)
		return -errno;
	return 0;
}

static int setting_write(char value)
{
	AUTO_CLOSE int fd = open(SETTING, O_WRONLY | O_CLOEXEC);
	char text[2] = { value, '\n' };

	if (fd < 0 || write(fd, text, 2) != 2)
		return -errno;
	return 0;
}

static int denied(int r, struct err *e)
{
	if (r == -EACCES || r == -EPERM) {
		err_set(e, EACCES, SETTING, "needs root");
		err_todo(e, "run it again as root, with sudo for instance");
		return -EACCES;
	}
	return err_sys(e, -r, SETTING);
}

int kptr_show(struct kptr *k, struct err *e)
{
	sigset_t all;
	char now;
	int r;

	*k = (struct kptr){ 0 };
	r = setting_read(&now);
	if (r)
		return denied(r, e);
	if (now >= '2') {
		err_set(e, EPERM, SETTING, "kernel.kptr_restrict=%c hides kernel addresses from root too", now);
		err_todo(e, "sysctl kernel.kptr_restrict=1 lifts this");
		return -EPERM;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &k->signals);
	r = now == '1' ? 0 : setting_write('1');
	if (r) {
		sigprocmask(SIG_SETMASK, &k->signals, NULL);
		return denied(r, e);
	}
	k->before = now == '1' ? '\0' : now;
	return 0;
}

bool kptr_restore(struct kptr *k)
{
	char now = '\0';
	bool held = !setting_read(&now) && now == '1';

	if (k->before && held)
		setting_write(k->before);
	sigprocmask(SIG_SETMASK, &k->signals, NULL);
	return held;
}
