/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of host/ share.
 *
 *     DEVICE -> find -> address -> find   partner, siblings, BAR, binding
 *                               -> pci    configuration space, names of pci.ids (libpci) or built in
 *                               -> power  asleep or awake, the link's switches, wake
 *                               -> facts  -> sysfs   a file of /sys is a fact
 *                                         -> netdev  the interface, and what its driver answers
 *     privilege: what the kernel lets this process do and see
 *     restart: a device started anew; network, network_back: its interface's place in the network, kept and put back (rtnl)
 */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "snapshot/setting.h"
#include "snapshot/snapshot.h"

/* sysfs.c: attributes of /sys as facts. Nothing here lists a directory of devices. */

#define SYS_PCI "/sys/bus/pci/devices"
#define SYS_NET "/sys/class/net"

enum attr_kind {
	ATTR_STR,    /* the line */
	ATTR_WORD,   /* its first word */
	ATTR_CHOICE, /* the word in brackets: "none [integrity] confidentiality" */
	ATTR_LINK,   /* last component of the symbolic link */
	ATTR_NUM,    /* a number, not negative */
};

/* An attribute and the fact it gives: a char * for the first four kinds, an int64_t for ATTR_NUM. */
struct attr_fact {
	const char *path;
	size_t offset; /* in struct facts */
	enum attr_kind kind;
};

#define ATTR(kind, path, fact)                                  \
	{                                                       \
		path, offsetof(struct facts, fact), ATTR_##kind \
	}

/* Fills the facts that can be read in directory dir; the others stay as they are. */
void sysfs_facts(int dir, const struct attr_fact *attrs, size_t n, struct facts *facts);

/* Directory descriptors, or -errno. A netdev name with a slash and the like is -ENOENT. */
int sysfs_open(const char *path);
int sysfs_open_pci(const struct pci_addr *addr);
int sysfs_open_net(const char *netdev);

/* False if there is nothing to read. */
bool sysfs_text(int dir, const char *path, enum attr_kind kind, char *out, size_t size);
bool sysfs_hex(int dir, const char *path, uint64_t *value);

/* Entries of a directory, sorted and NULL-terminated, without those that start with a dot; NULL if there are none.
 * Freed with sysfs_list_free(). */
char **sysfs_list(int dir, const char *path);
void sysfs_list_free(char **names);

/* Replaces a string fact by a copy; "" makes it unknown. */
void sysfs_put(char **fact, const char *value);

/* What the kernel counts of errors on PCI Express, of a function, and of the port above it. */
void aer_facts(int dir, bool port, struct facts *facts);

/* What devlink's health reporters say of a PCI device, which the kernel is asked for; nothing where there are none. */
void health_facts(const struct pci_addr *addr, struct facts *facts);
/* Takes the reporters of a device ("pci", "0000:01:00.0") out of one answer of the kernel; true if more answers come. Here for
 * tests. */
bool health_take(const void *answer, size_t n, const char *bus, const char *device, struct facts *facts);

/* The facts of a network interface. What cannot be read stays unknown. */

/* The interface, its queues, its bridge and its bond, from /sys/class/net. */
void netdev_facts(const char *netdev, struct facts *facts);

/* What only the driver says, through SIOCETHTOOL: link settings, rings, pause, EEE, firmware, features. */
void netdev_driver_facts(const char *netdev, struct facts *facts);

/* virtual.c: the virtual functions of the function whose folder is dir, and of one of these the interface of the function that it
 * belongs to. With `ask` also what the physical function's driver says of them. */
void virtual_facts(int dir, bool ask, struct facts *facts);
/* Takes what an answer of the kernel says of virtual functions without an interface. Here for tests. */
void virtual_take(const struct nlmsghdr *answer, struct virtual_functions *list);

/* What the kernel counts, in facts.c; here for tests. */

/* The sum over all processors of an interrupt's line in the text of /proc/interrupts; false if it has none. */
bool interrupts_count(const char *text, uint32_t irq, int64_t *count);
/* The transmit queue that a handler's name is of ("eth0-TxRx-3"), or FACT_UNKNOWN. */
int64_t handler_queue(const char *handler);

/* setting_link.c: speed and duplex, as host_settings_read() and host_settings_write() have groups. -errno of the driver. */
struct host_nic;
int setting_link_read(const struct host_nic *nic, int fd, struct settings *out);
int setting_link_write(const struct host_nic *nic, int fd, const struct setting *v, size_t n);

/* network.c, network_commands.c and network_back.c: what is kept of an interface, and of those that stand on it. */

/* Bytes before the attributes of the kernel's messages. */
#define LINK sizeof(struct ifinfomsg)
#define ADDR sizeof(struct ifaddrmsg)
#define ROUTE sizeof(struct rtmsg)

/* Messages of the kernel, each owned. */
struct network_messages {
	struct nlmsghdr **v;
	size_t n, cap;
};

struct network_link {
	int index;
	char name[IF_NAMESIZE];
	char master[IF_NAMESIZE];    /* its bond or bridge; "": none */
	size_t below;                /* of the links, the one that it stands on; its own place for the first */
	bool bridged;                /* the master is a bridge */
	const struct nlmsghdr *link; /* RTM_NEWLINK: one of all[] */
	struct nlmsghdr *bridge;     /* the same as the bridge has it; NULL: none. Owned */
	struct network_messages addresses, routes;
};

struct network {
	struct network_messages all; /* every interface of the namespace */
	struct network_link *links;  /* the interface first, and then what stands on it, in the order of making */
	size_t n, cap;
};

/* The link of this name, or NULL. */
const struct network_link *network_link(const struct network *n, const char *name);
/* Of messages: the kind of a link ("vlan"), "" if it has none; an address without its peer, NULL if it has none; the table of a
 * route. */
void network_kind(const struct nlmsghdr *link, char *out, size_t size);
const struct rtattr *network_own_address(const struct nlmsghdr *m);
uint32_t network_table(const struct nlmsghdr *m);
/* Whether two messages are of the same address, or of the same route. */
bool network_same_address(const struct nlmsghdr *a, const struct nlmsghdr *b);
bool network_same_route(const struct nlmsghdr *a, const struct nlmsghdr *b);
bool network_has(const struct network_messages *in, const struct nlmsghdr *m,
		 bool (*same)(const struct nlmsghdr *a, const struct nlmsghdr *b));

/* mounts.c: calls each() for what of /, /usr and /var in a text as /proc/self/mountinfo is from a server: a sentence, and the
 * server's address, or "" where that is not known. */
typedef void mounts_each(const char *who, const char *address, void *arg);
void mounts_served(const char *mountinfo, mounts_each *each, void *arg);

#endif
