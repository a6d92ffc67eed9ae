/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metrics of all devices as Prometheus text (format 0.0.4, as node_exporter's textfile collector takes it): names and bounds are in
 * nicregs(8), METRICS. Base units, no times, no series of a queue, a register or an erratum.
 *
 * A device is reduced to its metrics as soon as it is judged, so that its snapshots need not be kept until all are. What was not
 * seen has no series; a verdict that is not known is "unknown".
 */
#ifndef VIEW_METRICS_H
#define VIEW_METRICS_H

#include "diagnose/diagnose.h"
#include "util/buf.h"

#define METRICS_FINDINGS 8 /* of one device; what is less bad is one more, "more" */
#define METRICS_UNSEEN (-1)

enum metrics_end { METRICS_DEVICE, METRICS_PORT, METRICS_ENDS };

struct metrics_finding {
	char *id; /* owned */
	enum severity severity;
};

/* Numbers are METRICS_UNSEEN where they are not known. Texts are owned, and hostile; NULL where they are not known. */
struct metrics_device {
	char *device; /* the interface, else the address */
	char *address, *chip, *id, *revision, *driver, *driver_version, *firmware, *physical;
	enum verdict verdict;
	struct metrics_finding findings[METRICS_FINDINGS + 1];
	size_t n_findings;
	int64_t queues, stuck, pending;
	int paused, answers, asleep, mdd;
	bool watched; /* nicregs watch would look at it */
	int rule;     /* whether kept ASPM rules are in force; the caller's to set */
	char *method; /* by which registers were read; NULL: none was, because of `unread` */
	const char *unread;
	unsigned aspm_seen[METRICS_ENDS], aspm_on[METRICS_ENDS]; /* states of link.h */
	int64_t aer[3];                                          /* correctable, nonfatal, fatal */
	int64_t timeouts;
	int64_t unread_registers, unread_config; /* that could have been read */
};

/* What became of a device, in all incidents on record. */
struct metrics_incidents {
	const char *device, *kind; /* the caller's */
	uint64_t n;
	int64_t last; /* s since 1970 */
};

struct metrics {
	struct metrics_device *v; /* owned */
	size_t n, cap;
	const struct metrics_incidents *incidents; /* in the order of their devices; the caller's; NULL: none */
	size_t n_incidents;
	bool incidents_unread; /* their folder could not be read */
	int64_t took_ns;
};

/* Adds a device: what diagnose says of its samples, oldest first, which is not of a log alone. The device is owned by m,
 * and valid until the next is added. */
struct metrics_device *metrics_add(struct metrics *m, const struct diagnosis *d, const struct snapshots *samples);
/* A label's value as it is written: escaped, and cut. */
void metrics_label(const char *value, struct buf *out);
void metrics_text(const struct metrics *m, struct buf *out);
void metrics_free(struct metrics *m);

#endif
