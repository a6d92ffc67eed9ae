/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a view needs to tell of one device: its model, what was planned, what came of it. */
#ifndef ASPM_REPORT_H
#define ASPM_REPORT_H

#include "aspm/apply.h"
#include "aspm/journal.h"
#include "aspm/persist.h"
#include "util/err.h"

#define ASPM_ABOVE_MAX 16

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

#endif
