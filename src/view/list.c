// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/list.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diagnose/diagnose.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/jsonw.h"
#include "view/fold.h"
#include "view/internal.h"
#include "view/style.h"
#include "view/table.h"

/* Why no register is known. */
static const char *why_unchecked(const struct device *d)
{
	const struct snapshot *s = d->s;

	if (!d->chip)
		return device_is_identified(d) ? "no definition" : "the chip is not named";
	for (size_t i = 0; i < s->n_regs; i++) {
		enum unread why = (enum unread)s->regs[i].unread;

		if (why != UNREAD_CLEARS && why != UNREAD_SETS && why != UNREAD_WRITE_ONLY && why != UNREAD_PHY)
			return unread_name(why);
	}
	return s->origin == ORIGIN_LIVE && !s->file ? "not asked for" : "no registers in the file";
}

/* By all of a device's samples. Without registers nobody knows that nothing is wrong: NULL, and the reason. */
static void judge(struct list_row *r, struct diagnose_kept *kept)
{
	const struct diagnose_input input = {
		.db = r->d.db, .samples = &r->samples, .verdict_only = true, .kept = kept
	};
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
	if (snapshots_any_register(&r->samples) || verdict < VERDICT_FALSE_ALARM)
		r->verdict = verdict_name(verdict);
	else
		r->why = why_unchecked(&r->d);
}

/* The rows of a list. */
struct list_rows {
	struct chipdb *db;
	const struct list_columns *columns;
	bool judged;
	struct diagnose_kept *kept;
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
		judge(&one, rows->kept);
	if (!r)
		rows->row(&one, rows->columns, rows->arg);
	device_free(&one.d);
	return r;
}

static int each_device(const struct list_options *o, struct chipdb *db, const struct snapshots *list,
		       const struct list_columns *c,
		       void (*row)(const struct list_row *r, const struct list_columns *c, void *arg), void *arg,
		       struct err *e)
{
	struct list_rows rows = { db, c, list_shows_verdict(c), o->kept, row, arg, e };

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

	list_row_name(r, &name);
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

/* The columns that a narrow terminal has no room for, and a line about them. */
static void leave_out(const struct view *v, const struct list_columns *c, struct table *t, struct buf *words)
{
	size_t order[LIST_COLUMNS_MOST], n = list_first_to_go(c, order);
	AUTO_BUF struct buf names = { 0 };

	table_fit(t, v);
	table_leave_out(t, order, n, &names);
	if (names.len)
		buf_printf(words, "No room for %s; -o chooses columns", buf_str(&names));
}

int list_text(const struct view *v, const struct list_options *options, struct chipdb *db, const struct snapshots *list,
	      struct buf *out, struct err *e)
{
	const char *titles[LIST_COLUMNS_MOST];
	char upper[LIST_COLUMNS_MOST][16];
	struct list_columns c;
	AUTO_BUF struct buf left_out = { 0 };
	struct text_rows rows = { 0 };
	int r = list_choose(options->columns, &c, e);

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
	r = each_device(options, db, list, &c, text_row, &rows, e);
	if (!options->columns && options->headings)
		leave_out(v, &c, &rows.table, &left_out);
	put_folds(&rows);
	table_end(&rows.table, 0, out);
	if (left_out.len)
		style_paragraph(v, 0, STYLE_DIM, buf_str(&left_out), out);
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

		if (list_is_verdict(c->v[i])) {
			json_verdict(r, w);
			continue;
		}
		c->v[i]->cell(r, &cell);
		if (cell.len)
			jsonw_str(w, c->v[i]->name, buf_str(&cell));
	}
	jsonw_end_object(w);
}

int list_json(const struct list_options *options, struct chipdb *db, const struct snapshots *list, struct buf *out,
	      struct err *e)
{
	struct list_columns c;
	struct jsonw w;
	int r = list_choose(options->columns, &c, e);

	if (r)
		return r;
	jsonw_document(&w, out);
	jsonw_array(&w, "devices");
	r = each_device(options, db, list, &c, json_row, &w, e);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return r;
}
