/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program of the user's, run for each incident. No shell is involved. */
#ifndef WATCH_COMMAND_H
#define WATCH_COMMAND_H

struct err;

/* Starts PROGRAM with the arguments FOLDER, DEVICE and KIND, and does not wait for it. */
int command_start(const char *program, const char *folder, const char *device, const char *kind, struct err *e);
/* Takes note of those that ended. */
void command_reap(void);

#endif
