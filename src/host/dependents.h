/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is cut off while an interface does not work, or loses it: found by the kernel's own routes, in this network namespace. */
#ifndef HOST_DEPENDENTS_H
#define HOST_DEPENDENTS_H

#include <stdbool.h>
#include <stddef.h>

enum dependent_kind {
	DEPENDENT_SSH,   /* the connection that somebody types this over */
	DEPENDENT_ROOT,  /* the root file system, or /usr or /var, from a server */
	DEPENDENT_BOND,  /* a bond without another working slave */
	DEPENDENT_ROUTE, /* all default routes leave by it */
};

struct dependent {
	enum dependent_kind kind;
	char words
		[240]; /* "the SSH connection from 192.0.2.7 that this is typed over runs through it (br0)"; holds names */
};

#define DEPENDENTS_MOST 16

struct dependents {
	struct dependent v[DEPENDENTS_MOST];
	size_t n;
};

/*
 * Fills *out. What stands on the interface counts as it does: VLANs, its bridge, its bond unless another slave works. An SSH
 * connection is known by SSH_CONNECTION in the environment of this process or of those that started it (sudo empties its own);
 * below tmux and screen, and below sshd where nobody has that variable, all connections to the same port count, as nobody says
 * which one it is.
 */
void dependents_find(const char *netdev, struct dependents *out);

#endif
