/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal by its description (terminfo): whether it has a screen, and how it is given back when the program dies by
 * a signal, of its own fault or not. Private to monitor/. */
#ifndef MONITOR_TERMINAL_H
#define MONITOR_TERMINAL_H

struct err;

/* The name by which curses can open a terminal of this type ($TERM, or NULL). Where terminfo does not have it, that is a built-in
 * entry's (entries.h), static, and TERMINFO is set for it. -ENOTTY if the terminal has no screen. */
int terminal_find(const char *type, const char **name, struct err *e);
/* After curses has taken the terminal; `keys` is the file that its keys come from. */
void terminal_arm(int keys);
void terminal_disarm(void);
/* The file given to terminal_arm(); -1 before. */
int terminal_keys(void);

#endif
