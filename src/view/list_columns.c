// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/list.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/nearest.h"
#include "util/text.h"
#include "view/style.h"

static void cell_address(const struct list_row *r, struct buf *out)
{
	const struct pci_function *self = snapshot_self(r->d.s);
	char addr[PCI_ADDR_MAX];

	if (self)
		buf_puts(out, pci_addr_str(&self->addr, addr));
}

static void add(struct buf *out, const char *s)
{
	if (s)
		buf_puts(out, s);
}

static void add_number(struct buf *out, int64_t n)
{
	if (n != FACT_UNKNOWN)
		buf_printf(out, "%" PRId64, n);
}

static void cell_netdev(const struct list_row *r, struct buf *out)
{
	add(out, r->d.s->facts.netdev);
}

static void cell_chip(const struct list_row *r, struct buf *out)
{
	const char *name = r->d.s->chip_name;
	const struct chip *known;

	if (!name && !r->d.chip && (snapshot_known(r->d.db, r->d.s, &known, &name, NULL) || !known))
		name = NULL;
	add(out, r->d.chip ? chip_called(r->d.chip, name) : name);
}

static void cell_id(const struct list_row *r, struct buf *out)
{
	const struct pci_function *self = snapshot_self(r->d.s);
	uint32_t id;

	if (self && config_get(self, 0, 4, &id))
		buf_printf(out, "%04x:%04x", id & 0xffff, id >> 16);
}

static void cell_driver(const struct list_row *r, struct buf *out)
{
	add(out, r->d.s->facts.driver);
}

static void cell_firmware(const struct list_row *r, struct buf *out)
{
	add(out, r->d.s->facts.firmware);
}

static void cell_link(const struct list_row *r, struct buf *out)
{
	const struct facts *f = &r->d.s->facts;

	if (f->carrier == 1 && f->speed != FACT_UNKNOWN && f->speed > 0)
		buf_printf(out, "%" PRId64 " Mb/s", f->speed);
	else if (f->carrier != FACT_UNKNOWN)
		buf_puts(out, values_link_words(device_link_up(&r->d), f->carrier));
	else
		add(out, f->operstate);
}

static void cell_aspm(const struct list_row *r, struct buf *out)
{
	const struct link *link = &r->d.link;
	const char *printed = r->d.s->facts.aspm_enabled;

	link_brief(link, out);
	if (printed && link->applicable && !link_device(link)->known)
		buf_printf(out, "%s, by the text", printed);
}

static void cell_errata(const struct list_row *r, struct buf *out)
{
	const struct chip *known = NULL;

	if (snapshot_known(r->d.db, r->d.s, &known, NULL, NULL))
		return;
	for (size_t i = 0; known && i < known->n_errata; i++)
		buf_printf(out, "%s%s", i ? "," : "", known->errata[i].id);
}

static void cell_bond(const struct list_row *r, struct buf *out)
{
	add(out, r->d.s->facts.bond);
	if (r->d.s->facts.bond && r->d.s->facts.bond_state)
		buf_printf(out, " %s", r->d.s->facts.bond_state);
}

static void cell_mac(const struct list_row *r, struct buf *out)
{
	add(out, r->d.s->facts.mac);
}

static void cell_mtu(const struct list_row *r, struct buf *out)
{
	add_number(out, r->d.s->facts.mtu);
}

static void cell_bridge(const struct list_row *r, struct buf *out)
{
	add(out, r->d.s->facts.bridge);
}

static void cell_numa(const struct list_row *r, struct buf *out)
{
	add_number(out, r->d.s->facts.numa_node);
}

static void cell_partner(const struct list_row *r, struct buf *out)
{
	const struct pci_function *partner = snapshot_partner(r->d.s);
	char addr[PCI_ADDR_MAX];

	if (partner)
		buf_puts(out, pci_addr_str(&partner->addr, addr));
}

static void cell_power(const struct list_row *r, struct buf *out)
{
	add(out, r->d.s->facts.power_state);
}

static void cell_verdict(const struct list_row *r, struct buf *out)
{
	buf_puts(out, r->verdict ? r->verdict : "not checked");
	if (r->verdict && r->bad && r->confidence != CERTAIN)
		buf_printf(out, " (%s)", confidence_name(r->confidence));
	if (r->verdict && r->recovered)
		buf_puts(out, ", recovered");
}

static const struct list_column all_columns[] = {
	{ "address", "PCI address", true, false, 0, cell_address },
	{ "netdev", "network interface", true, false, 0, cell_netdev },
	{ "chip", "the chip", true, false, 1, cell_chip },
	{ "id", "PCI vendor and device id", true, false, 7, cell_id },
	{ "driver", "bound driver", true, false, 4, cell_driver },
	{ "firmware", "firmware version, from the driver", true, true, 6, cell_firmware },
	{ "link", "Ethernet link", true, false, 2, cell_link },
	{ "aspm", "ASPM enabled, device/link partner where they differ", true, false, 5, cell_aspm },
	{ "bond", "bond, and the slave's state", true, false, 3, cell_bond },
	{ "verdict", "by two samples of its queues; see nicregs diagnose", true, false, 0, cell_verdict },
	{ "errata", "known faults of the chip; nicregs chips describes them", false, true, 0, cell_errata },
	{ "mac", "MAC address", false, false, 0, cell_mac },
	{ "mtu", "MTU in bytes", false, false, 0, cell_mtu },
	{ "bridge", "bridge that the interface is a port of", false, true, 0, cell_bridge },
	{ "numa", "NUMA node", false, false, 0, cell_numa },
	{ "partner", "PCI address of the link partner", false, false, 0, cell_partner },
	{ "power", "PCI power state", false, false, 0, cell_power },
};

#define N_COLUMNS COUNT(all_columns)

static const struct list_column *column_named(const char *name, size_t n)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (strlen(all_columns[i].name) == n && !strncasecmp(all_columns[i].name, name, n))
			return &all_columns[i];
	return NULL;
}

static bool is_chosen(const struct list_columns *c, const struct list_column *column)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i] == column)
			return true;
	return false;
}

static int bad_column(const char *name, size_t n, const char *why, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };
	struct nearest near;

	buf_add(&text, name, n);
	nearest_begin(&near, buf_str(&text));
	for (size_t i = 0; i < N_COLUMNS; i++)
		nearest_try(&near, all_columns[i].name);
	err_set(e, EINVAL, n ? buf_str(&text) : "-o", "%s", n ? why : "the name of a column is missing");
	if (*near.found && strcasecmp(near.found, buf_str(&text)) != 0)
		err_todo(e, "did you mean '%s'? nicregs list --help lists the columns", near.found);
	else
		err_todo(e, "nicregs list --help lists the columns");
	return -EINVAL;
}

static void choose_usual(struct list_columns *c)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (all_columns[i].usual)
			c->v[c->n++] = &all_columns[i];
}

/* "chip,link", or "+mac,mtu" for these behind the usual ones. */
int list_choose(const char *names, struct list_columns *c, struct err *e)
{
	c->n = 0;
	if (!names || *names == '+')
		choose_usual(c);
	if (names && *names == '+')
		names++;
	while (names) {
		size_t n = strcspn(names, ",");
		const struct list_column *column = column_named(names, n);

		if (!column)
			return bad_column(names, n, "no such column", e);
		if (is_chosen(c, column))
			return bad_column(names, n, "the column is named twice", e);
		if (c->n == LIST_COLUMNS_MOST)
			return bad_column(names, n, "too many columns", e);
		c->v[c->n++] = column;
		names = names[n] ? names + n + 1 : NULL;
	}
	return 0;
}

void list_row_name(const struct list_row *r, struct buf *out)
{
	size_t start = out->len;

	cell_netdev(r, out);
	if (out->len == start)
		cell_address(r, out);
}

size_t list_first_to_go(const struct list_columns *c, size_t order[LIST_COLUMNS_MOST])
{
	size_t n = 0;

	for (unsigned seldom = UCHAR_MAX; seldom; seldom--)
		for (size_t i = 0; i < c->n; i++)
			if (c->v[i]->seldom == seldom)
				order[n++] = i;
	return n;
}

bool list_is_verdict(const struct list_column *column)
{
	return column->cell == cell_verdict;
}

bool list_shows_verdict(const struct list_columns *c)
{
	return is_chosen(c, column_named("verdict", 7));
}

int list_has_verdict(const char *columns, struct err *e)
{
	struct list_columns c;
	int r = list_choose(columns, &c, e);

	return r ? r : list_shows_verdict(&c);
}

void list_columns_help(const struct view *v, struct buf *out)
{
	buf_puts(out, "\nColumns (* those printed without -o):\n");
	for (size_t i = 0; i < N_COLUMNS; i++) {
		struct wrap w;

		buf_printf(out, "  %-9s%c ", all_columns[i].name, all_columns[i].usual ? '*' : ' ');
		wrap_continue(&w, v, out, 13, 13, " ");
		wrap_words(&w, STYLE_PLAIN, all_columns[i].help);
		wrap_end(&w);
	}
}
