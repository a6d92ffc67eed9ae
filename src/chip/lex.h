/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of one line of a definition. Functions that return bool report a fault to the sink, with its line and
 * column, and return false; the rest of the line is then meaningless. Strings are owned by the arena.
 */
#ifndef CHIP_LEX_H
#define CHIP_LEX_H

#include "chip/chip.h"

struct arena;

/* Where faults and warnings go. */
struct sink {
	void (*report)(const struct chip_pos *pos, const char *message, void *arg);
	void (*warn)(const struct chip_pos *pos, const char *message, void *arg); /* NULL: none are wanted */
	void *arg;
	size_t n; /* faults so far */
};

/* Reports a fault. Always false, for `return fault(...)`. */
bool fault(struct sink *sink, const struct chip_pos *pos, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Reports a thing that is allowed but most likely not intended. */
void warning(struct sink *sink, const struct chip_pos *pos, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A sink's `report` that drops the fault. */
void fault_ignore(const struct chip_pos *pos, const char *message, void *arg);

struct lex {
	struct arena *arena; /* owns the strings */
	struct sink *sink;
	const char *file;            /* for positions; not owned */
	const char *next, *text_end; /* the lines still to come */
	unsigned line_no;
	const char *line, *p, *end; /* of this line, without its end */
};

enum lex_name {
	LEX_WORD,     /* a-z 0-9 - : the format's words */
	LEX_DEFINED,  /* A-Z a-z 0-9 _ - . : families, chips, drivers */
	LEX_REGISTER, /* A-Z 0-9 _ : registers and fields */
	LEX_HEADER,   /* A-Z a-z 0-9 _ : names in C headers */
};

/* Begins a text of n bytes, which stays the caller's and must outlive l. */
void lex_init(struct lex *l, struct arena *arena, struct sink *sink, const char *file, const char *text, size_t n);
/* The next line; false behind the last one. */
bool lex_line(struct lex *l);
/* The position of the next character. */
struct chip_pos lex_pos(const struct lex *l);

/* Skips blanks, and a comment with all that follows. True if something is left. */
bool lex_blank(struct lex *l);
/* As lex_blank, but there must be a blank, or the end of the line. */
bool lex_gap(struct lex *l);
/* A fault if anything but blanks and a comment follows. */
bool lex_done(struct lex *l);

/* Steps over c if it is next. */
bool lex_char(struct lex *l, char c);
/* As lex_char(), but a fault if another character is next. */
bool lex_expect(struct lex *l, char c);
/* Reports "expected WHAT, found ..." at the next character; always false. */
bool lex_expected(struct lex *l, const char *what);

/* A fault if a definition has `most` of `what` already. */
bool lex_room(struct lex *l, size_t n, size_t most, const char *what);

/* Each reads one word and steps behind it. `what` is for the message: "a register name"; `most` is the largest allowed
 * number. lex_u64() and lex_u32() read decimal or 0x numbers. */
bool lex_name(struct lex *l, enum lex_name kind, const char *what, const char **name);
bool lex_string(struct lex *l, const char *what, const char **s);
bool lex_u64(struct lex *l, const char *what, uint64_t most, uint64_t *value);
bool lex_u32(struct lex *l, const char *what, uint32_t most, uint32_t *value);
bool lex_decimal(struct lex *l, const char *what, uint32_t most, uint32_t *value);
/* Exactly n hexadecimal digits without a prefix. */
bool lex_digits(struct lex *l, const char *what, unsigned n, uint32_t *value);
/* Everything up to the next blank. */
bool lex_rest_of_word(struct lex *l, const char *what, const char **s);

#endif
