// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "view/chips_parts.h"
#include "view/style.h"

#define NAME_WIDTH 30 /* longer ones push their line to the right */
#define PLACE_WIDTH 24

static size_t limit(size_t n, size_t most)
{
	return n < most ? n : most;
}

static struct chips_widths measure(const struct chip *chip)
{
	struct chips_widths w = { 0, 0 };

	for (size_t r = 0; r < chip->n_regs; r++)
		for (size_t i = 0; i < chip->regs[r]->n_segments; i++) {
			AUTO_BUF struct buf name = { 0 };
			AUTO_BUF struct buf place = { 0 };

			chips_reg_name(chip->regs[r], &chip->regs[r]->segments[i], &name);
			chips_segment(chip->regs[r], &chip->regs[r]->segments[i], &place);
			w.name = w.name > name.len ? w.name : name.len;
			w.place = w.place > place.len ? w.place : place.len;
		}
	return (struct chips_widths){ limit(w.name, NAME_WIDTH), limit(w.place, PLACE_WIDTH) };
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

	style_put(v, STYLE_HEADING, chip->name, out);
	buf_puts(out, "  ");
	style_put(v, STYLE_PLAIN, chip->title, out);
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
		struct chips_widths w = measure(what->chips[c]);

		chip_facts(v, what->chips[c], out);
		for (enum chip_group group = 0; group < CHIP_GROUPS; group++)
			put_group(v, what->chips[c], group, what->all, &w, out);
	}
}
