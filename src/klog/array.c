// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages of journalctl -o json that are arrays of bytes become texts. */
#include "klog/array.h"

#include <string.h>

#include "klog/cursor.h"

static const char key[] = "\"MESSAGE\"";
#define KEY_N (sizeof(key) - 1)
#define LINES 8192 /* line ends that may be added to what is read at once */

enum state {
	IN_TEXT,  /* up to the key, of which `matched` bytes came */
	AT_COLON, /* behind the key */
	AT_LIST,  /* behind the colon */
	AT_FIRST, /* behind the bracket */
	AT_DIGIT, /* in a number */
	AT_NEXT   /* behind a number */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool has_list(const char *bytes, size_t n)
{
	const char *end = bytes + n, *p = bytes;

	while ((p = memmem(p, (size_t)(end - p), key, KEY_N))) {
		p += KEY_N;
		while (p < end && (is_blank(*p) || *p == ':'))
			p++;
		if (p == end || *p == '[')
			return true;
	}
	return false;
}

/* Whether the key may go on in what comes next. */
static bool ends_in_key(const char *bytes, size_t n)
{
	for (size_t k = 1; k < KEY_N && k <= n; k++)
		if (!memcmp(bytes + n - k, key, k))
			return true;
	return false;
}

/* Whether a list begins at a bracket: the bytes behind it say so, or are not there. */
static bool list_begins(const char *s, const char *end)
{
	while (++s < end && is_blank(*s))
		;
	return s == end || *s == '{';
}

/* Whether the text, of which these bytes come next, begins as JSON. */
static bool is_json(struct array_text *a, const char *bytes, size_t n)
{
	static const char sent[] = "data: "; /* of events over HTTP, as a journal's gateway has them */

	for (size_t i = 0; !a->looked && i < n; i++) {
		char c = bytes[i];

		if (!a->begun && c && strchr(" \t\r\n\x1e\xef\xbb\xbf", c))
			continue;
		if (c == sent[a->begun]) {
			a->json = a->looked = ++a->begun == sizeof(sent) - 1;
			continue;
		}
		a->json = !a->begun && (c == '{' || (c == '[' && list_begins(bytes + i, bytes + n)));
		a->looked = true;
	}
	return a->json;
}

bool array_wants(struct array_text *a, const char *bytes, size_t n)
{
	bool look = is_json(a, bytes, n) || a->seen < TEXT_MOST;
	bool found = look && has_list(bytes, n);

	a->seen += a->seen < TEXT_MOST ? n : 0;
	a->json |= found;
	return found || a->state != IN_TEXT || a->matched || a->n || a->owed || (look && ends_in_key(bytes, n));
}

static void put(struct array_text *a, char c)
{
	if (a->n < ARRAY_QUEUE)
		a->queue[a->n++] = c;
}

/* A byte as JSON has it in a text; control characters and bytes that are no text stay as they are. */
static void put_byte(struct array_text *a)
{
	if (!a->opened)
		put(a, '"');
	a->opened = true;
	if (a->value == '\n' || a->value == '"' || a->value == '\\')
		put(a, '\\');
	put(a, a->value == '\n' ? 'n' : a->value ? (char)a->value : ' ');
}

/* The list ends with c, which is behind a line end if the record was cut off in it. */
static void end_text(struct array_text *a, char c)
{
	put(a, a->opened ? '"' : '[');
	if (a->newline && c != ']') {
		put(a, '\n');
		a->owed--;
	}
	if (!a->opened || c != ']')
		put(a, c);
	a->opened = false;
	a->state = IN_TEXT;
	a->matched = 0;
}

/* In the list, from its first number on. */
static void take_number(struct array_text *a, char c)
{
	if (cursor_digit(c)) {
		a->value = (a->state == AT_DIGIT ? a->value * 10 : 0) + (unsigned)(c - '0');
		a->state = AT_DIGIT;
		a->newline = false;
		if (a->value > 255)
			end_text(a, c);
		return;
	}
	if (a->state == AT_DIGIT)
		put_byte(a);
	a->state = AT_NEXT;
	a->newline |= c == '\n';
	a->owed += c == '\n';
	if (c != ',' && !is_blank(c))
		end_text(a, c);
}

static void take(struct array_text *a, char c)
{
	if (a->state >= AT_DIGIT || (a->state == AT_FIRST && cursor_digit(c))) {
		take_number(a, c);
		return;
	}
	if (a->state == AT_FIRST && is_blank(c)) {
		a->owed += c == '\n';
		return;
	}
	if (a->state == AT_FIRST)
		put(a, '[');
	if (a->state != AT_LIST || c != '[') /* that waits for what follows */
		put(a, c);
	if (a->state == IN_TEXT) {
		a->matched = c == key[a->matched] ? a->matched + 1 : c == key[0];
		if (a->matched == KEY_N)
			a->state = AT_COLON;
		return;
	}
	if (is_blank(c))
		return;
	a->matched = 0;
	if ((a->state == AT_COLON && c == ':') || (a->state == AT_LIST && c == '['))
		a->state++;
	else
		a->state = IN_TEXT;
}

/* Behind a line end, at bytes[*at]: what waits in the queue and as many line ends as were passed over, if there is room for `most` bytes. The n
 * bytes from `from` on, which are not dealt with yet, move; returns how far. */
static size_t pay(struct array_text *a, char *bytes, size_t *at, size_t from, size_t n, size_t most)
{
	size_t room = most - *at - n, lines, end, moved;

	if (room < a->n)
		return 0;
	lines = a->owed < room - a->n ? a->owed : room - a->n;
	end = *at + a->n + lines;
	moved = end > from ? end - from : 0;
	memmove(bytes + from + moved, bytes + from, n);
	memcpy(bytes + *at, a->queue, a->n);
	memset(bytes + *at + a->n, '\n', lines);
	*at = end;
	a->n = 0;
	a->owed -= lines;
	return moved;
}

size_t array_to_text(struct array_text *a, char *bytes, size_t n, size_t room)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		char c = bytes[i];
		size_t ready, moved;

		take(a, c);
		ready = i + 1 - out < a->n ? i + 1 - out : a->n;
		memcpy(bytes + out, a->queue, ready);
		memmove(a->queue, a->queue + ready, a->n - ready);
		a->n -= ready;
		out += ready;
		if (c != '\n' || a->state != IN_TEXT || !a->owed)
			continue;
		moved = pay(a, bytes, &out, i + 1, n - i - 1, room);
		i += moved;
		n += moved;
	}
	return out;
}

/* ---- a list of records on one line ---- */

/* A byte of a string, or the quote that ends it. */
static void text_take(struct list_text *l, char c)
{
	l->text = l->escape || c != '"';
	l->escape = !l->escape && c == '\\';
	if (l->text && l->name_n < sizeof(l->name))
		l->name[l->name_n++] = c;
}

static bool is_message(const struct list_text *l)
{
	static const char *const names[] = { "MESSAGE", "message", "msg", "log", "line" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (l->name_n == strlen(names[i]) && !memcmp(l->name, names[i], l->name_n))
			return true;
	return false;
}

/* Inside of a list; *comma: where the one is that stands before a record, on the same line. */
static void list_take(struct list_text *l, char *at, char **comma)
{
	/* What cannot be there is the end of it. */
	if (l->text ? *at == '\n' : l->depth == 1 && !is_blank(*at) && !strchr("{}[],\"", *at)) {
		l->depth = 0;
		return;
	}
	if (l->text) {
		text_take(l, *at);
		return;
	}
	l->records |= *at == ':' && is_message(l);
	if (*at == '{' && l->depth == 1 && *comma)
		**comma = '\n';
	if (*at == ',' && l->depth == 1 && l->records)
		*comma = at;
	else if (*at != ' ' && *at != '\t')
		*comma = NULL;
	l->text = *at == '"';
	l->name_n = l->text ? 0 : l->name_n;
	l->depth += *at == '{' || *at == '[';
	l->depth -= *at == '}' || *at == ']';
	l->listed |= l->records;
}

/* Whether it may have to be changed. */
static bool list_wants(const struct list_text *l)
{
	return l->depth || l->seen < TEXT_MOST;
}

/* Puts records of a list on lines of their own, where they were on one, by writing a line end in place of the comma. */
static void list_to_lines(struct list_text *l, char *bytes, size_t n)
{
	char *end = bytes + n, *p = bytes, *comma = NULL;

	l->seen += l->seen < TEXT_MOST ? n : 0;
	while (p < end) {
		if (l->depth) {
			list_take(l, p, &comma);
			l->in_line = *p++ != '\n';
		} else if (!l->in_line && *p == '[' && list_begins(p, end)) {
			l->depth = 1;
			l->text = l->escape = l->records = false;
			p++;
		} else {
			p = memchr(p, '\n', (size_t)(end - p));
			l->in_line = !p;
			p = p ? p + 1 : end;
		}
	}
	if (comma)
		*comma = '\n'; /* a record follows, as a rule */
}

size_t json_to_lines(struct array_text *a, struct list_text *l, char *bytes, size_t n, size_t room)
{
	if (list_wants(l))
		list_to_lines(l, bytes, n);
	if (!array_wants(a, bytes, n))
		return n;
	return array_to_text(a, bytes, n, room < n + LINES ? room : n + LINES);
}
