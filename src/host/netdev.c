// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network interface: what /sys has of it and of the bond or bridge that it is a port of, and what its driver answers. Each
 * question is asked alone: a driver may lack any.
 */

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/mii.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/host.h"
#include "host/internal.h"
#include "host/setting.h"
#include "host/setting.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

#define INET6_MOST ((size_t)4 << 20)

int netdev_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* -ENODEV for a name that no interface can have. */
static int request_for(const char *netdev, struct ifreq *request)
{
	*request = (struct ifreq){ 0 };
	if (strlen(netdev) >= sizeof(request->ifr_name))
		return -ENODEV;
	strcpy(request->ifr_name, netdev);
	return 0;
}

int netdev_ask(int fd, const char *netdev, void *command)
{
	struct ifreq request;
	int r = request_for(netdev, &request);

	request.ifr_data = command;
	if (!r && ioctl(fd, SIOCETHTOOL, &request) < 0)
		r = -errno;
	return r;
}

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
	AUTO_CLOSE int fd = netdev_socket();
	struct ifreq request;

	if (fd < 0 || request_for(netdev, &request))
		return;
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
		sysfs_put(&facts->duplex, "");
	count_queues(dir, facts);
	find_address(netdev, facts);
	if (faccessat(dir, "master/bonding", F_OK, 0))
		return;
	sysfs_facts(dir, slave, COUNT(slave), facts);
	sysfs_facts(dir, bonded, COUNT(bonded), facts);
}

/* Who is asked. */
struct nic {
	int socket;
	const char *netdev;
};

static bool ask(const struct nic *nic, void *command)
{
	return !netdev_ask(nic->socket, nic->netdev, command);
}

/* Drivers say "N/A", or nothing, for what they do not know. */
static void put_known(char **fact, const char *text, size_t size)
{
	char copy[ETHTOOL_FWVERS_LEN + 1];
	size_t n = strnlen(text, size);

	if (n >= sizeof(copy))
		n = sizeof(copy) - 1;
	memcpy(copy, text, n);
	copy[n] = '\0';
	if (*copy && strcmp(copy, "N/A") != 0)
		sysfs_put(fact, copy);
}

static void driver_info(const struct nic *nic, struct facts *facts)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (!ask(nic, &info))
		return;
	put_known(&facts->driver_version, info.version, sizeof(info.version));
	put_known(&facts->firmware, info.fw_version, sizeof(info.fw_version));
}

/* Bitmaps of link modes follow the settings: three, of at most 127 words each. */
#define MODES_SIZE (3 * 127 * sizeof(uint32_t))

/* What the partner said in auto-negotiation, twisted pair only. */
static int64_t fastest(const uint32_t *modes, int words)
{
	static const struct {
		uint8_t bit;
		int64_t speed;
	} speeds[] = {
		{ ETHTOOL_LINK_MODE_10000baseT_Full_BIT, 10000 }, { ETHTOOL_LINK_MODE_5000baseT_Full_BIT, 5000 },
		{ ETHTOOL_LINK_MODE_2500baseT_Full_BIT, 2500 },   { ETHTOOL_LINK_MODE_1000baseT_Full_BIT, 1000 },
		{ ETHTOOL_LINK_MODE_1000baseT_Half_BIT, 1000 },   { ETHTOOL_LINK_MODE_100baseT_Full_BIT, 100 },
		{ ETHTOOL_LINK_MODE_100baseT_Half_BIT, 100 },     { ETHTOOL_LINK_MODE_10baseT_Full_BIT, 10 },
		{ ETHTOOL_LINK_MODE_10baseT_Half_BIT, 10 },
	};

	for (size_t i = 0; i < COUNT(speeds); i++)
		if (speeds[i].bit / 32 < words && modes[speeds[i].bit / 32] >> speeds[i].bit % 32 & 1)
			return speeds[i].speed;
	return FACT_UNKNOWN;
}

static void link_settings(const struct nic *nic, struct facts *facts)
{
	AUTO_FREE struct ethtool_link_settings *link = xcalloc(1, sizeof(*link) + MODES_SIZE);
	int words;

	link->cmd = ETHTOOL_GLINKSETTINGS;
	/* The first answer is minus the number of words that the kernel uses. */
	if (!ask(nic, link) || link->link_mode_masks_nwords >= 0)
		return;
	words = -link->link_mode_masks_nwords;
	memset(link, 0, sizeof(*link));
	link->cmd = ETHTOOL_GLINKSETTINGS;
	link->link_mode_masks_nwords = (__s8)words;
	if (!ask(nic, link))
		return;
	facts->autoneg = link->autoneg == AUTONEG_ENABLE;
	facts->partner_speed = fastest(link->link_mode_masks + 2 * words, words);
}

static void rings(const struct nic *nic, struct facts *facts)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };

	if (!ask(nic, &ring))
		return;
	facts->ring_tx = ring.tx_pending;
	facts->ring_tx_max = ring.tx_max_pending;
	facts->ring_rx = ring.rx_pending;
	facts->ring_rx_max = ring.rx_max_pending;
}

static void flow_control(const struct nic *nic, struct facts *facts)
{
	struct ethtool_pauseparam frames = { .cmd = ETHTOOL_GPAUSEPARAM };

	if (!ask(nic, &frames))
		return;
	facts->pause_autoneg = frames.autoneg != 0;
	facts->pause_rx = frames.rx_pause != 0;
	facts->pause_tx = frames.tx_pause != 0;
}

static void energy_efficient(const struct nic *nic, struct facts *facts)
{
	struct ethtool_eee eee = { .cmd = ETHTOOL_GEEE };
	int r = netdev_ask(nic->socket, nic->netdev, &eee);

	if (r == -EOPNOTSUPP)
		facts->eee_supported = 0;
	if (r)
		return;
	facts->eee_supported = eee.supported != 0;
	facts->eee_enabled = eee.eee_enabled != 0;
	facts->eee_active = eee.eee_active != 0;
}

/* A setting as a fact: numbers and switches. */
static const struct {
	const char *name;
	size_t offset;
} as_facts[] = {
	{ "eee-tx-lpi", offsetof(struct facts, eee_tx_lpi) },
	{ "coalesce-rx-usecs", offsetof(struct facts, coalesce_rx_usecs) },
	{ "coalesce-tx-usecs", offsetof(struct facts, coalesce_tx_usecs) },
	{ "coalesce-rx-frames", offsetof(struct facts, coalesce_rx_frames) },
	{ "coalesce-tx-frames", offsetof(struct facts, coalesce_tx_frames) },
	{ "coalesce-adaptive-rx", offsetof(struct facts, coalesce_adaptive_rx) },
	{ "coalesce-adaptive-tx", offsetof(struct facts, coalesce_adaptive_tx) },
};

/* The ioctl gives 0 for what a driver has not; all have the delay of receive interrupts, and what EEE has is known. */
static bool may_be_none(const struct setting *s)
{
	return s->group == SETTING_COALESCE && strcmp(s->name, "coalesce-rx-usecs") != 0 && !setting_number(s);
}

static void put_setting(const struct setting *s, struct facts *facts)
{
	for (size_t i = 0; i < COUNT(as_facts); i++)
		if (!strcmp(as_facts[i].name, s->name) && !may_be_none(s))
			*(int64_t *)(void *)((char *)facts + as_facts[i].offset) = (int64_t)setting_number(s);
}

/* "legacy-rx off, link-down-on-close on" */
static void put_flags(const struct settings *all, struct facts *facts)
{
	AUTO_BUF struct buf text = { 0 };

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].group == SETTING_FLAG)
			buf_printf(&text, "%s%s %s", text.len ? ", " : "", all->v[i].name + strlen("flag."),
				   all->v[i].value);
	sysfs_put(&facts->private_flags, buf_str(&text));
}

/* What can be changed, and matters to hangs. */
static void settings(const char *netdev, struct facts *facts)
{
	static const enum setting_group groups[] = { SETTING_COALESCE, SETTING_EEE, SETTING_FLAG };
	const struct host_nic nic = { .netdev = netdev };
	struct settings all = { 0 };
	struct err e;

	for (size_t i = 0; i < COUNT(groups); i++)
		host_settings_read(&nic, groups[i], &all, &e);
	for (size_t i = 0; i < all.n; i++)
		put_setting(&all.v[i], facts);
	put_flags(&all, facts);
	settings_free(&all);
}

static void permanent_mac(const struct nic *nic, struct facts *facts)
{
	static const uint8_t none[6];
	AUTO_FREE struct ethtool_perm_addr *address = xcalloc(1, sizeof(*address) + 32);
	const uint8_t *b = address->data;
	char text[18];

	address->cmd = ETHTOOL_GPERMADDR;
	address->size = 32;
	if (!ask(nic, address) || address->size != 6 || !memcmp(b, none, 6))
		return;
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
	sysfs_put(&facts->permanent_mac, text);
}

static void features(const struct nic *nic, struct facts *facts)
{
	const struct host_nic asked = { .netdev = nic->netdev };
	struct settings list = { 0 };

	host_settings_read(&asked, SETTING_FEATURE, &list, NULL);
	for (size_t i = 0; i < list.n; i++)
		facts_add_feature(facts, strchr(list.v[i].name, '.') + 1, list.v[i].in_force, list.v[i].fixed);
	settings_free(&list);
}

void netdev_driver_facts(const char *netdev, struct facts *facts)
{
	AUTO_CLOSE int fd = netdev_socket();
	struct nic nic = { .socket = fd, .netdev = netdev };

	if (fd < 0)
		return;
	driver_info(&nic, facts);
	link_settings(&nic, facts);
	rings(&nic, facts);
	flow_control(&nic, facts);
	energy_efficient(&nic, facts);
	settings(netdev, facts);
	permanent_mac(&nic, facts);
	features(&nic, facts);
}

int netdev_phy(const char *netdev, unsigned reg, uint16_t *value)
{
	AUTO_CLOSE int fd = netdev_socket();
	struct mii_ioctl_data data = { .reg_num = (uint16_t)reg };
	struct ifreq request;
	int r = request_for(netdev, &request);

	if (fd < 0 || r)
		return fd < 0 ? fd : r;
	memcpy(&request.ifr_data, &data, sizeof(data)); /* in the union, not pointed to */
	if (ioctl(fd, SIOCGMIIREG, &request) < 0)
		return -errno;
	memcpy(&data, &request.ifr_data, sizeof(data));
	*value = data.val_out;
	return 0;
}
