/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All reports of a log, kept until it has been read: only at its end is it known which device some of them are of.
 * The first few megabytes stay in memory, the rest goes to a temporary file.
 */
#ifndef DIAGNOSE_LOGBOOK_H
#define DIAGNOSE_LOGBOOK_H

#include "klog/klog.h"

struct logbook;

struct logbook *logbook_new(void);
void logbook_free(struct logbook *b);
/* A klog_fn: arg is the logbook. */
void logbook_add(const struct klog_report *r, void *arg);
/* Reports that could not be kept, as there was no room for a temporary file. */
uint64_t logbook_lost(const struct logbook *b);
/* Calls `each` for every report in order, completed by what the log told later; `device` is its position for
 * klog_device(), SIZE_MAX if it is of none. */
void logbook_each(const struct logbook *b, const struct klog *k,
		  void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg);

/* How many reports are of no device. */
uint64_t logbook_of_none(const struct logbook *b, const struct klog *k);

#endif
