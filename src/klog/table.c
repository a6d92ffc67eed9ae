// SPDX-License-Identifier: GPL-2.0-or-later
/* A log that is a table of comma-separated values: which lines are rows, and which are inside of another program's cell. */
#include <string.h>

#include "klog/internal.h"

#define ROW_LOOK PIECE_MAX /* bytes of a row's line that are looked at */
#define ROW_AHEAD 16384    /* bytes from a line on, in which its row's end is looked for */

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

/* Whether a message in a cell begins as the kernel's, or as one of a driver that is known. */
static bool is_kernels_own(const struct log_reader *r, const char *value)
{
	size_t n = (size_t)(r->buf + r->end - value);
	const char *newline = memchr(value, '\n', n < ROW_LOOK ? n : ROW_LOOK);
	struct prefix prefix;
	char piece[ROW_LOOK];
	bool known;
	size_t own;

	n = newline ? (size_t)(newline - value) : n < ROW_LOOK ? n : ROW_LOOK;
	known = prefilter_next(&r->pass.filter, value, value + n) != NULL;
	n = clean_row(&r->columns, value, n, piece);
	own = prefix_parse(piece, n, &prefix);
	return (known || prefix.kernel || prefix.has_uptime) && !prefix_is_strangers(piece, n, own, &prefix);
}

/* Goes on from `from` to `to`. */
static void follow(const struct log_reader *r, struct cell *cell, const char *from, const char *to)
{
	const char *value = columns_follow(&r->columns, cell, from, (size_t)(to - from));

	if (cell->open && value)
		cell->own = cell->column == r->columns.message && is_kernels_own(r, value);
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

/* Whose the row is that a line is in, which begins in *cell. *ended: its end was seen, or is too far away. */
static enum row_whose whose_row(const struct log_reader *r, const struct cell *cell, const char *raw, bool *ended)
{
	const char *from = raw > r->buf + r->start ? raw : r->buf + r->start;
	size_t left = (size_t)(r->buf + r->end - from), n = left < ROW_AHEAD ? left : ROW_AHEAD;
	enum row_whose whose = columns_whose(&r->columns, cell, from, n, ended);

	*ended |= left >= ROW_AHEAD;
	return whose;
}

bool table_has_come(const struct log_reader *r, const char *raw)
{
	struct cell cell = cell_at(r, raw);
	bool ended;

	whose_row(r, &cell, raw, &ended);
	return ended;
}

/* Of a row whose bytes before its message are as they are cleaned for other logs. `goes_on`: its message has further lines. */
static size_t look_in(const struct log_reader *r, const char *row, size_t n, size_t body, bool goes_on,
		      struct prefix *prefix)
{
	struct prefix inner;
	bool kernel, tabs = r->columns.separator == '\t';
	size_t at = 0, own;
	bool found = columns_message(&r->columns, row, n, goes_on, &at, &kernel);

	if (columns_name_other(&r->columns, row, n)) {
		prefix->stranger = true;
		return body;
	}
	/* Its tabs are blanks elsewhere. */
	prefix->stranger |= !found && tabs && memchr(row, '\t', n);
	own = prefix_parse(row + at, n - at, &inner);
	kernel |= prefix->kernel;
	if (!found || (!own && !kernel && r->columns.named) || (at <= body && !tabs))
		return body;
	if (at < body)
		prefix->host = NULL; /* words of the message, between blanks, are no host's name */
	prefix->kernel |= kernel || inner.kernel;
	prefix->has_uptime |= inner.has_uptime;
	prefix->uptime_ns = inner.has_uptime ? inner.uptime_ns : prefix->uptime_ns;
	return at + own;
}

size_t table_look(const struct log_reader *r, const char *raw, size_t raw_n, size_t n, size_t body,
		  struct prefix *prefix)
{
	struct cell cell = cell_at(r, raw), after;
	enum row_whose whose = ROW_UNSAID;
	char row[ROW_LOOK];
	bool ended;

	if (raw < r->buf || raw >= r->buf + r->end)
		return body;
	if (cell.open) { /* a further line of a cell */
		whose = whose_row(r, &cell, raw, &ended);
		prefix->stranger |= whose == ROW_OTHER || (whose == ROW_UNSAID && !cell.own);
		return body;
	}
	after = cell;
	columns_follow(&r->columns, &after, raw, raw_n);
	if ((after.open && !after.quote) || raw + raw_n >= r->buf + r->end || raw[raw_n] != '\n')
		whose = whose_row(r, &cell, raw, &ended);
	prefix->stranger |= whose == ROW_OTHER;
	prefix->kernel |= whose == ROW_KERNEL;
	if (r->columns.separator == '\t')
		n = clean_row(&r->columns, raw, raw_n, row);
	return look_in(r, r->columns.separator == '\t' ? row : r->piece, n, body,
		       after.open && !after.quote && after.column == r->columns.message, prefix);
}
