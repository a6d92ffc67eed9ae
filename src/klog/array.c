// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/array.h"

#include <string.h>

#include "klog/cursor.h"

static const char key[] = "\"MESSAGE\"";
#define KEY_N (sizeof(key) - 1)

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

/* Whether the text, of which these bytes come next, begins as JSON. */
static bool is_json(struct array_text *a, const char *bytes, size_t n)
{
	static const char sent[] = "data: "; /* of events over HTTP, as a journal's gateway has them */

	for (size_t i = 0; !a->looked && i < n; i++) {
		char c = bytes[i];

		if (!a->begun && c && strchr(" \t\r\n\x1e", c))
			continue;
		if (c == sent[a->begun]) {
			a->json = a->looked = ++a->begun == sizeof(sent) - 1;
			continue;
		}
		a->json = !a->begun && (c == '{' || c == '[');
		a->looked = true;
	}
	return a->json;
}

bool array_wants(struct array_text *a, const char *bytes, size_t n)
{
	return is_json(a, bytes, n) &&
	       (a->state != IN_TEXT || a->matched || a->n || has_list(bytes, n) || ends_in_key(bytes, n));
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

static void end_text(struct array_text *a, char c)
{
	if (a->opened)
		put(a, '"');
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
		if (a->value > 255)
			end_text(a, c);
		return;
	}
	if (a->state == AT_DIGIT)
		put_byte(a);
	a->state = AT_NEXT;
	if (c != ',' && !is_blank(c))
		end_text(a, c);
}

static void take(struct array_text *a, char c)
{
	if (a->state >= AT_DIGIT || (a->state == AT_FIRST && cursor_digit(c) && a->n < ARRAY_QUEUE / 2)) {
		take_number(a, c);
		return;
	}
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

size_t array_to_text(struct array_text *a, char *bytes, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		size_t room = 0;

		take(a, bytes[i]);
		room = i + 1 - out < a->n ? i + 1 - out : a->n;
		memcpy(bytes + out, a->queue, room);
		memmove(a->queue, a->queue + room, a->n - room);
		a->n -= room;
		out += room;
	}
	return out;
}
