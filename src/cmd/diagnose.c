// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/inside.h"
#include "cmd/logs.h"
#include "host/privilege.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"
#include "watch/store.h"

#define MOST_SAMPLES 64

int cmd_sampling(const struct options *o, struct sampling *p)
{
	*p = (struct sampling){ CLOCK_SECOND, 3 };
	if (o->count && (!text_u64(o->count, &p->count) || !p->count || p->count > MOST_SAMPLES))
		return cmd_bad_value("--count", o->count, "a number from 1 to 64");
	return cmd_interval(o, 0.001, 3600, &p->interval_ns);
}

/* At times that are in no step with those before: see diagnose_seems_stuck(). */
static void confirm(struct chipdb *db, struct live *live, struct snapshots *list, struct diagnose_kept *kept)
{
	static const int64_t after_ms[] = { 37, 113, 61 };

	for (size_t i = 0; i < COUNT(after_ms) && diagnose_seems_stuck(db, list, kept); i++) {
		clock_wait_until(clock_monotonic() + after_ms[i] * CLOCK_MS);
		if (live_sample(live, list, NULL))
			return;
	}
}

/* A device that goes away after the first sample is no error but a finding. */
static int sample(struct chipdb *db, struct live *live, const struct sampling *p, struct snapshots *list,
		  struct diagnose_kept *kept, struct err *e)
{
	int64_t start = clock_monotonic();
	int r = live_sample(live, list, e);

	/* without any register another look tells nothing new */
	for (uint64_t i = 1; i < p->count && !r && snapshots_any_register(list); i++) {
		clock_wait_until(start + (int64_t)i * p->interval_ns);
		if (live_sample(live, list, NULL))
			break;
	}
	if (!r && p->count > 1)
		confirm(db, live, list, kept);
	return r;
}

int cmd_read_samples(struct chipdb *db, const struct source_options *so, const struct sampling *p,
		     struct snapshots *list, struct diagnose_kept *kept, struct err *e)
{
	struct diagnose_kept *own = kept ? NULL : diagnose_kept_new();
	struct live *live = NULL;
	int r = live_open(&live, db, so, e);

	if (!r)
		r = sample(db, live, p, list, kept ? kept : own, e);
	live_close(live);
	if (own)
		diagnose_kept_free(own);
	return r && !cmd_has_none(db, so, r) ? r : 0;
}

int cmd_samples(struct chipdb *db, const struct source_options *so, const struct sampling *p, struct snapshots *list,
		struct diagnose_kept *kept)
{
	struct err e = { 0 };
	int r = cmd_read_samples(db, so, p, list, kept, &e);

	return r ? cmd_fail(&e, r) : 0;
}

/* A device that could be read whole in one of its samples was read: one of them may lack what came too late on a busy
 * machine, or while the driver started its device anew. */
static int completeness(const struct snapshots *list)
{
	if (list->partial)
		return STATUS_PARTIAL;
	for (size_t i = 0; i < list->n; i++) {
		bool whole = false;

		for (size_t k = 0; k < list->n && !whole; k++) {
			struct snapshot *one[] = { list->v[k] };
			const struct snapshots sample = { .v = one, .n = 1 };
			const struct pci_function *a = snapshot_self(list->v[i]), *b = snapshot_self(list->v[k]);

			whole = (i == k || (a && b && pci_addr_equal(&a->addr, &b->addr))) &&
				cmd_completeness(&sample) == STATUS_OK;
		}
		if (!whole)
			return STATUS_PARTIAL;
	}
	return STATUS_OK;
}

static void without_log(const struct err *why, struct snapshots *list)
{
	struct err e = *why;

	err_todo(&e, "the verdict is without the log of the incident");
	cmd_fail(&e, -EIO);
	list->partial = true;
}

static char *log_beside(const struct options *o, const struct inside *inside, bool *other)
{
	char *path = inside_incident_log(o, other);

	return path || *other || !inside->path ? path : xstrdup(inside->path);
}

/* A log beside other evidence is worth having and can be done without, but for one that was asked for. */
static int add_log(const struct options *o, bool live, const struct inside *inside, struct snapshots *list,
		   struct logs *l)
{
	bool other = false;
	AUTO_FREE char *beside = o->log || live ? NULL : log_beside(o, inside, &other);
	struct err e = { 0 };
	int r;

	if (other) {
		err_set(&e, EINVAL, INCIDENT_LOG, "not a file, and left alone");
		without_log(&e, list);
	}
	if (!live)
		inside_say_left(inside, o, list);
	if (!o->log && !beside && !live)
		return 0;
	if (!live)
		inside_again(inside);
	r = logs_read(l, beside ? beside : o->log, NULL, &e);
	if (!r)
		list->partial |= logs_unread(l) != 0;
	if (!r && (live || !inside_says_nothing(inside, l->klog)))
		return 0;
	logs_free(l);
	if (!r)
		return 0;
	if (beside)
		without_log(&e, list);
	return o->log ? cmd_fail(&e, r) : 0;
}

static int judge(const struct options *o, struct chipdb *db, const struct snapshots *list, struct logs *l, bool live,
		 bool chosen, const struct inside *inside, struct diagnose_kept *kept)
{
	const struct diagnose_input input = {
		.db = db,
		.samples = list,
		.klog = l->klog,
		.logbook = l->book,
		.named = cmd_named_chip(o, db),
		.watched_now = live || inside->live,
		.only_sampled = live || chosen || inside->report,
		.kept = kept,
	};
	struct err e = { 0 };
	int r = diagnose(&input, &l->diagnoses, &e);

	if (r)
		return cmd_fail(&e, r);
	return logs_print(o, db, l, NULL, 1, false, completeness(list));
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);
	bool live = !o->n_from && !o->demo;
	struct snapshots list = { 0 };
	struct logs logs = { 0 };
	struct diagnose_kept *kept = diagnose_kept_new();
	struct chipdb *db = NULL;
	struct sampling plan;
	struct inside inside = { 0 };
	int status = cmd_sampling(o, &plan);

	so.series = so.log_read = true;
	if (!status)
		status = cmd_chipdb(o, &db);
	if (!status && !live)
		status = inside_find(o, &inside);
	if (!status)
		status = live ? cmd_samples(db, &so, &plan, &list, kept) : cmd_sources(o, db, &so, &list);
	if (!status && !list.n && !o->json)
		status = cmd_none();
	else if (!status)
		status = add_log(o, live, &inside, &list, &logs);
	if (!status)
		status = cmd_keep(PRIVILEGE_NONE);
	if (!status && (list.n || o->json))
		status = judge(o, db, &list, &logs, live, n != 0, &inside, kept);
	logs_free(&logs);
	diagnose_kept_free(kept);
	snapshots_free(&list);
	chipdb_free(db);
	return status;
}

const struct cmd cmd_diagnose = {
	.name = "diagnose",
	.args = "[DEVICE]",
	.summary = "Say what is wrong with a NIC, why, and how to fix it",
	.accepts = "interval count log wake",
	.details = "Takes several samples of this machine's NICs, or reads them from --from files, and\n"
		   "gives each device a verdict: hung, stalled, dead, link-down, false-alarm, busy, idle,\n"
		   "healthy or unknown, with the remedies for this chip and the reasons. One screen for a\n"
		   "device; -v shows all evidence and advice. Exit status 2 if a device is hung, stalled\n"
		   "or dead.\n",
	.examples = "  nicregs diagnose eno1\n"
		    "  nicregs diagnose --count 10 --interval 0.5\n"
		    "  nicregs diagnose --from eno1.json --log kern.log\n",
	.max_args = 1,
	.needs = cmd_needs_devices,
	.run = run,
};
