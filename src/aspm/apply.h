/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries a plan out, reads back from hardware at both ends, and undoes it when something is not as planned. */
#ifndef ASPM_APPLY_H
#define ASPM_APPLY_H

#include "aspm/io.h"
#include "aspm/plan.h"

enum aspm_result {
	ASPM_SHOWN,     /* nothing was asked for */
	ASPM_PLANNED,   /* --dry-run */
	ASPM_UNCHANGED, /* all was so already */
	ASPM_DONE,
	ASPM_UNDONE,         /* failed, and everything is as it was */
	ASPM_STUCK,          /* failed, and not everything could be put back */
	ASPM_REFUSED,        /* nothing was written */
	ASPM_NOT_APPLICABLE, /* the part has no link */
};
const char *aspm_result_name(enum aspm_result result); /* "done", "not-applicable" */

/*
 * ASPM_DONE with 0; ASPM_UNDONE or ASPM_STUCK with the reason. -EIO: it did not take (*e has what was read back);
 * -EINTR: interrupted; -EBUSY: somebody else changed a register meanwhile.
 */
int aspm_apply(const struct aspm_io *io, const struct aspm_plan *plan, enum aspm_result *result, struct err *e);

/* Brings the link back to `was`, as often as needed first through the kernel, then through registers. -EIO if it does
 * not get there. */
int aspm_put_back(const struct aspm_io *io, const struct link *was, struct err *e);

#endif
