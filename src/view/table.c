// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/table.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

void table_begin(struct table *t, const struct view *v, const char *const *headings, size_t n)
{
	t->table = scols_new_table();
	t->color = v->color;
	if (!t->table)
		abort();
	scols_table_enable_colors(t->table, v->color);
	scols_table_set_termforce(t->table, v->terminal ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	scols_table_set_termwidth(t->table, v->width - 2);
	for (size_t i = 0; i < n; i++) {
		const char *name = headings[i] + strspn(headings[i], ">~");
		int flags = headings[i][0] == '>' ? SCOLS_FL_RIGHT : headings[i][0] == '~' ? SCOLS_FL_TRUNC : 0;

		scols_table_new_column(t->table, name, 0, flags);
	}
}

struct libscols_line *table_row(struct table *t)
{
	struct libscols_line *row = scols_table_new_line(t->table, NULL);

	if (!row)
		abort();
	return row;
}

void table_cell(struct libscols_line *row, size_t column, const char *text)
{
	AUTO_BUF struct buf safe = { 0 };

	text_escape(&safe, text, strlen(text));
	scols_line_set_data(row, column, buf_str(&safe));
}

void table_cell_unusual(struct table *t, struct libscols_line *row, size_t column, const char *text)
{
	table_cell(row, column, text);
	if (t->color)
		scols_cell_set_color(scols_line_get_cell(row, column), "\033[1;31m");
}

/* libsmartcols pads the last column; lines end at their last character here. */
static void put_line(const char *line, size_t n, unsigned indent, struct buf *out)
{
	while (n && line[n - 1] == ' ')
		n--;
	for (unsigned i = 0; i < indent && n; i++)
		buf_putc(out, ' ');
	buf_add(out, line, n);
	buf_putc(out, '\n');
}

void table_end(struct table *t, unsigned indent, struct buf *out)
{
	char *text = NULL;

	if (scols_table_get_nlines(t->table) && !scols_print_table_to_string(t->table, &text)) {
		for (const char *p = text; *p;) {
			size_t n = strcspn(p, "\n");

			put_line(p, n, indent, out);
			p += n + (p[n] == '\n');
		}
	}
	free(text);
	scols_unref_table(t->table);
}
