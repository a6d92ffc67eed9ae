/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an incident is about, and one that is saved at once: before something is done to a device that stands. */
#ifndef WATCH_ABOUT_H
#define WATCH_ABOUT_H

#include "snapshot/snapshot.h"
#include "util/buf.h"
#include "watch/store.h"

struct chipdb;
struct err;
struct recover_report;

/* The members of INCIDENT_ABOUT. */
struct about {
	const char *kind, *address, *netdev; /* netdev: NULL: none */
	bool confirmed;                      /* by registers, not by a log alone */
	int64_t taken;                       /* ns since 1970 */
	uint64_t signs;
	int64_t lasted_ns;
	size_t left_out;
	const struct recover_report *recovery; /* NULL: nothing was done */
};

/* What an incident is about, for programs: schema/incident.json. */
void about_json(const struct about *a, struct buf *out);

/* What goes into an incident that is saved at once. */
struct evidence {
	struct chipdb *db;
	const struct snapshots *samples; /* stay the caller's */
	const char *network;             /* commands that make the interface's place in the network; NULL: none */
	bool no_redact;
};

#define INCIDENT_NETWORK "network.sh" /* those commands */

/* Saves it, with the end of this machine's kernel log. On success *out is to be ended with incident_end().
 * -errno with *e. */
int evidence_save(const struct incident_store *store, const struct about *a, const struct evidence *evidence,
		  struct incident *out, struct err *e);

#endif
