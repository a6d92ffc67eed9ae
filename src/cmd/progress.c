// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/text.h"

#define PATIENCE INT64_C(1000000000)
#define STEP INT64_C(200000000)
#define NAME_MOST 32

struct progress progress_begin(const char *name)
{
	return (struct progress){ .name = name, .begun = clock_ns(CLOCK_MONOTONIC), .shown = isatty(STDERR_FILENO) };
}

/* Over what stands there, which may be longer. */
static void draw(struct progress *p, const char *line)
{
	unsigned width = (unsigned)text_width(line);

	fprintf(stderr, "\r%s%*s\r", line, p->width > width ? (int)(p->width - width) : 0, "");
	p->width = width;
}

static void put_size(struct buf *out, uint64_t bytes)
{
	if (bytes < UINT64_C(10000000000))
		buf_printf(out, "%" PRIu64 " MB", bytes / 1000000);
	else
		buf_printf(out, "%" PRIu64 " GB", bytes / 1000000000);
}

void progress_say(struct progress *p, uint64_t done, uint64_t size, uint64_t reports)
{
	AUTO_BUF struct buf line = { 0 };
	int64_t now = p->shown ? clock_ns(CLOCK_MONOTONIC) : 0;
	size_t n = strlen(p->name), skip = n > NAME_MOST ? n - NAME_MOST : 0;

	if (!p->shown || now - p->begun < PATIENCE || now - p->drawn < STEP)
		return;
	p->drawn = now;
	buf_puts(&line, skip ? "..." : "");
	text_escape(&line, p->name + skip, n - skip);
	buf_puts(&line, ": ");
	put_size(&line, done);
	if (size) {
		buf_puts(&line, " of ");
		put_size(&line, size);
	}
	buf_puts(&line, ", ");
	put_size(&line, (uint64_t)((double)done * 1e9 / (double)(now - p->begun)));
	buf_printf(&line, "/s, %" PRIu64 " report%s", reports, reports == 1 ? "" : "s");
	if (text_width(buf_str(&line)) < cmd_view_stderr().width)
		draw(p, buf_str(&line));
}

void progress_end(struct progress *p)
{
	if (p->width)
		draw(p, "");
}
