// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "klog/clean.h"
#include "klog/record.h"
#include "util/alloc.h"

#define READ_SIZE 262144
#define READ_LEAST 65536 /* room given to a source, at least */
#define BACK 2048        /* bytes before an anchor that are looked at, in a line without end */
#define BACK_LINES 3
#define LINE_LOOK 200  /* bytes of a line that its prefix is looked for in */
#define TAIL_BLANK 256 /* bytes at the end of a piece where a blank is looked for */

struct klog *klog_new(klog_fn *each, void *arg)
{
	struct klog *k = xcalloc(1, sizeof(*k));

	k->each = each;
	k->arg = arg;
	prefilter_init(&k->prefilter);
	messages_init(&k->index);
	k->buf = xcalloc(1, READ_SIZE + PREFILTER_SLACK);
	klog_restart(k);
	return k;
}

void klog_restart(struct klog *k)
{
	if (k->described)
		described_free(k);
	described_init(k);
	memset((char *)k + offsetof(struct klog, start), 0, sizeof(*k) - offsetof(struct klog, start));
	k->line = 1;
}

void klog_free(struct klog *k)
{
	if (!k)
		return;
	described_free(k);
	free(k->buf);
	free(k->devices);
	free(k);
}

static const char *last_newline(const char *from, const char *to)
{
	return to > from ? memrchr(from, '\n', (size_t)(to - from)) : NULL;
}

/* Whether something is open that the next line could belong to, or an anchor lies ahead. */
static bool busy(const struct klog *k)
{
	return k->rec.n || k->until > k->start || k->deltas || described_open(k) || blocks_oldest(k) != UINT64_MAX;
}

/* A line's prefix; its cleaned text is in k->piece. */
static size_t look_at(struct klog *k, const char *raw, size_t n, size_t *len, bool *joined, struct prefix *stamp)
{
	size_t prefix;

	*len = clean_line(raw, n, k->piece, sizeof(k->piece), joined);
	prefix = prefix_parse(k->piece, *len, stamp);
	stamp->stranger = prefix_is_strangers(k->piece, *len, prefix, stamp);
	return prefix;
}

/* `to` is inside a line, at least LINE_LOOK bytes from its start, unless it was known before: whose line that is. */
static void note_writer(struct klog *k, size_t to)
{
	const char *newline = last_newline(k->buf + k->start, k->buf + to);
	const char *head = newline ? newline + 1 : k->buf + k->start;
	struct prefix stamp;
	size_t len, left = (size_t)(k->buf + k->end - head);
	bool joined;

	if (!newline && k->mid_line)
		return;
	look_at(k, head, left < LINE_LOOK ? left : LINE_LOOK, &len, &joined, &stamp);
	k->strangers_line = stamp.stranger;
}

/* Everything before `to` is done with. */
static void advance(struct klog *k, size_t to)
{
	if (to > k->start) {
		k->line += count_newlines(k->buf + k->start, to - k->start);
		if (k->buf[to - 1] != '\n')
			note_writer(k, to);
		k->mid_line = k->buf[to - 1] != '\n';
		k->start = to;
	}
	if (k->scanned < to)
		k->scanned = to;
}

/* The line before one whose prefix has no date, if that has it: a mail program broke the prefix. */
static const char *with_date(struct klog *k, const char *from, const char *at)
{
	const char *newline = at > from ? last_newline(from, at - 1) : NULL, *before = newline ? newline + 1 : from;
	struct prefix stamp;
	size_t len, prefix;
	bool joined;

	if (at == from || at - before > LINE_LOOK)
		return at;
	prefix = look_at(k, before, (size_t)(at - 1 - before), &len, &joined, &stamp);
	return prefix && stamp.has_wall && !stamp.has_uptime && !memchr(k->piece + prefix, ' ', len - prefix) ? before
													      : at;
}

/* The start of the record that an anchor is in: its line, and lines before it if it has no prefix. */
static const char *back_from(struct klog *k, const char *anchor)
{
	const char *begin = k->buf + k->start, *from = anchor - begin > BACK ? anchor - BACK : begin;
	const char *at = anchor;

	for (int lines = 0; lines < BACK_LINES; lines++) {
		const char *newline = last_newline(from, at), *next = anchor;
		struct prefix stamp;
		size_t len;
		bool joined;

		if (!newline)
			return from;
		at = newline + 1;
		while (next < k->buf + k->end && *next != '\n' && next - at < LINE_LOOK)
			next++;
		if (next > at && look_at(k, at, (size_t)(next - at), &len, &joined, &stamp))
			return stamp.has_wall ? at : with_date(k, from, at);
		at = newline;
	}
	return at + 1;
}

/* Whether as much of an anchor's line has come as back_from() looks at. */
static bool has_come(const struct klog *k, const char *anchor)
{
	const char *begin = k->buf + k->start, *end = k->buf + k->end;
	const char *from = anchor - begin > LINE_LOOK ? anchor - LINE_LOOK : begin;
	const char *newline = last_newline(from, anchor);

	return end - (newline ? newline + 1 : from) >= LINE_LOOK || memchr(anchor, '\n', (size_t)(end - anchor));
}

/* The first pass, up to the next anchor. False: there is none in what has come so far. */
static bool skip_ahead(struct klog *k, bool last)
{
	const char *end = k->buf + k->end, *hit = prefilter_next(&k->prefilter, k->buf + k->scanned, end);
	const char *keep = end;

	if (hit && (last || has_come(k, hit))) {
		k->scanned = (size_t)(hit - k->buf);
		advance(k, (size_t)(back_from(k, hit) - k->buf));
		k->until = (size_t)(hit - k->buf) + 1;
		return true;
	}
	if (hit)
		k->scanned = (size_t)(hit - k->buf);
	else if (k->end > k->scanned + PREFILTER_LONGEST)
		k->scanned = k->end - PREFILTER_LONGEST;
	/* The last lines stay, in case that an anchor follows that belongs to them. */
	for (int lines = 0; lines <= BACK_LINES && keep; lines++)
		keep = last_newline(k->buf + (k->end > k->start + BACK ? k->end - BACK : k->start), keep);
	if (last)
		advance(k, k->end);
	else if (keep)
		advance(k, (size_t)(keep - k->buf) + 1);
	else if (k->end > k->start + BACK)
		advance(k, k->end - BACK);
	return false;
}

/* Bytes of a line that is longer than a piece: up to a blank if there is one near. */
static size_t piece_of(const char *s)
{
	const char *blank = memrchr(s + PIECE_MAX - TAIL_BLANK, ' ', TAIL_BLANK);

	return blank ? (size_t)(blank - s) + 1 : PIECE_MAX;
}

/* Blanks at the start of a line, a tab as eight; a mail's quote marks do not count. */
static size_t indent_of(const char *s, size_t n)
{
	size_t indent = 0;

	for (size_t i = 0; i < n && (s[i] == ' ' || s[i] == '\t' || s[i] == '>'); i++)
		indent += s[i] == '\t' ? 8 : s[i] == ' ';
	return indent;
}

/* The next line, looked at closely. False: its end has not come yet. */
static bool take_line(struct klog *k, bool last)
{
	const char *s = k->buf + k->start;
	size_t left = k->end - k->start, most = left < PIECE_MAX ? left : PIECE_MAX, n, len, prefix;
	const char *newline = most ? memchr(s, '\n', most) : NULL;
	bool joined, middle = k->mid_line;
	struct prefix stamp;
	struct line line;

	if (!newline && (left < PIECE_MAX ? !last || !left : false))
		return false;
	n = newline ? (size_t)(newline - s) : left < PIECE_MAX ? left : piece_of(s);
	prefix = look_at(k, s, n, &len, &joined, &stamp);
	if (middle) {
		prefix = 0;
		stamp = (struct prefix){ .stranger = k->strangers_line };
	} else if (len && prefix) {
		described_end(k);
	} else if (len && !stamp.stranger && described_line(k, k->piece, len)) {
		record_finish(k, false);
		advance(k, k->start + n + (newline != NULL));
		return true;
	}
	line = (struct line){
		.text = k->piece,
		.n = len,
		.indent = indent_of(s, n),
		.blank = *s == ' ' || *s == '\t',
		.prefix = prefix,
		.middle = middle,
		.joined = joined && newline,
		.stamp = &stamp,
	};
	if (len && k->rec.n && !middle && record_begins(k, &line)) {
		record_finish(k, false);
		if (!busy(k))
			return true;
	}
	if (middle && k->rec.n + len >= RECORD_MAX && k->until <= k->start && blocks_oldest(k) == UINT64_MAX) {
		record_finish(k, false); /* nothing is left to wait for in a line without end */
		return true;
	}
	if (len)
		record_add(k, &line);
	else if (!middle)
		k->rec.joined = false;
	advance(k, k->start + n + (newline != NULL));
	return true;
}

static void work(struct klog *k, bool last)
{
	bool more = true;

	while (more && k->start < k->end)
		more = busy(k) ? take_line(k, last) : skip_ahead(k, last);
}

char *klog_space(struct klog *k, size_t *n)
{
	if (k->start && k->end + READ_LEAST > READ_SIZE) {
		size_t from = k->start;

		memmove(k->buf, k->buf + from, k->end - from);
		k->end -= from;
		k->scanned -= from;
		k->until -= k->until > from ? from : k->until;
		k->start = 0;
	}
	*n = READ_SIZE - k->end;
	return k->buf + k->end;
}

void klog_filled(struct klog *k, size_t n)
{
	k->end += n;
	work(k, false);
	if (k->start == k->end)
		k->start = k->end = k->scanned = k->until = 0;
	k->host.lines = k->line - 1;
}

void klog_feed(struct klog *k, const void *bytes, size_t n)
{
	const char *from = bytes;

	while (n) {
		size_t room, take;
		char *to = klog_space(k, &room);

		take = n < room ? n : room;
		memcpy(to, from, take);
		klog_filled(k, take);
		from += take;
		n -= take;
	}
}

void klog_idle(struct klog *k)
{
	described_end(k);
	record_finish(k, false);
	blocks_close(k, true);
	queue_drain(k, UINT64_MAX);
	devices_settle(k);
}

void klog_gap(struct klog *k)
{
	klog_idle(k);
	k->host.gaps++;
}

void klog_end(struct klog *k)
{
	work(k, true);
	klog_idle(k);
	k->host.lines = k->line - 1 + k->mid_line;
	k->start = k->end = k->scanned = k->until = 0;
	k->mid_line = false;
}
