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

/* A single look tells how sure the verdict is, and not since when; later ones mark a verdict that is only possible. */
static void verdict_cell(const struct monitor *m, const struct track *t, struct buf *out)
{
	const struct diagnosis *d = track_diagnosis(t);
	bool possible = d && verdict_is_bad(d->verdict) && d->confidence == POSSIBLE;

	if (t->gone || t->n_looks != 1) {
		buf_printf(out, "%s%s ", t->gone ? "gone" : verdict_name(t->verdict), !t->gone && possible ? "?" : "");
		pane_age(m->model.now - (t->gone ? t->gone_at : t->verdict_since), out);
		return;
	}
	buf_puts(out, verdict_name(t->verdict));
	if (d && verdict_is_bad(d->verdict) && d->confidence != CERTAIN)
		buf_printf(out, " (%s)", confidence_name(d->confidence));
	buf_puts(out, " -");
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
	link_read_part(track_latest(t), t->chip, &link);
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

static bool holds(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

/* Each word of the filter is in its name, address, chip, driver or verdict. */
static bool passes(const struct monitor *m, const struct track *t)
{
	const struct snapshot *s = track_latest(t);
	char words[sizeof(m->device_filter)], *rest = words, *word;

	memcpy(words, m->device_filter, sizeof(words));
	while ((word = strsep(&rest, " ")))
		if (*word && !holds(t->name, word) && !holds(t->address, word) &&
		    !holds(s ? s->chip_name : NULL, word) && !holds(s ? s->facts.driver : NULL, word) &&
		    !holds(t->gone ? "gone" : verdict_name(t->verdict), word))
			return false;
	return true;
}

size_t devices_passing(const struct monitor *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->model.n; i++)
		n += passes(m, m->model.tracks[i]);
	return n;
}

size_t devices_nth(const struct monitor *m, size_t n)
{
	size_t i = 0;

	while (i < m->model.n && (!passes(m, m->model.tracks[i]) || n--))
		i++;
	return i;
}

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

/* "filter: ens1f0 hung, 3 of 520", at the right end of the titles; how many there are also where not all are shown. */
static void filter_words(struct monitor *m)
{
	size_t n = devices_passing(m);
	AUTO_BUF struct buf words = { 0 };

	if (m->device_filter[0] || m->typing_devices)
		buf_printf(&words, " filter: %s%s, %zu of %zu ", m->device_filter, m->typing_devices ? "_" : "", n,
			   m->model.n);
	else if (n + 1 > (size_t)m->devices.height)
		buf_printf(&words, " %zu (d: filter) ", n);
	if ((int)words.len < m->screen.width)
		screen_put(&m->screen, m->devices.y, m->screen.width - (int)words.len, (int)words.len, TONE_BAR,
			   buf_str(&words));
}

/* The chosen one is among them. */
static void draw_rows(struct monitor *m, const int width[COLUMNS], size_t rows)
{
	size_t n = 0, shown = 0;

	m->first_device = 0;
	for (size_t i = 0; i < m->model.n; i++) {
		if (!passes(m, m->model.tracks[i]))
			continue;
		if (m->model.tracks[i] == monitor_track(m) && n >= rows)
			m->first_device = n - rows + 1;
		n++;
	}
	for (size_t i = devices_nth(m, m->first_device); i < m->model.n && shown < rows; i++)
		if (passes(m, m->model.tracks[i]))
			row(m, m->model.tracks[i], width, m->devices.y + 1 + (int)shown++);
	if (!n && m->model.n)
		screen_put(&m->screen, m->devices.y + 1, 1, m->screen.width, TONE_WARN,
			   "No device passes the filter: Esc takes it away.");
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
	filter_words(m);
	draw_rows(m, width, rows);
}
