/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is changed on a device so that it can be read, and put back afterwards: a sleeping one held awake, memory
 * decoding switched on.
 *
 * From the first change until wake_undo(), which is soon, signals wait; so SIGINT and SIGTERM end the program with
 * everything put back. After SIGKILL the device stays as an active one is: power/control "on", memory decoding on.
 */
#ifndef HOST_WAKE_H
#define HOST_WAKE_H

#include <signal.h>

#include "snapshot/snapshot.h"

struct err;
struct host;

struct wake {
	struct host *host;
	struct pci_addr addr;
	char control[16]; /* power/control as found; "" if it was not changed */
	bool decoding;    /* COMMAND was changed */
	uint32_t command; /* as found */
	bool blocked;
	sigset_t signals; /* as found */
};

void wake_init(struct wake *w, struct host *host, const struct pci_addr *addr);

/* Keeps the device awake; `control` is power/control as it is now, or NULL. -ETIMEDOUT if it does not wake. */
int wake_device(struct wake *w, const char *control, struct err *e);

/* Switches memory decoding on. */
int wake_decoding(struct wake *w, struct err *e);

/* Puts back what was changed, reads it back, and notes in s what was done or could not be undone. */
void wake_undo(struct wake *w, struct snapshot *s);

#endif
