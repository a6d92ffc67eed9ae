/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text from outside: parsing numbers, and making it harmless for a terminal. */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Appends s with control characters, invalid UTF-8, and characters that are not seen or change the direction of text
 * written as \xNN or \u{NNNN}. Everything that came from a file, a log or sysfs passes through here before it reaches a
 * terminal. In escape.c. */
void text_escape(struct buf *out, const char *s, size_t n);
/* Whether a code point may be shown as it is. In escape.c. */
bool text_harmless(uint32_t c);

/* Decodes one code point of at most n bytes; its length, or 0 if it is not valid UTF-8. */
size_t text_utf8_next(const unsigned char *s, size_t n, uint32_t *cp);

/* Columns that s takes on a terminal: code points, combining and wide ones by wcwidth(). */
size_t text_width(const char *s);

/* Of the n bytes of s, how many at its start are valid UTF-8 and need no escape in JSON. */
size_t text_utf8_run(const char *s, size_t n);

/* The whole of s as a number: base 10, or 16 with "0x"; base 16 forced with text_hex. False if s is
 * empty, has other characters, or does not fit. */
bool text_u64(const char *s, uint64_t *value);
bool text_hex(const char *s, uint64_t *value);

/* 0 to 15, or -1. */
int text_hex_digit(char c);

/* s without blanks at both ends, shortened in place. */
char *text_strip(char *s);

bool text_starts(const char *s, const char *prefix);

/* Both are there and equal. */
bool text_same(const char *a, const char *b);

/* The place of word in a list, or -1. */
int text_find(const char *const *list, size_t n, const char *word);

#endif
