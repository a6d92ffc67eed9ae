/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who else sets up a network interface on this machine, and what of it: what nicregs sets, they may set anew. */
#ifndef HOST_MANAGER_H
#define HOST_MANAGER_H

#include <stdbool.h>
#include <stddef.h>

enum host_manager_kind {
	MANAGER_LINK,           /* a .link file of systemd-udevd, when the interface appears */
	MANAGER_NETWORKD,       /* a .network file of systemd-networkd */
	MANAGER_NETWORKMANAGER, /* a connection */
	MANAGER_IFUPDOWN,       /* a stanza of /etc/network/interfaces */
	HOST_MANAGERS
};

struct host_manager {
	enum host_manager_kind kind;
	char file[256]; /* that has it so; "": not known */
	char name[64];  /* of the connection; "" */
	char line[128]; /* that sets what was asked about; "": none does */
};

/* "NetworkManager"; static. */
const char *host_manager_name(enum host_manager_kind kind);

/* Those who have this interface, of what they set the first line that is about one of n settings (snapshot/setting.h), by
 * their names. At most HOST_MANAGERS. */
size_t host_managers(const char *netdev, const char *const *settings, size_t n, struct host_manager *out);

/* For tests: the same with all files below `root`, for an interface of that index. */
size_t host_managers_below(const char *root, const char *netdev, unsigned index, const char *const *settings, size_t n,
			   struct host_manager *out);

#endif
