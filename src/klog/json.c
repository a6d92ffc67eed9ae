// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON byte by byte. */
#include "klog/json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "klog/cursor.h"
#include "klog/fields.h"
#include "util/alloc.h"
#include "util/text.h"

/* Between values. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void json_start(struct json *j, uint64_t line)
{
	j->state = JSON_AT_VALUE;
	j->depth = 0;
	j->n_texts = j->n_open = 0;
	j->n_columns = 0;
	j->lists = 0;
	j->name_n = 0;
	j->line = line;
	j->whole = true;
	buf_clear(&j->bytes);
}

void json_free(struct json *j)
{
	free(j->texts);
	buf_free(&j->bytes);
}

static struct json_frame *top(struct json *j)
{
	return &j->frames[j->depth - 1];
}

/* ---- bytes ---- */

/* Too deep inside: nothing is looked at up to its end, which is on this line. */
static bool skip_deeper(struct json *j)
{
	j->state = JSON_DEEPER;
	j->deeper = 1;
	j->in_text = j->escaped = false;
	return true;
}

static bool take_deeper(struct json *j, char c)
{
	if (j->in_text) {
		j->in_text = j->escaped || c != '"';
		j->escaped = !j->escaped && c == '\\';
		return c != '\n';
	}
	if (c == '\n')
		return false;
	j->in_text = c == '"';
	j->deeper += c == '{' || c == '[';
	j->deeper -= c == '}' || c == ']';
	if (!j->deeper)
		j->state = JSON_BEHIND;
	return true;
}

static bool open_frame(struct json *j, char c)
{
	struct json_frame *outer = j->depth ? top(j) : NULL, *f = &j->frames[j->depth];
	const char *name = outer ? json_name(j) : "";

	if (j->depth == JSON_DEEP)
		return skip_deeper(j);
	f->list = c == '[';
	f->record = !outer || (outer->list && !(outer->row && outer->cells));
	f->row = f->list && f->record;
	f->nth = f->list && !f->row ? ++j->lists : 0;
	f->bytes = f->cells = false;
	f->pair[0] = '\0';
	f->writer = (struct json_writer){ .kernel = false };
	f->time.wall[0] = '\0';
	f->time.has_uptime = false;
	f->words = f->others = f->cell = f->own = 0;
	f->texts = j->n_texts;
	f->line = j->line;
	memcpy(f->name, name, f->record ? 0 : strlen(name));
	f->name[f->record ? 0 : strlen(name)] = '\0';
	j->depth++;
	if (f->record)
		json_begin_record(j, f);
	j->state = f->list ? JSON_AT_FIRST : JSON_AT_KEY;
	if (json_is_columns(f))
		j->n_columns = 0;
	return true;
}

/* Whether it is of the frame that is open. */
static bool close_frame(struct json *j, char c)
{
	if (!j->depth || top(j)->list != (c == ']'))
		return false;
	if (top(j)->bytes)
		json_keep_text(j, true, false);
	else if (top(j)->list)
		json_end_lines(j);
	if (top(j)->record)
		json_end_record(j);
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
			json_begin_record(j, top(j)); /* if it is a list of lines */
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
		json_take_text(j);
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
		top(j)->cell++;
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
	case JSON_DEEPER:
		return take_deeper(j, c);
	case JSON_IN_WORD:
		if (isalnum((unsigned char)c) || c == '.' || c == '+' || c == '-') {
			if (j->word_n < sizeof(j->word))
				j->word[j->word_n++] = c;
			return true;
		}
		json_end_word(j);
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
		if (j->ended && !j->n_open) {
			j->done = (size_t)(p - s);
			j->done_line = j->line;
		}
		j->ended = false;
		if (!j->depth) {
			*used = (size_t)(p - s);
			return JSON_ENDS;
		}
	}
	*used = n;
	return JSON_MORE;
}
