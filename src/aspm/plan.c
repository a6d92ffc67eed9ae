// SPDX-License-Identifier: GPL-2.0-or-later
/* Which way is taken. */
#include "aspm/plan.h"

#include <linux/pci_regs.h>

#include "aspm/refuse.h"
#include "aspm/steps.h"

#define ASPM_ONLY (~LINK_CLKPM) /* clock PM is set apart from the others by the kernel */

/* Kernel and hardware disagree on states that are not to be changed: its next write would change them as well. */
static bool stale(const struct aspm_model *m, unsigned states)
{
	return link_stale(&m->link) & ASPM_ONLY & ~states;
}

static void set_end(struct link_end *end, unsigned states)
{
	uint32_t mask = link_end_mask(end);

	end->lnkctl = (uint16_t)((end->lnkctl & ~mask) | (link_states_lnkctl(states) & mask));
	end->l1ss_ctl = (end->l1ss_ctl & ~LINK_L1SS_MASK) | link_states_l1ss(states);
}

static void switch_off(struct link *link, unsigned states)
{
	for (size_t i = 0; i < link->n_ends; i++)
		set_end(&link->ends[i], link_states_on(link->ends[i].lnkctl, link->ends[i].l1ss_ctl) & ~states);
}

/* What an end may have on. */
static unsigned usable(const struct link_end *end, bool force)
{
	return end->supported & ~(force ? 0 : end->late);
}

static void switch_on(struct link *link, unsigned states, bool force)
{
	for (size_t i = 0; i < link->n_ends; i++) {
		struct link_end *end = &link->ends[i];

		set_end(end, link_states_on(end->lnkctl, end->l1ss_ctl) | (states & usable(end, force)));
	}
}

/* States that are off at an end that may have them on. */
static unsigned missing(const struct link *link, bool force)
{
	unsigned off = 0;

	for (size_t i = 0; i < link->n_ends; i++)
		off |= usable(&link->ends[i], force) & ~link_end_on(&link->ends[i]);
	return off;
}

/* The kernel writes the same value to all functions: that of the first, as changed. */
static void level_functions(struct link *link)
{
	for (size_t i = 2; i < link->n_ends; i++)
		link->ends[i].lnkctl = (uint16_t)((link->ends[i].lnkctl & ~PCI_EXP_LNKCTL_ASPMC) |
						  (link->ends[1].lnkctl & PCI_EXP_LNKCTL_ASPMC));
}

/*
 * All functions are to carry the same value. Where they do not, the device as a whole uses what is on in each of them
 * (PCIe r6.2 7.5.3.7).
 */
static void level_down(struct link *link)
{
	uint16_t common = PCI_EXP_LNKCTL_ASPMC;

	for (size_t i = 1; i < link->n_ends; i++)
		common &= link->ends[i].lnkctl;
	for (size_t i = 1; i < link->n_ends; i++)
		link->ends[i].lnkctl = (uint16_t)((link->ends[i].lnkctl & ~PCI_EXP_LNKCTL_ASPMC) | common);
}

static void attrs_off(struct aspm_plan *plan, unsigned states)
{
	/* Substates first: the kernel takes them with L1. */
	static const unsigned order[LINK_STATES] = { 5, 4, 3, 2, 1, 0, 6 };

	for (unsigned k = 0; k < LINK_STATES; k++)
		if (states >> order[k] & 1)
			steps_attr(plan, order[k], 0);
	switch_off(&plan->after, states);
	if (states & LINK_L1)
		switch_off(&plan->after, LINK_L1SS);
	if (states & ASPM_ONLY)
		level_functions(&plan->after);
}

/* What the kernel believes to be on already is written off first, or it would not write. */
static void attrs_on(struct aspm_plan *plan, unsigned states)
{
	static const unsigned order[LINK_STATES] = { 1, 2, 3, 4, 5, 0, 6 };

	for (unsigned k = 0; k < LINK_STATES; k++) {
		if (!(states >> order[k] & 1))
			continue;
		if (plan->after.attrs[order[k]] > 0)
			steps_attr(plan, order[k], 0);
		steps_attr(plan, order[k], 1);
	}
	switch_on(&plan->after, states, false);
	if (states & ASPM_ONLY)
		level_functions(&plan->after);
}

static const char stale_remark[] =
	"Somebody wrote LNKCTL behind the kernel's back: what it believes is not what hardware has. Its link/ attributes "
	"would change other states as well, so configuration space is written.";

static void plan_disable(const struct aspm_model *m, unsigned states, struct aspm_plan *plan)
{
	unsigned by_kernel = states & link_kernel_on(&m->link);
	struct link goal;

	plan->states = states & (link_on(&m->link) | by_kernel);
	if (by_kernel && stale(m, states)) {
		plan->remark = stale_remark;
		by_kernel &= LINK_CLKPM;
	}
	if (by_kernel)
		attrs_off(plan, by_kernel);
	goal = plan->after;
	switch_off(&goal, plan->states);
	if (plan->states)
		level_down(&goal);
	steps_registers(plan, &goal);
}

static int plan_enable(const struct aspm_model *m, const struct aspm_wish *wish, struct aspm_plan *plan, struct err *e)
{
	unsigned has = link_kernel_has(&m->link), states, by_kernel, by_config;
	struct link goal;
	int r = refuse_unobtainable(m, wish, &states, e);

	if (r)
		return r;
	plan->states = states & missing(&m->link, wish->force);
	by_kernel = plan->states & has;
	if (by_kernel && stale(m, plan->states)) {
		plan->remark = stale_remark;
		by_kernel = 0;
	}
	by_config = plan->states & ~by_kernel;
	if (!wish->force)
		r = refuse_decisions(m, by_config, plan->states, e);
	if (!r && by_kernel)
		r = refuse_policy(m, wish, &by_kernel, e);
	if (r)
		return r;
	plan->states = by_kernel | by_config;
	if (by_kernel)
		attrs_on(plan, by_kernel);
	goal = plan->after;
	if (plan->states)
		level_down(&goal);
	switch_on(&goal, by_config, wish->force);
	steps_registers(plan, &goal);
	return 0;
}

static void begin(struct aspm_plan *plan, enum aspm_action action, const struct link *now)
{
	*plan = (struct aspm_plan){ .action = action, .before = *now, .after = *now };
}

int aspm_plan_change(const struct aspm_model *m, const struct aspm_wish *wish, struct aspm_plan *plan, struct err *e)
{
	int r = refuse_unknown(m, e);

	begin(plan, wish->action, &m->link);
	if (!r && wish->action == ASPM_DISABLE)
		plan_disable(m, wish->states, plan);
	else if (!r)
		r = plan_enable(m, wish, plan, e);
	if (!r)
		r = refuse_lockdown(m, plan, e);
	return r;
}

void aspm_plan_registers(const struct link *now, const struct link *was, struct aspm_plan *plan)
{
	begin(plan, ASPM_RESTORE, now);
	steps_registers(plan, was);
}

void aspm_plan_restore(const struct link *now, const struct link *was, struct aspm_plan *plan)
{
	unsigned off = 0, on = 0;

	begin(plan, ASPM_RESTORE, now);
	for (unsigned i = 0; i < LINK_STATES; i++) {
		if (now->attrs[i] < 0 || was->attrs[i] < 0 || now->attrs[i] == was->attrs[i])
			continue;
		*(was->attrs[i] ? &on : &off) |= 1u << i;
	}
	if (off)
		attrs_off(plan, off);
	if (on)
		attrs_on(plan, on);
	/* The kernel's own idea of these states is what it was, so the registers are expected to be. */
	if (on & ASPM_ONLY)
		for (size_t i = 0; i < was->n_ends; i++)
			set_end(&plan->after.ends[i],
				link_states_on(was->ends[i].lnkctl & PCI_EXP_LNKCTL_ASPMC, was->ends[i].l1ss_ctl) |
					(link_end_on(&plan->after.ends[i]) & LINK_CLKPM));
	plan->states = off | on;
	steps_registers(plan, was);
}
