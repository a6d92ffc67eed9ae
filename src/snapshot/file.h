/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The snapshot file: JSON, documented in nicregs-snapshot(5). Written and masked by save.c, read by load.c; recordings are record.c's. */
#ifndef SNAPSHOT_FILE_H
#define SNAPSHOT_FILE_H

#include "snapshot/snapshot.h"

struct chipdb;
struct err;

#define SNAPSHOT_FORMAT "nicregs-snapshot"
#define SNAPSHOT_SCHEMA 1

/* Appends the file's text, with a newline at its end. `chip` names the registers and may be NULL. */
void snapshot_save(const struct snapshot *s, const struct chip *chip, struct buf *out);

/* Whether the text looks like a snapshot file (possibly damaged). */
bool snapshot_recognise(const char *text, size_t n);

/* Adds the snapshots in a text (one or more JSON values after one another) to `list`, which owns them; `file` is their
 * .file and stands in messages. Returns 0, or fills *e: -EINVAL with the place for anything malformed, -EPROTONOSUPPORT
 * for a newer schema, -EFBIG for one that takes too much memory; `list` is unchanged then. The text may be hostile. */
int snapshot_load(const char *file, const char *text, size_t n, struct snapshots *list, struct err *e);

/* Masks MAC addresses (in facts and texts, address registers, the Device Serial Number capability) and VPD data: the
 * vendor part of an address stays where it is known to be that, the rest becomes zero. Of registers that
 * `chip` (may be NULL) does not have it is not known which hold addresses: they are left out. */
void snapshot_redact(struct snapshot *s, const struct chip *chip);

/*
 * A recording: samples of devices after one another, in a file that only grows. A device's first snapshot is whole, as
 * is one every RECORD_WHOLE samples; between them stand the changes. Each sample is one write, so that a crash costs
 * the last one at most. snapshot_load() reads it.
 */
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
