// SPDX-License-Identifier: GPL-2.0-or-later
/* A read-only mapping of the BAR, through libpciaccess. Nothing else includes it. */
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <pciaccess.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "access/access.h"
#include "util/alloc.h"
#include "util/err.h"

/*
 * Keeps libpciaccess from visiting every PCI function of the machine. The library's only way in, pci_system_init(), lists
 * /sys/bus/pci/devices with scandir() and reads the configuration space of each entry. Here is a scandir(), by both names
 * that the C library has for it, which the dynamic linker prefers to the C library's, and while narrowed it lists that one
 * directory as if it held the wanted function alone. Any other directory, and that one when not narrowed, is listed as ever.
 * Should the library stop calling scandir(), it is only slower.
 */
#define PCI_DEVICES "/sys/bus/pci/devices"

/* State of the program as a whole because scandir() has no argument to carry it: set around one call of the library
 * by scan_narrow() and scan_widen(), empty otherwise. */
static char narrowed[PCI_ADDR_MAX];

void scan_narrow(const struct pci_addr *addr)
{
	pci_addr_str(addr, narrowed);
}

void scan_widen(void)
{
	narrowed[0] = '\0';
}

struct listing {
	struct dirent **v;
	size_t n, cap;
};

static int add(struct listing *l, const struct dirent *entry)
{
	size_t size = offsetof(struct dirent, d_name) + strlen(entry->d_name) + 1;
	struct dirent *copy;

	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 16;
		struct dirent **v = reallocarray(l->v, cap, sizeof(struct dirent *));

		if (!v)
			return -1;
		l->v = v;
		l->cap = cap;
	}
	copy = malloc(size < sizeof(*copy) ? sizeof(*copy) : size);
	if (!copy)
		return -1;
	memcpy(copy, entry, size);
	l->v[l->n++] = copy;
	return 0;
}

static int list_one(const char *name, int (*filter)(const struct dirent *), struct listing *l)
{
	struct dirent entry = { .d_type = DT_LNK };
	char path[sizeof(PCI_DEVICES) + 1 + PCI_ADDR_MAX] = PCI_DEVICES "/";

	strcat(path, name);
	if (access(path, F_OK) < 0)
		return errno == ENOENT ? 0 : -1;
	strcpy(entry.d_name, name);
	return !filter || filter(&entry) ? add(l, &entry) : 0;
}

static int list_all(const char *path, int (*filter)(const struct dirent *), struct listing *l)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return -1;
	while (!r) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (!filter || filter(entry))
			r = add(l, entry);
	}
	if (errno)
		r = -1;
	closedir(dir);
	return r;
}

int scandir(const char *restrict path, struct dirent ***restrict list, int (*filter)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **))
{
	bool one = *narrowed && !strcmp(path, PCI_DEVICES);
	struct listing l = { 0 };

	if (one ? list_one(narrowed, filter, &l) : list_all(path, filter, &l)) {
		int errnum = errno;

		while (l.n)
			free(l.v[--l.n]);
		free(l.v);
		errno = errnum;
		return -1;
	}
	if (compare && l.n)
		qsort(l.v, l.n, sizeof(*l.v), (int (*)(const void *, const void *))compare);
	*list = l.v;
	return (int)l.n;
}

/* glibc's name for the function above is scandir64() in a large-file build, which this program is. A library that is
 * no such build calls scandir(): where there is no difference, that is the same. */
#if defined(__GLIBC__) && defined(__LP64__)
extern __typeof__(scandir) scan_plain __asm__("scandir") __attribute__((alias("scandir64")));
#endif

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

static int map(struct access *a, const struct access_target *t, unsigned flags, struct err *e)
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
	errnum = pci_device_map_range(dev, region->base_addr, size, flags, &base);
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

static int open_map(struct access *a, const struct access_target *t, unsigned flags, struct err *e)
{
	char name[PCI_ADDR_MAX];
	int r;

	if (in_use())
		return err_set(e, EBUSY, pci_addr_str(&t->addr, name), "the BAR of another device is mapped now");
	r = open_library(&t->addr);
	if (r)
		return refuse(t, r, e);
	r = map(a, t, flags, e);
	if (r)
		pci_system_cleanup();
	return r;
}

static int mmap_open(struct access *a, const struct access_target *t, struct err *e)
{
	return open_map(a, t, 0, e);
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

/* Without the guard of a load a fault ends the program: what is unplugged in this moment is past being written. */
int access_mmap_word(const struct access_target *t, uint32_t offset, const uint32_t *to, uint32_t *now, struct err *e)
{
	struct access a = { 0 };
	char name[PCI_ADDR_MAX];
	bool ok = false;
	int r = open_map(&a, t, to ? PCI_DEV_MAP_FLAG_WRITABLE : 0, e);

	if (r)
		return r;
	if (offset % 4 || offset + 4 > a.size)
		r = err_set(e, ERANGE, pci_addr_str(&t->addr, name), "offset 0x%x is past what can be mapped", offset);
	if (!r && to)
		*(volatile uint32_t *)((char *)((struct mapping *)a.priv)->base + offset) = htole32(*to);
	if (!r)
		r = mmap_load(&a, &offset, now, &ok, 1, e);
	if (!r && !ok)
		r = err_set(e, ENODEV, pci_addr_str(&t->addr, name), "the device went away");
	mmap_close(&a);
	return r;
}

const struct access_ops access_mmap = {
	.name = "mmap",
	.open = mmap_open,
	.load = mmap_load,
	.close = mmap_close,
	.brief = true,
};
