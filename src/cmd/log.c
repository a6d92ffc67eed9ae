// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "access/privilege.h"
#include "cmd/logs.h"
#include "klog/input.h"
#include "util/alloc.h"

static int judge(struct chipdb *db, struct logs *l, const struct snapshots *host, struct err *e)
{
	const struct diagnose_input input = {
		.db = db,
		.samples = host,
		.klog = l->klog,
		.logbook = l->book,
		.only_logged = true,
	};

	return diagnose(&input, &l->diagnoses, e);
}

/* What is known of the devices besides the log: of --from files, or of this machine for its own log. */
static int add_host(const struct options *o, struct chipdb *db, bool own_log, struct snapshots *host)
{
	struct source_options so = cmd_source_options(o, NULL);
	struct err e = { 0 };

	if (o->n_from || o->demo)
		return cmd_sources(o, db, &so, host);
	so.no_regs = true;
	if (own_log)
		source_live(db, &so, host, &e); /* the log is worth telling without it */
	return 0;
}

static int read_and_judge(struct chipdb *db, struct logs *logs, char **files, size_t n, const struct snapshots *host)
{
	struct err e = { 0 };
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		logs[i].of_machine = true;
		r = logs_read(&logs[i], files ? files[i] : NULL, &e);
		if (!r)
			r = judge(db, &logs[i], host, &e);
	}
	return r ? cmd_fail(&e, r) : 0;
}

static int once(const struct options *o, struct chipdb *db, char **files, int n_files)
{
	size_t n = n_files ? (size_t)n_files : 1;
	AUTO_FREE struct logs *logs = xcalloc(n, sizeof(*logs));
	const char **names = n > 1 ? (const char **)files : NULL;
	struct snapshots host = { 0 };
	int status = add_host(o, db, !n_files, &host);

	if (!status)
		status = read_and_judge(db, logs, n_files ? files : NULL, n, &host);
	if (!status)
		status = logs_print(o, db, logs, names, n, STATUS_OK);
	for (size_t i = 0; i < n; i++)
		logs_free(&logs[i]);
	snapshots_free(&host);
	return status;
}

struct follower {
	const struct options *o;
	struct view view;
	int failed;
};

/* With --json an object a line, so that each is whole as soon as it is there. */
static void tell(const struct klog_report *r, void *arg)
{
	struct follower *f = arg;
	AUTO_BUF struct buf out = { 0 };
	struct jsonw w;

	if (f->o->json) {
		jsonw_init(&w, &out);
		report_json(r, NULL, &w);
		if (out.len && out.data[out.len - 1] != '\n')
			buf_putc(&out, '\n');
	} else {
		report_text(&f->view, r, &out);
	}
	f->failed = cmd_output(&out, STATUS_OK);
}

static int follow(const struct options *o, const char *path)
{
	struct follower f = { .o = o, .view = cmd_view(o) };
	struct klog_input *in;
	struct err e = { 0 };
	struct klog *k;
	int r = klog_input_open(&in, path, true, &e);

	if (!r)
		r = privilege_keep(path ? PRIVILEGE_READ : PRIVILEGE_NONE, &e);
	if (r)
		return cmd_fail(&e, r);
	k = klog_new(tell, &f);
	do
		r = klog_input_pump(in, k, 1000, &e);
	while ((r > 0 || r == -EAGAIN) && !f.failed);
	klog_free(k);
	klog_input_close(in);
	if (f.failed)
		return f.failed;
	return r < 0 ? cmd_fail(&e, r) : STATUS_OK;
}

static uint64_t needs(const struct options *o, int n)
{
	return n ? PRIVILEGE_READ : cmd_needs_devices(o, n) | PRIVILEGE_OPEN;
}

static int run(const struct options *o, char **args, int n)
{
	struct chipdb *db = NULL;
	struct err e = { 0 };
	int status;

	if (o->follow && n > 1) {
		err_set(&e, EINVAL, "--follow", "follows one log at a time");
		return cmd_fail(&e, -EINVAL);
	}
	if (o->follow)
		return follow(o, n ? args[0] : NULL);
	status = cmd_chipdb(o, &db);
	if (!status)
		status = once(o, db, args, n);
	chipdb_free(db);
	return status;
}

const struct cmd cmd_log = {
	.name = "log",
	.args = "[FILE]...",
	.summary = "finds hang reports in a kernel log, and says what they mean",
	.accepts = "follow",
	.details = "FILE is the text of dmesg, journalctl -k, syslog or anything else that holds kernel messages,\n"
		   "also as mails and forums leave them, and compressed; - is stdin. Without FILE, this\n"
		   "machine's kernel log. --from adds what else is known of the machine: a snapshot, lspci\n"
		   "text. Exit status 2 when a device was hung, stalled or lost.\n",
	.max_args = 1000,
	.needs = needs,
	.run = run,
};
