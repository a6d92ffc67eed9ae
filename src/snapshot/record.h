/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording: looks at devices after one another, in a file that only grows. A device's first snapshot is whole, as is one
 * every RECORD_WHOLE looks; between them stands what changed. Each look is one write, so that a crash costs its last
 * look at most.
 */
#ifndef SNAPSHOT_RECORD_H
#define SNAPSHOT_RECORD_H

#include "snapshot/snapshot.h"

struct chipdb;
struct err;

#define RECORD_WHOLE 600

struct record {
	int fd;     /* owned; -1: none */
	char *path; /* owned */
	struct chipdb *db;
	bool redact;           /* as snapshot_redact() */
	struct snapshots last; /* as written, one a device */
	int64_t looks;
};

/* Makes the file; one that is there is left alone (-EEXIST). db outlives it. */
int record_open(struct record *r, const char *path, struct chipdb *db, bool redact, struct err *e);
/* An empty look is counted, and shows by the numbers of those around it. */
int record_look(struct record *r, const struct snapshots *look, struct err *e);
void record_close(struct record *r);

#endif
