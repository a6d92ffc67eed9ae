// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "chip/chip.h"
#include "util/alloc.h"
#include "view/internal.h"

static const char *const group_titles[CHIP_GROUPS] = {
	[CHIP_IDENTITY] = "Identity",     [CHIP_LINK] = "Link",
	[CHIP_TRANSMIT] = "Transmit",     [CHIP_RECEIVE] = "Receive",
	[CHIP_INTERRUPTS] = "Interrupts", [CHIP_GROUP_PHY] = "PHY",
	[CHIP_POWER] = "Power",           [CHIP_ERRORS] = "Errors",
	[CHIP_STATISTICS] = "Statistics", [CHIP_MANAGEMENT] = "Management",
	[CHIP_FILTERS] = "Filters",       [CHIP_PCIE] = "PCI Express",
	[CHIP_FIRMWARE] = "Firmware",     [CHIP_OTHER] = "Other",
};

#define LONGEST 20 /* of names that columns are as wide as */

/* How a register appears in the brief page. */
enum reg_place { LINE, ZERO, UNREAD, NOWHERE };

static enum reg_place place_of(const struct show_options *o, const struct device_reg *r)
{
	if (o->all || o->regs)
		return LINE;
	if (r->unread)
		return UNREAD;
	if (reg_unusual(r))
		return LINE;
	if (r->ref.reg->queue != CHIP_QUEUE_NONE)
		return NOWHERE; /* section_queues() has it */
	return r->value || (r->ref.reg->role != CHIP_ROLE_NONE && !r->ref.i) ? LINE : ZERO;
}

static unsigned name_width(const struct show_options *o, const struct device *d, enum chip_group group)
{
	unsigned width = 8;

	for (size_t i = 0; i < d->n_regs; i++) {
		AUTO_BUF struct buf name = { 0 };

		if (d->regs[i].ref.reg->group != group || place_of(o, &d->regs[i]) != LINE)
			continue;
		chip_ref_name(&d->regs[i].ref, &name);
		if (name.len > width && name.len <= LONGEST)
			width = (unsigned)name.len;
	}
	return width;
}

/* "Zero: A, B, C[0..7]": consecutive elements of an array are one item. */
static void zero_list(const struct view *v, const struct show_options *o, const struct device *d, enum chip_group group,
		      struct buf *out)
{
	struct wrap w;

	wrap_begin(&w, v, out, 2, ", ");
	for (size_t i = 0, next; i < d->n_regs; i = next) {
		const struct chip_reg *reg = d->regs[i].ref.reg;
		AUTO_BUF struct buf name = { 0 };

		for (next = i + 1; next < d->n_regs && d->regs[next].ref.reg == reg; next++)
			if (place_of(o, &d->regs[next]) != ZERO)
				break;
		if (reg->group != group || place_of(o, &d->regs[i]) != ZERO)
			continue;
		if (!w.column)
			buf_puts(&name, "Zero: ");
		chip_ref_name(&d->regs[i].ref, &name);
		if (next > i + 1)
			buf_printf(&name, " and %zu more", next - i - 1);
		wrap_item(&w, STYLE_DIM, buf_str(&name));
	}
	wrap_end(&w);
}

static bool group_has(const struct show_options *o, const struct device *d, enum chip_group group)
{
	for (size_t i = 0; i < d->n_regs; i++) {
		enum reg_place place = place_of(o, &d->regs[i]);

		if (d->regs[i].ref.reg->group == group && (place == LINE || place == ZERO))
			return true;
	}
	return false;
}

/* Elements after i of the same array and the same value, next to each other. */
static size_t repeats(const struct show_options *o, const struct device *d, size_t i)
{
	const struct device_reg *r = &d->regs[i];
	size_t n = 0;

	while (i + n + 1 < d->n_regs && d->regs[i + n + 1].ref.reg == r->ref.reg &&
	       d->regs[i + n + 1].value == r->value && place_of(o, &d->regs[i + n + 1]) == LINE)
		n++;
	return n;
}

/* An array's different elements, as far as a brief page has room for them. */
#define ARRAY_LINES 8

static void others_line(const struct view *v, const struct chip_reg *array, struct buf *out)
{
	AUTO_FREE char *text = xasprintf("and others: --reg %s shows all", array->name);

	style_paragraph(v, 6, STYLE_PLAIN, text, out);
}

static void brief_group(const struct view *v, const struct show_options *o, const struct device *d,
			enum chip_group group, unsigned width, struct buf *out)
{
	const struct chip_reg *array = NULL;
	size_t lines = 0;

	for (size_t i = 0; i < d->n_regs; i++) {
		const struct device_reg *r = &d->regs[i];
		size_t more;

		if (r->ref.reg->group != group || place_of(o, r) != LINE)
			continue;
		lines = r->ref.reg == array ? lines + 1 : 0;
		array = r->ref.reg;
		more = repeats(o, d, i);
		i += more;
		if (lines < ARRAY_LINES)
			reg_text_brief(v, r, width, o->raw, out);
		if (lines < ARRAY_LINES && more)
			buf_printf(out, "      %zu more with the same value\n", more);
		if (lines == ARRAY_LINES)
			others_line(v, array, out);
	}
}

static void group_text(const struct view *v, const struct show_options *o, const struct device *d,
		       enum chip_group group, struct buf *out)
{
	unsigned width = name_width(o, d, group);

	style_heading(v, group_titles[group], out);
	if (!o->all && !o->regs)
		brief_group(v, o, d, group, width, out);
	for (size_t i = 0; (o->all || o->regs) && i < d->n_regs; i++) {
		const struct device_reg *r = &d->regs[i];

		if (r->ref.reg->group == group && place_of(o, r) == LINE)
			reg_text_fields(v, r, width, o->raw, o->regs, out);
	}
	zero_list(v, o, d, group, out);
}

/* Those whose access the built-in definition decides have lines of their own. */
static bool is_guarded(const struct device_reg *r)
{
	return r->ref.reg->built_in &&
	       (r->unread == UNREAD_CLEARS || r->unread == UNREAD_SETS || r->unread == UNREAD_WRITE_ONLY);
}

#define GUARDED_LINES 8

static void guarded_lines(const struct view *v, const struct device *d, struct buf *out)
{
	const struct chip_reg *last = NULL;
	char rest[64];
	size_t n = 0;

	for (size_t i = 0; i < d->n_regs; i++) {
		const struct device_reg *r = &d->regs[i];
		AUTO_BUF struct buf text = { 0 };

		if (!is_guarded(r) || r->ref.reg == last)
			continue;
		last = r->ref.reg;
		if (n++ >= GUARDED_LINES)
			continue;
		buf_printf(&text, "%s was not read: ", last->name);
		reg_guard_words(r, &text);
		style_paragraph(v, 2, STYLE_DIM, buf_str(&text), out);
	}
	snprintf(rest, sizeof(rest), "%zu more were not read for such a reason.", n - GUARDED_LINES);
	if (n > GUARDED_LINES)
		style_paragraph(v, 2, STYLE_PLAIN, rest, out);
}

static void unread_line(const struct view *v, const struct device *d, enum unread why, struct buf *out)
{
	size_t n = 0;
	AUTO_BUF struct buf names = { 0 };
	char text[400];

	for (size_t i = 0; i < d->n_regs; i++) {
		if (d->regs[i].unread != why || is_guarded(&d->regs[i]))
			continue;
		if (n++ < 3) {
			buf_puts(&names, names.len ? ", " : "");
			chip_ref_name(&d->regs[i].ref, &names);
		}
	}
	if (!n)
		return;
	snprintf(text, sizeof(text), "%zu not read, %s: %s%s", n, unread_name(why), buf_str(&names),
		 n > 3 ? ", ..." : "");
	style_paragraph(v, 2, STYLE_DIM, text, out);
}

static void refusals(const struct view *v, const struct device *d, struct buf *out)
{
	for (size_t i = 0; i < d->s->n_refusals; i++) {
		const struct refusal *r = &d->s->refusals[i];
		AUTO_BUF struct buf text = { 0 };

		buf_printf(&text, "%s: %s.", r->rung, r->why);
		if (!d->s->access && r->todo && *r->todo)
			buf_printf(&text, " %c%s.", toupper((unsigned char)r->todo[0]), r->todo + 1);
		style_paragraph(v, 2, STYLE_PLAIN, buf_str(&text), out);
	}
}

/* A recording, or text, has values and no way that they were read by; what it lacks is said below. What the driver answered
 * of its PHY is no register of the BAR that was read. */
static void how_read(const struct view *v, const struct device *d, struct buf *out)
{
	size_t read = 0, known = 0, bar = 0;
	char heading[96];

	for (size_t i = 0; i < d->n_regs; i++) {
		known += !d->regs[i].unread;
		bar += d->regs[i].ref.reg->space == CHIP_MMIO;
		read += !d->regs[i].unread && d->regs[i].ref.reg->space == CHIP_MMIO;
	}
	if (d->s->access)
		snprintf(heading, sizeof(heading), "Registers read via: %s", d->s->access);
	else if (read || (known && !bar))
		snprintf(heading, sizeof(heading), "Registers that were not read");
	else
		snprintf(heading, sizeof(heading), "Registers: none were read");
	if (d->s->access || known < d->n_regs || !known)
		style_heading(v, heading, out);
}

void section_registers(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out)
{
	for (int g = 0; g < CHIP_GROUPS; g++)
		if (group_has(o, d, (enum chip_group)g))
			group_text(v, o, d, (enum chip_group)g, out);
	if (!d->chip || (o->regs && !d->n_regs))
		return;
	how_read(v, d, out);
	refusals(v, d, out);
	for (int why = UNREAD_NO + 1; why < UNREAD_REASONS; why++)
		unread_line(v, d, (enum unread)why, out);
	guarded_lines(v, d, out);
}

/* In brief, what has a role or is unusual is worth a line; of the device itself also what its link and power say. */
static bool in_brief(const struct device_config *c, const struct config_reg *r)
{
	struct device_reg view = device_reg_of_config(r);

	if (r->reg->role != CHIP_ROLE_NONE || reg_unusual(&view))
		return true;
	return c->fn->role == PCI_SELF && r->known && r->value && r->reg->access != CHIP_RO &&
	       (r->reg->group == CHIP_PCIE || r->reg->group == CHIP_POWER);
}

static bool config_wanted(const struct show_options *o, const struct device_config *c, const struct config_reg *r)
{
	struct chip_ref ref = chip_ref_at(r->reg, r->i, 0);

	if (o->regs)
		return chip_match_ref(o->regs, &ref);
	return o->all || in_brief(c, r);
}

static unsigned config_name_width(const struct show_options *o, const struct device_config *c)
{
	unsigned width = 8;

	for (size_t i = 0; i < c->n_regs; i++) {
		struct chip_ref ref = chip_ref_at(c->regs[i].reg, c->regs[i].i, 0);
		AUTO_BUF struct buf name = { 0 };

		if (!config_wanted(o, c, &c->regs[i]))
			continue;
		chip_ref_name(&ref, &name);
		if (name.len > width && name.len <= LONGEST)
			width = (unsigned)name.len;
	}
	return width;
}

static const char *role_words(enum pci_role role)
{
	static const char *const words[] = { "device", "link partner", "other function" };

	return words[role];
}

static void config_problems(const struct view *v, const struct device_config *c, struct buf *out)
{
	for (size_t i = 0; i < c->caps->n_problems; i++) {
		AUTO_BUF struct buf text = { 0 };

		buf_puts(&text, "! ");
		config_problem_words(c->fn, &c->caps->problems[i], &text);
		style_paragraph(v, 2, STYLE_UNUSUAL, buf_str(&text), out);
	}
	if (c->fn->unread) {
		AUTO_BUF struct buf text = { 0 };

		buf_printf(&text, "beyond byte %u: %s", c->fn->config_len, unread_name(c->fn->unread));
		style_paragraph(v, 2, STYLE_DIM, buf_str(&text), out);
	}
}

static bool config_any(const struct show_options *o, const struct device_config *c)
{
	for (size_t i = 0; i < c->n_regs; i++)
		if (config_wanted(o, c, &c->regs[i]))
			return true;
	return !o->regs && (c->caps->n_problems || c->fn->unread);
}

void section_config(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out)
{
	for (size_t f = 0; f < d->s->n_functions; f++) {
		const struct device_config *c = &d->config[f];
		char addr[PCI_ADDR_MAX], heading[96];
		unsigned width = config_name_width(o, c);

		if ((c->fn->role == PCI_SIBLING && !o->all) || !config_any(o, c))
			continue;
		snprintf(heading, sizeof(heading), "Configuration space, %s %s", role_words(c->fn->role),
			 pci_addr_str(&c->fn->addr, addr));
		style_heading(v, heading, out);
		for (size_t i = 0; i < c->n_regs; i++) {
			struct device_reg r = device_reg_of_config(&c->regs[i]);

			if (!config_wanted(o, c, &c->regs[i]))
				continue;
			if (o->all || o->regs)
				reg_text_fields(v, &r, width, o->raw, o->regs, out);
			else
				reg_text_brief(v, &r, width, o->raw, out);
		}
		if (!o->regs)
			config_problems(v, c, out);
	}
}

static const char *const role_names[] = { "device", "partner", "sibling" };

static void json_problems(const struct device_config *c, struct jsonw *w)
{
	jsonw_array(w, "problems");
	for (size_t i = 0; i < c->caps->n_problems; i++) {
		AUTO_BUF struct buf text = { 0 };

		config_problem_words(c->fn, &c->caps->problems[i], &text);
		jsonw_str(w, NULL, buf_str(&text));
	}
	jsonw_end_array(w);
}

static void json_begin_structure(const struct config_cap *cap, struct jsonw *w)
{
	static const char *const kinds[] = { "header", "capability", "extended" };

	jsonw_object(w, NULL);
	jsonw_str(w, "kind", kinds[cap->kind]);
	jsonw_u64(w, "id", cap->id);
	jsonw_u64(w, "offset", cap->offset);
	jsonw_array(w, "registers");
}

static void json_end_structure(const struct config_cap *cap, struct jsonw *w)
{
	if (!cap)
		return;
	jsonw_end_array(w);
	jsonw_end_object(w);
}

/* Registers of one structure stand together. */
static void json_structures(const struct show_options *o, const struct device_config *c, struct jsonw *w)
{
	const struct config_cap *cap = NULL;

	jsonw_array(w, "structures");
	for (size_t i = 0; i < c->n_regs; i++) {
		struct device_reg r = device_reg_of_config(&c->regs[i]);

		if (o->regs && !chip_match_ref(o->regs, &r.ref))
			continue;
		if (c->regs[i].cap != cap) {
			json_end_structure(cap, w);
			cap = c->regs[i].cap;
			json_begin_structure(cap, w);
		}
		reg_json(&r, o->raw, o->regs, w);
	}
	json_end_structure(cap, w);
	jsonw_end_array(w);
}

static void json_function(const struct show_options *o, const struct device_config *c, struct jsonw *w)
{
	char addr[PCI_ADDR_MAX];

	jsonw_object(w, NULL);
	jsonw_str(w, "address", pci_addr_str(&c->fn->addr, addr));
	jsonw_str(w, "role", role_names[c->fn->role]);
	jsonw_u64(w, "bytes", c->fn->config_len);
	jsonw_str(w, "unread", c->fn->unread ? unread_name(c->fn->unread) : NULL);
	json_problems(c, w);
	json_structures(o, c, w);
	jsonw_end_object(w);
}

void section_config_json(const struct show_options *o, const struct device *d, struct jsonw *w)
{
	jsonw_array(w, "config");
	for (size_t i = 0; i < d->s->n_functions; i++)
		json_function(o, &d->config[i], w);
	jsonw_end_array(w);
}
