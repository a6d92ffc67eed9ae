/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the terminal can do. Private to view/monitor/. */
#ifndef VIEW_MONITOR_TERMINAL_H
#define VIEW_MONITOR_TERMINAL_H

struct err;

/* Whether a terminal of this type ($TERM, or NULL) has a screen: -ENOTTY if not. */
int terminal_check(const char *type, struct err *e);

#endif
