// SPDX-License-Identifier: GPL-2.0-or-later
/* Pause by priority: a row for each that is held, counted, or of another class than the first. */
#include <inttypes.h>
#include <stdio.h>

#include "device/pause.h"
#include "util/alloc.h"
#include "util/jsonw.h"
#include "view/internal.h"
#include "view/table.h"

static void cell(struct libscols_line *row, size_t column, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	table_cell(row, column, number == FACT_UNKNOWN ? "-" : text);
}

static void pause_row(struct table *t, const char *name, const struct pause_row *r)
{
	struct libscols_line *row;

	if (!pause_row_tells(r))
		return;
	row = table_row(t);
	table_cell(row, 0, name);
	cell(row, 1, r->traffic_class);
	table_cell(row, 2, r->held == FACT_UNKNOWN ? "-" : r->held ? "held by the partner" : "may transmit");
	cell(row, 3, r->xoff_received);
	cell(row, 4, r->xoff_sent);
}

static bool tells(const struct pause *p)
{
	bool any = pause_row_tells(&p->link);

	for (size_t i = 0; i < PAUSE_PRIORITIES; i++)
		any |= pause_row_tells(&p->priorities[i]);
	return any;
}

void section_pause(const struct view *v, const struct device *d, struct buf *out)
{
	static const char *const columns[] = { "PRIORITY", ">CLASS", "STATE", ">XOFF RECEIVED", ">XOFF SENT" };
	struct pause p;
	struct table t;

	if (!pause_read(&d->values, &p) || !tells(&p))
		return;
	style_heading(v, "Pause", out);
	table_begin(&t, v, columns, COUNT(columns));
	pause_row(&t, "port", &p.link);
	for (size_t i = 0; i < PAUSE_PRIORITIES; i++) {
		char name[24];

		snprintf(name, sizeof(name), "%zu", i);
		pause_row(&t, name, &p.priorities[i]);
	}
	table_fit(&t, v);
	table_end(&t, 2, out);
}

static void number_json(struct jsonw *w, const char *name, int64_t number)
{
	if (number != FACT_UNKNOWN)
		jsonw_i64(w, name, number);
}

static void row_json(struct jsonw *w, const char *name, int64_t priority, const struct pause_row *r)
{
	jsonw_object(w, name);
	number_json(w, "priority", priority);
	number_json(w, "traffic_class", r->traffic_class);
	if (r->held != FACT_UNKNOWN)
		jsonw_bool(w, "held", r->held);
	number_json(w, "xoff_received", r->xoff_received);
	number_json(w, "xoff_sent", r->xoff_sent);
	jsonw_end_object(w);
}

void section_pause_json(const struct device *d, struct jsonw *w)
{
	struct pause p;

	if (!pause_read(&d->values, &p))
		return;
	jsonw_object(w, "pause");
	number_json(w, "port", p.port);
	row_json(w, "link", FACT_UNKNOWN, &p.link);
	jsonw_array(w, "priorities");
	for (size_t i = 0; i < PAUSE_PRIORITIES; i++)
		row_json(w, NULL, (int64_t)i, &p.priorities[i]);
	jsonw_end_array(w);
	jsonw_end_object(w);
}
