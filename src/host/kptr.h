/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.kptr_restrict: 0 hashes kernel addresses, 1 shows them to CAP_SYSLOG, 2 hides them. Between kptr_show() and
 * kptr_restore() signals wait, so that the setting is put back whatever happens; after SIGKILL the stricter 1 stays.
 */
#ifndef HOST_KPTR_H
#define HOST_KPTR_H

#include <signal.h>
#include <stdbool.h>

struct err;

struct kptr {
	char before; /* the setting as found; 0 if it was not changed */
	sigset_t signals;
};

/* Makes addresses visible. -EPERM if the administrator hides them (2), -EACCES without root. */
int kptr_show(struct kptr *k, struct err *e);

/* Puts the setting back. False if it was no longer what kptr_show() left: what was read meanwhile does not count. */
bool kptr_restore(struct kptr *k);

#endif
