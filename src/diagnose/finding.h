/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making findings. Private to diagnose/. */
#ifndef DIAGNOSE_FINDING_H
#define DIAGNOSE_FINDING_H

#include "diagnose/subject.h"

/* Formatted text that lives as long as the diagnosis. */
const char *text(struct subject *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

void finding_evidence(struct subject *s, struct finding *f, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "STATUS.TXOFF = 1 (paused by the link partner)" */
void finding_reading(struct subject *s, struct finding *f, const struct reading *r);
/* "log line 12: ..." with what the report says in short. */
void finding_report(struct subject *s, struct finding *f, const struct klog_report *r);
/* Up to `most` reports of a kind, the first ones and the last. */
void finding_reports(struct subject *s, struct finding *f, enum klog_kind kind, size_t most);
/* A fact by its name: "mtu = 8000". */
void finding_fact(struct subject *s, struct finding *f, const char *name);
void finding_source(struct subject *s, struct finding *f, const char *source);
/* Sentences for "what would make it surer"; the same one is told once. */
void surer(struct subject *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text as it is typed in a command, quoted where a shell needs it: what is known is from files and logs. */
const char *shell_word(struct subject *s, const char *word);

/* The interface so; "INTERFACE" if it is not known. */
const char *interface_word(struct subject *s);

/* The same for nicregs, which takes an address as well. */
const char *device_word(struct subject *s);

#endif
