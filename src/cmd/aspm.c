// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/aspm.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aspm/change.h"
#include "aspm/deadline.h"
#include "cmd/cmd.h"
#include "host/privilege.h"
#include "snapshot/snapshot.h"
#include "host/host.h"
#include "util/alloc.h"
#include "util/text.h"

#define LOCK_SECONDS 10

/* What the command line asks for. */
struct job {
	const struct options *o;
	const char *device;
	bool show;
	struct aspm_request request;
	struct chipdb *db;
	struct host *host; /* NULL: the snapshots are out of files */
	struct snapshots list;
	struct aspm_report *reports;
};

static int wrong(const char *what, const char *why)
{
	struct err e = { 0 };

	err_set(&e, EINVAL, what, "%s", why);
	err_todo(&e, "nicregs aspm --help");
	return cmd_fail(&e, -EINVAL);
}

/* Without a word for it, not every NIC of a machine is changed. A plan may be of all. */
static int check_scope(const struct job *j)
{
	const char *action = aspm_action_name(j->request.action);
	struct err e = { 0 };

	if (j->device && j->o->all)
		return wrong("--all", "it contradicts a DEVICE");
	if (j->show || j->device || j->o->all || j->o->dry_run)
		return 0;
	err_set(&e, EINVAL, "aspm", "%s would change every NIC: a DEVICE is needed, or --all", action);
	err_todo(&e, "nicregs aspm %s eno1, for instance; nicregs list shows the devices", action);
	return cmd_fail(&e, -EINVAL);
}

static int check_options(const struct job *j)
{
	const struct options *o = j->o;
	bool file = o->n_from || o->demo;

	if (j->show && (o->all || o->state || o->dry_run || o->for_time || o->persist || o->force))
		return wrong(
			"aspm show",
			"--all, --state, --dry-run, --for, --persist and --force are for disable, enable and restore");
	if (j->show)
		return 0;
	if (file && !o->dry_run)
		return wrong(o->demo ? "--demo" : "--from",
			     "cannot change ASPM in a recording; use --dry-run to see the plan");
	if (j->request.action == ASPM_RESTORE && (o->state || o->for_time || o->force))
		return wrong("aspm restore", "it takes no --state, --for or --force: it brings back everything");
	if (j->request.action == ASPM_RESTORE && file)
		return wrong("aspm restore", "what there is to restore is known on the machine itself only");
	if (j->request.action == ASPM_ENABLE && o->persist)
		return wrong("--persist", "only disable can be made to last; restore --persist ends it");
	if (o->persist && o->for_time)
		return wrong("--for", "it contradicts --persist");
	return check_scope(j);
}

static int read_arguments(struct job *j, char **args, int n)
{
	static const char *const actions[] = { "disable", "enable", "restore", "show" };
	const struct options *o = j->o;
	struct err e = { 0 };
	size_t found = 4;
	int r;

	for (size_t i = 0; n && i < 4; i++)
		if (!strcmp(args[0], actions[i]))
			found = i;
	if (n == 2 && found == 4)
		return wrong(args[0], "not one of show, disable, enable and restore");
	j->show = found >= 3;
	j->device = found == 4 ? (n ? args[0] : NULL) : n == 2 ? args[1] : NULL;
	j->request.action = j->show ? ASPM_DISABLE : (enum aspm_action)found;
	r = link_states_parse(o->state, &j->request.wish.states, &e);
	if (!r && o->for_time)
		r = aspm_deadline_parse(o->for_time, &j->request.seconds, &e);
	if (r)
		return cmd_fail(&e, r);
	j->request.wish.action = j->request.action;
	j->request.wish.named = o->state;
	j->request.wish.force = o->force;
	j->request.dry = o->dry_run;
	j->request.persist = o->persist;
	return check_options(j);
}

/* Tests kill the program after each of its writes in turn. */
static unsigned kill_after(void)
{
	const char *text = getenv("NICREGS_TEST_KILL_AFTER");
	uint64_t n = 0;

	return text && text_u64(text, &n) && n < 1000 ? (unsigned)n : 0;
}

static bool same_link(const struct aspm_report *a, const struct aspm_report *b)
{
	const struct link *x = &a->model.link, *y = &b->model.link;

	return !x->why_not && !y->why_not && pci_addr_equal(&link_port(x)->addr, &link_port(y)->addr);
}

static int read_reports(struct job *j)
{
	struct source_options so = cmd_source_options(j->o, j->device);
	struct err e = { 0 };
	int status;

	so.no_regs = true;
	status = cmd_sources(j->o, j->db, &so, &j->list);
	if (!status && !j->o->n_from && !j->o->demo) {
		int r = host_open(&j->host, &e);

		if (r)
			return cmd_fail(&e, r);
	}
	j->reports = xcalloc(j->list.n, sizeof(*j->reports));
	for (size_t i = 0; i < j->list.n && !status; i++) {
		const struct snapshot *s = j->list.v[i];
		const struct chip *chip = NULL;
		int r = snapshot_known(j->db, s, &chip, NULL, &e);

		if (r)
			return cmd_fail(&e, r);
		aspm_device_read(j->host, s, chip, &j->reports[i]);
		for (size_t k = 0; k < i && !j->reports[i].with; k++)
			if (!j->reports[k].with && same_link(&j->reports[k], &j->reports[i]))
				j->reports[i].with = &j->reports[k];
	}
	return status;
}

static enum status status_of(const struct aspm_report *r)
{
	if (r->result == ASPM_NOT_APPLICABLE)
		return r->plan.action == ASPM_ENABLE ? STATUS_NOT_TAKEN : STATUS_OK;
	switch (r->code) {
	case 0:
		return STATUS_OK;
	case -EACCES:
	case -EPERM:
		return STATUS_PERMISSION;
	case -ENODATA:
		return STATUS_PARTIAL;
	case -EIO:
	case -EBUSY:
	case -EINTR:
	case -ENODEV:
	case -ETIMEDOUT:
		return STATUS_NOT_TAKEN;
	default:
		return r->result == ASPM_UNDONE || r->result == ASPM_STUCK ? STATUS_NOT_TAKEN : STATUS_USAGE;
	}
}

/* Errors go to stderr; the worst status is the one that counts. */
static int tell_errors(const struct job *j)
{
	int worst = STATUS_OK;

	for (size_t i = 0; i < j->list.n; i++) {
		const struct aspm_report *r = &j->reports[i];
		int status = r->with ? STATUS_OK : (int)status_of(r);

		if (!r->with && r->code && r->result != ASPM_NOT_APPLICABLE)
			cmd_fail(&r->err, r->code);
		worst = status > worst ? status : worst;
	}
	return worst;
}

static int show_status(const struct job *j)
{
	for (size_t i = 0; i < j->list.n; i++)
		if (j->host && j->reports[i].model.link.applicable && j->reports[i].model.link.why_not)
			return STATUS_PARTIAL;
	return STATUS_OK;
}

/* Rules whose device is none of this machine's; not asked about one device alone. */
static void find_orphans(const struct job *j, struct aspm_rules *orphans)
{
	if (!j->host || j->device)
		return;
	aspm_persist_list(ASPM_RULES_DIR, orphans);
	for (size_t i = 0; i < j->list.n; i++) {
		const struct link *link = &j->reports[i].model.link;

		if (j->reports[i].lasting || !link->ends[1].id)
			aspm_persist_drop(orphans, ASPM_RULES_DIR, link);
	}
}

static int tell(const struct job *j)
{
	struct view view = cmd_view(j->o);
	struct aspm_rules orphans = { 0 };
	AUTO_BUF struct buf out = { 0 };
	int status;

	if (j->show)
		find_orphans(j, &orphans);
	if (!j->list.n && !orphans.n && !j->o->json)
		return cmd_none();

	if (j->o->json)
		aspm_json(j->reports, j->list.n, &orphans, &out);
	else if (j->show)
		aspm_text_show(&view, j->reports, j->list.n, &orphans, &out);
	else
		aspm_text_changes(&view, j->reports, j->list.n, &out);
	aspm_rules_free(&orphans);
	status = cmd_output(&out, STATUS_OK);
	if (status)
		return status;
	return j->show ? show_status(j) : tell_errors(j);
}

static int begin_change(int *lock)
{
	static const int waiting[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct err e = { 0 };
	sigset_t set;
	int r;

	if (geteuid()) {
		err_set(&e, EACCES, "aspm", "only root can change it");
		err_todo(&e, "run it again as root, with sudo for instance; --dry-run tells what would be written");
		return cmd_fail(&e, -EACCES);
	}
	/* They end the change in order: see struct aspm_io. */
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++)
		sigaddset(&set, waiting[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	r = aspm_lock(ASPM_RUN_DIR, LOCK_SECONDS, lock, &e);
	if (!r)
		return 0;
	cmd_fail(&e, r);
	return r == -EACCES || r == -EPERM ? STATUS_PERMISSION : STATUS_NOT_TAKEN;
}

/* The process of --for is given to systemd by a program. */
static uint64_t needs(const struct options *o, int n)
{
	uint64_t live = cmd_needs_devices(o, n);

	return live && o->for_time ? live | PRIVILEGE_CHILDREN : live;
}

static int run(const struct options *o, char **args, int n)
{
	struct job j = { .o = o };
	int lock = -1, status = read_arguments(&j, args, n);

	if (!status)
		status = cmd_chipdb(o, &j.db);
	if (!status && !j.show && !o->dry_run)
		status = begin_change(&lock);
	if (!status)
		status = read_reports(&j);
	if (!status && (j.show || o->dry_run))
		status = cmd_keep(PRIVILEGE_NONE);
	j.request.kill_after = kill_after();
	if (!status && !j.show)
		aspm_change(j.host, &j.request, j.reports, j.list.n);
	if (lock >= 0)
		close(lock);
	if (!status)
		status = tell(&j);
	free(j.reports);
	snapshots_free(&j.list);
	host_close(j.host);
	chipdb_free(j.db);
	return status;
}

const struct cmd cmd_aspm = {
	.name = "aspm",
	.args = "[show|disable|enable|restore] [DEVICE]",
	.summary = "Show, disable or restore PCIe link power saving (ASPM)",
	.accepts = "all state dry-run for persist force",
	.details = "disable, enable and restore need a DEVICE, or --all for every NIC.\n\n"
		   "disable and enable change both ends of the device's link and all its functions, read the\n"
		   "hardware back, and undo everything if it did not take. restore brings back what was before\n"
		   "the first change since boot, also after a kill in the middle of one. The kernel's own\n"
		   "switches (link/ in /sys) are used where it has them, configuration space where not.\n",
	.examples = "  nicregs aspm\n"
		    "  nicregs aspm disable eno1 --for 10m      undone after ten minutes\n"
		    "  nicregs aspm disable eno1 --persist      at every boot\n"
		    "  nicregs aspm restore eno1\n",
	.max_args = 2,
	.needs = needs,
	.run = run,
};
