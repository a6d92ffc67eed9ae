/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of a log as it was before mails, web pages, syslog daemons and terminals had their way with it. */
#ifndef KLOG_CLEAN_H
#define KLOG_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the line's text to out, at most `cap` bytes, and returns how many: without quote marks and blanks at its
 * start, blanks at its end, and terminal control sequences; with escapes (#012, \n, \x0a, \[, &lt;, =3D) undone.
 * What was a newline becomes a blank. *joined: the line ends in a quoted-printable soft break, its next one
 * belongs to it without a blank.
 */
size_t clean_line(const char *raw, size_t n, char *out, size_t cap, bool *joined);

#endif
