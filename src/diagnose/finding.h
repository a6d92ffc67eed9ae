/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making findings: a rule gets an empty one, and adds what it saw. Private to diagnose/.
 *
 * All texts made here are owned by the diagnosis and live in its arena; texts that are passed to be formatted are copied. Nothing here
 * fails.
 */
#ifndef DIAGNOSE_FINDING_H
#define DIAGNOSE_FINDING_H

#include "diagnose/subject.h"

#define TOLD 4 /* queues, rings and the like in evidence; of more, the number */

/* Formatted text. */
const char *finding_text(struct subject *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line of evidence. */
void finding_evidence(struct subject *s, struct finding *f, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "STATUS.TXOFF = 1 (paused by the link partner)" */
void finding_reading(struct subject *s, struct finding *f, const struct reading *r);
/* "line 12", or "line 12 of var/log/kern.log" if the log is several files. */
const char *finding_line(struct subject *s, uint64_t line);
/* "log line 12: ..." with what the report says in short. */
void finding_report(struct subject *s, struct finding *f, const struct klog_report *r);
/* Up to `most` reports of a kind, the first ones and the last. */
void finding_reports(struct subject *s, struct finding *f, enum klog_kind kind, size_t most);
/* A fact by its name: "mtu = 8000"; nothing if it is not known. */
void finding_fact(struct subject *s, struct finding *f, const char *name);
/* A finding of the diagnosis, or NULL. */
const struct finding *finding_named(const struct subject *s, const char *id);
/* Where it can be read. The text is not copied: it is static, of a definition, or the diagnosis's. */
void finding_source(struct subject *s, struct finding *f, const char *source);
/* A sentence for "what would make it surer"; the same one is added once. */
void finding_hint(struct subject *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text as it is typed in a command, quoted where a shell needs it, as it comes from files and logs; word itself where
 * nothing needs it. */
const char *finding_shell_word(struct subject *s, const char *word);

/* The interface so; "INTERFACE" if it is not known. */
const char *finding_interface_word(struct subject *s);

/* The same for nicregs, which takes an address as well. */
const char *finding_device_word(struct subject *s);

/* The words of remedies/ with what stands behind % put in ("%I": the interface), or as they are if there is none; NULL for
 * NULL. */
const char *finding_expand(struct subject *s, const char *words);

#endif
