// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records of journalctl -o export, verbose, json-pretty and json. Anybody can send the journal a message; fields whose name
 * begins with _ are its own. They come in any order, so a message is believed only when its whole record was seen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "klog/internal.h"
#include "util/alloc.h"
#include "util/text.h"

#define RECORD_MOST 32768 /* bytes of a record; one of the kernel has two or three thousand */
#define NAME_MOST 64
#define FIRST_MOST 512 /* bytes of a log's first line, which may name the columns of a table */
#define SIZE_BYTES 8   /* little endian, before a value that may have line ends */

/* A line "NAME=value", or "\"NAME\" : \"value\"," of json-pretty. */
struct journal_field {
	const char *name, *value;
	size_t name_len, len;
	size_t indent; /* bytes before the name */
};

/* What a record's fields say of its writer. */
struct journal_writer {
	bool journal; /* fields that only a journal's record has */
	bool other;   /* not the kernel */
};

static bool is_name(const char *s, size_t n)
{
	if (!n || n > NAME_MOST)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] != '_' && !(s[i] >= 'A' && s[i] <= 'Z') && !(i && cursor_digit(s[i])))
			return false;
	return true;
}

static bool name_is(const struct journal_field *f, const char *name)
{
	return f->name_len == strlen(name) && !memcmp(f->name, name, f->name_len);
}

/* Without json's marks around it. */
static void bare_value(struct journal_field *f)
{
	while (f->len && strchr(" \t\"", *f->value)) {
		f->value++;
		f->len--;
	}
	while (f->len && strchr(" \t\r\",", f->value[f->len - 1]))
		f->len--;
}

/* What a field, or a member of JSON with blanks before it, can begin with. */
static const bool in_field[256] = {
	[' '] = true, ['\t'] = true, ['"'] = true, ['_'] = true, ['0' ... 'Z'] = true,
};

/* Whether a line may be either: most lines of other logs are told by their first two bytes. */
static bool may_be_field(const char *s, size_t n)
{
	return n < 2 || (in_field[(unsigned char)s[0]] && !cursor_digit(s[0]) && in_field[(unsigned char)s[1]]);
}

static bool field_read(const char *s, size_t n, struct journal_field *f)
{
	size_t at = 0, from;
	bool quoted;

	while (at < n && strchr(" \t>", s[at]) && s[at])
		at++;
	quoted = at < n && s[at] == '"';
	from = at + quoted;
	for (at = from; at < n && at - from <= NAME_MOST && s[at] != '=' && s[at] != '"' && s[at] != ' '; at++)
		if (s[at] != '_' && (s[at] < '0' || s[at] > 'Z'))
			return false;
	*f = (struct journal_field){ .name = s + from, .name_len = at - from, .indent = from };
	if (!is_name(f->name, f->name_len) || at >= n || s[at] != (quoted ? '"' : '='))
		return false;
	for (at++; quoted && at < n && (s[at] == ' ' || s[at] == ':'); at++)
		;
	f->value = s + at;
	f->len = n - at;
	if (quoted)
		bare_value(f);
	return true;
}

static void note_field(struct journal_writer *w, const struct journal_field *f)
{
	static const struct {
		const char *name, *kernels;
	} telling[] = {
		{ "_TRANSPORT", "kernel" },
		{ "SYSLOG_IDENTIFIER", "kernel" },
		{ "SYSLOG_FACILITY", "0" },
	};
	static const char *const others[] = {
		"__CURSOR", "__REALTIME_TIMESTAMP", "_BOOT_ID", "_MACHINE_ID", "_HOSTNAME", "PRIORITY", "MESSAGE"
	};

	for (size_t i = 0; i < COUNT(telling); i++) {
		if (!name_is(f, telling[i].name))
			continue;
		w->journal = true;
		w->other |= f->len != strlen(telling[i].kernels) || memcmp(f->value, telling[i].kernels, f->len) != 0;
	}
	for (size_t i = 0; i < COUNT(others); i++)
		w->journal |= name_is(f, others[i]);
}

/* ---- a record among other text: the fields beside a message ---- */

/* What a line beside a field is. */
enum beside { BESIDE_END, BESIDE_MORE, BESIDE_FIELD };

static size_t blanks_of(const char *s, size_t n)
{
	size_t at = 0;

	while (at < n && s[at] && strchr(" \t>", s[at]))
		at++;
	return at;
}

/* The further lines of a value stand deeper than its name. */
static enum beside beside_of(const struct journal_field *own, const char *s, size_t n, struct journal_writer *w)
{
	struct journal_field f;
	size_t blanks = blanks_of(s, n);

	if (field_read(s, n, &f) && f.indent == own->indent) {
		note_field(w, &f);
		w->journal |= name_is(own, "MESSAGE");
		return name_is(&f, "MESSAGE") && name_is(own, "MESSAGE") ? BESIDE_END : BESIDE_FIELD;
	}
	if (blanks == n ||
	    (blanks + 1 == n && s[blanks] == '\r')) /* in a value, where a record has a line of its own before it */
		return own->indent ? BESIDE_MORE : BESIDE_END;
	if (own->name[-(own->indent > 0)] == '"') /* an array has lines of its own, less deep maybe */
		return strchr("[]\"-0123456789n", s[blanks]) && s[blanks] ? BESIDE_MORE : BESIDE_END;
	return blanks > own->indent ? BESIDE_MORE : BESIDE_END;
}

/* What is still there of the text before a line. */
struct before {
	const char *begin;
	bool whole; /* begin is where the log begins, and not inside a line */
};

/* NULL: there is none, or not all of it. */
static const char *line_before(const struct before *b, const char *line)
{
	const char *newline = line - b->begin > 1 ? memrchr(b->begin, '\n', (size_t)(line - 1 - b->begin)) : NULL;

	return newline ? newline + 1 : line > b->begin && b->whole ? b->begin : NULL;
}

/* Whether a line is a further one of some field's value: so is a record that stands there. */
static bool is_in_value(const struct before *b, const char *line, size_t n)
{
	size_t deep = blanks_of(line, n);
	struct journal_field f;
	const char *before;

	for (; deep && deep < n && (before = line_before(b, line)); line = before) {
		size_t len = (size_t)(line - 1 - before), blanks = blanks_of(before, len);

		if (blanks < len && blanks < deep)
			return field_read(before, len, &f);
	}
	return false;
}

/* False: where the record begins is not known. */
static bool look_back(const struct journal_field *own, const struct before *b, const char *line,
		      struct journal_writer *w)
{
	const char *before;

	for (; (before = line_before(b, line)); line = before) {
		size_t n = (size_t)(line - 1 - before);

		if (beside_of(own, before, n, w) != BESIDE_END)
			continue;
		w->other |= is_in_value(b, before, n);
		return true;
	}
	return b->whole;
}

/* False: the record has not ended yet, as far as there is something. */
static bool look_ahead(const struct journal_field *own, const char *newline, const char *end, struct journal_writer *w)
{
	while (newline && newline + 1 < end) {
		const char *next = newline + 1;

		newline = memchr(next, '\n', (size_t)(end - next));
		if (newline && beside_of(own, next, (size_t)(newline - next), w) == BESIDE_END)
			return true;
	}
	return false;
}

/* ---- a collector's record of JSON on lines of its own ---- */

/* "\"name\": ", indented. */
static bool is_member(const char *s, size_t n)
{
	size_t blanks = blanks_of(s, n);
	const char *quote = blanks < n && s[blanks] == '"' ? memchr(s + blanks + 1, '"', n - blanks - 1) : NULL;

	if (!blanks || !quote || (size_t)(quote - s) > blanks + NAME_MOST)
		return false;
	for (quote++; quote < s + n && *quote == ' '; quote++)
		;
	return quote < s + n && *quote == ':';
}

/* Whether a line is no further one of a record: what closes an object may be of one inside it. */
static bool ends_members(const char *s, size_t n)
{
	size_t blanks = blanks_of(s, n);

	return blanks < n && (!strchr("}]\"-0123456789", s[blanks]) || !s[blanks] ||
			      (s[blanks] == '}' && memchr(s + blanks, '{', n - blanks)));
}

static enum journal_whose judge_members(const struct before *b, const char *line, const char *most, bool last)
{
	const char *from = line, *to = line, *newline;
	bool ended = false;

	for (const char *before; !ended && from > b->begin; from = before) {
		before = line_before(b, from);
		if (!before)
			return JOURNAL_OTHER; /* where it begins is not known */
		ended = ends_members(before, (size_t)(from - 1 - before));
	}
	for (ended = false; !ended && (newline = memchr(to, '\n', (size_t)(most - to))); to = newline + 1)
		ended = to > line && ends_members(to, (size_t)(newline - to));
	if (!ended && !last)
		return JOURNAL_OPEN;
	to = ended ? to : most;
	return fields_are_in(from, (size_t)(to - from)) && fields_name_other(from, (size_t)(to - from)) ? JOURNAL_OTHER
													: JOURNAL_NOT;
}

enum journal_whose journal_judge(const struct log_reader *r, const char *line, bool last, size_t *body)
{
	const struct before before = { r->buf + (r->start > JOURNAL_BACK ? r->start - JOURNAL_BACK : 0),
				       r->start <= JOURNAL_BACK && !r->moved };
	const char *end = r->buf + r->end;
	const char *most = end - line > RECORD_MOST ? line + RECORD_MOST : end;
	struct journal_writer w = { false, false };
	struct journal_field own;
	const char *newline;

	*body = 0;
	if (!may_be_field(line, (size_t)(end - line)))
		return JOURNAL_NOT;
	newline = memchr(line, '\n', (size_t)(end - line));
	if (!field_read(line, (size_t)((newline ? newline : end) - line), &own))
		return is_member(line, (size_t)((newline ? newline : end) - line))
			       ? judge_members(&before, line, most, last || most < end)
			       : JOURNAL_NOT;
	w.other |= !look_back(&own, &before, line, &w);
	if (!look_ahead(&own, newline, most, &w)) {
		if (!last && most == end)
			return JOURNAL_OPEN;
		w.other |= most < end;
	}
	if (!w.journal)
		return JOURNAL_NOT;
	*body = (size_t)(own.value - (own.name - (own.name > line && own.name[-1] == '"')));
	return w.other || !name_is(&own, "MESSAGE") ? JOURNAL_OTHER : JOURNAL_KERNEL;
}

/* ---- journalctl's -o export, which may stand among other text ---- */

/* The byte behind the field at p; NULL if not all of it is there. A value with line ends has its size before it. */
static const char *field_end(const char *p, const char *end, struct journal_field *f)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	uint64_t size = 0;

	*f = (struct journal_field){ .name = p };
	if (!newline)
		return NULL;
	if (memchr(p, '=', (size_t)(newline - p)) || !is_name(p, (size_t)(newline - p))) {
		field_read(p, (size_t)(newline - p), f);
		return newline + 1;
	}
	f->name_len = (size_t)(newline - p);
	if (end - newline <= SIZE_BYTES)
		return NULL;
	for (int i = SIZE_BYTES; i > 0; i--)
		size = size << 8 | (unsigned char)newline[i];
	f->value = newline + 1 + SIZE_BYTES;
	if (size >= (uint64_t)(end - f->value))
		return NULL;
	f->len = (size_t)size;
	return f->value + size + 1;
}

/* What a record says that is of use. */
struct journal_record {
	struct journal_writer writer;
	struct journal_field message;
	uint64_t monotonic_us, realtime_us; /* 0: not said */
};

static void read_time(const struct journal_field *f, const char *name, uint64_t *us)
{
	struct cursor c = { f->value, f->len, 0 };

	if (name_is(f, name))
		cursor_number(&c, 1, 18, us);
}

/* Where the record at p ends; NULL if its end has not come. */
static const char *record_read(const char *p, const char *end, struct journal_record *record)
{
	struct journal_field f;
	uint64_t source_us = 0;

	*record = (struct journal_record){ .monotonic_us = 0 };
	while (p && p < end && *p != '\n') {
		p = field_end(p, end, &f);
		if (!p || !f.value)
			continue;
		note_field(&record->writer, &f);
		if (name_is(&f, "MESSAGE"))
			record->message = f;
		read_time(&f, "__REALTIME_TIMESTAMP", &record->realtime_us);
		read_time(&f, "__MONOTONIC_TIMESTAMP", &record->monotonic_us);
		read_time(&f, "_SOURCE_MONOTONIC_TIMESTAMP", &source_us);
	}
	if (source_us)
		record->monotonic_us = source_us;
	return p && p < end ? p + 1 : NULL;
}

/* As the kernel's line would be in another log: "2024-06-29T10:52:39.030745Z kernel: [    1.234567] ". */
static size_t stamp(const struct journal_record *record, char *out, size_t size)
{
	const time_t seconds = (time_t)(record->realtime_us / 1000000);
	struct tm tm;
	size_t n = 0;

	if (record->realtime_us && gmtime_r(&seconds, &tm)) {
		n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm);
		n += (size_t)snprintf(out + n, size - n, ".%06" PRIu64 "Z kernel: ", record->realtime_us % 1000000);
	}
	if (record->monotonic_us)
		n += (size_t)snprintf(out + n, size - n, "[%5" PRIu64 ".%06" PRIu64 "] ",
				      record->monotonic_us / 1000000, record->monotonic_us % 1000000);
	return n;
}

/* The first and the last stamp of the log. */
static void journal_span(struct klog *k, const char *stamped, size_t n)
{
	struct klog_host *host = &k->devices.host;
	struct prefix prefix;

	prefix_parse(stamped, n, &prefix);
	host->last = (struct klog_time){ .has_uptime = prefix.has_uptime, .uptime_ns = prefix.uptime_ns };
	if (prefix.has_wall && prefix.wall_len < sizeof(host->last.wall))
		str_copy(host->last.wall, sizeof(host->last.wall), prefix.wall, prefix.wall_len);
	if (!*host->first.wall && !host->first.has_uptime)
		host->first = host->last;
}

/* The kernel's message as lines. Its further lines stand below it, whatever they look like. */
static void take_message(struct klog *k, const struct journal_record *record, uint64_t line)
{
	char text[PIECE_MAX + PREFILTER_SLACK];
	size_t deep = stamp(record, text, 128), n = deep, from = 0;

	for (size_t i = 0; i < record->message.len && n + deep + 1 < PIECE_MAX; i++) {
		text[n++] = record->message.value[i];
		if (text[n - 1] == '\n') {
			memset(text + n, ' ', deep);
			n += deep;
		}
	}
	journal_span(k, text, deep);
	if (!reader_busy(k) && !prefilter_next(&k->reader.pass.filter, text, text + n))
		return;
	for (const char *newline; from < n; from = newline ? (size_t)(newline - text) + 1 : n) {
		newline = memchr(text + from, '\n', n - from);
		reader_use_line(k, text + from, (newline ? (size_t)(newline - text) : n) - from, line++);
	}
}

/* Bytes of a record that is too long for one of the kernel's, up to its end. */
static bool skip_record(struct log_reader *r)
{
	struct journal *j = &r->journal;
	const char *s = r->buf + r->start, *end = r->buf + r->end, *p = s;
	struct journal_field f;

	if (j->drop) {
		p += j->drop < (uint64_t)(end - s) ? j->drop : (uint64_t)(end - s);
		j->drop -= (uint64_t)(p - s);
		reader_advance(r, (size_t)(p - r->buf));
		return true;
	}
	if (*s == '\n') {
		j->skipping = false;
		j->between = true;
		reader_advance(r, r->start + 1);
		return true;
	}
	p = field_end(s, end, &f);
	if (p) {
		reader_advance(r, (size_t)(p - r->buf));
		return true;
	}
	if (f.value) { /* its size is there */
		uint64_t size = 0;

		for (int i = 1; i <= SIZE_BYTES; i++)
			size = size << 8 | (unsigned char)f.value[-i];
		j->drop = size < UINT64_MAX - 1 ? size + 1 : size;
		reader_advance(r, (size_t)(f.value - r->buf));
		return true;
	}
	if (end - s < RECORD_MOST)
		return false;
	j->drop = (uint64_t)(end - s); /* a line without end */
	return true;
}

bool journal_begins(struct log_reader *r, bool last)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *s = r->buf + r->start;
	size_t n = r->end - r->start, len = strlen(PREFILTER_RECORD);
	const char *newline = memchr(s, '\n', n < FIRST_MOST ? n : FIRST_MOST);

	if ((n < len + 3 || (!newline && n < FIRST_MOST)) && !last)
		return false;
	r->journal.decided = true;
	if (n >= 3 && !memcmp(s, mark, 3)) {
		s += 3;
		n -= 3;
	}
	if (newline && !memchr(s, ':', (size_t)(newline - s))) /* names of columns have none */
		columns_read(s, (size_t)(newline - s) - (newline > s && newline[-1] == '\r'), &r->columns);
	r->journal.on = r->journal.records = n >= len && !memcmp(s, PREFILTER_RECORD, len);
	return true;
}

/* Whether a line's start is behind a blank line, or the log's start. */
static bool is_set_off(const struct log_reader *r, const char *s)
{
	if (s == r->buf)
		return !r->moved;
	return s[-1] == '\n' && (s - r->buf == 1 ? !r->moved : s[-2] == '\n');
}

/* Where the next line begins that begins a record, at the start of the bytes or behind; NULL: none. */
static const char *next_record(struct log_reader *r, bool last)
{
	const char *s = r->buf + r->start, *end = r->buf + r->end, *p = s;
	uint64_t line = r->line;

	reader_scan(r, last);
	for (; (p = first_pass_record(&r->pass, r->buf, p, end)); p++) {
		if (is_set_off(r, p))
			return p;
		if (p > r->buf && p[-1] == '\n' && line < JOURNAL_FIRST &&
		    line + prefilter_newlines(s, (size_t)(p - s)) < JOURNAL_FIRST)
			return p;
	}
	return NULL;
}

/* A record of an export begins with a field's name. */
static bool is_other_text(const char *s, const char *end)
{
	const char *newline = memchr(s, '\n', (size_t)(end - s)), *equals;

	if (!newline || newline == s)
		return false;
	equals = memchr(s, '=', (size_t)(newline - s));
	return !is_name(s, (size_t)((equals ? equals : newline) - s));
}

size_t journal_next(struct log_reader *r, bool last)
{
	const char *next;

	if (r->journal.on && !r->journal.skipping && r->journal.between &&
	    is_other_text(r->buf + r->start, r->buf + r->end))
		r->journal.on = false;
	if (r->journal.on)
		return r->end;
	next = next_record(r, last);
	if (!next)
		return r->end;
	if (next == r->buf + r->start)
		r->journal.on = true;
	return (size_t)(next - r->buf);
}

bool journal_take(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	const char *s = r->buf + r->start, *end = r->buf + r->end, *after;
	struct journal_record record;

	if (r->journal.skipping)
		return skip_record(r);
	after = record_read(s, end, &record);
	if (!after && end - s >= RECORD_MOST) {
		r->journal.skipping = true;
		r->journal.between = false;
		return true;
	}
	if (!after && !last)
		return false;
	if (after && record.message.value && !record.writer.other)
		take_message(k, &record, r->line + prefilter_newlines(s, (size_t)(record.message.value - s)));
	reader_advance(r, after ? (size_t)(after - r->buf) : r->end);
	r->journal.between = true;
	return true;
}
