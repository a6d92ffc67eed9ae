/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptions of terminals that are part of the program (mk/made.mk). Private to monitor/. */
#ifndef MONITOR_ENTRIES_H
#define MONITOR_ENTRIES_H

/* The entry that suits a terminal of this type best, as ncurses takes it from the variable TERMINFO; caller frees. *name is the
 * entry's own name, static. A type of which nothing is known is a vt100: no colours, and what nearly every terminal understands.
 * NULL: the program was built without. */
char *entry_like(const char *type, const char **name);

#endif
