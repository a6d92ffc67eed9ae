// SPDX-License-Identifier: GPL-2.0-or-later
/* The screen as a whole: where each pane is, the lines around them, and panes of text. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "monitor/internal.h"
#include "util/alloc.h"
#include "util/clock.h"

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

	m->places[PANE_QUEUES] = (struct pane_place){ y, 0, queues, width };
	m->places[PANE_FINDINGS] = (struct pane_place){ y + queues, 0, rest - queues, width };
	m->places[PANE_LINK] = (struct pane_place){ y + rest, 0, link, width };
	m->places[PANE_CHANGES] = (struct pane_place){ y + rest + link, 0, changes, width };
}

static void side_by_side(struct monitor *m, int y, int height)
{
	int left = m->screen.width * 55 / 100, x = left + 1, width = m->screen.width - x;
	int queues = least(height * 2 / 3, queue_lines(m)), findings = height * 3 / 5;

	m->places[PANE_QUEUES] = (struct pane_place){ y, 0, queues, left };
	m->places[PANE_CHANGES] = (struct pane_place){ y + queues, 0, height - queues, left };
	m->places[PANE_FINDINGS] = (struct pane_place){ y, x, findings, width };
	m->places[PANE_LINK] = (struct pane_place){ y + findings, x, height - findings, width };
}

/* Where each pane is drawn. */
static void layout(struct monitor *m)
{
	int most = m->screen.height / 4, devices = (int)devices_passing(m);

	devices = devices > most ? most : devices;
	devices = devices < 1 ? 1 : devices;
	m->devices = (struct pane_place){ 1, 0, devices + 1, m->screen.width };
	if (m->screen.width >= WIDE)
		side_by_side(m, devices + 2, m->screen.height - devices - 3);
	else
		stack(m, devices + 2, m->screen.height - devices - 3);
	if (m->places[m->focus].height < 2)
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

void draw_text(const struct monitor *m, const struct pane_place *p, const char *title, bool focus, const char *text,
	       size_t *scroll)
{
	size_t lines = 0, at = 0, room = p->height > 1 ? (size_t)p->height - 1 : 0;
	AUTO_BUF struct buf part = { 0 };

	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	if (*scroll + room > lines)
		*scroll = lines > room ? lines - room : 0;
	pane_part(*scroll, (int)room, lines, &part);
	screen_rule(&m->screen, p->y, p->x, p->width, title, buf_str(&part), focus);
	while (*text && at < *scroll + room) {
		size_t n = strcspn(text, "\n");
		AUTO_BUF struct buf line = { 0 };

		buf_putc(&line, ' ');
		buf_add(&line, text, n);
		if (at >= *scroll)
			screen_put(&m->screen, p->y + 1 + (int)(at - *scroll), p->x, p->width,
				   (int)tone_of(buf_str(&line) + 1), buf_str(&line));
		at++;
		text += n + (text[n] == '\n');
	}
}

struct pane_place draw_below_devices(const struct monitor *m)
{
	int y = m->devices.y + m->devices.height;

	return (struct pane_place){ y, 0, m->screen.height - y - 1, m->screen.width };
}

static const char explained[] =
	"RING shows how much of a ring waits for the hardware: WAIT descriptors from HEAD to TAIL, around its end if need "
	"be, "
	"in decimal; in a receive ring these are free buffers, and more is better; ? or - means unknown. STILL is "
	"the time since the head last moved, > if it was never seen to move. Idle queues have nothing to do, or are "
	"switched "
	"off. ASPM is what is switched on at the port, and at the device. A click chooses, the wheel scrolls; with Shift "
	"the terminal marks text as usual.";

static void draw_help(struct monitor *m)
{
	const struct pane_place p = draw_below_devices(m);
	unsigned width = p.width > 22 ? (unsigned)p.width - 2 : 20, keys = width < 60 ? 15 : 26;
	AUTO_BUF struct buf text = { 0 };

	for (size_t i = 0; i < n_key_rows; i++) {
		AUTO_BUF struct buf lead = { 0 };

		if (!monitor_now(m, key_rows[i].when))
			continue;
		buf_puts(&lead, key_rows[i].shown);
		buf_pad(&lead, 0, lead.len < keys ? keys : lead.len + 1);
		pane_paragraph(buf_str(&lead), key_rows[i].help, keys, width, &text);
	}
	buf_putc(&text, '\n');
	pane_paragraph("", explained, 0, width, &text);
	draw_text(m, &p, "Keys", true, buf_str(&text), &m->help.top);
}

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

	buf_printf(out, "sample %zu/%zu", r->n ? r->at + 1 : 0, r->n);
	if (r->speed < 0)
		buf_printf(out, " x1/%d", 1 << -r->speed);
	else
		buf_printf(out, " x%d", 1 << r->speed);
	buf_puts(out, r->paused ? " paused" : r->at + 1 >= r->n ? " end" : " playing");
}

static void live_words(const struct monitor *m, struct buf *out)
{
	int64_t age = clock_monotonic() - m->last_sample;

	buf_printf(out, "every %" PRId64 ".%02" PRId64 " s", m->interval / 1000000000,
		   m->interval % 1000000000 / 10000000);
	if (m->frozen)
		buf_puts(out, " FROZEN");
	else if (age > m->interval + 2000000000) {
		buf_puts(out, " no sample for ");
		pane_age(age, out);
	}
	if (m->o->recording_now)
		buf_puts(out, atomic_load(m->o->recording_now) ? " recording" : " RECORDING FAILED");
}

/* A narrow screen does without the program's name, then without the time. */
static void header(struct monitor *m)
{
	AUTO_BUF struct buf line = { 0 };
	AUTO_BUF struct buf right = { 0 };
	int at, name = 18;

	buf_printf(&line, "%s  ", m->o->title);
	if (m->pump)
		live_words(m, &line);
	else
		replay_words(m, &line);
	when(m->model.now, &right);
	at = m->screen.width - (int)right.len - 1;
	if ((int)line.len + name >= at)
		name = 1;
	screen_put(&m->screen, 0, 0, m->screen.width, TONE_BAR, name > 1 ? " nicregs monitor" : "");
	screen_put(&m->screen, 0, name, m->screen.width, TONE_BAR, buf_str(&line));
	if ((int)line.len + name < at)
		screen_put(&m->screen, 0, at, (int)right.len + 1, TONE_BAR, buf_str(&right));
}

/* The keys that the last line names, as many as fit. All are in the help. */
static const struct hint {
	enum mode mode;
	enum when when;
	const char *text;
} hints[] = {
	{ MODE_MAIN, ALWAYS, "?:help" },
	{ MODE_MAIN, ALWAYS, "q:quit" },
	{ MODE_MAIN, ALWAYS, "Enter:regs" },

	{ MODE_MAIN, ALWAYS, "/:filter" },
	{ MODE_MAIN, ALWAYS, "w:worst" },
	{ MODE_MAIN, LIVE, "z:freeze" },
	{ MODE_MAIN, LIVE, "+-:interval" },
	{ MODE_MAIN, LIVE, "s:save" },
	{ MODE_MAIN, LIVE, "a:ASPM" },
	{ MODE_MAIN, REPLAY, "Space:pause" },
	{ MODE_MAIN, REPLAY, ".,:step" },
	{ MODE_MAIN, REPLAY, "<>:speed" },
	{ MODE_MAIN, REPLAY, "^$:ends" },
	{ MODE_MAIN, ALWAYS, "r:ring" },
	{ MODE_MAIN, ALWAYS, "d:devices" },
	{ MODE_REGISTERS, ALWAYS, "q:back" },
	{ MODE_REGISTERS, ALWAYS, "?:help" },
	{ MODE_REGISTERS, ALWAYS, "Enter:fields" },
	{ MODE_REGISTERS, ALWAYS, "/:filter" },
	{ MODE_REGISTERS, ALWAYS, "Left Right:device" },
	{ MODE_REGISTER, ALWAYS, "q:back" },
	{ MODE_REGISTER, ALWAYS, "Up Down:scroll" },
	{ MODE_RING, ALWAYS, "q:back" },
	{ MODE_RING, ALWAYS, "Up Down:scroll" },
	{ MODE_HELP, ALWAYS, "q:back" },
	{ MODE_HELP, ALWAYS, "Up Down:scroll" },
};

static void hint(const struct monitor *m, const char *text, struct buf *line)
{
	if ((int)(line->len + 1 + strlen(text)) <= m->screen.width)
		buf_printf(line, " %s", text);
}

static void footer(struct monitor *m)
{
	AUTO_BUF struct buf line = { 0 };

	if (m->message[0])
		buf_printf(&line, " %s", m->message);
	else if (m->typing)
		buf_puts(&line, " Enter:done Esc:no filter");
	else if (m->mode == MODE_PLAN)
		buf_puts(&line, m->plan_waits  ? " Under way..."
				: m->plan_asks ? " y:do it Up Down:scroll any other key:no"
					       : " Up Down:scroll any other key:back");
	else
		for (size_t i = 0; i < COUNT(hints); i++)
			if (hints[i].mode == m->mode && monitor_now(m, hints[i].when))
				hint(m, hints[i].text, &line);
	screen_put(&m->screen, m->screen.height - 1, 0, m->screen.width, TONE_BAR, buf_str(&line));
}

static void draw_pane(struct monitor *m, enum pane pane, const char *title)
{
	const struct pane_place *p = &m->places[pane];
	const struct track *t = monitor_track(m);
	unsigned width = p->width > 22 ? (unsigned)p->width - 2 : 20;
	AUTO_BUF struct buf text = { 0 };

	if (p->height < 2)
		return;
	if (pane == PANE_LINK && track_latest(t))
		pane_link(t, width, &text);
	else if (pane == PANE_CHANGES)
		pane_changes(m, t, width, &text);
	else if (pane == PANE_FINDINGS && t->gone)
		pane_gone(m, t, width, &text);
	else if (pane == PANE_FINDINGS)
		pane_findings(t, width, &text);
	draw_text(m, p, title, m->focus == pane, buf_str(&text), &m->scroll[pane]);
}

static void draw_main(struct monitor *m)
{
	if (!m->model.n) {
		screen_put(&m->screen, 2, 1, m->screen.width, TONE_WARN,
			   "No supported NIC is here; one that appears is shown.");
		return;
	}
	draw_queues(m);
	draw_pane(m, PANE_FINDINGS, "Findings");
	draw_pane(m, PANE_LINK, monitor_track(m)->gone ? "Link and PHY, as last seen" : "Link and PHY");
	draw_pane(m, PANE_CHANGES, "Changed registers");
}

/* Of the chosen transmit queue; of the first for a receive queue. */
static void draw_ring(struct monitor *m)
{
	const struct pane_place p = draw_below_devices(m);
	const struct track *t = monitor_track(m);
	const struct queue_line *row = m->n_rows ? &m->rows[m->queues.at] : NULL;
	uint32_t queue = row && row->transmit ? row->q->index : 0;
	unsigned width = p.width > 22 ? (unsigned)p.width - 2 : 20;
	AUTO_BUF struct buf title = { 0 };
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&title, "The driver's ring of tx%" PRIu32, queue);
	pane_ring(t, queue, width, &text);
	draw_text(m, &p, buf_str(&title), true, buf_str(&text), &m->help.top);
}

static void draw_plan(struct monitor *m)
{
	const struct pane_place p = draw_below_devices(m);
	AUTO_BUF struct buf title = { 0 };

	buf_printf(&title, "ASPM %s %s: %s", m->plan_action == ASPM_DISABLE ? "off for" : "as it was, of", m->plan_name,
		   m->plan_waits  ? "under way"
		   : m->plan_asks ? "shall this be done?"
				  : "any key goes back");
	draw_text(m, &p, buf_str(&title), true, buf_str(&m->plan), &m->help.top);
}

void draw(struct monitor *m)
{
	screen_clear(&m->screen);
	layout(m);
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
	case MODE_RING:
		draw_ring(m);
		break;
	case MODE_HELP:
		draw_help(m);
		break;
	case MODE_PLAN:
		draw_plan(m);
		break;
	}
	footer(m);
	screen_show(&m->screen);
}
