/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal by its description (terminfo): whether it has a screen, and how it is given back when the program dies by
 * a signal, of its own fault or not. Private to monitor/. */
#ifndef MONITOR_TERMINAL_H
#define MONITOR_TERMINAL_H

struct err;

/* Whether a terminal of this type ($TERM, or NULL) has a screen: -ENOTTY if not. */
int terminal_check(const char *type, struct err *e);
/* After curses has taken the terminal; `keys` is the file that its keys come from. */
void terminal_arm(int keys);
void terminal_disarm(void);
/* The file given to terminal_arm(); -1 before. */
int terminal_keys(void);

#endif
