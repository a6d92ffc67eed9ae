// SPDX-License-Identifier: GPL-2.0-or-later
/* Which values of JSON are messages, names of a writer, times; and records that have ended. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "klog/cursor.h"
#include "klog/fields.h"
#include "klog/json.h"
#include "util/alloc.h"
#include "util/text.h"

#define SLACK 128 /* bytes behind a text that can be read */
#define TEXTS_HELD 4096

static struct json_frame *top(struct json *j)
{
	return &j->frames[j->depth - 1];
}

/* Whether the cells of a row have names: it is inside of what has had them. */
static bool has_columns(const struct json *j, const struct json_frame *f)
{
	return f->row && j->n_columns && j->depth > 1;
}

/* "$date", "stringValue": the value of what the object around is called. */
static bool is_of_outer(const char *name)
{
	return *name == '$' || !strcasecmp(name, "stringValue") || !strcasecmp(name, "intValue");
}

/* What a value is called: a list's elements as the list, the value of a pair as its key. */
const char *json_name(struct json *j)
{
	struct json_frame *f = top(j);

	if (has_columns(j, f))
		return f->cell < j->n_columns ? j->columns[f->cell] : "";
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

		if (k == i || other->ended || !other->n)
			continue;
		if (other->message && !t->message)
			return true;
		if (other->message == t->message && (other->n > t->n || k < i) && is_inside(j, t, other))
			return true;
	}
	return false;
}

/* Lines of a log in one text have numbers of their own; the kernel's own record and another program's have one. */
static uint64_t more_lines(struct json *j, const struct json_text *t)
{
	const char *s = j->bytes.data + t->at;
	uint64_t more = 0;
	size_t n = t->n;

	for (unsigned i = 0; i < j->depth; i++)
		if (j->frames[i].writer.kernel || j->frames[i].writer.other)
			return 0;
	while (n && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	for (size_t i = 0; i < n; i++)
		more += s[i] == '\n';
	if (more && j->line < t->line + more)
		j->line = t->line + more;
	return more;
}

/* What an object says of the texts inside of it, or of its own. */
static void note_around(struct json_text *t, const struct json_frame *f)
{
	t->writer.kernel |= f->writer.kernel;
	t->writer.program |= f->writer.program;
	t->writer.handled |= f->writer.handled;
	t->writer.other |= f->writer.other;
	if (!*t->writer.host)
		memcpy(t->writer.host, f->writer.host, sizeof(t->writer.host));
	if (!*t->time.wall && !t->time.has_uptime)
		t->time = f->time;
}

static size_t unended_before(const struct json *j, size_t n)
{
	size_t unended = 0;

	for (size_t i = 0; i < n; i++)
		unended += !j->texts[i].ended;
	return unended;
}

/* Gives out the texts whose records have ended. The others move to the front. */
static void give_out(struct json *j)
{
	size_t kept = 0, len = 0;

	for (unsigned i = 0; i < j->depth; i++)
		j->frames[i].texts = unended_before(j, j->frames[i].texts);
	add_slack(j);
	for (size_t i = 0; i < j->n_texts; i++) {
		struct json_text *t = &j->texts[i];

		if (t->ended && t->n) {
			t->writer.other |= t->writer.handled && !t->writer.program;
			j->list = t->list;
			j->more = t->more;
			j->each(j->arg, j->bytes.data + t->at, t->n, t->line, t->writer, &t->time);
		}
		if (t->ended)
			continue;
		memmove(j->bytes.data + len, j->bytes.data + t->at, t->n + 1);
		t->at = len;
		len += t->n + 1;
		j->texts[kept++] = *t;
	}
	j->n_texts = kept;
	j->bytes.len = len;
}

void json_give_up(struct json *j)
{
	for (unsigned d = j->depth; d > 0; d--)
		for (size_t i = 0; i < j->n_texts; i++)
			if (i >= j->frames[d - 1].texts)
				note_around(&j->texts[i], &j->frames[d - 1]);
	give_out(j);
}

/* Whether nothing around says anything more: there are lists alone. */
static bool is_all_said(const struct json *j)
{
	for (unsigned i = 0; i < j->depth; i++)
		if (!j->frames[i].list)
			return false;
	return true;
}

static void end_text(struct json *j, struct json_text *t, uint64_t *more)
{
	if (!t->ended) {
		j->n_open--;
		t->list = j->depth > 1 && j->frames[j->depth - 2].list ? j->frames[j->depth - 2].nth : 0;
		t->more = t->n ? more_lines(j, t) : 0;
		*more |= t->more;
	}
	note_around(t, top(j));
	t->ended = true;
}

/* The texts of a record that ends, and of those inside of it. */
static void end_texts(struct json *j)
{
	struct json_frame *own = top(j);
	bool cells = own->row && !has_columns(j, own) && (own->cells || j->depth > 1);
	size_t n = j->n_texts;
	uint64_t more = 0;

	own->own = 0;
	own->writer.other |= !j->whole || (cells && own->words > 1 && own->others && !own->writer.kernel);
	for (size_t i = own->texts; i < n; i++)
		if (!j->texts[i].ended && is_needless(j, own->texts, i))
			j->texts[i].n = 0;
	for (size_t i = own->texts; i < n; i++)
		end_text(j, &j->texts[i], &more);
	if (n > own->texts) {
		j->record_line = more ? j->line : own->line;
		j->ended = true;
	}
	j->whole = true;
}

void json_end_record(struct json *j)
{
	end_texts(j);
	top(j)->own = 0; /* a list of lines has more */
	j->depth--;      /* what is around */
	if (j->n_texts && (is_all_said(j) || (j->bytes.len >= JSON_HELD || j->n_texts >= TEXTS_HELD))) {
		if (!is_all_said(j))
			json_give_up(j);
		else
			give_out(j);
	}
	j->depth++;
}

/* A record on the line of the one before counts as on the next. */
void json_begin_record(struct json *j, struct json_frame *frame)
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
	row->writer.kernel |= field_names_kernel(s, n);
}

/* Who handled the message may have such a name. */
static bool is_collectors(const char *name)
{
	static const char *const names[] = { "tag",           "logger",      "loggername",  "container",
					     "containername", "containerid", "pod",         "podname",
					     "podid",         "service",     "servicename", NULL };
	char plain[JSON_NAME];

	return field_is_one_of(names, plain, field_plain_name(name, strlen(name), plain));
}

/* What somebody asked of a program. */
static bool is_request(const char *name)
{
	static const char *const words[] = { "agent", "url",    "uri",     "request",  "payload",
					     "query", "cookie", "referer", "referrer", "header",
					     "user",  "path",   "subject", "password" };
	char plain[JSON_NAME];
	size_t n = field_plain_name(name, strlen(name), plain);

	for (size_t i = 0; i < COUNT(words); i++)
		if (memmem(plain, n, words[i], strlen(words[i])))
			return true;
	return false;
}

static void note_writer(struct json_writer *writer, const char *name, const char *value, size_t n)
{
	bool handled = is_collectors(name);

	if (field_names_other(name, strlen(name), value, n)) {
		writer->handled |= handled;
		writer->other |= !handled;
	} else if (field_is_writer(name) && field_names_kernel(value, n)) {
		writer->kernel = true;
		writer->program |= !handled;
	}
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

	note_host(&record->writer, f->name, name, value, n);
	if (!f->list && field_is_part(name) && field_is_writer(f->name))
		name = f->name;
	note_writer(&record->writer, name, value, n);
	note_host(&record->writer, f->name, name, value, n);
	note_pair(f, name, value, n);
	json_note_time(&record->time, name, value, n);
	if (f->row && !has_columns(j, f))
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
void json_keep_text(struct json *j, bool message, bool joins)
{
	struct json_text *last = j->n_texts > top(j)->texts ? &j->texts[j->n_texts - 1] : NULL;
	struct json_frame *record = record_of(j, j->depth);
	size_t n = j->bytes.len - j->from;

	if (j->bytes.len >= JSON_MOST) {
		j->whole = false;
		j->bytes.len = j->from;
		return;
	}
	if (joins && last && !last->ended && last->frame == j->depth) {
		j->bytes.data[j->from - 1] = '\n';
		last->n += n + 1;
		last->message |= message;
	} else if (record->own == JSON_TEXTS) {
		j->cut = true;
		j->bytes.len = j->from;
		return;
	} else {
		record->own++;
		j->n_open++;
		*VEC_PUSH(j->texts, j->n_texts, j->room) = (struct json_text){
			.at = j->from, .n = n, .line = j->string_line, .message = message, .frame = joins ? j->depth : 0
		};
	}
	buf_putc(&j->bytes, '\0'); /* becomes a line end if another line is joined */
}

bool json_is_columns(const struct json_frame *f)
{
	return f->list && field_is_one_of((const char *const[]){ "columns", "columnnames", "headers", NULL }, f->name,
					  strlen(f->name));
}

/* {"columns": ["time", "message"]}, or each an object that has its "name": what the cells of rows are called. */
static void note_column(struct json *j, const char *name, const char *s, size_t n)
{
	bool is = json_is_columns(top(j)) ||
		  (j->depth > 1 && json_is_columns(&j->frames[j->depth - 2]) && !strcasecmp(name, "name"));

	if (is && j->n_columns < JSON_COLUMNS)
		str_copy(j->columns[j->n_columns++], JSON_NAME, s, n < JSON_NAME ? n : JSON_NAME - 1);
}

/* Whether a text of a row is its message: any that is no time. */
static bool is_rows_message(struct json *j, const char *s, size_t n)
{
	struct json_frame *f = top(j);

	return f->row && !has_columns(j, f) && !json_note_time(&f->time, "time", s, n) && !is_digits(s, n);
}

/* A string has ended that is a value: it is in the bytes from j->from on. */
void json_take_text(struct json *j)
{
	struct json_frame *f = top(j);
	const char *name = json_name(j), *s = buf_str(&j->bytes) + j->from;
	size_t n = j->bytes.len - j->from;
	bool alone, message, joins = f->list && !f->row;

	note_value(j, name, s, n);
	note_column(j, name, s, n);
	message = field_is_message(name) || is_rows_message(j, s, n);
	f->cells |= f->row && !message;
	alone = f->row && j->depth == 1 && !f->cells; /* a list of lines: a row begins with a time */
	if (!message && (is_request(name) || (!joins && !is_wanted(j, j->from, n)))) {
		j->bytes.len = j->from;
		return;
	}
	json_keep_text(j, message, joins);
	if (alone)
		json_end_record(j);
}

/* A list of lines has ended. */
void json_end_lines(struct json *j)
{
	struct json_text *last = j->n_texts > top(j)->texts ? &j->texts[j->n_texts - 1] : NULL;

	if (!last || last->ended || last->frame != j->depth)
		return;
	if (!last->message && !is_wanted(j, last->at, last->n)) {
		j->bytes.len = last->at;
		j->n_texts--;
		j->n_open--;
	} else {
		last->frame = 0;
	}
}

/* A number, true, false, null. */
void json_end_word(struct json *j)
{
	const char *name = json_name(j);
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
	if (top(j)->row && !has_columns(j, top(j)) && is_digits(j->word, j->word_n))
		top(j)->cells |= json_note_time(&top(j)->time, "time", j->word, j->word_n);
	else if (*j->word != 't' && *j->word != 'f') /* true, false */
		note_value(j, name, j->word, j->word_n);
}
