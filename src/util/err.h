/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What failed, why, and what the user can do about it. */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

#include <stdarg.h>

/*
 * Filled by the function that fails; printed by cmd/ as
 *     nicregs: WHAT: WHY
 *     TODO
 * Texts are plain UTF-8 without a trailing newline or full stop; too long ones are cut. They may
 * hold bytes from files: whoever prints them escapes them.
 */
struct err {
	char what[256];
	char why[512];
	char todo[512];
};

/* Fills *e (may be NULL) and returns -errnum, so that callers can `return err_set(...)`. */
int err_set(struct err *e, int errnum, const char *what, const char *why, ...) __attribute__((format(printf, 4, 5)));

/* As err_set, with strerror(errnum) for the reason. */
int err_sys(struct err *e, int errnum, const char *what, ...) __attribute__((format(printf, 3, 4)));

/* As err_set with EACCES, for what root may do; says so. */
int err_root(struct err *e, const char *what, const char *why, ...) __attribute__((format(printf, 3, 4)));

/* As err_sys, of a file that was to be read, with what the user can do. */
int err_file(struct err *e, int errnum, const char *path);

/* Adds what the user can do. */
void err_todo(struct err *e, const char *todo, ...) __attribute__((format(printf, 2, 3)));

#endif
