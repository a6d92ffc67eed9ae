// SPDX-License-Identifier: GPL-2.0-or-later
/* The network interface, and the bond or bridge that it is a port of. */
#include "host/parts.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/sysfs.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/text.h"

#define INET6_MOST ((size_t)4 << 20)

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

/* A line of /proc/net/if_inet6 ends in the interface. */
static bool has_ipv6(const char *netdev)
{
	AUTO_BUF struct buf text = { 0 };
	size_t n = strlen(netdev);

	if (file_read("/proc/net/if_inet6", INET6_MOST, &text, NULL))
		return false;
	for (const char *line = buf_str(&text); *line; line += *line == '\n') {
		size_t len = strcspn(line, "\n");

		if (len > n && line[len - n - 1] == ' ' && !memcmp(line + len - n, netdev, n))
			return true;
		line += len;
	}
	return false;
}

/* Of an interface in this network namespace. getifaddrs() would have the kernel ask each driver for its statistics, which
 * clears registers. */
static void find_address(const char *netdev, struct facts *facts)
{
	struct ifreq request = { .ifr_ifindex = 0 };
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(netdev) >= sizeof(request.ifr_name))
		return;
	memcpy(request.ifr_name, netdev, strlen(netdev) + 1);
	if (!ioctl(fd, SIOCGIFADDR, &request))
		facts->ip_address = 1;
	else if (errno == EADDRNOTAVAIL)
		facts->ip_address = has_ipv6(netdev);
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
	find_address(netdev, facts);
	if (faccessat(dir, "master/bonding", F_OK, 0))
		return;
	sysfs_facts(dir, slave, COUNT(slave), facts);
	sysfs_facts(dir, bonded, COUNT(bonded), facts);
}
