// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/device.h"

#include <errno.h>
#include <stdio.h>

#include "aspm/persist.h"
#include "aspm/transact.h"
#include "host/host.h"
#include "host/wake.h"

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

void aspm_device_read(struct host *host, const struct snapshot *s, const struct chip *chip, struct aspm_report *r)
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
	r->has_journal = !aspm_journal_load(ASPM_RUN_DIR, &r->model.link.ends[0].addr, &r->journal, NULL);
	r->overdue = r->has_journal && r->journal.until && r->journal.until + 5 < aspm_clock();
}

void aspm_device_plan_back(struct aspm_report *r)
{
	r->result = ASPM_UNCHANGED;
	if (!r->has_journal)
		return;
	if (!aspm_journal_fits(&r->journal, &r->model.link)) {
		char addr[PCI_ADDR_MAX];

		r->result = ASPM_REFUSED;
		r->code = err_set(&r->err, ESTALE, pci_addr_str(&r->model.link.ends[0].addr, addr),
				  "other devices are on this link than when it was changed");
		err_todo(&r->err, "the record is " ASPM_RUN_DIR "/aspm-%s; remove it if it is of no use", addr);
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

void aspm_device_apply(struct host *host, struct aspm_report *r, const struct aspm_io *io, const char *who,
		       int64_t until)
{
	const struct link *link = &r->model.link;
	struct snapshot *notes = snapshot_new(ORIGIN_LIVE);
	struct wake wakes[LINK_ENDS_MAX];

	r->code = wake_functions(host, link, wakes, &r->err);
	if (r->code)
		r->result = ASPM_REFUSED;
	else if (r->plan.action == ASPM_RESTORE)
		r->code = aspm_transact_back(io, ASPM_RUN_DIR, link, &r->result, &r->err);
	else
		r->code = aspm_transact(io, ASPM_RUN_DIR, &r->plan, who, until, &r->result, &r->err);
	if (r->result == ASPM_DONE)
		r->has_journal = !aspm_journal_load(ASPM_RUN_DIR, &link->ends[0].addr, &r->journal, NULL);
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

int aspm_device_back(struct host *host, const char *dir, const struct aspm_journal *j, const struct aspm_io *io,
		     struct err *e)
{
	struct snapshot *notes = snapshot_new(ORIGIN_LIVE);
	struct wake wakes[LINK_ENDS_MAX];
	enum aspm_result result;
	struct link link;
	int r = wake_functions(host, &j->was, wakes, e);

	if (!r) {
		read_anew(host, &j->was, &link);
		r = aspm_transact_back(io, dir, &link, &result, e);
	}
	for (size_t i = j->was.n_ends; i-- > 0;)
		wake_undo(&wakes[i], notes);
	snapshot_free(notes);
	return r;
}
