/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many incidents there were of each device and kind, for counters that never go back: those in the folder, and those that had
 * to go since. INCIDENT_COUNTS in the folder keeps a line for each, "5 20260705T143000Z-eno1-hang": so many, up to this incident;
 * later ones are counted by their names.
 */
#ifndef WATCH_COUNTS_H
#define WATCH_COUNTS_H

#include <stddef.h>
#include <stdint.h>

struct err;

#define INCIDENT_COUNTS ".counts"
#define INCIDENT_COUNTS_TEMPORARY "..counts.new" /* of file_rewrite() */
#define INCIDENT_NAME_MAX 256

struct incident_count {
	char device[INCIDENT_NAME_MAX]; /* interface, else address, as the incident's name has it */
	const char *kind;               /* "hang" and its like; "other"; static */
	uint64_t n;
	int64_t last; /* s since 1970 */
};

struct incident_counts {
	struct incident_count *v; /* by devices; owned */
	size_t n, cap;
};

/* No folder: none. -EACCES and its like for one that cannot be read. */
int incident_counts_read(const char *dir, struct incident_counts *out, struct err *e);
void incident_counts_free(struct incident_counts *counts);

/* The kinds by which watch and recover name incidents; static, ended by NULL. */
extern const char *const incident_kinds[];

/* Counts an incident that has just got its name in the folder. -errno if that could not be kept. */
int incident_counts_add(const char *dir, const char *name);

#endif
