/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of the watch: what its files share. */
#ifndef WATCH_PARTS_H
#define WATCH_PARTS_H

#include "klog/klog.h"
#include "watch/tail.h"
#include "watch/watch.h"

#define WATCH_RECENT 4 /* looks kept: three that agree make a stall */
#define WATCH_SIGNS 16 /* of a log, between two looks */

/* A report of the log that starts an incident, or belongs to one. */
struct sign {
	const char *kind; /* static */
	char address[PCI_ADDR_MAX], interface[16];
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
	char *netdev; /* when it began; NULL: none. Owned */
	int64_t begun, last_sign, taken;
	uint64_t signs;
	size_t n_after;
};

struct watch {
	const struct watch_options *o;
	struct watched *devices; /* owned */
	size_t n;
	struct klog_input *in; /* NULL: no log */
	struct klog *klog;
	struct tail tail;
	bool history;   /* what is read was logged before we came */
	bool unsettled; /* the reader may hold a report back until it is sure that it is whole */
	struct sign signs[WATCH_SIGNS];
	size_t n_signs;
};

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
const char *device_netdev(const struct watched *d);
bool device_has_registers(const struct snapshot *s);

/* log.c */
int log_open(struct watch *w, struct err *e);
void log_close(struct watch *w);
/* Reads what there is, and notes its signs. */
void log_read(struct watch *w);
/* Nothing came for a moment: what is there is whole. */
void log_settle(struct watch *w);

/* save.c: something is wrong with the device; saves an incident, unless one is going on. */
void incident_sign(struct watch *w, struct watched *d, const char *kind);
/* What is still to be added, and whether it is over. */
void incident_go_on(struct watch *w, struct watched *d);
void incident_close(struct watch *w, struct watched *d);

#endif
