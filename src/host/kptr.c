// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/kptr.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/err.h"
#include "util/file.h"

#define SETTING "/proc/sys/kernel/kptr_restrict"

/* The setting's digit; -errno. */
static int setting_read(void)
{
	char text[8];
	int r = file_attr(AT_FDCWD, SETTING, text, sizeof(text));

	return r ? r : (unsigned char)text[0];
}

static int setting_write(char value)
{
	AUTO_CLOSE int fd = open(SETTING, O_WRONLY | O_CLOEXEC);
	const char text[2] = { value, '\n' };

	return fd < 0 || write(fd, text, 2) < 0 ? -errno : 0;
}

static int denied(int r, struct err *e)
{
	return r == -EACCES || r == -EPERM ? err_root(e, SETTING, "needs root") : err_sys(e, -r, SETTING);
}

int kptr_show(struct kptr *k, struct err *e)
{
	sigset_t all;
	int now, r;

	*k = (struct kptr){ 0 };
	now = setting_read();
	if (now < 0)
		return denied(now, e);
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
	k->before = now == '1' ? '\0' : (char)now;
	return 0;
}

bool kptr_restore(struct kptr *k)
{
	bool held = setting_read() == '1';

	if (k->before && held)
		setting_write(k->before);
	sigprocmask(SIG_SETMASK, &k->signals, NULL);
	return held;
}
