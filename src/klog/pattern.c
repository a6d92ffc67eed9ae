// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/pattern.h"

#include <string.h>

#define FAR 200 /* bytes that {..} skips at most */
#define WORD 63 /* bytes of a text, at most */

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* Ends a text that a web page or JSON has around it. */
static bool is_mark(char c)
{
	return c == '<' || c == '"';
}

static bool is_special(char c)
{
	return c == '{' || c == '[' || c == ']' || c == '~' || c == '\0';
}

/* The ordinary characters at *p; moves *p past them. NULL if the text is another. */
static const char *literal(const char **p, const char *s, const char *end)
{
	while (!is_special(**p)) {
		if (**p == ' ') {
			if (s >= end || !is_blank(*s))
				return NULL;
			while (s < end && is_blank(*s))
				s++;
			++*p;
			continue;
		}
		if (**p == '\\')
			++*p;
		if (s >= end || *s != **p)
			return NULL;
		s++;
		++*p;
	}
	return s;
}

/* Where the ordinary characters at p are first found within `most` bytes. */
static const char *find_literal(const char *p, const char *s, const char *end, size_t most)
{
	for (const char *stop = s + most; s <= end && s <= stop; s++) {
		const char *rest = p;

		if (literal(&rest, s, end))
			return s;
	}
	return NULL;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

static const char *number(const char *s, const char *end, int base, uint64_t *value)
{
	const char *start = s;

	if (base == 16 && end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		start = s += 2;
	*value = 0;
	while (s < end && digit(*s) < base && s - start < (base == 16 ? 16 : 19))
		*value = *value * (uint64_t)base + (uint64_t)digit(*s++);
	return s > start ? s : NULL;
}

/* A word: up to a blank or the pattern's next character. */
static const char *word(const char *next, const char *s, const char *end)
{
	const char *start = s;
	char stop = is_special(*next) || *next == ' ' ? '\0' : *next;

	if (stop == '\\')
		stop = next[1];
	while (s < end && !is_blank(*s) && !is_mark(*s) && *s != stop && s - start < WORD)
		s++;
	if (stop == '\0')
		while (s > start && (s[-1] == ',' || s[-1] == '.'))
			s--;
	return s > start ? s : NULL;
}

/* Words: up to the pattern's next characters, or to the end of the line. */
static const char *phrase(const char *next, const char *s, const char *end)
{
	const char *start = s;

	if (!is_special(*next))
		return find_literal(next, s, end, WORD);
	while (s < end && *s != '\n' && !is_mark(*s) && s - start < WORD)
		s++;
	while (s > start && is_blank(s[-1]))
		s--;
	return s > start ? s : NULL;
}

/* What stands between braces. */
struct place {
	const char *next; /* of the pattern */
	char name[32];
	char suffix; /* of ":d", ":x", ":G", or '*' */
	int field;   /* -1: only skipped */
};

static int field_named(const char *name)
{
	for (int i = 0; i < KLOG_FIELDS; i++)
		if (!strcmp(klog_fields[i].name, name))
			return i;
	return -1;
}

static void place_read(const char *p, struct place *place)
{
	size_t len = strcspn(p, "}");
	size_t name = strcspn(p, ":*}");

	place->next = p + len + 1;
	place->suffix = name < len ? p[len - 1] : '\0';
	memcpy(place->name, p, name);
	place->name[name] = '\0';
	place->field = field_named(place->name);
}

static const char *capture_number(const struct place *place, const char *s, const char *end, struct match *m)
{
	struct capture *c = &m->captures[m->n];
	bool hex = place->suffix ? place->suffix == 'x' : klog_fields[place->field].format == KLOG_HEX;

	s = number(s, end, hex ? 16 : 10, &c->value);
	if (!s)
		return NULL;
	if (place->suffix == 'G') {
		c->value *= 1000;
		if (s + 1 < end && *s == '.' && digit(s[1]) < 10) { /* "2.5 Gbps" */
			c->value += (uint64_t)digit(s[1]) * 100;
			s += 2;
		}
	}
	c->text = NULL;
	return s;
}

static const char *capture(const struct place *place, const char *s, const char *end, struct match *m)
{
	struct capture *c = &m->captures[m->n];
	const char *start = s;

	if (place->field < 0)
		return !strcmp(place->name, "..") ? find_literal(place->next, s, end, FAR) : word(place->next, s, end);
	if (m->n == PATTERN_CAPTURES)
		return NULL;
	if (klog_fields[place->field].format != KLOG_TEXT) {
		s = capture_number(place, s, end, m);
	} else {
		s = place->suffix == '*' ? phrase(place->next, s, end) : word(place->next, s, end);
		c->text = start;
		c->len = s ? (size_t)(s - start) : 0;
	}
	if (!s)
		return NULL;
	c->field = (enum klog_field)place->field;
	m->n++;
	return s;
}

/* Up to a closing bracket or the end. What fits before a misfit counts from the first ~ on. */
static const char *sequence(const char **p, const char *s, const char *end, struct match *m);

/* A group that may be left out; *p is past its bracket. */
static const char *group(const char **p, const char *s, const char *end, struct match *m)
{
	size_t n = m->n;
	const char *inner = *p, *after = sequence(&inner, s, end, m);

	while (**p && **p != ']')
		*p += **p == '\\' && (*p)[1] ? 2 : 1;
	if (**p)
		++*p;
	if (after)
		return after;
	m->n = n;
	return s;
}

static const char *sequence(const char **p, const char *s, const char *end, struct match *m)
{
	const char *soft = NULL;

	while (**p && **p != ']') {
		const char *after;
		struct place place;

		switch (**p) {
		case '~':
			++*p;
			soft = s;
			continue;
		case '[':
			++*p;
			after = group(p, s, end, m);
			break;
		case '{':
			place_read(*p + 1, &place);
			*p = place.next;
			after = capture(&place, s, end, m);
			break;
		default:
			after = literal(p, s, end);
		}
		if (!after)
			return soft;
		s = after;
		if (soft)
			soft = s;
	}
	return s;
}

bool pattern_match(const char *pattern, const char *s, const char *end, struct match *m)
{
	m->n = 0;
	m->end = sequence(&pattern, s, end, m);
	return m->end != NULL;
}

void captures_fill(const struct match *m, struct klog_report *r)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct capture *c = &m->captures[i];

		if (c->text)
			klog_set_text(r, c->field, c->text, c->len);
		else
			klog_set(r, c->field, c->value);
	}
}

const struct capture *capture_of(const struct match *m, enum klog_field field)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->captures[i].field == field)
			return &m->captures[i];
	return NULL;
}
