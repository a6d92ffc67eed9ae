// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/entry.h"

#include <stddef.h>

#include "host/journal.h"
#include "util/alloc.h"

#define PRIORITY_ALERT 1
#define PRIORITY_ERROR 3
#define PRIORITY_WARNING 4
#define PRIORITY_NOTICE 5

/* Of `journalctl MESSAGE_ID=...`; they never change. */
static const struct {
	const char *id;
	int priority;
} events[WATCH_EVENTS] = {
	[EVENT_STOPPED] = { "9b1e6f0a4c7d4d0f8a52c3e17f60b9d4", PRIORITY_ERROR },
	[EVENT_REPORTED] = { "e4a0c2d85f3947e6b1d7509c8a2f6b13", PRIORITY_WARNING },
	[EVENT_NOT_SAVED] = { "51c7d9e2b80f4a639df4a1605e3b7c28", PRIORITY_ALERT },
	[EVENT_RECOVERED] = { "3a5d1f7c0b8e4d2f9c61a4e87b30d512", PRIORITY_NOTICE },
	[EVENT_NOT_RECOVERED] = { "d27c94e1806f4b5ab3e05f19c8472ba6", PRIORITY_ALERT },
};

bool watch_enter(enum watch_event event, const struct watch_entry *entry, const char *words)
{
	const char *name = entry->netdev ? entry->netdev : entry->device;
	const struct entry_field fields[] = {
		{ "NICREGS_NAME", name },
		{ "NICREGS_DEVICE", entry->device },
		{ "NICREGS_INTERFACE", entry->netdev },
		{ "NICREGS_CHIP", entry->chip ? entry->chip : "NIC" },
		{ "NICREGS_VERDICT", entry->verdict },
		{ "NICREGS_KIND", entry->kind },
		{ "NICREGS_CONFIRMED", entry->confirmed },
		{ "NICREGS_STEP", entry->step },
		{ "NICREGS_INCIDENT", entry->incident },
		{ NULL, NULL },
	};
	AUTO_FREE char *message = xasprintf("%s: %s", name, words);

	return !host_journal(JOURNAL_SOCKET, events[event].id, events[event].priority, message, fields);
}
