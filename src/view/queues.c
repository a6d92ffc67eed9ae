// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "view/sections.h"
#include "view/table.h"

#define SHOWN 8

struct queue {
	bool known;
	uint64_t head, tail, length, enable;
	bool has_head, has_tail, has_length, has_enable;
};

struct ring_roles {
	const char *title;
	enum chip_queue direction;
	enum chip_role head, tail, length, enable;
};

/* Head and tail are the field from bit 0 on; what stands above it is something else. */
static uint64_t low_of(const struct chip_reg *reg, uint64_t value)
{
	const struct chip_field *low = reg->n_fields ? &reg->fields[reg->n_fields - 1] : NULL;

	return low && !low->lo ? chip_field_get(low, value) : value;
}

static bool value_of(const struct device *d, enum chip_role role, uint32_t i, uint64_t *value)
{
	struct chip_ref ref = chip_role_ref(d->chip, role, i);
	const struct reg_sample *sample;

	if (!ref.reg)
		return false;
	sample = snapshot_reg(d->s, ref.reg->space, ref.offset);
	if (!sample || sample->unread)
		return false;
	*value = role == CHIP_TX_HEAD || role == CHIP_TX_TAIL || role == CHIP_RX_HEAD || role == CHIP_RX_TAIL
			 ? low_of(ref.reg, sample->value)
			 : sample->value;
	return true;
}

static struct queue queue_read(const struct device *d, const struct ring_roles *r, uint32_t i)
{
	struct queue q = { 0 };

	q.has_head = value_of(d, r->head, i, &q.head);
	q.has_tail = value_of(d, r->tail, i, &q.tail);
	q.has_length = value_of(d, r->length, i, &q.length);
	q.has_enable = value_of(d, r->enable, i, &q.enable);
	q.known = q.has_head || q.has_tail;
	return q;
}

static bool idle(const struct queue *q)
{
	return !q->head && !q->tail && !q->length && !q->enable;
}

static void number(struct libscols_line *row, size_t column, bool known, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	table_cell(row, column, known ? text : "-");
}

/* Descriptors between head and tail. The ring's length is that of its register, else as the driver `said` it; without
 * one a tail behind the head cannot be counted. */
static void pending_cell(const struct device *d, struct libscols_line *row, const struct queue *q, int64_t said)
{
	uint64_t ring = q->has_length && d->chip->ring_entry ? q->length / d->chip->ring_entry
			: said > 0                           ? (uint64_t)said
							     : 0;
	bool known = q->has_head && q->has_tail && (q->tail >= q->head || ring > q->head - q->tail);

	number(row, 3, known, q->tail >= q->head ? q->tail - q->head : q->tail + ring - q->head);
	number(row, 4, ring != 0, ring);
}

static void rows(const struct show_options *o, const struct device *d, const struct ring_roles *r, uint32_t n,
		 struct table *t, struct buf *out_note)
{
	size_t shown = 0, left = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct queue q = queue_read(d, r, i);
		struct libscols_line *row;
		char hex[24];

		if (!q.known)
			continue;
		if (!o->queues && (shown >= SHOWN || (shown && idle(&q)))) {
			left++;
			continue;
		}
		shown++;
		row = table_row(t);
		number(row, 0, true, i);
		number(row, 1, q.has_head, q.head);
		number(row, 2, q.has_tail, q.tail);
		pending_cell(d, row, &q, r->direction == CHIP_QUEUE_TX ? d->s->facts.ring_tx : d->s->facts.ring_rx);
		snprintf(hex, sizeof(hex), "0x%08" PRIx64, q.enable);
		if (q.has_enable)
			table_cell(row, 5, hex);
	}
	if (left)
		buf_printf(out_note, "  %zu more, idle or left out: --queues\n", left);
}

static void ring_table(const struct view *v, const struct show_options *o, const struct device *d,
		       const struct ring_roles *r, struct buf *out)
{
	struct chip_ref enable = chip_role_ref(d->chip, r->enable, 0);
	const char *columns[] = { ">QUEUE", ">HEAD", ">TAIL", ">PENDING", ">RING", enable.reg ? enable.reg->name : "" };
	uint32_t n = r->direction == CHIP_QUEUE_TX ? d->chip->queues_tx : d->chip->queues_rx;
	AUTO_BUF struct buf note = { 0 };
	AUTO_BUF struct buf body = { 0 };
	struct table t;

	table_begin(&t, v, columns, enable.reg ? 6 : 5);
	rows(o, d, r, n, &t, &note);
	table_end(&t, 2, &body);
	if (!body.len)
		return;
	style_heading(v, r->title, out);
	buf_puts(out, buf_str(&body));
	buf_puts(out, buf_str(&note));
}

void section_queues(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out)
{
	static const struct ring_roles rings[] = {
		{ "Transmit queues", CHIP_QUEUE_TX, CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH, CHIP_TX_ENABLE },
		{ "Receive queues", CHIP_QUEUE_RX, CHIP_RX_HEAD, CHIP_RX_TAIL, CHIP_RX_LENGTH, CHIP_RX_ENABLE },
	};

	if (!d->chip || o->regs)
		return;
	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++)
		ring_table(v, o, d, &rings[i], out);
}
