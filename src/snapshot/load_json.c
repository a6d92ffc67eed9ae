// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON of a snapshot file: its text is scanned before it is parsed, and access to the values is checked. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/internal.h"
#include "util/err.h"

/* Of a snapshot: depth 3, 60 facts, config space of 8192 digits; of an element: 40 members, of a ring. */
#define DEPTH_MOST 16
#define VALUES_MOST 20000
#define VALUES_OF_ELEMENT 128
#define LENGTH_MOST ((size_t)64 << 10)

static const char *const long_arrays[SPANS_MOST] = { "registers", "features",    "queues",           "vectors",
						     "notes",     "functions",   "refusals",         "rings",
						     "frames",    "descriptors", "virtual_functions" };

struct scan {
	const char *text;
	size_t at, n;
	struct bounds *b;
	char open[DEPTH_MOST]; /* brackets */
	unsigned depth;
	size_t values;     /* outside of spans */
	size_t of_element; /* values of the element so far */
	struct span *span; /* which `at` is in; NULL: none */
	size_t key, key_length;
	bool keyed; /* the last token was the colon behind that key, in the topmost object */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t bounds_skip_blank(const char *text, size_t at, size_t end)
{
	while (at < end && is_blank(text[at]))
		at++;
	return at;
}

static bool too_much(struct scan *s, const char *what)
{
	s->b->excess = what;
	s->b->excess_at = s->at;
	return false;
}

static bool count(struct scan *s)
{
	if (s->span)
		return ++s->of_element <= VALUES_OF_ELEMENT ||
		       too_much(s, "more values than an element of a snapshot has");
	return ++s->values <= VALUES_MOST || too_much(s, "more values than a snapshot has");
}

/* What is behind a string or a word; the end of the text if it has none. */
static size_t end_of(const struct scan *s)
{
	size_t at = s->at + 1;

	if (s->text[s->at] != '"') {
		while (at < s->n && !is_blank(s->text[at]) && !strchr(",:{}[]\"", s->text[at]))
			at++;
		return at;
	}
	while (at < s->n && s->text[at] != '"')
		at += s->text[at] == '\\' ? 2 : 1;
	return at < s->n ? at + 1 : s->n;
}

static bool word(struct scan *s)
{
	size_t end = end_of(s);

	if (end - s->at > LENGTH_MOST)
		return too_much(s, "longer than any text of a snapshot");
	if (!count(s))
		return false;
	s->key = s->at + 1;
	s->key_length = end - s->at > 2 ? end - s->at - 2 : 0;
	s->at = end;
	return true;
}

static void begin_span(struct scan *s)
{
	for (size_t i = 0; i < SPANS_MOST; i++) {
		const char *key = long_arrays[i];

		if (strlen(key) != s->key_length || memcmp(s->text + s->key, key, s->key_length) != 0 ||
		    bounds_span(s->b, key))
			continue;
		s->span = &s->b->spans[s->b->n_spans++];
		*s->span = (struct span){ .key = key, .start = s->at + 1, .end = s->n };
		s->of_element = 0;
	}
}

static bool open_bracket(struct scan *s)
{
	char c = s->text[s->at];

	if (!count(s))
		return false;
	if (s->depth == DEPTH_MOST)
		return too_much(s, "nested deeper than a snapshot is");
	if (c == '[' && s->depth == 1 && s->keyed)
		begin_span(s);
	s->open[s->depth++] = c;
	s->at++;
	return true;
}

/* False if that is wrong: the text behind it is not looked at. */
static bool close_bracket(struct scan *s)
{
	char wanted = s->text[s->at] == ']' ? '[' : '{';

	if (!s->depth || s->open[--s->depth] != wanted)
		return false;
	if (s->span && s->depth == 1) {
		s->span->end = s->at;
		s->span->closed = true;
		s->span = NULL;
	}
	s->at++;
	return true;
}

/* No JSON has such bytes, and jansson passes over some; those at the end are what a file has whose writing a power failure ended. */
static bool zeros(struct scan *s)
{
	size_t at = s->at;

	while (at < s->n && !s->text[at])
		at++;
	if (at < s->n)
		return too_much(s, "a byte of zero, which no JSON has");
	s->at = s->n;
	return false;
}

/* False: this is the end, be it of the value, for an excess or for a fault. */
static bool step(struct scan *s)
{
	char c = s->text[s->at];
	bool keyed = false;

	if (c == ',' || c == ':') {
		if (c == ',' && s->depth == 2)
			s->of_element = 0;
		keyed = c == ':' && s->depth == 1 && s->open[0] == '{';
		s->at++;
	} else if (c == '{' || c == '[') {
		if (!open_bracket(s))
			return false;
	} else if (c == '}' || c == ']') {
		if (!close_bracket(s)) {
			s->at++;
			return false;
		}
	} else if (!c) {
		return zeros(s);
	} else if (!word(s)) {
		return false;
	}
	s->keyed = keyed;
	return s->depth > 0;
}

bool bounds_scan(const char *text, size_t start, size_t n, struct bounds *b)
{
	struct scan s = { .text = text, .at = start, .n = n, .b = b };

	*b = (struct bounds){ .text = text, .start = start };
	do
		s.at = bounds_skip_blank(text, s.at, n);
	while (s.at < n && step(&s));
	b->end = s.at < n ? s.at : n;
	if (s.span)
		s.span->end = b->end;
	return !b->excess;
}

const struct span *bounds_span(const struct bounds *b, const char *key)
{
	for (size_t i = 0; i < b->n_spans; i++)
		if (!strcmp(b->spans[i].key, key))
			return &b->spans[i];
	return NULL;
}

/* Gives the text out without what is in spans, but for line ends and, behind the last one, blanks: jansson counts lines and columns. */
struct feed {
	const struct bounds *b;
	size_t at, span;
	bool blanks; /* no more line ends in the span */
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* In place of what is in a span. */
static size_t feed_span(struct feed *f, const struct span *span, char *out, size_t room)
{
	const char *from = f->b->text + f->at;
	size_t left = span->end - f->at;
	const char *newline = f->blanks ? NULL : memchr(from, '\n', left);

	if (newline) {
		*out = '\n';
		f->at += (size_t)(newline - from) + 1;
		return 1;
	}
	f->blanks = true;
	left = least(left, room);
	memset(out, ' ', left);
	f->at += left;
	return left;
}

static size_t feed(void *out, size_t room, void *arg)
{
	struct feed *f = arg;
	const struct bounds *b = f->b;
	size_t n = 0;

	while (n < room && f->at < b->end) {
		const struct span *span = f->span < b->n_spans ? &b->spans[f->span] : NULL;
		char *to = (char *)out + n;
		size_t run;

		if (span && f->at >= span->end) {
			f->span++;
			f->blanks = false;
		} else if (span && f->at >= span->start) {
			n += feed_span(f, span, to, room - n);
		} else {
			run = least((span ? span->start : b->end) - f->at, room - n);
			memcpy(to, b->text + f->at, run);
			f->at += run;
			n += run;
		}
	}
	return n;
}

json_t *bounds_load(const struct bounds *b, json_error_t *error)
{
	struct feed f = { .b = b, .at = b->start };

	return json_load_callback(feed, &f, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, error);
}

json_t *bounds_element(const struct bounds *b, const struct span *span, size_t *at, json_error_t *error)
{
	bool first = *at == span->start;
	json_t *element;

	*error = (json_error_t){ .line = 1, .column = 1 };
	*at = bounds_skip_blank(b->text, *at, span->end);
	if (*at == span->end)
		return NULL;
	if (!first && b->text[*at] != ',') {
		strcpy(error->text, "',' or ']' expected");
		return NULL;
	}
	if (!first)
		*at = bounds_skip_blank(b->text, *at + 1, span->end);
	if (*at == span->end && span->closed) {
		strcpy(error->text, "a value expected before ']'");
		return NULL;
	}
	element = json_loadb(b->text + *at, span->end - *at,
			     JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
	*at += element ? (size_t)error->position : 0;
	if (element)
		error->text[0] = '\0';
	return element;
}

int load_bad(struct load *l, const char *key, const char *why, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, why);
	vsnprintf(text, sizeof(text), why, ap);
	va_end(ap);
	return err_set(l->e, EINVAL, l->file, "%s%s%s: %s", l->where, l->where[0] && key ? "." : "", key ? key : "",
		       text);
}

int load_str(struct load *l, const json_t *object, const char *key, bool required, const char **value)
{
	const json_t *v = json_object_get(object, key);

	*value = json_string_value(v);
	if (!*value && (v || required))
		return load_bad(l, key, v ? "not a string" : "missing");
	return 0;
}

int load_int(struct load *l, const json_t *object, const char *key, int64_t least, int64_t most, int64_t *value)
{
	const json_t *v = json_object_get(object, key);

	if (!v)
		return 0;
	if (!json_is_integer(v))
		return load_bad(l, key, "not an integer");
	if (json_integer_value(v) < least || json_integer_value(v) > most)
		return load_bad(l, key, "%lld is out of range", (long long)json_integer_value(v));
	*value = json_integer_value(v);
	return 0;
}

int load_bool(struct load *l, const json_t *object, const char *key, bool *value)
{
	const json_t *v = json_object_get(object, key);

	if (!v)
		return 0;
	if (!json_is_boolean(v))
		return load_bad(l, key, "neither true nor false");
	*value = json_is_true(v);
	return 0;
}

int load_weigh(struct load *l, size_t bytes)
{
	l->weight += bytes;
	if (!l->weight_most || l->weight <= l->weight_most)
		return 0;
	err_set(l->e, EFBIG, l->file, "it would take much more memory than its size");
	err_todo(l->e, "no nicregs writes such a file: ask for it again");
	return -EFBIG;
}

/* jansson counts from where it began to read. */
int load_syntax_error(struct load *l, const char *text, size_t start, const json_error_t *error)
{
	int line = error->line, column = error->column;
	size_t line_start = 0;

	for (size_t i = 0; i < start; i++) {
		if (text[i] == '\n') {
			line++;
			line_start = i + 1;
		}
	}
	if (error->line <= 1)
		column += (int)(start - line_start);
	err_set(l->e, EINVAL, l->file, "line %d, column %d: %s", line, column, error->text);
	err_todo(l->e, "the snapshot is cut off or was changed: take it again, or ask for it again");
	return -EINVAL;
}

/* What is done with each element of an array. */
struct visit {
	const char *key;
	json_type of;
	size_t most, n;
	int (*each)(struct load *l, const json_t *element, void *arg);
	void *arg;
};

static int visit(struct load *l, struct visit *v, const json_t *element)
{
	snprintf(l->where, sizeof(l->where), "%s[%zu]", v->key, v->n);
	if (v->n++ == v->most)
		return load_bad(l, NULL, "more than %zu", v->most);
	if (json_typeof(element) != v->of)
		return load_bad(l, NULL, v->of == JSON_STRING ? "not a string" : "not an object");
	return v->each(l, element, v->arg);
}

/* Parses one after the other, so that their trees are never there together. */
static int visit_span(struct load *l, struct visit *v, const struct span *span)
{
	size_t at = span->start;
	json_error_t error;
	json_t *element;
	int r = 0;

	while (!r && (element = bounds_element(l->bounds, span, &at, &error))) {
		r = visit(l, v, element);
		json_decref(element);
	}
	return r || !error.text[0] ? r : load_syntax_error(l, l->bounds->text, at, &error);
}

int load_array(struct load *l, const json_t *object, const char *key, json_type of, size_t most,
	       int (*each)(struct load *l, const json_t *element, void *arg), void *arg)
{
	const struct span *span = l->bounds ? bounds_span(l->bounds, key) : NULL;
	const json_t *array = json_object_get(object, key);
	struct visit v = { .key = key, .of = of, .most = most, .each = each, .arg = arg };
	int r = 0;

	if (array && !json_is_array(array))
		return load_bad(l, key, "not an array");
	if (span)
		r = visit_span(l, &v, span);
	for (size_t i = 0; i < json_array_size(array) && !r; i++)
		r = visit(l, &v, json_array_get(array, i));
	l->where[0] = '\0';
	return r;
}
