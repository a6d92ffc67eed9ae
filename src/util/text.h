/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text: numbers and words in it, and text from outside made harmless for a terminal. */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Appends s with control characters, invalid UTF-8, and characters that are not seen or change the direction of text
 * written as \xNN or \u{NNNN}. Everything that came from a file, a log or sysfs passes through here before it reaches a
 * terminal. */
void text_escape(struct buf *out, const char *s, size_t n);
/* Whether a code point may be shown as it is. */
bool text_harmless(uint32_t c);

/* Decodes the code point at s, of at most n bytes (1 at least); returns its length, or 0 if it is not valid UTF-8. */
size_t text_utf8_next(const unsigned char *s, size_t n, uint32_t *cp);

/* The columns that s takes on a terminal: wcwidth() of each code point, 1 for an invalid byte. */
size_t text_width(const char *s);
/* The same of n bytes as text_escape() writes them. */
size_t text_escaped_width(const char *s, size_t n);

/* Whether n bytes are printable ASCII alone: text_escape() leaves them as they are, and each takes a column. */
bool text_is_plain(const char *s, size_t n);

/* Ends of lines in n bytes. */
unsigned text_lines(const char *s, size_t n);

/* vsnprintf(): the same text and result, in less time for words and whole numbers without width or precision. */
int text_format(char *to, size_t size, const char *format, va_list ap) __attribute__((format(printf, 3, 0)));

/* The number of bytes at the start of the n bytes of s that are valid UTF-8 and need no escape in JSON. */
size_t text_utf8_run(const char *s, size_t n);

/* The whole of s as a number: text_u64() reads base 10, or 16 with "0x"; text_hex() base 16 with or without it. False
 * if s is empty, has other characters (a sign, a blank), or does not fit in 64 bits. */
bool text_u64(const char *s, uint64_t *value);
bool text_hex(const char *s, uint64_t *value);

/* Eight bytes to be looked at at once. */
static inline uint64_t text_eight(const char *s)
{
	uint64_t eight;

	__builtin_memcpy(&eight, s, sizeof(eight));
	return eight;
}

#define TEXT_EACH (UINT64_MAX / 0xff) /* times a byte: eight of it */

/* Whether eight bytes of text_eight() are all printable ASCII. */
static inline bool text_eight_plain(uint64_t eight)
{
	return !((eight | (eight - TEXT_EACH * ' ') | (eight + TEXT_EACH)) & TEXT_EACH * 0x80);
}

/* Whether the character is among eight that are plain. */
static inline bool text_eight_have(uint64_t eight, char c)
{
	return ((eight ^ TEXT_EACH * (unsigned char)c) - TEXT_EACH) & TEXT_EACH * 0x80;
}

/* Bytes at the start that are printable ASCII. */
size_t text_plain_run(const char *s, size_t n);

/* The value of a hexadecimal digit, 0 to 15; -1 for other characters. */
static inline int text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Copies n bytes of src, or as many as dst of `size` bytes (1 at least) holds, with a NUL behind them. */
void str_copy(char *dst, size_t size, const char *src, size_t n);

/* A word as it is typed in a command: quoted where a shell needs it. Caller frees. Most programs take a word that begins
 * with a dash for an option, quoted or not. */
char *shell_word(const char *word);
/* The same for the path of a file, "./" before a leading dash; "-", standard input, stays. Caller frees. */
char *shell_path(const char *path);

/* s without blanks at both ends, shortened in place; returns its first other character, which points into s. */
char *text_strip(char *s);

/* Whether s begins with prefix. */
bool text_starts(const char *s, const char *prefix);

/* Whether both are there and equal; an empty text is none. */
bool text_same(const char *a, const char *b);

/* Whether both are equal, or both NULL. */
bool text_equal(const char *a, const char *b);

/* The index of word in a list of n words, case-sensitive; -1 if it is not there. */
int text_find(const char *const *list, size_t n, const char *word);

#endif
