/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of one device's settings, as `nicregs fix` makes it. In this order:
 *
 *     change_begin()   of lock.h, to write
 *     change_look()    what is on record and what is kept
 *     change_device()  plans, and writes unless only the plan is asked for; or change_restore()
 *     change_look_end()
 *
 * Signals are the caller's: see told.h.
 */
#ifndef CHANGE_CHANGE_H
#define CHANGE_CHANGE_H

#include "change/keep.h"
#include "change/transact.h"
#include "host/manager.h"
#include "util/err.h"

struct change_request {
	const struct change_wish *wishes; /* not of a restore */
	size_t n;
	const char *what;    /* the remedies, for people: "offloads-off" */
	bool dry, persist;   /* persist: of a restore, that it is kept no longer */
	int64_t seconds;     /* --for; 0: until it is restored */
	unsigned kill_after; /* tests: kill -9 oneself after so many writes; 0: never */
};

/* What a view needs to say of one device. */
struct change_report {
	const struct snapshot *s;
	struct pci_addr addr;
	char netdev[32]; /* "" if it has none here */
	uint32_t id;
	struct change_plan plan;
	bool planned;
	enum change_result result;
	int code; /* -errno that belongs to err; 0 */
	struct err err;
	struct settings after; /* of the groups that were changed, as read back */
	struct change_past past;
	bool has_past;
	bool overdue; /* the time of something is over, and nobody put it back */
	struct change_kept kept;
	bool made_lasting, unmade_lasting; /* just now */
	const char *initramfs;             /* what takes the rule into the initramfs on this machine; NULL: nothing */
	struct host_manager managers[HOST_MANAGERS]; /* who else sets up this interface, and what of it */
	size_t n_managers;
	int64_t seconds;
	bool restore, retimed;
	bool ends_nothing; /* it was to end by itself, and changed nothing */
	char note[512];    /* what to know of it besides: a sentence, or "" */
};

/* s outlives the report. */
void change_look(const struct snapshot *s, struct change_report *r);
void change_look_end(struct change_report *r);

/* Fills plan, result, code and err. */
void change_device(struct change_report *r, const struct change_request *request);
void change_restore(struct change_report *r, const struct change_request *request);

/* Sets again what is kept of the device at an address, wish by wish; -errno with *e of the last wish that failed. The lock
 * is held. */
int change_reapply(const struct pci_addr *addr, struct err *e);

/* Plans, and writes nothing: fills plan, result, code and err. Needs no lock. */
void change_look_ahead(struct change_report *r, const struct change_wish *wishes, size_t n);

#endif
