// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aspm/internal.h"
#include "change/deadline.h"
#include "change/keep.h"
#include "host/host.h"
#include "host/power.h"
#include "util/alloc.h"

int aspm_begin(struct aspm_session *session, bool writes, struct err *e)
{
	*session = (struct aspm_session){ .lock = -1 };
	if (!writes)
		return 0;
	return change_begin("aspm", &session->lock, e);
}

void aspm_end(struct aspm_session *session)
{
	if (session->lock >= 0)
		close(session->lock);
	host_close(session->host);
	free(session->reports);
	*session = (struct aspm_session){ .lock = -1 };
}

static void read_above(struct host *host, struct aspm_report *r)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct pci_addr addr = r->model.link.ends[0].addr;
	struct link_end end;

	while (r->n_above < ASPM_ABOVE_MAX && host_partner(&addr, &addr)) {
		if (host_add_function(host, s, PCI_PARTNER, &addr, NULL) ||
		    !link_end_read(&s->functions[s->n_functions - 1], &end))
			break;
		for (size_t i = r->n_above++; i > 0; i--)
			r->above[i] = r->above[i - 1];
		r->above[0] = end;
	}
	snapshot_free(s);
}

/* Model, ports above, journal and rules of one device. */
static void read_device(struct host *host, const struct snapshot *s, const struct chip *chip, struct aspm_report *r)
{
	*r = (struct aspm_report){ 0 };
	aspm_model_read(s, chip, &r->model);
	if (!host)
		return;
	if (r->model.link.ends[1].there)
		r->lasting = aspm_persist_states(ASPM_RULES_DIR, &r->model.link);
	if (r->model.link.why_not)
		return;
	read_above(host, r);
	r->has_journal = !aspm_journal_load(CHANGE_RUN_DIR, &r->model.link.ends[0].addr, &r->journal, NULL);
	r->overdue = r->has_journal && r->journal.record.until && r->journal.record.until + 5 < change_clock();
}

static bool same_link(const struct aspm_report *a, const struct aspm_report *b)
{
	const struct link *x = &a->model.link, *y = &b->model.link;

	return !x->why_not && !y->why_not && pci_addr_equal(&link_port(x)->addr, &link_port(y)->addr);
}

int aspm_read(struct aspm_session *session, struct chipdb *db, const struct snapshots *list, bool live, struct err *e)
{
	int r = live ? host_open(&session->host, e) : 0;

	session->reports = xcalloc(list->n, sizeof(*session->reports));
	for (size_t i = 0; i < list->n && !r; i++) {
		struct aspm_report *one = &session->reports[i];
		const struct chip *chip = NULL;

		r = snapshot_known(db, list->v[i], &chip, NULL, e);
		if (r)
			break;
		read_device(session->host, list->v[i], chip, one);
		for (size_t k = 0; k < i && !one->with; k++)
			if (!session->reports[k].with && same_link(&session->reports[k], one))
				one->with = &session->reports[k];
		session->n = i + 1;
	}
	return r;
}

/* Plans the restoring of what the journal says; ASPM_UNCHANGED without a plan if there is none. */
static void plan_back(struct aspm_report *r)
{
	r->result = ASPM_UNCHANGED;
	if (!r->has_journal)
		return;
	if (!aspm_journal_fits(&r->journal, &r->model.link)) {
		char addr[PCI_ADDR_MAX];

		r->result = ASPM_REFUSED;
		r->code = err_set(&r->err, ESTALE, pci_addr_str(&r->model.link.ends[0].addr, addr),
				  "other devices are on this link than when it was changed");
		err_todo(&r->err, "the record is " CHANGE_RUN_DIR "/aspm-%s; remove it if it is of no use", addr);
		return;
	}
	aspm_plan_restore(&r->model.link, &r->journal.was, &r->plan);
	r->planned = true;
}

static int wake_functions(struct host *host, const struct link *link, struct wake *wakes, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < link->n_ends; i++)
		wake_init(&wakes[i], host, &link->ends[i].addr);
	for (size_t i = 1; i < link->n_ends && !r; i++) {
		char control[16];

		if (!host_asleep(&link->ends[i].addr))
			continue;
		host_power_control_get(&link->ends[i].addr, control, sizeof(control));
		r = wake_device(&wakes[i], control, e);
	}
	return r;
}

/* Carries out r->plan, or with ASPM_RESTORE what the journal says, with the device held awake. Fills result, code, err. */
static void apply_held(struct host *host, struct aspm_report *r, const struct aspm_io *io, const char *who,
		       int64_t until)
{
	const struct link *link = &r->model.link;
	struct snapshot *notes = snapshot_new(ORIGIN_LIVE);
	struct wake wakes[LINK_ENDS_MAX];

	r->code = wake_functions(host, link, wakes, &r->err);
	if (r->code)
		r->result = ASPM_REFUSED;
	else if (r->plan.action == ASPM_RESTORE)
		r->code = aspm_transact_back(io, CHANGE_RUN_DIR, link, false, &r->result, &r->err);
	else
		r->code = aspm_transact(io, CHANGE_RUN_DIR, &r->plan, who, until, &r->result, &r->err);
	if (r->result == ASPM_DONE)
		r->has_journal = !aspm_journal_load(CHANGE_RUN_DIR, &link->ends[0].addr, &r->journal, NULL);
	r->now = *link;
	r->changed = !aspm_io_refresh(io, &r->now, NULL);
	for (size_t i = link->n_ends; i-- > 0;)
		wake_undo(&wakes[i], notes);
	if (notes->n_notes && !r->note[0])
		snprintf(r->note, sizeof(r->note), "%s", notes->notes[0]);
	snapshot_free(notes);
}

static void read_anew(struct host *host, const struct link *was, struct link *link)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);

	for (size_t i = 0; i < was->n_ends; i++)
		host_add_function(host, s, was->ends[i].role, &was->ends[i].addr, NULL);
	link_read(s, link);
	link->policy = NULL; /* goes with s */
	snapshot_free(s);
}

/* The time of a journal's change is over: of a link whose devices are looked at anew, held awake. As aspm_transact_back(). */
static int device_back(struct host *host, const struct aspm_journal *j, const struct aspm_io *io, struct err *e)
{
	struct snapshot *notes = snapshot_new(ORIGIN_LIVE);
	struct wake wakes[LINK_ENDS_MAX];
	enum aspm_result result;
	struct link link;
	int r = wake_functions(host, &j->was, wakes, e);

	if (!r) {
		read_anew(host, &j->was, &link);
		r = aspm_transact_back(io, CHANGE_RUN_DIR, &link, true, &result, e);
	}
	for (size_t i = j->was.n_ends; i-- > 0;)
		wake_undo(&wakes[i], notes);
	snapshot_free(notes);
	return r;
}

static void plan_one(const struct aspm_request *request, struct aspm_report *r)
{
	r->plan.action = request->wish.action;
	if (r->has_journal && r->journal.record.applying && request->wish.action != ASPM_RESTORE) {
		r->result = ASPM_REFUSED;
		r->code = aspm_unfinished(&r->model.link, &r->err);
		return;
	}
	if (request->wish.action == ASPM_RESTORE && r->model.link.applicable) {
		r->code = r->model.link.why_not
				  ? aspm_plan_change(&r->model, &(struct aspm_wish){ 0 }, &r->plan, &r->err)
				  : 0;
		r->result = ASPM_REFUSED;
		r->plan.action = ASPM_RESTORE;
		if (!r->code)
			plan_back(r);
		return;
	}
	r->code = aspm_plan_change(&r->model, &request->wish, &r->plan, &r->err);
	r->plan.action = request->wish.action;
	r->planned = !r->code;
	r->result = r->code ? ASPM_REFUSED : ASPM_UNCHANGED;
	if (!r->model.link.applicable)
		r->result = ASPM_NOT_APPLICABLE;
}

static bool to_be_done(const struct aspm_report *r)
{
	return !r->with && r->planned && !r->code && (r->plan.n_steps || r->plan.action == ASPM_RESTORE);
}

/* All is as wished, by an earlier change that ends by itself, at another time than this one is to. */
static bool to_be_retimed(const struct aspm_request *request, const struct aspm_report *r)
{
	const struct link *until_now = r->journal.has_back ? &r->journal.back : &r->journal.was;
	unsigned changed = 0;

	if (r->with || !r->planned || r->code || r->plan.n_steps || r->plan.action == ASPM_RESTORE || !r->has_journal ||
	    !r->journal.record.until)
		return false;
	for (size_t i = 0; i < r->model.link.n_ends; i++)
		changed |= link_end_on(&r->model.link.ends[i]) ^ link_end_on(&until_now->ends[i]);
	return changed & request->wish.states;
}

/* The rule comes first: if it cannot be written, nothing is. */
static void make_lasting(const struct aspm_request *request, struct aspm_report *r)
{
	AUTO_FREE char *script = aspm_script();

	if (request->wish.action != ASPM_DISABLE || !request->persist || r->code || r->with || !r->planned)
		return;
	r->code = aspm_persist_write(ASPM_RULES_DIR, script, &r->model.link, request->wish.states, &r->err);
	r->made_lasting = !r->code;
	r->initramfs = change_initramfs();
	if (r->code) {
		r->result = ASPM_REFUSED;
		return;
	}
	r->lasting_before = r->lasting;
	r->lasting = request->wish.states;
}

static void unmake_lasting(struct aspm_report *r)
{
	const struct link *link = &r->model.link;
	AUTO_FREE char *script = aspm_script();

	if (r->lasting_before)
		aspm_persist_write(ASPM_RULES_DIR, script, link, r->lasting_before, NULL);
	else
		aspm_persist_remove(ASPM_RULES_DIR, link, NULL);
	r->made_lasting = false;
	r->lasting = r->lasting_before;
}

static void end_lasting(const struct aspm_request *request, struct aspm_report *r)
{
	int code;

	if (!request->persist || request->wish.action != ASPM_RESTORE || r->with || r->model.link.why_not)
		return;
	code = aspm_persist_remove(ASPM_RULES_DIR, &r->model.link, r->code ? NULL : &r->err);
	r->unmade_lasting = !code;
	r->initramfs = change_initramfs();
	if (!code)
		r->lasting = 0;
	if (!code || code == -ENOENT || r->code)
		return;
	r->code = code;
	r->result = ASPM_REFUSED;
}

/* The links whose change ends by itself, by their upstream ports. */
struct ending {
	int64_t until;
	struct pci_addr *ports; /* owned */
	size_t n;
};

/* False if it is worth another try. */
static bool put_back(struct host *host, const struct aspm_io *io, const struct pci_addr *port, int64_t until)
{
	struct aspm_journal j;
	struct err e = { 0 };
	int r = aspm_journal_load(CHANGE_RUN_DIR, port, &j, &e);

	if (r == -ENOENT || (!r && j.record.until != until))
		return true;
	if (!r)
		r = device_back(host, &j, io, &e);
	if (r)
		change_deadline_complain("aspm", &e, r != -ESTALE);
	return !r || r == -ESTALE;
}

static bool put_all_back(void *arg)
{
	const struct ending *ending = arg;
	struct host *host = NULL;
	struct aspm_live live;
	struct err e = { 0 };
	struct aspm_io io;
	bool done = true;

	if (host_open(&host, &e)) {
		change_deadline_complain("aspm", &e, true);
		return false;
	}
	aspm_live_init(&live, host, &io);
	for (size_t i = 0; i < ending->n; i++)
		done = put_back(host, &io, &ending->ports[i], ending->until) && done;
	host_close(host);
	return done;
}

/* Starts the process that ends the change. */
static int start_deadline(const struct aspm_request *request, int64_t until, struct aspm_report *reports, size_t n,
			  int *cancel, struct err *e)
{
	struct ending ending = { .until = until, .ports = xcalloc(n, sizeof(*ending.ports)) };
	const struct change_end end = { "aspm", until, put_all_back, &ending };
	struct err exposed = { 0 };
	int r;

	for (size_t i = 0; i < n; i++)
		if (to_be_done(&reports[i]) || to_be_retimed(request, &reports[i]))
			ending.ports[ending.n++] = reports[i].model.link.ends[0].addr;
	*cancel = -1;
	r = ending.n ? change_deadline_start(CHANGE_RUN_DIR, &end, cancel, &exposed, e) : 0;
	for (size_t i = 0; i < n && exposed.what[0]; i++)
		snprintf(reports[i].note, sizeof(reports[i].note),
			 "A logout may end the process that is to put it back, nicregs-revert (%.200s); aspm show then "
			 "says so.",
			 exposed.why);
	free(ending.ports);
	return r;
}

static void apply_one(struct host *host, const struct aspm_request *request, struct aspm_report *r, int64_t until)
{
	struct aspm_live live;
	struct aspm_io io;

	r->ends_nothing = request->seconds && !to_be_done(r) && !to_be_retimed(request, r);
	if (to_be_retimed(request, r)) {
		r->code = aspm_transact_until(CHANGE_RUN_DIR, &r->journal, until, &r->err);
		r->retimed = !r->code;
		r->seconds = request->seconds;
	}
	if (!to_be_done(r))
		return;
	aspm_live_init(&live, host, &io);
	live.kill_after = request->kill_after;
	apply_held(host, r, &io, live.who, until);
	r->seconds = request->seconds;
	if (r->code && r->made_lasting)
		unmake_lasting(r);
}

static void apply_all(struct host *host, const struct aspm_request *request, struct aspm_report *reports, size_t n)
{
	int64_t until = request->seconds ? change_clock() + request->seconds : 0;
	struct err e = { 0 };
	bool needed = false;
	int cancel = -1, code = until ? start_deadline(request, until, reports, n, &cancel, &e) : 0;

	for (size_t i = 0; i < n; i++) {
		struct aspm_report *r = &reports[i];

		if (code && (to_be_done(r) || to_be_retimed(request, r))) {
			r->code = code;
			r->err = e;
			r->result = ASPM_REFUSED;
		}
		apply_one(host, request, r, until);
		needed |= r->result == ASPM_DONE || r->result == ASPM_STUCK || r->retimed;
	}
	if (cancel >= 0)
		change_deadline_release(cancel, needed);
}

static void plan_only(const struct aspm_request *request, struct aspm_report *r)
{
	r->result = ASPM_PLANNED;
	if (request->persist && request->wish.action == ASPM_DISABLE)
		r->to_last = request->wish.states;
}

void aspm_change(struct aspm_session *session, const struct aspm_request *request)
{
	struct aspm_report *reports = session->reports;
	size_t n = session->n;

	for (size_t i = 0; i < n; i++)
		if (!reports[i].with)
			plan_one(request, &reports[i]);
	for (size_t i = 0; i < n; i++) {
		if (request->dry && !reports[i].with && reports[i].planned && !reports[i].code &&
		    (reports[i].plan.n_steps || request->persist))
			plan_only(request, &reports[i]);
		if (request->dry)
			continue;
		end_lasting(request, &reports[i]);
		make_lasting(request, &reports[i]);
	}
	if (!request->dry)
		apply_all(session->host, request, reports, n);
}
