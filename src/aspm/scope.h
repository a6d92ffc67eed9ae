/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that is to outlive the session or service it was started in. */
#ifndef ASPM_SCOPE_H
#define ASPM_SCOPE_H

#include <sys/types.h>

struct err;

/*
 * Where systemd is in charge it may end everything that a logout or a stopped service leaves behind: asks it, by
 * busctl(1), to give the process a scope of its own. 0 as well where there is no systemd. -EAGAIN if the process is
 * still where it was.
 */
int aspm_scope_leave(pid_t pid, struct err *e);

#endif
