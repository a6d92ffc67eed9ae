// SPDX-License-Identifier: GPL-2.0-or-later
/* Who configures the network, and how: nmcli, networkctl, /etc/network/interfaces; and settings that somebody has changed
 * already, by ethtool's commands at a prompt or in such a file. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* ---- NetworkManager ---- */

/* "GENERAL.DEVICE:                         eno1" */
static enum paste_take nmcli_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = { { "GENERAL.HWADDR", "mac" },
						      { "GENERAL.MTU", "mtu" },
						      { "WIRED-PROPERTIES.CARRIER", "carrier" },
						      { "GENERAL.DRIVER-VERSION", "driver_version" },
						      { "GENERAL.FIRMWARE-VERSION", "firmware" } };
	const char *value;

	(void)p;
	if (paste_label(line, "GENERAL.DRIVER", &value))
		paste_name(b->out.driver, value);
	else if (paste_label(line, "GENERAL.STATE", &value) && strstr(value, "(connected)"))
		paste_fact(&b->out, "network_setup", "NetworkManager");
	else if (text_starts(line, "IP4.ADDRESS"))
		b->out.facts.ip_address = 1;
	else if (!paste_fact_line(&b->out, rows, COUNT(rows), line))
		return line[0] && isupper((unsigned char)line[1]) && strchr(line, ':') ? PASTE_OURS : PASTE_NOT;
	return PASTE_OURS;
}

static bool nmcli_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *value;

	(void)p;
	return paste_label(line, "GENERAL.DEVICE", &value) && paste_name(b->out.interface, value);
}

const struct paste_kind paste_nmcli = { "nmcli device show", nmcli_begins, nmcli_take, 1, 60, true };

/* "eno1    ethernet  connected     Wired connection 1" */
static enum paste_take nmcli_row(struct paste *p, struct paste_block *b, const char *line)
{
	char name[16], type[16], state[16];

	if (sscanf(line, "%15s %15s %15s", name, type, state) != 3)
		return PASTE_NOT;
	if (strcmp(type, "ethernet") != 0)
		return strspn(type, "abcdefghijklmnopqrstuvwxyz-0123456789") == strlen(type) ? PASTE_OURS : PASTE_NOT;
	paste_another(p, b);
	b->out.line = p->number;
	if (paste_name(b->out.interface, name) && text_starts(state, "connected"))
		paste_fact(&b->out, "network_setup", "NetworkManager");
	return PASTE_OURS;
}

static bool nmcli_table_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	b->out.interface[0] = '\0';
	return text_starts(line, "DEVICE ") && strstr(line, " TYPE ") && strstr(line, " STATE ") &&
	       strstr(line, " CONNECTION");
}

const struct paste_kind paste_nmcli_table = { "nmcli device", nmcli_table_begins, nmcli_row, 0, 100, true };

/* ---- systemd-networkd ---- */

/* "  2 eno1  ether    routable    configured" */
static enum paste_take networkctl_row(struct paste *p, struct paste_block *b, const char *line)
{
	char name[16], type[16], state[16], setup[16];

	if (sscanf(line, "%*5u %15s %15s %15s %15s", name, type, state, setup) != 4)
		return PASTE_NOT;
	if (strcmp(type, "ether") != 0)
		return PASTE_OURS;
	paste_another(p, b);
	b->out.line = p->number;
	if (paste_name(b->out.interface, name) && !strcmp(setup, "configured"))
		paste_fact(&b->out, "network_setup", "systemd-networkd");
	return PASTE_OURS;
}

static bool networkctl_table_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	b->out.interface[0] = '\0';
	return text_starts(line, "IDX ") && strstr(line, " LINK ") && strstr(line, " OPERATIONAL ") &&
	       strstr(line, " SETUP");
}

const struct paste_kind paste_networkctl_table = {
	"networkctl", networkctl_table_begins, networkctl_row, 0, 100, true
};

/* "2: eno1" behind a dot, and on the next lines "Link File: ...", "Network File: ...". */
static bool networkctl_begins(struct paste *p, struct paste_block *b, const char *line)
{
	size_t n;

	(void)p;
	if (!text_starts(line, "\xe2\x97\x8f ") && !text_starts(line, "\xe2\x97\x8b "))
		return false;
	line += strcspn(line, " ") + 1;
	n = strspn(line, "0123456789");
	return n && n < 6 && text_starts(line + n, ": ") && paste_name(b->out.interface, line + n + 2) &&
	       !line[n + 2 + strlen(b->out.interface)];
}

static enum paste_take networkctl_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = { { "Duplex", "duplex" },
						      { "Auto negotiation", "autoneg" },
						      { "HW Address", "mac" },
						      { "MTU", "mtu" },
						      { "Model", "part_name" } };
	struct pci_addr addr;
	const char *value;

	(void)p;
	if (paste_label(line, "Driver", &value))
		paste_name(b->out.driver, value);
	else if (paste_label(line, "Path", &value) && text_starts(value, "pci-") && pci_addr_parse(value + 4, &addr))
		pci_addr_str(&addr, b->out.address);
	else if (paste_label(line, "Vendor", &value))
		b->out.intel = text_starts(value, "Intel");
	else if (paste_label(line, "State", &value) && strstr(value, "(configured)"))
		paste_fact(&b->out, "network_setup", "systemd-networkd");
	else if (paste_label(line, "Type", &value))
		b->out.ethernet = text_starts(value, "ether");
	else if (!paste_fact_line(&b->out, rows, COUNT(rows), line))
		return strchr(line, ':') && !strchr(line, '[') ? PASTE_OURS : PASTE_NOT;
	return PASTE_OURS;
}

const struct paste_kind paste_networkctl = { "networkctl status", networkctl_begins, networkctl_take, 1, 40, true };

/* ---- settings that were changed ---- */

/* ethtool's short words of -K; "tx" and "rx" are checksums. */
static const struct {
	const char *word, *feature;
} offloads[] = {
	{ "tso", "tx-tcp-segmentation" },
	{ "gso", "tx-generic-segmentation" },
	{ "gro", "rx-gro" },
	{ "lro", "rx-lro" },
	{ "sg", "tx-scatter-gather" },
	{ "rx", "rx-checksum" },
	{ "tx", "tx-checksum-ip-generic" },
	{ "rxvlan", "rx-vlan-hw-parse" },
	{ "txvlan", "tx-vlan-hw-insert" },
};

static void set_offload(struct pasted *out, const char *word, const char *value)
{
	for (size_t i = 0; i < COUNT(offloads); i++) {
		if (strcmp(offloads[i].word, word) != 0)
			continue;
		facts_add_feature(&out->facts, offloads[i].feature, value[1] == 'n', false);
		if (i == 0)
			facts_add_feature(&out->facts, "tx-tcp6-segmentation", value[1] == 'n', false);
	}
}

/* What each of ethtool's options that change something takes, by its words: "tx" of -A is the fact pause_tx. */
static const struct {
	const char *option, *longer, *word, *fact;
} changes[] = {
	{ "-A", "--pause", "autoneg", "pause_autoneg" },
	{ "-A", "--pause", "rx", "pause_rx" },
	{ "-A", "--pause", "tx", "pause_tx" },
	{ "-G", "--set-ring", "rx", "ring_rx" },
	{ "-G", "--set-ring", "tx", "ring_tx" },
	{ "--set-eee", "--set-eee", "eee", "eee_enabled" },
	{ "-C", "--coalesce", "rx-usecs", "coalesce_rx_usecs" },
	{ "-C", "--coalesce", "tx-usecs", "coalesce_tx_usecs" },
};

static bool is_option(const char *option)
{
	static const char *const offload[] = { "-K", "--offload", "--features" };

	for (size_t i = 0; i < COUNT(changes); i++)
		if (!strcmp(changes[i].option, option) || !strcmp(changes[i].longer, option))
			return true;
	return text_find(offload, COUNT(offload), option) >= 0;
}

static void change(struct pasted *out, const char *option, const char *word, const char *value)
{
	bool offload = true;

	for (size_t i = 0; i < COUNT(changes); i++) {
		if (strcmp(changes[i].option, option) != 0 && strcmp(changes[i].longer, option) != 0)
			continue;
		offload = false;
		if (!strcmp(changes[i].word, word))
			paste_fact(out, changes[i].fact, value);
	}
	if (offload && (!strcmp(value, "on") || !strcmp(value, "off")))
		set_offload(out, word, value);
}

/* "-K eno1 tso off gso off": false if it changes nothing that is known. */
static bool take_change(struct pasted *out, const char *at)
{
	char option[16], word[24], value[24];
	int end = 0;
	bool any = false;

	if (sscanf(at, "%15s %n", option, &end) != 1 || !is_option(option) || !paste_name(out->interface, at + end))
		return false;
	for (at += (size_t)end + strlen(out->interface); sscanf(at, "%23s %23[a-zA-Z0-9]%n", word, value, &end) == 2;
	     at += end) {
		if (!isalpha((unsigned char)*word))
			break;
		change(out, option, word, value);
		any = true;
	}
	return any && !strpbrk(out->interface, "$%{");
}

/* Where "ethtool " stands as a command: at a prompt, behind post-up and its like, or in a variable of ifcfg files. */
static const char *command_at(const char *line)
{
	static const char *const starts[] = { "post-up ",       "pre-up ",       "up ",      "ExecStart=",
					      "ExecStartPost=", "ETHTOOL_OPTS=", "offload-", "sudo " };
	const char *at = strstr(line, "ethtool "), *prompt = strpbrk(line, "#$");

	if (text_starts(line, "ETHTOOL_OPTS=\"-"))
		return line + strlen("ETHTOOL_OPTS=\"");
	if (!at)
		return NULL;
	if (at == line || (prompt && prompt < at && (prompt[1] == ' ') && prompt - line < 60))
		return at + strlen("ethtool ");
	for (size_t i = 0; i < COUNT(starts); i++)
		if (text_starts(line, starts[i]))
			return at + strlen("ethtool ");
	return NULL;
}

static bool change_begins(struct paste *p, struct paste_block *b, const char *line)
{
	const char *at = command_at(line);
	struct pasted out = { 0 };

	(void)p;
	if (!at)
		return false;
	facts_init(&out.facts);
	if (!take_change(&out, at)) {
		facts_free(&out.facts);
		return false;
	}
	facts_merge(&b->out.facts, &out.facts);
	facts_free(&out.facts);
	memcpy(b->out.interface, out.interface, sizeof(out.interface));
	return true;
}

bool paste_is_change(const char *line)
{
	const char *at = command_at(line);
	struct pasted out = { 0 };
	bool is;

	facts_init(&out.facts);
	is = at && take_change(&out, at);
	facts_free(&out.facts);
	return is;
}

const struct paste_kind paste_change = { "a change by ethtool", change_begins, paste_one_line, 0, 0, true };

/* ---- /etc/network/interfaces of Debian and Proxmox ---- */

static bool iface_of(const char *line, char name[16])
{
	const char *at = text_starts(line, "iface ") ? line + strlen("iface ") : NULL;

	return at && paste_name(name, at) && (strstr(at, " inet ") || strstr(at, " inet6 "));
}

static bool ifupdown_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	if (!iface_of(line, b->word))
		return false;
	memcpy(b->out.interface, b->word, 16);
	paste_fact(&b->out, "network_setup", "ifupdown");
	return true;
}

/* "bridge-ports eno1", "bridge_ports eno1 eno2", "bond-slaves eno1 eno2": each of them has the stanza's interface above it. */
static void take_ports(struct paste *p, struct paste_block *b, const char *ports, const char *fact)
{
	char above[16];

	str_copy(above, sizeof(above), b->word, strlen(b->word));
	for (; *ports; ports += strcspn(ports, " \t"), ports += strspn(ports, " \t")) {
		char name[16];

		if (!paste_name(name, ports) || !strcmp(name, "none"))
			continue;
		paste_another(p, b);
		memcpy(b->out.interface, name, sizeof(name));
		paste_fact(&b->out, fact, above);
		paste_fact(&b->out, "network_setup", "ifupdown");
	}
}

/* "post-up ethtool -K eno1 tso off", often in the stanza of the bridge above. */
static void take_command(struct paste *p, struct paste_block *b, const char *line)
{
	const char *at = command_at(line);
	struct pasted out = { 0 };

	facts_init(&out.facts);
	if (at && take_change(&out, at)) {
		if (strcmp(out.interface, b->out.interface) != 0) {
			paste_another(p, b);
			memcpy(b->out.interface, out.interface, sizeof(out.interface));
		}
		facts_merge(&b->out.facts, &out.facts);
	}
	facts_free(&out.facts);
}

static enum paste_take ifupdown_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const char *const words[] = { "address", "netmask",   "gateway", "bridge", "bond",    "dns",
					     "mtu",     "hwaddress", "vlan",    "metric", "network", "broadcast",
					     "up ",     "pre-",      "down ",   "post-" };
	char name[16];

	(void)p;
	if (iface_of(line, name))
		return PASTE_NOT; /* and begins a block of its own */
	if (text_starts(line, "bridge-ports ") || text_starts(line, "bridge_ports "))
		take_ports(p, b, line + strlen("bridge-ports "), "bridge");
	else if (text_starts(line, "bond-slaves ") || text_starts(line, "slaves "))
		take_ports(p, b, strchr(line, ' ') + 1, "bond");
	else if (text_starts(line, "mtu ") && !strcmp(b->out.interface, b->word))
		paste_fact(&b->out, "mtu", line + 4);
	take_command(p, b, line);
	for (size_t i = 0; i < COUNT(words); i++)
		if (text_starts(line, words[i]))
			return PASTE_OURS;
	return PASTE_NOT;
}

const struct paste_kind paste_ifupdown = { "/etc/network/interfaces", ifupdown_begins, ifupdown_take, 0, 40, true };
