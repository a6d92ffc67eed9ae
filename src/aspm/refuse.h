/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is refused before anything is written, with the errors of aspm_plan_change(). Private to aspm/. */
#ifndef ASPM_REFUSE_H
#define ASPM_REFUSE_H

#include "aspm/plan.h"

/* No link, or not all of its registers are known. */
int refuse_unknown(const struct aspm_model *m, struct err *e);

/* Which of the states that are wished for on can be had. Those that were named must be. */
int refuse_unobtainable(const struct aspm_model *m, const struct aspm_wish *wish, unsigned *states, struct err *e);

/* Against a driver's or the firmware's decision; `by_config` are those of the states that the kernel does not switch. */
int refuse_decisions(const struct aspm_model *m, unsigned by_config, unsigned states, struct err *e);

/* Where the kernel's policy would make it accept a request for these states, and change nothing. Those that were not named
 * are taken out instead, if others are left. */
int refuse_policy(const struct aspm_model *m, const struct aspm_wish *wish, unsigned *states, struct err *e);

/* Writes that lockdown does not allow. */
int refuse_lockdown(const struct aspm_model *m, const struct aspm_plan *plan, struct err *e);

#endif
