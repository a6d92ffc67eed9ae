// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/reg.h"

#include <inttypes.h>
#include <string.h>

#include "chip/chip.h"

bool reg_unusual_field(const struct device_reg *r, const struct chip_field *f)
{
	return !r->unread && !r->usual && decode_unusual(f, chip_field_get(f, r->value));
}

bool reg_unusual(const struct device_reg *r)
{
	for (size_t i = 0; i < r->ref.reg->n_fields; i++)
		if (reg_unusual_field(r, &r->ref.reg->fields[i]))
			return true;
	return false;
}

static void each_unusual(const struct device_reg *r, reg_unusual_one *each, void *arg)
{
	for (size_t i = 0; i < r->ref.reg->n_fields; i++)
		if (reg_unusual_field(r, &r->ref.reg->fields[i]))
			each(r, &r->ref.reg->fields[i], arg);
}

void reg_each_unusual(const struct device *d, reg_unusual_one *each, void *arg)
{
	for (size_t i = 0; i < d->n_regs; i++)
		each_unusual(&d->regs[i], each, arg);
	for (size_t f = 0; f < d->s->n_functions; f++) {
		for (size_t i = 0; d->config[f].fn->role == PCI_SELF && i < d->config[f].n_regs; i++) {
			struct device_reg r = device_reg_of_config(&d->config[f].regs[i]);

			each_unusual(&r, each, arg);
		}
	}
}

void reg_hex(const struct device_reg *r, struct buf *out)
{
	buf_printf(out, "0x%0*" PRIx64, r->ref.reg->width / 4, r->value);
}

void reg_offset(const struct chip_ref *ref, struct buf *out)
{
	if (ref->reg->space == CHIP_PHY && ref->offset >> 5)
		buf_printf(out, "%u.%u", ref->offset >> 5, ref->offset & 31);
	else if (ref->reg->space == CHIP_PHY)
		buf_printf(out, "%u", ref->offset);
	else if (ref->reg->space == CHIP_CONFIG)
		buf_printf(out, "0x%03x", ref->offset);
	else
		buf_printf(out, "0x%05x", ref->offset);
}

void reg_field_words(const struct chip_field *f, uint64_t value, struct buf *out)
{
	AUTO_BUF struct buf meaning = { 0 };

	decode_meaning(f, value, &meaning);
	if (meaning.len) {
		if (value || f->hi != f->lo || decode_unusual(f, value))
			buf_printf(out, "%s: %s", f->title, buf_str(&meaning));
	} else if (f->hi == f->lo) {
		if (value || decode_unusual(f, value))
			buf_printf(out, "%s%s", f->title, value ? "" : ": no");
	} else if (value || decode_unusual(f, value)) {
		buf_printf(out, value < 10 ? "%s: %" PRIu64 : "%s: 0x%" PRIx64, f->title, value);
	}
}

void reg_guard_words(const struct device_reg *r, struct buf *out)
{
	buf_puts(out, "the built-in definition says that ");
	chip_effect_words(r->ref.reg->built_in, out);
}

static void first_line(const struct view *v, const struct device_reg *r, unsigned name_width, struct buf *out)
{
	AUTO_BUF struct buf name = { 0 };
	AUTO_BUF struct buf line = { 0 };
	size_t column = 2;
	struct wrap w;

	chip_ref_name(&r->ref, &name);
	buf_puts(out, "  ");
	style_put(v, STYLE_NAME, buf_str(&name), out);
	name_width = name_width > v->width / 4 ? v->width / 4 : name_width;
	for (column += name.len; column < name_width + 2; column++)
		buf_putc(out, ' ');
	reg_offset(&r->ref, &line);
	buf_pad(&line, 0, r->ref.reg->space == CHIP_MMIO ? 8 : 6);
	buf_putc(&line, ' ');
	buf_puts(out, " ");
	style_put(v, STYLE_DIM, buf_str(&line), out);
	column += 1 + line.len;
	buf_clear(&line);
	if (r->unread)
		buf_puts(&line, unread_name(r->unread));
	else
		reg_hex(r, &line);
	wrap_continue(&w, v, out, 6, (unsigned)column, " ");
	w.begun = false; /* the blank before it is there */
	wrap_words(&w, r->unread ? STYLE_DIM : reg_unusual(r) ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&line));
	if (r->constant)
		wrap_words(&w, STYLE_DIM, "(driver's constant)");
	else if (!r->unread && r->ref.reg->access == CHIP_RL)
		wrap_words(&w, STYLE_DIM, "(latched until read)");
	wrap_words(&w, STYLE_PLAIN, r->ref.reg->title);
	if (r->unread && r->ref.reg->built_in) {
		AUTO_BUF struct buf why = { 0 };

		buf_putc(&why, '(');
		reg_guard_words(r, &why);
		buf_putc(&why, ')');
		wrap_words(&w, STYLE_DIM, buf_str(&why));
	}
	wrap_end(&w);
}

static void brief_fields(struct wrap *w, const struct device_reg *r, bool unusual)
{
	for (size_t i = r->ref.reg->n_fields; i-- > 0;) {
		const struct chip_field *f = &r->ref.reg->fields[i];
		uint64_t value = chip_field_get(f, r->value);
		AUTO_BUF struct buf words = { 0 };

		if (reg_unusual_field(r, f) != unusual)
			continue;
		if (unusual)
			buf_puts(&words, "! ");
		reg_field_words(f, value, &words);
		if (words.len)
			wrap_item(w, unusual ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&words));
	}
}

void reg_text_brief(const struct view *v, const struct device_reg *r, unsigned name_width, bool raw, struct buf *out)
{
	struct wrap w;

	first_line(v, r, name_width, out);
	if (raw || r->unread)
		return;
	wrap_begin(&w, v, out, 6, ", ");
	brief_fields(&w, r, true);
	brief_fields(&w, r, false);
	wrap_end(&w);
}

static void field_line(const struct view *v, const struct device_reg *r, const struct chip_field *f, struct buf *out)
{
	uint64_t value = chip_field_get(f, r->value);
	bool unusual = reg_unusual_field(r, f);
	AUTO_BUF struct buf line = { 0 };
	AUTO_BUF struct buf title = { 0 };
	AUTO_BUF struct buf meaning = { 0 };
	struct wrap w;

	buf_puts(&line, unusual ? "    ! " : "      ");
	chip_field_bits(f, &line);
	buf_puts(&line, line.len < 12 ? "" : " ");
	buf_pad(&line, 0, 12);
	buf_puts(&line, f->name);
	buf_pad(&line, 0, 30);
	buf_printf(&line, value < 10 ? " %" PRIu64 : " 0x%" PRIx64, value);
	buf_pad(&line, 0, 36);
	style_put(v, unusual ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&line), out);
	decode_meaning(f, value, &meaning);
	wrap_continue(&w, v, out, 14, (unsigned)line.len, " ");
	buf_printf(&title, "%s%s", f->title, meaning.len ? ":" : "");
	wrap_words(&w, STYLE_PLAIN, buf_str(&title));
	wrap_words(&w, unusual ? STYLE_UNUSUAL : STYLE_NAME, buf_str(&meaning));
	wrap_end(&w);
}

void reg_text_fields(const struct view *v, const struct device_reg *r, unsigned name_width, bool raw, const char *glob,
		     struct buf *out)
{
	first_line(v, r, name_width, out);
	for (size_t i = 0; !raw && !r->unread && i < r->ref.reg->n_fields; i++) {
		const struct chip_field *f = &r->ref.reg->fields[i];

		if (chip_match_field(glob, f))
			field_line(v, r, f, out);
	}
}

static void field_json(const struct device_reg *r, const struct chip_field *f, struct jsonw *w)
{
	uint64_t value = chip_field_get(f, r->value);
	AUTO_BUF struct buf range = { 0 };
	AUTO_BUF struct buf meaning = { 0 };

	chip_field_bits(f, &range);
	decode_meaning(f, value, &meaning);
	jsonw_object_inline(w, NULL);
	jsonw_str(w, "name", f->name);
	jsonw_str(w, "bits", buf_str(&range));
	jsonw_u64(w, "value", value);
	if (meaning.len)
		jsonw_str(w, "meaning", buf_str(&meaning));
	if (reg_unusual_field(r, f))
		jsonw_bool(w, "unusual", true);
	jsonw_end_object(w);
}

void reg_json_member(const struct device_reg *r, const char *key, bool raw, const char *glob, struct jsonw *w)
{
	const struct chip_reg *reg = r->ref.reg;
	AUTO_BUF struct buf name = { 0 };

	chip_ref_name(&r->ref, &name);
	jsonw_object(w, key);
	jsonw_str(w, "name", buf_str(&name));
	if (reg->space == CHIP_PHY)
		jsonw_str(w, "space", chip_space_name(reg->space));
	jsonw_u64(w, "offset", r->ref.offset);
	if (r->unread) {
		jsonw_str(w, "unread", unread_name(r->unread));
		if (reg->built_in) {
			AUTO_BUF struct buf why = { 0 };

			reg_guard_words(r, &why);
			jsonw_str(w, "built_in", buf_str(&why));
		}
		jsonw_end_object(w);
		return;
	}
	jsonw_u64(w, "value", r->value);
	jsonw_str(w, "access", chip_access_name(reg->access));
	if (r->constant)
		jsonw_bool(w, "constant", true);
	if (!raw) {
		jsonw_array(w, "fields");
		for (size_t i = 0; i < reg->n_fields; i++)
			if (chip_match_field(glob, &reg->fields[i]))
				field_json(r, &reg->fields[i], w);
		jsonw_end_array(w);
	}
	jsonw_end_object(w);
}

void reg_json(const struct device_reg *r, bool raw, const char *glob, struct jsonw *w)
{
	reg_json_member(r, NULL, raw, glob, w);
}
