// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "util/alloc.h"
#include "view/chips.h"
#include "view/internal.h"
#include "view/style.h"

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
		buf_printf(&text, " x %llu", (unsigned long long)f->scale << f->shift);
	if (f->plus)
		buf_printf(&text, " + %llu", (unsigned long long)f->plus);
	if (f->unit)
		buf_printf(&text, ", in %s", f->unit);
	buf_putc(&text, ')');
	wrap_words(w, STYLE_DIM, buf_str(&text));
}

/* Bits, name and title; a line for each value. */
void chips_field(const struct view *v, const struct chip_field *f, struct buf *out)
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

#define NAME_WIDTH 30 /* longer ones push their line to the right */

#define PLACE_WIDTH 24

#define NARROW 64 /* below so many columns these: */

#define NAME_NARROW 10

#define PLACE_NARROW 8

static size_t limit(size_t n, size_t most)
{
	return n < most ? n : most;
}

struct chips_widths chips_measure(const struct view *v, const struct chip *chip)
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

/* A line for each segment: name, place, width, access; the title on the first. */
void chips_reg_line(const struct view *v, const struct chip_reg *reg, const struct chips_widths *w, struct buf *out)
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
