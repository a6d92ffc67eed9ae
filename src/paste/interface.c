// SPDX-License-Identifier: GPL-2.0-or-later
/* `ip link`, `ip addr` with any of -d and -s; `ifconfig` of Linux (net-tools 1.60 and 2.10) and of FreeBSD. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* Names that the kernel or a hypervisor gives to interfaces without hardware. */
static bool is_virtual(const char *name)
{
	static const char *const starts[] = { "lo",    "veth",   "tap",  "tun",  "vnet",    "vmbr", "virbr",
					      "br-",   "docker", "fwbr", "fwpr", "fwln",    "ifb",  "dummy",
					      "wg",    "team",   "bond", "cni",  "flannel", "cali", "wl",
					      "epair", "bridge", "lagg", "ovs",  "kube" };

	for (size_t i = 0; i < COUNT(starts); i++)
		if (text_starts(name, starts[i]))
			return true;
	return false;
}

/* A word of "<BROADCAST,UP,LOWER_UP>". */
static bool has_flag(const char *line, const char *flag)
{
	const char *at = strchr(line, '<'), *end = at ? strchr(at, '>') : NULL;
	size_t n = strlen(flag);

	for (; end && at < end; at += strcspn(at + 1, ",>") + 1)
		if (!strncmp(at + 1, flag, n) && strchr(",>", at[1 + n]))
			return true;
	return false;
}

/* The number or word behind "mtu " or "MTU:". */
static void take_after(struct pasted *out, const char *line, const char *key, const char *fact)
{
	const char *at = strstr(line, key);
	char word[24];

	if (at && sscanf(at + strlen(key), "%23[^ \t,]", word) == 1)
		paste_fact(out, fact, word);
}

static void take_mac(struct pasted *out, const char *line, const char *key)
{
	const char *at = strstr(line, key);
	unsigned b[6];

	if (at && sscanf(at + strlen(key), "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) == 6)
		take_after(out, line, key, "mac");
}

/* "2: eno1: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr0 state UP" */
static bool ip_begins(struct paste *p, struct paste_block *b, const char *line)
{
	size_t n = strspn(line, "0123456789");
	char state[16];
	const char *at;

	(void)p;
	if (!n || n > 6 || !text_starts(line + n, ": ") || !strstr(line, ": <") || !strstr(line, "> mtu "))
		return false;
	if (!paste_name(b->out.interface, line + n + 2) || strchr(b->out.interface, '@') ||
	    is_virtual(b->out.interface))
		b->out.interface[0] = '\0';
	take_after(&b->out, line, "> mtu ", "mtu");
	if (has_flag(line, "UP") && (has_flag(line, "LOWER_UP") || has_flag(line, "NO-CARRIER")))
		b->out.facts.carrier = has_flag(line, "LOWER_UP");
	at = strstr(line, " state ");
	if (at && sscanf(at, " state %15[A-Z]", state) == 1) {
		for (char *c = state; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		paste_fact(&b->out, "operstate", state);
	}
	at = strstr(line, " master ");
	if (at && has_flag(line, "SLAVE"))
		take_after(&b->out, line, " master ", "bond");
	else if (at && (strstr(line, " master vmbr") || strstr(line, " master br")))
		take_after(&b->out, line, " master ", "bridge");
	return true;
}

/* "RX:  bytes packets errors dropped", "TX errors: aborted fifo window": the names of the numbers on the next line. */
static bool take_names(struct paste_block *b, const char *line)
{
	const char *colon = strchr(line, ':');
	size_t n;

	if (!colon || (!text_starts(line, "RX") && !text_starts(line, "TX")) || isdigit((unsigned char)colon[1]) ||
	    !colon[1])
		return false;
	n = strlen(line) < sizeof(b->names) ? strlen(line) : sizeof(b->names) - 1;
	str_copy(b->names, sizeof(b->names), line, n);
	return true;
}

static void take_numbers(struct paste_block *b, const char *line)
{
	const char *colon = strchr(b->names, ':'), *name = colon ? colon + 1 : "";
	const char *of = strstr(b->names, " errors:") ? "_errors_" : "_";
	char whole[48];

	for (name += strspn(name, " "); *name && isdigit((unsigned char)*line); name += strspn(name, " ")) {
		size_t n = strcspn(name, " "), digits = strspn(line, "0123456789");

		snprintf(whole, sizeof(whole), "%s%s%.*s", b->names[0] == 'R' ? "rx" : "tx", of, (int)(n < 24 ? n : 24),
			 name);
		if (digits < 20)
			paste_add_counter(&b->out, whole, strlen(whole), strtoull(line, NULL, 10));
		line += digits;
		line += strspn(line, " ");
		name += n;
	}
	b->names[0] = '\0';
}

static enum paste_take ip_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const char *const starts[] = { "link/",   "inet",      "valid_lft", "RX",      "TX",    "altname",
					      "bridge_", "parentbus", "vf ",       "promisc", "alias", "openvswitch",
					      "macvlan", "vlan ",     "bond",      "tun ",    "vxlan", "numtxqueues" };

	(void)p;
	take_mac(&b->out, line, "link/ether ");
	if (text_starts(line, "bond_slave ")) {
		take_after(&b->out, line, "bond_slave state ", "bond_state");
		take_after(&b->out, line, " mii_status ", "bond_mii_status");
		take_after(&b->out, line, " link_failure_count ", "bond_link_failures");
	}
	if (text_starts(line, "inet"))
		b->out.facts.ip_address = 1;
	if (strstr(line, " parentdev ") && !b->out.address[0]) {
		struct pci_addr addr;

		if (pci_addr_parse(strstr(line, " parentdev ") + strlen(" parentdev "), &addr))
			pci_addr_str(&addr, b->out.address);
	}
	if (isdigit((unsigned char)*line) && !strpbrk(line, ":<")) {
		take_numbers(b, line);
		return PASTE_OURS;
	}
	if (take_names(b, line))
		return PASTE_OURS;
	for (size_t i = 0; i < COUNT(starts); i++)
		if (text_starts(line, starts[i]))
			return PASTE_OURS;
	return PASTE_NOT;
}

const struct paste_kind paste_ip = { "ip link", ip_begins, ip_take, 1, 0, true };

/* FreeBSD's "options=...<RXCSUM,TXCSUM,TSO4,LRO>": an offload that is not in the list is off. */
static void take_options(struct pasted *out, const char *line)
{
	static const struct {
		const char *flag, *feature;
	} known[] = { { "TSO4", "tx-tcp-segmentation" },
		      { "LRO", "rx-lro" },
		      { "RXCSUM", "rx-checksum" },
		      { "TXCSUM", "tx-checksum-ipv4" } };

	for (size_t i = 0; i < COUNT(known); i++)
		if (facts_feature(&out->facts, known[i].feature) < 0)
			facts_add_feature(&out->facts, known[i].feature, has_flag(line, known[i].flag), false);
}

/* "eth0      Link encap:Ethernet  HWaddr 00:1b:21:..."; "eno1: flags=4163<UP,RUNNING>  mtu 1500" */
static bool ifconfig_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *flags = strstr(line, ": flags=");
	size_t name = strcspn(line, " \t:");

	(void)p;
	if (!(flags && flags == line + name && strstr(line, " mtu ")) &&
	    !(line[name] == ' ' && text_starts(line + name + strspn(line + name, " "), "Link encap:Ethernet")))
		return false;
	if (!paste_name(b->out.interface, line) || is_virtual(b->out.interface))
		b->out.interface[0] = '\0';
	take_mac(&b->out, line, "HWaddr ");
	take_after(&b->out, line, " mtu ", "mtu");
	/* FreeBSD's metric stands before the mtu; its RUNNING says nothing of the carrier. */
	if (flags && has_flag(line, "UP") && !strstr(line, " metric "))
		b->out.facts.carrier = has_flag(line, "RUNNING");
	return true;
}

static enum paste_take ifconfig_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const char *const starts[] = {
		"inet",      "ether",   "RX",         "TX",           "collisions", "Interrupt", "Memory",
		"device ",   "options", "media:",     "nd6",          "status:",    "groups:",   "laggproto",
		"BROADCAST", "UP ",     "txqueuelen", "capabilities", "hwaddr",     "supported", "plugged"
	};
	const char *value;

	(void)p;
	take_mac(&b->out, line, "ether ");
	if (text_starts(line, "inet"))
		b->out.facts.ip_address = 1;
	if (text_starts(line, "options="))
		take_options(&b->out, line);
	if (paste_label(line, "status", &value))
		b->out.facts.carrier = text_starts(value, "active");
	if (paste_label(line, "media", &value)) {
		const char *base = strchr(value, '(');

		if (base && isdigit((unsigned char)base[1]))
			paste_fact(&b->out, "speed", base + 1);
		if (strstr(value, "full-duplex"))
			paste_fact(&b->out, "duplex", "full");
	}
	if (text_starts(line, "UP ")) {
		b->out.facts.carrier = strstr(line, " RUNNING ") != NULL;
		take_after(&b->out, line, "MTU:", "mtu");
	}
	for (size_t i = 0; i < COUNT(starts); i++)
		if (text_starts(line, starts[i]))
			return PASTE_OURS;
	return PASTE_NOT;
}

const struct paste_kind paste_ifconfig = { "ifconfig", ifconfig_begins, ifconfig_take, 1, 0, true };
