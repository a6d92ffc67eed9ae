/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What messages of drivers mean for the port: the `meaning` lines of chipdefs/log, as a table that scripts/tables makes. All is static. */
#ifndef DIAGNOSE_MEANING_H
#define DIAGNOSE_MEANING_H

#include "diagnose/diagnose.h"
#include "klog/report.h"

/* Where the report is the last word of the log on the device, it decides the verdict, unless that is UNKNOWN. */
struct meaning {
	enum klog_kind kind;
	const char *what; /* KLOG_WHAT of the report */
	enum severity severity;
	enum verdict verdict;
	const char *words, *remedies; /* NULL: none */
};

extern const struct meaning meanings[];
extern const size_t n_meanings;

#endif
