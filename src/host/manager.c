// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/manager.h"

#include <ctype.h>
#include <fnmatch.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "host/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/text.h"

#define SIZE_MOST 262144
#define FILES_MOST 256 /* of a folder */

const char *host_manager_name(enum host_manager_kind kind)
{
	static const char *const names[HOST_MANAGERS] = { "a .link file", "systemd-networkd", "NetworkManager",
							  "ifupdown" };

	return names[kind];
}

/* How each calls a setting: the beginnings of the lines that are about it, as keys of [sections] where there are any;
 * systemd.link(5), systemd.network(5), nm-settings(5), interfaces(5) and ethtool's if-up scripts. */
static const struct {
	const char *setting; /* a glob */
	const char *link, *network, *nm, *ifupdown;
} keys[] = {
	{ "feature.tx-tcp-segmentation", "TCPSegmentationOffload", NULL, "feature-tso", "offload-tso" },
	{ "feature.tx-tcp*-segmentation", "TCP6SegmentationOffload", NULL, "feature-tx-tcp", "offload-tso" },
	{ "feature.tx-generic-segmentation", "GenericSegmentationOffload", NULL, "feature-gso", "offload-gso" },
	{ "feature.rx-gro", "GenericReceiveOffload", NULL, "feature-gro", "offload-gro" },
	{ "feature.rx-lro", "LargeReceiveOffload", NULL, "feature-lro", "offload-lro" },
	{ "feature.tx-scatter-gather*", NULL, NULL, "feature-sg", "offload-sg" },
	{ "feature.tx-checksum-*", "TransmitChecksumOffload", NULL, "feature-tx=", "offload-tx" },
	{ "feature.rx-checksum", "ReceiveChecksumOffload", NULL, "feature-rx=", "offload-rx" },
	{ "feature.tx-vlan-hw-insert", "TransmitVLANCTAGHardwareAcceleration", NULL, "feature-txvlan",
	  "offload-txvlan" },
	{ "feature.rx-vlan-hw-parse", "ReceiveVLANCTAGHardwareAcceleration", NULL, "feature-rxvlan", "offload-rxvlan" },
	{ "ring-rx", "RxBufferSize", NULL, "ring-rx=", "hardware-dma-ring-rx" },
	{ "ring-tx", "TxBufferSize", NULL, "ring-tx=", "hardware-dma-ring-tx" },
	{ "channels-*", "CombinedChannels", NULL, "channels-", NULL },
	{ "coalesce-rx-usecs", "RxCoalesceSec", NULL, "coalesce-rx-usecs=", "hardware-irq-coalesce-rx-usecs" },
	{ "coalesce-tx-usecs", "TxCoalesceSec", NULL, "coalesce-tx-usecs=", "hardware-irq-coalesce-tx-usecs" },
	{ "coalesce-adaptive-rx", "UseAdaptiveRxCoalesce", NULL, "coalesce-adaptive-rx",
	  "hardware-irq-coalesce-adaptive-rx" },
	{ "pause-autoneg", "AutoNegotiationFlowControl", NULL, "pause-autoneg", "flow-control" },
	{ "pause-rx", "RxFlowControl", NULL, "pause-rx", "flow-control" },
	{ "pause-tx", "TxFlowControl", NULL, "pause-tx", "flow-control" },
	{ "eee", "[EnergyEfficientEthernet]Enable", NULL, "eee-enabled", NULL },
	{ "link-advertise", "Advertise", NULL, "speed=", "link-speed" },
	{ "link-speed", "BitsPerSecond", NULL, "speed=", "link-speed" },
	{ "link-duplex", "Duplex", NULL, "duplex=", "link-duplex" },
	{ "link-autoneg", "AutoNegotiation=", NULL, "auto-negotiate", "ethernet-autoneg" },
	{ "mtu", "MTUBytes", "MTUBytes", "[ethernet]mtu", "mtu" },
};

/* ethtool in a stanza of ifupdown may set anything. */
static const struct {
	const char *setting, *words;
} commands[] = {
	{ "feature.*", "ethtool -K" },
	{ "feature.*", "ethtool --offload" },
	{ "feature.*", "ethtool --features" },
	{ "ring-*", "ethtool -G" },
	{ "ring-*", "ethtool --set-ring" },
	{ "pause-*", "ethtool -A" },
	{ "pause-*", "ethtool --pause" },
	{ "eee*", "ethtool --set-eee" },
	{ "coalesce-*", "ethtool -C" },
	{ "channels-*", "ethtool -L" },
	{ "flag.*", "ethtool --set-priv-flags" },
	{ "link-*", "ethtool -s" },
	{ "mtu", " mtu " },
};

/* What is asked. */
struct question {
	const char *root, *netdev;
	unsigned index;
	const char *const *settings;
	size_t n;
};

static bool is_asked(const struct question *q, const char *glob)
{
	for (size_t i = 0; i < q->n; i++)
		if (!fnmatch(glob, q->settings[i], 0))
			return true;
	return false;
}

/* "[Section]key", the first only where the section is that one. */
static bool is_key(const char *section, const char *line, const char *key)
{
	const char *close = *key == '[' ? strchr(key, ']') : NULL;

	if (close && strncasecmp(section, key + 1, (size_t)(close - key - 1)) != 0)
		return false;
	key = close ? close + 1 : key;
	return !strncasecmp(line, key, strlen(key));
}

static const char *key_of(size_t i, enum host_manager_kind kind)
{
	const char *const of[HOST_MANAGERS] = { keys[i].link, keys[i].network, keys[i].nm, keys[i].ifupdown };

	return of[kind];
}

static bool is_about(const struct question *q, enum host_manager_kind kind, const char *section, const char *line)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (key_of(i, kind) && is_key(section, line, key_of(i, kind)) && is_asked(q, keys[i].setting))
			return true;
	for (size_t i = 0; i < COUNT(commands) && kind == MANAGER_IFUPDOWN; i++)
		if (strstr(line, commands[i].words) && is_asked(q, commands[i].setting))
			return true;
	return false;
}

static char *read_text(const char *root, const char *path)
{
	AUTO_FREE char *whole = xasprintf("%s%s", root, path);
	AUTO_BUF struct buf text = { 0 };

	if (file_read(whole, SIZE_MOST, &text, NULL))
		return NULL;
	return text.len ? buf_take(&text) : xstrdup("");
}

/* Without its end and the blanks around it; NULL at the end of the text. */
static char *next_line(char **rest)
{
	char *line = *rest, *end;

	if (!line)
		return NULL;
	end = strchr(line, '\n');
	if (end)
		*end = '\0';
	*rest = end && end[1] ? end + 1 : NULL;
	return text_strip(line);
}

/* The value behind "KEY=" in the first line that begins so. */
static bool value_of(char *text, const char *key, char *out, size_t size)
{
	char *rest = text, *line;
	size_t n = strlen(key);

	while ((line = next_line(&rest)))
		if (!strncmp(line, key, n) && line[n] == '=') {
			snprintf(out, size, "%s", line + n + 1);
			return *out;
		}
	return false;
}

/* The first line of a file of [sections] that is about what is asked. */
static bool find_line(const struct question *q, enum host_manager_kind kind, const char *path, char *out, size_t size)
{
	AUTO_FREE char *text = read_text(q->root, path);
	char *rest = text, *line, section[64] = "";

	while ((line = next_line(&rest))) {
		if (*line == '[') {
			snprintf(section, sizeof(section), "%.*s", (int)strcspn(line + 1, "]"), line + 1);
			continue;
		}
		if (*line == '#' || *line == ';' || !is_about(q, kind, section, line))
			continue;
		snprintf(out, size, "%s", line);
		return true;
	}
	return false;
}

static void found(struct host_manager *m, enum host_manager_kind kind, const char *file)
{
	*m = (struct host_manager){ .kind = kind };
	snprintf(m->file, sizeof(m->file), "%s", file);
}

/* udev's own record of the interface names the file. */
static bool of_link(const struct question *q, struct host_manager *m)
{
	AUTO_FREE char *path = xasprintf("/run/udev/data/n%u", q->index);
	AUTO_FREE char *text = read_text(q->root, path);
	char file[256];

	if (!text || !value_of(text, "E:ID_NET_LINK_FILE", file, sizeof(file)))
		return false;
	found(m, MANAGER_LINK, file);
	/* Nothing but names is set by that of the distribution. */
	return find_line(q, MANAGER_LINK, file, m->line, sizeof(m->line));
}

static bool of_networkd(const struct question *q, struct host_manager *m)
{
	AUTO_FREE char *path = xasprintf("/run/systemd/netif/links/%u", q->index);
	AUTO_FREE char *text = read_text(q->root, path);
	AUTO_FREE char *again = text ? xstrdup(text) : NULL;
	char state[32], file[256] = "";

	if (!text || !value_of(text, "ADMIN_STATE", state, sizeof(state)) || !strcmp(state, "unmanaged"))
		return false;
	value_of(again, "NETWORK_FILE", file, sizeof(file));
	found(m, MANAGER_NETWORKD, file);
	if (*file)
		find_line(q, MANAGER_NETWORKD, file, m->line, sizeof(m->line));
	return true;
}

/* The file of a folder that has this uuid. */
static bool find_connection(const struct question *q, const char *folder, const char *uuid, struct host_manager *m)
{
	AUTO_FREE char *whole = xasprintf("%s%s", q->root, folder);
	AUTO_CLOSE int dir = sysfs_open(whole);
	char **names = sysfs_list(dir, ".");
	bool is = false;

	for (size_t i = 0; names && names[i] && i < FILES_MOST && !is; i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", folder, names[i]);
		AUTO_FREE char *text = read_text(q->root, path);
		AUTO_FREE char *again = text ? xstrdup(text) : NULL;
		char value[64];

		is = text && value_of(text, "uuid", value, sizeof(value)) && !strcmp(value, uuid);
		if (!is)
			continue;
		found(m, MANAGER_NETWORKMANAGER, path);
		value_of(again, "id", m->name, sizeof(m->name));
		find_line(q, MANAGER_NETWORKMANAGER, path, m->line, sizeof(m->line));
	}
	sysfs_list_free(names);
	return is;
}

static bool of_networkmanager(const struct question *q, struct host_manager *m)
{
	static const char *const folders[] = { "/etc/NetworkManager/system-connections",
					       "/run/NetworkManager/system-connections",
					       "/usr/lib/NetworkManager/system-connections" };
	AUTO_FREE char *path = xasprintf("/run/NetworkManager/devices/%u", q->index);
	AUTO_FREE char *text = read_text(q->root, path);
	AUTO_FREE char *again = text ? xstrdup(text) : NULL;
	char managed[8] = "", uuid[64] = "";

	if (!text || (value_of(text, "managed", managed, sizeof(managed)) && strcmp(managed, "0") == 0) ||
	    !strcmp(managed, "false"))
		return false;
	found(m, MANAGER_NETWORKMANAGER, "");
	value_of(again, "connection-uuid", uuid, sizeof(uuid));
	for (size_t i = 0; *uuid && i < COUNT(folders); i++)
		if (find_connection(q, folders[i], uuid, m))
			break;
	return true;
}

/* Stanzas of a file: from "iface NAME" to the next line that begins one. */
static bool find_stanza(const struct question *q, const char *path, struct host_manager *m)
{
	static const char *const heads[] = { "iface", "auto", "allow-", "mapping", "source" };
	AUTO_FREE char *text = read_text(q->root, path);
	char *rest = text, *line;
	bool inside = false, is = false;

	while ((line = next_line(&rest))) {
		char name[64] = "";
		bool head = false;

		for (size_t i = 0; i < COUNT(heads) && !head; i++)
			head = text_starts(line, heads[i]);
		if (head)
			inside = sscanf(line, "iface %63s", name) == 1 && !strcmp(name, q->netdev);
		if (head && inside && !is)
			found(m, MANAGER_IFUPDOWN, path);
		is |= inside;
		if (inside && !head && !m->line[0] && is_about(q, MANAGER_IFUPDOWN, "", line))
			snprintf(m->line, sizeof(m->line), "%s", line);
	}
	return is;
}

static bool of_ifupdown(const struct question *q, struct host_manager *m)
{
	static const char folder[] = "/etc/network/interfaces.d";
	AUTO_FREE char *whole = xasprintf("%s%s", q->root, folder);
	AUTO_CLOSE int dir = sysfs_open(whole);
	char **names = sysfs_list(dir, ".");
	bool is = find_stanza(q, "/etc/network/interfaces", m);

	for (size_t i = 0; names && names[i] && i < FILES_MOST && !is; i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", folder, names[i]);

		is = find_stanza(q, path, m);
	}
	sysfs_list_free(names);
	return is;
}

size_t host_managers_below(const char *root, const char *netdev, unsigned index, const char *const *settings, size_t n,
			   struct host_manager *out)
{
	static bool (*const ask[])(const struct question *q,
				   struct host_manager *m) = { of_link, of_networkd, of_networkmanager, of_ifupdown };
	const struct question q = { root, netdev, index, settings, n };
	size_t count = 0;

	for (size_t i = 0; i < COUNT(ask); i++) {
		out[count] = (struct host_manager){ 0 };
		count += ask[i](&q, &out[count]);
	}
	return count;
}

size_t host_managers(const char *netdev, const char *const *settings, size_t n, struct host_manager *out)
{
	unsigned index = if_nametoindex(netdev);

	return index ? host_managers_below("", netdev, index, settings, n, out) : 0;
}
