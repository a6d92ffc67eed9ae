// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/record.h"

#include <string.h>

#define WORD_MOST 64
#define DEEPER 8 /* blanks; fewer are a matter of taste */
#define DEEPER_UNKNOWN 15
#define TAIL 256 /* bytes kept when a record is full: longer than any line of a driver */

/* Nothing but a prefix and at most one word: a host or a driver, at whose end a mail program wrapped the line. */
static bool is_unfinished(const struct record *rec)
{
	return !memchr(rec->text + rec->body, ' ', rec->n - rec->body) && rec->n - rec->body < WORD_MOST;
}

/* journalctl puts the further lines of a message under its first, as deep as the prefix is wide: whatever such a line
 * looks like, it is of the same writer. */
static bool is_deeper(const struct record *rec, const struct line *line)
{
	return line->indent >= rec->deep;
}

bool record_begins(const struct klog *k, const struct line *line)
{
	const struct record *rec = &k->rec;

	if (!rec->n)
		return true;
	if (rec->joined || ((rec->stamped || rec->stamp.stranger) && is_deeper(rec, line)))
		return false;
	if (line->stamp->stranger || line->text[0] == '{')
		return true;
	if (line->prefix) /* the rest of a wrapped prefix has no date of its own */
		return !is_unfinished(rec) || !rec->stamp.has_wall || line->stamp->has_wall || rec->stamp.has_uptime;
	/* After a line with nothing but a prefix comes its message. */
	return rec->body < rec->n && ident_begins(line->text, line->n) &&
	       !ident_goes_on(rec->text + rec->body, rec->text + rec->n, line->text, line->n);
}

/* A clock that goes back is another boot's. */
static void follow_clock(struct klog *k, const struct prefix *stamp)
{
	if (!stamp->has_uptime)
		return;
	if (stamp->uptime_ns + UINT64_C(60000000000) < k->latest_uptime_ns) {
		k->host.boots++;
		k->latest_uptime_ns = 0;
	}
	if (stamp->uptime_ns > k->latest_uptime_ns)
		k->latest_uptime_ns = stamp->uptime_ns;
}

/* Time and text of a prefix, kept for the record's reports. */
static void take_stamp(struct klog *k, const struct prefix *stamp)
{
	struct record *rec = &k->rec;
	size_t n = stamp->has_wall && stamp->wall_len < sizeof(rec->wall) ? stamp->wall_len : 0;

	rec->stamp = *stamp;
	rec->stamp.wall = NULL;
	if (n)
		memcpy(rec->wall, stamp->wall, n);
	rec->wall[n] = '\0';
	if (stamp->has_delta && !stamp->has_uptime) {
		k->deltas = true;
		k->delta_clock_ns += stamp->delta_ns;
	}
	follow_clock(k, stamp);
}

/* What a prefix's second line adds. */
static void add_uptime(struct klog *k, const struct prefix *stamp)
{
	struct record *rec = &k->rec;

	if (!stamp->has_uptime || rec->stamp.has_uptime || !rec->stamp.has_wall || !is_unfinished(rec))
		return;
	rec->stamp.has_uptime = true;
	rec->stamp.uptime_ns = stamp->uptime_ns;
	follow_clock(k, stamp);
}

static void mark(struct klog *k, const struct line *line)
{
	struct record *rec = &k->rec;

	rec->marks[rec->n_marks++] = (struct mark){
		.at = rec->n,
		.line = k->line,
		.prefix = line->prefix,
		.inside = line->middle || (rec->n && is_deeper(rec, line)),
	};
}

void record_add(struct klog *k, const struct line *line)
{
	struct record *rec = &k->rec;

	if (rec->n + line->n + 1 > RECORD_MAX || rec->n_marks >= RECORD_LINES)
		record_finish(k, true);
	if (!rec->n) {
		take_stamp(k, line->stamp);
		rec->body = line->prefix;
		rec->deep = line->indent + (line->prefix > DEEPER ? line->prefix
					    : line->prefix        ? DEEPER
								  : DEEPER_UNKNOWN);
		rec->stamped = line->prefix > 0;
		rec->ours = false;
	} else if (!rec->joined) {
		add_uptime(k, line->stamp);
		rec->text[rec->n++] = '\n';
	} else if (line->blank) {
		rec->text[rec->n++] = ' ';
	}
	mark(k, line);
	memcpy(rec->text + rec->n, line->text, line->n);
	rec->n += line->n;
	rec->text[rec->n] = '\0';
	rec->joined = line->joined;
}

void record_finish(struct klog *k, bool more)
{
	struct record *rec = &k->rec;
	size_t done, keep;
	uint64_t line;

	if (!rec->n)
		return;
	done = rec->stamp.stranger ? rec->n : messages_read(k);
	if (!more) {
		rec->n = rec->n_marks = 0;
		rec->joined = false;
		k->records++;
	} else {
		line = rec->marks[rec->n_marks - 1].line;
		keep = rec->n - done < TAIL ? rec->n - done : TAIL;
		memmove(rec->text, rec->text + rec->n - keep, keep);
		rec->n = keep;
		rec->body = 0;
		rec->n_marks = 1;
		rec->marks[0] = (struct mark){ .line = line, .inside = true };
	}
	blocks_close(k, false);
	queue_drain(k, blocks_oldest(k)); /* what is behind an open block waits for it */
}
