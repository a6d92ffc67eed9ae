// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/wake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/host.h"
#include "util/err.h"

#define COMMAND 0x04
#define COMMAND_MEMORY 0x2u
#define WAKE_TRIES 100
#define WAKE_STEP_NS 10000000 /* 10 ms */

void wake_init(struct wake *w, struct host *host, const struct pci_addr *addr)
{
	*w = (struct wake){ .host = host, .addr = *addr };
}

/* All but those that a fault of our own raises: these do not wait. */
static void block_signals(struct wake *w)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
	sigset_t all;

	if (w->blocked)
		return;
	sigfillset(&all);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&all, faults[i]);
	w->blocked = sigprocmask(SIG_BLOCK, &all, &w->signals) == 0;
}

static bool wait_awake(const struct pci_addr *addr)
{
	const struct timespec step = { .tv_nsec = WAKE_STEP_NS };

	for (int i = 0; i < WAKE_TRIES; i++) {
		if (!host_asleep(addr))
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

int wake_device(struct wake *w, const char *control, struct err *e)
{
	char name[PCI_ADDR_MAX];
	int r;

	if (!control)
		return err_set(e, ENOTSUP, pci_addr_str(&w->addr, name), "the kernel has no power/control for it");
	if (strcmp(control, "on") != 0) {
		block_signals(w);
		r = host_power_control(&w->addr, "on", e);
		if (r && r != -EIO)
			return r;
		snprintf(w->control, sizeof(w->control), "%s", control);
		if (r)
			return r;
	}
	if (!wait_awake(&w->addr))
		return err_set(e, ETIMEDOUT, pci_addr_str(&w->addr, name), "it did not wake up");
	return 0;
}

int wake_decoding(struct wake *w, struct err *e)
{
	char name[PCI_ADDR_MAX];
	uint32_t found, now;
	int r = host_config_get(w->host, &w->addr, COMMAND, 2, &found, e);

	if (r)
		return r;
	block_signals(w);
	r = host_config_set(w->host, &w->addr, COMMAND, 2, found | COMMAND_MEMORY, &now, e);
	if (r)
		return r;
	w->decoding = true;
	w->command = found;
	if (!(now & COMMAND_MEMORY))
		return err_set(e, EIO, pci_addr_str(&w->addr, name), "memory decoding stays off");
	return 0;
}

static void put_decoding_back(struct wake *w, struct snapshot *s)
{
	struct err e = { 0 };
	uint32_t now = 0;
	int r = host_config_set(w->host, &w->addr, COMMAND, 2, w->command, &now, &e);

	if (!r && now == w->command)
		snapshot_note(s, "Memory decoding was off; it was on for the time of the read and is off again.");
	else if (r)
		snapshot_note(s, "Memory decoding was switched on and could not be switched off again: %s.", e.why);
	else
		snapshot_note(s, "Memory decoding was switched on; COMMAND was 0x%04x and is now 0x%04x.", w->command,
			      now);
	w->decoding = false;
}

static void put_control_back(struct wake *w, struct snapshot *s)
{
	struct err e = { 0 };

	if (!host_power_control(&w->addr, w->control, &e))
		snapshot_note(s,
			      "The device was asleep; it was held awake for the time of the read, and "
			      "power/control is \"%s\" again.",
			      w->control);
	else
		snapshot_note(s,
			      "The device was asleep and was held awake; power/control could not be put back to "
			      "\"%s\": %s.",
			      w->control, e.why);
	w->control[0] = '\0';
}

void wake_undo(struct wake *w, struct snapshot *s)
{
	if (w->decoding)
		put_decoding_back(w, s);
	if (*w->control)
		put_control_back(w, s);
	if (w->blocked)
		sigprocmask(SIG_SETMASK, &w->signals, NULL);
	w->blocked = false;
}
