/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries a plan out, with a record that is on disk before the first write; reads back; undoes it when something is not as
 * planned. Whatever kills it, change_back() finds what was. Call these with the lock of lock.h held.
 *
 * A record is of one device. It keeps for each setting that is not as it was found first
 *     was    its value then, to which a restore goes back, after however many changes
 *     back   if it is to end by itself, the value that it had before that change, which is put back when the time is over
 */
#ifndef CHANGE_TRANSACT_H
#define CHANGE_TRANSACT_H

#include "change/plan.h"
#include "change/record.h"
#include "snapshot/snapshot.h"

/* The ways to a device's settings, so that a change can be tried on a model of one. */
struct change_io {
	change_read *read;
	/* Of one group. */
	int (*write)(void *arg, enum setting_group group, const struct setting *v, size_t n, struct err *e);
	void (*log)(void *arg, const char *line);
	/* Asked between two writes: whether to stop and undo. */
	bool (*interrupted)(void *arg);
	void *arg;
};

enum change_result {
	CHANGE_PLANNED,
	CHANGE_UNCHANGED, /* all was so already; or nothing is to be restored */
	CHANGE_DONE,
	CHANGE_UNDONE,  /* failed, and everything is as it was */
	CHANGE_STUCK,   /* failed, and not everything could be put back */
	CHANGE_REFUSED, /* nothing was written */
	CHANGE_RESULTS
};
/* "done"; static. */
const char *change_result_name(enum change_result result);

struct change_was {
	char name[SETTING_NAME_MAX];
	char was[SETTING_VALUE_MAX];
	char back[SETTING_VALUE_MAX]; /* "" unless until */
	int64_t until;                /* by change_clock(); 0: it does not end by itself */
};

struct change_past {
	struct change_record record; /* its until is the latest of all */
	struct pci_addr addr;
	uint32_t id;          /* of the part: device and vendor id */
	struct change_was *v; /* owned */
	size_t n, cap;
};

/* -ENOENT, saying nothing, if there is none. Freed by change_past_free() in any case. */
int change_past_load(const char *dir, const struct pci_addr *addr, struct change_past *past, struct err *e);
void change_past_free(struct change_past *past);
/* What a restore goes back to. */
void change_past_all(const struct change_past *past, struct settings *to);

/* The device that a change is of, and who makes it. */
struct change_of {
	const char *dir;
	struct pci_addr addr;
	uint32_t id;
	const char *who, *what; /* what: the wishes, or the remedy */
	int64_t until;          /* by change_clock(); 0: it does not end by itself */
};

/*
 * CHANGE_UNCHANGED with 0, without steps; CHANGE_DONE with 0; CHANGE_UNDONE or CHANGE_STUCK with the reason: -EIO, it did not take (*e has what was read back);
 * -EINTR; -EBUSY, somebody else changed something meanwhile; what the driver answered. CHANGE_REFUSED: -EBUSY, an earlier
 * change was interrupted and is to be restored first; the record could not be written.
 */
int change_apply(const struct change_io *io, const struct change_of *of, const struct change_plan *plan,
		 enum change_result *result, struct err *e);

/* -EBUSY, for a device of which an interrupted change is to be restored first. */
int change_unfinished(const struct pci_addr *of, struct err *e);

/* Sets when the settings of these wishes end by themselves, of those on record that do; *any: there are some. -errno with *e if
 * the record cannot be read or written. */
int change_retime(const struct change_of *of, const struct change_wish *wishes, size_t n, bool *any, struct err *e);

/*
 * Puts back what is on record and removes the record: with `until` (by change_clock(); 0: all) only what ends then. -ENOENT, saying
 * nothing, if there is nothing. -ESTALE if another part is in the place.
 */
int change_back(const struct change_io *io, const struct change_of *of, int64_t until, enum change_result *result,
		struct err *e);

#endif
