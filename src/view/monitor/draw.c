// SPDX-License-Identifier: GPL-2.0-or-later
/* The screen as a whole. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "view/monitor/state.h"

#define WIDE 130

static void when(int64_t ns, struct buf *out)
{
	time_t t = (time_t)(ns / 1000000000);
	struct tm tm;
	char text[32];

	if (ns && localtime_r(&t, &tm) && strftime(text, sizeof(text), "%H:%M:%S", &tm))
		buf_printf(out, "%s.%" PRId64, text, ns % 1000000000 / 100000000);
	else
		buf_puts(out, "--:--:--");
}

static void replay_words(const struct monitor *m, struct buf *out)
{
	const struct replay *r = &m->replay;

	buf_printf(out, "look %zu/%zu", r->n ? r->at + 1 : 0, r->n);
	if (r->speed < 0)
		buf_printf(out, " x1/%d", 1 << -r->speed);
	else
		buf_printf(out, " x%d", 1 << r->speed);
	buf_puts(out, r->paused ? " paused" : r->at + 1 >= r->n ? " end" : " playing");
}

static void live_words(const struct monitor *m, struct buf *out)
{
	int64_t age = monitor_clock() - m->last_sample;

	buf_printf(out, "every %" PRId64 ".%02" PRId64 " s", m->interval / 1000000000,
		   m->interval % 1000000000 / 10000000);
	if (m->frozen)
		buf_puts(out, " FROZEN");
	else if (age > m->interval + 2000000000) {
		buf_puts(out, " no sample for ");
		text_age(age, out);
	}
	if (m->o->recording_now)
		buf_puts(out, " recording");
}

static void header(struct monitor *m)
{
	AUTO_BUF struct buf line = {0};
	AUTO_BUF struct buf right = {0};
	int at;

	buf_printf(&line, " nicregs monitor  %s  ", m->o->title);
	if (m->pump)
		live_words(m, &line);
	else
		replay_words(m, &line);
	when(m->model.now, &right);
	screen_put(&m->screen, 0, 0, m->screen.width, TONE_BAR, buf_str(&line));
	at = m->screen.width - (int)right.len - 1;
	screen_put(&m->screen, 0, at, (int)right.len + 1, TONE_BAR, buf_str(&right));
}

static void footer(struct monitor *m)
{
	const char *keys = m->mode != MODE_MAIN ? " q back  ? help  arrows move  / filter"
			   : m->pump ? " ?Help Enter:registers /Filter Worst Idle Zfreeze +-interval Snapshot ASPM Quit"
				     : " ?Help Enter:registers /Filter Worst Idle Space:pause , . step < > speed Quit";

	screen_put(&m->screen, m->screen.height - 1, 0, m->screen.width, TONE_BAR, m->message[0] ? m->message : keys);
}

/* Title lines count. At least the queues are shown. */
static void stack(struct monitor *m, int y, int height)
{
	int width = m->screen.width, left = height, link = height >= 15 ? 4 + (height > 26) : 0;
	int findings = height >= 12 ? (height - link) * 2 / 5 : 0, changes = height >= 14 ? (height - link) / 5 : 0;

	left -= link + findings + changes;
	m->places[PANE_QUEUES] = (struct place){y, 0, left, width};
	m->places[PANE_LINK] = (struct place){y + left, 0, link, width};
	m->places[PANE_CHANGES] = (struct place){y + left + link, 0, changes, width};
	m->places[PANE_FINDINGS] = (struct place){y + left + link + changes, 0, findings, width};
}

static void side_by_side(struct monitor *m, int y, int height)
{
	int left = m->screen.width * 55 / 100, x = left + 1, width = m->screen.width - x;
	int link = height / 3, changes = height / 3;

	m->places[PANE_QUEUES] = (struct place){y, 0, height, left};
	m->places[PANE_LINK] = (struct place){y, x, link, width};
	m->places[PANE_CHANGES] = (struct place){y + link, x, changes, width};
	m->places[PANE_FINDINGS] = (struct place){y + link + changes, x, height - link - changes, width};
}

static void arrange(struct monitor *m)
{
	int most = m->screen.height / 4, devices = (int)m->model.n;

	devices = devices > most ? most : devices;
	devices = devices < 1 ? 1 : devices;
	m->devices = (struct place){1, 0, devices + 1, m->screen.width};
	if (m->screen.width >= WIDE)
		side_by_side(m, devices + 2, m->screen.height - devices - 3);
	else
		stack(m, devices + 2, m->screen.height - devices - 3);
	if (!m->places[m->focus].height)
		m->focus = PANE_QUEUES;
}

static enum tone tone_of(const char *line)
{
	if (!strncmp(line, "[fault]", 7) || strstr(line, "! "))
		return TONE_BAD;
	if (!strncmp(line, "[warning]", 9))
		return TONE_WARN;
	return strstr(line, " ago ") ? TONE_DIM : TONE_PLAIN;
}

void draw_lines(const struct monitor *m, const struct place *p, const char *text, size_t *scroll)
{
	size_t lines = 0, at = 0;

	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	if (*scroll + (size_t)p->height - 1 > lines)
		*scroll = lines + 1 > (size_t)p->height ? lines + 1 - (size_t)p->height : 0;
	while (*text && at < *scroll + (size_t)p->height - 1) {
		size_t n = strcspn(text, "\n");
		AUTO_BUF struct buf line = {0};

		buf_putc(&line, ' ');
		buf_add(&line, text, n);
		if (at >= *scroll)
			screen_put(&m->screen, p->y + 1 + (int)(at - *scroll), p->x, p->width,
				   tone_of(buf_str(&line) + 1), buf_str(&line));
		at++;
		text += n + (text[n] == '\n');
	}
}

static void draw_pane(struct monitor *m, enum pane pane, const char *title)
{
	const struct place *p = &m->places[pane];
	const struct track *t = monitor_track(m);
	AUTO_BUF struct buf text = {0};

	if (p->height < 2)
		return;
	screen_rule(&m->screen, p->y, p->x, p->width, title, m->focus == pane);
	if (pane == PANE_LINK && track_latest(t))
		text_link(t, (unsigned)p->width - 2, &text);
	else if (pane == PANE_CHANGES)
		text_changes(m, t, &text);
	else if (pane == PANE_FINDINGS && t->gone)
		text_gone(m, t, &text);
	else if (pane == PANE_FINDINGS)
		text_findings(t, (unsigned)p->width - 2, &text);
	draw_lines(m, p, buf_str(&text), &m->scroll[pane]);
}

static void draw_main(struct monitor *m)
{
	if (!m->model.n) {
		screen_put(&m->screen, 2, 1, m->screen.width, TONE_WARN,
			   "No supported NIC is here; one that appears is shown.");
		return;
	}
	draw_queues(m);
	draw_pane(m, PANE_LINK, monitor_track(m)->gone ? "Link and PHY, as last seen" : "Link and PHY");
	draw_pane(m, PANE_CHANGES, "Changed registers");
	draw_pane(m, PANE_FINDINGS, "Findings");
}

static void draw_plan(struct monitor *m)
{
	const struct place p = {m->devices.y + m->devices.height, 0,
				m->screen.height - m->devices.y - m->devices.height - 1, m->screen.width};

	screen_rule(&m->screen, p.y, 0, p.width,
		    m->plan_waits  ? "ASPM: working"
		    : m->plan_asks ? "ASPM: carry this out? y, or any other key"
				   : "ASPM: done; any key",
		    true);
	draw_lines(m, &p, buf_str(&m->plan), &m->help.top);
}

void draw(struct monitor *m)
{
	screen_clear();
	arrange(m);
	header(m);
	draw_devices(m);
	switch (m->mode) {
	case MODE_MAIN:
		draw_main(m);
		break;
	case MODE_REGISTERS:
		draw_registers(m);
		break;
	case MODE_REGISTER:
		draw_register(m);
		break;
	case MODE_HELP:
		draw_help(m);
		break;
	case MODE_PLAN:
		draw_plan(m);
		break;
	}
	footer(m);
	screen_show();
}
