/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a log has and the reader had no room for, by kind. */
#ifndef DIAGNOSE_LEFT_OUT_H
#define DIAGNOSE_LEFT_OUT_H

#include <stdint.h>

struct buf;
struct klog;
struct logbook;

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
