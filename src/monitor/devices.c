// SPDX-License-Identifier: GPL-2.0-or-later
/* A row a device: columns as wide as what is in them, what matters first, those that do not fit left out. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/internal.h"
#include "snapshot/link.h"
#include "util/alloc.h"
#include "util/text.h"

#define GAP 2
#define VERDICT 1 /* the column that has a colour of its own */

static void name_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	(void)m;
	buf_puts(out, t->name);
}

static void verdict_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	buf_printf(out, "%s ", t->gone ? "gone" : verdict_name(t->verdict));
	pane_age(m->model.now - (t->gone ? t->gone_at : t->verdict_since), out);
}

static const struct facts *facts_of(const struct track *t)
{
	const struct snapshot *s = track_latest(t);

	return s ? &s->facts : NULL;
}

static void link_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	const struct facts *f = facts_of(t);

	(void)m;
	if (!f || f->carrier == FACT_UNKNOWN)
		buf_putc(out, '-');
	else if (!f->carrier)
		buf_puts(out, "down");
	else if (f->speed <= 0)
		buf_puts(out, "up");
	else if (f->speed < 1000)
		buf_printf(out, "%" PRId64 "M %s", f->speed, f->duplex ? f->duplex : "");
	else if (f->speed % 1000)
		buf_printf(out, "%.1fG %s", (double)f->speed / 1000, f->duplex ? f->duplex : "");
	else
		buf_printf(out, "%" PRId64 "G %s", f->speed / 1000, f->duplex ? f->duplex : "");
}

static const char *brief(const struct link_end *end)
{
	unsigned on = link_end_on(end) & (LINK_L0S | LINK_L1);

	if (!end->known)
		return "?";
	return on == (LINK_L0S | LINK_L1) ? "L0sL1" : on ? link_aspm_words(on) : "off";
}

static void aspm_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	struct link link;

	(void)m;
	if (!facts_of(t)) {
		buf_putc(out, '-');
		return;
	}
	link_read(track_latest(t), &link);
	link_of_chip(&link, t->chip);
	if (link.applicable)
		buf_printf(out, "%s/%s", brief(link_port(&link)), brief(link_device(&link)));
	else
		buf_puts(out, "no link");
}

static void bond_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	const struct facts *f = facts_of(t);

	(void)m;
	if (f && f->bond)
		buf_printf(out, "%s%s%s", f->bond, f->bond_state ? " " : "", f->bond_state ? f->bond_state : "");
	else
		buf_putc(out, '-');
}

/* The id's own name where it is short. */
static void chip_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	const struct snapshot *s = track_latest(t);

	(void)m;
	if (s && chip_name_is_short(s->chip_name))
		buf_puts(out, s->chip_name);
	else
		buf_puts(out, s && s->chip ? s->chip : "-");
}

static void driver_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	const struct facts *f = facts_of(t);

	(void)m;
	buf_puts(out, f && f->driver ? f->driver : "-");
}

static void address_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	(void)m;
	buf_puts(out, !strncmp(t->address, "0000:", 5) ? t->address + 5 : t->address);
}

/* `least`: so that the columns behind it do not move when what is in it changes. `lives`: not told of a device that is
 * gone. */
static const struct device_column {
	const char *title, *brief; /* brief: where there is no room for the title; NULL: always */
	int least;
	bool lives;
	void (*cell)(const struct monitor *m, const struct track *t, struct buf *out);
} columns[] = {
	{ "DEVICE", NULL, 6, false, name_cell },  { "VERDICT", NULL, 16, false, verdict_cell },
	{ "LINK", NULL, 8, true, link_cell },     { "ASPM port/device", "ASPM", 7, true, aspm_cell },
	{ "BOND", NULL, 1, true, bond_cell },     { "CHIP", NULL, 4, false, chip_cell },
	{ "DRIVER", NULL, 6, true, driver_cell }, { "ADDRESS", NULL, 7, false, address_cell },
};
#define COLUMNS COUNT(columns)

/* 0: not shown, for want of room or of anything to say. */
static void measure(const struct monitor *m, int width[COLUMNS])
{
	int used = 1;

	for (size_t c = 0; c < COLUMNS; c++) {
		bool any = m->model.n == 0;

		width[c] = columns[c].least;
		for (size_t i = 0; i < m->model.n; i++) {
			AUTO_BUF struct buf cell = { 0 };

			columns[c].cell(m, m->model.tracks[i], &cell);
			any |= strcmp(buf_str(&cell), "-") != 0;
			if ((int)text_width(buf_str(&cell)) > width[c])
				width[c] = (int)text_width(buf_str(&cell));
		}
		if (!any || (c > VERDICT && used + width[c] > m->screen.width))
			width[c] = 0;
		else
			used += width[c] + GAP;
	}
	/* Whole titles if there is room for them. */
	for (size_t c = 0; c < COLUMNS; c++) {
		int wanted = (int)strlen(columns[c].title) - width[c];

		if (width[c] && wanted > 0 && used - GAP + wanted <= m->screen.width) {
			width[c] += wanted;
			used += wanted;
		}
	}
}

static enum tone verdict_tone(const struct track *t)
{
	if (t->gone || verdict_is_bad(t->verdict))
		return TONE_BAD;
	if (t->verdict == VERDICT_LINK_DOWN || t->verdict == VERDICT_FALSE_ALARM)
		return TONE_WARN;
	return t->verdict == VERDICT_UNKNOWN ? TONE_DIM : TONE_GOOD;
}

static void row(struct monitor *m, const struct track *t, const int width[COLUMNS], int y)
{
	int chosen = monitor_track(m) == t ? TONE_CHOSEN : 0, x = 1;

	screen_put(&m->screen, y, 0, m->screen.width, chosen, chosen ? ">" : "");
	for (size_t c = 0; c < COLUMNS; c++) {
		AUTO_BUF struct buf cell = { 0 };

		if (!width[c])
			continue;
		if (t->gone && columns[c].lives)
			buf_putc(&cell, '-');
		else
			columns[c].cell(m, t, &cell);
		screen_put(&m->screen, y, x, width[c], chosen + (c == VERDICT ? (int)verdict_tone(t) : TONE_PLAIN),
			   buf_str(&cell));
		x += width[c] + GAP;
	}
}

void draw_devices(struct monitor *m)
{
	size_t rows = (size_t)(m->devices.height - 1);
	int width[COLUMNS], x = 1;

	measure(m, width);
	screen_put(&m->screen, m->devices.y, 0, m->screen.width, TONE_BAR, "");
	for (size_t c = 0; c < COLUMNS; c++) {
		const char *title = columns[c].title;

		if (columns[c].brief && (int)strlen(title) > width[c])
			title = columns[c].brief;
		screen_put(&m->screen, m->devices.y, x, width[c], TONE_BAR, title);
		x += width[c] ? width[c] + GAP : 0;
	}
	m->first_device = 0;
	for (size_t i = 0; i < m->model.n; i++)
		if (m->model.tracks[i] == monitor_track(m) && i >= rows)
			m->first_device = i - rows + 1;
	for (size_t i = 0; i < rows && m->first_device + i < m->model.n; i++)
		row(m, m->model.tracks[m->first_device + i], width, m->devices.y + 1 + (int)i);
}
