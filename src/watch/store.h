/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Incidents on disk: a folder each, which is there whole or not at all. It is filled under a name that starts with a
 * dot, synced, and renamed; it is renamed again before it is taken away. What a killed process left under such names
 * goes when the store is opened.
 *
 * Where the number, the size or the disk has an end, the oldest go, and before them all those that only a log told of: whoever
 * can write to a log must not be able to push out what registers confirmed. Which those are stands in INCIDENT_ABOUT.
 */
#ifndef WATCH_STORE_H
#define WATCH_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/* Files of an incident besides its snapshots. */
#define INCIDENT_ABOUT "about.json"
#define INCIDENT_CONFIRMED "confirmed" /* its member that is INCIDENT_BY_REGISTERS or INCIDENT_BY_LOG */
#define INCIDENT_BY_REGISTERS "registers"
#define INCIDENT_BY_LOG "log"
#define INCIDENT_LOG "kernel.log"
#define INCIDENT_AFTER "after" /* folder with what was seen once the incident was saved */

/* The names of incidents begin with their time, of so many bytes. */
#define INCIDENT_STAMP_FORMAT "%Y%m%dT%H%M%SZ-"
#define INCIDENT_STAMP 17
/* Whether a folder of this name is one. */
bool incident_is_name(const char *name);

/* Where they are kept unless somebody says otherwise, and how many of them. */
#define INCIDENTS_DIR "/var/lib/nicregs/incidents"
#define INCIDENTS_KEPT 32
#define INCIDENTS_BYTES ((uint64_t)256 << 20)

struct incident_store {
	const char *dir;
	size_t keep;          /* incidents; the oldest go first */
	uint64_t most_bytes;  /* of all together */
	unsigned *kill_after; /* tests: changes on disk until kill -9 of oneself, counted down; NULL: never */
};

struct incident {
	char *path;    /* where it is, or will be; NULL: none. Owned */
	char *filling; /* where it is while it is filled; NULL afterwards. Owned */
	const struct incident_store *store;
	bool confirmed;  /* by registers: set by the caller before others may have to go for it */
	size_t given_up; /* others that went because the disk was full */
};

/* Makes the folder, readable for root's group only, and clears away what was left unfinished, unless another process
 * has the store open. *lock is to be closed when no incident is added any more. -errno with *e: the
 * folder cannot be made or written. */
int incident_store_open(const struct incident_store *store, int *lock, struct err *e);

/* `taken` (ns since 1970), `device` and `kind` name it: "20260705T143000Z-eno1-hang". */
int incident_begin(const struct incident_store *store, int64_t taken, const char *device, const char *kind,
		   bool confirmed, struct incident *out, struct err *e);
/* Adds a file, or replaces it in one step; `name` may be INCIDENT_AFTER "/...". For room on a full disk older incidents go;
 * -ENOSPC when that was not enough. */
int incident_put(struct incident *i, const char *name, const void *bytes, size_t n, struct err *e);
/* Takes a file away again. */
void incident_drop(const struct incident *i, const char *name);
/* From here on it is there. Takes away the oldest others if there are too many, but never this one. -errno with *e if it could not get
 * its name. */
int incident_commit(const struct incident_store *store, struct incident *i, struct err *e);
/* Forgets it; one that was not committed is taken away. */
void incident_end(struct incident *i);

#endif
