// SPDX-License-Identifier: GPL-2.0-or-later
/* Metrics for node_exporter's textfile collector. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "cmd/scrape.h"
#include "host/privilege.h"
#include "util/alloc.h"
#include "util/file.h"
#include "watch/store.h"

/* A collector that runs as somebody else reads it. */
#define MODE 0644

/* Returns `status`, or that of a failure. */
static int write_metrics(const struct options *o, const struct metrics *m, int status)
{
	AUTO_BUF struct buf text = { 0 };
	struct err e = { 0 };
	int r;

	metrics_text(m, &text);
	if (!o->output)
		return cmd_output(&text, status);
	r = file_rewrite(o->output, buf_str(&text), text.len, MODE, &e);
	return r ? cmd_fail(&e, r) : status;
}

static uint64_t needs(const struct options *o, int n)
{
	return cmd_needs_devices(o, n) | (o->output ? PRIVILEGE_WRITE : PRIVILEGE_NONE) |
	       (o->dir ? PRIVILEGE_READ : PRIVILEGE_NONE);
}

static int of_files(const struct options *o, struct scrape *s, struct metrics *m)
{
	struct snapshots list = { 0 };
	struct err e = { 0 };
	int status, r;

	s->so.series = true;
	status = cmd_sources(o, s->db, &s->so, &list);
	if (!status && (r = scrape_list(s, &list, m, &e)))
		status = cmd_fail(&e, r);
	if (!status)
		status = write_metrics(o, m, list.partial ? STATUS_PARTIAL : STATUS_OK);
	metrics_free(m);
	snapshots_free(&list);
	return status;
}

static int of_machine(const struct options *o, struct scrape *s, struct metrics *m)
{
	struct err e = { 0 };
	int r = scrape_take(s, NULL, m, &e), status;

	status = r ? cmd_fail(&e, r) : cmd_keep(o->output ? PRIVILEGE_WRITE : PRIVILEGE_NONE);
	if (!status)
		status = write_metrics(o, m, STATUS_OK);
	metrics_free(m);
	return status;
}

/* A directory that somebody names is there; the usual one is made at the first incident. */
static int check_dir(const char *dir, struct err *e)
{
	AUTO_CLOSE int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? err_sys(e, errno, "%s", dir) : 0;

	if (r)
		err_todo(e, "name the directory in which watch keeps incidents, or leave out --dir for " INCIDENTS_DIR);
	return r;
}

static int run(const struct options *o, char **args, int n)
{
	const struct source_options so = cmd_source_options(o, n ? args[0] : NULL);
	bool here = !o->n_from && !o->demo;
	const char *dir = o->dir ? o->dir : here ? INCIDENTS_DIR : NULL;
	struct metrics m = { 0 };
	struct chipdb *db = NULL;
	struct scrape s;
	struct err e = { 0 };
	int status, r;

	if (o->json)
		return cmd_refuse("--json", "metrics are text for Prometheus",
				  "for programs there are nicregs diagnose --json and nicregs show --json");
	r = o->dir ? check_dir(o->dir, &e) : 0;
	status = r ? cmd_fail(&e, r) : cmd_chipdb(o, &db);
	if (status)
		return status;
	r = scrape_open(&s, db, &so, dir, here, &e);
	if (r)
		status = cmd_fail(&e, r);
	else
		status = here ? of_machine(o, &s, &m) : of_files(o, &s, &m);
	scrape_close(&s);
	chipdb_free(db);
	return status;
}

static const struct option_help own_words[] = {
	{ "output", NULL,
	  "file to write, replaced in one step, also behind a symbolic link; the collector takes NAME.prom" },
	{ "dir", NULL, "where incidents are counted (default /var/lib/nicregs/incidents)" },
	{ 0 },
};

const struct cmd cmd_metrics = {
	.name = "metrics",
	.args = "[DEVICE]",
	.summary = "Print metrics for Prometheus, or write them for its node_exporter",
	.accepts = "output dir",
	.helps = own_words,
	.details = "Takes two samples of each NIC, a tenth of a second apart, and more only of those that\n"
		   "seem stuck. Prints the verdict, queues, ASPM, PCI Express errors and incidents as\n"
		   "Prometheus text, about 35 series a NIC. What was not seen has no series; without\n"
		   "registers the verdict is unknown, never healthy. A sleeping NIC is left asleep. The exit\n"
		   "status is 0 when a NIC hangs, too: that is in the metrics.\n",
	.examples = "  nicregs metrics\n"
		    "  nicregs metrics -o /var/lib/prometheus/node-exporter/nicregs.prom\n"
		    "  systemctl enable --now nicregs-metrics.timer    the same each minute\n",
	.max_args = 1,
	.needs = needs,
	.run = run,
};
