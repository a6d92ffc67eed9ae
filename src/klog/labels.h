/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a hang block. */
#ifndef KLOG_LABELS_H
#define KLOG_LABELS_H

#include <stddef.h>

#include "klog/report.h"

/* A label that begins with another one comes before it. */
struct label {
	const char *pattern;
	enum klog_field field; /* KLOG_FIELDS for a line without a value */
};

extern const struct label block_labels[];
extern const size_t n_block_labels;

/* The value that a label of any report stands for, as a person writes it: "MAC Status", "PHY 1000BASE-T Status:", "TDH",
 * "mac_status". False if no report has it. */
bool label_find(const char *text, enum klog_field *field);

/* The row with a field. */
int label_of(enum klog_field field);

#endif
