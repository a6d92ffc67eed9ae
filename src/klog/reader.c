// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes into lines; which of them are looked at closely. */
#include <stddef.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"
#include "util/text.h"

#define BACK PIECE_MAX /* bytes before an anchor that are looked at, in a line without end */
#define BACK_LINES 3
#define TAIL_BLANK 256 /* bytes at the end of a piece where a blank is looked for */

const char *reader_last_newline(const char *from, const char *to)
{
	return to > from ? memrchr(from, '\n', (size_t)(to - from)) : NULL;
}

/* A line's prefix but who wrote it; its cleaned text is in r->piece. */
static size_t look_quickly(struct log_reader *r, const char *raw, size_t n, size_t *len, bool *joined,
			   struct prefix *prefix)
{
	size_t body;

	r->looked.n = 0;
	*len = paste_clean_line(raw, n, r->piece, sizeof(r->piece), joined);
	body = prefix_parse_next(r->piece, *len, &r->memo, prefix);
	if (logfmt_begins(r->piece, *len) && !body)
		return logfmt_look(r->piece, len, body, prefix);
	return r->columns.count ? table_look(r, raw, n, *len, body, prefix) : body;
}

/* Whether another program wrote a line; its cleaned text is in r->piece. */
static bool is_others(const struct log_reader *r, size_t n, size_t body, const struct prefix *prefix)
{
	return prefix_is_strangers(r->piece, n, body, prefix) ||
	       (!prefix->kernel && n && (r->columns.count || memchr(r->piece, '"', n)) &&
		columns_name_other(&r->columns, r->piece, n));
}

/* A line's prefix; its cleaned text is in r->piece. */
size_t reader_look_at(struct log_reader *r, const char *raw, size_t n, size_t *len, bool *joined, struct prefix *prefix)
{
	size_t body = look_quickly(r, raw, n, len, joined, prefix);

	prefix->stranger = is_others(r, *len, body, prefix);
	return body;
}

/* A line that is taken next, as a rule: what was found is kept. Whether it has a prefix. */
static bool look_whole(struct log_reader *r, const char *s)
{
	size_t left = (size_t)(r->buf + r->end - s), most = left < PIECE_MAX ? left : PIECE_MAX, len;
	const char *newline = memchr(s, '\n', most);
	struct prefix prefix;
	bool joined;
	size_t n = newline ? (size_t)(newline - s) : left < LINE_LOOK ? left : LINE_LOOK, body;

	body = reader_look_at(r, s, n, &len, &joined, &prefix);
	if (newline) {
		r->looked.at = (size_t)(s - r->buf);
		r->looked.n = n;
		r->looked.len = len;
		r->looked.body = body;
		r->looked.joined = joined;
	}
	r->looked.prefix = prefix;
	return body;
}

/* `to` is inside a line, at least LINE_LOOK bytes from its start, unless it was known before: whose line that is. */
static void note_writer(struct log_reader *r, size_t to)
{
	const char *newline = reader_last_newline(r->buf + r->start, r->buf + to);
	const char *head = newline ? newline + 1 : r->buf + r->start;
	struct prefix prefix;
	size_t len, value, left = (size_t)(r->buf + r->end - head);
	enum journal_whose whose;
	bool joined;

	if (!newline && r->mid_line)
		return;
	reader_look_at(r, head, left < LINE_LOOK ? left : LINE_LOOK, &len, &joined, &prefix);
	/* Of a journal's record the kernel's message alone counts, once all of the record was seen. */
	whose = journal_judge(r, head, false, &value);
	r->strangers_line =
		prefix.stranger || prefix_is_json(r->piece, len) || whose == JOURNAL_OTHER || whose == JOURNAL_OPEN;
}

/* The same as reader_advance(), to a place that is in this line. */
static void advance_to_line(struct log_reader *r, size_t to, uint64_t line)
{
	if (to <= r->start)
		return;
	if (r->columns.count)
		table_advance(r, to);
	r->line = line;
	if (r->buf[to - 1] != '\n')
		note_writer(r, to);
	r->mid_line = r->buf[to - 1] != '\n';
	r->start = to;
}

void reader_advance(struct log_reader *r, size_t to)
{
	if (to > r->start)
		advance_to_line(r, to, first_pass_line(&r->pass, r->buf, r->start, r->line, to));
}

void reader_scan(struct log_reader *r, bool last)
{
	size_t end = last ? r->end : r->end > PREFILTER_LONGEST ? r->end - PREFILTER_LONGEST : 0;

	first_pass_scan(&r->pass, r->buf, r->start, r->line, end);
}

/* The line before one whose prefix has no date, if that has it: a mail program broke the prefix. */
static const char *with_date(struct log_reader *r, const char *from, const char *at)
{
	const char *newline = at > from ? reader_last_newline(from, at - 1) : NULL,
		   *before = newline ? newline + 1 : from;
	struct prefix prefix;
	size_t len, body;
	bool joined;

	if (at == from || at - before > LINE_LOOK)
		return at;
	if (*before == '[' && !memchr(before, ':', (size_t)(at - before)))
		return at; /* most are like this, and have no date: that takes a colon, or digits at the start */
	body = reader_look_at(r, before, (size_t)(at - 1 - before), &len, &joined, &prefix);
	return body && prefix.has_wall && !prefix.has_uptime && !memchr(r->piece + body, ' ', len - body) ? before : at;
}

/* The start of the record that an anchor is in: its line, and lines before it if it has no prefix. */
static const char *back_from(struct log_reader *r, const char *anchor)
{
	const char *begin = r->buf + r->start, *from = anchor - begin > BACK ? anchor - BACK : begin;
	const char *at = anchor;

	for (int lines = 0; lines < BACK_LINES; lines++) {
		const char *newline = reader_last_newline(from, at), *next = anchor;
		struct prefix prefix;
		size_t len;
		bool joined;

		if (!newline)
			return from;
		at = newline + 1;
		while (next < r->buf + r->end && *next != '\n' && next - at < LINE_LOOK)
			next++;
		if (!lines && look_whole(r, at))
			return r->looked.prefix.has_wall ? at : with_date(r, from, at);
		if (lines && next > at && reader_look_at(r, at, (size_t)(next - at), &len, &joined, &prefix))
			return prefix.has_wall ? at : with_date(r, from, at);
		at = newline;
	}
	return at + 1;
}

/* Whether as much of an anchor's line has come as back_from() looks at. */
static bool has_come(const struct log_reader *r, const char *anchor)
{
	const char *begin = r->buf + r->start, *end = r->buf + r->end;
	const char *from = anchor - begin > LINE_LOOK ? anchor - LINE_LOOK : begin;
	const char *newline = reader_last_newline(from, anchor);

	if (r->columns.count && !table_has_come(r, newline ? newline + 1 : from))
		return false;
	return end - (newline ? newline + 1 : from) >= LINE_LOOK || memchr(anchor, '\n', (size_t)(end - anchor));
}

static void skip_to(struct klog *k, size_t to)
{
	if (k->reader.deltas || k->reader.line - k->reader.begin < FIRST_LINES)
		reader_pass_over(k, to);
	reader_advance(&k->reader, to);
}

/* The first pass, up to the next anchor. False: there is none in what has come so far. */
static bool skip_ahead(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	const char *keep, *hit;

	reader_scan(r, last);
	hit = first_pass_anchor(&r->pass, r->buf, r->start, r->end);
	if (hit && (last || has_come(r, hit))) {
		skip_to(k, (size_t)(back_from(r, hit) - r->buf));
		r->until = (size_t)(hit - r->buf) + 1;
		return true;
	}
	/* The last lines that were scanned stay, in case that an anchor follows that belongs to them. */
	keep = r->buf + r->pass.at;
	for (int lines = 0; lines <= BACK_LINES && keep; lines++)
		keep = reader_last_newline(r->buf + (r->end > r->start + BACK ? r->end - BACK : r->start), keep);
	if (last)
		skip_to(k, r->end);
	else if (keep)
		skip_to(k, (size_t)(keep - r->buf) + 1);
	else if (r->end > r->start + BACK)
		skip_to(k, r->end - BACK);
	return false;
}

/* Bytes of a line that is longer than a piece: up to a blank if there is one near. */
static size_t piece_of(const char *s)
{
	const char *blank = memrchr(s + PIECE_MAX - TAIL_BLANK, ' ', TAIL_BLANK);

	return blank ? (size_t)(blank - s) + 1 : PIECE_MAX;
}

/* Blanks at the start of a line, a tab as eight; a mail's quote marks do not count. */
size_t reader_indent(const char *s, size_t n)
{
	size_t indent = 0;

	for (size_t i = 0; i < n && (s[i] == ' ' || s[i] == '\t' || s[i] == '>'); i++)
		indent += s[i] == '\t' ? 8 : s[i] == ' ';
	return indent;
}

bool reader_busy(const struct klog *k)
{
	const struct log_reader *r = &k->reader;

	return r->rec.n || r->until > r->start || described_open(k->devices.described) ||
	       blocks_wait(&k->blocks, r->line);
}

bool reader_is_blank(const char *s, size_t n)
{
	while (n && strchr(" \t\r>", s[n - 1]) && s[n - 1])
		n--;
	return !n;
}

/* A line, or a piece of one, and what is known of it from around it. */
struct raw_line {
	const char *s;
	size_t n;
	bool middle;               /* it does not begin its line */
	bool whole;                /* it ends in a newline */
	bool cut;                  /* the line goes on */
	enum journal_whose writer; /* of a journal's record */
	size_t value;              /* bytes up to what it says there */
};

/* *judged: prefix->stranger is known. It is not where other things tell as a rule whether a record begins here. */
static size_t look_closely(struct log_reader *r, const struct raw_line *raw, size_t *len, bool *joined,
			   struct prefix *prefix, bool *judged)
{
	bool known = r->looked.n && r->looked.n == raw->n && raw->s == r->buf + r->looked.at;
	size_t body;

	if (known) {
		*len = r->looked.len;
		*joined = r->looked.joined;
		*prefix = r->looked.prefix;
		body = r->looked.body;
	} else {
		body = look_quickly(r, raw->s, raw->n, len, joined, prefix);
		*judged = !body || !r->rec.n || raw->writer != JOURNAL_NOT || raw->middle || raw->cut;
		if (*judged)
			prefix->stranger = is_others(r, *len, body, prefix);
	}
	if (raw->middle) {
		*prefix = (struct prefix){ .stranger = r->strangers_line };
		return 0;
	}
	prefix->stranger |= raw->cut && prefix_is_json(r->piece, *len);
	if (raw->writer == JOURNAL_NOT)
		return body;
	*prefix = (struct prefix){ .stranger = raw->writer == JOURNAL_OTHER, .kernel = raw->writer == JOURNAL_KERNEL };
	return raw->value < *len ? raw->value : *len;
}

void reader_note_host(struct klog_host *host, const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++) /* without the domain */
		if (name[i] == '.' || name[i] == ' ')
			n = i;
	for (size_t i = 0; i < COUNT(host->names) && n < sizeof(host->names[i]); i++) {
		if (!host->names[i][0])
			str_copy(host->names[i], sizeof(host->names[i]), name, n);
		if (strlen(host->names[i]) == n && !strncasecmp(host->names[i], name, n))
			return;
	}
}

/* Some lines are not of the buffer. */
static bool is_in_buffer(const struct log_reader *r, const struct raw_line *raw)
{
	return raw->s >= r->buf && raw->s < r->buf + r->end;
}

static bool has_anchor(struct log_reader *r, const struct raw_line *raw)
{
	if (is_in_buffer(r, raw))
		return first_pass_is_in(&r->pass, r->buf, raw->s, raw->n);
	return prefilter_next(&r->pass.filter, raw->s, raw->s + raw->n) != NULL;
}

static bool begins_record(const struct log_reader *r, const struct record_line *line, struct prefix *prefix,
			  bool *judged)
{
	if (record_begins(&r->rec, line))
		return true;
	if (*judged)
		return false;
	*judged = true;
	prefix->stranger = is_others(r, line->n, line->body, prefix);
	return record_begins(&r->rec, line);
}

/* The same as use_line() for a line that is parsed. */
static bool parse_line(struct klog *k, const struct raw_line *raw)
{
	struct log_reader *r = &k->reader;
	size_t len, indent = reader_indent(raw->s, raw->n);
	struct prefix prefix;
	bool joined, judged = true;
	struct below below;
	bool is_below = (raw->writer == JOURNAL_KERNEL || (!r->rec.n && raw->writer == JOURNAL_NOT)) && !raw->middle &&
			indent >= BELOW_DEEPER && !reader_is_blank(raw->s, raw->n) && raw->s >= r->buf + r->start &&
			raw->s < r->buf + r->end && strangers_below(r, raw->s, indent, &below);
	size_t body = look_closely(r, raw, &len, &joined, &prefix, &judged);
	struct record_line line = {
		.text = r->piece,
		.n = len,
		.indent = indent,
		.blank = raw->n && (*raw->s == ' ' || *raw->s == '\t'),
		.body = body,
		.middle = raw->middle,
		.joined = joined && raw->whole,
		.prefix = &prefix,
		.behind_blank = r->blank_since,
	};

	if (prefix.host && prefix.kernel && !prefix.stranger)
		reader_note_host(&k->devices.host, prefix.host, prefix.host_len);
	if (is_below) {
		prefix.stranger = line.is_below = true;
		line.below = below;
	}
	if (!raw->middle && len && body) {
		described_end(k->devices.described);
	} else if (!raw->middle && len && !prefix.stranger && !strangers_go_on(r, indent) &&
		   described_line(k->devices.described, r->piece, len, r->line)) {
		record_finish(k, false);
		return true;
	}
	if (len && r->rec.n && !raw->middle && begins_record(r, &line, &prefix, &judged)) {
		record_finish(k, false);
		if (!reader_busy(k) && !has_anchor(r, raw))
			return false;
	}
	if (!judged)
		prefix.stranger = is_others(r, len, body, &prefix);
	if (raw->middle && r->rec.n + len >= RECORD_MAX && r->until <= r->start && !blocks_wait(&k->blocks, r->line)) {
		record_finish(k, false); /* nothing is left to wait for in a line without end */
		return false;
	}
	r->blank_since = !len;
	if (len)
		record_add(k, &line);
	else if (!raw->middle)
		r->rec.joined = false;
	return true;
}

/* What is done with a line that need not be parsed. */
enum glanced { GLANCED_IN_VAIN, GLANCED_ENDS, GLANCED_SILENT };

/* The same as use_line() for most lines without an anchor. GLANCED_ENDS: as if that were false; GLANCED_IN_VAIN: it has to be
 * parsed, and what was done so far does no harm. */
static enum glanced glance_at(struct klog *k, const struct raw_line *raw)
{
	struct log_reader *r = &k->reader;
	struct prefix_glance glance;

	if (raw->middle || !raw->whole || raw->writer != JOURNAL_NOT || r->until > r->start || !is_in_buffer(r, raw) ||
	    first_pass_may_be_in(&r->pass, (size_t)(raw->s - r->buf), raw->n) ||
	    !glance_begins(r, raw->s, raw->n, &glance) || !record_ends(&r->rec, glance.has_wall))
		return GLANCED_IN_VAIN;
	if (glance.host)
		reader_note_host(&k->devices.host, raw->s + glance.stamp + 1, glance.host);
	described_end(k->devices.described);
	if (r->rec.n) {
		record_finish(k, false);
		if (!reader_busy(k))
			return GLANCED_ENDS;
	}
	if (!glance_is_silent(k, raw->s, raw->n, &glance))
		return GLANCED_IN_VAIN;
	if (*raw->s == '[')
		reader_add_delta(r, raw->s, raw->n);
	r->blank_since = false;
	return GLANCED_SILENT;
}

/* False: the record before it is complete, and nothing calls for a look at this line. */
static bool use_line(struct klog *k, const struct raw_line *raw)
{
	enum glanced glanced = glance_at(k, raw);

	return glanced == GLANCED_IN_VAIN ? parse_line(k, raw) : glanced == GLANCED_SILENT;
}

void reader_use_line(struct klog *k, const char *s, size_t n, uint64_t number, enum journal_whose writer)
{
	struct raw_line raw = { .s = s, .writer = writer };
	uint64_t line = k->reader.line;

	k->reader.line = number;
	for (size_t at = 0; at < n || !at; at += raw.n) {
		raw.s = s + at;
		raw.middle = at > 0;
		raw.cut = n - at >= PIECE_MAX;
		raw.n = raw.cut ? piece_of(raw.s) : n - at;
		raw.whole = !raw.cut;
		if (!use_line(k, &raw) && !use_line(k, &raw))
			break;
		k->reader.strangers_line = k->reader.rec.prefix.stranger;
		if (!raw.n)
			break;
	}
	k->reader.line = line;
}

/* The next line, looked at closely. False: its end has not come yet, or not that of the record that it is in. */
static bool take_line(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	const char *s = r->buf + r->start;
	size_t left = r->end - r->start, most = left < PIECE_MAX ? left : PIECE_MAX;
	const char *newline = most ? memchr(s, '\n', most) : NULL;
	struct raw_line raw = { .s = s, .middle = r->mid_line, .whole = newline, .cut = !newline && left >= PIECE_MAX };

	if (!newline && (left < PIECE_MAX ? !last || !left : false))
		return false;
	if (!raw.middle)
		raw.writer = journal_judge(r, s, last, &raw.value);
	if (raw.writer == JOURNAL_OPEN || (r->columns.count && !last && !table_has_come(r, s)))
		return false;
	r->journal.records |= raw.writer == JOURNAL_KERNEL;
	if (r->line - r->begin < FIRST_LINES && !raw.middle && !reader_has_time(&k->devices.host.first))
		reader_note_span(r, &k->devices.host.first, s, newline ? (size_t)(newline - s) : most);
	raw.n = newline ? (size_t)(newline - s) : left < PIECE_MAX ? left : piece_of(s);
	if (use_line(k, &raw))
		advance_to_line(r, r->start + raw.n + raw.whole, r->line + raw.whole);
	return true;
}

void reader_work(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	bool more = true;

	if (!r->journal.decided && !journal_begins(r, last))
		return;
	while (more && r->start < r->end) {
		bool in_journal = r->journal.on, ends, open;
		size_t next = r->json.on ? r->start : journal_next(r, last), end = r->end, json;

		if (r->json.on) {
			more = json_log_take(k, last);
			continue;
		}
		if (r->journal.on) {
			if (!in_journal)
				record_finish(k, false);
			r->journal.records = true;
			more = journal_take(k, last);
			continue;
		}
		json = json_next(k, last);
		if (r->json.on)
			record_finish(k, false);
		open = json <= next && r->json.open; /* more is needed of what may be JSON */
		next = json < next ? json : next;
		ends = next < end && !open;
		r->end = next; /* text up to a record is taken as if nothing followed */
		while (more && r->start < r->end && !r->journal.on && !r->json.on)
			more = reader_busy(k) ? take_line(k, last || ends) : skip_ahead(k, last || ends);
		if (ends && !r->json.on) {
			record_finish(k, false);
			reader_advance(r, next);
		}
		more = ends || (more && !open);
		r->end = end;
	}
}
