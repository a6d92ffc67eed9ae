// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "chip/decode.h"
#include "util/alloc.h"
#include "view/sections.h"

/* In brief, what has a role or is unusual is worth a line; of the device itself also what its link and power say. */
static bool in_brief(const struct device_config *c, const struct config_reg *r)
{
	struct device_reg view = device_reg_of_config(r);

	if (r->reg->role != CHIP_ROLE_NONE || reg_unusual(&view))
		return true;
	return c->fn->role == PCI_SELF && r->known && r->value && r->reg->access != CHIP_RO &&
	       (r->reg->group == CHIP_PCIE || r->reg->group == CHIP_POWER);
}

static bool wanted(const struct show_options *o, const struct device_config *c, const struct config_reg *r)
{
	struct chip_ref ref = chip_ref_at(r->reg, r->i, 0);

	if (o->regs)
		return chip_match_ref(o->regs, &ref);
	return o->all || in_brief(c, r);
}

static unsigned name_width(const struct show_options *o, const struct device_config *c)
{
	unsigned width = 8;

	for (size_t i = 0; i < c->n_regs; i++) {
		struct chip_ref ref = chip_ref_at(c->regs[i].reg, c->regs[i].i, 0);
		AUTO_BUF struct buf name = { 0 };

		if (!wanted(o, c, &c->regs[i]))
			continue;
		chip_ref_name(&ref, &name);
		if (name.len > width && name.len <= 20)
			width = (unsigned)name.len;
	}
	return width;
}

static const char *role_words(enum pci_role role)
{
	static const char *const words[] = { "device", "link partner", "other function" };

	return words[role];
}

static void problems(const struct view *v, const struct device_config *c, struct buf *out)
{
	struct wrap w;

	for (size_t i = 0; i < c->caps.n_problems; i++) {
		AUTO_BUF struct buf text = { 0 };

		buf_printf(&text, "! %s", c->caps.problems[i]);
		wrap_begin(&w, v, out, 2, " ");
		wrap_words(&w, STYLE_UNUSUAL, buf_str(&text));
		wrap_end(&w);
	}
	if (c->fn->unread) {
		AUTO_BUF struct buf text = { 0 };

		buf_printf(&text, "beyond byte %u: %s", c->fn->config_len, unread_name(c->fn->unread));
		wrap_begin(&w, v, out, 2, " ");
		wrap_words(&w, STYLE_DIM, buf_str(&text));
		wrap_end(&w);
	}
}

static bool any(const struct show_options *o, const struct device_config *c)
{
	for (size_t i = 0; i < c->n_regs; i++)
		if (wanted(o, c, &c->regs[i]))
			return true;
	return !o->regs && (c->caps.n_problems || c->fn->unread);
}

void section_config(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out)
{
	for (size_t f = 0; f < d->s->n_functions; f++) {
		const struct device_config *c = &d->config[f];
		char addr[PCI_ADDR_MAX], heading[96];
		unsigned width = name_width(o, c);

		if ((c->fn->role == PCI_SIBLING && !o->all) || !any(o, c))
			continue;
		snprintf(heading, sizeof(heading), "Configuration space, %s %s", role_words(c->fn->role),
			 pci_addr_str(&c->fn->addr, addr));
		style_heading(v, heading, out);
		for (size_t i = 0; i < c->n_regs; i++) {
			struct device_reg r = device_reg_of_config(&c->regs[i]);

			if (!wanted(o, c, &c->regs[i]))
				continue;
			if (o->all || o->regs)
				reg_text_fields(v, &r, width, o->raw, o->regs, out);
			else
				reg_text_brief(v, &r, width, o->raw, out);
		}
		if (!o->regs)
			problems(v, c, out);
	}
}

static const char *const role_names[] = { "device", "partner", "sibling" };

static void json_function(const struct show_options *o, const struct device_config *c, struct jsonw *w)
{
	const struct config_cap *cap = NULL;
	char addr[PCI_ADDR_MAX];

	jsonw_object(w, NULL);
	jsonw_str(w, "address", pci_addr_str(&c->fn->addr, addr));
	jsonw_str(w, "role", role_names[c->fn->role]);
	jsonw_u64(w, "bytes", c->fn->config_len);
	jsonw_str(w, "unread", c->fn->unread ? unread_name(c->fn->unread) : NULL);
	jsonw_array(w, "problems");
	for (size_t i = 0; i < c->caps.n_problems; i++)
		jsonw_str(w, NULL, c->caps.problems[i]);
	jsonw_end_array(w);
	jsonw_array(w, "structures");
	for (size_t i = 0; i < c->n_regs; i++) {
		static const char *const kinds[] = { "header", "capability", "extended" };
		struct device_reg r = device_reg_of_config(&c->regs[i]);

		if (o->regs && !chip_match_ref(o->regs, &r.ref))
			continue;
		if (c->regs[i].cap != cap) {
			if (cap) {
				jsonw_end_array(w);
				jsonw_end_object(w);
			}
			cap = c->regs[i].cap;
			jsonw_object(w, NULL);
			jsonw_str(w, "kind", kinds[cap->kind]);
			jsonw_u64(w, "id", cap->id);
			jsonw_u64(w, "offset", cap->offset);
			jsonw_array(w, "registers");
		}
		reg_json(&r, o->raw, o->regs, w);
	}
	if (cap) {
		jsonw_end_array(w);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

void json_config(const struct show_options *o, const struct device *d, struct jsonw *w)
{
	jsonw_array(w, "config");
	for (size_t i = 0; i < d->s->n_functions; i++)
		json_function(o, &d->config[i], w);
	jsonw_end_array(w);
}
