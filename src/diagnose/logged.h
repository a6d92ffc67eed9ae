/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the log has of one device, as far as rules ask for it. Private to diagnose/. */
#ifndef DIAGNOSE_LOGGED_H
#define DIAGNOSE_LOGGED_H

#include "klog/klog.h"

/* Reports kept for evidence: the first few of each kind, and the last. */
#define LOGGED_FIRST 4

struct logged {
	struct klog_report *first[KLOG_KINDS]; /* up to LOGGED_FIRST of each; owned */
	size_t n_first[KLOG_KINDS];
	struct klog_report *last[KLOG_KINDS]; /* NULL: none; owned */
	uint32_t queues[8];                   /* that hang, time out or are watched, as first seen */
	size_t n_queues;
	uint64_t done, unwritten, no_link, partial, stuck; /* hang and timeout reports by what they show */
	uint64_t watchdogs;
};

/* What a hang or timeout report shows by its own numbers. */
enum shows {
	SHOWS_STUCK,     /* the hardware stands still before the tail */
	SHOWS_DONE,      /* the hardware has reached the tail: it is done, the clean-up came late */
	SHOWS_UNWRITTEN, /* the same, but the frame waited for is not marked done */
	SHOWS_NO_LINK,   /* the link was down */
	SHOWS_RESET,     /* the registers were reset already when they were printed */
	SHOWS_NOTHING    /* the numbers are not there */
};
enum shows logged_shows(const struct klog_report *r);
/* A report of the device, the next one in the order of the log. */
void logged_add(struct logged *l, const struct klog_report *r);
void logged_free(struct logged *l);
/* Reports of work that the hardware had done. A frame not marked done may be marked later, as the part writes several at
 * once; when the kernel's watchdog ran out as well, it was not. */
uint64_t logged_done(const struct logged *l);
/* First of a kind, or NULL. */
const struct klog_report *logged_first(const struct logged *l, enum klog_kind kind);

#endif
