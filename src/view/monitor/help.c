// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/monitor/state.h"

void draw_help(struct monitor *m)
{
	const struct place p = {m->devices.y + m->devices.height, 0,
				m->screen.height - m->devices.y - m->devices.height - 1, m->screen.width};
	AUTO_BUF struct buf text = {0};

	screen_rule(&m->screen, p.y, 0, p.width, "Keys", true);
	for (size_t i = 0; i < n_key_rows; i++) {
		size_t start = text.len;

		if ((key_rows[i].replay && m->pump) || (key_rows[i].live && !m->pump))
			continue;
		buf_puts(&text, key_rows[i].shown);
		buf_pad(&text, start, 21);
		buf_printf(&text, " %s\n", key_rows[i].help);
	}
	buf_puts(&text, "\nRING shows how much of the ring waits (WAIT = tail - head, modulo the ring), STILL for how\n"
			"long the head has not moved. Idle queues have nothing to do, or are switched off.\n");
	draw_lines(m, &p, buf_str(&text), &m->help.top);
}
