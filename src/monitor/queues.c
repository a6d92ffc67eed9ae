// SPDX-License-Identifier: GPL-2.0-or-later
/* A row a queue. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/internal.h"
#include "util/alloc.h"
#include "util/buf.h"

/* How full the ring is, in eighths of a cell where the terminal can show them; ? if that is not known. */
static void bar(const struct monitor *m, const struct queue *q, bool known, int cells, struct buf *out)
{
	static const char *const eighths[] = { " ",
					       "\xe2\x96\x8f",
					       "\xe2\x96\x8e",
					       "\xe2\x96\x8d",
					       "\xe2\x96\x8c",
					       "\xe2\x96\x8b",
					       "\xe2\x96\x8a",
					       "\xe2\x96\x89",
					       "\xe2\x96\x88" };
	uint64_t full = known ? (uint64_t)cells * 8 * q->pending / q->last.size : 0;

	if (known && q->pending && !full)
		full = 1;
	buf_putc(out, '[');
	for (int i = 0; i < cells; i++) {
		uint64_t part = full > 8 ? 8 : full;

		if (!known || m->screen.ascii)
			buf_putc(out, !known ? '?' : part ? '#' : ' ');
		else
			buf_puts(out, eighths[part]);
		full -= part;
	}
	buf_putc(out, ']');
}

static void spark(const struct monitor *m, const struct lane *lane, int cells, struct buf *out)
{
	static const char *const fine[] = { " ",
					    "\xe2\x96\x81",
					    "\xe2\x96\x82",
					    "\xe2\x96\x83",
					    "\xe2\x96\x84",
					    "\xe2\x96\x85",
					    "\xe2\x96\x86",
					    "\xe2\x96\x87",
					    "\xe2\x96\x88" };
	static const char coarse[] = " .:-=+*%#";
	uint64_t most = 1;

	if (cells > MODEL_SPARK)
		cells = MODEL_SPARK;
	for (int i = MODEL_SPARK - cells; i < MODEL_SPARK; i++)
		most = lane->rates[i] > most ? lane->rates[i] : most;
	for (int i = MODEL_SPARK - cells; i < MODEL_SPARK; i++) {
		uint64_t level = (lane->rates[i] * 8 + most - 1) / most;

		if (m->screen.ascii)
			buf_putc(out, coarse[level]);
		else
			buf_puts(out, fine[level]);
	}
}

/* Time since the head last moved. */
static void still(const struct monitor *m, const struct lane *lane, struct buf *out)
{
	if (!lane)
		return;
	if (!lane->moved_at)
		buf_putc(out, '>');
	pane_age(m->model.now - (lane->moved_at ? lane->moved_at : lane->since), out);
}

#define NAME_STATE 17 /* " tx1535 waiting " */
#define WAIT_STILL 15
#define HEAD_TAIL 12
#define RATE 9

/* What of a row there is room for: the first columns always, the others one after the other, the rest for bar and
 * trend. */
struct queue_columns {
	int bar, trend;
	bool pointers, rate;
};

static struct queue_columns measure(int width)
{
	struct queue_columns c = { .bar = 6 };
	int left = width - NAME_STATE - WAIT_STILL - c.bar - 2;

	c.pointers = left >= HEAD_TAIL;
	left -= c.pointers ? HEAD_TAIL : 0;
	c.rate = c.pointers && left >= RATE;
	left -= c.rate ? RATE : 0;
	if (c.rate && left > 6) {
		c.trend = left / 2 < MODEL_SPARK ? left / 2 : MODEL_SPARK;
		left -= c.trend;
	}
	if (left > 0)
		c.bar += left < MODEL_SPARK - c.bar ? left : MODEL_SPARK - c.bar;
	return c;
}

/* A queue without a head register is followed by its tail. */
static void pointers(const struct direction *d, const struct queue *q, struct buf *out)
{
	if (d->has_heads)
		buf_printf(out, " %5u %5u", q->last.head, q->last.tail);
	else
		buf_printf(out, " %5s %5u", "-", q->last.tail);
}

static void queue_row(struct monitor *m, const struct queue_line *row, const struct queue_columns *c, int y,
		      bool chosen)
{
	static const enum tone tones[] = { TONE_BAD,  TONE_BAD,   TONE_BAD, TONE_WARN,
					   TONE_WARN, TONE_PLAIN, TONE_DIM, TONE_DIM };
	const struct pane_place *p = &m->places[PANE_QUEUES];
	const struct track *t = monitor_track(m);
	const struct direction *d = row->transmit ? &t->series.tx : &t->series.rx;
	const struct lane *lane = track_lane(t, row->transmit, row->q->index);
	AUTO_BUF struct buf line = { 0 };
	AUTO_BUF struct buf rate = { 0 };

	buf_printf(&line, " %s%-5u %-8s", row->transmit ? "tx" : "rx", row->q->index, trouble_name(row->trouble));
	bar(m, row->q, d->has_heads && row->q->last.size, c->bar, &line);
	if (d->has_heads)
		buf_printf(&line, " %5u  ", row->q->pending);
	else
		buf_printf(&line, " %5s  ", "-");
	still(m, lane, &line);
	buf_pad(&line, 0, (size_t)(NAME_STATE + c->bar + 1 + WAIT_STILL));
	if (c->pointers)
		pointers(d, row->q, &line);
	pane_rate(row->rate, &rate);
	if (c->rate)
		buf_printf(&line, " %8s", buf_str(&rate));
	if (c->trend)
		buf_putc(&line, ' ');
	if (c->trend && lane)
		spark(m, lane, c->trend - 1, &line);
	screen_put(&m->screen, y, p->x, p->width, (int)tones[row->trouble] + (chosen ? TONE_CHOSEN : 0),
		   buf_str(&line));
}

static void headings(const struct monitor *m, const struct queue_columns *c)
{
	const struct pane_place *p = &m->places[PANE_QUEUES];
	AUTO_BUF struct buf head = { 0 };

	buf_puts(&head, " QUEUE   STATE   RING");
	buf_pad(&head, 0, (size_t)(NAME_STATE + c->bar + 1));
	buf_puts(&head, "  WAIT  STILL");
	buf_pad(&head, 0, (size_t)(NAME_STATE + c->bar + 1 + WAIT_STILL));
	if (c->pointers)
		buf_puts(&head, "  HEAD  TAIL");
	if (c->rate)
		buf_puts(&head, "  DESCR/S");
	if (c->trend)
		buf_puts(&head, " TREND");
	screen_put(&m->screen, p->y + 1, p->x, p->width, TONE_BAR, buf_str(&head));
}

static void queue_title(struct monitor *m, int lines)
{
	const struct pane_place *p = &m->places[PANE_QUEUES];
	AUTO_BUF struct buf title = { 0 };
	AUTO_BUF struct buf part = { 0 };

	buf_printf(&title, "Queues of %s: ", monitor_track(m)->name);
	if (m->show_idle)
		buf_printf(&title, "%zu, idle ones too (i)", m->n_rows);
	else
		buf_printf(&title, "%zu shown, %zu idle hidden (i)", m->n_rows, m->hidden);
	if (m->queue_filter[0] || (m->typing && m->mode == MODE_MAIN && !m->typing_devices))
		buf_printf(&title, ", filter: %s%s", m->queue_filter, m->typing && !m->typing_devices ? "_" : "");
	pane_part(m->queues.top, lines, m->n_rows, &part);
	screen_rule(&m->screen, p->y, p->x, p->width, buf_str(&title), buf_str(&part), m->focus == PANE_QUEUES);
}

void draw_queues(struct monitor *m)
{
	const struct pane_place *p = &m->places[PANE_QUEUES];
	const struct queue_columns c = measure(p->width);
	int lines = p->height - 2;

	rows_clamp(&m->queues, m->n_rows, lines);
	queue_title(m, lines);
	headings(m, &c);
	for (int i = 0; i < lines && m->queues.top + (size_t)i < m->n_rows; i++)
		queue_row(m, &m->rows[m->queues.top + (size_t)i], &c, p->y + 2 + i,
			  m->queues.top + (size_t)i == m->queues.at);
	if (!m->n_rows && lines > 0)
		screen_put(&m->screen, p->y + 2, p->x, p->width, TONE_DIM,
			   monitor_track(m)->gone ? " The device is gone; it is looked for at each sample."
			   : m->hidden            ? " All queues are idle."
						  : " No queue is known, or none passes the filter.");
}

static int by_trouble(const void *pa, const void *pb)
{
	const struct queue_line *a = pa, *b = pb;

	if (a->trouble != b->trouble)
		return a->trouble < b->trouble ? -1 : 1;
	if (a->trouble == TROUBLE_MOVING && a->rate != b->rate)
		return a->rate > b->rate ? -1 : 1;
	if (a->transmit != b->transmit)
		return a->transmit ? -1 : 1;
	return (a->q->index > b->q->index) - (a->q->index < b->q->index);
}

/* Each word of the filter is in "tx12 stuck". */
static bool passes(const struct queue_line *row, const char *filter)
{
	char name[48], words[40], *rest = words, *word;

	snprintf(name, sizeof(name), "%s%u %s", row->transmit ? "tx" : "rx", row->q->index, trouble_name(row->trouble));
	snprintf(words, sizeof(words), "%s", filter);
	while ((word = strsep(&rest, " ")))
		if (!strstr(name, word))
			return false;
	return true;
}

static void add(struct monitor *m, const struct track *t, const struct direction *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct queue *q = &d->queues[i];
		const struct lane *lane = track_lane(t, d->transmit, q->index);
		struct queue_line row = { d->transmit, q, trouble_of(t, d, q),
					  lane ? lane->rates[MODEL_SPARK - 1] : 0 };

		if (!passes(&row, m->queue_filter))
			continue;
		if (row.trouble >= TROUBLE_IDLE && !m->show_idle)
			m->hidden++;
		else
			m->rows[m->n_rows++] = row;
	}
}

void rows_choose(struct monitor *m, size_t at)
{
	m->queues.at = at < m->n_rows ? at : m->n_rows ? m->n_rows - 1 : 0;
	m->queue_known = m->n_rows && m->queues.at > 0;
	if (!m->n_rows)
		return;
	m->queue_transmit = m->rows[m->queues.at].transmit;
	m->queue_index = m->rows[m->queues.at].q->index;
}

void rows_refresh(struct monitor *m)
{
	const struct track *t = monitor_track(m);

	free(m->rows);
	m->rows = NULL;
	m->n_rows = m->hidden = 0;
	if (!t || t->gone)
		return;
	m->rows = xcalloc(t->series.tx.n + t->series.rx.n + 1, sizeof(*m->rows));
	add(m, t, &t->series.tx);
	add(m, t, &t->series.rx);
	qsort(m->rows, m->n_rows, sizeof(*m->rows), by_trouble);
	/* The cursor stays at the top, or with the queue that was chosen. */
	for (size_t i = 0; m->queue_known && i < m->n_rows; i++)
		if (m->rows[i].transmit == m->queue_transmit && m->rows[i].q->index == m->queue_index)
			m->queues.at = i;
	if (m->queues.at >= m->n_rows)
		m->queues.at = m->n_rows ? m->n_rows - 1 : 0;
}

void rows_worst(struct monitor *m)
{
	if (devices_nth(m, 0) == m->model.n)
		return;
	snprintf(m->chosen, sizeof(m->chosen), "%s", m->model.tracks[devices_nth(m, 0)]->address);
	m->queue_filter[0] = '\0';
	m->queue_known = false;
	m->queues = (struct list){ 0 };
	m->focus = PANE_QUEUES;
	rows_refresh(m);
}

void rows_clamp(struct list *l, size_t n, int lines)
{
	size_t room = lines > 0 ? (size_t)lines : 1;

	if (l->at >= n)
		l->at = n ? n - 1 : 0;
	if (l->top > l->at)
		l->top = l->at;
	if (l->at >= l->top + room)
		l->top = l->at - room + 1;
	if (l->top + room > n)
		l->top = n > room ? n - room : 0;
}
