// SPDX-License-Identifier: GPL-2.0-or-later
/* ESXi: `esxcli network nic list`, `get`, `stats get`; `esxcli system version get` and `vmware -v`. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/* "0000:04:00.0", and of old "0000:004:00.0"; of `get` "0000:04:00:0". False: it is none. */
static bool take_address(struct pasted *out, const char *text)
{
	unsigned domain, bus, dev, fn;

	if (sscanf(text, "%4x:%3x:%2x%*1[.:]%1u", &domain, &bus, &dev, &fn) != 4 || bus > 255 || dev > 31 || fn > 7)
		return false;
	pci_addr_str(&(struct pci_addr){ domain, (uint8_t)bus, (uint8_t)dev, (uint8_t)fn }, out->address);
	return true;
}

/* "90:e2:ba:00:00:01  1500  Intel Corporation 82599...": what stands at the end of a row. */
static bool take_row_end(struct pasted *out, const char *row)
{
	char mac[18], description[120] = "";
	unsigned mtu;

	for (; *row; row += strspn(row, " ")) {
		unsigned b[6];

		if (sscanf(row, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) == 6)
			break;
		if (text_starts(row, "Down "))
			out->facts.carrier = 0;
		else if (text_starts(row, "Full "))
			paste_fact(out, "duplex", "full");
		else if (isdigit((unsigned char)*row) && strspn(row, "0123456789") > 1)
			paste_fact(out, "speed", row);
		row += strcspn(row, " ");
	}
	if (sscanf(row, "%17s %6u %119[^\n]", mac, &mtu, description) < 2)
		return false;
	paste_fact(out, "mac", mac);
	out->facts.mtu = mtu;
	out->intel = text_starts(description, "Intel");
	out->foreign = !out->intel && *description;
	if (text_starts(description, "Intel Corporation "))
		memmove(description, description + strlen("Intel Corporation "),
			strlen(description + strlen("Intel Corporation ")) + 1);
	paste_fact(out, "part_name", description);
	return true;
}

/* "vmnic0  0000:04:00.0  ne1000  Up  Up  1000  Full  00:25:90:aa:bb:cc  1500  Intel Corporation ..." */
static enum paste_take list_take(struct paste *p, struct paste_block *b, const char *line)
{
	char name[16], address[16], driver[16];
	struct pasted out = { 0 };
	int end = 0;

	if (sscanf(line, "%15s %15s %15s %n", name, address, driver, &end) != 3 || !text_starts(name, "vmnic") ||
	    !take_address(&out, address))
		return line[0] == '-' ? PASTE_OURS : PASTE_NOT;
	paste_another(p, b);
	b->out.line = p->number;
	b->out.ethernet = true;
	memcpy(b->out.address, out.address, sizeof(out.address));
	paste_name(b->out.interface, name);
	paste_name(b->out.driver, driver);
	take_row_end(&b->out, line + end);
	return PASTE_OURS;
}

static bool list_begins(struct paste *p, struct paste_block *b, const char *line)
{
	b->out.interface[0] = '\0';
	return (text_starts(line, "Name") && strstr(line, " PCI") && strstr(line, " Driver ") &&
		strstr(line, " MAC Address")) ||
	       (text_starts(line, "vmnic") && list_take(p, b, line) == PASTE_OURS);
}

const struct paste_kind paste_esx_list = { "esxcli network nic list", list_begins, list_take, 2, 0, false };

/* Labels in the order of the alphabet. */
static enum paste_take nic_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct paste_fact_row rows[] = {
		{ "Auto Negotiation", "autoneg" },
		{ "Firmware Version", "firmware" },
		{ "Version", "driver_version" },
		{ "Link Detected", "carrier" },
		{ "Pause Autonegotiate", "pause_autoneg" },
		{ "Pause RX", "pause_rx" },
		{ "Pause TX", "pause_tx" },
	};
	const char *value;

	(void)p;
	if (paste_label(line, "Name", &value))
		return text_starts(value, "vmnic") && paste_name(b->out.interface, value) ? PASTE_OURS : PASTE_NOT;
	if (paste_label(line, "Bus Info", &value))
		return take_address(&b->out, value) ? PASTE_OURS : PASTE_NOT;
	if (paste_label(line, "Driver", &value))
		return paste_name(b->out.driver, value) ? PASTE_OURS : PASTE_NOT;
	if (paste_fact_line(&b->out, rows, COUNT(rows), line))
		return PASTE_OURS;
	return strchr(line, ':') ? PASTE_OURS : PASTE_NOT;
}

static bool nic_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	b->out.interface[0] = '\0';
	return text_starts(line, "Advertised Auto Negotiation:") || text_starts(line, "Driver Info:");
}

const struct paste_kind paste_esx_nic = { "esxcli network nic get", nic_begins, nic_take, 1, 40, false };

/* "Receive packets dropped: 0" as a name in the way of others: "receive_packets_dropped". */
static enum paste_take statistics_take(struct paste *p, struct paste_block *b, const char *line)
{
	static const struct {
		const char *label, *name;
	} known[] = { { "Packets received", "rx_packets" }, { "Packets sent", "tx_packets" } };
	size_t n = strcspn(line, ":"), digits;
	const char *value = paste_value(line);
	char name[48];

	(void)p;
	digits = value ? strspn(value, "0123456789") : 0;
	if (!digits || digits > 19 || value[digits] || n >= sizeof(name))
		return PASTE_NOT;
	for (size_t i = 0; i < n; i++)
		name[i] = line[i] == ' ' ? '_' : (char)tolower((unsigned char)line[i]);
	name[n] = '\0';
	for (size_t i = 0; i < COUNT(known); i++)
		if (text_starts(line, known[i].label))
			snprintf(name, sizeof(name), "%s", known[i].name);
	paste_add_counter(&b->out, name, strlen(name), strtoull(value, NULL, 10));
	return PASTE_OURS;
}

static bool statistics_begin(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	return text_starts(line, "NIC statistics for vmnic") &&
	       paste_name(b->out.interface, line + strlen("NIC statistics for "));
}

const struct paste_kind paste_esx_statistics = {
	"esxcli network nic stats", statistics_begin, statistics_take, 1, 200, false,
};

/* "VMware ESXi 7.0.3 build-19193900" */
static bool version_begins(struct paste *p, struct paste_block *b, const char *line)
{
	(void)p;
	if (!text_starts(line, "VMware ESXi ") || !isdigit((unsigned char)line[strlen("VMware ESXi ")]) ||
	    !strstr(line, "build-"))
		return false;
	b->out.interface[0] = '\0';
	b->out.machine = true;
	paste_fact(&b->out, "distribution", line);
	return true;
}

const struct paste_kind paste_esx_version = { "vmware -v", version_begins, paste_one_line, 0, 0, false };
