/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What messages of drivers and crashes of kernels mean for the port: lines of chipdefs/log, as tables that scripts/tables makes. All is
 * static. */
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

/* What is known of where kernels crash. The first that fits counts; NULL: any. A name that ends in * is a beginning. */
struct known_crash {
	const char *what, *function, *module;
	enum severity severity;
	const char *words, *remedies, *source; /* the last two: NULL if there are none */
};

extern const struct known_crash known_crashes[];
extern const size_t n_known_crashes;

#endif
