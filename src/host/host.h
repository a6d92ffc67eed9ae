/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Linux knows: PCI functions (libpci), netdevs, drivers, bonds, the board. And what nicregs changes of a machine, here
 * alone: host_config_set(), power.h, privilege.h. All else in the room reads.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <sys/types.h>

#include "snapshot/snapshot.h"

struct chipdb;
struct err;
struct host;

/* Opens libpci's sysfs method; does not scan. -errno with *e if this machine has no PCI or no /sys. Caller frees *h with host_close(). */
int host_open(struct host **h, struct err *e);
/* For host_part_name() alone, which needs no PCI bus and no /sys. Never NULL; caller frees it with host_close(). */
struct host *host_open_names(void);
void host_close(struct host *h);

/*
 * Resolves DEVICE: a netdev name, a PCI address, a chip name (or the name of one of its ids), a vendor:device id, or
 * NULL for every Intel NIC. A netdev or an address looks at nothing else on the machine. *list is sorted by address; the
 * caller frees it. -ENODEV, with what to try, if nothing matches; -ENOTSUP for a device that is no Intel NIC.
 */
int host_find(struct chipdb *db, const char *device, struct pci_addr **list, size_t *n, struct err *e);

/*
 * Reads a function's configuration space into s: 64 bytes without root, all with. A function in D3cold is added
 * without any, as the kernel would wake it for the read. -ENODEV if it went away.
 */
int host_add_function(struct host *h, struct snapshot *s, enum pci_role role, const struct pci_addr *addr,
		      struct err *e);

/* The upstream port above addr, from the device's place in /sys. False if it is on a root bus. */
bool host_partner(const struct pci_addr *addr, struct pci_addr *partner);

/* The other functions of the same device, but no virtual ones: at most 7, counted into *n; none of a virtual function. */
void host_siblings(const struct pci_addr *addr, struct pci_addr out[8], size_t *n);

/* What is of the machine and not of one of its functions, as it is now. */
struct host_machine {
	struct facts facts;      /* kernel, board, BIOS, lockdown */
	struct host_slot *slots; /* owned */
	size_t n_slots, cap_slots;
};

/* What cannot be read stays unknown. Freed by host_machine_free(). */
void host_machine_read(struct host_machine *m);
void host_machine_free(struct host_machine *m);

/* Fills everything known of the machine, the netdevs (of several the first; `netdev` names all, with blanks between),
 * driver, bond, power; with `driver` also what the driver answers and the errors that the kernel counts. What cannot be read stays
 * unknown. *facts are the caller's, for facts_free(). */
void host_facts(const struct host_machine *m, const struct pci_addr *addr, bool driver, struct facts *facts);

/* What is known of the virtual functions of a device, and of one of these, which interface the function has that it belongs to. */
void host_virtual_functions(const struct pci_addr *addr, struct facts *facts);

/* Of these only netdevs, driver, carrier, and the counts of queues and interrupts: quick. */
void host_facts_brief(const struct pci_addr *addr, struct facts *facts);

/* Vendor and device id as the kernel remembers them, without touching the device. False if there is no such device. */
bool host_ids(const struct pci_addr *addr, uint16_t *vendor, uint16_t *device);
/* The name that pci.ids has for these ids into out; false if it has none, or is not installed and not built in. */
bool host_part_name(struct host *h, uint16_t vendor, uint16_t device, char *out, size_t size);
/* The date of the pci.ids whose names are built in, of *length characters; static. NULL: none are. */
const char *host_part_names_date(size_t *length);
/* Whether it is an Intel network controller by its class, supported or not. */
bool host_is_intel_nic(const struct pci_addr *addr, uint16_t vendor);

/* Value of 1, 2 or 4 aligned bytes of configuration space, asked from the device now. -ENODEV if it is not there. */
int host_config_get(struct host *h, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t *value,
		    struct err *e);

/*
 * Whether memory decoding is off: in COMMAND, or for a virtual function, of which that bit is always 0, in the SR-IOV
 * capability of its physical function (PCIe r6.2 9.3.3.3.4, 9.3.4.1.3). What cannot be seen of that counts as off.
 */
bool host_decoding_off(struct host *h, const struct pci_addr *addr);

/* Writes 1, 2 or 4 aligned bytes of configuration space and reads them back into *now, which may be NULL. Bits that do
 * not keep what is written are no error. -EPERM under kernel lockdown, -EACCES without root, -ENODEV. */
int host_config_set(struct host *h, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t value,
		    uint32_t *now, struct err *e);

/* The function's place as udev calls it: "/devices/pci0000:00/0000:00:1c.4/0000:02:00.0". False if it is not there. */
bool host_path(const struct pci_addr *addr, char *out, size_t size);

/* Where a BAR is, as the kernel sees it. */
struct bar_place {
	uint64_t phys, size; /* CPU physical address; bytes */
};

/* From sysfs. -ENXIO for a BAR that is absent, without an address, or of I/O ports; -ENODEV if the device is gone. */
int bar_place(const struct pci_addr *addr, unsigned bar, struct bar_place *place, struct err *e);

/*
 * Which binding of a driver to a device is there now. The kernel gives each folder and link of /sys a number that no
 * later one gets, makes the link `driver` anew for each binding, and removes it before the driver is told to let go of
 * the device. So what was true of a binding (where its driver has mapped the BAR) stays true while the numbers do.
 */
struct binding {
	ino_t device; /* 0: there is no such device */
	ino_t driver; /* 0: none is bound */
};

/* False if the device is not there. */
bool binding_get(const struct pci_addr *addr, struct binding *b);
bool binding_equal(const struct binding *a, const struct binding *b);

/* Questions to the driver of a network interface. */

/* A descriptor to ask with, to be closed; -errno. */
int netdev_socket(void);

/*
 * SIOCETHTOOL: `command` is one of the structures of linux/ethtool.h, which the answer is written to. -EOPNOTSUPP if the
 * driver answers no such question, -ENODEV if there is no such interface or it is detached, -EPERM without CAP_NET_ADMIN
 * where the kernel wants that.
 */
int netdev_ask(int fd, const char *netdev, void *command);

/*
 * Asks for register 0 to 31 of the PHY. Whether the answer is a reading or a number that the driver keeps is the driver's
 * affair. -EOPNOTSUPP if it answers no such questions, -ENODEV if there is no such interface or it is detached, -EPERM
 * without CAP_NET_ADMIN, -EIO for a register that it does not answer for.
 */
int netdev_phy(const char *netdev, unsigned reg, uint16_t *value);

#endif
