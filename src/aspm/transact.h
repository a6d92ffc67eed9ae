/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change with its record: whatever kills it, `restore` finds what was. Call with the lock held. */
#ifndef ASPM_TRANSACT_H
#define ASPM_TRANSACT_H

#include "aspm/apply.h"
#include "aspm/journal.h"

/*
 * As aspm_apply(), with a journal in dir. A change on top of an earlier one keeps the earlier record: restore goes back
 * to the beginning. `until`: as in the journal. Refuses with -EBUSY while an interrupted change is to be restored
 * first.
 */
int aspm_transact(const struct aspm_io *io, const char *dir, const struct aspm_plan *plan, const char *who,
		  int64_t until, enum aspm_result *result, struct err *e);

/* Sets when the change on record ends by itself, and nothing else. */
int aspm_transact_until(const char *dir, struct aspm_journal *j, int64_t until, struct err *e);

/* -EBUSY, for a link of which an interrupted change is to be restored first. */
int aspm_unfinished(const struct link *link, struct err *e);

/*
 * Brings back what the journal of this link says, and removes it. -ENOENT, saying nothing, if there is no journal.
 * -ESTALE if it is of other devices.
 */
int aspm_transact_back(const struct aspm_io *io, const char *dir, const struct link *link, enum aspm_result *result,
		       struct err *e);

#endif
