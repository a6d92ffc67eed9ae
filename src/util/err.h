/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An error for the user: the thing that failed, the reason, and the remedy. */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

#include <stdarg.h>

/*
 * Filled by the function that fails; printed by cmd/ as
 *     nicregs: WHAT: WHY
 *     TODO
 * Texts are plain UTF-8 without a trailing newline or full stop; too long ones are cut. They may
 * hold bytes from files: cmd/ escapes them.
 */
struct err {
	char what[256];
	char why[512];
	char todo[512];
};

/* All of these accept a NULL e. */

/* Sets .what and .why, empties .todo, and returns -errnum, so that callers can `return err_set(...)`. */
int err_set(struct err *e, int errnum, const char *what, const char *why, ...) __attribute__((format(printf, 4, 5)));

/* As err_set, with strerror(errnum) for the reason. */
int err_sys(struct err *e, int errnum, const char *what, ...) __attribute__((format(printf, 3, 4)));

/* As err_set with EACCES, for an operation that root may do; .todo says so. */
int err_root(struct err *e, const char *what, const char *why, ...) __attribute__((format(printf, 3, 4)));

/* As err_sys, for a file that could not be read; .todo fits errnum. */
int err_file(struct err *e, int errnum, const char *path);

/* Sets .todo; .what and .why stay. Has no -errno of its own. */
void err_todo(struct err *e, const char *todo, ...) __attribute__((format(printf, 2, 3)));

#endif
