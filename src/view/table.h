/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables through libsmartcols, into a buffer. */
#ifndef VIEW_TABLE_H
#define VIEW_TABLE_H

#include <libsmartcols.h>

#include "view/view.h"

struct table {
	struct libscols_table *table; /* owned */
	const struct view *v;
	struct table_note *notes; /* lines below rows; owned */
	size_t n_notes, cap_notes;
};

/* All columns are text: right-aligned where the heading starts with '>' (which is not shown), and on a terminal
 * cut when there is no room where it starts with '~'. */
void table_begin(struct table *t, const struct view *v, const char *const *headings, size_t n);
/* A new row below those there are; owned by the table. */
struct libscols_line *table_row(struct table *t);
/* Copies the text, escaped. */
void table_cell(struct libscols_line *row, size_t column, const char *text);
/* As table_cell, in the colour of unusual things if the view has colour. */
void table_cell_unusual(struct table *t, struct libscols_line *row, size_t column, const char *text);
/* A line of its own below row number `row`, which are counted from 0; wrapped on a terminal. */
void table_note(struct table *t, size_t row, const char *text);
/* On a terminal that is too narrow, leaves out columns that say nothing ("-" in every row), the last ones first. */
void table_fit(struct table *t, const struct view *v);
/* On a terminal that is still too narrow, leaves out more of the columns `order`, the first of them first, and appends the
 * headings of those that say something. If there is no room even without all of them, none is left out. */
void table_leave_out(struct table *t, const size_t *order, size_t n, struct buf *names);
/* Appends the table, each line indented, and frees it. On a terminal that is too narrow for it each row becomes lines of their own,
 * "HEADING  cell", unless it has no headings. */
void table_end(struct table *t, unsigned indent, struct buf *out);

#endif
