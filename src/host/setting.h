/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of a device as its driver and the kernel have them, read and written by ethtool's ioctls and /sys. */
#ifndef HOST_SETTING_H
#define HOST_SETTING_H

#include "snapshot/setting.h"
#include "snapshot/snapshot.h"

struct err;

/* Which device; netdev may be NULL or "" for one without an interface: it has SETTING_POWER alone. */
struct host_nic {
	struct pci_addr addr;
	const char *netdev;
};

/* Appends those of one group. -EOPNOTSUPP if the driver has none, -ENODEV if the interface is not there or is detached. */
int host_settings_read(const struct host_nic *nic, enum setting_group group, struct settings *out, struct err *e);

/* Writes n settings of one group, by their names and values; the others of the group stay as they are, as far as the driver
 * can do that. Nothing is read back. -EACCES, -EPERM: not allowed; whatever the driver answers. */
int host_settings_write(const struct host_nic *nic, enum setting_group group, const struct setting *v, size_t n,
			struct err *e);

#endif
