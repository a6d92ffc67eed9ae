// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of devices and of queues. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "snapshot/link.h"
#include "view/monitor/state.h"

static const char *short_address(const char *address)
{
	return !strncmp(address, "0000:", 5) ? address + 5 : address;
}

static void link_cell(const struct facts *f, struct buf *out)
{
	if (f->carrier == FACT_UNKNOWN)
		buf_putc(out, '-');
	else if (!f->carrier)
		buf_puts(out, "down");
	else if (f->speed > 0)
		buf_printf(out, "%" PRId64 " %s", f->speed, f->duplex ? f->duplex : "");
	else
		buf_puts(out, "up");
}

static const char *brief(const struct link_end *end)
{
	unsigned on = link_end_on(end) & (LINK_L0S | LINK_L1);

	if (!end->known)
		return "?";
	return on == (LINK_L0S | LINK_L1) ? "L0sL1" : on ? link_aspm_words(on) : "off";
}

static void aspm_cell(const struct snapshot *s, struct buf *out)
{
	struct link link;

	link_read(s, &link);
	if (!link.applicable)
		buf_puts(out, "no link");
	else
		buf_printf(out, "%s/%s", brief(link_port(&link)), brief(link_device(&link)));
}

static enum tone verdict_tone(enum verdict v)
{
	if (verdict_is_bad(v))
		return TONE_BAD;
	return v == VERDICT_LINK_DOWN || v == VERDICT_FALSE_ALARM ? TONE_WARN : v == VERDICT_UNKNOWN ? TONE_DIM : TONE_GOOD;
}

/* The id's own name where it is a word. */
static const char *part(const struct snapshot *s)
{
	if (s->chip_name && !strchr(s->chip_name, ' '))
		return s->chip_name;
	return s->chip ? s->chip : "-";
}

static void device_row(struct monitor *m, const struct track *t, int y)
{
	const struct snapshot *s = track_latest(t);
	bool chosen = monitor_track(m) == t, wide = m->screen.width >= 100;
	AUTO_BUF struct buf line = { 0 };
	AUTO_BUF struct buf verdict = { 0 };
	int at = wide ? 77 : 61;

	buf_printf(&line, "%c", chosen ? '>' : ' ');
	buf_printf(&line, "%-10.10s %-12.12s %-8.8s %-8.8s ", t->name, short_address(t->address),
		   s ? part(s) : "-", s && s->facts.driver ? s->facts.driver : "-");
	if (s && !t->gone) {
		link_cell(&s->facts, &line);
		buf_pad(&line, 0, 52);
		buf_putc(&line, ' ');
		aspm_cell(s, &line);
		if (wide) {
			buf_pad(&line, 0, 65);
			buf_printf(&line, " %s", s->facts.bond ? s->facts.bond : "-");
		}
	}
	screen_put(&m->screen, y, 0, m->screen.width, chosen ? TONE_SELECTED : TONE_PLAIN, buf_str(&line));
	buf_puts(&verdict, t->gone ? "gone" : verdict_name(t->verdict));
	buf_putc(&verdict, ' ');
	text_age(m->model.now - (t->gone ? t->gone_at : t->verdict_since), &verdict);
	if (t->gone)
		buf_puts(&verdict, ", awaited");
	screen_put(&m->screen, y, at, m->screen.width - at, t->gone ? TONE_BAD : verdict_tone(t->verdict), buf_str(&verdict));
}

void draw_devices(struct monitor *m)
{
	size_t rows = (size_t)(m->devices.height - 1), first = 0;
	bool wide = m->screen.width >= 100;

	screen_put(&m->screen, m->devices.y, 0, m->screen.width, TONE_BAR,
		   wide ? " DEVICE     ADDRESS      CHIP     DRIVER   LINK        ASPM port/dev BOND        VERDICT"
			: " DEVICE     ADDRESS      CHIP     DRIVER   LINK      ASPM    VERDICT");
	for (size_t i = 0; i < m->model.n; i++)
		if (m->model.tracks[i] == monitor_track(m) && i >= rows)
			first = i - rows + 1;
	for (size_t i = 0; i < rows && first + i < m->model.n; i++)
		device_row(m, m->model.tracks[first + i], m->devices.y + 1 + (int)i);
}

/* How full the ring is, in eighths of a cell where the terminal can show them. */
static void bar(const struct monitor *m, const struct queue *q, int cells, struct buf *out)
{
	static const char *const eighths[] = { " ", "\xe2\x96\x8f", "\xe2\x96\x8e", "\xe2\x96\x8d", "\xe2\x96\x8c", "\xe2\x96\x8b",
					       "\xe2\x96\x8a", "\xe2\x96\x89", "\xe2\x96\x88" };
	uint64_t size = q->last.size ? q->last.size : 256, full = (uint64_t)cells * 8 * q->pending / size;

	if (q->pending && !full)
		full = 1;
	buf_putc(out, '[');
	for (int i = 0; i < cells; i++) {
		uint64_t part = full > 8 ? 8 : full;

		if (m->screen.ascii)
			buf_putc(out, part ? '#' : ' ');
		else
			buf_puts(out, eighths[part]);
		full -= part;
	}
	buf_putc(out, ']');
}

static void spark(const struct monitor *m, const struct lane *lane, int cells, struct buf *out)
{
	static const char *const fine[] = { " ", "\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83", "\xe2\x96\x84", "\xe2\x96\x85",
					    "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88" };
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
	text_age(m->model.now - (lane->moved_at ? lane->moved_at : lane->since), out);
}

static void queue_row(struct monitor *m, const struct row *row, int y, bool chosen)
{
	static const enum tone tones[] = { TONE_BAD, TONE_WARN, TONE_WARN, TONE_PLAIN, TONE_DIM, TONE_DIM };
	const struct place *p = &m->places[PANE_QUEUES];
	const struct lane *lane = track_lane(monitor_track(m), row->transmit, row->q->index);
	int spare = p->width - 66, cells = 10 + (spare > 0 ? spare / 2 : 0);
	AUTO_BUF struct buf line = { 0 };
	AUTO_BUF struct buf rate = { 0 };

	cells = cells > 32 ? 32 : cells;
	text_rate(row->rate, &rate);
	buf_printf(&line, " %s%-5u %-8s", row->transmit ? "tx" : "rx", row->q->index, trouble_name(row->trouble));
	bar(m, row->q, cells, &line);
	buf_printf(&line, "%5u %5u %5u %8s ", row->q->last.head, row->q->last.tail, row->q->pending, buf_str(&rate));
	buf_pad(&line, 0, (size_t)cells + 45);
	still(m, lane, &line);
	buf_pad(&line, 0, (size_t)cells + 53);
	if (lane)
		spark(m, lane, p->width - cells - 54, &line);
	screen_put(&m->screen, y, p->x, p->width, chosen ? TONE_SELECTED : tones[row->trouble], buf_str(&line));
}

static void queue_title(struct monitor *m)
{
	const struct place *p = &m->places[PANE_QUEUES];
	const struct track *t = monitor_track(m);
	AUTO_BUF struct buf title = { 0 };

	buf_printf(&title, "Queues of %s: %zu shown, %zu idle %s", t->name, m->n_rows, m->hidden,
		   m->show_idle ? "with them" : "hidden (i)");
	if (m->queue_filter[0] || (m->typing && m->mode == MODE_MAIN))
		buf_printf(&title, ", filter: %s%s", m->queue_filter, m->typing ? "_" : "");
	screen_rule(&m->screen, p->y, p->x, p->width, buf_str(&title), m->focus == PANE_QUEUES);
}

void draw_queues(struct monitor *m)
{
	const struct place *p = &m->places[PANE_QUEUES];
	int spare = p->width - 66, cells = 10 + (spare > 0 ? spare / 2 : 0), lines = p->height - 2;
	AUTO_BUF struct buf head = { 0 };

	cells = cells > 32 ? 32 : cells;
	queue_title(m);
	buf_puts(&head, " QUEUE   STATE   RING");
	buf_pad(&head, 0, (size_t)cells + 18);
	buf_puts(&head, " HEAD  TAIL  WAIT  DESCR/S STILL   TREND");
	screen_put(&m->screen, p->y + 1, p->x, p->width, TONE_BAR, buf_str(&head));
	list_clamp(&m->queues, m->n_rows, lines);
	for (int i = 0; i < lines && m->queues.top + (size_t)i < m->n_rows; i++)
		queue_row(m, &m->rows[m->queues.top + (size_t)i], p->y + 2 + i, m->queues.top + (size_t)i == m->queues.at);
	if (!m->n_rows && lines > 0)
		screen_put(&m->screen, p->y + 2, p->x, p->width, TONE_DIM,
			   monitor_track(m)->gone ? " The device is gone; it is looked for at each sample."
			   : m->hidden ? " All queues are idle." : " No queue is known, or none passes the filter.");
}
