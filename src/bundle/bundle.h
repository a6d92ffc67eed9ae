/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bug report of many files: an archive (sos, supportconfig), a directory (/var/log, an incident), an Ubuntu crash report.
 * What may say something of a network card is read, in order: a log's rotated files from the oldest on. Memory is bounded
 * whatever the size; nothing is written. All of it is of one machine. What the functions return by pointer is owned by the bundle.
 *
 *     bundle_open(&b, &source, &e);       finds out what there is
 *     while (bundle_next(b, &e) == 1)
 *             while (bundle_read(b, to, room, &n, &e) == 1) ...
 *     bundle_free(b);
 */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include <stdint.h>
#include <string.h>

#include "util/stream.h"

struct bundle;

#define BUNDLE_HEAD STREAM_HEAD /* bytes that one is recognised by */
#define BUNDLE_PATH 512         /* bytes of a path; longer ones are cut */

/* Whether these are the first bytes of an Ubuntu crash report. */
static inline bool apport_begins(const char *bytes, size_t n)
{
	static const char first[] = "ProblemType: ";

	return n >= sizeof(first) - 1 && !memcmp(bytes, first, sizeof(first) - 1);
}

/* Whether these are the first, unpacked bytes of one. */
static inline bool bundle_begins(const char *bytes, size_t n)
{
	return archive_begins(bytes, n) || apport_begins(bytes, n);
}

/* Whether a file's first bytes are worth reading, by its path and what is in them. */
typedef bool bundle_wants_fn(const char *path, const char *bytes, size_t n);

struct bundle_source {
	const char *name;   /* for messages; outlives the bundle */
	const char *folder; /* a directory; NULL: an archive, whose unpacked bytes `more` gives */
	stream_fn *more;
	int (*again)(void *arg); /* goes back to the first byte; -errno if that cannot be */
	void *arg;
	bundle_wants_fn *wants;    /* of a file whose name says nothing */
	bool own;                  /* of this machine: the logs right in the folder alone */
	bool snapshots;            /* nicregs' own are wanted, too */
	const char *snapshot_mark; /* which a snapshot has at its start */
};

struct bundle_counts {
	uint64_t files, wanted; /* all; those that are read */
	uint64_t snapshots;     /* of these, snapshots */
	uint64_t unwanted;      /* snapshots that are there and not wanted */
	uint64_t no_room;       /* wanted, and not read: the archive came through a pipe and is too large to be kept */
	uint64_t left_out;      /* links and devices */
	uint64_t lost;          /* archives in it that are damaged, or nested too deep, and itself if it is cut */
};

/* -errno with *e: it cannot be read, or is larger than any report is (-EFBIG). Caller frees *b with bundle_free(). */
int bundle_open(struct bundle **b, const struct bundle_source *source, struct err *e);
void bundle_free(struct bundle *b);
const struct bundle_counts *bundle_counts(const struct bundle *b);
/* Why the first archive in it was lost; an empty one if none was. */
const struct err *bundle_lost(const struct bundle *b);

/* A file of it. Texts are from outside, and valid until the next one. */
struct bundle_file {
	const char *path;    /* without the directory that all are in */
	const char *command; /* typed before its text: "# ethtool -i eth0"; "": none */
	bool log;            /* by its name a kernel's or a daemon's, not a program's output */
	bool snapshot;       /* of nicregs; they come first, by their names */
	bool another_log;    /* it does not go on with the one before: what is in both is one */
	bool drifts;         /* its dates are off by seconds */
};

/* 1, 0 at the end, -errno with *e. */
int bundle_next(struct bundle *b, struct bundle_file *file, struct err *e);
/* As stream_read(). An error is of that file: the next one can be read. */
int bundle_read(struct bundle *b, char *to, size_t room, size_t *n, struct err *e);

#endif
