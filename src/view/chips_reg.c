// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "chip/match.h"
#include "view/chips_parts.h"
#include "view/style.h"

static void put_range(uint32_t first, uint32_t last, struct buf *out)
{
	buf_printf(out, first == last ? "%u" : "%u..%u", first, last);
}

void chips_reg_name(const struct chip_reg *reg, const struct chip_segment *s, struct buf *out)
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

void chips_segment(const struct chip_reg *reg, const struct chip_segment *s, struct buf *out)
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

void chips_field(const struct view *v, const struct chip_field *f, struct buf *out)
{
	AUTO_BUF struct buf line = { 0 };
	struct wrap w;

	buf_printf(&line, f->hi == f->lo ? "      %u" : "      %u:%u", f->hi, f->lo);
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

static void put_condition(const struct chip_reg *reg, struct buf *out)
{
	for (const struct chip_condition *c = &reg->condition; c && c->reg; c = c->next) {
		buf_printf(out, "%s%s.%s is %s", c == &reg->condition ? "" : ", and ", c->reg, c->field,
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
	return chip_ref_parse(chip, reg->space, buf_str(&name)).reg == reg;
}

size_t chips_reg_text(const struct view *v, const struct chips_view *what, struct buf *out)
{
	size_t found = 0;

	for (size_t c = 0; c < what->n; c++) {
		const struct chip *chip = what->chips[c];

		for (size_t r = 0; r < chip->n_regs; r++) {
			const struct chip_reg *reg = chip->regs[r];
			struct chips_widths none = { 0, 0 };

			if (!chips_wants(chip, reg, what->regs))
				continue;
			if (found++)
				buf_putc(out, '\n');
			chips_reg_line(v, reg, &none, out);
			reg_facts(v, chip, reg, out);
			for (size_t f = 0; f < reg->n_fields; f++)
				if (chip_match_field(what->regs, &reg->fields[f]))
					chips_field(v, &reg->fields[f], out);
		}
	}
	return found;
}
