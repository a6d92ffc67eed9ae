// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/apply.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <signal.h>
#include <unistd.h>

#include "aspm/internal.h"
#include "change/told.h"
#include "host/host.h"
#include "host/power.h"
#include "util/buf.h"
#include "util/err.h"

#define PASSES 3 /* of undoing: by the kernel, by registers, and what failed once more */

const char *aspm_result_name(enum aspm_result result)
{
	static const char *const names[] = {
		"shown", "planned", "unchanged", "done", "undone", "stuck", "refused", "not-applicable",
	};

	return names[result];
}

int aspm_io_refresh(const struct aspm_io *io, struct link *link, struct err *e)
{
	for (size_t i = 0; i < link->n_ends; i++) {
		struct link_end *end = &link->ends[i];
		char addr[PCI_ADDR_MAX];
		uint32_t value = 0;
		int r = io->config_get(io->arg, &end->addr, end->express_at + PCI_EXP_LNKCTL, 2, &value, e);

		if (r)
			return r;
		if (value == 0xffff)
			return err_set(e, ENODEV, pci_addr_str(&end->addr, addr), "it does not answer any more");
		end->lnkctl = (uint16_t)value;
		if (end->l1ss_at)
			r = io->config_get(io->arg, &end->addr, end->l1ss_at + PCI_L1SS_CTL1, 4, &end->l1ss_ctl, e);
		if (r)
			return r;
	}
	for (unsigned i = 0; i < LINK_STATES; i++)
		link->attrs[i] = (int8_t)io->attr_get(io->arg, &link->attrs_of, link_states[i].attr);
	return 0;
}

static void log_step(const struct aspm_io *io, const struct aspm_step *step)
{
	struct buf line = { 0 };

	aspm_step_say(step, &line);
	io->log(io->arg, buf_str(&line));
	buf_free(&line);
}

/* *writes counts what was tried. */
static int attr_step(const struct aspm_io *io, const struct aspm_step *step, unsigned *writes, struct err *e)
{
	char addr[PCI_ADDR_MAX];
	int now, r;

	log_step(io, step);
	++*writes;
	r = io->attr_set(io->arg, &step->addr, step->what, (int)step->to, e);
	if (r)
		return r;
	now = io->attr_get(io->arg, &step->addr, step->what);
	if (now == (int)step->to)
		return 0;
	return err_set(e, EIO, pci_addr_str(&step->addr, addr),
		       "the change did not take: the kernel accepted %u in link/%s and it reads %d%s", step->to,
		       step->what, now, step->to ? "; its policy does not go beyond what the firmware left on" : "");
}

/* `strict`: the register must have the value that it was planned with. -ENOTRECOVERABLE: hardware does not take it. */
static int config_step(const struct aspm_io *io, const struct aspm_step *step, bool strict, unsigned *writes,
		       struct err *e)
{
	char addr[PCI_ADDR_MAX];
	struct aspm_step live = *step;
	uint32_t now = 0;
	int r = io->config_get(io->arg, &step->addr, step->offset, step->bytes, &now, e);

	if (r)
		return r;
	pci_addr_str(&step->addr, addr);
	if (strict && ((now ^ step->from) & step->mask))
		return err_set(e, EBUSY, addr, "somebody else changed %s meanwhile: it was 0x%x and is 0x%x",
			       step->what, step->from, now);
	live.from = now;
	live.to = (now & ~step->mask) | (step->to & step->mask);
	if (live.from == live.to)
		return 0;
	log_step(io, &live);
	++*writes;
	r = io->config_set(io->arg, &step->addr, step->offset, step->bytes, live.to, e);
	if (!r)
		r = io->config_get(io->arg, &step->addr, step->offset, step->bytes, &now, e);
	if (!r && ((now ^ live.to) & step->mask))
		r = err_set(e, ENOTRECOVERABLE, addr,
			    "the change did not take: 0x%0*x was written to %s and it reads back 0x%0*x",
			    (int)step->bytes * 2, live.to, step->what, (int)step->bytes * 2, now);
	return r;
}

static int run(const struct aspm_io *io, const struct aspm_plan *plan, unsigned *writes, struct err *e)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct aspm_step *step = &plan->steps[i];
		int r;

		if (io->interrupted(io->arg))
			return err_set(e, EINTR, aspm_action_name(plan->action), "interrupted");
		r = step->way == ASPM_BY_LINK ? attr_step(io, step, writes, e) : config_step(io, step, true, writes, e);
		if (r)
			return r;
	}
	return 0;
}

/*
 * What the kernel refuses is tried in registers later. A write to these that fails is tried again with all that follow,
 * as they rely on it; what hardware does not take will not be taken then either.
 */
static void run_back(const struct aspm_io *io, const struct aspm_plan *plan, struct err *e)
{
	unsigned writes = 0;
	int r;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct aspm_step *step = &plan->steps[i];

		if (step->way == ASPM_BY_LINK)
			attr_step(io, step, &writes, e);
		else if ((r = config_step(io, step, false, &writes, e)) && r != -ENOTRECOVERABLE)
			return;
	}
}

int aspm_put_back(const struct aspm_io *io, const struct link *was, struct err *e)
{
	struct link now = *was;
	struct aspm_plan plan;
	int r = aspm_io_refresh(io, &now, e);

	if (r)
		return r;
	aspm_plan_restore(&now, was, &plan);
	for (int pass = 0; pass < PASSES && plan.n_steps; pass++) {
		run_back(io, &plan, e);
		r = aspm_io_refresh(io, &now, e);
		if (r)
			return r;
		aspm_plan_registers(&now, was, &plan);
	}
	if (aspm_link_same(&now, was))
		return 0;
	return e->what[0] ? -EIO : err_set(e, EIO, "restore", "the registers are not as they were");
}

int aspm_apply(const struct aspm_io *io, const struct aspm_plan *plan, enum aspm_result *result, struct err *e)
{
	struct link now = plan->before;
	struct err undo = { 0 };
	unsigned writes = 0;
	int r = run(io, plan, &writes, e);

	if (!r)
		r = aspm_io_refresh(io, &now, e);
	if (!r)
		r = aspm_plan_met(plan, &now, e);
	*result = ASPM_DONE;
	if (!r)
		return 0;
	if (r == -ENOTRECOVERABLE)
		r = -EIO;
	*result = writes && aspm_put_back(io, &plan->before, &undo) ? ASPM_STUCK : ASPM_UNDONE;
	if (!writes)
		err_todo(e, "nothing was written");
	else if (*result == ASPM_STUCK)
		err_todo(e, "undoing it failed as well: %s: %s", undo.what, undo.why);
	else
		err_todo(e, "everything was restored");
	return r;
}

/* The ways on this machine: each write stands in the kernel log and in syslog before it is made. */

static void wrote(struct aspm_live *live)
{
	if (++live->writes == live->kill_after)
		kill(getpid(), SIGKILL);
}

static int live_get(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t *value,
		    struct err *e)
{
	struct aspm_live *live = arg;

	return host_config_get(live->host, addr, offset, bytes, value, e);
}

static int live_set(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t value,
		    struct err *e)
{
	struct aspm_live *live = arg;
	int r = host_config_set(live->host, addr, offset, bytes, value, NULL, e);

	wrote(live);
	return r;
}

static int attr_get(void *arg, const struct pci_addr *addr, const char *name)
{
	(void)arg;
	return host_link_get(addr, name);
}

static int attr_set(void *arg, const struct pci_addr *addr, const char *name, int value, struct err *e)
{
	int r = host_link_set(addr, name, value, e);

	wrote(arg);
	return r;
}

static void log_line(void *arg, const char *line)
{
	const struct aspm_live *live = arg;

	change_log("aspm", live->who, line);
}

/* Signals are blocked during a transaction; one that waits asks for its end. */
static bool interrupted(void *arg)
{
	(void)arg;
	return change_interrupted();
}

void aspm_live_init(struct aspm_live *live, struct host *host, struct aspm_io *io)
{
	*live = (struct aspm_live){ .host = host };
	change_user(live->who, sizeof(live->who));
	*io = (struct aspm_io){ live_get, live_set, attr_get, attr_set, log_line, interrupted, live };
}
