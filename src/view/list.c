// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "device/device.h"
#include "diagnose/diagnose.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/jsonw.h"
#include "util/text.h"
#include "view/fold.h"
#include "view/internal.h"
#include "view/style.h"
#include "view/table.h"

/* A device, as it was in its last sample. */
struct list_row {
	struct device d;
	struct snapshots samples; /* all of it; not owned */
	/* If that column is chosen. NULL: it was not checked, because of `why`. */
	const char *verdict, *why;
	enum confidence confidence;
	bool recovered, bad;
	bool warns; /* some finding is a warning or worse */
};

struct list_column {
	const char *name, *help;
	bool usual, may_cut;
	/* Appends the cell; nothing if not known. */
	void (*cell)(const struct list_row *r, struct buf *out);
};

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

static bool has_registers(const struct snapshots *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < list->v[i]->n_regs; k++)
			if (!list->v[i]->regs[k].unread)
				return true;
	return false;
}

/* Why no register is known. */
static const char *why_unchecked(const struct snapshot *s)
{
	if (!s->chip)
		return "no definition";
	for (size_t i = 0; i < s->n_regs; i++) {
		enum unread why = (enum unread)s->regs[i].unread;

		if (why != UNREAD_CLEARS && why != UNREAD_SETS && why != UNREAD_WRITE_ONLY && why != UNREAD_PHY)
			return unread_name(why);
	}
	return s->origin == ORIGIN_LIVE && !s->file ? "not asked for" : "no registers in the file";
}

/* By all of a device's samples. Without registers nobody knows that nothing is wrong: NULL, and the reason. */
static void judge(struct list_row *r)
{
	const struct diagnose_input input = { .db = r->d.db, .samples = &r->samples, .verdict_only = true };
	enum verdict verdict = VERDICT_UNKNOWN;
	struct diagnoses all;

	if (!diagnose(&input, &all, NULL) && all.n) {
		verdict = all.v[0].verdict;
		r->confidence = all.v[0].confidence;
		r->recovered = all.v[0].recovered;
		r->bad = verdict_is_bad(verdict) || r->recovered;
		r->warns = diagnose_warns(&all.v[0]);
	}
	diagnoses_free(&all);
	if (has_registers(&r->samples) || verdict < VERDICT_FALSE_ALARM)
		r->verdict = verdict_name(verdict);
	else
		r->why = why_unchecked(r->d.s);
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
	{ "address", "PCI address", true, false, cell_address },
	{ "netdev", "network interface", true, false, cell_netdev },
	{ "chip", "the chip", true, false, cell_chip },
	{ "id", "PCI vendor and device id", true, false, cell_id },
	{ "driver", "bound driver", true, false, cell_driver },
	{ "firmware", "firmware version, from the driver", true, true, cell_firmware },
	{ "link", "Ethernet link", true, false, cell_link },
	{ "aspm", "ASPM enabled, device/link partner where they differ", true, false, cell_aspm },
	{ "bond", "bond, and the slave's state", true, true, cell_bond },
	{ "verdict", "by two samples of its queues; see nicregs diagnose", true, false, cell_verdict },
	{ "errata", "known faults of the chip; nicregs chips describes them", false, true, cell_errata },
	{ "mac", "MAC address", false, false, cell_mac },
	{ "mtu", "MTU in bytes", false, false, cell_mtu },
	{ "bridge", "bridge that the interface is a port of", false, true, cell_bridge },
	{ "numa", "NUMA node", false, false, cell_numa },
	{ "partner", "PCI address of the link partner", false, false, cell_partner },
	{ "power", "PCI power state", false, false, cell_power },
};
#define N_COLUMNS COUNT(all_columns)
#define MOST_COLUMNS 32

struct list_columns {
	const struct list_column *v[MOST_COLUMNS];
	size_t n;
};

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
static int choose(const char *names, struct list_columns *c, struct err *e)
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
		if (c->n == MOST_COLUMNS)
			return bad_column(names, n, "too many columns", e);
		c->v[c->n++] = column;
		names = names[n] ? names + n + 1 : NULL;
	}
	return 0;
}

static bool has_verdict(const struct list_columns *c)
{
	return is_chosen(c, column_named("verdict", 7));
}

int list_has_verdict(const char *columns, struct err *e)
{
	struct list_columns c;
	int r = choose(columns, &c, e);

	return r ? r : has_verdict(&c);
}

/* The rows of a list. */
struct list_rows {
	struct chipdb *db;
	const struct list_columns *columns;
	bool judged;
	void (*row)(const struct list_row *r, const struct list_columns *c, void *arg);
	void *arg;
	struct err *e;
};

static int add_row(const struct snapshot *last, const struct snapshots *samples, void *arg)
{
	const struct list_rows *rows = arg;
	struct list_row one = { .samples = *samples };
	int r = device_init(&one.d, rows->db, last, NULL, rows->e);

	if (!r && rows->judged)
		judge(&one);
	if (!r)
		rows->row(&one, rows->columns, rows->arg);
	device_free(&one.d);
	return r;
}

static int each_device(struct chipdb *db, const struct snapshots *list, const struct list_columns *c,
		       void (*row)(const struct list_row *r, const struct list_columns *c, void *arg), void *arg,
		       struct err *e)
{
	struct list_rows rows = { db, c, has_verdict(c), row, arg, e };

	return samples_each(list, add_row, &rows);
}

struct reasons {
	struct {
		const char *why;
		struct buf names;
	} v[UNREAD_REASONS + 3];
	size_t n;
};

static void add_reason(const char *why, const char *name, struct reasons *all)
{
	size_t i = 0;

	while (i < all->n && strcmp(all->v[i].why, why) != 0)
		i++;
	if (i == sizeof(all->v) / sizeof(all->v[0]))
		return;
	all->n += i == all->n;
	all->v[i].why = why;
	buf_printf(&all->v[i].names, "%s%s", all->v[i].names.len ? ", " : "", name);
}

static void add_unchecked(const struct list_row *r, struct reasons *all)
{
	AUTO_BUF struct buf name = { 0 };

	cell_netdev(r, &name);
	if (!name.len)
		cell_address(r, &name);
	add_reason(r->why, buf_str(&name), all);
}

/* "Not checked: eno1, eno2 (needs root)", so that the column stays narrow. */
static void put_reasons(const struct view *v, struct reasons *all, bool wanted, struct buf *out)
{
	for (size_t i = 0; i < all->n; i++) {
		AUTO_BUF struct buf words = { 0 };

		buf_printf(&words, "Not checked: %s (%s)", buf_str(&all->v[i].names), all->v[i].why);
		if (wanted)
			style_paragraph(v, 0, STYLE_DIM, buf_str(&words), out);
		buf_free(&all->v[i].names);
	}
}

/* The rows of text, and what is said below them. */
struct text_rows {
	struct table table;
	struct reasons reasons;
	struct folds folds;
};

static void text_row(const struct list_row *r, const struct list_columns *c, void *arg)
{
	struct text_rows *rows = arg;
	struct fold *fold = folds_of(&rows->folds, r->d.s), *below = folds_below(&rows->folds, r->d.s);
	struct libscols_line *line;

	if (fold && !r->bad && !r->warns) {
		fold_add(fold, r->d.s, r->verdict, r->why);
		return;
	}
	if (below)
		below->row = scols_table_get_nlines(rows->table.table);
	line = table_row(&rows->table);
	for (size_t i = 0; i < c->n; i++) {
		AUTO_BUF struct buf cell = { 0 };

		c->v[i]->cell(r, &cell);
		table_cell(line, i, cell.len ? buf_str(&cell) : "-");
	}
	if (r->why)
		add_unchecked(r, &rows->reasons);
}

static void put_folds(struct text_rows *rows)
{
	for (size_t i = 0; i < rows->folds.n; i++) {
		const struct fold *f = &rows->folds.v[i];
		AUTO_BUF struct buf words = { 0 };

		if (!f->n)
			continue;
		buf_printf(&words, "%zu VF%s: ", f->n, f->n == 1 ? "" : "s");
		fold_words(f, &words);
		table_note(&rows->table, f->row, buf_str(&words));
		for (size_t k = 0; k < f->whys.n; k++) {
			AUTO_BUF struct buf name = { 0 };

			fold_name(f, f->whys.v[k].n, &name);
			add_reason(f->whys.v[k].text, buf_str(&name), &rows->reasons);
		}
	}
}

int list_text(const struct view *v, const struct list_options *options, struct chipdb *db, const struct snapshots *list,
	      struct buf *out, struct err *e)
{
	const char *titles[MOST_COLUMNS];
	char upper[MOST_COLUMNS][16];
	struct list_columns c;
	struct text_rows rows = { 0 };
	int r = choose(options->columns, &c, e);

	if (r)
		return r;
	if (options->fold)
		folds_find(&rows.folds, list);
	for (size_t i = 0; i < c.n; i++) {
		size_t n = 0;

		if (c.v[i]->may_cut)
			upper[i][n++] = '~';
		for (const char *p = c.v[i]->name; *p && n < sizeof(upper[i]) - 1; p++)
			upper[i][n++] = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
		upper[i][n] = '\0';
		titles[i] = upper[i];
	}
	table_begin(&rows.table, v, titles, c.n);
	scols_table_enable_noheadings(rows.table.table, !options->headings);
	r = each_device(db, list, &c, text_row, &rows, e);
	if (!options->columns)
		table_fit(&rows.table, v);
	put_folds(&rows);
	table_end(&rows.table, 0, out);
	put_reasons(v, &rows.reasons, !r && options->headings, out);
	folds_free(&rows.folds);
	return r;
}

static void json_verdict(const struct list_row *r, struct jsonw *w)
{
	jsonw_str(w, "verdict", r->verdict);
	if (r->verdict)
		jsonw_str(w, "confidence", confidence_name(r->confidence));
	if (r->verdict && r->recovered)
		jsonw_bool(w, "recovered", true);
	jsonw_str(w, "not_checked", r->why);
}

static void json_row(const struct list_row *r, const struct list_columns *c, void *arg)
{
	struct jsonw *w = arg;

	jsonw_object_inline(w, NULL);
	for (size_t i = 0; i < c->n; i++) {
		AUTO_BUF struct buf cell = { 0 };

		if (c->v[i]->cell == cell_verdict) {
			json_verdict(r, w);
			continue;
		}
		c->v[i]->cell(r, &cell);
		if (cell.len)
			jsonw_str(w, c->v[i]->name, buf_str(&cell));
	}
	jsonw_end_object(w);
}

int list_json(const char *columns, struct chipdb *db, const struct snapshots *list, struct buf *out, struct err *e)
{
	struct list_columns c;
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
