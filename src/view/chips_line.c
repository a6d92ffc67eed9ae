// SPDX-License-Identifier: GPL-2.0-or-later
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

void chips_reg_line(const struct view *v, const struct chip_reg *reg, const struct chips_widths *w, struct buf *out)
{
	for (size_t i = 0; i < reg->n_segments; i++) {
		AUTO_BUF struct buf name = { 0 };
		AUTO_BUF struct buf line = { 0 };
		struct wrap words;

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
		buf_puts(out, buf_str(&line));
		wrap_continue(&words, v, out, (unsigned)(w->name + w->place + 14), (unsigned)(2 + name.len + line.len),
			      " ");
		if (!i)
			wrap_words(&words, STYLE_PLAIN, reg->title);
		wrap_end(&words);
	}
}

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
