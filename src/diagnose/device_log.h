/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the log has of one device, as far as rules ask for it. Private to diagnose/. */
#ifndef DIAGNOSE_DEVICE_LOG_H
#define DIAGNOSE_DEVICE_LOG_H

#include "klog/klog.h"

/* Reports kept for evidence: the first few of each kind, and the last. */
#define DEVICE_LOG_FIRST 4

/* When a report came: of two reports without time stamps the numbers count. */
struct sighting {
	bool there, timed;
	uint64_t ns, nth; /* since boot; the number of the report */
};

/* The kernel's watchdog on one queue, and reports with numbers that say what its hardware did at that time. */
struct watchdog_queue {
	struct sighting waiting;   /* the last one that nothing explains so far */
	struct sighting explained; /* the last report that says that the hardware did not hang */
	uint64_t unexplained;      /* those that nothing near them explained */
};

struct device_log {
	struct klog_report *first[KLOG_KINDS]; /* up to DEVICE_LOG_FIRST of each; owned */
	size_t n_first[KLOG_KINDS];
	struct klog_report *last[KLOG_KINDS]; /* NULL: none; owned */
	uint32_t queues[8];                   /* that hang, time out or are watched, as first seen */
	size_t n_queues;
	struct watchdog_queue queue[9];                    /* of the same place; the last one is all others */
	uint64_t done, unwritten, no_link, partial, stuck; /* hang and timeout reports by what they show */
	uint64_t uncleaned, empty, paused, no_index;
	uint64_t unwritten_reset; /* of the unwritten, those that ended in a reset */
	uint64_t unwritten_still; /* of the unwritten, those whose frame was not marked at the report before, either */
	uint64_t blocks;          /* hang blocks that show a hang, or do not show that there was none */
	uint64_t watchdogs;       /* all */
	struct {
		uint64_t hang; /* for a transmit hang or timeout */
		uint64_t bare; /* the driver does not say why */
		uint64_t link; /* for a lost link with work in the queues, by the driver's words or right after it */
		uint64_t mdd, by_pf;
	} resets;
	uint64_t host_off,
		host_off_line;    /* hang blocks with the host's side of the MAC off, if it is a chipset's; the first */
	uint64_t recoveries;      /* levels of i40e's and ice's */
	uint64_t mdd_pf, mdd_vf;  /* malicious driver detection of the device, of a virtual function of it */
	uint64_t dumped_waiting;  /* queues with work in them in the registers that the driver printed at a reset */
	struct klog_report *down; /* the last time the link went down; NULL: never; owned */
	/* Hangs, timeouts, resets and what else stops a port: the first of all, the first of the last spell, and the last; the
	 * link when it last came up. */
	struct klog_report *trouble_ever, *trouble_first, *trouble_last, *up; /* NULL: none; owned */
	struct klog_report *up_again; /* the link, when it first came up after the trouble; NULL: it did not; owned */
	uint64_t spells;              /* of trouble, with a long time or a boot between them */
	uint64_t reason_nth;          /* the number, as reports have it, of the last reset with a reason; 0: none */
	/* Lines of the last report of each; 0: none. */
	uint64_t lost_line, gave_up_line, probe_line, not_started_line, by_pf_line;
};

/* What a hang or timeout report shows by its own numbers. */
enum shows {
	SHOWS_STUCK,     /* the hardware stands still before the tail */
	SHOWS_DONE,      /* the hardware has reached the tail: it is done, the clean-up came late */
	SHOWS_UNWRITTEN, /* the same, but the frame waited for is not marked done */
	SHOWS_UNCLEANED, /* the hardware has reached the tail, and for seconds the driver has not cleaned up */
	SHOWS_EMPTY,     /* all was sent and cleaned: nothing waited */
	SHOWS_PAUSED,    /* the driver says that the partner's pause frames are the cause */
	SHOWS_NO_LINK,   /* the link was down */
	SHOWS_RESET,     /* the registers were reset already when they were printed */
	SHOWS_NOTHING,   /* the numbers are not there */
	SHOWS_NO_INDEX   /* the numbers cannot be: the device did not give its own */
};
enum shows device_log_shows(const struct klog_report *r);
/* A report of the device, the next one in the order of the log. */
void device_log_add(struct device_log *l, const struct klog_report *r);
void device_log_free(struct device_log *l);
/* Whether one of two reports came at least so long after the other; false without a clock that both have. */
bool device_log_apart(const struct klog_report *before, const struct klog_report *r, uint64_t ns);
/* Whether a frame that was not marked done when the driver printed its report was not marked later, either: the part may write several marks at
 * once, but then comes no report of the same frame, no reset, and no watchdog. It marks none while the host's side of the MAC is off. */
bool device_log_never_marked(const struct device_log *l);
/* Reports of work that the hardware had done, and of queues with none; of frames that may have been marked later. */
uint64_t device_log_done(const struct device_log *l);
/* Transmit hangs that were real as far as the log tells, and work that stood still for a reason. */
bool device_log_hung(const struct device_log *l);
bool device_log_stalled(const struct device_log *l);
/* First of a kind, owned by l; NULL: there is none. */
const struct klog_report *device_log_first(const struct device_log *l, enum klog_kind kind);

/* Whether the driver said something in words of its own, which rules_message.c may know. */
static inline bool device_log_has_words(const struct device_log *l)
{
	bool any = l->n_first[KLOG_FIRMWARE] != 0;

	for (int kind = KLOG_LINK_FAULT; kind <= KLOG_DRIVER_ERROR; kind++)
		any |= l->n_first[kind] != 0;
	return any;
}

#endif
