/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power states of a function, the kernel's switches for those of the link above it, and a sleeping function that is
 * woken so that it can be read.
 */
#ifndef HOST_POWER_H
#define HOST_POWER_H

#include <signal.h>

#include "snapshot/snapshot.h"

struct err;
struct host;

/* Whether the kernel has the function asleep: in D1, D2, D3hot or D3cold, or suspended by runtime power management. */
bool host_asleep(const struct pci_addr *addr);

/* power/control into out, "" if there is none. */
void host_power_control_get(const struct pci_addr *addr, char *out, size_t size);

/* Writes power/control ("on", "auto") and reads it back: -EIO if it did not take. */
int host_power_control(const struct pci_addr *addr, const char *value, struct err *e);

/* The kernel's link/NAME of a function ("l1_aspm") as it believes it to be: 0, 1, or -1 if it has none. Writing it is
 * accepted even where it changes nothing; -errno with *e if it is not. */
int host_link_get(const struct pci_addr *addr, const char *name);
int host_link_set(const struct pci_addr *addr, const char *name, int value, struct err *e);

/*
 * What is changed on a device so that it can be read, and put back afterwards: a sleeping one held awake, memory
 * decoding switched on.
 *
 * From the first change until wake_undo(), which is soon, signals wait; so SIGINT and SIGTERM end the program with
 * everything put back. After SIGKILL the device stays as an active one is: power/control "on", memory decoding on.
 */
struct wake {
	struct host *host;
	struct pci_addr addr;
	char control[16]; /* power/control as found; "" if it was not changed */
	bool decoding;    /* COMMAND was changed */
	uint32_t command; /* as found */
	bool blocked;
	sigset_t signals; /* as found */
};

/* Changes nothing. The host outlives *w. */
void wake_init(struct wake *w, struct host *host, const struct pci_addr *addr);

/* Keeps the device awake; `control` is power/control as it is now, or NULL. -ETIMEDOUT if it does not wake. */
int wake_device(struct wake *w, const char *control, struct err *e);

/* Switches memory decoding on. -EIO if it stays off; else errors as host_config_set(). */
int wake_decoding(struct wake *w, struct err *e);

/* Puts back what was changed, reads it back, and notes in s what was done or could not be undone. */
void wake_undo(struct wake *w, struct snapshot *s);

#endif
