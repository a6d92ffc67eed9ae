// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/change.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "aspm/deadline.h"
#include "aspm/device.h"
#include "aspm/persist.h"
#include "aspm/transact.h"
#include "util/alloc.h"

static void plan(const struct aspm_request *request, struct aspm_report *r)
{
	r->plan.action = request->action;
	if (r->has_journal && r->journal.applying && request->action != ASPM_RESTORE) {
		r->result = ASPM_REFUSED;
		r->code = aspm_unfinished(&r->model.link, &r->err);
		return;
	}
	if (request->action == ASPM_RESTORE && r->model.link.applicable) {
		r->code = r->model.link.why_not
				  ? aspm_plan_change(&r->model, &(struct aspm_wish){ 0 }, &r->plan, &r->err)
				  : 0;
		r->result = ASPM_REFUSED;
		r->plan.action = ASPM_RESTORE;
		if (!r->code)
			aspm_device_plan_back(r);
		return;
	}
	r->code = aspm_plan_change(&r->model, &request->wish, &r->plan, &r->err);
	r->plan.action = request->action;
	r->planned = !r->code;
	r->result = r->code ? ASPM_REFUSED : ASPM_UNCHANGED;
	if (!r->model.link.applicable)
		r->result = ASPM_NOT_APPLICABLE;
}

static bool to_be_done(const struct aspm_report *r)
{
	return !r->with && r->planned && !r->code && (r->plan.n_steps || r->plan.action == ASPM_RESTORE);
}

/* All is as wished, by an earlier change that ends at another time than this one is to. */
static bool to_be_retimed(const struct aspm_request *request, const struct aspm_report *r)
{
	unsigned changed = 0;

	if (r->with || !r->planned || r->code || r->plan.n_steps || r->plan.action == ASPM_RESTORE || !r->has_journal ||
	    !(request->seconds || r->journal.until))
		return false;
	for (size_t i = 0; i < r->model.link.n_ends; i++)
		changed |= link_end_on(&r->model.link.ends[i]) ^ link_end_on(&r->journal.was.ends[i]);
	return changed & request->wish.states;
}

/* The rule comes first: if it cannot be written, nothing is. */
static void make_lasting(const struct aspm_request *request, struct aspm_report *r)
{
	AUTO_FREE char *script = aspm_script();

	if (request->action != ASPM_DISABLE || !request->persist || r->code || r->with || !r->planned)
		return;
	r->code = aspm_persist_write(ASPM_RULES_DIR, script, &r->model.link, request->wish.states, &r->err);
	r->made_lasting = !r->code;
	r->initramfs = aspm_persist_initramfs();
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
	struct err e = { 0 };
	int code;

	if (!request->persist || request->action != ASPM_RESTORE || r->with || r->model.link.why_not)
		return;
	code = aspm_persist_remove(ASPM_RULES_DIR, &r->model.link, &e);
	r->unmade_lasting = !code;
	r->initramfs = aspm_persist_initramfs();
	if (!code)
		r->lasting = 0;
	if (!code || code == -ENOENT || r->code)
		return;
	r->code = code;
	r->err = e;
	r->result = ASPM_REFUSED;
}

/* Starts the process that ends the change. */
static int start_deadline(const struct aspm_request *request, int64_t until, struct aspm_report *reports, size_t n,
			  int *cancel, struct err *e)
{
	struct err exposed = { 0 };
	int r;

	AUTO_FREE struct pci_addr *ports = xcalloc(n, sizeof(*ports));
	size_t n_ports = 0;

	for (size_t i = 0; i < n; i++)
		if (to_be_done(&reports[i]) || to_be_retimed(request, &reports[i]))
			ports[n_ports++] = reports[i].model.link.ends[0].addr;
	*cancel = -1;
	r = n_ports ? aspm_deadline_start(ASPM_RUN_DIR, until, ports, n_ports, cancel, &exposed, e) : 0;
	for (size_t i = 0; i < n && exposed.what[0]; i++)
		snprintf(reports[i].note, sizeof(reports[i].note),
			 "A logout may end the process that is to put it back, nicregs-revert (%.200s); aspm show then "
			 "says so.",
			 exposed.why);
	return r;
}

static void apply(struct host *host, const struct aspm_request *request, struct aspm_report *r, int64_t until)
{
	struct aspm_live live;
	struct aspm_io io;

	if (to_be_retimed(request, r)) {
		r->code = aspm_transact_until(ASPM_RUN_DIR, &r->journal, until, &r->err);
		r->retimed = !r->code;
		r->seconds = request->seconds;
	}
	if (!to_be_done(r))
		return;
	aspm_live_init(&live, host, &io);
	live.kill_after = request->kill_after;
	aspm_device_apply(host, r, &io, live.who, until);
	r->seconds = request->seconds;
	if (r->code && r->made_lasting)
		unmake_lasting(r);
}

static void apply_all(struct host *host, const struct aspm_request *request, struct aspm_report *reports, size_t n)
{
	int64_t until = request->seconds ? aspm_clock() + request->seconds : 0;
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
		apply(host, request, r, until);
		needed |= r->result == ASPM_DONE || r->result == ASPM_STUCK || r->retimed;
	}
	if (cancel < 0)
		return;
	/* A byte ends the process, the end of the pipe alone does not. */
	if (!needed && write(cancel, "", 1) < 0)
		needed = true;
	close(cancel);
}

static void plan_only(const struct aspm_request *request, struct aspm_report *r)
{
	r->result = ASPM_PLANNED;
	if (request->persist && request->action == ASPM_DISABLE)
		r->to_last = request->wish.states;
}

void aspm_change(struct host *host, const struct aspm_request *request, struct aspm_report *reports, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!reports[i].with)
			plan(request, &reports[i]);
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
		apply_all(host, request, reports, n);
}
