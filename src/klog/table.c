// SPDX-License-Identifier: GPL-2.0-or-later
/* A log that is a table of comma-separated values: which lines are rows, and which are inside of another program's cell. */
#include <string.h>

#include "klog/internal.h"

#define ROW_LOOK 1024 /* bytes of a row that tell who wrote it */

#define TAB '\xff' /* in place of a tab, which would become a blank like any other */

/* The first bytes of a line as others are cleaned, with its separators. */
static size_t clean_row(const struct columns *c, const char *raw, size_t n, char out[ROW_LOOK])
{
	char bytes[ROW_LOOK];
	bool joined;

	n = n < sizeof(bytes) ? n : sizeof(bytes);
	memcpy(bytes, raw, n);
	for (size_t i = 0; i < n && c->separator == '\t'; i++)
		bytes[i] = bytes[i] == '\t' ? TAB : bytes[i];
	n = paste_clean_line(bytes, n, out, ROW_LOOK, &joined);
	for (size_t i = 0; i < n && c->separator == '\t'; i++)
		out[i] = out[i] == TAB ? '\t' : out[i];
	return n;
}

/* Whether the row that begins here, whose first line is as far as `end`, is another program's. */
static bool is_others(const struct log_reader *r, const char *row, const char *end)
{
	const char *newline = memchr(row, '\n', (size_t)(end - row));
	struct prefix prefix;
	char piece[ROW_LOOK];
	bool kernel;
	size_t n = clean_row(&r->columns, row, (size_t)((newline ? newline : end) - row), piece);
	size_t at = columns_message(&r->columns, piece, n, &kernel), own;

	if (columns_name_other(&r->columns, piece, n))
		return true;
	own = prefix_parse(piece + at, n - at, &prefix);
	return !kernel && !prefix.kernel && prefix_is_strangers(piece + at, n - at, own, &prefix);
}

/* Goes on from `from` to `to`; who wrote the row of a cell that begins there shows on its first line. */
static void follow(const struct log_reader *r, struct cell *cell, const char *from, const char *to)
{
	bool was_open = cell->open;
	const char *row = columns_follow(&r->columns, cell, from, (size_t)(to - from));

	if (cell->open && row)
		cell->others = is_others(r, row, to);
	else if (cell->open && !was_open)
		cell->others = r->mid_line && r->strangers_line;
}

void table_advance(struct log_reader *r, size_t to)
{
	follow(r, &r->cell, r->buf + r->start, r->buf + to);
}

/* The cell at a line of the buffer. */
static struct cell cell_at(const struct log_reader *r, const char *raw)
{
	const char *start = r->buf + r->start;
	struct cell cell = r->cell;

	if (raw > start && raw < r->buf + r->end)
		follow(r, &cell, start, raw);
	return cell;
}

/* Of a row whose bytes before its message are as they are cleaned for other logs. */
static size_t look_in(const struct log_reader *r, const char *row, size_t n, size_t body, struct prefix *prefix)
{
	struct prefix inner;
	bool kernel;
	size_t at = columns_message(&r->columns, row, n, &kernel), own;

	if (columns_name_other(&r->columns, row, n)) {
		prefix->stranger = true;
		return body;
	}
	/* Its tabs are blanks elsewhere. */
	prefix->stranger |= !at && r->columns.separator == '\t' && memchr(row, '\t', n);
	own = prefix_parse(row + at, n - at, &inner);
	if (at <= body || (!own && !kernel))
		return body;
	prefix->kernel |= kernel || inner.kernel;
	prefix->has_uptime |= inner.has_uptime;
	prefix->uptime_ns = inner.has_uptime ? inner.uptime_ns : prefix->uptime_ns;
	return at + own;
}

size_t table_look(const struct log_reader *r, const char *raw, size_t raw_n, size_t n, size_t body,
		  struct prefix *prefix)
{
	struct cell cell = cell_at(r, raw);
	char row[ROW_LOOK];

	if (cell.open) { /* a further line of a cell */
		prefix->stranger |= cell.others;
		return body;
	}
	if (r->columns.separator != '\t')
		return look_in(r, r->piece, n, body, prefix);
	return look_in(r, row, clean_row(&r->columns, raw, raw_n, row), body, prefix);
}
