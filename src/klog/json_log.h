/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON as a log's reader comes to it: where it begins, and what becomes of its records (json.h). */
#ifndef KLOG_JSON_LOG_H
#define KLOG_JSON_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct klog;
struct json_log;

/* Where the reader is in it. */
struct json_place {
	bool on;       /* inside of a value, or right behind one */
	bool seen;     /* there was one */
	bool text;     /* something else stood before */
	bool open;     /* whether one begins at .at shows in what comes */
	size_t at;     /* up to where in the buffer it was looked for */
	size_t looked; /* bytes of lines in which it was */
};

/* ---- journal.c ---- */

/* Where JSON begins in the bytes, or else their end; that at their start is on from then on. */
size_t json_next(struct klog *k, bool last);
/* Whether a value of objects or lists begins at the start of a line: bytes up to it, and 1; 0: none does; -1: more of it has to come. */
int json_begins(const char *s, size_t n);

/* ---- json_record.c ---- */

/* Those that follow need k->json, but for the first. */

/* So many bytes behind the reader's start it begins. */
void json_log_begin(struct klog *k, size_t behind);
/* What has come of it. False: it goes on in what has not. */
bool json_log_take(struct klog *k, bool last);
/* Records that were kept until their order is known are given out: the log has ended, or is silent. */
void json_log_settle(struct klog *k);
void json_log_free(struct klog *k);
/* Whether a record was larger than what is read of one. */
bool json_log_cut(const struct klog *k);

#endif
