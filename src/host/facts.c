// SPDX-License-Identifier: GPL-2.0-or-later
/* All facts of a function. */
#include <stdio.h>
#include <string.h>

#include "host/host.h"
#include "host/parts.h"
#include "host/sysfs.h"
#include "util/alloc.h"
#include "util/buf.h"

static const struct attr_fact function[] = {
	ATTR(LINK, "driver", driver),
	ATTR(STR, "driver/module/version", driver_version),
	ATTR(STR, "power_state", power_state),
	ATTR(STR, "power/runtime_status", runtime_status),
	ATTR(STR, "power/control", power_control),
	ATTR(NUM, "link/l0s_aspm", link_l0s_aspm),
	ATTR(NUM, "link/l1_aspm", link_l1_aspm),
	ATTR(NUM, "link/l1_1_aspm", link_l1_1_aspm),
	ATTR(NUM, "link/l1_2_aspm", link_l1_2_aspm),
	ATTR(NUM, "link/l1_1_pcipm", link_l1_1_pcipm),
	ATTR(NUM, "link/l1_2_pcipm", link_l1_2_pcipm),
	ATTR(NUM, "link/clkpm", link_clkpm),
	ATTR(NUM, "numa_node", numa_node),
	ATTR(STR, "label", pci_slot),
	ATTR(LINK, "physfn", physical_function),
};

/* A slot's address has no function number: "0000:01:00". */
static void find_slot(const struct pci_addr *addr, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open("/sys/bus/pci/slots");
	char **names = dir < 0 ? NULL : sysfs_list(dir, ".");
	char wanted[PCI_ADDR_MAX];

	pci_addr_str(addr, wanted);
	wanted[strcspn(wanted, ".")] = '\0';
	for (char **name = names; name && *name; name++) {
		char path[300], text[64];

		snprintf(path, sizeof(path), "%.255s/address", *name);
		if (!sysfs_text(dir, path, ATTR_STR, text, sizeof(text)) || strcmp(text, wanted) != 0)
			continue;
		fact_put(&facts->pci_slot, *name);
		break;
	}
	sysfs_list_free(names);
}

/* The kernel wakes a sleeping device for each question to its driver: then none is asked. */
static void interfaces(int dir, bool asleep, struct facts *facts)
{
	char **netdevs = sysfs_list(dir, "net");
	AUTO_BUF struct buf names = { 0 };

	if (!netdevs)
		return;
	netdev_facts(netdevs[0], facts);
	queue_counts(netdevs[0], facts);
	vector_counts(dir, facts);
	if (!asleep)
		ethtool_facts(netdevs[0], facts);
	for (char **name = netdevs; *name; name++)
		buf_printf(&names, "%s%s", name == netdevs ? "" : " ", *name);
	fact_put(&facts->netdev, buf_str(&names));
	sysfs_list_free(netdevs);
}

void host_facts(const struct pci_addr *addr, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);

	board_facts(facts);
	if (dir < 0)
		return;
	sysfs_facts(dir, function, sizeof(function) / sizeof(function[0]), facts);
	if (!facts->pci_slot)
		find_slot(addr, facts);
	interfaces(dir, host_asleep(addr), facts);
}

void host_facts_brief(const struct pci_addr *addr, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char **netdevs = dir < 0 ? NULL : sysfs_list(dir, "net");
	AUTO_BUF struct buf names = { 0 };
	char path[300], text[300];

	if (dir >= 0 && sysfs_text(dir, "driver", ATTR_LINK, text, sizeof(text)))
		fact_put(&facts->driver, text);
	for (char **name = netdevs; name && *name; name++)
		buf_printf(&names, "%s%s", name == netdevs ? "" : " ", *name);
	fact_put(&facts->netdev, buf_str(&names));
	if (netdevs) {
		snprintf(path, sizeof(path), "net/%.250s/carrier", netdevs[0]);
		if (sysfs_text(dir, path, ATTR_STR, text, sizeof(text)))
			facts->carrier = text[0] == '1';
		sysfs_list_free(netdevs);
	}
}
