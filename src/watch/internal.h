/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to watch/; other rooms include watch.h, and store.h for the names of an incident's files.
 *
 *     watch.c --a sample--> devices.c --"stalled", "lost"---+
 *        |                                                  +--> incident.c --files--> store.c
 *        +----readable----> log.c ------"hang", ...---------+        |
 *                                                                    +--> watch.c: the user's program
 *                                                                    +--> recovery.c: the device's next steps
 */
#ifndef WATCH_INTERNAL_H
#define WATCH_INTERNAL_H

#include "klog/klog.h"
#include "recover/recover.h"
#include "util/buf.h"
#include "util/err.h"
#include "watch/watch.h"

/* The last lines of a log, in a fixed amount of memory. */
#define WATCH_TAIL_BYTES 65536

struct watch_tail {
	char *bytes;  /* WATCH_TAIL_BYTES; owned */
	size_t at, n; /* where the next byte goes; how many there are */
};

#define WATCH_RECENT 4 /* looks kept: three that agree make a stall */

/* Who says that something is wrong. */
enum watched_by {
	WATCHED_BY_LOG,
	WATCHED_BY_REGISTERS, /* or by what the kernel counted only because of it */
	WATCHED_BY_COUNTS,    /* bytes in flight, which traffic has as well: full samples at once must agree */
};

struct watched {
	char address[PCI_ADDR_MAX];
	struct source_options source; /* of this device; `rings` is switched between looks and full snapshots */
	struct live *live;
	struct snapshots recent; /* looks, oldest first; at most WATCH_RECENT */
	struct snapshot *before; /* in full, from when nothing was wrong; NULL: none yet */
	int64_t before_at;       /* monotonic, as are all times here */
	/* The incident that is going on: */
	bool in_incident;
	struct incident incident; /* .path is NULL if it could not be saved */
	const char *kind;
	char *netdev, *chip; /* when it began; NULL: none, or not known. Owned */
	const char *verdict; /* by the samples taken at once; static */
	int64_t begun, last_sign, taken;
	int64_t doubt_again; /* counts that full samples did not confirm are not doubted before that */
	uint64_t signs;
	size_t n_after, left_out; /* snapshots added afterwards; files that found no room */
	/* What was done about it: */
	struct recover_report report;
	bool has_report, to_recover, gave_up;     /* to_recover: the registers have just said that it stands */
	bool refused;                             /* as somebody would be cut off, and that was told */
	int64_t ask_again;                        /* whether it still is */
	int64_t recovered[WATCH_RECOVERIES_MOST]; /* when, within the last hour; oldest first */
	size_t n_recovered;
	/* What the log told since it was last asked: */
	const char *logged; /* the first kind; static; NULL: nothing */
	uint64_t n_logged;
};

struct watch {
	const struct watch_options *o;
	struct watched *devices; /* owned */
	size_t n;
	struct klog_input *in; /* NULL: no log */
	struct klog *klog;
	struct watch_tail tail;
	bool history;    /* what is read was logged before we came */
	bool more;       /* the log had more to read when its time was over */
	uint64_t n_read; /* bytes of the log */
	struct err why;  /* of the one thing that fails just now, until it is told */
	bool unsettled;  /* the reader may hold a report back until it is sure that it is whole */
};

/* watch.c: it is time to stop */
bool watch_stopped(const struct watch *w);

/* Sends a state ("READY=1") to $NOTIFY_SOCKET; nothing if there is none. -errno is of interest to nobody but tests. */
int watch_notify(const char *state);

/* A program of the user's, run for each incident. No shell is involved. */
/* In its environment: "registers" or "log", whatever confirmed the incident. */
#define WATCH_CONFIRMED "NICREGS_CONFIRMED"

/* Starts PROGRAM with the arguments FOLDER, DEVICE and KIND, without capabilities and with /dev/null as its standard input,
 * and does not wait for it. */
int watch_command_start(const char *program, const char *folder, const char *device, const char *kind,
			const char *confirmed, struct err *e);
/* Takes note of those that ended. */
void watch_command_reap(void);

/* devices.c */
int watch_devices_open(struct watch *w, struct err *e);
void watch_devices_close(struct watch *w);
/* One more look; the oldest makes room. False if the device could not be looked at. */
bool watched_look(struct watched *d);
/* In full; NULL if the device is not there. */
struct snapshot *watched_read(struct watched *d);
/* Why the looks say that something is wrong: "stalled", "lost", or NULL; static. *by says how sure that is. */
const char *watched_trouble(struct watch *w, const struct watched *d, enum watched_by *by);
/* Whether snapshots taken one after the other say so, without a look at the log. */
bool watched_confirmed(struct watch *w, const struct snapshots *taken);
const char *watched_netdev(const struct watched *d);
bool watched_has_registers(const struct snapshot *s);

/* log.c */
void watch_tail_init(struct watch_tail *t);
void watch_tail_free(struct watch_tail *t);
void watch_tail_add(struct watch_tail *t, const char *bytes, size_t n);
/* Appends what is kept, from the start of a line. */
void watch_tail_text(const struct watch_tail *t, struct buf *out);

int watch_log_open(struct watch *w, struct err *e);
void watch_log_close(struct watch *w);
/* Reads what there is, for a moment at most, and notes its signs. A log that grows faster than it is read does not hold up
 * the rest. */
void watch_log_read(struct watch *w);
/* Nothing came for a moment: what is there is whole. */
void watch_log_settle(struct watch *w);

/* incident.c: something is wrong with the device, n times. Saves an incident, unless one is going on, or counts are not
 * confirmed. */
void watched_sign(struct watch *w, struct watched *d, const char *kind, uint64_t n, enum watched_by by);
/* What is still to be added, and whether it is over. */
void watched_go_on(struct watch *w, struct watched *d);
void watched_close(struct watch *w, struct watched *d);
/* It works again: what it is like now is added, and the incident is over. */
void watched_end_well(struct watch *w, struct watched *d);

/* recovery.c: makes the device go again, if that is wanted, its registers say that it stands, and its time has come. */
void watched_recover(struct watch *w, struct watched *d);
/* Before the first look: puts back what a killed recovery left bare. */
void watch_finish_recoveries(struct watch *w);
/* From the nth recovery within an hour to the next one. */
int64_t watched_recovery_pause(size_t n);

#endif
