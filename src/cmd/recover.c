// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/recover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change/lock.h"
#include "change/told.h"
#include "cmd/cmd.h"
#include "diagnose/diagnose.h"
#include "host/network.h"
#include "host/privilege.h"
#include "recover/against.h"
#include "recover/left.h"
#include "recover/live.h"
#include "recover/report.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"
#include "view/style.h"
#include "watch/about.h"
#include "watch/store.h"

#define INTERVAL_NS (600 * CLOCK_MS) /* three samples: more than the second that it takes to be sure */
#define WAITED_NS (CLOCK_MS * 200)   /* for the lock: what was seen before is old */

/* One recovery from its command line to its end. */
struct job {
	const struct options *o;
	struct chipdb *db;
	struct snapshots samples;
	struct diagnoses judged;
	struct recover_live *live;
	struct recover_live_options live_options;
	struct recover_plan plan;
	struct recover_limits limits;
	struct recover_report report;
	struct recover_against against;
	struct buf place, missing;
	struct incident_store store;
	struct incident incident;
	struct recover_story story;
	struct about about;
	unsigned steps;
	int lock;
};

static int read_options(struct job *j)
{
	const struct options *o = j->o;
	uint64_t tries = 0, keep = INCIDENTS_KEPT;
	struct err e = { 0 };

	if (o->n_from || o->demo)
		return cmd_refuse(
			o->demo ? "--demo" : "--from", "a recording cannot be recovered, only a device of this machine",
			"nicregs diagnose reads a recording, and says what helps; on the machine, nicregs recover "
			"DEVICE --dry-run shows the steps");
	if (recover_steps_parse(o->steps, &j->steps, &e))
		return cmd_fail(&e, -EINVAL);
	if (o->tries && (!text_u64(o->tries, &tries) || !tries || tries > RECOVER_TRIES_MOST))
		return cmd_bad_value("--tries", o->tries, "a number from 1 to 16");
	if (o->keep && (!text_u64(o->keep, &keep) || !keep || keep > 10000))
		return cmd_bad_value("--keep", o->keep, "a number from 1 to 10000");
	j->limits = (struct recover_limits){ .tries = (unsigned)tries, .hold_ns = RECOVER_HOLD_NS };
	j->store = (struct incident_store){
		.dir = o->dir ? o->dir : INCIDENTS_DIR,
		.keep = (size_t)keep,
		.most_bytes = INCIDENTS_BYTES,
	};
	return 0;
}

/* A chip's name may mean several devices. */
static int one_device(const struct job *j, const char *device)
{
	AUTO_BUF struct buf why = { 0 };

	if (j->judged.n == 1)
		return 0;
	buf_printf(&why, "it means %zu devices:", j->judged.n);
	for (size_t i = 0; i < j->judged.n; i++)
		buf_printf(&why, " %s", j->judged.v[i].address);
	return cmd_refuse(device, buf_str(&why), "name one of them");
}

static int look(struct job *j, const char *device)
{
	const struct source_options so = cmd_source_options(j->o, device);
	const struct sampling three = { INTERVAL_NS, 3 };
	const struct diagnose_input input = { .db = NULL, .samples = &j->samples, .watched_now = true };
	struct diagnose_input with = input;
	struct err e = { 0 };
	int r = j->o->dry_run ? 0 : recover_live_find(device, &e), status;

	with.db = j->db;
	if (r)
		return cmd_fail(&e, r);
	status = cmd_samples(j->db, &so, &three, &j->samples, NULL);
	if (status)
		return status;
	r = diagnose(&with, &j->judged, &e);
	return r ? cmd_fail(&e, r) : one_device(j, device);
}

/* Who has it for a guest or for DPDK decides about it. */
static int check_owner(const struct recover_port *p)
{
	struct err e = { 0 };

	if (!*p->driver || !strcmp(p->driver, p->own_driver) || *p->netdev)
		return 0;
	err_set(&e, EBUSY, p->driver, "this driver holds the device, for a virtual machine or a program");
	err_todo(&e, "recover it there, or give it back to %s first",
		 *p->own_driver ? p->own_driver : "its own driver");
	return cmd_fail(&e, -EBUSY);
}

static int open_live(struct job *j)
{
	struct err e = { 0 };
	int r;

	j->live_options.db = j->db;
	j->live_options.address = j->judged.v[0].address;
	j->live_options.rung = j->o->rung;
	r = recover_live_open(&j->live, &j->live_options, &e);
	return r ? cmd_fail(&e, r) : check_owner(recover_live_port(j->live));
}

static void find_against(struct job *j)
{
	struct recover_story *s = &j->story;

	recover_against_find(&j->plan, &j->against);
	s->against = j->against.v;
	s->n_against = j->against.n;
	s->notes = j->against.notes;
	s->n_notes = j->against.n_notes;
}

static void tell_left(struct job *j)
{
	const struct recover_left *left = recover_live_left(j->live);

	j->story.left = left ? left->record.what : NULL;
	j->story.left_by = left ? left->record.who : NULL;
}

/* A verdict by queues at rest says nothing of a transmitter that is switched off: that shows with the next frame. */
static bool in_trouble(const struct diagnosis *d)
{
	bool fault = verdict_is_bad(d->verdict) && !d->recovered;

	for (size_t i = 0; i < d->n_findings && !fault; i++)
		for (size_t k = 0; k < d->findings[i].n_remedies; k++)
			fault |= d->findings[i].severity == SEVERITY_FAULT && d->findings[i].remedies[k].recovers;
	return fault;
}

static void tell_story(struct job *j)
{
	const struct diagnosis *d = &j->judged.v[0];
	struct recover_story *s = &j->story;

	s->title = d->title;
	s->address = d->address;
	s->netdev = d->netdev;
	s->word = d->word;
	s->verdict = verdict_name(d->verdict);
	s->reason = d->reason;
	s->trouble = in_trouble(d);
	s->unknown = d->verdict == VERDICT_UNKNOWN;
	s->forced = j->o->dry_run && j->o->force;
	s->tries = j->limits.tries;
	s->plan = &j->plan;
	find_against(j);
	tell_left(j);
	if (recover_live_network(j->live))
		network_commands(recover_live_network(j->live), &j->place);
	s->place = buf_str(&j->place);
}

static void plan(struct job *j)
{
	const struct recover_io io = recover_live_io(j->live);
	struct recover_look now = { 0 };

	io.look(io.arg, false, &now);
	recover_plan_make(recover_live_port(j->live), &now, j->steps, &j->plan);
	tell_story(j);
}

/* A port that may be healthy is left alone; of one that could not be judged nobody knows. */
static int no_trouble(const struct job *j)
{
	const struct recover_story *s = &j->story;
	const struct view v = cmd_view(j->o);
	AUTO_BUF struct buf out = { 0 };

	if (j->o->json) {
		recover_story_json(s, &out);
	} else {
		AUTO_FREE char *verdict = xasprintf("%s: %s: %s", s->title, s->verdict, s->reason);

		style_paragraph(&v, 0, STYLE_PLAIN, verdict, &out);
		recover_text_nothing(&v, s, 0, &out);
	}
	return cmd_output(&out, s->unknown ? STATUS_PARTIAL : STATUS_OK);
}

static int refuse(const struct job *j)
{
	AUTO_BUF struct buf why = { 0 };
	struct err e = { 0 };

	recover_against_say(&j->against, &why);
	err_set(&e, EPERM, j->story.word, "%s", buf_str(&why));
	err_todo(&e, "--yes does it anyway, --dry-run shows the steps");
	cmd_fail(&e, -EINVAL);
	return STATUS_USAGE;
}

static const char *kind_of(enum verdict verdict)
{
	return verdict == VERDICT_DEAD   ? "lost"
	       : verdict == VERDICT_HUNG ? "hang"
	       : verdict_is_bad(verdict) ? "stalled"
					 : "recover";
}

/* Before anything is touched. That it cannot be kept is said, and stops nobody who is in need. */
static void save(struct job *j)
{
	const struct diagnosis *d = &j->judged.v[0];
	const struct evidence evidence = { j->db, &j->samples, j->story.place, j->o->no_redact };
	struct err e = { 0 };

	j->about = (struct about){
		.kind = kind_of(d->verdict),
		.address = d->address,
		.netdev = d->netdev,
		.confirmed = verdict_is_bad(d->verdict),
		.taken = clock_ns(CLOCK_REALTIME),
		.signs = 1,
	};
	if (evidence_save(&j->store, &j->about, &evidence, &j->incident, &e))
		cmd_fail(&e, -EIO);
	j->story.incident = j->incident.path;
}

static void save_outcome(struct job *j)
{
	AUTO_BUF struct buf text = { 0 };

	j->about.recovery = &j->report;
	about_json(&j->about, &text);
	if (j->incident.path)
		incident_put(&j->incident, INCIDENT_ABOUT, buf_str(&text), text.len, NULL);
	incident_end(&j->incident);
}

static void tell(const char *line, void *arg)
{
	const struct job *j = arg;
	AUTO_BUF struct buf out = { 0 };

	if (j->o->json)
		return;
	buf_puts(&out, "  ");
	text_escape(&out, line, strlen(line));
	buf_putc(&out, '\n');
	cmd_output(&out, STATUS_OK);
}

static int outcome_status(const struct job *j)
{
	if (j->report.end != RECOVER_WORKS)
		return STATUS_HUNG;
	return *j->report.back.what || j->report.queues == RECOVER_QUEUES_UNKNOWN ? STATUS_PARTIAL : STATUS_OK;
}

static int end(struct job *j, char *incident)
{
	const struct view v = cmd_view(j->o);
	AUTO_BUF struct buf out = { 0 };

	if (j->report.anew && recover_live_network(j->live))
		network_missing(recover_live_network(j->live), &j->missing);
	recover_live_end(j->live);
	j->story.incident = incident;
	j->story.report = &j->report;
	j->story.missing = buf_str(&j->missing);
	if (j->o->json)
		recover_story_json(&j->story, &out);
	else
		recover_text_end(&v, &j->story, &out);
	return cmd_output(&out, outcome_status(j));
}

static int climb(struct job *j)
{
	const struct view v = cmd_view(j->o);
	const struct recover_io io = recover_live_io(j->live);
	AUTO_FREE char *incident = NULL;
	AUTO_BUF struct buf out = { 0 };

	save(j);
	incident = j->incident.path ? xstrdup(j->incident.path) : NULL;
	if (!j->o->json)
		recover_text_begin(&v, &j->story, &out);
	cmd_output(&out, STATUS_OK);
	recover_climb(&io, &j->plan, &j->limits, &j->report);
	save_outcome(j);
	return end(j, incident);
}

static int begin(struct job *j)
{
	int64_t asked = clock_ns(CLOCK_MONOTONIC);
	struct err e = { 0 };
	int r = change_begin("recover", &j->lock, &e);

	if (!r && clock_ns(CLOCK_MONOTONIC) - asked > WAITED_NS) {
		r = err_set(&e, EBUSY, j->judged.v[0].address,
			    "another command was changing a device meanwhile, and this one may work again");
		err_todo(&e, "nothing was done; run it again");
	}
	return r ? cmd_fail(&e, r) : 0;
}

/* An earlier recovery was killed, and its device is there again: all that it had is put back. False: that takes steps. */
static bool finish(struct job *j, int *status)
{
	const struct recover_io io = recover_live_io(j->live);
	const struct view v = cmd_view(j->o);
	AUTO_BUF struct buf out = { 0 };

	*status = begin(j);
	if (*status)
		return true;
	if (recover_finish(&io, recover_live_port(j->live), &j->report))
		return false;
	if (!j->o->json)
		recover_text_begin(&v, &j->story, &out);
	cmd_output(&out, STATUS_OK);
	*status = end(j, NULL);
	return true;
}

static int show_plan(const struct job *j)
{
	const struct view v = cmd_view(j->o);
	AUTO_BUF struct buf out = { 0 };

	if (j->o->json)
		recover_story_json(&j->story, &out);
	else
		recover_text_plan(&v, &j->story, &out);
	return cmd_output(&out, STATUS_OK);
}

static int go(struct job *j)
{
	int status;

	plan(j);
	if (j->o->dry_run)
		return show_plan(j);
	if (j->story.left && finish(j, &status))
		return status;
	if (!j->story.left && !j->story.trouble && !j->o->force)
		return no_trouble(j);
	if (j->story.n_against && !j->o->yes)
		return refuse(j);
	status = j->lock < 0 ? begin(j) : 0;
	return status ? status : climb(j);
}

/* Frames of its own, beside what reading takes; and the folder of incidents may be another user's. */
static uint64_t needs(const struct options *o, int n)
{
	return cmd_needs_devices(o, n) | PRIVILEGE(CAP_NET_RAW) | PRIVILEGE(CAP_SYS_PTRACE) | PRIVILEGE_READ |
	       (o->dir ? PRIVILEGE_WRITE : PRIVILEGE_NONE);
}

static int run(const struct options *o, char **args, int n)
{
	struct job j = { .o = o,
			 .lock = -1,
			 .live_options = { .tell = tell, .arg = &j, .kill_after = cmd_kill_after() } };
	int status = read_options(&j);

	(void)n;
	if (!status)
		status = cmd_chipdb(o, &j.db);
	if (!status && !o->dry_run)
		change_hold_signals();
	if (!status)
		status = look(&j, args[0]);
	if (!status)
		status = open_live(&j);
	if (!status)
		status = go(&j);
	if (j.lock >= 0)
		close(j.lock);
	recover_live_close(j.live);
	diagnoses_free(&j.judged);
	snapshots_free(&j.samples);
	buf_free(&j.place);
	buf_free(&j.missing);
	chipdb_free(j.db);
	return status;
}

/* The steps, and what the exit status says. */
static void explain(const struct view *v, struct buf *out)
{
	static const char *const rows[][2] = {
		{ "restart",
		  "the driver's own re-initialization (ethtool -r): addresses, routes, VLANs, bond and bridge stay; "
		  "not for i40e and ice, which only negotiate the link anew" },
		{ "rebind", "the driver unbound and bound again" },
		{ "reset", "a reset of the PCI function" },
		{ "rescan", "the device removed from the bus, and looked for again" },
		{ "power", "the slot switched off and on, where it can be" },
	};
	static const char *const statuses[][2] = {
		{ "0", "it works, or nothing was wrong" },
		{ "1", "refused, or not a device" },
		{ "2", "it does not work" },
		{ "3", "it works, but something is not put back or its queues could not be read" },
		{ "4", "not allowed" },
	};

	(void)v;
	buf_puts(out, "\nSteps:\n");
	for (size_t i = 0; i < COUNT(rows); i++)
		help_row(rows[i][0], 11, rows[i][1], out);
	buf_puts(out, "\nExit status:\n");
	for (size_t i = 0; i < COUNT(statuses); i++)
		help_row(statuses[i][0], 11, statuses[i][1], out);
}

static const struct option_help own_words[] = {
	{ "dry-run", NULL, "print the steps, and take none" },
	{ "force", NULL, "even if nothing is wrong with it" },
	{ "dir", NULL, "where the evidence is kept (default /var/lib/nicregs/incidents)" },
	{ 0 },
};

const struct cmd cmd_recover = {
	.name = "recover",
	.args = "DEVICE",
	.summary = "Get a stuck port going again, step by step",
	.accepts = "steps tries yes dry-run force dir keep no-redact",
	.helps = own_words,
	.details = "Takes steps in order, each only if the port does not work after the one before. It works when\n"
		   "it answers, has its link, its queues move, and all that holds for three seconds. Steps that\n"
		   "cannot help are left out. After all but the first the interface is a new one: its name,\n"
		   "addresses, routes, VLANs, bond and bridge are put back, and what is not is printed as\n"
		   "commands. Evidence is saved first, as watch does.\n\n"
		   "It refuses, unless --yes is given, when the SSH connection that it is typed over, the root\n"
		   "file system, or a bond's only working slave is at stake.\n",
	.more = explain,
	.examples = "  nicregs recover eno1 --dry-run\n"
		    "  nicregs recover eno1\n"
		    "  nicregs recover 0000:01:00.0 --steps rescan,power\n",
	.min_args = 1,
	.max_args = 1,
	.needs = needs,
	.run = run,
};
