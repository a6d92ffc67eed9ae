// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "view/monitor/state.h"

static int by_trouble(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (a->trouble != b->trouble)
		return a->trouble < b->trouble ? -1 : 1;
	if (a->trouble == TROUBLE_MOVING && a->rate != b->rate)
		return a->rate > b->rate ? -1 : 1;
	if (a->transmit != b->transmit)
		return a->transmit ? -1 : 1;
	return (a->q->index > b->q->index) - (a->q->index < b->q->index);
}

/* Each word of the filter is in "tx12 stuck". */
static bool passes(const struct row *row, const char *filter)
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
		struct row row = { d->transmit, q, queue_trouble(d, q), lane ? lane->rates[MODEL_SPARK - 1] : 0 };

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
	if (!m->model.n)
		return;
	snprintf(m->chosen, sizeof(m->chosen), "%s", m->model.tracks[0]->address);
	m->queue_filter[0] = '\0';
	m->queue_known = false;
	m->queues = (struct list){ 0 };
	m->focus = PANE_QUEUES;
	rows_refresh(m);
}

void list_clamp(struct list *l, size_t n, int lines)
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
