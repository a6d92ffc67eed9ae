// SPDX-License-Identifier: GPL-2.0-or-later
/* Runtime power management of a function. */
#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/sysfs.h"
#include "util/alloc.h"
#include "util/err.h"

bool host_asleep(const struct pci_addr *addr)
{
	static const char *const states[] = { "D1", "D2", "D3hot", "D3cold", "suspended", "suspending" };
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char state[32], status[32];

	if (dir < 0)
		return false;
	sysfs_text(dir, "power_state", ATTR_STR, state, sizeof(state));
	sysfs_text(dir, "power/runtime_status", ATTR_STR, status, sizeof(status));
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (!strcmp(state, states[i]) || !strcmp(status, states[i]))
			return true;
	return false;
}

static int put(int dir, const char *attr, const char *value)
{
	AUTO_CLOSE int fd = openat(dir, attr, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, value, strlen(value));
	return n < 0 ? -errno : 0;
}

int host_power_control(const struct pci_addr *addr, const char *value, struct err *e)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char name[PCI_ADDR_MAX], path[128], now[32];
	int r;

	snprintf(path, sizeof(path), SYS_PCI "/%s/power/control", pci_addr_str(addr, name));
	if (dir < 0)
		return err_sys(e, ENODEV, "%s", path);
	r = put(dir, "power/control", value);
	if (r) {
		err_sys(e, -r, "%s", path);
		if (r == -EACCES || r == -EPERM)
			err_todo(e, "run it again as root, with sudo for instance");
		return r;
	}
	sysfs_text(dir, "power/control", ATTR_STR, now, sizeof(now));
	if (strcmp(now, value) != 0)
		return err_set(e, EIO, path, "it was set to \"%s\" and reads \"%s\"", value, now);
	return 0;
}
