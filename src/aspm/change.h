/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of several devices' links, as the command line asks for it. Call with the lock held unless `dry`. */
#ifndef ASPM_CHANGE_H
#define ASPM_CHANGE_H

#include "aspm/journal.h"
#include "aspm/persist.h"
#include "util/err.h"

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
	char note[512];  /* what was done so that it could be changed, or what to know of it: a sentence, or "" */
	int64_t seconds; /* --for; 0 */
	bool retimed;    /* all was so already, but when it ends has changed */
};

/* Model, ports above, journal and rules of one device. `host` is NULL for a snapshot out of a file. s and chip must
 * outlive the report. */
void aspm_device_read(struct host *host, const struct snapshot *s, const struct chip *chip, struct aspm_report *r);

struct aspm_request {
	enum aspm_action action;
	struct aspm_wish wish;
	bool dry, persist;
	int64_t seconds;     /* --for; 0: until it is restored */
	unsigned kill_after; /* tests: kill -9 oneself after so many writes; 0: never */
};

/* Fills plan, result, code and err of each report. Devices on one link are changed once. */
void aspm_change(struct host *host, const struct aspm_request *request, struct aspm_report *reports, size_t n);

#endif
