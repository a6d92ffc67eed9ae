// SPDX-License-Identifier: GPL-2.0-or-later
#include <libsmartcols.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "view/internal.h"
#include "view/table.h"

static void cell_speed(struct libscols_line *row, size_t column, unsigned speed, unsigned width)
{
	char text[32];

	snprintf(text, sizeof(text), "%sGT/s x%u", link_speed_name(speed), width);
	table_cell(row, column, text);
}

static void cell_states(struct libscols_line *row, size_t column, unsigned states, const char *none)
{
	AUTO_BUF struct buf text = { 0 };

	link_states_show(states, none, &text);
	table_cell(row, column, buf_str(&text));
}

static void end_row(struct table *t, const struct link_end *end)
{
	unsigned on = link_end_on(end);
	struct libscols_line *row;
	char addr[PCI_ADDR_MAX];

	if (!end->there)
		return;
	row = table_row(t);
	table_cell(row, 0, pci_role_name(end->role));
	table_cell(row, 1, pci_addr_str(&end->addr, addr));
	if (!end->known) {
		table_cell(row, 2, end->linkless ? "no PCI Express link" : "not known");
		return;
	}
	cell_speed(row, 2, end->speed, end->width);
	cell_speed(row, 3, end->speed_max, end->width_max);
	cell_states(row, 4, on & (LINK_L0S | LINK_L1), "disabled");
	cell_states(row, 5, end->supported & (LINK_L0S | LINK_L1), "none");
	cell_states(row, 6, on & LINK_L1SS, end->l1ss_at ? "off" : "-");
	table_cell(row, 7, !(end->supported & LINK_CLKPM) ? "-" : on & LINK_CLKPM ? "on" : "off");
}

/* Speed, substates and clock power management go first when there is no room. */
static void hide_on_narrow(const struct view *v, struct table *t)
{
	static const size_t first_to_go[] = { 2, 3, 6, 7 };

	for (size_t i = 0; v->width < 76 && i < COUNT(first_to_go); i++)
		scols_column_set_flags(scols_table_get_column(t->table, first_to_go[i]), SCOLS_FL_HIDDEN);
}

static void narrowed(const struct view *v, const struct link *link, struct buf *out)
{
	const struct link_end *a = link_device(link), *b = link_port(link);
	unsigned speed, width;
	const struct link_end *by = link_slowed_by(link);
	bool configured = by && a->speed < (a->speed_max < b->speed_max ? a->speed_max : b->speed_max);
	char text[240], aims[16];

	if (!a->known || !b->known)
		return;
	speed = a->speed_max < b->speed_max ? a->speed_max : b->speed_max;
	width = a->width_max < b->width_max ? a->width_max : b->width_max;
	if (a->speed >= speed && a->width >= width)
		return;
	snprintf(aims, sizeof(aims), "%sGT/s.", link_speed_name(by ? by->speed_target : 0));
	snprintf(text, sizeof(text), "! The link runs at %sGT/s x%u, below the %sGT/s x%u that both ends can.%s%s%s",
		 link_speed_name(a->speed), a->width, link_speed_name(speed), width,
		 configured ? " Its speed is configured: LNKCTL2 of the " : "",
		 configured ? (by == b ? "port above aims at " : "device aims at ") : "", configured ? aims : "");
	style_paragraph(v, 2, STYLE_UNUSUAL, text, out);
}

/* The device first, then the port at the other end, then the device's other functions. */
static void ends_table(const struct view *v, const struct link *link, struct buf *out)
{
	static const char *const columns[] = {
		"END", "ADDRESS", "LINK", "CAN DO", "ASPM", "ASPM CAN", "L1SS", "CLKPM"
	};
	struct table t;

	table_begin(&t, v, columns, COUNT(columns));
	hide_on_narrow(v, &t);
	end_row(&t, link_device(link));
	end_row(&t, link_port(link));
	for (size_t i = 1; i < link->n_ends; i++)
		if (i != link->self)
			end_row(&t, &link->ends[i]);
	table_end(&t, 2, out);
}

void section_link(const struct view *v, const struct device *d, struct buf *out)
{
	const struct link *link = &d->link;
	AUTO_BUF struct buf stale = { 0 }, printed = { 0 };

	if (!d->s->n_functions)
		return;
	style_heading(v, "PCI Express link", out);
	if (link->applicable && (link_device(link)->there || link_port(link)->there)) {
		ends_table(v, link, out);
		narrowed(v, link, out);
	}
	if (link->why_not)
		style_paragraph(v, 2, STYLE_PLAIN, link->why_not, out);
	link_say_printed(&d->s->facts, &printed);
	if (printed.len)
		style_paragraph(v, 2, STYLE_PLAIN, buf_str(&printed), out);
	buf_puts(&stale, "! ");
	link_say_stale(link, &stale);
	if (stale.len > 2)
		style_paragraph(v, 2, STYLE_UNUSUAL, buf_str(&stale), out);
}

void link_json_states(const char *key, unsigned states, struct jsonw *w)
{
	jsonw_array_inline(w, key);
	for (unsigned i = 0; i < LINK_STATES; i++)
		if (states >> i & 1)
			jsonw_str(w, NULL, link_states[i].name);
	jsonw_end_array(w);
}

static void json_hex(const char *key, int digits, uint32_t value, struct jsonw *w)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%0*x", digits, value);
	jsonw_str(w, key, text);
}

static void json_speed(const char *key, unsigned speed, struct jsonw *w)
{
	char text[16];

	snprintf(text, sizeof(text), "%sGT/s", link_speed_name(speed));
	jsonw_str(w, key, text);
}

static void json_registers(const struct link_end *end, struct jsonw *w)
{
	unsigned on = link_end_on(end);

	jsonw_str(w, "type", link_port_name(end->type));
	link_json_states("supported", end->supported & (LINK_L0S | LINK_L1), w);
	link_json_states("enabled", on & (LINK_L0S | LINK_L1), w);
	if (end->l1ss_known) {
		link_json_states("l1ss_supported", end->supported & LINK_L1SS, w);
		link_json_states("l1ss", on & LINK_L1SS, w);
	}
	if (end->supported & LINK_CLKPM)
		jsonw_bool(w, "clkpm", on & LINK_CLKPM);
	json_hex("lnkctl", 4, end->lnkctl, w);
	if (end->l1ss_at)
		json_hex("l1subctl1", 8, end->l1ss_ctl, w);
	json_speed("speed", end->speed, w);
	jsonw_u64(w, "width", end->width);
	json_speed("speed_max", end->speed_max, w);
	jsonw_u64(w, "width_max", end->width_max);
}

static void json_end(const struct link_end *end, struct jsonw *w)
{
	char addr[PCI_ADDR_MAX];

	if (!end->there)
		return;
	jsonw_object(w, NULL);
	jsonw_str(w, "address", pci_addr_str(&end->addr, addr));
	jsonw_str(w, "role", pci_role_name(end->role));
	if (end->express || end->linkless)
		jsonw_bool(w, "pci_express", end->express);
	if (end->known)
		json_registers(end, w);
	jsonw_end_object(w);
}

void link_json_ends(const struct link *link, struct jsonw *w)
{
	jsonw_array(w, "ends");
	for (size_t i = 0; i < link->n_ends; i++)
		json_end(&link->ends[i], w);
	jsonw_end_array(w);
}

void link_json_kernel(const struct link *link, struct jsonw *w)
{
	AUTO_BUF struct buf say = { 0 };

	if (link->control == LINK_CONTROL_UNKNOWN)
		return;
	link_say_control(link, &say);
	jsonw_object(w, "kernel");
	jsonw_bool(w, "controls", link->control == LINK_CONTROL_KERNEL);
	jsonw_str(w, "policy", link->policy);
	link_json_states("offers", link_kernel_has(link), w);
	link_json_states("believes", link_kernel_on(link), w);
	link_json_states("stale", link_stale(link), w);
	jsonw_str(w, "says", say.len ? buf_str(&say) : NULL);
	jsonw_end_object(w);
}

void section_link_json(const struct device *d, struct jsonw *w)
{
	jsonw_object(w, "link");
	jsonw_bool(w, "applicable", d->link.applicable);
	jsonw_str(w, "why_not", d->link.why_not);
	link_json_ends(&d->link, w);
	link_json_kernel(&d->link, w);
	jsonw_end_object(w);
}
