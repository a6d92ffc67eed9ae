/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is changed on a device so that it can be read, and put back afterwards: a sleeping one held awake, memory
 * decoding switched on.
 *
 * From the first change until hold_release(), which is soon, signals wait; so SIGINT and SIGTERM end the program with
 * everything put back. After SIGKILL the device stays as an active one is: power/control "on", memory decoding on.
 */
#ifndef SOURCE_HOLD_H
#define SOURCE_HOLD_H

#include <signal.h>

#include "snapshot/snapshot.h"

struct err;
struct host;

struct hold {
	struct host *host;
	struct pci_addr addr;
	char control[16]; /* power/control as found; "" if it was not changed */
	bool decoding;    /* COMMAND was changed */
	uint32_t command; /* as found */
	bool blocked;
	sigset_t signals; /* as found */
};

void hold_init(struct hold *h, struct host *host, const struct pci_addr *addr);

/* Keeps the device awake; `control` is power/control as it is now, or NULL. -ETIMEDOUT if it does not wake. */
int hold_awake(struct hold *h, const char *control, struct err *e);

/* Switches memory decoding on. */
int hold_decoding(struct hold *h, struct err *e);

/* Puts back what was changed, reads it back, and notes in s what was done or could not be undone. */
void hold_release(struct hold *h, struct snapshot *s);

#endif
