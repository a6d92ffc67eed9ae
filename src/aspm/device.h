/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills reports from this machine, and changes links. */
#ifndef ASPM_DEVICE_H
#define ASPM_DEVICE_H

#include "aspm/report.h"

struct host;

/* Model, ports above, journal and rules of one device. `host` is NULL for a snapshot out of a file. s and chip must
 * outlive the report. */
void aspm_device_read(struct host *host, const struct snapshot *s, const struct chip *chip, struct aspm_report *r);

/* Plans the restoring of what the journal says; ASPM_UNCHANGED without a plan if there is none. */
void aspm_device_plan_back(struct aspm_report *r);

/* Carries out r->plan, or with ASPM_RESTORE what the journal says, with the device held awake. Fills result, code, err.
 */
void aspm_device_apply(struct host *host, struct aspm_report *r, const struct aspm_io *io, const char *who,
		       int64_t until);

/* Brings back what a journal in dir says of a link whose devices are looked at anew, held awake. As
 * aspm_transact_back(). */
int aspm_device_back(struct host *host, const char *dir, const struct aspm_journal *j, const struct aspm_io *io,
		     struct err *e);

#endif
