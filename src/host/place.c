// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a function is: on the bus, in the memory of the machine, in the hands of a driver. From its place in /sys. */
#include "host/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/internal.h"
#include "util/alloc.h"
#include "util/err.h"

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

bool host_partner(const struct pci_addr *addr, struct pci_addr *partner)
{
	char target[4096], *slash;

	if (!host_path(addr, target, sizeof(target)))
		return false;
	slash = strrchr(target, '/');
	if (!slash)
		return false;
	*slash = '\0';
	slash = strrchr(target, '/');
	/* On a root bus this is "pci0000:00", which is no address. */
	return pci_addr_parse(slash ? slash + 1 : target, partner);
}

void host_siblings(const struct pci_addr *addr, struct pci_addr out[8], size_t *n)
{
	*n = 0;
	for (uint8_t fn = 0; fn < 8; fn++) {
		struct pci_addr other = { addr->domain, addr->bus, addr->dev, fn };
		AUTO_CLOSE int dir = fn == addr->fn ? -1 : sysfs_open_pci(&other);

		if (dir >= 0 && faccessat(dir, "physfn", F_OK, 0) < 0)
			out[(*n)++] = other;
	}
}

#define FLAG_MEMORY 0x200

int bar_place(const struct pci_addr *addr, unsigned bar, struct bar_place *place, struct err *e)
{
	uint64_t from = 0, to = 0, flags = 0;
	char name[PCI_ADDR_MAX], path[80];
	unsigned line = 0;
	FILE *f;
	int got = 3;

	pci_addr_str(addr, name);
	snprintf(path, sizeof(path), SYS_PCI "/%s/resource", name);
	f = fopen(path, "re");
	if (!f)
		return err_set(e, ENODEV, name, "the device went away");
	for (; line <= bar && got == 3; line++)
		got = fscanf(f, "%" SCNx64 " %" SCNx64 " %" SCNx64, &from, &to, &flags);
	fclose(f);
	if (got != 3 || !(flags & FLAG_MEMORY) || !from || to <= from)
		return err_set(e, ENXIO, name, "BAR %u has no memory address", bar);
	*place = (struct bar_place){ .phys = from, .size = to - from + 1 };
	return 0;
}

static ino_t number_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? 0 : st.st_ino;
}

bool binding_get(const struct pci_addr *addr, struct binding *b)
{
	char name[PCI_ADDR_MAX], path[96];

	pci_addr_str(addr, name);
	/* With the slash it is the device's folder, not the link to it. */
	snprintf(path, sizeof(path), SYS_PCI "/%s/", name);
	b->device = number_of(path);
	snprintf(path, sizeof(path), SYS_PCI "/%s/driver", name);
	b->driver = number_of(path);
	return b->device != 0;
}

bool binding_equal(const struct binding *a, const struct binding *b)
{
	return a->device == b->device && a->driver == b->driver;
}
