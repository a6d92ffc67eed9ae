/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of several devices' links, as the command line asks for it. Call with the lock held unless `dry`. */
#ifndef ASPM_CHANGE_H
#define ASPM_CHANGE_H

#include "aspm/report.h"

struct host;

struct aspm_request {
	enum aspm_action action;
	struct aspm_wish wish;
	bool dry, persist;
	int64_t seconds;     /* --for; 0: until it is restored */
	unsigned kill_after; /* tests: as struct aspm_live */
};

/* Fills plan, result, code and err of each report. Devices on one link are changed once. */
void aspm_change(struct host *host, const struct aspm_request *request, struct aspm_report *reports, size_t n);

#endif
