// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <strings.h>

#include "chip/chip.h"
#include "util/alloc.h"
#include "view/internal.h"
#include "view/table.h"

void chips_fact(const struct view *v, const char *label, const char *text, struct buf *out)
{
	size_t start = out->len;
	struct wrap w;

	buf_printf(out, "  %s", label);
	buf_pad(out, start, 14);
	wrap_continue(&w, v, out, 16, 15, " ");
	wrap_words(&w, STYLE_PLAIN, text);
	wrap_end(&w);
}

enum { CHIP, ID, DRIVER, QUEUES, NAME };

static void row(struct table *t, const struct chip *chip, const struct chip_id *id)
{
	struct libscols_line *line = table_row(t);
	AUTO_BUF struct buf text = { 0 };

	table_cell(line, CHIP, chip->name);
	if (id) {
		buf_printf(&text, "%04x:%04x", id->vendor, id->device);
		table_cell(line, ID, buf_str(&text));
	}
	table_cell(line, DRIVER, chip->driver ? chip->driver : "");
	buf_clear(&text);
	if (chip->queues_tx || chip->queues_rx)
		buf_printf(&text, "%u/%u", chip->queues_tx, chip->queues_rx);
	table_cell(line, QUEUES, buf_str(&text));
	table_cell(line, NAME, id && id->name ? id->name : chip->title);
}

/* "I219-LM" is the name of some ids of a chip; "I219-" begins that of the chip, and all count. */
static bool is_called(const struct chips_view *what, const struct chip_id *id)
{
	return !what->called || (id->name && chip_name_is(id->name, what->called)) ||
	       !strncasecmp(what->chips[0]->name, what->called, strlen(what->called));
}

void chips_list_text(const struct view *v, const struct chips_view *what, struct buf *out)
{
	static const char *const headings[] = {
		[CHIP] = "CHIP", [ID] = "PCI ID", [DRIVER] = "DRIVER", [QUEUES] = "TX/RX", [NAME] = "~NAME",
	};
	struct table t;

	table_begin(&t, v, headings, COUNT(headings));
	for (size_t c = 0; c < what->n; c++) {
		const struct chip *chip = what->chips[c];

		for (size_t i = 0; i < chip->n_ids; i++)
			if (is_called(what, &chip->ids[i]))
				row(&t, chip, &chip->ids[i]);
		if (!chip->n_ids)
			row(&t, chip, NULL);
	}
	table_end(&t, 0, out);
}

static void put_expects(const struct view *v, const struct chip *chip, const struct chip_erratum *e, struct buf *out)
{
	for (size_t i = 0; i < chip->n_expects; i++) {
		AUTO_BUF struct buf text = { 0 };

		if (strcmp(chip->expects[i]->erratum, e->id) != 0)
			continue;
		buf_printf(&text, "  dealt with if %s", chip->expects[i]->words);
		chips_fact(v, "", buf_str(&text), out);
	}
}

static void put_lists(const struct view *v, const struct chip *chip, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };

	for (size_t i = 0; i < chip->n_ids; i++) {
		buf_printf(&text, "%s%04x:%04x", i ? ", " : "", chip->ids[i].vendor, chip->ids[i].device);
		if (chip->ids[i].name)
			buf_printf(&text, " %s", chip->ids[i].name);
	}
	if (text.len)
		chips_fact(v, "PCI IDs", buf_str(&text), out);
	buf_clear(&text);
	for (size_t i = 0; i < chip->n_steppings; i++)
		buf_printf(&text, "%srevision %02x %s", i ? ", " : "", chip->steppings[i].revision,
			   chip->steppings[i].name);
	if (text.len)
		chips_fact(v, "steppings", buf_str(&text), out);
	buf_clear(&text);
	for (size_t i = 0; i < chip->n_traits; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", chip->traits[i]);
	if (text.len)
		chips_fact(v, "traits", buf_str(&text), out);
	for (size_t i = 0; i < chip->n_errata; i++) {
		const struct chip_erratum *e = &chip->errata[i];

		buf_clear(&text);
		buf_printf(&text, "%s: %s%s%s (%s)", e->id, e->title, e->workaround ? "; against it, " : "",
			   e->workaround ? e->workaround : "", e->cite);
		chips_fact(v, i ? "" : "errata", buf_str(&text), out);
		put_expects(v, chip, e, out);
	}
}

/* Where the driver's number of a queue is not the hardware's. */
static void put_map(const struct view *v, const char *what, const struct chip_queue_map *map, struct buf *out)
{
	AUTO_BUF struct buf rule = { 0 };
	AUTO_BUF struct buf text = { 0 };

	chip_queue_map_words(map, &rule);
	if (!rule.len)
		return;
	buf_printf(&text, "the driver's %s queue n is hardware queue %s%s", what, buf_str(&rule),
		   map->base == CHIP_QUEUES_AT_BASE     ? " (base: known to the driver alone)"
		   : map->base == CHIP_QUEUES_AFTER_VFS ? " (vfs: number of virtual functions)"
							: "");
	chips_fact(v, "", buf_str(&text), out);
}

static void chip_facts(const struct view *v, const struct chip *chip, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };

	title_put(v, chip->name, chip, out);
	buf_putc(out, '\n');
	if (chip->driver)
		chips_fact(v, "driver", chip->driver, out);
	if (chip->bar_size) {
		buf_printf(&text, "%u, of which 0x%x bytes may be mapped", chip->bar, chip->bar_size);
		chips_fact(v, "BAR", buf_str(&text), out);
	}
	buf_clear(&text);
	if (chip->queues_tx || chip->queues_rx) {
		buf_printf(&text, "%u transmit, %u receive", chip->queues_tx, chip->queues_rx);
		if (chip->ring_entry)
			buf_printf(&text, "; %u bytes a descriptor", chip->ring_entry);
		chips_fact(v, "queues", buf_str(&text), out);
	}
	buf_clear(&text);
	put_map(v, "transmit", &chip->map_tx, out);
	put_map(v, "receive", &chip->map_rx, out);
	if (chip->phy_kind) {
		buf_printf(&text, "%s%s%s", chip->phy_kind, chip->phy ? ", " : "", chip->phy ? chip->phy : "");
		chips_fact(v, "PHY", buf_str(&text), out);
	}
	put_lists(v, chip, out);
}

static void put_group(const struct view *v, const struct chip *chip, enum chip_group group, bool fields,
		      const struct chips_widths *w, struct buf *out)
{
	bool headed = false;

	for (size_t r = 0; r < chip->n_regs; r++) {
		const struct chip_reg *reg = chip->regs[r];

		if (reg->group != group)
			continue;
		if (!headed)
			style_heading(v, chip_group_name(group), out);
		headed = true;
		chips_reg_line(v, reg, w, out);
		for (size_t f = 0; fields && f < reg->n_fields; f++)
			chips_field(v, &reg->fields[f], out);
	}
}

void chips_text(const struct view *v, const struct chips_view *what, struct buf *out)
{
	for (size_t c = 0; c < what->n; c++) {
		struct chips_widths w = chips_measure(v, what->chips[c]);

		chip_facts(v, what->chips[c], out);
		if (what->members)
			chips_fact(v, "chips", what->members, out);
		for (enum chip_group group = 0; group < CHIP_GROUPS; group++)
			put_group(v, what->chips[c], group, what->all, &w, out);
	}
}
