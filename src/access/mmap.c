// SPDX-License-Identifier: GPL-2.0-or-later
/* A read-only mapping of the BAR, through libpciaccess. Nothing else includes it. */
#include <endian.h>
#include <errno.h>
#include <pciaccess.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "access/access.h"
#include "access/scan.h"
#include "util/alloc.h"
#include "util/err.h"

struct mapping {
	struct pci_device *dev;
	void *base;
	size_t size;
};

static int open_library(const struct pci_addr *addr)
{
	int errnum;

	scan_narrow(addr);
	errnum = pci_system_init();
	scan_widen();
	return errnum;
}

static int refuse(const struct access_target *t, int errnum, struct err *e)
{
	char name[PCI_ADDR_MAX];
	bool bound = t->driver && *t->driver;

	pci_addr_str(&t->addr, name);
	switch (errnum) {
	case EACCES:
		return err_root(e, name, "needs root");
	case EPERM:
		err_set(e, errnum, name, "kernel lockdown (Secure Boot) does not allow mapping BAR %u", t->bar);
		err_todo(e, "only a boot with Secure Boot off lifts this");
		break;
	case EINVAL:
		if (bound)
			err_set(e, errnum, name,
				"the %s driver holds BAR %u exclusively, and this kernel does not let anyone else "
				"map it",
				t->driver, t->bar);
		else
			err_set(e, errnum, name, "the kernel holds BAR %u exclusively (see /proc/iomem)", t->bar);
		if (bound)
			err_todo(e,
				 "to have the registers as well, at the price of the interface: "
				 "echo %s > /sys/bus/pci/drivers/%s/unbind, then --wake",
				 name, t->driver);
		break;
	case ENOENT:
	case ENODEV:
	case ENXIO:
		err_set(e, ENODEV, name, "the device went away");
		return -ENODEV;
	default:
		err_set(e, errnum, name, "BAR %u could not be mapped: %s", t->bar, strerror(errnum));
	}
	return -errnum;
}

static int no_memory_bar(const struct access_target *t, const struct pci_mem_region *region, struct err *e)
{
	char name[PCI_ADDR_MAX];

	pci_addr_str(&t->addr, name);
	if (region && region->is_IO)
		return err_set(e, ENXIO, name, "BAR %u holds I/O ports, not memory", t->bar);
	return err_set(e, ENXIO, name, "BAR %u has no address", t->bar);
}

static int map(struct access *a, const struct access_target *t, struct err *e)
{
	struct pci_device *dev = pci_device_find_by_slot(t->addr.domain, t->addr.bus, t->addr.dev, t->addr.fn);
	const struct pci_mem_region *region;
	struct mapping *m;
	void *base = NULL;
	size_t size;
	int errnum;

	if (!dev)
		return refuse(t, ENODEV, e);
	errnum = pci_device_probe(dev);
	if (errnum)
		return refuse(t, errnum, e);
	region = t->bar < 6 ? &dev->regions[t->bar] : NULL;
	if (!region || region->is_IO || region->size < 4)
		return no_memory_bar(t, region, e);
	size = (region->size < t->size ? (size_t)region->size : t->size) & ~(size_t)3;
	errnum = pci_device_map_range(dev, region->base_addr, size, 0, &base);
	if (errnum)
		return refuse(t, errnum, e);
	m = xcalloc(1, sizeof(*m));
	*m = (struct mapping){ .dev = dev, .base = base, .size = size };
	a->priv = m;
	a->size = (uint32_t)size;
	return 0;
}

/* The library has one list of devices for the whole program, from pci_system_init() on; a second call loses it. */
static bool in_use(void)
{
	struct pci_device_iterator *devices = pci_slot_match_iterator_create(NULL);

	if (devices)
		pci_iterator_destroy(devices);
	return devices;
}

static int mmap_open(struct access *a, const struct access_target *t, struct err *e)
{
	char name[PCI_ADDR_MAX];
	int r;

	if (in_use())
		return err_set(e, EBUSY, pci_addr_str(&t->addr, name), "the BAR of another device is mapped now");
	r = open_library(&t->addr);
	if (r)
		return refuse(t, r, e);
	r = map(a, t, e);
	if (r)
		pci_system_cleanup();
	return r;
}

/* Where to go on after a fault. A signal handler has no argument to carry it: set during mmap_load() only. */
static sigjmp_buf *fault_exit;

static void on_fault(int signum)
{
	(void)signum;
	siglongjmp(*fault_exit, 1);
}

/* When the device is unplugged, the kernel takes the pages away and a load is answered with SIGBUS. */
static int mmap_load(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	const struct mapping *m = a->priv;
	struct sigaction catch = { .sa_handler = on_fault }, before;
	sigjmp_buf jump;
	volatile size_t i = 0;

	sigemptyset(&catch.sa_mask);
	if (sigaction(SIGBUS, &catch, &before) < 0)
		return err_sys(e, errno, "SIGBUS");
	fault_exit = &jump;
	if (sigsetjmp(jump, 1))
		ok[i++] = false;
	for (; i < n; i++) {
		values[i] = le32toh(*(const volatile uint32_t *)((const char *)m->base + offsets[i]));
		ok[i] = true;
	}
	fault_exit = NULL;
	sigaction(SIGBUS, &before, NULL);
	return 0;
}

static void mmap_close(struct access *a)
{
	struct mapping *m = a->priv;

	pci_device_unmap_range(m->dev, m->base, m->size);
	pci_system_cleanup();
	free(m);
}

const struct access_ops access_mmap = {
	.name = "mmap",
	.open = mmap_open,
	.load = mmap_load,
	.close = mmap_close,
	.brief = true,
};
