// SPDX-License-Identifier: GPL-2.0-or-later
#include "change/change.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "change/deadline.h"
#include "change/lock.h"
#include "change/told.h"
#include "host/host.h"
#include "host/setting.h"
#include "util/alloc.h"
#include "util/buf.h"

/* The ways on this machine. */

struct change_live {
	struct host_nic nic;
	char who[96];
	unsigned writes, kill_after;
};

static int live_read(void *arg, enum setting_group group, struct settings *out, struct err *e)
{
	const struct change_live *live = arg;

	return host_settings_read(&live->nic, group, out, e);
}

static int live_write(void *arg, enum setting_group group, const struct setting *v, size_t n, struct err *e)
{
	struct change_live *live = arg;
	int r = host_settings_write(&live->nic, group, v, n, e);

	if (++live->writes == live->kill_after)
		kill(getpid(), SIGKILL);
	return r;
}

static void live_log(void *arg, const char *line)
{
	const struct change_live *live = arg;
	char addr[PCI_ADDR_MAX];
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&text, "%s %s", pci_addr_str(&live->nic.addr, addr), line);
	change_log("fix", live->who, buf_str(&text));
}

static bool live_interrupted(void *arg)
{
	(void)arg;
	return change_interrupted();
}

static struct change_io live_io(struct change_live *live, const struct change_report *r, unsigned kill_after)
{
	*live = (struct change_live){ .nic = { r->addr, r->netdev }, .kill_after = kill_after };
	change_user(live->who, sizeof(live->who));
	return (struct change_io){ live_read, live_write, live_log, live_interrupted, live };
}

/* The device as it is now: interfaces get other names. */
static void look_at(const struct pci_addr *addr, struct change_report *r)
{
	uint16_t vendor, device;
	struct facts facts;

	r->addr = *addr;
	facts_init(&facts);
	host_facts_brief(addr, &facts);
	if (facts.netdev)
		snprintf(r->netdev, sizeof(r->netdev), "%.*s", (int)strcspn(facts.netdev, " "), facts.netdev);
	facts_free(&facts);
	if (host_ids(addr, &vendor, &device))
		r->id = (uint32_t)device << 16 | vendor;
}

/* What is there and cannot be read is not nothing. */
static void note(struct change_report *r, int code, const struct err *e)
{
	if (code && code != -ENOENT && code != -EACCES)
		snprintf(r->note, sizeof(r->note), "%.200s: %.250s.", e->what, e->why);
}

void change_look(const struct snapshot *s, struct change_report *r)
{
	const struct pci_function *self = snapshot_self(s);
	struct err e = { 0 };
	int code;

	*r = (struct change_report){ .s = s };
	if (!self)
		return;
	look_at(&self->addr, r);
	code = change_past_load(CHANGE_RUN_DIR, &r->addr, &r->past, &e);
	r->has_past = !code;
	note(r, code, &e);
	for (size_t i = 0; i < r->past.n; i++)
		r->overdue |= r->past.v[i].until && r->past.v[i].until + 5 < change_clock();
	note(r, change_kept_of(CHANGE_KEEP_FILE, &r->addr, r->id, &r->kept, &e), &e);
}

void change_look_end(struct change_report *r)
{
	change_plan_free(&r->plan);
	settings_free(&r->after);
	change_past_free(&r->past);
	change_kept_free(&r->kept);
}

static void read_all(const struct change_report *r, struct settings *out)
{
	const struct host_nic nic = { r->addr, r->netdev };

	for (int group = 0; group < SETTING_GROUPS; group++)
		host_settings_read(&nic, (enum setting_group)group, out, NULL);
}

/* A change that ends by itself. */

struct ending {
	struct pci_addr addr;
	int64_t until;
};

static bool put_back(void *arg)
{
	const struct ending *ending = arg;
	struct change_report r = { 0 };
	enum change_result result;
	struct err e = { 0 };
	struct change_live live;
	struct change_io io;
	struct change_of of = { .dir = CHANGE_RUN_DIR, .addr = ending->addr };
	int code;

	look_at(&ending->addr, &r);
	io = live_io(&live, &r, 0);
	of.id = r.id;
	of.who = live.who;
	code = change_back(&io, &of, ending->until, &result, &e);
	if (code && code != -ENOENT)
		change_deadline_complain("fix", &e, code != -ESTALE);
	return !code || code == -ENOENT || code == -ESTALE;
}

static int start_deadline(struct change_report *r, int64_t until, int *cancel)
{
	struct ending ending = { r->addr, until };
	const struct change_end end = { "fix", until, put_back, &ending };
	struct err exposed = { 0 };
	int code;

	*cancel = -1;
	code = until ? change_deadline_start(CHANGE_RUN_DIR, &end, cancel, &exposed, &r->err) : 0;
	if (exposed.what[0])
		snprintf(
			r->note, sizeof(r->note),
			"A logout may end the process that is to put it back, nicregs-revert (%.200s); nicregs fix then "
			"says so.",
			exposed.why);
	return code;
}

/* To last. */

static void end_lasting(struct change_report *r)
{
	char program[4096];
	struct change_keeper keeper = change_keeper_here(program, sizeof(program));
	struct err e = { 0 };
	int code = change_keep_end(&keeper, &r->addr, &e);

	r->unmade_lasting = !code;
	if (!code)
		change_kept_free(&r->kept);
	r->initramfs = change_initramfs();
	if (!code || code == -ENOENT || r->code)
		return;
	r->code = code;
	r->err = e;
	r->result = CHANGE_REFUSED;
}

/* The file comes first: if it cannot be written, nothing is. */
static void make_lasting(struct change_report *r, const struct change_request *request)
{
	char program[4096];
	struct change_keeper keeper = change_keeper_here(program, sizeof(program));

	r->code = change_keep(&keeper, &r->addr, r->id, request->wishes, request->n, &r->err);
	r->made_lasting = !r->code;
	r->initramfs = change_initramfs();
	if (r->code)
		r->result = CHANGE_REFUSED;
}

static void unmake_lasting(struct change_report *r)
{
	char program[4096];
	struct change_keeper keeper = change_keeper_here(program, sizeof(program));

	r->kept.addr = r->addr;
	r->kept.id = r->id;
	change_keep_replace(&keeper, &r->kept, NULL);
	r->made_lasting = false;
}

/* Who else sets what was just planned. */
static void find_managers(struct change_report *r)
{
	AUTO_FREE const char **names = xcalloc(r->plan.n + 1, sizeof(*names));

	for (size_t i = 0; i < r->plan.n; i++)
		names[i] = r->plan.steps[i].name;
	r->n_managers = *r->netdev ? host_managers(r->netdev, names, r->plan.n, r->managers) : 0;
}

static void read_after(struct change_report *r, const struct change_io *io)
{
	bool has[SETTING_GROUPS] = { false };

	for (size_t i = 0; i < r->plan.n; i++) {
		enum setting_group group = r->plan.steps[i].group;

		if (!has[group])
			io->read(io->arg, group, &r->after, NULL);
		has[group] = true;
	}
}

static void apply(struct change_report *r, const struct change_request *request, const struct change_io *io,
		  const char *who)
{
	int64_t until = request->seconds ? change_clock() + request->seconds : 0;
	const struct change_of of = { CHANGE_RUN_DIR, r->addr, r->id, who, request->what, until };
	int cancel = -1;

	r->code = start_deadline(r, until, &cancel);
	if (!r->code)
		r->code = change_apply(io, &of, &r->plan, &r->result, &r->err);
	if (!r->code && r->result != CHANGE_UNCHANGED)
		r->seconds = request->seconds;
	/* What was so already, by an earlier change that ends by itself, may end at another time. */
	if (!r->code)
		r->code = change_retime(&of, request->wishes, request->n, &r->retimed, &r->err);
	if (r->retimed)
		r->seconds = request->seconds;
	r->ends_nothing = request->seconds && !r->seconds;
	change_deadline_release(cancel, r->result == CHANGE_DONE || r->result == CHANGE_STUCK || r->retimed);
	read_after(r, io);
	change_past_free(&r->past);
	r->has_past = !change_past_load(CHANGE_RUN_DIR, &r->addr, &r->past, NULL);
}

void change_device(struct change_report *r, const struct change_request *request)
{
	struct change_live live;
	struct change_io io = live_io(&live, r, request->kill_after);

	r->result = CHANGE_REFUSED;
	if (r->has_past && r->past.record.applying && r->past.id == r->id) {
		r->code = change_unfinished(&r->addr, &r->err);
		return;
	}
	r->code = change_plan_make(io.read, io.arg, request->wishes, request->n, &r->plan, &r->err);
	r->planned = !r->code;
	if (r->code)
		return;
	find_managers(r);
	if (request->dry) {
		r->result = r->plan.n_todo ? CHANGE_PLANNED : CHANGE_UNCHANGED;
		return;
	}
	if (request->persist)
		make_lasting(r, request);
	if (!r->code)
		apply(r, request, &io, live.who);
	if (r->code && r->made_lasting)
		unmake_lasting(r);
}

/* What a restore would write. */
static void plan_back(struct change_report *r)
{
	struct settings now = { 0 }, to = { 0 };

	read_all(r, &now);
	change_past_all(&r->past, &to);
	for (size_t i = 0; i < to.n; i++) {
		const struct setting *one = settings_find(&now, to.v[i].name);
		struct change_step *step;

		if ((one && !strcmp(one->value, to.v[i].value)) || setting_follows(&to, &to.v[i]))
			continue;
		step = VEC_PUSH(r->plan.steps, r->plan.n, r->plan.cap);
		*step = (struct change_step){ .group = to.v[i].group, .kind = to.v[i].kind };
		step->in_force = one && one->in_force;
		strcpy(step->name, to.v[i].name);
		strcpy(step->from, one ? one->value : "?");
		strcpy(step->to, to.v[i].value);
		r->plan.n_todo++;
	}
	settings_free(&now);
	settings_free(&to);
	r->planned = true;
}

void change_restore(struct change_report *r, const struct change_request *request)
{
	struct change_live live;
	struct change_io io = live_io(&live, r, request->kill_after);
	const struct change_of of = { CHANGE_RUN_DIR, r->addr, r->id, live.who, "restore", 0 };

	r->restore = true;
	r->result = CHANGE_UNCHANGED;
	if (r->has_past)
		plan_back(r);
	if (request->dry) {
		if (r->has_past)
			r->result = CHANGE_PLANNED;
		return;
	}
	r->code = change_back(&io, &of, 0, &r->result, &r->err);
	if (r->code == -ENOENT)
		r->code = 0;
	read_after(r, &io);
	if (request->persist)
		end_lasting(r);
}

void change_look_ahead(struct change_report *r, const struct change_wish *wishes, size_t n)
{
	struct change_live live;
	struct change_io io = live_io(&live, r, 0);

	change_plan_free(&r->plan);
	r->err = (struct err){ 0 };
	r->code = change_plan_make(io.read, io.arg, wishes, n, &r->plan, &r->err);
}

/* Each by itself: one that this kernel or driver does not have any more takes no other along. */
int change_reapply(const struct pci_addr *addr, struct err *e)
{
	struct change_report r = { 0 };
	int worst = 0;

	look_at(addr, &r);
	change_kept_of(CHANGE_KEEP_FILE, addr, r.id, &r.kept, NULL); /* the caller has read it */
	for (size_t i = 0; i < r.kept.n; i++) {
		struct change_live live;
		struct change_io io = live_io(&live, &r, 0);
		const struct change_of of = { CHANGE_RUN_DIR, r.addr, r.id, live.who, "kept settings", 0 };
		struct err why = { 0 };
		int code = change_plan_make(io.read, io.arg, &r.kept.v[i], 1, &r.plan, &why);

		if (!code)
			code = change_apply(&io, &of, &r.plan, &r.result, &why);
		change_plan_free(&r.plan);
		if (!code)
			continue;
		worst = code;
		*e = why;
		live_log(&live, why.why);
	}
	change_look_end(&r);
	return worst;
}
