// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A log's records of JSON. Each message becomes lines as they would be in another log, with the record's time before it, so
 * that the layout makes no difference. Those of a log whose last record comes first wait for its end.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog/input.h"
#include "klog/internal.h"
#include "klog/json.h"
#include "util/alloc.h"
#include "util/text.h"

#define BACK_MOST 32768  /* bytes of a record that stay in the buffer, in case that it turns out to be none */
#define ORDER_LOOK 65536 /* bytes of records by which their order is told */

struct held_record {
	uint64_t line;
	size_t n; /* bytes of its text, which comes before it */
	struct json_writer writer;
	struct json_time time;
};

struct json_log {
	struct json json;
	bool between;    /* a value has ended */
	size_t fed;      /* bytes from the reader's .start on that were taken */
	bool ordered;    /* it is known how the records are sorted */
	struct buf held; /* records, and their texts */
	FILE *reversed;  /* owned; all of them, the last one first; NULL: they are in order */
	struct buf line; /* one of a message */
};

void json_log_free(struct klog *k)
{
	struct json_log *l = k->json;

	if (l->reversed)
		fclose(l->reversed);
	json_free(&l->json);
	buf_free(&l->held);
	buf_free(&l->line);
	free(l);
	k->json = NULL;
}

/* ---- a record's message as lines ---- */

static size_t stamp(const struct json_writer *writer, const struct json_time *time, char *out, size_t size)
{
	int n = snprintf(out, size, "%s%s%s", time->wall, *time->wall ? " " : "", writer->kernel ? "kernel: " : "");

	if (time->has_uptime)
		n += snprintf(out + n, size - (size_t)n, "[%5" PRIu64 ".%06" PRIu64 "] ", time->uptime_ns / 1000000000,
			      time->uptime_ns / 1000 % 1000000);
	return (size_t)n;
}

static void note_span(struct klog *k, const struct json_time *time)
{
	struct klog_host *host = &k->devices.host;
	struct klog_time t = { .has_uptime = time->has_uptime, .uptime_ns = time->uptime_ns };

	str_copy(t.wall, sizeof(t.wall), time->wall, strlen(time->wall));
	if (!reader_has_time(&t))
		return;
	host->last = t;
	if (!reader_has_time(&host->first))
		host->first = t;
}

static void use(struct klog *k, const char *head, size_t head_n, const char *text, size_t n, uint64_t line,
		enum journal_whose whose)
{
	struct buf *to = &k->json->line;

	buf_clear(to);
	buf_add(to, head, head_n);
	buf_add(to, text, n);
	for (size_t i = 0; i < PREFILTER_SLACK; i++)
		buf_putc(to, '\0');
	reader_use_line(k, to->data, head_n + n, line, whose);
}

/* The further lines of the kernel's stand below its first, whatever they look like; so do those of another program that a
 * collector took down as one record. Other texts are lines of a log. */
static void use_lines(struct klog *k, const char *text, size_t n, uint64_t line, const struct json_writer *writer,
		      const struct json_time *time)
{
	char head[128], below[128];
	enum journal_whose whose = writer->other ? JOURNAL_OTHER : JOURNAL_NOT;
	size_t deep = stamp(writer, time, head, sizeof(head)), head_n = writer->other ? 0 : deep;

	memset(below, ' ', sizeof(below));
	for (const char *p = text, *end = text + n, *newline; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		newline = newline ? newline : end;
		use(k, p == text ? head : below, head_n, p, (size_t)(newline - p), line, whose);
		if (p == text && *time->wall && k->reader.rec.n && k->reader.rec.prefix.stranger)
			whose = JOURNAL_OTHER;
		head_n = writer->kernel && !writer->other ? deep : 0;
	}
}

/* `text` has PREFILTER_SLACK bytes behind it. */
static void emit(struct klog *k, const char *text, const struct held_record *h)
{
	struct log_reader *r = &k->reader;
	uint64_t line = r->line;
	size_t n = h->n;

	note_span(k, &h->time);
	if (*h->writer.host && !h->writer.other)
		reader_note_host(&k->devices.host, h->writer.host, strlen(h->writer.host));
	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	r->until = 0;
	r->line = h->line;
	if (reader_busy(k) || prefilter_next(&r->pass.filter, text, text + n)) {
		record_finish(k, false);
		r->blank_since = false;
		use_lines(k, text, n, h->line, &h->writer, &h->time);
	}
	r->line = line;
}

/* ---- in which order ---- */

static bool time_of(const struct json_time *time, int64_t *ns)
{
	struct cursor c = { time->wall, strlen(time->wall), 0 };
	struct prefix prefix;

	*ns = (int64_t)time->uptime_ns;
	if (!*time->wall)
		return time->has_uptime;
	if (!prefix_date(&c, &prefix))
		return false;
	*ns = prefix.wall_ns;
	return true;
}

/* The record at *at of those held, which are `text`; *at is behind it then. */
static struct held_record next_held(const struct buf *held, size_t *at, const char **text)
{
	struct held_record h;

	memcpy(&h, held->data + *at, sizeof(h));
	*text = held->data + *at + sizeof(h);
	*at += sizeof(h) + h.n + PREFILTER_SLACK;
	return h;
}

static bool is_reversed(const struct buf *held)
{
	struct reversed_steps steps = { .any = false };
	const char *text;

	for (size_t at = 0; at < held->len;) {
		struct held_record h = next_held(held, &at, &text);
		int64_t ns;

		if (time_of(&h.time, &ns))
			reversed_step(&steps, ns);
	}
	return reversed_by(&steps);
}

static bool put_away(struct json_log *l, const char *text, const struct held_record *h)
{
	return fwrite(text, 1, h->n, l->reversed) == h->n && fwrite(h, sizeof(*h), 1, l->reversed) == 1;
}

/* The held records are given out, or wait with all that follow for the end. */
static void settle_order(struct klog *k)
{
	struct json_log *l = k->json;
	const char *text;

	l->ordered = true;
	if (is_reversed(&l->held))
		l->reversed = tmpfile();
	for (size_t at = 0; at < l->held.len;) {
		struct held_record h = next_held(&l->held, &at, &text);

		if (!l->reversed || !put_away(l, text, &h))
			emit(k, text, &h);
	}
	buf_free(&l->held);
}

/* From the end of what was put away. */
static void emit_reversed(struct klog *k)
{
	struct json_log *l = k->json;
	uint64_t last = l->json.line;
	off_t at = ftello(l->reversed);
	struct buf text = { 0 };
	struct held_record h;

	klog_reversed(k);
	while (at >= (off_t)sizeof(h)) {
		if (fseeko(l->reversed, at - (off_t)sizeof(h), SEEK_SET) || fread(&h, sizeof(h), 1, l->reversed) != 1)
			break;
		at -= (off_t)(sizeof(h) + h.n);
		text.data = xrealloc(text.data, h.n + PREFILTER_SLACK, 1);
		if (at < 0 || fseeko(l->reversed, at, SEEK_SET) || fread(text.data, 1, h.n, l->reversed) != h.n)
			break;
		memset(text.data + h.n, 0, PREFILTER_SLACK);
		h.line = last > h.line ? last - h.line + 1 : 1;
		emit(k, text.data, &h);
	}
	free(text.data);
	fclose(l->reversed);
	l->reversed = NULL;
}

void json_log_settle(struct klog *k)
{
	if (!k->json->ordered)
		settle_order(k);
	if (k->json->reversed)
		emit_reversed(k);
	k->json->ordered = false;
}

/* A json_fn. */
static void each(void *arg, const char *text, size_t n, uint64_t line, struct json_writer writer,
		 const struct json_time *time)
{
	struct klog *k = arg;
	struct json_log *l = k->json;
	const struct held_record h = { .line = line, .n = n, .writer = writer, .time = *time };

	if (l->reversed && put_away(l, text, &h))
		return;
	if (l->ordered && !reader_busy(k) && !prefilter_next(&k->reader.pass.filter, text, text + n)) {
		note_span(k, time);
		return;
	}
	buf_add(&l->held, &h, sizeof(h));
	buf_add(&l->held, text, n);
	for (size_t i = 0; i < PREFILTER_SLACK; i++)
		buf_putc(&l->held, '\0');
	if (!l->ordered && l->held.len < ORDER_LOOK)
		return;
	if (!l->ordered) {
		settle_order(k);
		return;
	}
	emit(k, l->held.data + sizeof(h), &h);
	buf_clear(&l->held);
}

/* ---- from value to value ---- */

static bool has_anchor(void *arg, const char *text, size_t n)
{
	const struct klog *k = arg;

	return prefilter_next(&k->reader.pass.filter, text, text + n) != NULL;
}

void json_log_begin(struct klog *k, size_t behind)
{
	struct json_log *l = k->json;

	if (!l) {
		l = k->json = xcalloc(1, sizeof(*l));
		l->json.each = each;
		l->json.wanted = has_anchor;
		l->json.arg = k;
	}
	json_start(&l->json, k->reader.line);
	l->json.record_line = 0;
	l->between = false;
	l->fed = behind;
	k->reader.json.on = k->reader.json.seen = k->reader.journal.records = true;
}

/* The bytes up to `to` are done with. */
static void go_to(struct log_reader *r, struct json_log *l, size_t to, uint64_t line)
{
	l->fed -= to - r->start;
	if (to > r->start)
		r->mid_line = r->strangers_line = r->buf[to - 1] != '\n';
	r->start = to;
	r->line = line;
}

/* What follows is text, up to the line behind `bad` at least. */
static bool leave(struct klog *k, const char *bad)
{
	struct log_reader *r = &k->reader;
	const char *end = r->buf + r->end, *newline = bad < end ? memchr(bad, '\n', (size_t)(end - bad)) : NULL;

	json_log_settle(k);
	r->json.on = false;
	r->json.at = newline ? (size_t)(newline + 1 - r->buf) : r->end;
	first_pass_restart(&r->pass, r->start, r->line);
	return true;
}

/* Whether a whole line is a record in which nothing is, and not the last one. */
static bool is_silent(const struct klog *k, const char *s, const char *newline)
{
	const struct json_log *l = k->json;
	const char *end = newline > s && newline[-1] == '\r' ? newline - 1 : newline;

	return l->ordered && !l->reversed && *s == '{' && end[-1] == '}' && !memchr(s, '[', (size_t)(end - s)) &&
	       memchr(newline + 1, '\n', (size_t)(k->reader.buf + k->reader.end - newline - 1)) && !reader_busy(k) &&
	       !prefilter_next(&k->reader.pass.filter, s, end);
}

/* Between values: goes to the next one. False: more of it has to come. */
static bool between(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	struct json_log *l = k->json;
	const char *s = r->buf + r->start, *end = r->buf + r->end, *newline;
	uint64_t line = r->line;
	int begins;

	for (; s < end && *s && strchr(" \t\r\n,;", *s); s++)
		line += *s == '\n';
	while (s < end && s > r->buf && s[-1] == '\n' && (newline = memchr(s, '\n', (size_t)(end - s))) &&
	       is_silent(k, s, newline)) {
		s = newline + 1;
		line++;
	}
	l->fed = (size_t)(s - r->buf) - r->start;
	go_to(r, l, (size_t)(s - r->buf), line);
	if (s == end)
		return false;
	begins = json_begins(s, (size_t)(end - s));
	if (begins < 0 && !last)
		return false;
	if (begins <= 0)
		return leave(k, s);
	json_start(&l->json, line);
	l->between = false;
	l->fed = (size_t)begins - 1;
	return true;
}

bool json_log_take(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	struct json_log *l = k->json;
	size_t from = r->start + l->fed, used;
	enum json_end how;

	if (l->between)
		return between(k, last);
	how = json_feed(&l->json, r->buf + from, r->end - from, &used);
	l->fed += used;
	if (l->json.done) /* the records of a list up to here */
		go_to(r, l, from + l->json.done, l->json.done_line);
	if (how == JSON_BAD || (how == JSON_MORE && last)) /* what was cut is read as text */
		return leave(k, r->buf + from + used);
	if (how == JSON_ENDS || l->fed > BACK_MOST)
		go_to(r, l, from + used, l->json.line);
	l->between = how == JSON_ENDS;
	return how == JSON_ENDS;
}
