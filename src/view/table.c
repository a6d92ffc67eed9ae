// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/table.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"
#include "view/style.h"

struct table_note {
	size_t row;
	char *text; /* owned */
};

void table_begin(struct table *t, const struct view *v, const char *const *headings, size_t n)
{
	*t = (struct table){ .table = scols_new_table(), .v = v };
	if (!t->table)
		abort();
	scols_table_enable_colors(t->table, v->color);
	scols_table_set_termforce(t->table, v->terminal ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
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
	if (t->v->color)
		scols_cell_set_color(scols_line_get_cell(row, column), "\033[1;31m");
}

/* The columns that a table's column takes; *empty: it says nothing. */
static size_t column_width(const struct table *t, size_t column, bool *empty)
{
	struct libscols_cell *head = scols_column_get_header(scols_table_get_column(t->table, column));
	size_t widest = text_width(scols_cell_get_data(head));
	struct libscols_iter *rows = scols_new_iter(SCOLS_ITER_FORWARD);
	struct libscols_line *row;

	*empty = true;
	while (rows && !scols_table_next_line(t->table, rows, &row)) {
		const char *text = scols_cell_get_data(scols_line_get_cell(row, column));
		size_t width = text ? text_width(text) : 0;

		*empty = *empty && text && !strcmp(text, "-");
		widest = width > widest ? width : widest;
	}
	scols_free_iter(rows);
	return widest;
}

void table_fit(struct table *t, const struct view *v)
{
	size_t n = scols_table_get_ncols(t->table), total = n ? n - 1 : 0;
	bool empty;

	for (size_t i = 0; i < n; i++)
		total += column_width(t, i, &empty);
	for (size_t i = n; i-- > 0 && v->terminal && total > v->width;) {
		size_t width = column_width(t, i, &empty);

		if (!empty)
			continue;
		scols_column_set_flags(scols_table_get_column(t->table, i), SCOLS_FL_HIDDEN);
		total -= width + 1;
	}
}

/* The columns of the terminal that a visible column takes at least, with the blank before it. */
static size_t least_width(const struct table *t, size_t column)
{
	struct libscols_column *c = scols_table_get_column(t->table, column);
	bool empty;

	if (scols_column_is_hidden(c))
		return 0;
	return 1 + (scols_column_is_trunc(c) ? text_width(scols_cell_get_data(scols_column_get_header(c)))
					     : column_width(t, column, &empty));
}

static void leave_out(struct table *t, size_t column, struct buf *names)
{
	struct libscols_column *c = scols_table_get_column(t->table, column);
	bool empty;

	column_width(t, column, &empty);
	if (!empty && !scols_column_is_hidden(c))
		buf_printf(names, "%s%s", names->len ? ", " : "", scols_cell_get_data(scols_column_get_header(c)));
	scols_column_set_flags(c, SCOLS_FL_HIDDEN);
}

void table_leave_out(struct table *t, const size_t *order, size_t n, struct buf *names)
{
	size_t total = 0, room = t->v->width + 1, i = 0;

	for (size_t c = 0; c < scols_table_get_ncols(t->table); c++)
		total += least_width(t, c);
	while (i < n && total > room)
		total -= least_width(t, order[i++]);
	for (size_t k = 0; k < i && total <= room && t->v->terminal; k++)
		leave_out(t, order[k], names);
}

void table_note(struct table *t, size_t row, const char *text)
{
	*VEC_PUSH(t->notes, t->n_notes, t->cap_notes) = (struct table_note){ row, xstrdup(text) };
}

static void put_notes(const struct table *t, size_t row, unsigned indent, struct buf *out)
{
	for (size_t i = 0; i < t->n_notes; i++) {
		struct wrap w;

		if (t->notes[i].row != row)
			continue;
		buf_pad(out, out->len, indent + 2);
		if (!t->v->terminal) {
			style_put(t->v, STYLE_PLAIN, t->notes[i].text, out);
			buf_putc(out, '\n');
			continue;
		}
		wrap_continue(&w, t->v, out, indent + 4, indent + 2, " ");
		w.begun = false;
		wrap_words(&w, STYLE_DIM, t->notes[i].text);
		wrap_end(&w);
	}
}

static void notes_free(struct table *t)
{
	for (size_t i = 0; i < t->n_notes; i++)
		free(t->notes[i].text);
	free(t->notes);
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

/* Columns of the widest of n bytes of lines. */
static size_t widest_line(const char *text)
{
	size_t widest = 0;

	while (*text) {
		size_t n = strcspn(text, "\n"), used = n;
		AUTO_BUF struct buf line = { 0 };

		while (used && text[used - 1] == ' ')
			used--;
		buf_add(&line, text, used);
		if (text_width(buf_str(&line)) > widest)
			widest = text_width(buf_str(&line));
		text += n + (text[n] == '\n');
	}
	return widest;
}

/* A cell that says something: "HEADING  cell". */
static void put_cell(const struct table *t, struct libscols_line *row, size_t column, size_t heading, unsigned indent,
		     struct buf *out)
{
	struct libscols_column *c = scols_table_get_column(t->table, column);
	struct libscols_cell *cell = scols_line_get_cell(row, column);
	const char *name = scols_cell_get_data(scols_column_get_header(c)), *text = scols_cell_get_data(cell);
	bool unusual = scols_cell_get_color(cell) != NULL;
	size_t start = out->len;
	struct wrap w;

	if (!text || !*text || !strcmp(text, "-"))
		return;
	buf_pad(out, start, indent);
	buf_puts(out, name);
	buf_pad(out, start, indent + heading + 2);
	wrap_continue(&w, t->v, out, (unsigned)(indent + heading + 2), (unsigned)(indent + heading + 2), " ");
	wrap_words(&w, unusual ? STYLE_UNUSUAL : STYLE_PLAIN, text);
	wrap_end(&w);
}

static void put_records(const struct table *t, unsigned indent, struct buf *out)
{
	size_t n = scols_table_get_ncols(t->table), heading = 0;

	for (size_t c = 0; c < n; c++) {
		size_t width =
			text_width(scols_cell_get_data(scols_column_get_header(scols_table_get_column(t->table, c))));

		heading = width > heading ? width : heading;
	}
	for (size_t i = 0; i < scols_table_get_nlines(t->table); i++) {
		if (i)
			buf_putc(out, '\n');
		for (size_t c = 0; c < n; c++)
			put_cell(t, scols_table_get_line(t->table, i), c, heading, indent, out);
		put_notes(t, i, indent, out);
	}
}

/* The heading, where there is one, is no row. */
static void put_rows(const struct table *t, const char *text, unsigned indent, struct buf *out)
{
	size_t line = 0, headings = !scols_table_is_noheadings(t->table);

	for (const char *p = text; *p; line++) {
		size_t n = strcspn(p, "\n");

		put_line(p, n, indent, out);
		p += n + (p[n] == '\n');
		if (line >= headings)
			put_notes(t, line - headings, indent, out);
	}
}

#define DOTS "..."

/* The first `width` columns of a text, the last of which say that there is more. */
static void shorten(const char *text, size_t width, struct buf *out)
{
	size_t n = strlen(text), room = width > strlen(DOTS) ? width - strlen(DOTS) : 0;
	AUTO_BUF struct buf part = { 0 };

	do {
		buf_clear(&part);
		buf_add(&part, text, n);
		while (n && ((unsigned char)text[--n] & 0xc0) == 0x80)
			;
	} while (part.len && text_width(buf_str(&part)) > room);
	buf_puts(out, buf_str(&part));
	buf_add(out, DOTS, width < strlen(DOTS) ? width : strlen(DOTS));
}

/* Marks the cells that were cut as the table was printed; whether there are any. */
static bool mark_cut(struct table *t)
{
	bool any = false;

	for (size_t c = 0; c < scols_table_get_ncols(t->table); c++) {
		struct libscols_column *column = scols_table_get_column(t->table, c);
		size_t width = scols_column_get_width(column);

		for (size_t i = 0; i < scols_table_get_nlines(t->table) && scols_column_is_trunc(column) && width;
		     i++) {
			struct libscols_line *row = scols_table_get_line(t->table, i);
			const char *text = scols_cell_get_data(scols_line_get_cell(row, c));
			AUTO_BUF struct buf cut = { 0 };

			if (!text || text_width(text) <= width)
				continue;
			shorten(text, width, &cut);
			scols_line_set_data(row, c, buf_str(&cut));
			any = true;
		}
	}
	return any;
}

static void put_table(struct table *t, char *text, unsigned indent, struct buf *out)
{
	char *again = NULL;

	if (t->v->terminal && mark_cut(t) && scols_print_table_to_string(t->table, &again))
		again = NULL;
	put_rows(t, again ? again : text, indent, out);
	free(again);
}

static const char *text_at(struct libscols_line *row, size_t column)
{
	const char *text = scols_cell_get_data(scols_line_get_cell(row, column));

	return text ? text : "";
}

static const char *heading_of(const struct table *t, size_t column)
{
	return scols_cell_get_data(scols_column_get_header(scols_table_get_column(t->table, column)));
}

/* Makes the columns as wide as the row. False: not each byte of it is one character as it is. */
static bool widen(struct libscols_line *row, size_t *widths, size_t n)
{
	for (size_t c = 0; c < n; c++) {
		const char *text = text_at(row, c);
		size_t len = strlen(text);

		if (text_plain_run(text, len) != len || strchr(text, '\\'))
			return false;
		widths[c] = len > widths[c] ? len : widths[c];
	}
	return true;
}

/* row: NULL for the headings. */
static void put_plain_row(const struct table *t, struct libscols_line *row, const size_t *widths, unsigned indent,
			  struct buf *out)
{
	AUTO_BUF struct buf line = { 0 };

	for (size_t c = 0; c < scols_table_get_ncols(t->table); c++) {
		const char *text = row ? text_at(row, c) : heading_of(t, c);
		size_t pad = widths[c] - strlen(text);
		bool right = scols_column_is_right(scols_table_get_column(t->table, c));

		for (size_t i = 0; right && i < pad; i++)
			buf_putc(&line, ' ');
		buf_puts(&line, text);
		for (size_t i = right ? pad : 0; i <= pad; i++)
			buf_putc(&line, ' ');
	}
	put_line(buf_str(&line), line.len, indent, out);
}

/* As libsmartcols prints plain text to a file, at a tenth of the cost: the library looks at each character several times. */
static bool put_plain(const struct table *t, unsigned indent, struct buf *out)
{
	size_t n = scols_table_get_ncols(t->table), i = 0;
	AUTO_FREE size_t *widths = xcalloc(n, sizeof(*widths));
	struct libscols_iter *rows = scols_new_iter(SCOLS_ITER_FORWARD);
	struct libscols_line *row;
	bool plain = rows != NULL;

	for (size_t c = 0; c < n; c++) {
		plain = plain && !scols_column_is_hidden(scols_table_get_column(t->table, c));
		widths[c] = strlen(heading_of(t, c));
	}
	while (plain && !scols_table_next_line(t->table, rows, &row))
		plain = widen(row, widths, n);
	if (plain && !scols_table_is_noheadings(t->table))
		put_plain_row(t, NULL, widths, indent, out);
	if (plain)
		scols_reset_iter(rows, SCOLS_ITER_FORWARD);
	for (; plain && !scols_table_next_line(t->table, rows, &row); i++) {
		put_plain_row(t, row, widths, indent, out);
		put_notes(t, i, indent, out);
	}
	scols_free_iter(rows);
	return plain;
}

/* Headings that are not shown take no room; whether they do is a matter of libsmartcols' version. */
static void blank_headings(const struct table *t)
{
	for (size_t c = 0; c < scols_table_get_ncols(t->table); c++)
		scols_cell_set_data(scols_column_get_header(scols_table_get_column(t->table, c)), "");
}

void table_end(struct table *t, unsigned indent, struct buf *out)
{
	bool simple = !t->v->terminal && !t->v->color && !scols_table_is_tree(t->table);
	bool may_change = t->v->terminal && !scols_table_is_noheadings(t->table);
	bool printed = !scols_table_get_nlines(t->table);
	char *text = NULL;

	if (scols_table_is_noheadings(t->table))
		blank_headings(t);
	printed = printed || (simple && put_plain(t, indent, out));
	scols_table_set_termwidth(t->table, t->v->width - indent);
	if (!printed && !scols_print_table_to_string(t->table, &text)) {
		size_t widest = widest_line(text);

		if (may_change && widest > t->v->width)
			put_records(t, indent, out);
		else
			put_table(t, text, may_change && indent + widest > t->v->width ? 0 : indent, out);
	}
	notes_free(t);
	free(text);
	scols_unref_table(t->table);
}
