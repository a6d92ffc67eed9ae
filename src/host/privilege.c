// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/file.h"

#define CAPABILITIES 63
#define LOCKED_MOST ((rlim_t)256 << 20)

/* Those of a set that this thread has. */
static uint64_t effective(uint64_t set)
{
	uint64_t has = 0;

	for (unsigned cap = 0; cap < CAPABILITIES; cap++)
		if (set & PRIVILEGE(cap) && capng_have_capability(CAPNG_EFFECTIVE, cap))
			has |= PRIVILEGE(cap);
	return has;
}

static void update(capng_act_t action, unsigned which, uint64_t set)
{
	for (unsigned cap = 0; cap < CAPABILITIES; cap++)
		if (set & PRIVILEGE(cap))
			capng_update(action, (capng_type_t)which, cap);
}

/* Up to Linux 5.10 BPF programs count as locked memory, of which a shell may have 64 KiB. More takes CAP_SYS_RESOURCE, for
 * this moment. */
static void allow_locked_memory(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur >= LOCKED_MOST)
		return;
	limit.rlim_cur = LOCKED_MOST;
	if (limit.rlim_max < LOCKED_MOST)
		limit.rlim_max = LOCKED_MOST;
	setrlimit(RLIMIT_MEMLOCK, &limit);
}

int privilege_keep(uint64_t kept, struct err *e)
{
	uint64_t set;

	if (capng_get_caps_process())
		return err_set(e, EPERM, "privileges", "the kernel does not say which there are");
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE)
		return 0;
	set = effective(kept);
	if (set & PRIVILEGE(CAP_BPF))
		allow_locked_memory();
	capng_clear(CAPNG_SELECT_BOTH);
	update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | (kept & PRIVILEGE_CHILDREN ? CAPNG_BOUNDING_SET : 0),
	       set);
	/* The bounding set takes CAP_SETPCAP, which is gone after the first time, and which a container may lack. */
	if (capng_apply(CAPNG_SELECT_BOTH) && capng_apply(CAPNG_SELECT_CAPS)) {
		err_set(e, EPERM, "privileges", "they could not be given up");
		err_todo(e, "Something around nicregs (a sandbox, a seccomp filter) forbids capset(2): allow it");
		return -EPERM;
	}
	return 0;
}

int privilege_without(uint64_t caps, int (*act)(void *arg), void *arg)
{
	uint64_t aside;
	int r = -EPERM;

	if (capng_get_caps_process())
		return r;
	aside = effective(caps);
	if (!aside)
		return act(arg);
	update(CAPNG_DROP, CAPNG_EFFECTIVE, aside);
	if (!capng_apply(CAPNG_SELECT_CAPS))
		r = act(arg);
	update(CAPNG_ADD, CAPNG_EFFECTIVE, aside);
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : r;
}

/* Where the bounding set could not be emptied, root would get it back with exec(), but for no_new_privs. */
bool privilege_none_after_exec(void)
{
	if (capng_get_caps_process())
		return false;
	if (capng_have_capabilities(CAPNG_SELECT_BOUNDS) != CAPNG_NONE && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE)
		return true;
	capng_clear(CAPNG_SELECT_CAPS);
	return !capng_apply(CAPNG_SELECT_CAPS);
}

#define KPTR_RESTRICT "/proc/sys/kernel/kptr_restrict"

/* The setting's digit; -errno. */
static int kptr_read(void)
{
	char text[8];
	int r = file_attr(AT_FDCWD, KPTR_RESTRICT, text, sizeof(text));

	return r ? r : (unsigned char)text[0];
}

static int kptr_write(char value)
{
	AUTO_CLOSE int fd = open(KPTR_RESTRICT, O_WRONLY | O_CLOEXEC);
	const char text[2] = { value, '\n' };

	return fd < 0 || write(fd, text, 2) < 0 ? -errno : 0;
}

static int kptr_denied(int r, struct err *e)
{
	if (r == -ENOENT && access("/proc/self", F_OK)) {
		err_set(e, ENOENT, "/proc", "/proc, which says where the driver has mapped the BAR, is not mounted");
		err_todo(e, "mount it: mount -t proc proc /proc");
		return r;
	}
	return r == -EACCES || r == -EPERM ? err_root(e, KPTR_RESTRICT, "needs root") : err_sys(e, -r, KPTR_RESTRICT);
}

bool privilege_locked_down(void)
{
	char level[64];

	return !file_attr(AT_FDCWD, "/sys/kernel/security/lockdown", level, sizeof(level)) &&
	       strstr(level, "[confidentiality]");
}

int kptr_show(struct kptr *k, struct err *e)
{
	sigset_t all;
	int now, r;

	*k = (struct kptr){ 0 };
	now = kptr_read();
	if (now < 0)
		return kptr_denied(now, e);
	if (now >= '2') {
		err_set(e, EPERM, KPTR_RESTRICT, "kernel.kptr_restrict=%c hides kernel addresses from root too", now);
		err_todo(e, "sysctl kernel.kptr_restrict=1 lifts this");
		return -EPERM;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &k->signals);
	r = now == '1' ? 0 : kptr_write('1');
	if (r) {
		sigprocmask(SIG_SETMASK, &k->signals, NULL);
		return kptr_denied(r, e);
	}
	k->before = now == '1' ? '\0' : (char)now;
	return 0;
}

bool kptr_restore(struct kptr *k)
{
	bool held = kptr_read() == '1';

	if (k->before && held)
		kptr_write(k->before);
	sigprocmask(SIG_SETMASK, &k->signals, NULL);
	return held;
}
