/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program of the user's, run for each incident. No shell is involved. */
#ifndef WATCH_COMMAND_H
#define WATCH_COMMAND_H

struct err;

/* In its environment: "registers" or "log", whatever confirmed the incident. */
#define COMMAND_CONFIRMED "NICREGS_CONFIRMED"

/* Starts PROGRAM with the arguments FOLDER, DEVICE and KIND, without capabilities and with /dev/null as its standard input,
 * and does not wait for it. */
int command_start(const char *program, const char *folder, const char *device, const char *kind, const char *confirmed,
		  struct err *e);
/* Takes note of those that ended. */
void command_reap(void);

#endif
