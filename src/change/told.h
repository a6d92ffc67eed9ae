/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who changes something, the log's line before each write, and the signals that end a change in order. */
#ifndef CHANGE_TOLD_H
#define CHANGE_TOLD_H

#include <stdbool.h>
#include <stddef.h>

/* The person behind sudo or su, as the audit system remembers the login, else the user: "root (uid 0)". */
void change_user(char *out, size_t size);

/* To the kernel log and to syslog: "nicregs: VERB: WHO: LINE". */
void change_log(const char *verb, const char *who, const char *line);

/* Signals that end a program wait from here on. */
void change_hold_signals(void);
/* Whether one waits. */
bool change_interrupted(void);

#endif
