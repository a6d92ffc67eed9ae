// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what the user calls a device to addresses: only names that may mean several look at the whole bus. And where a
 * function is, from its place in /sys: on the bus, in the memory of the machine, in the hands of a driver.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chip/db.h"
#include "host/host.h"
#include "host/internal.h"
#include "snapshot/called.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

struct addr_list {
	struct pci_addr *v;
	size_t n, cap;
};

/* What the functions looked for have: one id, one of a chip's, or any supported one. */
struct wanted {
	struct chipdb *db;
	const struct chip *chip; /* NULL: any */
	const char *id_name;     /* only ids with this name, of any chip; NULL: any of the chip's */
	bool one;
	uint16_t vendor, device;
};

static bool wants(const struct wanted *w, uint16_t vendor, uint16_t device)
{
	const struct chip *known;
	const char *name;

	if (w->one)
		return vendor == w->vendor && device == w->device;
	if (!w->chip)
		return chipdb_knows_id(w->db, vendor, device);
	if (w->id_name)
		return !chipdb_known(w->db, vendor, device, &known, &name, NULL) && chip_name_is(name, w->id_name);
	for (size_t i = 0; i < w->chip->n_ids; i++)
		if (w->chip->ids[i].vendor == vendor && w->chip->ids[i].device == device)
			return true;
	return false;
}

/* Then Intel NICs without a definition count as well. */
static bool wants_all(const struct wanted *w)
{
	return !w->one && !w->chip;
}

static int by_addr(const void *pa, const void *pb)
{
	return pci_addr_compare(pa, pb);
}

static void scan(const struct wanted *w, struct addr_list *found)
{
	AUTO_CLOSE int dir = sysfs_open(SYS_PCI);
	char **names = dir < 0 ? NULL : sysfs_list(dir, ".");

	for (char **name = names; name && *name; name++) {
		uint16_t vendor, device;
		struct pci_addr addr;

		if (!pci_addr_parse(*name, &addr) || !host_ids(&addr, &vendor, &device))
			continue;
		if (wants(w, vendor, device) || (wants_all(w) && host_is_intel_nic(&addr, vendor)))
			*VEC_PUSH(found->v, found->n, found->cap) = addr;
	}
	sysfs_list_free(names);
	if (found->n)
		qsort(found->v, found->n, sizeof(*found->v), by_addr);
}

/* Which of this machine's NICs was meant. */
static int not_here(struct chipdb *db, const char *device, const char *why, struct err *e)
{
	const struct wanted any = { .db = db };
	struct addr_list found = { 0 };
	struct called called;
	int r;

	called_begin(&called, device);
	scan(&any, &found);
	for (size_t i = 0; i < found.n; i++) {
		const struct chip *chip;
		const char *name = NULL;
		struct facts facts;
		uint16_t vendor, id;

		if (!host_ids(&found.v[i], &vendor, &id))
			continue;
		if (chipdb_by_id(db, vendor, id, &chip, &name, NULL))
			name = NULL;
		facts_init(&facts);
		host_facts_brief(&found.v[i], &facts);
		called_try(&called, &found.v[i], facts.netdev, name, vendor, id);
		facts_free(&facts);
	}
	r = called_error(&called, why, "nicregs list", e);
	called_free(&called);
	free(found.v);
	return r;
}

/* One function that must be an Intel NIC. */
static int take(struct chipdb *db, const char *device, const struct pci_addr *addr, struct addr_list *found,
		struct err *e)
{
	uint16_t vendor, id;

	if (!host_ids(addr, &vendor, &id))
		return not_here(db, device, "no such PCI device", e);
	if (!chipdb_knows_id(db, vendor, id) && !host_is_intel_nic(addr, vendor)) {
		err_set(e, ENOTSUP, device, "not an Intel NIC (%04x:%04x)", vendor, id);
		err_todo(e, "'nicregs list' shows those of this machine");
		return -ENOTSUP;
	}
	*VEC_PUSH(found->v, found->n, found->cap) = *addr;
	return 0;
}

/* A name of /sys/class/net. 1: it is none. */
static int find_netdev(struct chipdb *db, const char *device, struct addr_list *found, struct err *e)
{
	AUTO_CLOSE int dir = sysfs_open_net(device);
	char name[64], slaves[256];
	struct pci_addr addr;

	if (dir < 0)
		return 1;
	if (sysfs_text(dir, "device", ATTR_LINK, name, sizeof(name)) && pci_addr_parse(name, &addr))
		return take(db, device, &addr, found, e);
	err_set(e, ENOTSUP, device, "not an Intel NIC: the interface is no PCI device");
	if (sysfs_text(dir, "bonding/slaves", ATTR_STR, slaves, sizeof(slaves)))
		err_todo(e, "it is a bond of these: %s", slaves);
	else
		err_todo(e, "'nicregs list' shows the Intel NICs of this machine");
	return -ENOTSUP;
}

static int find_kind(struct chipdb *db, const char *device, struct addr_list *found, struct err *e)
{
	struct wanted w = { .db = db };
	int r = 0;

	if (device)
		w.one = pci_id_parse(device, &w.vendor, &w.device);
	if (device && !w.one)
		r = chipdb_find(db, device, &w.chip, e);
	if (r == -ENOENT && !chipdb_part(db, device, &w.chip, NULL))
		r = 0;
	if (r && r != -ENOENT)
		return r;
	if (r)
		return not_here(db, device, "no such device", e);
	if (w.chip && strcasecmp(w.chip->name, device) != 0)
		w.id_name = device;
	scan(&w, found);
	if (found->n)
		return 0;
	if (device)
		return not_here(db, device, "none in this machine", e);
	err_set(e, ENODEV, "this machine", "no Intel NIC found");
	err_todo(e, "nicregs --demo show shows a recorded one; --from FILE reads another machine's");
	return -ENODEV;
}

int host_find(struct chipdb *db, const char *device, struct pci_addr **list, size_t *n, struct err *e)
{
	struct addr_list found = { 0 };
	struct pci_addr addr;
	int r = 1;

	*list = NULL;
	*n = 0;
	if (device && pci_addr_parse(device, &addr))
		r = take(db, device, &addr, &found, e);
	else if (device)
		r = find_netdev(db, device, &found, e);
	if (r == 1)
		r = find_kind(db, device, &found, e);
	if (r) {
		free(found.v);
		return r;
	}
	*list = found.v;
	*n = found.n;
	return 0;
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
	AUTO_CLOSE int self = sysfs_open_pci(addr);

	*n = 0;
	if (self >= 0 && !faccessat(self, "physfn", F_OK, 0))
		return;
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
