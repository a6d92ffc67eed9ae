/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a text from its start, one thing after the other. */
#ifndef KLOG_CURSOR_H
#define KLOG_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text and where in it we are; reading past the end gives '\0'. */
struct cursor {
	const char *s;
	size_t n, at;
};

/* The character `ahead` bytes behind the next one, or '\0' past the end. */
static inline char cursor_peek(const struct cursor *c, size_t ahead)
{
	return c->at + ahead < c->n ? c->s[c->at + ahead] : '\0';
}

/* Between words of a message; it can go over the end of a line. */
static inline bool cursor_is_blank(char c)
{
	return c <= ' ' && (c == ' ' || c == '\n' || c == '\t');
}

/* Whether it is a decimal digit. */
static inline bool cursor_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Steps over the next character if it is `wanted`. */
static inline bool cursor_take(struct cursor *c, char wanted)
{
	if (cursor_peek(c, 0) != wanted)
		return false;
	c->at++;
	return true;
}

/* Steps over blanks and tabs. */
static inline void cursor_blanks(struct cursor *c)
{
	size_t at = c->at;

	while (at < c->n && (c->s[at] == ' ' || c->s[at] == '\t'))
		at++;
	c->at = at;
}

/* Reads a decimal number of at most `most` digits; false for fewer than `least`, and what there were of them is read all the same. */
static inline bool cursor_number(struct cursor *c, unsigned least, unsigned most, uint64_t *value)
{
	const char *from = c->s + c->at, *s = from, *end = c->n - c->at < most ? c->s + c->n : from + most;
	uint64_t v = 0;

	for (; s < end && cursor_digit(*s); s++)
		v = v * 10 + (uint64_t)(*s - '0');
	*value = v;
	c->at += (size_t)(s - from);
	return s - from >= (ptrdiff_t)least;
}

/* The next word from *at on, which points into the text; its length is 0 at the end of the text. */
static inline const char *cursor_word(const struct cursor *c, size_t *at, size_t *len)
{
	const char *p = c->s + *at, *end = c->s + c->n, *start;

	while (p < end && *p == ' ')
		p++;
	start = p;
	while (p < end && *p != ' ')
		p++;
	*at = (size_t)(p - c->s);
	*len = (size_t)(p - start);
	return start;
}

/* Whether a word is a time of the day: "10:11:12", "10:11:12.123". */
static inline bool cursor_clock(const char *word, size_t len)
{
	static const char form[] = "dd:dd:dd";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (i >= len || (form[i] == ':' ? word[i] != ':' : !cursor_digit(word[i])))
			return false;
	return len == 8 || word[8] == '.' || word[8] == ',';
}

#endif
