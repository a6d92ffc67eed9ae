// SPDX-License-Identifier: GPL-2.0-or-later
/* Where each pane is drawn. */
#include "view/monitor/state.h"

#define WIDE 130 /* columns from which on panes stand side by side */

/* Lines that the queue pane takes at most, its two title lines included. */
static int queue_lines(const struct monitor *m)
{
	const struct track *t = monitor_track(m);
	uint32_t n = t && t->chip ? t->chip->queues_tx + t->chip->queues_rx : 1;

	return n < 1000 ? (int)n + 2 : 1000;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Title lines count. Findings take what the queues leave; on a small screen the queues alone are shown. */
static void stack(struct monitor *m, int y, int height)
{
	int width = m->screen.width, link = height >= 15 ? 4 + (height > 26) : 0;
	int changes = height >= 14 ? (height - link) / 5 : 0, rest = height - link - changes;
	int queues = height >= 10 ? least(rest - rest * 2 / 5, queue_lines(m)) : rest;

	m->places[PANE_QUEUES] = (struct place){ y, 0, queues, width };
	m->places[PANE_FINDINGS] = (struct place){ y + queues, 0, rest - queues, width };
	m->places[PANE_LINK] = (struct place){ y + rest, 0, link, width };
	m->places[PANE_CHANGES] = (struct place){ y + rest + link, 0, changes, width };
}

static void side_by_side(struct monitor *m, int y, int height)
{
	int left = m->screen.width * 55 / 100, x = left + 1, width = m->screen.width - x;
	int queues = least(height * 2 / 3, queue_lines(m)), findings = height * 3 / 5;

	m->places[PANE_QUEUES] = (struct place){ y, 0, queues, left };
	m->places[PANE_CHANGES] = (struct place){ y + queues, 0, height - queues, left };
	m->places[PANE_FINDINGS] = (struct place){ y, x, findings, width };
	m->places[PANE_LINK] = (struct place){ y + findings, x, height - findings, width };
}

void layout(struct monitor *m)
{
	int most = m->screen.height / 4, devices = (int)m->model.n;

	devices = devices > most ? most : devices;
	devices = devices < 1 ? 1 : devices;
	m->devices = (struct place){ 1, 0, devices + 1, m->screen.width };
	if (m->screen.width >= WIDE)
		side_by_side(m, devices + 2, m->screen.height - devices - 3);
	else
		stack(m, devices + 2, m->screen.height - devices - 3);
	if (m->places[m->focus].height < 2)
		m->focus = PANE_QUEUES;
}
