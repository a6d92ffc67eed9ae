/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All reports of a log, kept until it has been read: only at its end is it known which device some of them are of.
 * The first few megabytes stay in memory, the rest goes to a temporary file. Both together are bounded: beyond
 * LOGBOOK_MOST bytes, of links that came up and went down half of it, only the first few reports of each kind of a
 * device are kept, so that no fault is overlooked.
 */
#ifndef DIAGNOSE_LOGBOOK_H
#define DIAGNOSE_LOGBOOK_H

#include "klog/klog.h"

#define LOGBOOK_MOST ((size_t)64 << 20)

struct buf;
struct logbook;

/* An empty one; caller frees it, with its temporary file, by logbook_free(). */
struct logbook *logbook_new(void);
void logbook_free(struct logbook *b);
/* A klog_fn: arg is the logbook. */
void logbook_add(const struct klog_report *r, void *arg);
/* The log is at its end: finds out which device each report is of, for logbook_of(). */
void logbook_sort(struct logbook *b, const struct klog *k);
/* Reports that were not kept: beyond LOGBOOK_MOST, or as there was no room for a temporary file. */
uint64_t logbook_lost(const struct logbook *b);
/* Calls `each` for every report in order, completed by what the log told later; `device` is its position for
 * klog_device(), SIZE_MAX if it is of none. */
void logbook_each(const struct logbook *b, const struct klog *k,
		  void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg);

/* The same for the reports of those devices alone for which `wanted`, of n, says so; others can come as well, of which it
 * is known only then. */
void logbook_some(const struct logbook *b, const struct klog *k, const bool *wanted, size_t n,
		  void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg);

/* The same for the reports of one device, SIZE_MAX for those of none; after logbook_sort() without reading the others. */
void logbook_of(const struct logbook *b, const struct klog *k, size_t device,
		void (*each)(const struct klog_report *r, size_t device, void *arg), void *arg);
/* Whether that reads nothing but what is in memory. */
bool logbook_is_quick(const struct logbook *b);

/* What a log has and the reader had no room for, by kind. */
enum left_out_kind {
	LEFT_OUT_DEVICES, /* without a fault */
	LEFT_OUT_FAULTY,
	LEFT_OUT_BONDS,
	LEFT_OUT_SLAVES,
	LEFT_OUT_DESCRIPTIONS,
	LEFT_OUT_REPORTS,
	LEFT_OUT_MESSAGES, /* of the kernel's ring buffer, which does not wait for its readers */
	LEFT_OUT_KINDS
};

struct left_out {
	uint64_t n[LEFT_OUT_KINDS];
};

/* The keys of log --json. */
extern const char *const left_out_keys[LEFT_OUT_KINDS];

/* Adds what was left out of a log; either may be NULL. */
void left_out_add(struct left_out *all, const struct klog *k, const struct logbook *b);
/* A sentence a kind; nothing if there is none. */
void left_out_words(const struct left_out *all, struct buf *out);

#endif
