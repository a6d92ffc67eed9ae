/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of systemd's journal about a device: fields for programs, and an id of what happened, which scripts/nicregs.catalog explains. */
#ifndef WATCH_ENTRY_H
#define WATCH_ENTRY_H

#include <stdbool.h>

/* In the order of the ids in entry.c. */
enum watch_event {
	EVENT_STOPPED,       /* a port stands, as its registers say; evidence is saved */
	EVENT_REPORTED,      /* the log alone says so */
	EVENT_NOT_SAVED,     /* either, and no evidence could be saved */
	EVENT_RECOVERED,     /* it works again */
	EVENT_NOT_RECOVERED, /* no step helped, or it is given up */
	WATCH_EVENTS
};

/* NULL: not known; the field is left out. */
struct watch_entry {
	const char *device, *netdev, *chip;
	const char *verdict;   /* by what was sampled at once */
	const char *kind;      /* of trouble: "hang", "stalled" */
	const char *confirmed; /* "registers" or "log" */
	const char *step;      /* that helped */
	const char *incident;  /* its folder */
};

/* Whether the journal has it: there may be none. The message is the device's name and `words`. */
bool watch_enter(enum watch_event event, const struct watch_entry *entry, const char *words);

#endif
