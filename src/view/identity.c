// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"
#include "view/internal.h"

#define LABEL 12

static void pci_line(const struct view *v, const struct device *d, struct buf *out)
{
	const struct pci_function *self = snapshot_self(d->s);
	struct items l = items_begin(v, "  PCI", LABEL, out);
	char addr[PCI_ADDR_MAX];
	uint32_t id, revision, subsystem;
	const char *stepping;

	if (!self)
		return;
	items_add(&l, STYLE_NAME, "%s", pci_addr_str(&self->addr, addr));
	if (config_get(self, 0, 4, &id))
		items_add(&l, STYLE_PLAIN, "%04x:%04x", id & 0xffff, id >> 16);
	if (config_answers(self) && config_get(self, 8, 1, &revision)) {
		stepping = d->chip ? chip_stepping(d->chip, revision) : NULL;
		if (stepping)
			items_add(&l, STYLE_PLAIN, "revision %02x (stepping %s)", revision, stepping);
		else
			items_add(&l, STYLE_PLAIN, "revision %02x", revision);
	}
	if (config_answers(self) && config_get(self, 0x2c, 4, &subsystem) && subsystem)
		items_add(&l, STYLE_PLAIN, "subsystem %04x:%04x", subsystem & 0xffff, subsystem >> 16);
	if (d->s->facts.physical_function)
		items_add(&l, STYLE_PLAIN, "virtual function of %s%s%s", d->s->facts.physical_function,
			  d->s->facts.physical_interface ? ", " : "",
			  d->s->facts.physical_interface ? d->s->facts.physical_interface : "");
	if (d->s->facts.pci_slot)
		items_add(&l, STYLE_PLAIN, "slot %s", d->s->facts.pci_slot);
	items_end(&l);
}

static void interface_line(const struct view *v, const struct facts *f, struct buf *out)
{
	struct items l = items_begin(v, "  Interface", LABEL, out);

	if (f->netdev)
		items_add(&l, STYLE_NAME, "%s", f->netdev);
	if (f->mac)
		items_add(&l, STYLE_PLAIN, "%s", f->mac);
	if (f->mtu != FACT_UNKNOWN)
		items_add(&l, STYLE_PLAIN, "MTU %" PRId64, f->mtu);
	if (f->bridge)
		items_add(&l, STYLE_PLAIN, "in bridge %s", f->bridge);
	items_end(&l);
}

static const char *pause_words(const struct facts *f)
{
	if (f->pause_rx == FACT_UNKNOWN || f->pause_tx == FACT_UNKNOWN)
		return NULL;
	if (f->pause_rx && f->pause_tx)
		return "pause receive and transmit";
	return f->pause_rx ? "pause receive" : f->pause_tx ? "pause transmit" : "no pause frames";
}

static void link_line(const struct view *v, const struct device *d, struct buf *out)
{
	const struct facts *f = &d->s->facts;
	struct items l = items_begin(v, "  Link", LABEL, out);

	if (f->carrier != FACT_UNKNOWN)
		items_add(&l, f->carrier && device_link_up(d) ? STYLE_PLAIN : STYLE_UNUSUAL, "%s",
			  values_link_words(device_link_up(d), f->carrier));
	else if (f->operstate)
		items_add(&l, STYLE_PLAIN, "%s", f->operstate);
	if (f->speed != FACT_UNKNOWN && f->speed > 0)
		items_add(&l, STYLE_PLAIN, "%" PRId64 " Mb/s%s%s", f->speed, f->duplex ? " " : "",
			  f->duplex ? f->duplex : "");
	if (pause_words(f))
		items_add(&l, STYLE_PLAIN, "%s", pause_words(f));
	if (f->eee_active == 1 || f->eee_enabled == 1)
		items_add(&l, STYLE_PLAIN, f->eee_active == 1 ? "EEE active" : "EEE enabled");
	if (f->carrier_changes != FACT_UNKNOWN)
		items_add(&l, STYLE_PLAIN,
			  f->carrier_changes == 1 ? "carrier changed once" : "carrier changed %" PRId64 " times",
			  f->carrier_changes);
	items_end(&l);
}

static void driver_line(const struct view *v, const struct device *d, struct buf *out)
{
	const struct facts *f = &d->s->facts;
	struct items l = items_begin(v, "  Driver", LABEL, out);

	if (f->driver)
		items_add(&l, STYLE_NAME, "%s%s%s", f->driver, f->driver_version ? " " : "",
			  f->driver_version ? f->driver_version : "");
	else if (d->s->origin == ORIGIN_LIVE)
		items_add(&l, STYLE_UNUSUAL, "none bound");
	if (f->firmware)
		items_add(&l, STYLE_PLAIN, "firmware %s", f->firmware);
	if (f->ring_tx != FACT_UNKNOWN && f->ring_rx != FACT_UNKNOWN)
		items_add(&l, STYLE_PLAIN, "rings: %" PRId64 " transmit, %" PRId64 " receive", f->ring_tx, f->ring_rx);
	items_end(&l);
}

static void bond_line(const struct view *v, const struct facts *f, struct buf *out)
{
	struct items l = items_begin(v, "  Bond", LABEL, out);

	if (!f->bond)
		return;
	items_add(&l, STYLE_PLAIN, "%s%s%s", f->bond, f->bond_mode ? " " : "", f->bond_mode ? f->bond_mode : "");
	if (f->bond_state)
		items_add(&l, STYLE_PLAIN, "this is the %s slave", f->bond_state);
	if (f->bond_mii_status)
		items_add(&l, strcmp(f->bond_mii_status, "up") ? STYLE_UNUSUAL : STYLE_PLAIN, "link %s",
			  f->bond_mii_status);
	if (f->bond_link_failures != FACT_UNKNOWN)
		items_add(&l, f->bond_link_failures ? STYLE_UNUSUAL : STYLE_PLAIN, "%" PRId64 " link failure%s",
			  f->bond_link_failures, f->bond_link_failures == 1 ? "" : "s");
	if (f->bond_slaves)
		items_add(&l, STYLE_PLAIN, "slaves %s", f->bond_slaves);
	items_end(&l);
}

static void offload_line(const struct view *v, const struct facts *f, struct buf *out)
{
	static const struct {
		const char *feature, *word;
	} shown[] = {
		{ "tx-tcp-segmentation", "TSO" },        { "tx-tcp6-segmentation", "TSO6" },
		{ "tx-generic-segmentation", "GSO" },    { "rx-gro", "GRO" },
		{ "tx-checksum-ip-generic", "TX csum" }, { "rx-checksum", "RX csum" },
		{ "tx-scatter-gather", "SG" },           { "rx-vlan-hw-parse", "RX VLAN" },
	};
	struct items l = items_begin(v, "  Offloads", LABEL, out);

	for (size_t i = 0; i < COUNT(shown); i++) {
		int on = facts_feature(f, shown[i].feature);

		if (on >= 0)
			items_add(&l, STYLE_PLAIN, "%s %s", shown[i].word, on ? "on" : "off");
	}
	items_end(&l);
}

static void host_line(const struct view *v, const struct facts *f, struct buf *out)
{
	struct items l = items_begin(v, "  Host", LABEL, out);

	if (f->system)
		items_add(&l, STYLE_PLAIN, "%s", f->system);
	if (f->board && (!f->system || strcmp(f->board, f->system)))
		items_add(&l, STYLE_PLAIN, "board %s", f->board);
	if (f->bios)
		items_add(&l, STYLE_PLAIN, "BIOS %s", f->bios);
	if (f->kernel)
		items_add(&l, STYLE_PLAIN, "Linux %s", f->kernel);
	items_end(&l);
}

static void power_line(const struct view *v, const struct facts *f, struct buf *out)
{
	struct items l = items_begin(v, "  Power", LABEL, out);

	if (f->power_state && strcmp(f->power_state, "unknown"))
		items_add(&l, strcmp(f->power_state, "D0") ? STYLE_UNUSUAL : STYLE_PLAIN, "%s", f->power_state);
	if (f->runtime_status)
		items_add(&l, strcmp(f->runtime_status, "suspended") ? STYLE_PLAIN : STYLE_UNUSUAL, "runtime %s",
			  f->runtime_status);
	if (f->power_control)
		items_add(&l, STYLE_PLAIN, "control %s", f->power_control);
	if (f->aspm_policy)
		items_add(&l, STYLE_PLAIN, "ASPM policy %s", f->aspm_policy);
	items_end(&l);
}

static void undefined_part(const struct view *v, const struct device *d, struct buf *out)
{
	if (d->chip)
		return;
	style_paragraph(v, 2, STYLE_PLAIN,
			device_is_identified(d)
				? "nicregs knows no registers of this chip, so only its configuration space is shown. "
				  "nicregs-chipdef(5) explains how to add a chip."
			: d->s->file ? "The file does not name the chip: --chip CHIP says which one it is."
				     : "The chip is not known: its PCI id could not be read.",
			out);
}

static void notes(const struct view *v, const struct device *d, struct buf *out)
{

	for (size_t i = 0; i < d->s->n_notes; i++) {
		style_paragraph(v, 2, STYLE_PLAIN, d->s->notes[i], out);
	}
}

#define FACT 37 /* the column of what a fact is */

static void fact_line(const struct view *v, const char *title, const char *value, struct buf *out)
{
	AUTO_FREE char *label = xasprintf("  %s", title);
	AUTO_BUF struct buf safe = { 0 };
	struct items i;

	text_escape(&safe, label, strlen(label));
	i = items_begin(v, buf_str(&safe), FACT, out);
	items_add(&i, STYLE_PLAIN, "%s", value);
	items_end(&i);
}

static void count_line(const struct view *v, const char *key, uint64_t index, const char *what, int64_t value,
		       struct buf *out)
{
	AUTO_FREE char *title = xasprintf("%s%" PRIu64 ", %s", key, index, what);
	AUTO_FREE char *number = xasprintf("%" PRId64, value);

	if (value != FACT_UNKNOWN)
		fact_line(v, title, number, out);
}

static void every_count(const struct view *v, const struct facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->n_queues; i++) {
		const struct queue_count *q = &f->queues[i];

		count_line(v, "tx-", q->queue, "bytes in flight", q->inflight, out);
		count_line(v, "tx-", q->queue, "limit of these", q->limit, out);
		count_line(v, "tx-", q->queue, "watchdog ran out", q->timeouts, out);
	}
	for (size_t i = 0; i < f->n_vectors; i++)
		count_line(v, "Interrupt ", f->vectors[i].irq, "times", f->vectors[i].count, out);
}

static void every_fact(const struct view *v, const struct facts *f, struct buf *out)
{
	style_heading(v, "All that the host says", out);
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];
		AUTO_FREE char *number = NULL;

		if (!fact_known(f, d))
			continue;
		if (d->kind == FACT_NUM)
			number = xasprintf("%" PRId64, fact_num(f, d));
		fact_line(v, d->title,
			  d->kind == FACT_STR   ? fact_str(f, d)
			  : d->kind == FACT_NUM ? number
			  : fact_num(f, d)      ? "yes"
						: "no",
			  out);
	}
	for (size_t i = 0; i < f->n_features; i++) {
		AUTO_FREE char *value =
			xasprintf("%s%s", f->features[i].on ? "on" : "off", f->features[i].fixed ? " [fixed]" : "");

		fact_line(v, f->features[i].name, value, out);
	}
	every_count(v, f, out);
}

static bool has_word(const char *text, const char *word, size_t n)
{
	for (const char *p = text; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (strcspn(p, " ") == n && !strncmp(p, word, n))
			return true;
	return false;
}

void title_put(const struct view *v, const char *name, const struct chip *chip, struct buf *out)
{
	AUTO_BUF struct buf rest = { 0 };

	for (const char *p = chip->title; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (!has_word(name, p, n) && !has_word(chip->name, p, n)) {
			buf_putc(&rest, ' ');
			buf_add(&rest, p, n);
		}
		p += n;
	}
	style_put(v, STYLE_HEADING, name, out);
	if (!rest.len)
		return;
	buf_putc(out, ' ');
	style_put(v, STYLE_NAME, buf_str(&rest), out);
}

void section_identity(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out)
{
	const struct facts *f = &d->s->facts;

	if (d->chip) {
		title_put(v, device_name(d), d->chip, out);
	} else if (d->s->chip_name) {
		style_put(v, STYLE_HEADING, device_name(d), out);
		style_put(v, STYLE_HEADING, "  a chip without a definition", out);
	} else {
		style_put(v, STYLE_HEADING, device_heading(d), out);
	}
	buf_putc(out, '\n');
	pci_line(v, d, out);
	interface_line(v, f, out);
	link_line(v, d, out);
	driver_line(v, d, out);
	if (device_is_virtual(d) && !f->vfs.n)
		virtual_lines(v, d, LABEL, out);
	bond_line(v, f, out);
	offload_line(v, f, out);
	power_line(v, f, out);
	host_line(v, f, out);
	undefined_part(v, d, out);
	notes(v, d, out);
	if (o->all)
		every_fact(v, f, out);
}
