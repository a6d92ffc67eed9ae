/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel lets this process do and see. Capabilities are what root may do beyond being root: each verb gives up
 * those that it does not need before it reads anything. kernel.kptr_restrict is below.
 */
#ifndef HOST_PRIVILEGE_H
#define HOST_PRIVILEGE_H

#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

/* Linux 5.8 split these off CAP_SYS_ADMIN; older headers do not name them. */
#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

/* Sets of capabilities, which may be or'ed with others of 1 << CAP_X. */
#define PRIVILEGE(capability) (UINT64_C(1) << (capability))
#define PRIVILEGE_NONE UINT64_C(0)
/* Ask a driver for PHY registers and for its dump, at each question. */
#define PRIVILEGE_ASK PRIVILEGE(CAP_NET_ADMIN)
/* Open configuration space and kptr_restrict, the kernel log and addresses, a BPF program; ask drivers. */
#define PRIVILEGE_OPEN \
	(PRIVILEGE(CAP_SYS_ADMIN) | PRIVILEGE(CAP_SYSLOG) | PRIVILEGE(CAP_BPF) | PRIVILEGE(CAP_PERFMON) | PRIVILEGE_ASK)
/* Read files that belong to other users; write in their folders. */
#define PRIVILEGE_READ PRIVILEGE(CAP_DAC_READ_SEARCH)
#define PRIVILEGE_WRITE PRIVILEGE(CAP_DAC_OVERRIDE)
/* No capability: a program that is started may have the same; else it has none. */
#define PRIVILEGE_CHILDREN PRIVILEGE(63)

/* Gives up for good all capabilities of this thread but those of `kept` that it has. -EPERM if that is not possible. */
int privilege_keep(uint64_t kept, struct err *e);

/* act(arg) without these capabilities, which the calling thread has again afterwards. -EPERM, and act is not called, if
 * they cannot be laid aside; -EPERM as well if they cannot be taken up again. */
int privilege_without(uint64_t caps, int (*act)(void *arg), void *arg);

/* For a child between fork() and exec(): the program has no capabilities, root or not. False if that is not possible. */
bool privilege_none_after_exec(void);

/* Whether kernel lockdown (at its level "confidentiality") keeps the kernel's memory from everybody. */
bool privilege_locked_down(void);

/*
 * kernel.kptr_restrict: 0 hashes kernel addresses, 1 shows them to CAP_SYSLOG, 2 hides them. Between kptr_show() and
 * kptr_restore() signals wait, so that the setting is put back whatever happens; after SIGKILL the stricter 1 stays.
 */
struct kptr {
	char before; /* the setting as found; 0 if it was not changed */
	sigset_t signals;
};

/* Makes addresses visible. -EPERM if the administrator hides them (2), -EACCES without root. */
int kptr_show(struct kptr *k, struct err *e);

/* Puts the setting back. False if it was no longer what kptr_show() left: what was read meanwhile does not count. */
bool kptr_restore(struct kptr *k);

#endif
