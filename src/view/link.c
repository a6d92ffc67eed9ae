// SPDX-License-Identifier: GPL-2.0-or-later
#include <libsmartcols.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "view/sections.h"
#include "view/table.h"

static const char *speed_name(unsigned speed)
{
	static const char *const names[] = { "?", "2.5GT/s", "5GT/s", "8GT/s", "16GT/s", "32GT/s", "64GT/s" };

	return speed < sizeof(names) / sizeof(names[0]) ? names[speed] : names[0];
}

static const char *l1ss_states(unsigned states, char out[64])
{
	static const struct { unsigned bit; const char *name; } names[] = {
		{ LINK_ASPM_L1_1, "L1.1" }, { LINK_ASPM_L1_2, "L1.2" },
		{ LINK_PCIPM_L1_1, "PCI-PM L1.1" }, { LINK_PCIPM_L1_2, "PCI-PM L1.2" },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (states & names[i].bit)
			buf_printf(&b, "%s%s", b.len ? " " : "", names[i].name);
	snprintf(out, 64, "%s", b.len ? buf_str(&b) : "off");
	buf_free(&b);
	return out;
}

static void end_row(struct table *t, const char *role, const struct link_end *end)
{
	char addr[PCI_ADDR_MAX], text[64];
	struct libscols_line *row;

	if (!end->fn)
		return;
	row = table_row(t);
	table_cell(row, 0, role);
	table_cell(row, 1, pci_addr_str(&end->fn->addr, addr));
	if (!end->known) {
		table_cell(row, 2, end->linkless ? "no PCI Express link" : "not known");
		return;
	}
	snprintf(text, sizeof(text), "%s x%u", speed_name(end->speed), end->width);
	table_cell(row, 2, text);
	snprintf(text, sizeof(text), "%s x%u", speed_name(end->speed_max), end->width_max);
	table_cell(row, 3, text);
	table_cell(row, 4, link_states(end->enabled));
	table_cell(row, 5, end->supported ? link_states(end->supported) : "none");
	table_cell(row, 6, end->has_l1ss ? l1ss_states(end->l1ss_enabled, text) : "-");
	table_cell(row, 7, !end->clkpm_supported ? "-" : end->clkpm_enabled ? "on" : "off");
}

/* Speed, substates and clock power management go first when there is no room. */
static void hide_on_narrow(const struct view *v, struct table *t)
{
	static const size_t first_to_go[] = { 2, 3, 6, 7 };

	for (size_t i = 0; v->width < 76 && i < sizeof(first_to_go) / sizeof(first_to_go[0]); i++)
		scols_column_set_flags(scols_table_get_column(t->table, first_to_go[i]), SCOLS_FL_HIDDEN);
}

static void narrowed(const struct view *v, const struct link *link, struct buf *out)
{
	const struct link_end *a = &link->device, *b = &link->partner;
	unsigned speed, width;
	char text[160];
	struct wrap w;

	if (!a->known || !b->known)
		return;
	speed = a->speed_max < b->speed_max ? a->speed_max : b->speed_max;
	width = a->width_max < b->width_max ? a->width_max : b->width_max;
	if (a->speed >= speed && a->width >= width)
		return;
	snprintf(text, sizeof(text), "! The link runs at %s x%u, below the %s x%u that both ends can.",
		 speed_name(a->speed), a->width, speed_name(speed), width);
	wrap_begin(&w, v, out, 2, " ");
	wrap_words(&w, STYLE_UNUSUAL, text);
	wrap_end(&w);
}

void section_link(const struct view *v, const struct device *d, struct buf *out)
{
	static const char *const columns[] = { "END", "ADDRESS", "LINK", "CAN DO", "ASPM", "ASPM CAN", "L1SS", "CLKPM" };
	const struct link *link = &d->link;
	struct table t;
	struct wrap w;

	if (!d->s->n_functions)
		return;
	style_heading(v, "PCI Express link", out);
	if (link->applicable && (link->device.fn || link->partner.fn)) {
		table_begin(&t, v, columns, sizeof(columns) / sizeof(columns[0]));
		hide_on_narrow(v, &t);
		end_row(&t, "device", &link->device);
		end_row(&t, "partner", &link->partner);
		table_end(&t, 2, out);
		narrowed(v, link, out);
	}
	if (!link->why_not)
		return;
	wrap_begin(&w, v, out, 2, " ");
	wrap_words(&w, STYLE_PLAIN, link->why_not);
	wrap_end(&w);
}

static void json_states(const char *key, unsigned states, struct jsonw *w)
{
	jsonw_array_inline(w, key);
	if (states & LINK_L0S)
		jsonw_str(w, NULL, "l0s");
	if (states & LINK_L1)
		jsonw_str(w, NULL, "l1");
	jsonw_end_array(w);
}

static void json_l1ss(const char *key, unsigned states, struct jsonw *w)
{
	static const struct { unsigned bit; const char *name; } names[] = {
		{ LINK_ASPM_L1_1, "l1.1" }, { LINK_ASPM_L1_2, "l1.2" },
		{ LINK_PCIPM_L1_1, "pcipm-l1.1" }, { LINK_PCIPM_L1_2, "pcipm-l1.2" },
	};

	jsonw_array_inline(w, key);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (states & names[i].bit)
			jsonw_str(w, NULL, names[i].name);
	jsonw_end_array(w);
}

static void json_end(const char *role, const struct link_end *end, struct jsonw *w)
{
	char addr[PCI_ADDR_MAX];

	if (!end->fn)
		return;
	jsonw_object(w, NULL);
	jsonw_str(w, "address", pci_addr_str(&end->fn->addr, addr));
	jsonw_str(w, "role", role);
	if (end->express || end->linkless)
		jsonw_bool(w, "pci_express", end->express);
	if (end->known) {
		json_states("supported", end->supported, w);
		json_states("enabled", end->enabled, w);
		if (end->has_l1ss) {
			json_l1ss("l1ss_supported", end->l1ss_supported, w);
			json_l1ss("l1ss", end->l1ss_enabled, w);
		}
		jsonw_str(w, "speed", speed_name(end->speed));
		jsonw_u64(w, "width", end->width);
		jsonw_str(w, "speed_max", speed_name(end->speed_max));
		jsonw_u64(w, "width_max", end->width_max);
	}
	jsonw_end_object(w);
}

void json_link(const struct device *d, struct jsonw *w)
{
	jsonw_object(w, "link");
	jsonw_bool(w, "applicable", d->link.applicable);
	jsonw_str(w, "why_not", d->link.why_not);
	jsonw_array(w, "ends");
	json_end("device", &d->link.device, w);
	json_end("partner", &d->link.partner, w);
	jsonw_end_array(w);
	jsonw_end_object(w);
}
