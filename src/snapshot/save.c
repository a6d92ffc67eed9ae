// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a snapshot file; and masks the identity of a machine before that: addresses and serial numbers. The vendor part of
 * an address stays. */
#include <ctype.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/config.h"
#include "snapshot/file.h"
#include "snapshot/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/jsonw.h"

static void save_config(struct jsonw *w, const struct pci_function *fn)
{
	static const char digits[] = "0123456789abcdef";
	AUTO_FREE char *hex = xcalloc(2u * fn->config_len + 1, 1);

	for (size_t i = 0; i < fn->config_len; i++) {
		hex[2 * i] = digits[fn->config[i] >> 4];
		hex[2 * i + 1] = digits[fn->config[i] & 15];
	}
	jsonw_str(w, "config", hex);
}

static void save_functions(struct jsonw *w, const struct snapshot *s)
{
	char address[PCI_ADDR_MAX];

	jsonw_array(w, "functions");
	for (size_t i = 0; i < s->n_functions; i++) {
		const struct pci_function *fn = &s->functions[i];

		jsonw_object(w, NULL);
		jsonw_str(w, "address", pci_addr_str(&fn->addr, address));
		jsonw_str(w, "role", pci_role_name(fn->role));
		save_config(w, fn);
		jsonw_str(w, "unread", fn->unread ? unread_name(fn->unread) : NULL);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void save_features(struct jsonw *w, const struct facts *f)
{
	jsonw_array(w, "features");
	for (size_t i = 0; i < f->n_features; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "name", f->features[i].name);
		jsonw_bool(w, "on", f->features[i].on);
		jsonw_bool(w, "fixed", f->features[i].fixed);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* Many readers fail above the largest signed 64-bit integer: such a value is written as a string. */
static void save_value(struct jsonw *w, uint64_t value)
{
	char hex[24];

	if (value <= INT64_MAX) {
		jsonw_u64(w, "value", value);
		return;
	}
	snprintf(hex, sizeof(hex), "0x%llx", (unsigned long long)value);
	jsonw_str(w, "value", hex);
}

void save_reg(struct jsonw *w, const struct reg_sample *sample, const struct chip *chip, struct buf *name)
{
	struct chip_ref ref = { 0 };

	if (chip)
		ref = chip_reg_at(chip, sample->space, sample->offset);
	buf_clear(name);
	if (ref.reg)
		chip_ref_name(&ref, name);
	jsonw_object_inline(w, NULL);
	jsonw_str(w, "name", ref.reg ? buf_str(name) : NULL);
	if (sample->space != CHIP_MMIO)
		jsonw_str(w, "space", chip_space_name(sample->space));
	jsonw_u64(w, "offset", sample->offset);
	if (sample->width != 32)
		jsonw_u64(w, "width", sample->width);
	if (sample->unread)
		jsonw_str(w, "unread", unread_name(sample->unread));
	else
		save_value(w, sample->value);
	if (sample->constant)
		jsonw_bool(w, "constant", true);
	jsonw_end_object(w);
}

void snapshot_save(const struct snapshot *s, const struct chip *chip, struct buf *out)
{
	AUTO_BUF struct buf name = { 0 };
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "format", SNAPSHOT_FORMAT);
	jsonw_u64(&w, "schema", SNAPSHOT_SCHEMA);
	jsonw_str(&w, "tool", s->tool);
	if (s->taken)
		jsonw_i64(&w, "taken", s->taken);
	if (s->look)
		jsonw_i64(&w, "look", s->look);
	jsonw_str(&w, "origin", origin_name(s->origin));
	jsonw_bool(&w, "redacted", s->redacted);
	jsonw_str(&w, "chip", s->chip);
	jsonw_str(&w, "chip_name", s->chip_name);
	save_functions(&w, s);
	facts_json(&s->facts, &w);
	save_features(&w, &s->facts);
	facts_counts_json(&s->facts, &w);
	virtuals_json(&s->facts.vfs, &w);
	driver_side_json(&s->side, &w);
	jsonw_str(&w, "access", s->access);
	refusals_json(s, &w);
	jsonw_strings(&w, "notes", (const char *const *)s->notes, s->n_notes);
	jsonw_array(&w, "registers");
	for (size_t i = 0; i < s->n_regs; i++)
		save_reg(&w, &s->regs[i], chip, &name);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}

#define DSN_HEAD 0x10003u /* version 1, identifier 3 */
#define DSN_LENGTH 12
#define DSN_NUMBER 4
#define OUI 3

/* The vendor parts of the addresses in the snapshot's facts. */
struct vendors {
	uint8_t oui[4][OUI];
	size_t n;
};

/* Length of a MAC address at p, 12 digits with or without a separator between two; 0 if there is none. */
static size_t mac_at(const char *p, bool bare)
{
	size_t at = 0;
	char separator = bare ? '\0' : p[0] && p[1] ? p[2] : '\0';

	if (!bare && separator != ':' && separator != '-')
		return 0;
	for (int i = 0; i < 6; i++) {
		if (!isxdigit((unsigned char)p[at]) || !isxdigit((unsigned char)p[at + 1]))
			return 0;
		at += 2;
		if (!bare && i < 5 && p[at++] != separator)
			return 0;
	}
	if (isalnum((unsigned char)p[at]) || (separator && p[at] == separator && isxdigit((unsigned char)p[at + 1])))
		return 0; /* of something longer */
	return at;
}

/* Whether the six digits at p are one of the vendor parts. */
static bool has_vendor(const char *p, const struct vendors *vendors)
{
	uint8_t oui[OUI];

	if (sscanf(p, "%2hhx%2hhx%2hhx", &oui[0], &oui[1], &oui[2]) != OUI)
		return false;
	for (size_t i = 0; i < vendors->n; i++)
		if (!memcmp(vendors->oui[i], oui, OUI))
			return true;
	return false;
}

/* Zeroes the last three bytes of each MAC address in a text: "00:1b:21:...", and in names that are made of one
 * ("enx001b21...", and "lan001b21..." of a vendor that is known). */
static void redact_text(char *text, const struct vendors *vendors)
{
	for (char *p = text; p && *p; p++) {
		bool starts = p == text || !isalnum((unsigned char)p[-1]);
		bool named = starts && (!strncmp(p, "enx", 3) || !strncmp(p, "wlx", 3));
		char *mac = named ? p + 3 : p;
		size_t n = starts ? mac_at(mac, named) : 0;
		size_t digits = 0;

		if (!n && has_vendor(p, vendors)) {
			mac = p;
			n = mac_at(p, true);
		}
		for (size_t i = 0; i < n; i++) {
			if (isxdigit((unsigned char)mac[i]) && digits++ >= 2 * OUI)
				mac[i] = '0';
		}
		if (n)
			p = mac + n - 1;
	}
}

static void redact_texts(struct snapshot *s, const struct vendors *vendors)
{
	for (size_t i = 0; i < n_fact_descs; i++)
		redact_text((char *)(uintptr_t)fact_str(&s->facts, &fact_descs[i]), vendors);
	for (size_t i = 0; i < s->facts.vfs.n; i++)
		for (size_t k = 0; k < n_virtual_texts; k++)
			redact_text(*virtual_text_at(&s->facts.vfs.v[i], &virtual_texts[k]), vendors);
	for (size_t i = 0; i < s->n_notes; i++)
		redact_text(s->notes[i], vendors);
	for (size_t i = 0; i < s->n_refusals; i++) {
		redact_text(s->refusals[i].why, vendors);
		redact_text(s->refusals[i].todo, vendors);
	}
}

static void add_vendor(struct vendors *v, const char *mac)
{
	if (!mac || v->n == COUNT(v->oui) || mac_at(mac, false) == 0)
		return;
	for (size_t i = 0; i < OUI; i++)
		v->oui[v->n][i] = (uint8_t)strtoul(mac + 3 * i, NULL, 16);
	v->n++;
}

/*
 * The number is an EUI-64 whose first byte is the highest (PCIe r6.2 7.9.3); some parts have it the other way round.
 * The MAC address shows which end is the vendor's; without one nothing stays.
 */
static void redact_serial(uint8_t *number, const struct vendors *vendors)
{
	bool first = false, last = false;

	for (size_t i = 0; i < vendors->n; i++) {
		const uint8_t *oui = vendors->oui[i];

		first |= !memcmp(number, oui, OUI);
		last |= number[7] == oui[0] && number[6] == oui[1] && number[5] == oui[2];
	}
	memset(number + OUI, 0, 8 - 2 * OUI);
	if (!first || last)
		memset(number, 0, OUI);
	if (!last)
		memset(number + 8 - OUI, 0, OUI);
}

static void clear_bytes(struct pci_function *fn, size_t from, size_t n)
{
	for (size_t i = from; i < from + n && i < fn->config_len; i++)
		fn->config[i] = 0;
}

/* Looked for in all of the extended space, since a damaged capability list may not lead there. */
static void redact_serials(struct pci_function *fn, const struct vendors *vendors)
{
	uint32_t head;

	for (unsigned at = 0x100; config_get(fn, at, 4, &head); at += 4) {
		if ((head & 0xfffffu) != DSN_HEAD)
			continue;
		if (at + DSN_LENGTH <= fn->config_len)
			redact_serial(fn->config + at + DSN_NUMBER, vendors);
		else
			clear_bytes(fn, at + DSN_NUMBER, 8);
	}
}

static void redact_vpd(struct pci_function *fn)
{
	const struct config_caps *caps = config_caps(fn);

	for (size_t i = 0; i < caps->n; i++) {
		if (caps->caps[i].kind == CHIP_CAP_STANDARD && caps->caps[i].id == PCI_CAP_ID_VPD)
			clear_bytes(fn, caps->caps[i].offset + PCI_VPD_DATA, 4);
	}
}

/* What the definition does not have can be an address, too: in a file it can be of other definitions. */
static void redact_regs(struct snapshot *s, const struct chip *chip)
{
	size_t n = s->n_regs;

	s->n_regs = 0;
	for (size_t i = 0; i < n; i++) {
		struct reg_sample *sample = &s->regs[s->n_regs];
		struct chip_ref ref =
			chip ? chip_reg_at(chip, s->regs[i].space, s->regs[i].offset) : (struct chip_ref){ 0 };

		if (!ref.reg)
			continue;
		*sample = s->regs[i];
		s->n_regs++;
		if (ref.reg->role == CHIP_MAC_ADDRESS_LOW)
			sample->value &= 0x00ffffffu;
		else if (ref.reg->role == CHIP_MAC_ADDRESS_HIGH)
			sample->value &= ~(uint64_t)0xffff;
	}
	if (s->n_regs < n)
		snapshot_note(s, "%s were left out: they may contain addresses.",
			      s->n_regs ? "Registers without a definition" : "The registers");
}

void snapshot_redact(struct snapshot *s, const struct chip *chip)
{
	struct vendors vendors = { 0 };

	add_vendor(&vendors, s->facts.permanent_mac);
	add_vendor(&vendors, s->facts.mac);
	redact_texts(s, &vendors);
	for (size_t i = 0; i < s->n_functions; i++) {
		redact_serials(&s->functions[i], &vendors);
		redact_vpd(&s->functions[i]);
	}
	redact_regs(s, chip);
	s->redacted = true;
}
