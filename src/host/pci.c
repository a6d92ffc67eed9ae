// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration space, and the names of pci.ids, through libpci. */
#include "host/host.h"

#include <errno.h>
#include <pci/pci.h>
#include <setjmp.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/internal.h"
#include "snapshot/config.h"
#include "util/alloc.h"
#include "util/embedded.h"
#include "util/err.h"

#define CONFIG_LEAST 256 /* bytes that every function has */

struct host {
	struct pci_access *pci;
};

/* libpci says here what a return value says as well: an attribute that is not there. */
__attribute__((format(printf, 1, 2))) static void quiet(char *format, ...)
{
	(void)format;
}

/* With the method given and no scan, libpci comes here only when memory is exhausted: as util/alloc.h. */
__attribute__((noreturn, format(printf, 1, 2))) static void fatal(char *format, ...)
{
	(void)format;
	abort();
}

/* libpci knows the one place of the distribution that it was built for. */
static void find_ids(struct pci_access *pci)
{
	static const char *const places[] = { "/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids",
					      "/var/lib/pciutils/pci.ids", "/usr/share/pci.ids" };

	for (size_t i = 0; access(pci->id_file_name, R_OK) && i < COUNT(places); i++)
		if (!access(places[i], R_OK))
			pci_set_name_list_path(pci, (char *)(uintptr_t)places[i], 0);
}

struct host *host_open_names(void)
{
	struct host *h = xcalloc(1, sizeof(*h));

	h->pci = pci_alloc();
	h->pci->method = PCI_ACCESS_SYS_BUS_PCI;
	h->pci->error = fatal;
	h->pci->warning = quiet;
	h->pci->debug = quiet;
	find_ids(h->pci);
	return h;
}

static int no_bus(int errnum, struct err *e)
{
	if (errnum == ENOENT && access("/sys/bus", F_OK)) {
		err_set(e, errnum, "/sys", "it is not mounted");
		err_todo(e, "mount -t sysfs sys /sys; without it, --from FILE reads a file from another machine");
		return -errnum;
	}
	err_set(e, errnum, SYS_PCI, "%s", errnum == ENOENT ? "this machine has no PCI bus" : strerror(errnum));
	err_todo(e, "a file from another machine can be read with --from FILE");
	return -errnum;
}

int host_open(struct host **h, struct err *e)
{
	*h = NULL;
	if (access(SYS_PCI, R_OK | X_OK) < 0)
		return no_bus(errno, e);
	*h = host_open_names();
	pci_init((*h)->pci);
	return 0;
}

void host_close(struct host *h)
{
	if (!h)
		return;
	pci_cleanup(h->pci);
	free(h);
}

static struct pci_dev *get_dev(struct host *h, const struct pci_addr *addr)
{
	return pci_get_dev(h->pci, (int)addr->domain, addr->bus, addr->dev, addr->fn);
}

static int gone(const struct pci_addr *addr, struct err *e)
{
	char name[PCI_ADDR_MAX];

	return err_set(e, ENODEV, pci_addr_str(addr, name), "the device went away");
}

/* Bytes of configuration space that the kernel offers to root. */
static size_t config_size(int dir)
{
	struct stat st;

	if (fstatat(dir, "config", &st, 0) < 0 || st.st_size < 0)
		return 0;
	return st.st_size > 4096 ? 4096 : (size_t)st.st_size;
}

/* As much as may be read, in the steps that the kernel's permissions and the device's kind make. */
static size_t read_config(struct host *h, const struct pci_addr *addr, uint8_t config[4096])
{
	static const size_t steps[] = { 0, 64, 256, 4096 };
	struct pci_dev *dev = get_dev(h, addr);
	size_t have = 0;

	for (size_t i = 1; i < COUNT(steps); i++) {
		size_t n = steps[i] - steps[i - 1];

		if (!pci_read_block(dev, (int)have, config + have, (int)n))
			break;
		have += n;
	}
	pci_free_dev(dev);
	return have;
}

int host_add_function(struct host *h, struct snapshot *s, enum pci_role role, const struct pci_addr *addr,
		      struct err *e)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	uint8_t config[4096];
	char state[32];
	struct pci_function *fn;
	size_t n = 0, size;
	uint16_t vendor, device;

	if (dir < 0)
		return gone(addr, e);
	sysfs_text(dir, "power_state", ATTR_STR, state, sizeof(state));
	size = config_size(dir);
	if (strcmp(state, "D3cold") != 0)
		n = read_config(h, addr, config);
	if (!n && faccessat(dir, "vendor", F_OK, 0) < 0)
		return gone(addr, e);
	if (host_ids(addr, &vendor, &device))
		config_give_ids(config, n, vendor, device);
	fn = snapshot_add_function(s, role, addr, config, n);
	if (!strcmp(state, "D3cold"))
		fn->unread = UNREAD_ASLEEP;
	else if (n < size || n < CONFIG_LEAST)
		fn->unread = geteuid() ? UNREAD_NEEDS_ROOT : UNREAD_REFUSED;
	return 0;
}

bool host_ids(const struct pci_addr *addr, uint16_t *vendor, uint16_t *device)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	uint64_t v, d;

	if (dir < 0 || !sysfs_hex(dir, "vendor", &v) || !sysfs_hex(dir, "device", &d))
		return false;
	*vendor = (uint16_t)v;
	*device = (uint16_t)d;
	return true;
}

bool host_is_intel_nic(const struct pci_addr *addr, uint16_t vendor)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	uint64_t class;

	return dir >= 0 && sysfs_hex(dir, "class", &class) && pci_is_intel_nic(vendor, (uint8_t)(class >> 16));
}

int host_config_get(struct host *h, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t *value,
		    struct err *e)
{
	struct pci_dev *dev = get_dev(h, addr);
	uint8_t raw[4] = { 0 };
	int ok = pci_read_block(dev, (int)offset, raw, (int)bytes);

	pci_free_dev(dev);
	if (!ok)
		return gone(addr, e);
	*value = (uint32_t)raw[0] | (uint32_t)raw[1] << 8 | (uint32_t)raw[2] << 16 | (uint32_t)raw[3] << 24;
	return 0;
}

/* What cannot be seen counts as off. */
static bool virtual_decoding_off(struct host *h, const struct pci_addr *physical)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	const struct config_cap *cap = NULL;
	uint32_t control;
	bool on;

	if (!host_add_function(h, s, PCI_SELF, physical, NULL))
		cap = config_find(config_caps(snapshot_self(s)), CHIP_CAP_EXTENDED, PCI_EXT_CAP_ID_SRIOV);
	on = cap && config_get(snapshot_self(s), cap->offset + PCI_IOV_CTRL, 2, &control) && control & PCI_IOV_CTRL_MSE;
	snapshot_free(s);
	return !on;
}

bool host_decoding_off(struct host *h, const struct pci_addr *addr)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	struct pci_addr physical;
	uint32_t command;
	char name[64];

	if (host_config_get(h, addr, PCI_COMMAND, 2, &command, NULL) || command & PCI_COMMAND_MEMORY)
		return false;
	if (dir >= 0 && sysfs_text(dir, "physfn", ATTR_LINK, name, sizeof(name)) && pci_addr_parse(name, &physical))
		return virtual_decoding_off(h, &physical);
	return true;
}

static int refused(const struct pci_addr *addr, int errnum, struct err *e)
{
	char name[PCI_ADDR_MAX];

	pci_addr_str(addr, name);
	switch (errnum) {
	case EACCES:
		return err_root(e, name, "configuration space may be written by root only");
	case EPERM:
		err_set(e, EPERM, name, "kernel lockdown (Secure Boot) does not let configuration space be written");
		err_todo(e, "only a boot with Secure Boot off lifts this");
		return -EPERM;
	case ENOENT:
	case ENODEV:
		return gone(addr, e);
	default:
		return err_sys(e, errnum ? errnum : EIO, "%s", name);
	}
}

int host_config_set(struct host *h, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t value,
		    uint32_t *now, struct err *e)
{
	uint8_t raw[4] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24) };
	struct pci_dev *dev = get_dev(h, addr);
	uint32_t back;
	int ok, errnum;

	errno = 0;
	ok = pci_write_block(dev, (int)offset, raw, (int)bytes);
	errnum = errno;
	pci_free_dev(dev);
	if (!ok)
		return refused(addr, errnum, e);
	return host_config_get(h, addr, offset, bytes, now ? now : &back, e);
}

/* Where to go on after a line of pci.ids that libpci does not understand: its handler must not return, and has no argument
 * to carry this. Set during host_part_name() only. */
static jmp_buf *bad_ids_exit;

__attribute__((noreturn, format(printf, 1, 2))) static void bad_ids(char *format, ...)
{
	(void)format;
	longjmp(*bad_ids_exit, 1);
}

#define BUILT_IN "pci.names" /* of mk/made.mk: behind a line with the list's date, an ID and a name a line */
#define INTEL 0x8086

/* For machines without pci.ids. */
static bool built_in_name(uint16_t vendor, uint16_t device, char *out, size_t size)
{
	const struct embedded_file *list = embedded_find(BUILT_IN);
	const char *at;
	char key[8];

	snprintf(key, sizeof(key), "\n%04x ", device);
	at = list && vendor == INTEL ? strstr(list->text, key) : NULL;
	if (!at)
		return false;
	at += strlen(key);
	snprintf(out, size, "%.*s", (int)strcspn(at, "\n"), at);
	return true;
}

const char *host_part_names_date(size_t *length)
{
	const struct embedded_file *list = embedded_find(BUILT_IN);

	if (!list || strncmp(list->text, "# ", 2))
		return NULL;
	*length = strcspn(list->text + 2, "\n");
	return list->text + 2;
}

bool host_part_name(struct host *h, uint16_t vendor, uint16_t device, char *out, size_t size)
{
	struct pci_access *pci = h->pci;
	__typeof__(pci->error) before = pci->error;
	int flags = PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS;
	const char *volatile name = NULL;
	volatile unsigned tries = 0;
	jmp_buf jump;

	bad_ids_exit = &jump;
	pci->error = bad_ids;
	setjmp(jump);
	if (tries++ < 2) /* libpci reads the file once only: the second time it knows what stands before the bad line */
		name = pci_lookup_name(pci, out, (int)size, flags, vendor, device);
	pci->error = before;
	bad_ids_exit = NULL;
	/* otherwise a message that it did not fit */
	return name == out || built_in_name(vendor, device, out, size);
}
