/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells the service manager how we are: sd_notify(3) without its library. */
#ifndef WATCH_NOTIFY_H
#define WATCH_NOTIFY_H

/* Sends a state ("READY=1") to $NOTIFY_SOCKET; nothing if there is none. -errno is of interest to nobody but tests. */
int notify_manager(const char *state);

#endif
