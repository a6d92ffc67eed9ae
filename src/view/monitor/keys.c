// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "view/monitor/state.h"

static void type(struct monitor *m, int key)
{
	char *filter = monitor_filter(m);
	size_t n = strlen(filter);

	if (key == KEY_RETURN || key == KEY_ESCAPE) {
		m->typing = false;
		if (key == KEY_ESCAPE)
			filter[0] = '\0';
	} else if (key == KEY_RUBOUT) {
		if (n)
			filter[n - 1] = '\0';
	} else if (key >= ' ' && key < 0x7f && n + 1 < sizeof(m->queue_filter)) {
		filter[n] = (char)key;
		filter[n + 1] = '\0';
	}
	m->queues.at = m->registers.at = 0;
	m->queue_known = false;
	rows_refresh(m);
}

static void answer(struct monitor *m, int key)
{
	struct pump_request q = { .job = PUMP_APPLY, .action = m->plan_action };

	if (key == KEY_UP_ARROW || key == KEY_DOWN_ARROW) {
		act_scroll(&m->help.top, key == KEY_UP_ARROW ? -1 : 1);
		return;
	}
	if (m->plan_waits)
		return;
	if (!m->plan_asks || (key != 'y' && key != 'Y')) {
		m->mode = MODE_MAIN;
		if (m->plan_asks)
			monitor_say(m, "Nothing was changed");
		return;
	}
	memcpy(q.address, m->plan_address, sizeof(q.address));
	m->plan_asks = false;
	m->plan_waits = pump_ask(m->pump, &q);
	buf_clear(&m->plan);
}

static bool inside(const struct place *p, int y, int x)
{
	return y >= p->y && y < p->y + p->height && x >= p->x && x < p->x + p->width;
}

static void click(struct monitor *m, int y, int x)
{
	const struct place *queues = &m->places[PANE_QUEUES];
	size_t line = y > queues->y + 1 ? (size_t)(y - queues->y - 2) + m->queues.top : SIZE_MAX;
	size_t device = y > m->devices.y ? (size_t)(y - m->devices.y - 1) + m->first_device : SIZE_MAX;

	if (inside(&m->devices, y, x) && device < m->model.n)
		act_choose_device(m, device);
	if (m->mode == MODE_REGISTERS && y > m->devices.height + 1) {
		m->registers.at = m->registers.top + (size_t)(y - m->devices.height - 2);
		list_clamp(&m->registers, browser_count(m), act_page_lines(m));
	}
	if (m->mode != MODE_MAIN)
		return;
	for (enum pane i = 0; i < PANES; i++)
		if (m->places[i].height && inside(&m->places[i], y, x))
			m->focus = i;
	if (inside(queues, y, x) && line < m->n_rows)
		rows_choose(m, line);
}

void keys_press(struct monitor *m, int key, int y, int x)
{
	m->message[0] = '\0';
	if (key == KEY_CLICK)
		click(m, y, x);
	else if (key == KEY_WHEEL_UP || key == KEY_WHEEL_DOWN)
		act_move(m, key == KEY_WHEEL_UP ? -3 : 3);
	else if (key == KEY_REDRAW)
		screen_redraw();
	else if (m->mode == MODE_PLAN)
		answer(m, key);
	else if (m->typing)
		type(m, key);
	else
		for (size_t i = 0; i < n_key_rows; i++)
			for (size_t k = 0; k < KEYS_MOST && key_rows[i].keys[k]; k++)
				if (key_rows[i].keys[k] == key && monitor_now(m, key_rows[i].when)) {
					key_rows[i].act(m, key);
					return;
				}
}
