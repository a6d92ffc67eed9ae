/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives the terminal back when the program dies by a signal, of its own fault or not. Private to view/monitor/. */
#ifndef VIEW_MONITOR_CRASH_H
#define VIEW_MONITOR_CRASH_H

/* After curses has taken the terminal; `keys` is the file that its keys come from. */
void crash_arm(int keys);
void crash_disarm(void);
int crash_terminal(void);

#endif
