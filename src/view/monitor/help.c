// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/monitor/state.h"

static const char explained[] =
	"RING shows how much of a ring waits for the hardware: WAIT descriptors from HEAD to TAIL, around its end if need "
	"be, "
	"in decimal; in a receive ring these are free buffers, and many are good. ? or -: the part does not tell. STILL is "
	"the time since the head last moved, > if it was never seen to move. Idle queues have nothing to do, or are "
	"switched "
	"off. ASPM is what is switched on at the port, and at the device. A click chooses, the wheel scrolls; with Shift "
	"the terminal marks text as usual.";

void draw_help(struct monitor *m)
{
	const struct place p = draw_below_devices(m);
	AUTO_BUF struct buf text = { 0 };

	for (size_t i = 0; i < n_key_rows; i++) {
		size_t start = text.len;

		if (!monitor_now(m, key_rows[i].when))
			continue;
		buf_puts(&text, key_rows[i].shown);
		buf_pad(&text, start, 25);
		buf_printf(&text, " %s\n", key_rows[i].help);
	}
	buf_putc(&text, '\n');
	text_paragraph("", explained, 0, p.width > 22 ? (unsigned)p.width - 2 : 20, &text);
	draw_text(m, &p, "Keys", true, buf_str(&text), &m->help.top);
}
