/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a plan grows: each step changes plan->after. Private to aspm/. */
#ifndef ASPM_STEPS_H
#define ASPM_STEPS_H

#include "aspm/plan.h"

/* Writes value to attribute i. */
void steps_attr(struct aspm_plan *plan, unsigned i, int value);

/* Writes the registers until plan->after has those of goal, which is the same link. */
void steps_registers(struct aspm_plan *plan, const struct link *goal);

#endif
