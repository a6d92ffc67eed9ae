// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "view/monitor/state.h"

static enum tone tone_of(const char *line)
{
	if (!strncmp(line, "[fault]", 7) || strstr(line, "! "))
		return TONE_BAD;
	if (!strncmp(line, "[warning]", 9))
		return TONE_WARN;
	return strstr(line, " ago ") ? TONE_DIM : TONE_PLAIN;
}

void draw_text(const struct monitor *m, const struct place *p, const char *title, bool focus, const char *text,
	       size_t *scroll)
{
	size_t lines = 0, at = 0, room = p->height > 1 ? (size_t)p->height - 1 : 0;
	AUTO_BUF struct buf part = { 0 };

	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	if (*scroll + room > lines)
		*scroll = lines > room ? lines - room : 0;
	text_part(*scroll, (int)room, lines, &part);
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

struct place draw_below_devices(const struct monitor *m)
{
	int y = m->devices.y + m->devices.height;

	return (struct place){ y, 0, m->screen.height - y - 1, m->screen.width };
}
