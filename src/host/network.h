/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interface's place in the network: addresses, routes, its bond or bridge, the VLANs and the like above it. When a driver
 * lets go of its device all that goes with the interface. It is kept as the kernel's own messages, which it takes again for
 * the new one; and what it takes is looked for afterwards, so that nothing counts as back that is not there.
 *
 * Of this process's network namespace alone. Not kept: traffic control, settings by ethtool, routes through nexthop objects
 * (they are reported missing), anything that other namespaces have above the interface.
 */
#ifndef HOST_NETWORK_H
#define HOST_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

struct err;
struct network;

/* Everything as it is now; caller frees *out with network_free(). -errno with *e; -ENODEV for an interface that is not there. */
int network_read(const char *netdev, struct network **out, struct err *e);
/* NULL is allowed. */
void network_free(struct network *n);

/* As bytes, and back: for a record that outlives the process, on this machine and this boot. -EINVAL for what network_save() did not
 * write; caller frees *out with network_free(). */
void network_save(const struct network *n, struct buf *out);
int network_load(const char *bytes, size_t size, const char *netdev, struct network **out);

/* The interface's name when it was read; owned by n. */
const char *network_name(const struct network *n);
/* Whether it has anything that could be lost. */
bool network_is_plain(const struct network *n);

/* The commands (ip, bridge) that make all of it, one a line: for people, when nothing else is left. */
void network_commands(const struct network *n, struct buf *out);

/*
 * Puts back what is missing, onto the interface that is called `netdev` now and gets its old name back if that is free. What
 * somebody else (networkd, NetworkManager, ifupdown) has put back stays as it is. Tries everything; -errno of the first
 * thing that the kernel refused, with *e.
 */
int network_put_back(const struct network *n, const char *netdev, struct err *e);

/* Appends the commands for what is not there now, one a line, and returns how many. */
size_t network_missing(const struct network *n, struct buf *out);

#endif
