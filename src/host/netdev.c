// SPDX-License-Identifier: GPL-2.0-or-later
/* The network interface, and the bond or bridge that it is a port of. */
#include "host/parts.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/sysfs.h"
#include "util/alloc.h"
#include "util/text.h"

static const struct attr_fact interface[] = {
	ATTR(STR, "address", mac),     ATTR(STR, "operstate", operstate),
	ATTR(NUM, "carrier", carrier), ATTR(NUM, "carrier_changes", carrier_changes),
	ATTR(NUM, "speed", speed),     ATTR(STR, "duplex", duplex),
	ATTR(NUM, "mtu", mtu),         ATTR(LINK, "brport/bridge", bridge),
};

static const struct attr_fact slave[] = {
	ATTR(LINK, "master", bond),
	ATTR(WORD, "master/bonding/mode", bond_mode),
	ATTR(STR, "bonding_slave/state", bond_state),
	ATTR(STR, "bonding_slave/mii_status", bond_mii_status),
	ATTR(STR, "master/bonding/active_slave", bond_active_slave),
	ATTR(STR, "master/bonding/slaves", bond_slaves),
	ATTR(NUM, "master/bonding/miimon", bond_miimon),
	ATTR(NUM, "master/bonding/arp_interval", bond_arp_interval),
	ATTR(NUM, "bonding_slave/link_failure_count", bond_link_failures),
};

/* The bond may be a bridge's port in its place. */
static const struct attr_fact bonded[] = {
	ATTR(LINK, "master/brport/bridge", bridge),
};

/* The kernel keeps one entry for each queue in use: tx-0, tx-1, ... */
static void count_queues(int dir, struct facts *facts)
{
	char **names = sysfs_list(dir, "queues");
	int64_t tx = 0, rx = 0;

	if (!names)
		return;
	for (char **name = names; *name; name++) {
		tx += text_starts(*name, "tx-");
		rx += text_starts(*name, "rx-");
	}
	sysfs_list_free(names);
	facts->tx_queues = tx;
	facts->rx_queues = rx;
}

void netdev_facts(const char *netdev, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_net(netdev);

	if (dir < 0)
		return;
	sysfs_facts(dir, interface, COUNT(interface), facts);
	if (facts->duplex && !strcmp(facts->duplex, "unknown"))
		fact_put(&facts->duplex, "");
	count_queues(dir, facts);
	if (faccessat(dir, "master/bonding", F_OK, 0))
		return;
	sysfs_facts(dir, slave, COUNT(slave), facts);
	sysfs_facts(dir, bonded, COUNT(bonded), facts);
}
