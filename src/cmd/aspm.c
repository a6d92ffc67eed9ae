// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/aspm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aspm/change.h"
#include "change/deadline.h"
#include "change/told.h"
#include "cmd/cmd.h"
#include "host/privilege.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/nearest.h"
#include "util/text.h"

/* What the command line asks for. */
struct verb {
	const struct options *o;
	const char *device;
	bool bare; /* device is the only word: it may be an action mistyped */
	bool show;
	bool quiet; /* nothing but errors */
	struct aspm_request request;
	struct chipdb *db;
	struct snapshots list;
	struct aspm_session session;
};

static int wrong(const char *what, const char *why)
{
	return cmd_refuse(what, why, "nicregs aspm --help");
}

static const char *const actions[] = { "disable", "enable", "restore", "show" };
#define ALL_ACTIONS "show, disable, enable and restore"

/* False, and *e as it was, if no action is near. */
static bool did_you_mean(const char *word, struct err *e)
{
	struct nearest near;

	nearest_begin(&near, word);
	for (size_t i = 0; i < COUNT(actions); i++)
		nearest_try(&near, actions[i]);
	if (*near.found)
		err_todo(e, "did you mean '%s'?", near.found);
	return *near.found;
}

static int wrong_action(const char *word)
{
	struct err e = { 0 };

	err_set(&e, EINVAL, word, "not one of " ALL_ACTIONS);
	if (!did_you_mean(word, &e))
		err_todo(&e, "nicregs aspm --help");
	return cmd_fail(&e, -EINVAL);
}

/* Without a word for it, not every NIC of a machine is changed. A plan may be of all. */
static int check_scope(const struct verb *v)
{
	const char *action = aspm_action_name(v->request.wish.action);
	struct err e = { 0 };

	if (v->device && v->o->all)
		return wrong("--all", "it contradicts a DEVICE");
	if (v->show || v->device || v->o->all || v->o->dry_run)
		return 0;
	err_set(&e, EINVAL, "aspm", "%s would change every NIC: a DEVICE is needed, or --all", action);
	err_todo(&e, "nicregs aspm %s eno1, for instance; nicregs list shows the devices", action);
	return cmd_fail(&e, -EINVAL);
}

static int check_options(const struct verb *v)
{
	const struct options *o = v->o;
	bool file = o->n_from || o->demo;

	if (v->show && (o->all || o->state || o->dry_run || o->for_time || o->persist || o->force)) {
		struct err near;

		if (v->bare && did_you_mean(v->device, &near))
			return wrong_action(v->device);
		return wrong(
			"aspm show",
			"--all, --state, --dry-run, --for, --persist and --force are for disable, enable and restore");
	}
	if (v->show)
		return 0;
	if (file && !o->dry_run)
		return wrong(o->demo ? "--demo" : "--from",
			     "cannot change ASPM in a recording; use --dry-run to see the plan");
	if (v->request.wish.action == ASPM_RESTORE && (o->state || o->for_time || o->force))
		return wrong("aspm restore", "it takes no --state, --for or --force: it brings back everything");
	if (v->request.wish.action == ASPM_RESTORE && file)
		return wrong("aspm restore", "the state to restore is known only on the machine itself");
	if (v->request.wish.action == ASPM_ENABLE && o->persist)
		return wrong("--persist", "only disable can be made to last; restore --persist ends it");
	if (o->persist && o->for_time)
		return wrong("--for", "it contradicts --persist");
	return check_scope(v);
}

static int read_arguments(struct verb *v, char **args, int n)
{
	const struct options *o = v->o;
	struct err e = { 0 };
	size_t found = COUNT(actions);
	int r;

	for (size_t i = 0; n && i < COUNT(actions); i++)
		if (!strcmp(args[0], actions[i]))
			found = i;
	v->bare = n == 1 && found == COUNT(actions);
	if (n == 2 && found == COUNT(actions))
		return wrong_action(args[0]);
	v->show = found > ASPM_RESTORE;
	v->device = v->bare ? args[0] : n == 2 ? args[1] : NULL;
	v->request.wish.action = v->show ? ASPM_DISABLE : (enum aspm_action)found;
	r = link_states_parse(o->state, &v->request.wish.states, &e);
	if (!r && o->for_time)
		r = change_deadline_parse(o->for_time, &v->request.seconds, &e);
	if (r)
		return cmd_fail(&e, r);
	v->request.wish.named = o->state;
	v->request.wish.force = o->force;
	v->request.dry = o->dry_run;
	v->request.persist = o->persist;
	return check_options(v);
}

/* Says besides that a word that is no device is no action either. */
static void no_such_word(const char *word, struct err *e)
{
	const struct err was = *e;

	err_set(e, ENODEV, word, "%.200s, and not one of " ALL_ACTIONS, was.why);
	if (!did_you_mean(word, e))
		err_todo(e, "%s", was.todo);
}

/* Files that are named one by one stay apart. */
static bool is_last(const struct options *o, const struct snapshots *list, size_t i)
{
	const struct snapshot *s = list->v[i];
	struct snapshots like = samples_like(list, s);
	const struct snapshot *last = s;

	for (size_t k = 0; k < like.n; k++)
		if (o->n_from < 2 || (like.v[k]->file && s->file && !strcmp(like.v[k]->file, s->file)))
			last = like.v[k];
	free(like.v);
	return last == s;
}

/* ASPM is a matter of now: of a recording, its last sample. */
static void keep_last(const struct options *o, struct snapshots *list)
{
	AUTO_FREE bool *keep = xcalloc(list->n + 1, sizeof(*keep));
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		keep[i] = is_last(o, list, i);
	for (size_t i = 0; i < list->n; i++) {
		if (keep[i])
			list->v[n++] = list->v[i];
		else
			snapshot_free(list->v[i]);
	}
	list->n = n;
}

static int read_reports(struct verb *v)
{
	struct source_options so = cmd_source_options(v->o, v->device);
	struct err e = { 0 };
	int r;

	so.link_only = true;
	r = cmd_read_sources(v->o, v->db, &so, &v->list, &e);
	if (r == -ENODEV && v->bare)
		no_such_word(v->device, &e);
	if (!r)
		keep_last(v->o, &v->list);
	if (!r)
		r = aspm_read(&v->session, v->db, &v->list, !v->o->n_from && !v->o->demo, &e);
	return r ? cmd_fail(&e, r) : 0;
}

static int status_of(const struct aspm_report *r)
{
	if (r->result == ASPM_NOT_APPLICABLE)
		return r->plan.action == ASPM_ENABLE ? STATUS_NOT_TAKEN : STATUS_OK;
	if (r->code == -ENODATA)
		return STATUS_PARTIAL;
	return cmd_change_status(r->code, r->result == ASPM_UNDONE || r->result == ASPM_STUCK);
}

/* Errors go to stderr; the worst status is the one that counts. */
static int tell_errors(const struct verb *v)
{
	int worst = v->list.partial ? STATUS_PARTIAL : STATUS_OK;

	for (size_t i = 0; i < v->list.n; i++) {
		const struct aspm_report *r = &v->session.reports[i];
		int status = r->with ? STATUS_OK : status_of(r);

		if (!r->with && r->code && r->result != ASPM_NOT_APPLICABLE)
			cmd_fail(&r->err, r->code);
		worst = status > worst ? status : worst;
	}
	return worst;
}

static int show_status(const struct verb *v)
{
	for (size_t i = 0; i < v->list.n; i++)
		if (v->session.host && v->session.reports[i].model.link.applicable &&
		    v->session.reports[i].model.link.why_not)
			return STATUS_PARTIAL;
	return v->list.partial ? STATUS_PARTIAL : STATUS_OK;
}

/* Rules whose device is none of this machine's; not asked about one device alone. */
static void find_orphans(const struct verb *v, struct aspm_rules *orphans)
{
	if (!v->session.host || v->device)
		return;
	aspm_persist_list(ASPM_RULES_DIR, orphans);
	for (size_t i = 0; i < v->list.n; i++) {
		const struct link *link = &v->session.reports[i].model.link;

		if (v->session.reports[i].lasting || !link->ends[1].id)
			aspm_persist_drop(orphans, ASPM_RULES_DIR, link);
	}
}

static int tell(const struct verb *v)
{
	struct view view = cmd_view(v->o);
	struct aspm_rules orphans = { 0 };
	AUTO_BUF struct buf out = { 0 };
	int status;

	if (v->show)
		find_orphans(v, &orphans);
	if (!v->list.n && !orphans.n && !v->o->json)
		return cmd_none();

	if (v->o->json)
		aspm_json(v->session.reports, v->list.n, &orphans, &out);
	else if (v->show)
		aspm_text_show(&view, v->session.reports, v->list.n, &orphans, &out);
	else
		aspm_text_changes(&view, v->session.reports, v->list.n, &out);
	aspm_rules_free(&orphans);
	status = cmd_output(&out, STATUS_OK);
	if (status)
		return status;
	return v->show ? show_status(v) : tell_errors(v);
}

static int begin(struct verb *v)
{
	bool writes = !v->show && !v->request.dry;
	struct err e = { 0 };
	int r;

	if (writes)
		change_hold_signals();
	r = aspm_begin(&v->session, writes, &e);
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

static int carry_out(struct verb *v)
{
	int status = cmd_chipdb(v->o, &v->db);

	if (!status)
		status = begin(v);
	if (!status)
		status = read_reports(v);
	if (!status && (v->show || v->o->dry_run))
		status = cmd_keep(PRIVILEGE_NONE);
	v->request.kill_after = cmd_kill_after();
	if (!status && !v->show)
		aspm_change(&v->session, &v->request);
	if (!status)
		status = v->quiet ? tell_errors(v) : tell(v);
	aspm_end(&v->session);
	snapshots_free(&v->list);
	chipdb_free(v->db);
	return status;
}

int cmd_aspm_change(const struct options *o, const char *device, const struct aspm_request *request, bool quiet)
{
	struct verb v = { .o = o, .device = device, .request = *request, .session.lock = -1, .quiet = quiet };

	return carry_out(&v);
}

static int run(const struct options *o, char **args, int n)
{
	struct verb v = { .o = o, .session.lock = -1 };
	int status = read_arguments(&v, args, n);

	return status ? status : carry_out(&v);
}

const struct cmd cmd_aspm = {
	.name = "aspm",
	.args = "[show|disable|enable|restore] [DEVICE]",
	.summary = "Show, disable or restore PCIe link power saving (ASPM)",
	.accepts = "all state dry-run for persist force",
	.details = "disable, enable and restore need a DEVICE, or --all for every NIC.\n\n"
		   "disable and enable change both ends of the device's link and all its functions, read the\n"
		   "hardware back, and undo everything if it did not take. restore brings back the state before\n"
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
