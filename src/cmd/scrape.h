/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples of all devices for metrics, taken together: two light ones a moment apart, of which the second is in full; more of those
 * devices alone that seem stuck, until they have been watched long enough for diagnose to call them hung. A device's snapshots are
 * kept only until it is judged. What sleeps is left alone.
 */
#ifndef CMD_SCRAPE_H
#define CMD_SCRAPE_H

#include "cmd/cmd.h"
#include "diagnose/diagnose.h"
#include "view/metrics.h"
#include "watch/counts.h"

struct scrape {
	struct chipdb *db;
	struct source_options so;
	struct live *live;          /* owned */
	struct diagnose_kept *kept; /* owned */
	const char *dir;            /* of incidents */
	struct incident_counts counts;
	struct metrics_incidents *incidents; /* owned; point into counts and metrics */
};

/* db outlives it; s stays where it is. `here`: of this machine, for scrape_take(). `dir` of incidents, NULL: none are counted. -errno
 * with *e; scrape_close() frees in any case. */
int scrape_open(struct scrape *s, struct chipdb *db, const struct source_options *so, const char *dir, bool here,
		struct err *e);
/* Into *m, which is to be freed before the next one. `before`, which may be NULL, are samples of a device that were just taken. No NIC:
 * none. -errno with *e. */
int scrape_take(struct scrape *s, const struct snapshots *before, struct metrics *m, struct err *e);
/* The same of snapshots that are there. */
int scrape_list(struct scrape *s, const struct snapshots *list, struct metrics *m, struct err *e);
void scrape_close(struct scrape *s);

#endif
