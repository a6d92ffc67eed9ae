/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps as they were before mail programs, web pages and terminals left traces in them. */
#ifndef SOURCE_TIDY_H
#define SOURCE_TIDY_H

#include <stddef.h>

/* Takes quote marks and blanks at its start, and markup and escapes anywhere, out of a line of n bytes that
 * input_line() gave. Returns where it begins now. */
char *tidy_line(char *line, size_t n);

/* The first line of a file's head that starts, behind quote marks and markup, with `start` and goes on with `then`;
 * NULL if there is none. */
const char *tidy_find(const char *head, size_t n, const char *start, const char *then);

#endif
