// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/hold.h"

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

void hold_init(struct hold *h, struct host *host, const struct pci_addr *addr)
{
	*h = (struct hold){ .host = host, .addr = *addr };
}

/* All but those that a fault of our own raises: these do not wait. */
static void block_signals(struct hold *h)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
	sigset_t all;

	if (h->blocked)
		return;
	sigfillset(&all);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&all, faults[i]);
	h->blocked = sigprocmask(SIG_BLOCK, &all, &h->signals) == 0;
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

int hold_awake(struct hold *h, const char *control, struct err *e)
{
	char name[PCI_ADDR_MAX];
	int r;

	if (!control)
		return err_set(e, ENOTSUP, pci_addr_str(&h->addr, name), "the kernel has no power/control for it");
	if (strcmp(control, "on") != 0) {
		block_signals(h);
		r = host_power_control(&h->addr, "on", e);
		if (r && r != -EIO)
			return r;
		snprintf(h->control, sizeof(h->control), "%s", control);
		if (r)
			return r;
	}
	if (!wait_awake(&h->addr))
		return err_set(e, ETIMEDOUT, pci_addr_str(&h->addr, name), "it did not wake up");
	return 0;
}

int hold_decoding(struct hold *h, struct err *e)
{
	char name[PCI_ADDR_MAX];
	uint32_t found, now;
	int r = host_config_get(h->host, &h->addr, COMMAND, 2, &found, e);

	if (r)
		return r;
	block_signals(h);
	r = host_config_set(h->host, &h->addr, COMMAND, 2, found | COMMAND_MEMORY, &now, e);
	if (r)
		return r;
	h->decoding = true;
	h->command = found;
	if (!(now & COMMAND_MEMORY))
		return err_set(e, EIO, pci_addr_str(&h->addr, name), "memory decoding stays off");
	return 0;
}

static void put_decoding_back(struct hold *h, struct snapshot *s)
{
	struct err e = { 0 };
	uint32_t now = 0;
	int r = host_config_set(h->host, &h->addr, COMMAND, 2, h->command, &now, &e);

	if (!r && now == h->command)
		snapshot_note(s, "Memory decoding was off; it was on for the time of the read and is off again.");
	else if (r)
		snapshot_note(s, "Memory decoding was switched on and could not be switched off again: %s.", e.why);
	else
		snapshot_note(s, "Memory decoding was switched on; COMMAND was 0x%04x and is now 0x%04x.", h->command,
			      now);
	h->decoding = false;
}

static void put_control_back(struct hold *h, struct snapshot *s)
{
	struct err e = { 0 };

	if (!host_power_control(&h->addr, h->control, &e))
		snapshot_note(s,
			      "The device was asleep; it was held awake for the time of the read, and "
			      "power/control is \"%s\" again.",
			      h->control);
	else
		snapshot_note(s,
			      "The device was asleep and was held awake; power/control could not be put back to "
			      "\"%s\": %s.",
			      h->control, e.why);
	h->control[0] = '\0';
}

void hold_release(struct hold *h, struct snapshot *s)
{
	if (h->decoding)
		put_decoding_back(h, s);
	if (*h->control)
		put_control_back(h, s);
	if (h->blocked)
		sigprocmask(SIG_SETMASK, &h->signals, NULL);
	h->blocked = false;
}
