// SPDX-License-Identifier: GPL-2.0-or-later
/* The fields of the whole page that a working device does not show, gathered at its top. */
#include <inttypes.h>
#include <stdio.h>

#include "view/sections.h"

#define MOST_LINES 12

struct gathered {
	const struct view *v;
	struct buf *out;
	size_t n;
};

static void field_line(struct gathered *g, const struct device_reg *r, const struct chip_field *f, uint64_t value)
{
	AUTO_BUF struct buf name = { 0 };
	AUTO_BUF struct buf words = { 0 };
	struct wrap w;

	if (g->n == 0)
		style_heading(g->v, "Unusual on a working device", g->out);
	if (g->n++ >= MOST_LINES)
		return;
	buf_puts(&name, "  ! ");
	chip_ref_name(&r->ref, &name);
	buf_printf(&name, ".%s", f->name);
	buf_pad(&name, 0, 28);
	buf_putc(&name, ' ');
	reg_field_words(f, value, &words);
	style_put(g->v, STYLE_NAME, buf_str(&name), g->out);
	wrap_continue(&w, g->v, g->out, 6, (unsigned)name.len, " ");
	wrap_words(&w, STYLE_UNUSUAL, buf_str(&words));
	wrap_end(&w);
}

static void gather(struct gathered *g, const struct device_reg *r)
{
	for (size_t i = 0; i < r->ref.reg->n_fields; i++) {
		const struct chip_field *f = &r->ref.reg->fields[i];

		if (reg_unusual_field(r, f))
			field_line(g, r, f, chip_field_get(f, r->value));
	}
}

void section_unusual(const struct view *v, const struct device *d, struct buf *out)
{
	struct gathered g = { .v = v, .out = out };

	for (size_t i = 0; i < d->n_regs; i++)
		gather(&g, &d->regs[i]);
	for (size_t f = 0; f < d->s->n_functions; f++) {
		for (size_t i = 0; d->config[f].fn->role == PCI_SELF && i < d->config[f].n_regs; i++) {
			struct device_reg r = device_reg_of_config(&d->config[f].regs[i]);

			gather(&g, &r);
		}
	}
	if (g.n > MOST_LINES)
		buf_printf(out, "    and %zu more below, marked with !\n", g.n - MOST_LINES);
}
