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
#include "klog/json_order.h"
#include "util/alloc.h"
#include "util/text.h"

#define BACK_MOST 32768 /* bytes of a record that stay in the buffer, in case that it turns out to be none */

struct json_log {
	struct json json;
	bool between;     /* a value has ended */
	size_t fed;       /* bytes from the reader's .start on that were taken */
	bool told;        /* it was looked how the records are sorted */
	bool ordered;     /* and they are: what is kept is of lists in a value */
	bool lost;        /* some that were kept could not be read again */
	uint64_t settled; /* line up to which all was given out */
	struct json_order order;
	struct buf line;                  /* one of a message */
	struct json *inside;              /* owned; of a message that is JSON itself; NULL: there was none */
	const struct held_record *around; /* the record that has it */
};

void json_log_free(struct klog *k)
{
	struct json_log *l = k->json;

	k->cut |= json_log_cut(k);
	json_free(&l->json);
	if (l->inside)
		json_free(l->inside);
	free(l->inside);
	json_order_free(&l->order);
	buf_free(&l->line);
	free(l);
	k->json = NULL;
}

bool json_log_cut(const struct klog *k)
{
	return k->json->json.cut || k->json->lost || (k->json->inside && k->json->inside->cut);
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

/* Another program's number of seconds is not this machine's time since its boot. */
static void note_span(struct klog *k, const struct json_writer *writer, const struct json_time *time)
{
	struct klog_host *host = &k->devices.host;
	struct klog_time t = { .has_uptime = time->has_uptime && !writer->other, .uptime_ns = time->uptime_ns };

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

#define MESSAGE_LINES 16

/* Whether a text is one message, whose further lines cannot begin another: it is short, and its first line has no stamp as a
 * log's have, but its record has. */
static bool is_one_message(const char *text, size_t n, const struct json_time *time)
{
	const char *newline = memchr(text, '\n', n);
	struct prefix prefix;

	if (!newline || !*time->wall || prefilter_newlines(text, n) >= MESSAGE_LINES)
		return false;
	prefix_parse(text, (size_t)(newline - text), &prefix);
	return !prefix.has_uptime && !prefix.has_wall && !prefix.kernel;
}

/* The further lines of the kernel's stand below its first, whatever they look like; so do those of another program that a
 * collector took down as one record. Other texts are lines of a log. */
static void use_lines(struct klog *k, const char *text, size_t n, uint64_t line, const struct json_writer *writer,
		      const struct json_time *time)
{
	char head[128], below[128];
	enum journal_whose whose = writer->other ? JOURNAL_OTHER : JOURNAL_NOT;
	size_t deep = stamp(writer, time, head, sizeof(head)), head_n = writer->other ? 0 : deep;
	bool one = is_one_message(text, n, time);

	memset(below, ' ', sizeof(below));
	for (const char *p = text, *end = text + n, *newline; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		newline = newline ? newline : end;
		use(k, p == text ? head : below, head_n, p, (size_t)(newline - p), line, whose);
		line += !writer->kernel && !writer->other;
		if (p == text && *time->wall && k->reader.rec.n && k->reader.rec.prefix.stranger)
			whose = JOURNAL_OTHER;
		head_n = (writer->kernel || one) && !writer->other ? deep : 0;
	}
}

/* `text` has PREFILTER_SLACK bytes behind it. */
static void emit(struct klog *k, const char *text, const struct held_record *h)
{
	struct log_reader *r = &k->reader;
	uint64_t line = r->line;
	size_t n = h->n;

	note_span(k, &h->writer, &h->time);
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

/* Of a log that was turned round lines count from its end; of one that was sorted, in its order. */
static uint64_t line_of(const struct json_log *l, const struct held_record *h, enum json_sorting how, uint64_t sum)
{
	uint64_t last = l->json.line;

	if (how == JSON_SORTED)
		return sum;
	if (how == JSON_FORWARD)
		return h->line;
	return last > h->line + h->more ? last - h->line - h->more + 1 : 1;
}

/* All that was kept. */
static void give_out(struct klog *k, enum json_sorting how)
{
	struct json_log *l = k->json;
	struct held_record h;
	uint64_t sum = l->settled + 1;

	k->devices.host.reversed |= how == JSON_REVERSED;
	k->devices.host.sorted |= how == JSON_SORTED;
	for (size_t i = 0; i < l->order.n; i++) {
		const char *text = json_order_read(&l->order, i, &h);

		if (!text) {
			l->lost = true;
			break;
		}
		h.line = line_of(l, &h, how, sum);
		sum += h.more + 1;
		emit(k, text, &h);
	}
	l->settled = sum - 1 > l->json.line ? sum - 1 : l->json.line;
	json_order_clear(&l->order);
}

void json_log_settle(struct klog *k)
{
	give_out(k, json_order_sort(&k->json->order));
	k->json->ordered = k->json->told = false;
}

/* Enough has come to tell. What stands in order is given out, and so is what follows; the rest is kept up to the end. */
static void tell_order(struct klog *k)
{
	struct json_log *l = k->json;

	l->told = true;
	if (json_order_sort(&l->order) == JSON_FORWARD) {
		give_out(k, JSON_FORWARD);
		l->ordered = true;
	} else {
		json_order_unsort(&l->order);
	}
}

/* One that there is no room for ends what can be put in order. */
static void keep(struct klog *k, const struct held_record *h, const char *text)
{
	struct json_log *l = k->json;
	bool told = l->told;

	if (json_order_keep(&l->order, h, text))
		return;
	k->devices.host.in_parts |= json_order_sort(&l->order) != JSON_FORWARD;
	give_out(k, json_order_sort(&l->order));
	l->told = told;
	if (!json_order_keep(&l->order, h, text))
		emit(k, text, h);
}

static bool has_anchor(void *arg, const char *text, size_t n)
{
	const struct klog *k = arg;

	return prefilter_next(&k->reader.pass.filter, text, text + n) != NULL;
}

static void take_record(struct klog *k, const char *text, const struct held_record *h)
{
	struct json_log *l = k->json;

	if ((!l->ordered && !k->live) || h->list) {
		keep(k, h, text);
		if (!l->told && !h->list && l->order.size >= ORDER_LOOK)
			tell_order(k);
	} else if (!reader_busy(k) && !prefilter_next(&k->reader.pass.filter, text, text + h->n)) {
		note_span(k, &h->writer, &h->time);
	} else {
		emit(k, text, h);
	}
}

/* A json_fn: of a message that is JSON. */
static void each_inside(void *arg, const char *text, size_t n, uint64_t line, struct json_writer writer,
			const struct json_time *time)
{
	struct klog *k = arg;
	struct held_record h = *k->json->around;

	(void)line;
	h.n = n;
	h.writer.kernel |= writer.kernel;
	h.writer.other |= writer.other;
	if (*time->wall || time->has_uptime)
		h.time = *time;
	take_record(k, text, &h);
}

/* Whether a message was a record of JSON itself, and is dealt with: as of a program that writes such, in a container's log. */
static bool is_record(struct klog *k, const char *text, const struct held_record *h)
{
	struct json_log *l = k->json;
	size_t used;

	if (*text != '{' || json_begins(text, h->n) <= 0 || !prefilter_next(&k->reader.pass.filter, text, text + h->n))
		return false;
	if (!l->inside) {
		l->inside = xcalloc(1, sizeof(*l->inside));
		l->inside->each = each_inside;
		l->inside->wanted = has_anchor;
		l->inside->arg = k;
	}
	l->around = h;
	json_start(l->inside, h->line);
	return json_feed(l->inside, text, h->n, &used) == JSON_ENDS;
}

/* A json_fn. */
static void each(void *arg, const char *text, size_t n, uint64_t line, struct json_writer writer,
		 const struct json_time *time)
{
	struct klog *k = arg;
	const struct json *j = &k->json->json;
	const struct held_record h = {
		.line = line, .n = n, .more = j->more, .list = j->list, .writer = writer, .time = *time
	};

	if (!is_record(k, text, &h))
		take_record(k, text, &h);
}

/* Of several lists in one value the order is known where that ends. */
static void end_value(struct klog *k)
{
	struct json_log *l = k->json;

	l->between = true;
	if (l->ordered && l->order.n)
		give_out(k, json_order_sort(&l->order));
	else if (!l->told && l->order.size >= ORDER_LOOK)
		tell_order(k);
}

/* ---- from value to value ---- */

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

	json_give_up(&k->json->json);
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

	return l->ordered && *s == '{' && end[-1] == '}' && !memchr(s, '[', (size_t)(end - s)) &&
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
	if (how == JSON_ENDS)
		end_value(k);
	return how == JSON_ENDS;
}
