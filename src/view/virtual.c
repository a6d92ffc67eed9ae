// SPDX-License-Identifier: GPL-2.0-or-later
/* The virtual functions of a device; and of a virtual function, what it has not. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "view/fold.h"
#include "view/internal.h"
#include "view/table.h"

#define ROWS 3 /* of the short form, where there are no more */

static const char *dash(const char *text)
{
	return text ? text : "-";
}

/* "down", "auto, by the PF": of the interface here, else what the physical function shows it. */
static void link_words(const struct virtual_function *vf, struct buf *out)
{
	if (vf->link)
		buf_puts(out, vf->link);
	else if (vf->policy)
		buf_printf(out, "%s, by the PF", vf->policy);
	else
		buf_putc(out, '-');
}

/* "64: 40 iavf, 24 vfio-pci, 40 with an interface here, 38 of these up" */
static void summary(const struct view *v, const struct virtual_functions *list, unsigned indent, struct buf *out)
{
	struct items i = items_begin(v, "  VFs", indent, out);
	struct kinds drivers = { 0 };
	AUTO_BUF struct buf words = { 0 };
	size_t here = 0, up = 0;

	for (size_t n = 0; n < list->n; n++) {
		kinds_add(&drivers, list->v[n].driver ? list->v[n].driver : "without a driver");
		here += list->v[n].netdev != NULL;
		up += list->v[n].netdev && list->v[n].link && !strcmp(list->v[n].link, "up");
	}
	items_add(&i, STYLE_PLAIN, "%zu", list->n);
	kinds_words(&drivers, &words);
	items_add(&i, STYLE_PLAIN, "%s", buf_str(&words));
	if (here)
		items_add(&i, STYLE_PLAIN, "%zu with an interface here, %zu of these up", here, up);
	items_add(&i, STYLE_DIM, "-v lists them");
	items_end(&i);
}

static void one_line(const struct virtual_function *vf, struct labeled *l)
{
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&text, "%" PRIu32 ": %s", vf->number, dash(vf->address));
	if (vf->netdev)
		buf_printf(&text, ", %s", vf->netdev);
	buf_printf(&text, ", %s", vf->driver ? vf->driver : "no driver bound");
	if (vf->mac)
		buf_printf(&text, ", %s", vf->mac);
	if (vf->link || vf->policy) {
		buf_puts(&text, ", link ");
		link_words(vf, &text);
	}
	labeled_text(l, STYLE_PLAIN, buf_str(&text), UINT32_MAX);
}

/* Of a virtual function, what only its physical function has; in a guest that one is not here. */
static void belongs_to(const struct view *v, const struct device *d, unsigned indent, struct buf *out)
{
	static const char others[] = "Link, PHY, PCIe link, pause, firmware and the port's counters are there";
	const struct facts *f = &d->s->facts;
	struct labeled l = { v, out, "PF", indent };
	AUTO_BUF struct buf text = { 0 };

	if (f->physical_function)
		buf_printf(&text, "%s%s%s. %s: nicregs diagnose %s", f->physical_function,
			   f->physical_interface ? ", " : "", f->physical_interface ? f->physical_interface : "",
			   others, f->physical_function);
	else if (device_is_virtual(d))
		buf_printf(&text, "on the host, not on this machine. %s.", others);
	if (text.len)
		labeled_text(&l, STYLE_PLAIN, buf_str(&text), UINT32_MAX);
}

void virtual_lines(const struct view *v, const struct device *d, unsigned indent, struct buf *out)
{
	const struct virtual_functions *list = &d->s->facts.vfs;
	struct labeled l = { v, out, list->n == 1 ? "VF" : "VFs", indent };

	belongs_to(v, d, indent, out);
	if (list->n > ROWS)
		summary(v, list, indent, out);
	for (size_t i = 0; i < list->n && list->n <= ROWS; i++)
		one_line(&list->v[i], &l);
}

void section_virtual(const struct view *v, const struct device *d, struct buf *out)
{
	static const char *const titles[] = { ">VF", "ADDRESS", "DRIVER", "INTERFACE", "MAC", "LINK" };
	const struct virtual_functions *list = &d->s->facts.vfs;
	struct table t;

	if (!list->n)
		return;
	style_heading(v, "Virtual functions", out);
	table_begin(&t, v, titles, COUNT(titles));
	for (size_t i = 0; i < list->n; i++) {
		const struct virtual_function *vf = &list->v[i];
		struct libscols_line *row = table_row(&t);
		AUTO_BUF struct buf link = { 0 };
		char number[16];

		snprintf(number, sizeof(number), "%" PRIu32, vf->number);
		link_words(vf, &link);
		table_cell(row, 0, number);
		table_cell(row, 1, dash(vf->address));
		table_cell(row, 2, dash(vf->driver));
		table_cell(row, 3, dash(vf->netdev));
		table_cell(row, 4, dash(vf->mac));
		table_cell(row, 5, buf_str(&link));
	}
	table_fit(&t, v);
	table_end(&t, 2, out);
}
