// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diagnose/diagnose.h"
#include "snapshot/known.h"
#include "util/jsonw.h"
#include "util/alloc.h"
#include "util/err.h"
#include "device/device.h"
#include "view/table.h"

struct column {
	const char *name, *help;
	bool usual, may_cut;
	/* Appends the cell; nothing if not known. */
	void (*cell)(const struct device *d, struct buf *out);
};

static void cell_address(const struct device *d, struct buf *out)
{
	const struct pci_function *self = snapshot_self(d->s);
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

static void cell_netdev(const struct device *d, struct buf *out)
{
	add(out, d->s->facts.netdev);
}

/* The name for its PCI id where that is one word ("82579V"), else the part's ("X722"). */
static void cell_chip(const struct device *d, struct buf *out)
{
	const char *name = d->s->chip_name;

	const struct chip *known;

	if (!name && !d->chip && (snapshot_known(d->db, d->s, &known, &name, NULL) || !known))
		name = NULL;
	add(out, d->chip && (!name || strchr(name, ' ')) ? d->chip->name : name);
}

static void cell_id(const struct device *d, struct buf *out)
{
	const struct pci_function *self = snapshot_self(d->s);
	uint32_t id;

	if (self && config_get(self, 0, 4, &id))
		buf_printf(out, "%04x:%04x", id & 0xffff, id >> 16);
}

static void cell_driver(const struct device *d, struct buf *out)
{
	add(out, d->s->facts.driver);
}

static void cell_firmware(const struct device *d, struct buf *out)
{
	add(out, d->s->facts.firmware);
}

static void cell_link(const struct device *d, struct buf *out)
{
	const struct facts *f = &d->s->facts;

	if (f->carrier == 1 && f->speed != FACT_UNKNOWN && f->speed > 0)
		buf_printf(out, "%" PRId64 " Mb/s", f->speed);
	else if (f->carrier != FACT_UNKNOWN)
		buf_puts(out, f->carrier ? "up" : "down");
	else
		add(out, f->operstate);
}

static void cell_aspm(const struct device *d, struct buf *out)
{
	link_brief(&d->link, out);
}

static void cell_errata(const struct device *d, struct buf *out)
{
	const struct chip *known = NULL;

	if (snapshot_known(d->db, d->s, &known, NULL, NULL))
		return;
	for (size_t i = 0; known && i < known->n_errata; i++)
		buf_printf(out, "%s%s", i ? "," : "", known->errata[i].id);
}

static void cell_bond(const struct device *d, struct buf *out)
{
	add(out, d->s->facts.bond);
	if (d->s->facts.bond && d->s->facts.bond_state)
		buf_printf(out, " %s", d->s->facts.bond_state);
}

static void cell_mac(const struct device *d, struct buf *out)
{
	add(out, d->s->facts.mac);
}

static void cell_mtu(const struct device *d, struct buf *out)
{
	add_number(out, d->s->facts.mtu);
}

static void cell_bridge(const struct device *d, struct buf *out)
{
	add(out, d->s->facts.bridge);
}

static void cell_numa(const struct device *d, struct buf *out)
{
	add_number(out, d->s->facts.numa_node);
}

static void cell_partner(const struct device *d, struct buf *out)
{
	const struct pci_function *partner = snapshot_partner(d->s);
	char addr[PCI_ADDR_MAX];

	if (partner)
		buf_puts(out, pci_addr_str(&partner->addr, addr));
}

static void cell_power(const struct device *d, struct buf *out)
{
	add(out, d->s->facts.power_state);
}

static bool has_registers(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_regs; i++)
		if (!s->regs[i].unread)
			return true;
	return false;
}

/* What one look tells; without registers that nothing is wrong cannot be told. */
static void cell_verdict(const struct device *d, struct buf *out)
{
	enum verdict verdict;

	if (diagnose_glance(d->db, d->s, &verdict, NULL) || verdict == VERDICT_UNKNOWN ||
	    (verdict == VERDICT_HEALTHY && !has_registers(d->s)))
		return;
	buf_puts(out, verdict_name(verdict));
}

static const struct column all_columns[] = {
	{ "address", "PCI address", true, false, cell_address },
	{ "netdev", "network interface", true, false, cell_netdev },
	{ "chip", "the part", true, false, cell_chip },
	{ "id", "PCI vendor and device id", true, false, cell_id },
	{ "driver", "bound driver", true, false, cell_driver },
	{ "firmware", "firmware version as the driver tells it", true, true, cell_firmware },
	{ "link", "Ethernet link", true, false, cell_link },
	{ "aspm", "ASPM enabled: the device / its link partner where they differ", true, false, cell_aspm },
	{ "bond", "bond, and the slave's state", true, true, cell_bond },
	{ "verdict", "what one look tells of it; nicregs diagnose tells more", true, false, cell_verdict },
	{ "errata", "known faults of the part; nicregs chips tells them", false, true, cell_errata },
	{ "mac", "MAC address", false, false, cell_mac },
	{ "mtu", "MTU in bytes", false, false, cell_mtu },
	{ "bridge", "bridge that the interface is a port of", false, true, cell_bridge },
	{ "numa", "NUMA node", false, false, cell_numa },
	{ "partner", "PCI address of the link partner", false, false, cell_partner },
	{ "power", "PCI power state", false, false, cell_power },
};
#define N_COLUMNS (sizeof(all_columns) / sizeof(all_columns[0]))
#define MOST_COLUMNS 32

struct columns {
	const struct column *v[MOST_COLUMNS];
	size_t n;
};

static const struct column *column_named(const char *name, size_t n)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (strlen(all_columns[i].name) == n && !strncasecmp(all_columns[i].name, name, n))
			return &all_columns[i];
	return NULL;
}

static bool is_chosen(const struct columns *c, const struct column *column)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i] == column)
			return true;
	return false;
}

static int bad_column(const char *name, size_t n, const char *why, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };

	buf_add(&text, name, n);
	err_set(e, EINVAL, n ? buf_str(&text) : "-o", "%s", n ? why : "the name of a column is missing");
	err_todo(e, "nicregs list --help names the columns");
	return -EINVAL;
}

static int choose(const char *names, struct columns *c, struct err *e)
{
	c->n = 0;
	for (size_t i = 0; !names && i < N_COLUMNS; i++)
		if (all_columns[i].usual)
			c->v[c->n++] = &all_columns[i];
	while (names) {
		size_t n = strcspn(names, ",");
		const struct column *column = column_named(names, n);

		if (!column)
			return bad_column(names, n, "no such column", e);
		if (is_chosen(c, column))
			return bad_column(names, n, "the column is named twice", e);
		if (c->n == MOST_COLUMNS)
			return bad_column(names, n, "too many columns", e);
		c->v[c->n++] = column;
		names = names[n] ? names + n + 1 : NULL;
	}
	return 0;
}

static int each_device(struct chipdb *db, const struct snapshots *list, const struct columns *c,
		       void (*row)(const struct device *d, const struct columns *c, void *arg), void *arg,
		       struct err *e)
{
	for (size_t i = 0; i < list->n; i++) {
		struct device d;
		int r = device_init(&d, db, list->v[i], NULL, e);

		if (!r)
			row(&d, c, arg);
		device_free(&d);
		if (r)
			return r;
	}
	return 0;
}

static void text_row(const struct device *d, const struct columns *c, void *arg)
{
	struct libscols_line *row = table_row(arg);

	for (size_t i = 0; i < c->n; i++) {
		AUTO_BUF struct buf cell = { 0 };

		c->v[i]->cell(d, &cell);
		table_cell(row, i, cell.len ? buf_str(&cell) : "-");
	}
}

int list_text(const struct view *v, const char *columns, bool headings, struct chipdb *db, const struct snapshots *list,
	      struct buf *out, struct err *e)
{
	const char *titles[MOST_COLUMNS];
	char upper[MOST_COLUMNS][16];
	struct columns c;
	struct table t;
	int r = choose(columns, &c, e);

	if (r)
		return r;
	for (size_t i = 0; i < c.n; i++) {
		size_t n = 0;

		if (c.v[i]->may_cut)
			upper[i][n++] = '~';
		for (const char *p = c.v[i]->name; *p && n < sizeof(upper[i]) - 1; p++)
			upper[i][n++] = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
		upper[i][n] = '\0';
		titles[i] = upper[i];
	}
	table_begin(&t, v, titles, c.n);
	scols_table_enable_noheadings(t.table, !headings);
	r = each_device(db, list, &c, text_row, &t, e);
	if (!columns)
		table_fit(&t, v);
	table_end(&t, 0, out);
	return r;
}

static void json_row(const struct device *d, const struct columns *c, void *arg)
{
	struct jsonw *w = arg;

	jsonw_object_inline(w, NULL);
	for (size_t i = 0; i < c->n; i++) {
		AUTO_BUF struct buf cell = { 0 };

		c->v[i]->cell(d, &cell);
		if (cell.len)
			jsonw_str(w, c->v[i]->name, buf_str(&cell));
	}
	jsonw_end_object(w);
}

int list_json(const char *columns, struct chipdb *db, const struct snapshots *list, struct buf *out, struct err *e)
{
	struct columns c;
	struct jsonw w;
	int r = choose(columns, &c, e);

	if (r)
		return r;
	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_u64(&w, "schema", 1);
	jsonw_array(&w, "devices");
	r = each_device(db, list, &c, json_row, &w, e);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return r;
}

void list_columns_help(struct buf *out)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		buf_printf(out, "  %-10s %s\n", all_columns[i].name, all_columns[i].help);
}
