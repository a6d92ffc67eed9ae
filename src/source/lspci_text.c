// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "paste/paste.h"
#include "snapshot/config.h"
#include "source/lspci_text.h"
#include "util/alloc.h"
#include "util/text.h"

const struct lspci_fact lspci_facts[LSPCI_FACTS] = {
	{ "Kernel driver in use: ", "driver" },
	{ "Physical Slot: ", "pci_slot" },
	{ "NUMA node: ", "numa_node" },
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two digits that no third follows; -1 if that is not there. */
static int hex_byte(const char *p)
{
	int high = hex_value(p[0]), low = high < 0 ? -1 : hex_value(p[1]);

	return low < 0 || hex_value(p[2]) >= 0 ? -1 : high << 4 | low;
}

/* "8086:10d3" at p, with nothing of the kind around it. */
static bool id_at(const char *p, struct lspci_function *f)
{
	uint32_t id = 0;

	for (int i = 0; i < 9; i++) {
		int v = hex_value(p[i]);

		if (i == 4 ? p[i] != ':' : v < 0)
			return false;
		if (i != 4)
			id = id << 4 | (uint32_t)v;
	}
	if (isalnum((unsigned char)p[9]) || p[9] == ':' || p[9] == '.')
		return false;
	f->vendor = (uint16_t)(id >> 16);
	f->device = (uint16_t)id;
	return true;
}

bool lspci_header(const char *line, struct lspci_function *f)
{
	const char *name;
	struct pci_addr addr;
	size_t n;

	if (!isxdigit((unsigned char)line[0]))
		return false;
	n = pci_addr_scan(line, &addr);
	if (!n || (line[n] && !strchr(" \t\"", line[n])))
		return false;
	*f = (struct lspci_function){ .addr = addr };
	for (const char *p = line + n; *p; p++) {
		if (strchr(" [", *p))
			id_at(p + 1, f);
	}
	name = strstr(line + n, ": ");
	f->part = name ? paste_part_number(name + 2) : NULL;
	return true;
}

/* The next word of a line; its end after the last. */
static const char *next_word(const char *p)
{
	p += strcspn(p, " \t");
	return p + strspn(p, " \t");
}

bool lspci_logged_header(const char *line, struct lspci_function *f)
{
	const char *said = strstr(line, "config space:");
	struct pci_addr addr;

	for (const char *p = line; said && p < said; p = next_word(p)) {
		size_t n = pci_addr_scan(p, &addr);

		if (!n || (p[n] != ':' && p[n] != ' ') || next_word(p) != said)
			continue;
		*f = (struct lspci_function){ .addr = addr, .logged = true };
		return true;
	}
	return false;
}

/* The bytes of a line "f0: 00 01 ..." or, as the kernel prints it, "000000f0: 00 01 ...", and the offset; NULL if it is
 * none. */
static const char *bytes_at(const char *line, unsigned *offset)
{
	unsigned digits = 0;

	for (*offset = 0; digits < 9 && hex_value(line[digits]) >= 0; digits++)
		*offset = *offset << 4 | (unsigned)hex_value(line[digits]);
	if ((digits != 2 && digits != 3 && digits != 8) || line[digits] != ':' ||
	    (line[digits + 1] != ' ' && line[digits + 1] != '\t'))
		return NULL;
	line += digits + 1;
	line += strspn(line, " \t");
	return hex_byte(line) < 0 ? NULL : line;
}

/* In a log they are behind the prefix. */
static const char *bytes_in(const struct lspci_function *f, const char *line, unsigned *offset)
{
	const char *bytes = bytes_at(line, offset);

	for (const char *p = line; f->logged && !bytes && *p; p = next_word(p))
		bytes = bytes_at(p, offset);
	return bytes;
}

bool lspci_bytes(const char *line)
{
	unsigned offset;

	return bytes_at(line, &offset);
}

/* A line of bytes; true if it is one, whatever becomes of it. */
static bool take_bytes(struct lspci_function *f, const char *line)
{
	unsigned offset, i;
	int byte;

	line = bytes_in(f, line, &offset);
	if (!line)
		return false;
	/* A short line can only be the last, so that 16 more bytes always have room. */
	f->damaged |= offset != f->len || offset % 16;
	if (!f->config)
		f->config = xcalloc(PCI_CONFIG_MAX, 1);
	for (i = 0; i < 16 && !f->damaged && (byte = hex_byte(line)) >= 0; i++) {
		f->config[f->len++] = (uint8_t)byte;
		line += 2;
		line += strspn(line, " \t");
	}
	/* Behind a whole line there can be a table's border, or the bytes as text. */
	f->damaged |= i < 16 ? line[strspn(line, " \t\"|")] != '\0' : hex_byte(line) >= 0;
	return true;
}

static void take_text(struct lspci_function *f, const char *line)
{
	for (size_t i = 0; i < LSPCI_FACTS; i++) {
		AUTO_FREE char *copy = NULL;

		if (f->facts[i] || !text_starts(line, lspci_facts[i].label))
			continue;
		copy = xstrdup(line + strlen(lspci_facts[i].label));
		f->facts[i] = xstrdup(text_strip(copy));
	}
	if (text_starts(line, "Capabilities: <access denied")) /* input_tidy() takes the mark at the end */
		f->no_root = true;
}

void lspci_take(struct lspci_function *f, const char *line)
{
	if (!take_bytes(f, line) && !f->logged && strchr("KPNC", *line))
		take_text(f, line);
}

static uint32_t routing_id(const struct pci_addr *addr)
{
	return (uint32_t)addr->bus << 8 | (uint32_t)addr->dev << 3 | addr->fn;
}

static void find_virtual(struct lspci_function *f)
{
	const struct pci_function fn = { .config = f->config, .config_len = f->len };
	const struct config_cap *cap;
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;
	uint32_t offset, stride, n;

	config_walk(&fn, room, &caps);
	cap = config_find(&caps, CHIP_CAP_EXTENDED, PCI_EXT_CAP_ID_SRIOV);
	if (!cap || !config_get(&fn, cap->offset + PCI_SRIOV_VF_OFFSET, 2, &offset) ||
	    !config_get(&fn, cap->offset + PCI_SRIOV_VF_STRIDE, 2, &stride) ||
	    !config_get(&fn, cap->offset + PCI_SRIOV_NUM_VF, 2, &n))
		return;
	f->vf_first = routing_id(&f->addr) + offset;
	f->vf_stride = (uint16_t)stride;
	f->vfs = (uint16_t)n;
}

bool lspci_is_parent(const struct lspci_function *f, const struct lspci_function *of)
{
	uint32_t id = routing_id(&of->addr), stride = f->vf_stride ? f->vf_stride : 1;

	return f->addr.domain == of->addr.domain && id >= f->vf_first && (id - f->vf_first) % stride == 0 &&
	       (id - f->vf_first) / stride < f->vfs;
}

void lspci_finish(struct lspci_function *f)
{
	uint16_t vendor, device;

	if (f->len < 4)
		return;
	vendor = (uint16_t)(f->config[0] | f->config[1] << 8);
	device = (uint16_t)(f->config[2] | f->config[3] << 8);
	if (vendor != 0xffff || !f->vendor) {
		f->vendor = vendor;
		f->device = device;
	} else {
		f->is_virtual = config_give_ids(f->config, f->len, f->vendor, f->device);
	}
	f->config = xrealloc(f->config, f->len, 1);
	find_virtual(f);
}

unsigned lspci_secondary(const struct lspci_function *f)
{
	if (f->len <= PCI_SECONDARY_BUS || (f->config[PCI_HEADER_TYPE] & 0x7f) != PCI_HEADER_TYPE_BRIDGE)
		return 0;
	return f->config[PCI_SECONDARY_BUS];
}

void lspci_function_free(struct lspci_function *f)
{
	for (size_t i = 0; i < LSPCI_FACTS; i++)
		free(f->facts[i]);
	free(f->part);
	free(f->config);
	*f = (struct lspci_function){ 0 };
}
