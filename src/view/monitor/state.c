// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/monitor/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/clock.h"

int64_t monitor_clock(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

struct track *monitor_track(const struct monitor *m)
{
	for (size_t i = 0; i < m->model.n; i++)
		if (!strcmp(m->model.tracks[i]->address, m->chosen))
			return m->model.tracks[i];
	return m->model.n ? m->model.tracks[0] : NULL;
}

bool monitor_now(const struct monitor *m, enum when when)
{
	return when == ALWAYS || (when == LIVE) == (m->pump != NULL);
}

char *monitor_filter(struct monitor *m)
{
	return m->mode == MODE_REGISTERS ? m->register_filter : m->queue_filter;
}

void monitor_say(struct monitor *m, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(m->message, sizeof(m->message), format, ap);
	va_end(ap);
}
