// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/fix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "change/deadline.h"
#include "change/lock.h"
#include "change/told.h"
#include "cmd/logs.h"
#include "cmd/wishes.h"
#include "host/host.h"
#include "host/privilege.h"
#include "util/alloc.h"

#define WORDS_MOST 128

enum action { LIST, CHANGE, RESTORE, REAPPLY };

struct verb {
	const struct options *o;
	enum action action;
	const char *device;
	char **words; /* remedies and settings */
	int n_words;
	struct change_request request;
	struct buf what; /* the words */
	struct chipdb *db;
	struct snapshots list;
	struct logs logs;
	struct change_report *reports; /* one for each device of the list */
	struct wishes *wishes;         /* likewise */
	int lock;
};

/* Arguments. */

static int wrong(const char *what, const char *why)
{
	return cmd_refuse(what, why, "nicregs fix --help");
}

/* A remedy's name, or a setting's, where the DEVICE belongs. */
static bool is_no_device(const struct verb *v)
{
	return v->device && (change_is_setting(v->device) || diagnose_has_fix(v->device));
}

static int no_device_named(const struct verb *v)
{
	bool setting = change_is_setting(v->device);
	struct err e = { 0 };

	err_set(&e, EINVAL, v->device, "it is a %s: a DEVICE stands before it", setting ? "setting" : "remedy");
	err_todo(&e, "nicregs fix eno1 %s%s, for instance; nicregs list shows the devices", v->device,
		 setting ? "=VALUE" : "");
	return cmd_fail(&e, -EINVAL);
}

/* From a recording, what would be set is listed. */
static int no_machine(const struct verb *v)
{
	return cmd_refuse(
		v->o->demo ? "--demo" : "--from", "settings can be changed on the machine itself only",
		v->o->demo ? "nicregs --demo fix lists the remedies and what they set; --dry-run shows a plan on the "
			     "machine"
			   : "nicregs fix --from FILE lists the remedies and what they set; --dry-run shows a plan on "
			     "the machine");
}

static int check_options(const struct verb *v)
{
	const struct options *o = v->o;
	bool file = o->n_from || o->demo;

	if (v->action == LIST && (o->dry_run || o->for_time || o->persist))
		return is_no_device(v)
			       ? no_device_named(v)
			       : wrong("fix",
				       "--dry-run, --for and --persist are for a change: name a remedy, or SETTING=VALUE");
	if (v->action == LIST)
		return 0;
	if (file)
		return no_machine(v);
	if (v->action >= RESTORE && (o->for_time || o->interval || o->count))
		return wrong("fix restore", "it takes no option but --dry-run and --persist");
	if (v->action == REAPPLY && (o->dry_run || o->persist))
		return wrong("fix reapply", "it takes no option");
	if (o->persist && o->for_time)
		return wrong("--for", "it contradicts --persist");
	return 0;
}

/* "fix ens4 restore". */
static int wrong_order(const struct verb *v)
{
	struct err e = { 0 };

	err_set(&e, EINVAL, v->words[0], "it stands before the DEVICE");
	err_todo(&e, "nicregs fix %s %s", v->words[0], v->device);
	return cmd_fail(&e, -EINVAL);
}

static int read_arguments(struct verb *v, char **args, int n)
{
	struct err e = { 0 };
	int r;

	if (n && !strcmp(args[0], "restore"))
		v->action = RESTORE;
	else if (n && !strcmp(args[0], "reapply"))
		v->action = REAPPLY;
	if (v->action != LIST)
		args++, n--;
	if (n && strchr(args[0], '='))
		return wrong(args[0], "a DEVICE stands before the settings");
	v->device = n ? args[0] : NULL;
	v->words = args + 1;
	v->n_words = n > 1 ? n - 1 : 0;
	if (v->action != LIST && v->n_words)
		return wrong(v->words[0], "restore and reapply take one DEVICE, and all that is on record of it");
	if (v->n_words && (!strcmp(v->words[0], "restore") || !strcmp(v->words[0], "reapply")))
		return wrong_order(v);
	if (v->n_words)
		v->action = CHANGE;
	for (int i = 0; i < v->n_words; i++)
		buf_printf(&v->what, "%s%s", i ? " " : "", v->words[i]);
	v->request = (struct change_request){ .what = buf_str(&v->what),
					      .dry = v->o->dry_run,
					      .persist = v->o->persist,
					      .kill_after = cmd_kill_after() };
	r = v->o->for_time ? change_deadline_parse(v->o->for_time, &v->request.seconds, &e) : 0;
	return r ? cmd_fail(&e, r) : check_options(v);
}

/* Reading. */

static const struct diagnosis *diagnosis_of(const struct verb *v, size_t i)
{
	const struct pci_function *self = snapshot_self(v->list.v[i]);
	char addr[PCI_ADDR_MAX];

	for (size_t k = 0; self && k < v->logs.diagnoses.n; k++)
		if (v->logs.diagnoses.v[k].address &&
		    !strcmp(v->logs.diagnoses.v[k].address, pci_addr_str(&self->addr, addr)))
			return &v->logs.diagnoses.v[k];
	return NULL;
}

static int judge(struct verb *v, bool live)
{
	const struct diagnose_input input = {
		.db = v->db,
		.samples = &v->list,
		.klog = v->logs.klog,
		.logbook = v->logs.book,
		.watched_now = live,
		.only_sampled = true,
		.with_fixes = true,
	};
	struct err e = { 0 };
	int r = diagnose(&input, &v->logs.diagnoses, &e);

	return r ? cmd_fail(&e, r) : 0;
}

/* A word that is no device may be a remedy or a setting, with the DEVICE left out. */
static int no_device(const struct verb *v, struct err *e, int r)
{
	return r != -ENODEV || v->action >= RESTORE || !is_no_device(v) ? cmd_fail(e, r) : no_device_named(v);
}

/* A change needs no register. */
static int read_devices(struct verb *v)
{
	struct source_options so = cmd_source_options(v->o, v->device);
	struct err none = { 0 };
	int status;

	so.no_regs = true;
	status = cmd_read_sources(v->o, v->db, &so, &v->list, &none);
	status = status ? no_device(v, &none, status) : judge(v, true);
	v->reports = xcalloc(v->list.n + 1, sizeof(*v->reports));
	v->wishes = xcalloc(v->list.n + 1, sizeof(*v->wishes));
	for (size_t i = 0; i < v->list.n && !status && v->action == CHANGE; i++) {
		const struct diagnosis *d = diagnosis_of(v, i);
		struct err e = { 0 };

		if (!d || wishes_read(&v->wishes[i], v->words, v->n_words, d, &e))
			status = cmd_fail(&e, -EINVAL);
	}
	return status;
}

/* The change. */

static int begin(struct verb *v)
{
	struct err e = { 0 };
	int r;

	if (v->o->dry_run)
		return 0;
	change_hold_signals();
	r = change_begin("fix", &v->lock, &e);
	if (!r)
		return 0;
	cmd_fail(&e, r);
	return r == -EACCES || r == -EPERM ? STATUS_PERMISSION : STATUS_NOT_TAKEN;
}

static int status_of(const struct change_report *r)
{
	return cmd_change_status(r->code, r->result == CHANGE_UNDONE || r->result == CHANGE_STUCK);
}

/* Errors go to stderr; the worst status is the one that counts. */
static int tell(const struct verb *v)
{
	struct view view = cmd_view(v->o);
	AUTO_BUF struct buf out = { 0 };
	int worst;

	if (v->o->json)
		fix_json_changes(v->reports, v->list.n, &out);
	else
		fix_text_changes(&view, v->reports, v->list.n, &out);
	worst = cmd_output(&out, STATUS_OK);
	for (size_t i = 0; i < v->list.n && !worst; i++) {
		const struct change_report *r = &v->reports[i];

		if (r->code)
			cmd_fail(&r->err, r->code);
		worst = status_of(r) > worst ? status_of(r) : worst;
	}
	return worst;
}

/* One of the link, by way of aspm/, which takes the lock itself. */
static int change_link(const struct verb *v, const struct wishes *w)
{
	const struct aspm_request request = {
		.wish = { w->aspm_off ? ASPM_DISABLE : ASPM_ENABLE, w->states, w->named, false },
		.dry = v->o->dry_run,
		.persist = v->o->persist,
		.seconds = v->request.seconds,
	};

	if (v->o->persist && !w->aspm_off)
		return wrong("--persist", "of aspm only off can be made to last");
	return cmd_aspm_change(v->o, v->device, &request, false);
}

/* Only where something is on record: the link's power states are another record. */
static int restore_link(const struct verb *v, const struct change_report *r)
{
	const struct aspm_request request = { .wish = { ASPM_RESTORE, LINK_ASPM, false, false },
					      .dry = v->o->dry_run,
					      .persist = v->o->persist };
	struct aspm_journal j;
	struct pci_addr port;
	char addr[PCI_ADDR_MAX];

	if (!host_partner(&r->addr, &port) || aspm_journal_load(CHANGE_RUN_DIR, &port, &j, NULL))
		return 0;
	return cmd_aspm_change(v->o, pci_addr_str(&r->addr, addr), &request, v->o->json);
}

static int restore_links(struct verb *v)
{
	int status = 0;

	if (v->lock >= 0)
		cleanup_fd(&v->lock);
	v->lock = -1;
	for (size_t i = 0; i < v->list.n && !status; i++)
		status = restore_link(v, &v->reports[i]);
	return status;
}

static int change(struct verb *v)
{
	int status = read_devices(v);

	if (!status && !v->list.n)
		return v->o->json ? tell(v) : cmd_none();
	if (!status && v->action == CHANGE && v->wishes[0].aspm)
		return change_link(v, &v->wishes[0]);
	if (!status)
		status = begin(v);
	for (size_t i = 0; i < v->list.n && !status; i++) {
		change_look(v->list.v[i], &v->reports[i]);
		v->request.wishes = v->wishes[i].v;
		v->request.n = v->wishes[i].n;
		if (v->action == RESTORE)
			change_restore(&v->reports[i], &v->request);
		else
			change_device(&v->reports[i], &v->request);
	}
	if (!status)
		status = tell(v);
	if (!status && v->action == RESTORE)
		status = restore_links(v);
	return status;
}

/* For udev: of one address, or of all that is kept. What is not there is not to be set. */
static int reapply(struct verb *v)
{
	struct change_keeps keeps;
	struct pci_addr addr;
	struct err e = { 0 };
	int status = 0, r = change_keeps_load(CHANGE_KEEP_FILE, &keeps, &e);

	if (r)
		return cmd_fail(&e, r);
	if (v->device && !pci_addr_parse(v->device, &addr))
		status = wrong(v->device, "reapply takes a PCI address");
	if (!status)
		status = begin(v);
	for (size_t i = 0; i < keeps.n && !status; i++) {
		if (v->device && !pci_addr_equal(&addr, &keeps.v[i].addr))
			continue;
		e = (struct err){ 0 };
		if (change_reapply(&keeps.v[i].addr, &e)) {
			cmd_fail(&e, -EIO);
			status = STATUS_NOT_TAKEN;
		}
	}
	change_keeps_free(&keeps);
	return status;
}

/* The list. */

struct unlisted {
	struct view view;
	struct buf *out;
};

static int say_unlisted(const struct snapshot *last, const struct snapshots *like, void *arg)
{
	const struct unlisted *u = arg;

	(void)like;
	if (!snapshot_self(last))
		fix_text_no_address(&u->view, last, u->out);
	return 0;
}

static int print_list(struct verb *v, struct aspm_session *session, bool live)
{
	struct fix_list *lists = xcalloc(v->list.n + 1, sizeof(*lists));
	AUTO_BUF struct buf out = { 0 };
	struct unlisted unlisted = { cmd_view(v->o), &out };
	size_t n = 0;

	for (size_t i = 0; i < v->list.n; i++) {
		struct fix_list *list = &lists[n];
		bool seen = false;

		list->d = diagnosis_of(v, i);
		for (size_t k = 0; k < n; k++)
			seen |= lists[k].d == list->d;
		if (!list->d || seen)
			continue;
		if (live)
			change_look(v->list.v[i], &v->reports[i]);
		list->report = live ? &v->reports[i] : NULL;
		wishes_rows(list, &v->reports[i], session, i);
		n++;
	}
	if (v->o->json)
		fix_json_list(lists, n, &out);
	else
		fix_text_list(&unlisted.view, lists, n, &out);
	if (!v->o->json)
		samples_each(&v->list, say_unlisted, &unlisted);
	for (size_t i = 0; i < n; i++)
		fix_list_free(&lists[i]);
	free(lists);
	return cmd_page(v->o, &out, v->list.partial ? STATUS_PARTIAL : STATUS_OK);
}

static int list(struct verb *v)
{
	struct source_options so = cmd_source_options(v->o, v->device);
	struct aspm_session session = { .lock = -1 };
	bool live = !v->o->n_from && !v->o->demo;
	struct sampling plan;
	struct err e = { 0 };
	int status = cmd_sampling(v->o, &plan);

	so.series = true;
	if (!status) {
		int r = live ? cmd_read_samples(v->db, &so, &plan, &v->list, NULL, &e)
			     : cmd_read_sources(v->o, v->db, &so, &v->list, &e);

		status = r ? no_device(v, &e, r) : 0;
	}
	if (!status && !v->list.n && !v->o->json)
		return cmd_none();
	v->reports = xcalloc(v->list.n + 1, sizeof(*v->reports));
	if (!status && live) {
		aspm_read(&session, v->db, &v->list, true, NULL);
		if (logs_read(&v->logs, NULL, NULL, &e))
			logs_free(&v->logs);
	}
	if (!status)
		status = judge(v, live);
	if (!status)
		status = print_list(v, &session, live);
	aspm_end(&session);
	return status;
}

static void end(struct verb *v)
{
	for (size_t i = 0; v->reports && i < v->list.n; i++)
		change_look_end(&v->reports[i]);
	free(v->reports);
	free(v->wishes);
	if (v->lock >= 0)
		cleanup_fd(&v->lock);
	logs_free(&v->logs);
	snapshots_free(&v->list);
	chipdb_free(v->db);
	buf_free(&v->what);
}

static int run(const struct options *o, char **args, int n)
{
	struct verb v = { .o = o, .lock = -1 };
	int status = read_arguments(&v, args, n);

	if (!status && v.action != REAPPLY)
		status = cmd_chipdb(o, &v.db);
	if (!status)
		status = v.action == LIST ? list(&v) : v.action == REAPPLY ? reapply(&v) : change(&v);
	end(&v);
	return status;
}

/* The process of --for is given to systemd by a program. */
static uint64_t needs(const struct options *o, int n)
{
	uint64_t live = cmd_needs_devices(o, n);

	return live && o->for_time ? live | PRIVILEGE_CHILDREN : live;
}

const struct cmd cmd_fix = {
	.name = "fix",
	.args = "[DEVICE] [REMEDY|SETTING=VALUE]... | fix restore [DEVICE]",
	.summary = "List the remedies that set something, or apply one",
	.accepts = "dry-run for persist interval count",
	.helps = (const struct option_help[]){ { "persist", NULL,
						 "set it at every boot, before the interface comes up" },
					       { NULL, NULL, NULL } },
	.details = "Without a REMEDY it lists those for this part: what they would set, what is so already,\n"
		   "which finding asks for it, and the command. With one, or with settings by name, it plans,\n"
		   "refuses what cannot be before anything is written, sets, reads back, and undoes everything\n"
		   "if it did not take. fix restore brings back the values before the first change since boot,\n"
		   "also after a kill in the middle of one. The beginning of a REMEDY's name will do.\n",
	.examples = "  nicregs fix eno1\n"
		    "  nicregs fix eno1 offloads-off --dry-run\n"
		    "  nicregs fix eno1 offloads-off --for 10m     undone after ten minutes\n"
		    "  nicregs fix eno1 offloads-off --persist     at every boot\n"
		    "  nicregs fix eno1 ring-tx=max eee=off\n"
		    "  nicregs fix restore eno1\n",
	.more = fix_settings_help,
	.max_args = WORDS_MOST,
	.needs = needs,
	.run = run,
};
