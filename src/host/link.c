// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's switches for the power states of the link above a function. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "host/sysfs.h"
#include "util/alloc.h"
#include "util/err.h"

int host_link_get(const struct pci_addr *addr, const char *name)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char path[64], text[8];

	snprintf(path, sizeof(path), "link/%s", name);
	if (dir < 0 || !sysfs_text(dir, path, ATTR_STR, text, sizeof(text)))
		return -1;
	return strcmp(text, "0") != 0;
}

int host_link_set(const struct pci_addr *addr, const char *name, int value, struct err *e)
{
	char device[PCI_ADDR_MAX], path[128];
	AUTO_CLOSE int fd = -1;
	int r;

	snprintf(path, sizeof(path), SYS_PCI "/%s/link/%s", pci_addr_str(addr, device), name);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd >= 0 && write(fd, value ? "1" : "0", 1) == 1)
		return 0;
	r = err_sys(e, errno, "%s", path);
	if (r == -EACCES || r == -EPERM)
		err_todo(e, "run it again as root, with sudo for instance");
	return r;
}

void host_power_control_get(const struct pci_addr *addr, char *out, size_t size)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);

	out[0] = '\0';
	if (dir >= 0)
		sysfs_text(dir, "power/control", ATTR_STR, out, size);
}

bool host_path(const struct pci_addr *addr, char *out, size_t size)
{
	char name[PCI_ADDR_MAX], path[64], target[4096], *devices;
	ssize_t n;

	snprintf(path, sizeof(path), SYS_PCI "/%s", pci_addr_str(addr, name));
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return false;
	target[n] = '\0';
	devices = strstr(target, "/devices/");
	return devices && (size_t)snprintf(out, size, "%s", devices) < size;
}
