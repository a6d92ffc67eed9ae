/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of the watch: what its files share. */
#ifndef WATCH_PARTS_H
#define WATCH_PARTS_H

#include "klog/klog.h"
#include "watch/tail.h"
#include "watch/watch.h"

#define WATCH_RECENT 4 /* looks kept: three that agree make a stall */

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
	char *netdev; /* when it began; NULL: none. Owned */
	int64_t begun, last_sign, taken;
	uint64_t signs;
	size_t n_after, left_out; /* snapshots added afterwards; files that found no room */
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
	struct tail tail;
	bool history;    /* what is read was logged before we came */
	bool more;       /* the log had more to read when its time was over */
	uint64_t n_read; /* bytes of the log */
	bool unsettled;  /* the reader may hold a report back until it is sure that it is whole */
};

/* watch.c: it is time to stop */
bool watch_stopped(const struct watch *w);

/* clock.c: CLOCK_MONOTONIC, in ns */
int64_t watch_now(void);
void watch_sleep(int64_t ns);

/* devices.c */
int devices_open(struct watch *w, struct err *e);
void devices_close(struct watch *w);
/* One more look; the oldest makes room. False if the device could not be looked at. */
bool device_look(struct watched *d);
/* In full; NULL if the device is not there. */
struct snapshot *device_read(struct watched *d);
/* Why the looks say that something is wrong: "stalled", "lost", or NULL. */
const char *device_trouble(struct watch *w, const struct watched *d);
/* Whether snapshots taken one after the other say so, without a look at the log. */
bool device_confirmed(struct watch *w, const struct snapshots *taken);
const char *device_netdev(const struct watched *d);
bool device_has_registers(const struct snapshot *s);

/* log.c */
int log_open(struct watch *w, struct err *e);
void log_close(struct watch *w);
/* Reads what there is, for a moment at most, and notes its signs. A log that grows faster than it is read does not hold up
 * the rest. */
void log_read(struct watch *w);
/* Nothing came for a moment: what is there is whole. */
void log_settle(struct watch *w);

/* save.c: something is wrong with the device, n times, as its registers or a log alone say; saves an incident, unless one is
 * going on. */
void incident_sign(struct watch *w, struct watched *d, const char *kind, uint64_t n, bool by_registers);
/* What is still to be added, and whether it is over. */
void incident_go_on(struct watch *w, struct watched *d);
void incident_close(struct watch *w, struct watched *d);

#endif
