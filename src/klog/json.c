// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON byte by byte, and which of its values are messages, names of a writer, times. */
#include "klog/json.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "klog/cursor.h"
#include "klog/fields.h"
#include "util/alloc.h"
#include "util/text.h"

#define SLACK 128 /* bytes behind a text that can be read */

/* Between values. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void json_start(struct json *j, uint64_t line)
{
	j->state = JSON_AT_VALUE;
	j->depth = 0;
	j->n_texts = 0;
	j->name_n = 0;
	j->line = line;
	j->whole = true;
	buf_clear(&j->bytes);
}

void json_free(struct json *j)
{
	buf_free(&j->bytes);
}

static struct json_frame *top(struct json *j)
{
	return &j->frames[j->depth - 1];
}

/* "$date", "stringValue": the value of what the object around is called. */
static bool is_of_outer(const char *name)
{
	return *name == '$' || !strcasecmp(name, "stringValue") || !strcasecmp(name, "intValue");
}

/* What a value is called: a list's elements as the list, the value of a pair as its key. */
static const char *own_name(struct json *j)
{
	struct json_frame *f = top(j);

	if (f->list)
		return f->name;
	j->name[j->name_n] = '\0';
	if (is_of_outer(j->name))
		return f->name;
	if (!*f->pair || strcasecmp(j->name, "value") != 0)
		return j->name;
	f->record = f->record && j->depth == 1; /* it is of what has a list of them */
	return f->pair;
}

/* The record that a frame is in. */
static struct json_frame *record_of(struct json *j, unsigned depth)
{
	while (depth > 1 && !j->frames[depth - 1].record)
		depth--;
	return &j->frames[depth - 1];
}

/* ---- records ---- */

/* Bytes behind the texts can be read, and do not count. */
static void add_slack(struct json *j)
{
	static const char slack[SLACK];

	buf_add(&j->bytes, slack, SLACK);
	j->bytes.len -= SLACK;
}

static bool is_inside(const struct json *j, const struct json_text *t, const struct json_text *other)
{
	return other->n >= t->n && memmem(j->bytes.data + other->at, other->n, j->bytes.data + t->at, t->n);
}

/* What another text of the record has as well, or what is no message beside one. */
static bool is_needless(const struct json *j, size_t from, size_t i)
{
	const struct json_text *t = &j->texts[i];

	for (size_t k = from; k < j->n_texts; k++) {
		const struct json_text *other = &j->texts[k];

		if (k != i && (other->message || !t->message) &&
		    (other->n > t->n || k < i || other->message != t->message) && is_inside(j, t, other))
			return true;
	}
	return false;
}

/* The innermost object that names the machine. */
static void take_host(const struct json *j, struct json_writer *writer)
{
	for (unsigned i = j->depth; i-- > 0 && !*writer->host;)
		memcpy(writer->host, j->frames[i].writer.host, sizeof(writer->host));
}

/* The texts of a record that ends. */
static void flush(struct json *j)
{
	const struct json_frame *own = top(j);
	const struct json_time *time = &own->time;
	struct json_writer writer = { .other = !j->whole || (own->row && own->words > 1 && own->others) };

	for (unsigned i = 0; i < j->depth; i++) {
		writer.kernel |= j->frames[i].writer.kernel;
		writer.other |= j->frames[i].writer.other;
	}
	for (unsigned i = j->depth - 1; i > 0 && !*time->wall && !time->has_uptime; i--)
		time = &j->frames[i - 1].time;
	if (j->n_texts > own->texts) {
		add_slack(j);
		take_host(j, &writer);
	}
	for (size_t i = own->texts; i < j->n_texts; i++)
		if (!is_needless(j, own->texts, i))
			j->each(j->arg, j->bytes.data + j->texts[i].at, j->texts[i].n, j->texts[i].line, writer, time);
	if (j->n_texts > own->texts) {
		j->bytes.len = j->texts[own->texts].at;
		j->record_line = own->line;
		j->flushed = true;
	}
	j->n_texts = own->texts;
	j->whole = true;
}

/* A record on the line of the one before counts as on the next. */
static void begin_record(struct json *j, struct json_frame *frame)
{
	j->line += j->line == j->record_line;
	frame->line = j->line;
}

/* ---- values ---- */

/* {"key": "ident", "value": "sshd"} */
static void note_pair(struct json_frame *f, const char *name, const char *value, size_t n)
{
	if (!f->list && (!strcasecmp(name, "key") || !strcasecmp(name, "field")))
		str_copy(f->pair, sizeof(f->pair), value, n < sizeof(f->pair) - 1 ? n : sizeof(f->pair) - 1);
}

/* A cell of a row without names: as of a table, every single word might be a writer's. */
static void note_cell(struct json_frame *row, const char *s, size_t n)
{
	if (!n || !isalpha((unsigned char)*s) || memchr(s, ' ', n) || field_is_level(s, n))
		return;
	row->words++;
	row->others += !field_names_kernel(s, n);
	if (field_names_kernel(s, n))
		row->others = 0, row->writer.kernel = true;
}

/* "hostname", "_HOSTNAME", "host"; {"host": {"name": ...}}. */
static void note_host(struct json_writer *writer, const char *outer, const char *name, const char *value, size_t n)
{
	char plain[JSON_NAME];
	size_t len = field_plain_name(name, strlen(name), plain);
	bool own = len == strlen("hostname") && !memcmp(plain, "hostname", len);
	bool host = len == strlen("host") && !memcmp(plain, "host", len);

	if (!own && !host && (strcasecmp(outer, "host") || strcasecmp(name, "name")))
		return;
	if (n && n < sizeof(writer->host) && !memchr(value, ' ', n) && (!*writer->host || (own && !writer->own_host))) {
		str_copy(writer->host, sizeof(writer->host), value, n);
		writer->own_host = own;
	}
}

static void note_value(struct json *j, const char *name, const char *value, size_t n)
{
	struct json_frame *f = top(j), *record = record_of(j, j->depth);

	if (field_names_other(name, strlen(name), value, n) ||
	    (!f->list && field_is_part(name) && field_names_other(f->name, strlen(f->name), value, n)))
		record->writer.other = true;
	else if (field_is_writer(name) && field_names_kernel(value, n))
		record->writer.kernel = true;
	note_host(&record->writer, f->name, name, value, n);
	note_pair(f, name, value, n);
	json_note_time(&record->time, name, value, n);
	if (f->row)
		note_cell(f, value, n);
}

static bool is_wanted(struct json *j, size_t at, size_t n)
{
	add_slack(j);
	return j->wanted(j->arg, j->bytes.data + at, n);
}

static bool is_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!cursor_digit(s[i]))
			return false;
	return n;
}

/* Keeps what is in the bytes from j->from on as a text. */
static void keep_text(struct json *j, bool message, bool joins)
{
	struct json_text *last = j->n_texts > top(j)->texts ? &j->texts[j->n_texts - 1] : NULL;
	size_t n = j->bytes.len - j->from;

	if (j->bytes.len >= JSON_MOST) {
		j->whole = false;
		j->bytes.len = j->from;
		return;
	}
	if (joins && last && last->frame == j->depth) {
		j->bytes.data[j->from - 1] = '\n';
		last->n += n + 1;
		last->message |= message;
	} else if (j->n_texts == JSON_TEXTS) {
		j->whole = false;
		j->bytes.len = j->from;
		return;
	} else {
		j->texts[j->n_texts++] =
			(struct json_text){ j->from, n, j->string_line, message, joins ? j->depth : 0 };
	}
	buf_putc(&j->bytes, '\0'); /* becomes a line end if another line is joined */
}

/* A string has ended that is a value: it is in the bytes from j->from on. */
static void take_text(struct json *j)
{
	struct json_frame *f = top(j);
	const char *name = own_name(j), *s = buf_str(&j->bytes) + j->from;
	size_t n = j->bytes.len - j->from;
	bool alone, message, joins = f->list && !f->row;

	note_value(j, name, s, n);
	message = field_is_message(name) || (f->row && !json_note_time(&f->time, "time", s, n) && !is_digits(s, n));
	f->cells |= f->row && !message;
	alone = f->row && j->depth == 1 && !f->cells; /* a list of lines: a row begins with a time */
	if (!message && !joins && !is_wanted(j, j->from, n)) {
		j->bytes.len = j->from;
		return;
	}
	keep_text(j, message, joins);
	if (alone)
		flush(j);
}

/* A list of lines has ended. */
static void end_lines(struct json *j)
{
	struct json_text *last = j->n_texts > top(j)->texts ? &j->texts[j->n_texts - 1] : NULL;

	if (!last || last->frame != j->depth)
		return;
	if (!last->message && !is_wanted(j, last->at, last->n)) {
		j->bytes.len = last->at;
		j->n_texts--;
	} else {
		last->frame = 0;
	}
}

/* A number, true, false, null. */
static void end_word(struct json *j)
{
	const char *name = own_name(j);
	unsigned byte = 0;

	j->state = JSON_BEHIND;
	if (top(j)->list && field_is_message(name) && is_digits(j->word, j->word_n) && j->word_n <= 3) {
		for (size_t i = 0; i < j->word_n; i++)
			byte = byte * 10 + (unsigned)(j->word[i] - '0');
		if (!top(j)->bytes) {
			j->from = j->bytes.len;
			j->string_line = top(j)->line;
		}
		top(j)->bytes = true;
		if (j->bytes.len < JSON_MOST)
			buf_putc(&j->bytes, byte && byte < 256 ? (char)byte : ' ');
		else
			j->whole = false;
		return;
	}
	if (top(j)->row && is_digits(j->word, j->word_n))
		json_note_time(&record_of(j, j->depth)->time, "time", j->word, j->word_n);
	else
		note_value(j, name, j->word, j->word_n);
}

/* ---- bytes ---- */

/* Whether there is a frame left. */
static bool open_frame(struct json *j, char c)
{
	struct json_frame *outer = j->depth ? top(j) : NULL, *f = &j->frames[j->depth];
	const char *name = outer ? own_name(j) : "";

	if (j->depth == JSON_DEEP)
		return false;
	f->list = c == '[';
	f->record = !outer || outer->list;
	f->row = f->list && f->record;
	f->bytes = f->cells = false;
	f->pair[0] = '\0';
	f->writer = (struct json_writer){ .kernel = false };
	f->time.wall[0] = '\0';
	f->time.has_uptime = false;
	f->words = f->others = 0;
	f->texts = j->n_texts;
	f->line = j->line;
	memcpy(f->name, name, f->record ? 0 : strlen(name));
	f->name[f->record ? 0 : strlen(name)] = '\0';
	j->depth++;
	if (f->record)
		begin_record(j, f);
	j->state = f->list ? JSON_AT_FIRST : JSON_AT_KEY;
	return true;
}

/* Whether it is of the frame that is open. */
static bool close_frame(struct json *j, char c)
{
	if (!j->depth || top(j)->list != (c == ']'))
		return false;
	if (top(j)->bytes)
		keep_text(j, true, false);
	else if (top(j)->list)
		end_lines(j);
	if (top(j)->record)
		flush(j);
	j->depth--;
	j->state = JSON_BEHIND;
	return true;
}

static bool begin_value(struct json *j, char c)
{
	if (c == '{' || c == '[')
		return open_frame(j, c);
	if (!j->depth)
		return false;
	if (c == '"') {
		if (top(j)->row && j->depth == 1 && !top(j)->cells)
			begin_record(j, top(j)); /* if it is a list of lines */
		j->key = false;
		j->from = j->bytes.len;
		j->string_line = j->line;
		j->high = 0;
		j->state = JSON_IN_STRING;
		return true;
	}
	j->word_n = 1;
	j->word[0] = c;
	j->state = JSON_IN_WORD;
	return isalnum((unsigned char)c) || c == '-';
}

static void end_string(struct json *j)
{
	j->state = j->key ? JSON_AT_COLON : JSON_BEHIND;
	if (!j->key)
		take_text(j);
	j->key = false;
}

/* What stands between values; false: it cannot be there. */
static bool take_mark(struct json *j, char c)
{
	if (is_blank(c))
		return true;
	if (j->state == JSON_AT_COLON) {
		j->state = JSON_AT_VALUE;
		return c == ':';
	}
	if (c == '}' || c == ']')
		return close_frame(j, c);
	if (j->state == JSON_BEHIND) {
		j->state = top(j)->list ? JSON_AT_VALUE : JSON_AT_KEY;
		return c == ',';
	}
	if (j->state == JSON_AT_KEY) {
		j->key = true;
		j->name_n = 0;
		j->state = JSON_IN_STRING;
		return c == '"';
	}
	return begin_value(j, c);
}

/* One byte that is in no run. */
static bool take(struct json *j, char c)
{
	switch (j->state) {
	case JSON_IN_STRING:
		if (c == '"')
			end_string(j);
		else
			j->state = JSON_IN_ESCAPE;
		return c != '\n';
	case JSON_IN_ESCAPE:
		return json_escape(j, c);
	case JSON_IN_HEX:
		return json_hex(j, c);
	case JSON_IN_WORD:
		if (isalnum((unsigned char)c) || c == '.' || c == '+' || c == '-') {
			if (j->word_n < sizeof(j->word))
				j->word[j->word_n++] = c;
			return true;
		}
		end_word(j);
		return take_mark(j, c);
	default:
		return take_mark(j, c);
	}
}

enum json_end json_feed(struct json *j, const char *s, size_t n, size_t *used)
{
	const char *p = s, *end = s + n;

	j->done = 0;
	while (p < end) {
		if (j->state == JSON_IN_STRING)
			p += json_run(j, p, end);
		if (p == end)
			break;
		*used = (size_t)(p - s);
		if (!take(j, *p))
			return JSON_BAD;
		j->line += *p++ == '\n';
		if (j->flushed && !j->n_texts) {
			j->done = (size_t)(p - s);
			j->done_line = j->line;
			j->flushed = false;
		}
		if (!j->depth) {
			*used = (size_t)(p - s);
			return JSON_ENDS;
		}
	}
	*used = n;
	return JSON_MORE;
}
