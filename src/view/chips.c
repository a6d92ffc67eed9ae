// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "util/alloc.h"
#include "view/internal.h"
#include "view/table.h"

/* Columns that names and places are padded to. */
struct chips_widths {
	size_t name, place;
};

static void put_range(uint32_t first, uint32_t last, struct buf *out)
{
	buf_printf(out, first == last ? "%u" : "%u..%u", first, last);
}

/* Appends the name with the range of a segment's indices: "TDH[0..1]". */
static void chips_reg_name(const struct chip_reg *reg, const struct chip_segment *s, struct buf *out)
{
	buf_puts(out, reg->name);
	if (!reg->dimensions)
		return;
	buf_putc(out, '[');
	put_range(s->first, s->last, out);
	if (reg->dimensions == 2) {
		buf_putc(out, ',');
		put_range(s->first2, s->last2, out);
	}
	buf_putc(out, ']');
}

/* Appends where a segment is: "0x03810+0x100", or of PHY registers "769.16". */
static void chips_segment(const struct chip_reg *reg, const struct chip_segment *s, struct buf *out)
{
	if (reg->space == CHIP_PHY && s->offset >> 5)
		buf_printf(out, "%u.%u", s->offset >> 5, s->offset & 31);
	else if (reg->space == CHIP_PHY)
		buf_printf(out, "%u", s->offset);
	else
		buf_printf(out, reg->space == CHIP_CONFIG ? "0x%02x" : "0x%05x", s->offset);
	if (s->stride)
		buf_printf(out, "+0x%x", s->stride);
	if (s->stride2)
		buf_printf(out, "+0x%x", s->stride2);
}

static void put_values(const struct view *v, const struct chip_field *f, struct buf *out)
{
	for (size_t i = 0; i < f->n_values; i++) {
		const struct chip_value *value = &f->values[i];
		AUTO_BUF struct buf line = { 0 };
		struct wrap w;

		buf_puts(&line, value->unusual ? "            ! " : "              ");
		buf_printf(&line, value->first < 256 ? "%llu" : "0x%llx", (unsigned long long)value->first);
		if (value->last != value->first)
			buf_printf(&line, value->last < 256 ? "..%llu" : "..0x%llx", (unsigned long long)value->last);
		buf_pad(&line, 0, 19);
		buf_putc(&line, ' ');
		buf_puts(out, buf_str(&line));
		wrap_continue(&w, v, out, 20, (unsigned)line.len, " ");
		wrap_words(&w, value->unusual ? STYLE_UNUSUAL : STYLE_PLAIN, value->meaning);
		wrap_end(&w);
	}
}

static void put_number(struct wrap *w, const struct chip_field *f)
{
	AUTO_BUF struct buf text = { 0 };

	if (!f->unit && f->scale == 1 && !f->shift && !f->plus)
		return;
	buf_printf(&text, "(value");
	if (f->shift || f->scale != 1)
		buf_printf(&text, " x %llu", (unsigned long long)(f->scale << f->shift));
	if (f->plus)
		buf_printf(&text, " + %llu", (unsigned long long)f->plus);
	if (f->unit)
		buf_printf(&text, ", in %s", f->unit);
	buf_putc(&text, ')');
	wrap_words(w, STYLE_DIM, buf_str(&text));
}

/* Bits, name and title; a line for each value. */
static void chips_field(const struct view *v, const struct chip_field *f, struct buf *out)
{
	AUTO_BUF struct buf line = { 0 };
	struct wrap w;

	buf_puts(&line, "      ");
	chip_field_bits(f, &line);
	buf_puts(&line, line.len < 13 ? "" : " ");
	buf_pad(&line, 0, 13);
	buf_puts(out, buf_str(&line));
	style_put(v, STYLE_NAME, f->name, out);
	buf_puts(&line, f->name);
	for (size_t n = line.len; n < 32; n++)
		buf_putc(out, ' ');
	buf_putc(out, ' ');
	wrap_continue(&w, v, out, 33, line.len < 32 ? 33 : (unsigned)line.len + 1, " ");
	wrap_words(&w, STYLE_PLAIN, f->title);
	put_number(&w, f);
	if (f->unusual_if_set || f->unusual_if_clear)
		wrap_words(&w, STYLE_UNUSUAL, f->unusual_if_set ? "(unusual when 1)" : "(unusual when 0)");
	wrap_end(&w);
	put_values(v, f, out);
}

/* A line for each segment: name, place, width, access; the title on the first. */
static void chips_reg_line(const struct view *v, const struct chip_reg *reg, const struct chips_widths *w,
			   struct buf *out)
{
	for (size_t i = 0; i < reg->n_segments; i++) {
		AUTO_BUF struct buf name = { 0 };
		AUTO_BUF struct buf line = { 0 };
		struct wrap words;
		size_t column;

		chips_reg_name(reg, &reg->segments[i], &name);
		buf_puts(out, "  ");
		style_put(v, STYLE_NAME, buf_str(&name), out);
		if (name.len < w->name)
			buf_printf(&line, "%*s", (int)(w->name - name.len), "");
		buf_puts(&line, "  ");
		buf_pad(&line, 0, 2);
		size_t start = line.len;
		chips_segment(reg, &reg->segments[i], &line);
		buf_pad(&line, start, w->place);
		buf_printf(&line, "  %2u %-3s ", reg->width, chip_access_name(reg->access));
		column = 2 + name.len + line.len;
		if (column > v->width) {
			buf_puts(out, "\n  ");
			column = 2 + line.len;
		}
		buf_puts(out, buf_str(&line));
		wrap_continue(&words, v, out, (unsigned)(w->name + w->place + 14), (unsigned)column, " ");
		if (!i)
			wrap_words(&words, STYLE_PLAIN, reg->title);
		wrap_end(&words);
	}
}

static void chips_fact(const struct view *v, const char *label, const char *text, struct buf *out)
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
			row(&t, chip, &chip->ids[i]);
		if (!chip->n_ids)
			row(&t, chip, NULL);
	}
	table_end(&t, 0, out);
}

#define NAME_WIDTH 30 /* longer ones push their line to the right */
#define PLACE_WIDTH 24
#define NARROW 64 /* below so many columns these: */
#define NAME_NARROW 10
#define PLACE_NARROW 8

static size_t limit(size_t n, size_t most)
{
	return n < most ? n : most;
}

static struct chips_widths measure(const struct view *v, const struct chip *chip)
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
	return (struct chips_widths){ limit(w.name, v->width < NARROW ? NAME_NARROW : NAME_WIDTH),
				      limit(w.place, v->width < NARROW ? PLACE_NARROW : PLACE_WIDTH) };
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
		struct chips_widths w = measure(v, what->chips[c]);

		chip_facts(v, what->chips[c], out);
		if (what->members)
			chips_fact(v, "chips", what->members, out);
		for (enum chip_group group = 0; group < CHIP_GROUPS; group++)
			put_group(v, what->chips[c], group, what->all, &w, out);
	}
}

static void put_condition(const struct chip_reg *reg, struct buf *out)
{
	for (const struct chip_condition *c = reg->condition; c; c = c->next) {
		buf_printf(out, "%s%s.%s is %s", c == reg->condition ? "" : ", and ", c->reg, c->field,
			   c->negate ? "not " : "");
		for (size_t i = 0; i < c->n_values; i++)
			buf_printf(out, "%s%llu", i ? " or " : "", (unsigned long long)c->values[i]);
	}
}

static void put_role(const struct chip_reg *reg, struct buf *out)
{
	static const char *const queues[] = { "", "; its index is the transmit queue",
					      "; its index is the receive queue" };

	if (reg->role)
		buf_puts(out, chip_role_name(reg->role));
	else if (reg->queue)
		buf_puts(out, "none");
	buf_puts(out, queues[reg->queue]);
}

static const char *access_words(enum chip_access access)
{
	static const char *const words[] = {
		[CHIP_RO] = "read only",
		[CHIP_RW] = "read and write",
		[CHIP_WO] = "write only, never read",
		[CHIP_RC] = "reading clears it",
		[CHIP_W1C] = "writing 1 clears",
		[CHIP_W1S] = "writing 1 sets",
		[CHIP_RS] = "reading sets it: a semaphore",
		[CHIP_RL] = "read only; a read releases its latched bits, or restarts its count",
	};

	return words[access];
}

static void reg_facts(const struct view *v, const struct chip *chip, const struct chip_reg *reg, struct buf *out)
{
	static const char *const spaces[] = { "BAR", "PHY", "configuration space" };
	AUTO_BUF struct buf text = { 0 };
	const char *structure = NULL;

	if (reg->space == CHIP_CONFIG)
		structure = chip_capability_name(chip, reg->cap, reg->cap_id);
	buf_printf(&text, "%s%s%s", spaces[reg->space], structure ? ", " : "", structure ? structure : "");
	chips_fact(v, "space", buf_str(&text), out);
	buf_clear(&text);
	buf_printf(&text, "%s (%s), group %s", chip_access_name(reg->access), access_words(reg->access),
		   chip_group_name(reg->group));
	if (reg->built_in) {
		buf_puts(&text, "; the built-in definition says that ");
		chip_effect_words(reg->built_in, &text);
	}
	chips_fact(v, "access", buf_str(&text), out);
	buf_clear(&text);
	put_role(reg, &text);
	if (text.len)
		chips_fact(v, "role", buf_str(&text), out);
	buf_clear(&text);
	put_condition(reg, &text);
	if (text.len)
		chips_fact(v, "exists if", buf_str(&text), out);
	if (reg->aka)
		chips_fact(v, "in drivers", strcmp(reg->aka, "none") ? reg->aka : "no name", out);
	chips_fact(v, "source", reg->cite, out);
}

bool chips_wants(const struct chip *chip, const struct chip_reg *reg, const char *glob)
{
	struct chip_ref first = { reg, reg->segments->first, reg->segments->first2, 0 };
	AUTO_BUF struct buf name = { 0 };

	if (chip_match_ref(glob, &first))
		return true;
	buf_add(&name, glob, strcspn(glob, "."));
	return chip_ref_parse(chip, reg->space, buf_str(&name)).reg == reg && chip_match_any_field(glob, reg);
}

/* A register's text, with the chips that it holds for. */
struct reg_text {
	struct buf line, rest, chips;
};

static void reg_text_free(struct reg_text *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_free(&all[i].line);
		buf_free(&all[i].rest);
		buf_free(&all[i].chips);
	}
	free(all);
}

static struct reg_text reg_text(const struct view *v, const struct chip *chip, const struct chip_reg *reg,
				const char *glob)
{
	const struct chips_widths none = { 0, 0 };
	struct reg_text t = { 0 };

	chips_reg_line(v, reg, &none, &t.line);
	reg_facts(v, chip, reg, &t.rest);
	for (size_t f = 0; f < reg->n_fields; f++)
		if (chip_match_field(glob, &reg->fields[f]))
			chips_field(v, &reg->fields[f], &t.rest);
	buf_puts(&t.chips, chip->name);
	return t;
}

/* Chips of which a register is the same share one text. */
static void add_reg_text(struct reg_text **all, size_t *n, size_t *cap, struct reg_text *t)
{
	for (size_t i = 0; i < *n; i++) {
		struct reg_text *there = &(*all)[i];

		if (strcmp(buf_str(&there->line), buf_str(&t->line)) ||
		    strcmp(buf_str(&there->rest), buf_str(&t->rest)))
			continue;
		buf_printf(&there->chips, ", %s", buf_str(&t->chips));
		buf_free(&t->line);
		buf_free(&t->rest);
		buf_free(&t->chips);
		return;
	}
	*VEC_PUSH(*all, *n, *cap) = *t;
}

size_t chips_reg_text(const struct view *v, const struct chips_view *what, struct buf *out)
{
	struct reg_text *all = NULL;
	size_t n = 0, cap = 0;

	for (size_t c = 0; c < what->n; c++) {
		const struct chip *chip = what->chips[c];

		for (size_t r = 0; r < chip->n_regs; r++) {
			struct reg_text t;

			if (!chips_wants(chip, chip->regs[r], what->regs))
				continue;
			t = reg_text(v, chip, chip->regs[r], what->regs);
			add_reg_text(&all, &n, &cap, &t);
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(out, '\n');
		buf_puts(out, buf_str(&all[i].line));
		if (what->n > 1)
			chips_fact(v, "chips", buf_str(&all[i].chips), out);
		buf_puts(out, buf_str(&all[i].rest));
	}
	reg_text_free(all, n);
	return n;
}
