// SPDX-License-Identifier: GPL-2.0-or-later
/* Power states of a function, and of the link above it as the kernel switches them. */
#include "host/power.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/host.h"
#include "host/internal.h"
#include "util/alloc.h"
#include "util/err.h"

#define WAKE_TRIES 100
#define WAKE_STEP_NS 10000000 /* 10 ms */

bool host_asleep(const struct pci_addr *addr)
{
	static const char *const states[] = { "D1", "D2", "D3hot", "D3cold", "suspended", "suspending" };
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char state[32], status[32];

	if (dir < 0)
		return false;
	sysfs_text(dir, "power_state", ATTR_STR, state, sizeof(state));
	sysfs_text(dir, "power/runtime_status", ATTR_STR, status, sizeof(status));
	for (size_t i = 0; i < COUNT(states); i++)
		if (!strcmp(state, states[i]) || !strcmp(status, states[i]))
			return true;
	return false;
}

void host_power_control_get(const struct pci_addr *addr, char *out, size_t size)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);

	out[0] = '\0';
	if (dir >= 0)
		sysfs_text(dir, "power/control", ATTR_STR, out, size);
}

static int put(int dir, const char *attr, const char *value)
{
	AUTO_CLOSE int fd = openat(dir, attr, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, value, strlen(value));
	return n < 0 ? -errno : 0;
}

int host_power_control(const struct pci_addr *addr, const char *value, struct err *e)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char name[PCI_ADDR_MAX], path[128], now[32];
	int r;

	snprintf(path, sizeof(path), SYS_PCI "/%s/power/control", pci_addr_str(addr, name));
	if (dir < 0)
		return err_sys(e, ENODEV, "%s", path);
	r = put(dir, "power/control", value);
	if (r) {
		err_sys(e, -r, "%s", path);
		if (r == -EACCES || r == -EPERM)
			err_todo(e, "run it again as root, with sudo for instance");
		return r;
	}
	sysfs_text(dir, "power/control", ATTR_STR, now, sizeof(now));
	if (strcmp(now, value) != 0)
		return err_set(e, EIO, path, "it was set to \"%s\" and reads \"%s\"", value, now);
	return 0;
}

int host_link_get(const struct pci_addr *addr, const char *name)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char path[64], text[8];

	snprintf(path, sizeof(path), "link/%s", name);
	if (dir < 0 || !sysfs_text(dir, path, ATTR_STR, text, sizeof(text)))
		return -1;
	return strcmp(text, "0") != 0;
}

int host_link_set(const struct pci_addr *addr, const char *name, int value, struct err *e)
{
	char device[PCI_ADDR_MAX], path[128];
	AUTO_CLOSE int fd = -1;
	int r;

	snprintf(path, sizeof(path), SYS_PCI "/%s/link/%s", pci_addr_str(addr, device), name);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd >= 0 && write(fd, value ? "1" : "0", 1) == 1)
		return 0;
	r = err_sys(e, errno, "%s", path);
	if (r == -EACCES || r == -EPERM)
		err_todo(e, "run it again as root, with sudo for instance");
	return r;
}

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
	for (size_t i = 0; i < COUNT(faults); i++)
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
	int r = host_config_get(w->host, &w->addr, PCI_COMMAND, 2, &found, e);

	if (r)
		return r;
	block_signals(w);
	r = host_config_set(w->host, &w->addr, PCI_COMMAND, 2, found | PCI_COMMAND_MEMORY, &now, e);
	if (r)
		return r;
	w->decoding = true;
	w->command = found;
	if (!(now & PCI_COMMAND_MEMORY))
		return err_set(e, EIO, pci_addr_str(&w->addr, name), "memory decoding stays off");
	return 0;
}

static void put_decoding_back(struct wake *w, struct snapshot *s)
{
	struct err e = { 0 };
	uint32_t now = 0;
	int r = host_config_set(w->host, &w->addr, PCI_COMMAND, 2, w->command, &now, &e);

	if (!r && now == w->command)
		snapshot_note(s, "Memory decoding was off; it was on for the time of the read and is off again.");
	else if (r)
		snapshot_note(s, "Memory decoding was enabled and could not be disabled again: %s.", e.why);
	else
		snapshot_note(s, "Memory decoding was enabled; COMMAND was 0x%04x and is now 0x%04x.", w->command, now);
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
			      "The device was asleep and was held awake; power/control could not be restored to "
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
