/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording: samples of devices after one another, in a file that only grows. A device's first snapshot is whole, as
 * is one every RECORD_WHOLE samples; between them stand the changes. Each sample is one write, so that a crash costs
 * the last one at most. snapshot_load() reads it.
 */
#ifndef SNAPSHOT_RECORD_H
#define SNAPSHOT_RECORD_H

#include "snapshot/snapshot.h"

struct chipdb;
struct err;

#define RECORD_WHOLE 600

struct record {
	int fd;                /* owned; -1: none */
	char *path;            /* owned */
	struct chipdb *db;     /* not owned */
	bool redact;           /* as snapshot_redact() */
	struct snapshots last; /* as written, one a device; owned */
	int64_t looks;
};

/* Creates the file; an existing one is not touched (-EEXIST). db must outlive the recording. 0, or -errno with *e
 * filled; r needs no record_close() then. */
int record_open(struct record *r, const char *path, struct chipdb *db, bool redact, struct err *e);
/* Appends one sample of all devices. An empty one is counted too: it shows as a gap in the numbers. 0, or -errno with
 * *e filled. */
int record_look(struct record *r, const struct snapshots *look, struct err *e);
void record_close(struct record *r);

#endif
