/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a link was before it was changed, as a record of change/record.h. */
#ifndef ASPM_JOURNAL_H
#define ASPM_JOURNAL_H

#include "aspm/apply.h"
#include "change/record.h"

struct aspm_journal {
	struct change_record record;
	struct link was; /* addresses, ids, offsets, register and attribute values; nothing else is kept */
	/* Where it goes when its time is over, if that is not where it began: what an earlier change was to leave for good. */
	struct link back;
	bool has_back;
};

/* The file is named for the upstream port. -errno with *e; the folder is made if it is not there. */
int aspm_journal_save(const char *dir, const struct aspm_journal *j, struct err *e);
/* -ENOENT, saying nothing, if there is none; -EINVAL for a damaged one. */
int aspm_journal_load(const char *dir, const struct pci_addr *port, struct aspm_journal *j, struct err *e);
int aspm_journal_remove(const char *dir, const struct pci_addr *port, struct err *e);

/* Whether the journal is of these very devices. */
bool aspm_journal_fits(const struct aspm_journal *j, const struct link *link);

/* A change with its record: whatever kills it, `restore` finds what was. Call these with the lock held. */

/*
 * As aspm_apply(), with a journal in dir. A change on top of an earlier one keeps the earlier record: restore goes back to the beginning,
 * and the end of its time to what an earlier one without end had left. `until`: by change_clock(), 0: it does not end by itself. Refuses
 * with -EBUSY while an interrupted change is to be restored first.
 */
int aspm_transact(const struct aspm_io *io, const char *dir, const struct aspm_plan *plan, const char *who,
		  int64_t until, enum aspm_result *result, struct err *e);

/* Sets when the change on record ends by itself (by change_clock(); 0: never), and nothing else. Errors as aspm_journal_save(). */
int aspm_transact_until(const char *dir, struct aspm_journal *j, int64_t until, struct err *e);

/* -EBUSY, for a link of which an interrupted change is to be restored first. */
int aspm_unfinished(const struct link *link, struct err *e);

/*
 * Brings back what the journal of this link says, and removes it; `over`: its time is over, and a change before it that had no
 * end stays. -ENOENT, saying nothing, if there is no journal. -ESTALE if it is of other devices.
 */
int aspm_transact_back(const struct aspm_io *io, const char *dir, const struct link *link, bool over,
		       enum aspm_result *result, struct err *e);

#endif
