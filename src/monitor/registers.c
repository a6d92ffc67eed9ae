// SPDX-License-Identifier: GPL-2.0-or-later
/* All registers of the chosen device, and the fields of one. */
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "monitor/internal.h"
#include "view/reg.h"

static bool passes(const struct monitor *m, const struct chip_ref *ref)
{
	AUTO_BUF struct buf text = { 0 };

	chip_ref_name(ref, &text);
	buf_printf(&text, " %s", ref->reg->title);
	return strcasestr(buf_str(&text), m->register_filter) != NULL;
}

/* The nth register that passes the filter. */
static bool nth(const struct monitor *m, size_t wanted, struct device_reg *out, size_t *count)
{
	const struct track *t = monitor_track(m);
	const struct snapshot *s = t ? track_latest(t) : NULL;

	*count = 0;
	for (size_t i = 0; s && t->chip && i < s->n_regs; i++) {
		const struct reg_sample *sample = &s->regs[i];
		struct chip_ref ref = chip_reg_at(t->chip, (enum chip_space)sample->space, sample->offset);

		if (!ref.reg || (m->register_filter[0] && !passes(m, &ref)))
			continue;
		if ((*count)++ != wanted)
			continue;
		*out = (struct device_reg){ .ref = ref,
					    .unread = (enum unread)sample->unread,
					    .constant = sample->constant,
					    .value = sample->value };
		return true;
	}
	return false;
}

size_t regs_count(const struct monitor *m)
{
	struct device_reg r;
	size_t n;

	nth(m, SIZE_MAX, &r, &n);
	return n;
}

static void register_line(const struct monitor *m, const struct device_reg *r, int y, bool chosen)
{
	AUTO_BUF struct buf line = { 0 };

	buf_putc(&line, ' ');
	chip_ref_name(&r->ref, &line);
	buf_pad(&line, 0, 20);
	buf_putc(&line, ' ');
	reg_offset(&r->ref, &line);
	buf_pad(&line, 0, 30);
	if (r->unread)
		buf_puts(&line, unread_name(r->unread));
	else
		reg_hex(r, &line);
	buf_pad(&line, 0, 44);
	buf_printf(&line, " %s", r->ref.reg->title);
	screen_put(&m->screen, y, 0, m->screen.width,
		   (int)(r->unread        ? TONE_DIM
			 : reg_unusual(r) ? TONE_BAD
					  : TONE_PLAIN) +
			   (chosen ? TONE_CHOSEN : 0),
		   buf_str(&line));
}

void draw_registers(struct monitor *m)
{
	const struct pane_place p = draw_below_devices(m);
	size_t n = regs_count(m), ignored;
	AUTO_BUF struct buf title = { 0 };
	AUTO_BUF struct buf part = { 0 };
	struct device_reg r;

	rows_clamp(&m->registers, n, p.height - 1);
	buf_printf(&title, "Registers of %s: %zu", monitor_track(m) ? monitor_track(m)->name : "-", n);
	if (m->register_filter[0] || m->typing)
		buf_printf(&title, ", filter: %s%s", m->register_filter, m->typing ? "_" : "");
	pane_part(m->registers.top, p.height - 1, n, &part);
	screen_rule(&m->screen, p.y, 0, p.width, buf_str(&title), buf_str(&part), true);
	for (int i = 0; i < p.height - 1 && nth(m, m->registers.top + (size_t)i, &r, &ignored); i++)
		register_line(m, &r, p.y + 1 + i, m->registers.top + (size_t)i == m->registers.at);
}

void draw_register(struct monitor *m)
{
	const struct pane_place p = draw_below_devices(m);
	const struct view v = { .width = p.width > 22 ? (unsigned)p.width - 2 : 20 };
	AUTO_BUF struct buf text = { 0 };
	struct device_reg r;
	size_t ignored;

	if (nth(m, m->registers.at, &r, &ignored)) {
		reg_text_fields(&v, &r, 8, false, NULL, &text);
		if (r.unread)
			buf_printf(&text, "Not read: %s\n", unread_name(r.unread));
	}
	draw_text(m, &p, "Fields", true, buf_str(&text), &m->help.top);
}
