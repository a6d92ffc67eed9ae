/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of several devices' links, as `nicregs aspm` and the monitor make it. In this order:
 *
 *     aspm_begin()   to write: root, and the lock of all changes
 *     aspm_read()    a report for each device, with the journals and rules of this machine
 *     aspm_change()  plans, and writes unless only the plan is asked for
 *     aspm_end()     in any case
 *
 * Signals are the caller's: see aspm_io.interrupted.
 */
#ifndef ASPM_CHANGE_H
#define ASPM_CHANGE_H

#include "aspm/journal.h"
#include "aspm/persist.h"
#include "change/lock.h"
#include "util/err.h"

struct chipdb;
struct host;

#define ASPM_ABOVE_MAX 16

/* What a view needs to tell of one device: its model, what was planned, what came of it. */
struct aspm_report {
	struct aspm_model model;
	/* The ports between the root and the link's own port, root port first; not known of a file. */
	struct link_end above[ASPM_ABOVE_MAX];
	size_t n_above;
	struct aspm_plan plan;
	bool planned;                   /* plan is filled */
	const struct aspm_report *with; /* the device whose link is this one's as well, and has plan and result */
	enum aspm_result result;
	int code; /* -errno that belongs to err; 0 */
	struct err err;
	struct link now; /* as read back after a change */
	bool changed;    /* now is filled */
	struct aspm_journal journal;
	bool has_journal;
	bool overdue;                      /* its deadline has passed, and nobody put it back */
	unsigned lasting;                  /* states that udev rules keep off */
	unsigned to_last;                  /* --dry-run: states that they would keep off */
	unsigned lasting_before;           /* as lasting, before it was made so just now */
	bool made_lasting, unmade_lasting; /* just now */
	const char *initramfs;             /* what takes the rules into the initramfs on this machine; NULL: nothing */
	char note[512];    /* what was done so that it could be changed, or what to know of it: a sentence, or "" */
	int64_t seconds;   /* --for; 0 */
	bool retimed;      /* all was so already, but when it ends has changed */
	bool ends_nothing; /* it was to end by itself, and changed nothing */
};

struct aspm_request {
	struct aspm_wish wish;
	bool dry, persist;
	int64_t seconds;     /* --for; 0: until it is restored */
	unsigned kill_after; /* tests: kill -9 oneself after so many writes; 0: never */
};

struct aspm_session {
	int lock;                    /* descriptor; -1: not held */
	struct host *host;           /* NULL: the snapshots are out of files */
	struct aspm_report *reports; /* owned: one for each snapshot, in their order */
	size_t n;
};

/* `writes`: something is to be written. -EACCES: not root; -EPERM: the folder is not safe; -EBUSY: another process kept the
 * lock for 10 s. */
int aspm_begin(struct aspm_session *session, bool writes, struct err *e);

/* The db and the snapshots outlive the session. `live`: they are of this machine, whose rules and journals are read. -errno
 * for a chip that the definitions lack or that is at fault. */
int aspm_read(struct aspm_session *session, struct chipdb *db, const struct snapshots *list, bool live, struct err *e);

/* Fills plan, result, code and err of each report. Devices on one link are changed once. */
void aspm_change(struct aspm_session *session, const struct aspm_request *request);

/* Releases the lock and frees the reports. */
void aspm_end(struct aspm_session *session);

#endif
