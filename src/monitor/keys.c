// SPDX-License-Identifier: GPL-2.0-or-later
/* What each key does, what the help says of it, and how a key finds its row. */
#include <stdio.h>
#include <string.h>

#include "monitor/internal.h"
#include "util/alloc.h"
#include "util/clock.h"

#define CTRL(c) ((c)&0x1f)
#define SPEED_MOST 8

static int act_page_lines(const struct monitor *m)
{
	int lines = m->mode == MODE_MAIN ? m->places[PANE_QUEUES].height - 3 : m->screen.height - m->devices.height - 4;

	return lines > 1 ? lines : 1;
}

static void act_scroll(size_t *scroll, long by)
{
	if (by < 0 && *scroll < (size_t)-by)
		*scroll = 0;
	else
		*scroll += (size_t)by;
	if (*scroll > 100000)
		*scroll = 100000;
}

/* A page takes what is shown along. */
static void move_list(struct list *l, long by)
{
	act_scroll(&l->at, by);
	if (by > 1 || by < -1)
		act_scroll(&l->top, by);
}

/* So many lines up or down in what has the focus. */
static void act_move(struct monitor *m, long by)
{
	if (m->mode == MODE_REGISTERS) {
		move_list(&m->registers, by);
		rows_clamp(&m->registers, regs_count(m), act_page_lines(m));
	} else if (m->mode != MODE_MAIN) {
		act_scroll(&m->help.top, by);
	} else if (m->focus != PANE_QUEUES) {
		act_scroll(&m->scroll[m->focus], by);
	} else {
		move_list(&m->queues, by);
		rows_choose(m, m->queues.at);
	}
}

static void act_line(struct monitor *m, int key)
{
	act_move(m, key == KEY_UP_ARROW || key == 'k' ? -1 : 1);
}

static void act_page(struct monitor *m, int key)
{
	act_move(m,
		 key == KEY_PAGE_UP || key == CTRL('b') || key == CTRL('u') ? -act_page_lines(m) : act_page_lines(m));
}

static void act_end(struct monitor *m, int key)
{
	act_move(m, key == KEY_FIRST || key == 'g' ? -1000000 : 1000000);
}

static void act_choose_device(struct monitor *m, size_t i)
{
	snprintf(m->chosen, sizeof(m->chosen), "%s", m->model.tracks[i]->address);
	m->queue_known = false;
	m->queues = (struct list){ 0 };
	memset(m->scroll, 0, sizeof(m->scroll));
	rows_refresh(m);
}

static void act_device(struct monitor *m, int key)
{
	bool forward = key == KEY_RIGHT_ARROW || key == 'l';

	size_t n = devices_passing(m);

	for (size_t i = 0; i < n; i++)
		if (m->model.tracks[devices_nth(m, i)] == monitor_track(m)) {
			act_choose_device(m, devices_nth(m, (i + (forward ? 1 : n - 1)) % n));
			return;
		}
}

static void act_focus(struct monitor *m, int key)
{
	int step = key == KEY_BACK_TAB ? PANES - 1 : 1;

	if (m->mode != MODE_MAIN)
		return;
	do
		m->focus = (enum pane)(((int)m->focus + step) % PANES);
	while (!m->places[m->focus].height);
}

static void act_enter(struct monitor *m, int key)
{
	(void)key;
	if (m->mode == MODE_MAIN && monitor_track(m)) {
		m->mode = MODE_REGISTERS;
		m->registers = (struct list){ 0 };
	} else if (m->mode == MODE_REGISTERS && regs_count(m)) {
		m->mode = MODE_REGISTER;
		m->help.top = 0;
	}
}

static void act_filter(struct monitor *m, int key)
{
	(void)key;
	m->typing = m->mode == MODE_MAIN || m->mode == MODE_REGISTERS;
	if (m->mode == MODE_MAIN)
		m->focus = PANE_QUEUES;
}

static void act_filter_devices(struct monitor *m, int key)
{
	(void)key;
	m->mode = MODE_MAIN;
	m->typing = m->typing_devices = true;
}

static void act_worst(struct monitor *m, int key)
{
	(void)key;
	m->mode = MODE_MAIN;
	rows_worst(m);
}

static void act_idle(struct monitor *m, int key)
{
	(void)key;
	m->show_idle = !m->show_idle;
	rows_refresh(m);
}

static void act_freeze(struct monitor *m, int key)
{
	(void)key;
	if (!m->pump)
		m->replay.paused = !m->replay.paused;
	m->frozen = m->pump && !m->frozen;
}

static void act_interval(struct monitor *m, int key)
{
	static const int64_t steps[] = { 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000 };
	size_t n = COUNT(steps), i = 0;
	bool longer = key == '+' || key == '=' || key == KEY_F_BASE + 8;

	while (i < n - 1 && steps[i] * CLOCK_MS < m->interval)
		i++;
	if (longer && i < n - 1 && steps[i] * CLOCK_MS <= m->interval)
		i++;
	else if (!longer && i)
		i--;
	m->interval = steps[i] * CLOCK_MS;
	pump_set_interval(m->pump, m->interval);
}

static void act_step(struct monitor *m, int key)
{
	struct replay *r = &m->replay;
	size_t by = key == '{' || key == '}' ? 10 : 1, to;

	if (key == '^' || key == '$')
		to = key == '^' ? 0 : r->n - 1;
	else if (key == '.' || key == '}')
		to = r->at + by;
	else
		to = r->at > by ? r->at - by : 0;
	r->paused = true;
	replay_seek(r, &m->model, to);
	rows_refresh(m);
}

static void act_speed(struct monitor *m, int key)
{
	int speed = m->replay.speed + (key == '>' ? 1 : -1);

	if (speed >= -4 && speed <= SPEED_MOST)
		m->replay.speed = speed;
	m->replay.next = 0;
}

static void act_snapshot(struct monitor *m, int key)
{
	const struct track *t = monitor_track(m);
	struct pump_request q = { .job = PUMP_SAVE };

	(void)key;
	if (!t || t->gone)
		return;
	q.s = snapshot_copy(track_latest(t));
	if (!pump_ask(m->pump, &q)) {
		snapshot_free(q.s);
		monitor_say(m, "Still busy with the previous request");
	}
}

static void act_aspm(struct monitor *m, int key)
{
	const struct track *t = monitor_track(m);
	struct pump_request q = { .job = PUMP_PLAN, .action = key == 'a' ? ASPM_DISABLE : ASPM_RESTORE };

	if (!t || t->gone || !m->o->ops.aspm)
		return;
	snprintf(q.address, sizeof(q.address), "%s", t->address);
	if (!pump_ask(m->pump, &q)) {
		monitor_say(m, "Still busy with the previous request");
		return;
	}
	m->mode = MODE_PLAN;
	m->plan_action = q.action;
	memcpy(m->plan_address, q.address, sizeof(m->plan_address));
	snprintf(m->plan_name, sizeof(m->plan_name), "%s", t->name);
	m->plan_waits = true;
	m->plan_asks = false;
	m->help.top = 0;
	buf_clear(&m->plan);
}

static void act_redraw(struct monitor *m, int key)
{
	(void)m;
	(void)key;
	screen_redraw(&m->screen);
}

static void act_help(struct monitor *m, int key)
{
	(void)key;
	if (m->mode != MODE_HELP)
		m->behind_help = m->mode;
	m->mode = MODE_HELP;
	m->help.top = 0;
}

static void act_ring(struct monitor *m, int key)
{
	(void)key;
	if (m->mode != MODE_MAIN || !monitor_track(m))
		return;
	m->mode = MODE_RING;
	m->help.top = 0;
}

static void act_back(struct monitor *m, int key)
{
	if (m->mode == MODE_MAIN)
		m->quit = key != KEY_ESCAPE;
	else if (m->mode == MODE_HELP)
		m->mode = m->behind_help;
	else
		m->mode = m->mode == MODE_REGISTER ? MODE_REGISTERS : MODE_MAIN;
	if (m->mode == MODE_MAIN && key == KEY_ESCAPE) {
		m->queue_filter[0] = m->device_filter[0] = '\0';
		rows_refresh(m);
	}
}

/* clang-format off: a row a key */
const struct key_row key_rows[] = {
	{ { KEY_UP_ARROW, KEY_DOWN_ARROW, 'k', 'j' }, "Up k, Down j", "a line", act_line, ALWAYS },
	{ { KEY_PAGE_UP, KEY_PAGE_DOWN, CTRL('b'), CTRL('f'), CTRL('u'), CTRL('d') },
	  "PgUp ^B ^U, PgDn ^F ^D",
	  "a page",
	  act_page,
	  ALWAYS },
	{ { KEY_FIRST, KEY_LAST, 'g', 'G' }, "Home g, End G", "to the first, to the last", act_end, ALWAYS },
	{ { KEY_LEFT_ARROW, KEY_RIGHT_ARROW, 'h', 'l' },
	  "Left h, Right l",
	  "the device before, the next device",
	  act_device,
	  ALWAYS },
	{ { '\t', KEY_BACK_TAB }, "Tab, Shift-Tab", "the pane that these keys move in", act_focus, ALWAYS },
	{ { KEY_RETURN, KEY_F_BASE + 2 }, "Enter F2", "all registers; there: the fields of one", act_enter, ALWAYS },
	{ { 'r', 'R' }, "r R", "the driver's ring of the queue: frames, descriptors", act_ring, ALWAYS },
	{ { '/', KEY_F_BASE + 3, KEY_F_BASE + 4 },
	  "/ F3 F4",
	  "filter: tx, tx12, stuck; a register's name, title",
	  act_filter,
	  ALWAYS },
	{ { 'd', 'D' }, "d D", "filter devices: name, address, chip, driver, verdict", act_filter_devices, ALWAYS },
	{ { 'w', 'W', KEY_F_BASE + 5 }, "w W F5", "to the worst device and queue", act_worst, ALWAYS },
	{ { 'i', 'I', KEY_F_BASE + 6 }, "i I F6", "show idle queues, or hide them", act_idle, ALWAYS },
	{ { 'z', 'Z', ' ' }, "z Z Space", "freeze the screen; sampling goes on", act_freeze, LIVE },
	{ { 'z', 'Z', ' ' }, "z Z Space", "pause, or go on", act_freeze, REPLAY },
	{ { '+', '=', '-', KEY_F_BASE + 8, KEY_F_BASE + 7 },
	  "+ = F8, - F7",
	  "longer, shorter interval",
	  act_interval,
	  LIVE },
	{ { '.', ',' }, ". ,", "one sample forward, back", act_step, REPLAY },
	{ { '}', '{' }, "} {", "ten samples forward, back", act_step, REPLAY },
	{ { '^', '$' }, "^ $", "to the first sample, to the last", act_step, REPLAY },
	{ { '>', '<' }, "> <", "twice as fast, half as fast", act_speed, REPLAY },
	{ { 's', 'S' }, "s S", "write a snapshot of the device to a file here", act_snapshot, LIVE },
	{ { 'a' }, "a", "ASPM off for the device: the plan is shown first", act_aspm, LIVE },
	{ { 'A' }, "A", "ASPM as it was before: the plan is shown first", act_aspm, LIVE },
	{ { KEY_REDRAW }, "^L", "redraw the screen", act_redraw, ALWAYS },
	{ { '?', KEY_F_BASE + 1 }, "? F1", "this help", act_help, ALWAYS },
	{ { KEY_ESCAPE }, "Esc", "back; no filter", act_back, ALWAYS },
	{ { 'q', 'Q', KEY_F_BASE + 10 }, "q Q F10 ^C", "back, or leave", act_back, ALWAYS },
};
/* clang-format on */
const size_t n_key_rows = COUNT(key_rows);

static const struct key_row *row_of(const struct monitor *m, int key)
{
	for (size_t i = 0; i < n_key_rows; i++)
		for (size_t k = 0; k < KEYS_MOST && key_rows[i].keys[k]; k++)
			if (key_rows[i].keys[k] == key && monitor_now(m, key_rows[i].when))
				return &key_rows[i];
	return NULL;
}

/* The chosen device stays if it passes the filter. */
static void choose_one_that_passes(struct monitor *m)
{
	size_t n = devices_passing(m);

	for (size_t i = 0; i < n; i++)
		if (m->model.tracks[devices_nth(m, i)] == monitor_track(m))
			return;
	if (n)
		act_choose_device(m, devices_nth(m, 0));
}

static void type(struct monitor *m, int key)
{
	char *filter = monitor_filter(m);
	size_t n = strlen(filter);

	if (key == KEY_RETURN || key == KEY_ESCAPE) {
		if (key == KEY_ESCAPE)
			filter[0] = '\0';
		m->typing = m->typing_devices = false;
	} else if (key == KEY_RUBOUT) {
		if (n)
			filter[n - 1] = '\0';
	} else if (key >= ' ' && key < 0x7f && n + 1 < sizeof(m->queue_filter)) {
		filter[n] = (char)key;
		filter[n + 1] = '\0';
	}
	m->queues.at = m->registers.at = 0;
	m->queue_known = false;
	choose_one_that_passes(m);
	rows_refresh(m);
}

/* The keys that move do so in a plan as well: none of them is an answer. */
static bool scroll_plan(struct monitor *m, int key)
{
	const struct key_row *row = row_of(m, key);
	bool moves = row && (row->act == act_line || row->act == act_page || row->act == act_end);

	if (moves)
		row->act(m, key);
	return moves;
}

static void answer(struct monitor *m, int key)
{
	struct pump_request q = { .job = PUMP_APPLY, .action = m->plan_action };

	if (scroll_plan(m, key))
		return;
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

static bool inside(const struct pane_place *p, int y, int x)
{
	return y >= p->y && y < p->y + p->height && x >= p->x && x < p->x + p->width;
}

static void click(struct monitor *m, int y, int x)
{
	const struct pane_place *queues = &m->places[PANE_QUEUES];
	size_t line = y > queues->y + 1 ? (size_t)(y - queues->y - 2) + m->queues.top : SIZE_MAX;
	size_t device = y > m->devices.y ? (size_t)(y - m->devices.y - 1) + m->first_device : SIZE_MAX;

	if (inside(&m->devices, y, x) && device < devices_passing(m))
		act_choose_device(m, devices_nth(m, device));
	if (m->mode == MODE_REGISTERS && y > m->devices.height + 1) {
		m->registers.at = m->registers.top + (size_t)(y - m->devices.height - 2);
		rows_clamp(&m->registers, regs_count(m), act_page_lines(m));
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
	const struct key_row *row;

	m->message[0] = '\0';
	if (key == KEY_CLICK)
		click(m, y, x);
	else if (key == KEY_WHEEL_UP || key == KEY_WHEEL_DOWN)
		act_move(m, key == KEY_WHEEL_UP ? -3 : 3);
	else if (key == KEY_REDRAW)
		screen_redraw(&m->screen);
	else if (m->mode == MODE_PLAN)
		answer(m, key);
	else if (m->typing)
		type(m, key);
	else if ((row = row_of(m, key)))
		row->act(m, key);
}
