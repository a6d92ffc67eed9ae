// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "device/queue.h"
#include "util/alloc.h"
#include "view/internal.h"
#include "view/table.h"

#define SHOWN 8

struct ring_view {
	const char *title;
	enum queue_direction direction;
	enum chip_role enable; /* for the heading of its column */
};

static bool idle(const struct queue_regs *q)
{
	return !q->ring.head && !q->ring.tail && !q->length && !q->enable;
}

static void number(struct libscols_line *row, size_t column, bool known, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	table_cell(row, column, known ? text : "-");
}

static void pending_cell(struct libscols_line *row, const struct queue_regs *q)
{
	uint32_t pending = 0;
	bool known = ring_pending(&q->ring, &pending);

	number(row, 3, known, pending);
	number(row, 4, q->ring.size != 0, q->ring.size);
}

static void rows(const struct show_options *o, const struct device *d, enum queue_direction direction, struct table *t,
		 struct buf *out_note)
{
	uint32_t n = queue_count(d->chip, direction);
	size_t shown = 0, left = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct libscols_line *row;
		struct queue_regs q;
		char hex[24];

		queue_read(&d->values, direction, i, &q);
		if (!q.has_head && !q.has_tail)
			continue;
		if (!o->queues && (shown >= SHOWN || (shown && idle(&q)))) {
			left++;
			continue;
		}
		shown++;
		row = table_row(t);
		number(row, 0, true, i);
		number(row, 1, q.has_head, q.ring.head);
		number(row, 2, q.has_tail, q.ring.tail);
		pending_cell(row, &q);
		snprintf(hex, sizeof(hex), "0x%08" PRIx64, q.enable);
		if (q.has_enable)
			table_cell(row, 5, hex);
	}
	if (left)
		buf_printf(out_note, "%zu queue%s not shown (--queues shows all)", left, left == 1 ? "" : "s");
}

static void ring_table(const struct view *v, const struct show_options *o, const struct device *d,
		       const struct ring_view *r, struct buf *out)
{
	struct chip_ref enable = chip_role_ref(d->chip, r->enable, 0);
	const char *columns[] = { ">QUEUE", ">HEAD", ">TAIL", ">PENDING", ">RING", enable.reg ? enable.reg->name : "" };
	AUTO_BUF struct buf note = { 0 };
	AUTO_BUF struct buf body = { 0 };
	struct table t;

	table_begin(&t, v, columns, enable.reg ? 6 : 5);
	rows(o, d, r->direction, &t, &note);
	table_end(&t, 2, &body);
	if (!body.len)
		return;
	style_heading(v, r->title, out);
	buf_puts(out, buf_str(&body));
	style_paragraph(v, 2, STYLE_PLAIN, buf_str(&note), out);
}

void section_queues(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out)
{
	static const struct ring_view rings[] = {
		{ "Transmit queues", QUEUE_TX, CHIP_TX_ENABLE },
		{ "Receive queues", QUEUE_RX, CHIP_RX_ENABLE },
	};

	if (!d->chip)
		return;
	for (size_t i = 0; i < COUNT(rings); i++)
		ring_table(v, o, d, &rings[i], out);
}
