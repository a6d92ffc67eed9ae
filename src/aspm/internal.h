/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to aspm/; other rooms include change.h (all of a change), plan.h, apply.h, journal.h, persist.h.
 *
 *     change.c --model--> plan.c (asks refuse.c) --plan--> journal.c (record) --> apply.c (write, read back, undo)
 *        |                                                                          |
 *        +--> persist.c (udev rules)                                                +--> struct aspm_io
 *
 * Records, the lock, and the process that ends a change are those of change/.
 */
#ifndef ASPM_INTERNAL_H
#define ASPM_INTERNAL_H

#include "aspm/journal.h"

struct host;

/* refuse.c: what is refused before anything is written, with the errors of aspm_plan_change(). */

/* No link, or not all of its registers are known. */
int aspm_refuse_unknown(const struct aspm_model *m, struct err *e);

/* Which of the states that are wished for on can be had. Those that were named must be. */
int aspm_refuse_unobtainable(const struct aspm_model *m, const struct aspm_wish *wish, unsigned *states, struct err *e);

/* Against a driver's or the firmware's decision; `by_config` are those of the states that the kernel does not switch. */
int aspm_refuse_decisions(const struct aspm_model *m, unsigned by_config, unsigned states, struct err *e);

/* Where the kernel's policy would make it accept a request for these states, and change nothing. Those that were not named
 * are taken out instead, if others are left. */
int aspm_refuse_policy(const struct aspm_model *m, const struct aspm_wish *wish, unsigned *states, struct err *e);

/* Writes that lockdown does not allow. */
int aspm_refuse_lockdown(const struct aspm_model *m, const struct aspm_plan *plan, struct err *e);

/* apply.c */

/* This machine, through host/. `who` goes into the log's lines ("root (uid 0)"). */
struct aspm_live {
	struct host *host;
	char who[96];
	unsigned writes;     /* made so far */
	unsigned kill_after; /* for tests: kill -9 oneself after so many writes; 0: never */
};

/* Fills io and the name of who asks. */
void aspm_live_init(struct aspm_live *live, struct host *host, struct aspm_io *io);

#endif
