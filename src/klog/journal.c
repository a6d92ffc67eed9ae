// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where records of journalctl -o export, verbose, json-pretty and json are in a log, and whose their messages are.
 * Anybody can send the journal a message; fields whose name begins with _ are its own. They come in any order, so a
 * message is believed only when its whole record was seen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "klog/cursor.h"
#include "klog/internal.h"
#include "klog/journal.h"
#include "util/alloc.h"

#define NAME_MOST 64
#define JOURNAL_FIRST 64 /* lines in which an export may begin right behind other text */
#define FIRST_MOST 8192 /* bytes up to the end of a log's first line with text, which may name the columns of a table */

bool journal_is_name(const char *s, size_t n)
{
	if (!n || n > NAME_MOST)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] != '_' && !(s[i] >= 'A' && s[i] <= 'Z') && !(i && cursor_digit(s[i])))
			return false;
	return true;
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

bool journal_field_read(const char *s, size_t n, struct journal_field *f)
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
	if (!journal_is_name(f->name, f->name_len) || at >= n || s[at] != (quoted ? '"' : '='))
		return false;
	for (at++; quoted && at < n && (s[at] == ' ' || s[at] == ':'); at++)
		;
	f->value = s + at;
	f->len = n - at;
	if (quoted)
		bare_value(f);
	return true;
}

void journal_note_field(struct journal_writer *w, const struct journal_field *f)
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
		if (!journal_name_is(f, telling[i].name))
			continue;
		w->journal = true;
		w->other |= f->len != strlen(telling[i].kernels) || memcmp(f->value, telling[i].kernels, f->len) != 0;
	}
	for (size_t i = 0; i < COUNT(others); i++)
		w->journal |= journal_name_is(f, others[i]);
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

	if (journal_field_read(s, n, &f) && f.indent == own->indent) {
		journal_note_field(w, &f);
		w->journal |= journal_name_is(own, "MESSAGE");
		return journal_name_is(&f, "MESSAGE") && journal_name_is(own, "MESSAGE") ? BESIDE_END : BESIDE_FIELD;
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
			return journal_field_read(before, len, &f);
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

static enum journal_whose judge_members(const struct before *b, const char *line, const char *most, bool last, bool cut)
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
	if (!ended && (!last || cut))
		return cut ? JOURNAL_OTHER : JOURNAL_OPEN; /* what was not seen is not the kernel's */
	to = ended ? to : most;
	return fields_are_in(from, (size_t)(to - from)) && fields_name_other(from, (size_t)(to - from)) ? JOURNAL_OTHER
													: JOURNAL_NOT;
}

enum journal_whose journal_judge(const struct log_reader *r, const char *line, bool last, size_t *body)
{
	const struct before before = { r->buf + (r->start > JOURNAL_BACK ? r->start - JOURNAL_BACK : 0),
				       r->start <= JOURNAL_BACK && !r->moved };
	const char *end = r->buf + r->end;
	const char *most = end - line > JOURNAL_RECORD_MOST ? line + JOURNAL_RECORD_MOST : end;
	struct journal_writer w = { false, false };
	struct journal_field own;
	const char *newline;

	*body = 0;
	if (!may_be_field(line, (size_t)(end - line)))
		return JOURNAL_NOT;
	newline = memchr(line, '\n', (size_t)(end - line));
	if (!journal_field_read(line, (size_t)((newline ? newline : end) - line), &own))
		return is_member(line, (size_t)((newline ? newline : end) - line))
			       ? judge_members(&before, line, most, last, most < end)
			       : JOURNAL_NOT;
	w.other |= !look_back(&own, &before, line, &w);
	if (!look_ahead(&own, newline, most, &w)) {
		if (!last && most == end)
			return JOURNAL_OPEN;
		w.other |= most < end;
		w.journal |= most < end && (journal_name_is(&own, "MESSAGE") || own.name[-(own.indent > 0)] == '"');
	}
	if (!w.journal)
		return JOURNAL_NOT;
	*body = (size_t)(own.value - (own.name - (own.name > line && own.name[-1] == '"')));
	return w.other || !journal_name_is(&own, "MESSAGE") ? JOURNAL_OTHER : JOURNAL_KERNEL;
}

/* ---- journalctl's -o export, which may stand among other text ---- */

/* The first line that is not blank, and not "sep=," of a spreadsheet. *newline: its end, NULL: there is none. */
static const char *first_text(const char *s, size_t n, const char **newline)
{
	const char *end = s + (n < FIRST_MOST ? n : FIRST_MOST);

	while ((*newline = memchr(s, '\n', (size_t)(end - s))) &&
	       (reader_is_blank(s, (size_t)(*newline - s)) || (*newline - s > 4 && !strncasecmp(s, "sep=", 4))))
		s = *newline + 1;
	return s;
}

size_t table_begins(const char *s, size_t n, struct columns *c)
{
	size_t mark = n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? 3 : 0;
	const char *newline, *first = first_text(s + mark, n - mark, &newline);

	*c = (struct columns){ .count = 0 };
	if (newline && !columns_have_clock(first, (size_t)(newline - first)))
		columns_read(first, (size_t)(newline - first) - (newline > first && newline[-1] == '\r'), c);
	return c->count ? (size_t)(newline + 1 - s) : 0;
}

bool journal_begins(struct log_reader *r, bool last)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *s = r->buf + r->start;
	size_t n = r->end - r->start, len = strlen(PREFILTER_RECORD);
	bool marked = n >= 3 && !memcmp(s, mark, 3);
	const char *newline;

	first_text(s + (marked ? 3 : 0), n - (marked ? 3 : 0), &newline);

	if ((n < len + 3 || (!newline && n < FIRST_MOST)) && !last)
		return false;
	r->journal.decided = true;
	s += marked ? 3 : 0;
	n -= marked ? 3 : 0;
	table_begins(s, n, &r->columns);
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
	return !journal_is_name(s, (size_t)((equals ? equals : newline) - s));
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

/* ---- JSON, which may be behind other text as well ---- */

#define JSON_LOOK 256 /* bytes in which a value shows that it is one */
#define JSON_FIRST_MOST \
	((size_t)1 << 20) /* bytes at a log's start in which it is looked for: what is larger is no mail */

int json_begins(const char *s, size_t n)
{
	static const char sent[] = "data: "; /* of events over HTTP, as a journal's gateway has them */
	size_t at = 0, from, most = n < JSON_LOOK ? n : JSON_LOOK;
	char first;

	while (at < most && s[at] && strchr(" \t\x1e\xef\xbb\xbf", s[at]))
		at++;
	if (most - at >= strlen(sent) && !memcmp(s + at, sent, strlen(sent)))
		at += strlen(sent);
	if (at == most)
		return n < JSON_LOOK ? -1 : 0;
	from = at;
	first = s[at++];
	if (first != '{' && first != '[')
		return first == 'd' && n - at < strlen(sent) && !memcmp(s + at, sent + 1, n - at) ? -1 : 0;
	while (at < most && strchr(" \t\r\n", s[at]))
		at++;
	if (at == most)
		return n < JSON_LOOK ? -1 : 0;
	return s[at] == '"' || (first == '[' && (s[at] == '{' || s[at] == '[')) ? (int)from + 1 : 0;
}

/* The rest of a line may follow one that was JSON up to there. */
static bool begins_line(const struct log_reader *r, const char *s)
{
	return s > r->buf ? s[-1] == '\n' : !r->moved;
}

/* Whether the line at `s` may begin a value, by its first byte; behind blanks only where no text stands before. */
static bool may_begin_json(const struct log_reader *r, const char *s)
{
	return (*s == '{' || *s == '[' || *s == '\x1e' || *s == '\xef' || *s == 'd' ||
		(!r->json.text && (*s == ' ' || *s == '\t'))) &&
	       begins_line(r, s);
}

size_t json_next(struct klog *k, bool last)
{
	struct log_reader *r = &k->reader;
	const char *start = r->buf + r->start, *s = r->json.at > r->start ? r->buf + r->json.at : start;
	const char *end = r->buf + r->end, *newline;
	int begins;

	r->json.open = false;
	for (; s < end && (r->json.seen || r->json.looked < JSON_FIRST_MOST) && !r->columns.count; s = newline + 1) {
		begins = may_begin_json(r, s) ? json_begins(s, (size_t)(end - s)) : 0;
		r->json.at = (size_t)(s - r->buf);
		r->json.open = begins < 0 && !last;
		if (begins > 0 && s == start)
			json_log_begin(k, (size_t)begins - 1);
		if (begins > 0 || r->json.open)
			return r->json.at;
		newline = memchr(s, '\n', (size_t)(end - s));
		if (!newline)
			break;
		r->json.text |= begins_line(r, s) && !reader_is_blank(s, (size_t)(newline - s));
		r->json.looked += (size_t)(newline + 1 - s);
		r->json.at = (size_t)(newline + 1 - r->buf);
	}
	return r->end;
}
