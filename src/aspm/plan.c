// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspm/plan.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "aspm/internal.h"
#include "util/buf.h"
#include "util/err.h"

#define ASPM_ONLY (~LINK_CLKPM) /* clock PM is set apart from the others by the kernel */

const char *aspm_action_name(enum aspm_action action)
{
	static const char *const names[] = { "disable", "enable", "restore" };

	return names[action];
}

const char *aspm_way_name(enum aspm_way way)
{
	return way == ASPM_BY_LINK ? "link" : "config";
}

static bool locked_down(const struct facts *f)
{
	return f->lockdown && (!strcmp(f->lockdown, "integrity") || !strcmp(f->lockdown, "confidentiality"));
}

void aspm_model_read(const struct snapshot *s, const struct chip *chip, struct aspm_model *m)
{
	*m = (struct aspm_model){ .s = s, .chip = chip, .locked = locked_down(&s->facts) };
	link_read_part(s, chip, &m->link);
	if (!m->link.why_not)
		m->faulty = link_errata(chip, &m->erratum);
}

/* Steps from one state of a link's registers to another, in the order of PCIe r6.2 5.5.4 and 7.5.3.7. Each changes
 * plan->after. */

static struct aspm_step *add_step(struct aspm_plan *plan)
{
	if (plan->n_steps == ASPM_STEPS_MAX)
		abort(); /* nine ends take four steps each, seven attributes two */
	return &plan->steps[plan->n_steps++];
}

static void steps_attr(struct aspm_plan *plan, unsigned i, int value)
{
	struct link *after = &plan->after;

	*add_step(plan) = (struct aspm_step){
		.way = ASPM_BY_LINK,
		.addr = after->attrs_of,
		.what = link_states[i].attr,
		.mask = 1,
		.from = after->attrs[i] > 0,
		.to = (uint32_t)value,
	};
	after->attrs[i] = (int8_t)value;
}

static void step_lnkctl(struct aspm_plan *plan, size_t i, uint32_t value)
{
	struct link_end *end = &plan->after.ends[i];
	uint32_t mask = link_end_mask(end), to = (end->lnkctl & ~mask) | (value & mask);

	if (to == end->lnkctl)
		return;
	*add_step(plan) = (struct aspm_step){
		.way = ASPM_BY_CONFIG,
		.addr = end->addr,
		.what = "LNKCTL",
		.offset = end->express_at + PCI_EXP_LNKCTL,
		.bytes = 2,
		.mask = mask,
		.from = end->lnkctl,
		.to = to,
	};
	end->lnkctl = (uint16_t)to;
}

static void step_l1ss(struct aspm_plan *plan, size_t i, uint32_t value)
{
	struct link_end *end = &plan->after.ends[i];
	uint32_t to = (end->l1ss_ctl & ~LINK_L1SS_MASK) | (value & LINK_L1SS_MASK);

	if (!end->l1ss_at || to == end->l1ss_ctl)
		return;
	*add_step(plan) = (struct aspm_step){
		.way = ASPM_BY_CONFIG,
		.addr = end->addr,
		.what = "L1SUBCTL1",
		.offset = end->l1ss_at + PCI_L1SS_CTL1,
		.bytes = 4,
		.mask = LINK_L1SS_MASK,
		.from = end->l1ss_ctl,
		.to = to,
	};
	end->l1ss_ctl = to;
}

static bool l1ss_differs(const struct link *a, const struct link *b)
{
	for (size_t i = 0; i < a->n_ends; i++)
		if (a->ends[i].l1ss_at && ((a->ends[i].l1ss_ctl ^ b->ends[i].l1ss_ctl) & LINK_L1SS_MASK))
			return true;
	return false;
}

static void steps_registers(struct aspm_plan *plan, const struct link *goal)
{
	struct link_end *ends = plan->after.ends;
	size_t n = plan->after.n_ends;
	uint32_t l1 = l1ss_differs(&plan->after, goal) ? PCI_EXP_LNKCTL_ASPM_L1 : 0;

	/* Taking away: the functions, last of all the port. */
	for (size_t k = n; k-- > 0;) {
		size_t i = k ? n - k : 0;

		step_lnkctl(plan, i, ends[i].lnkctl & goal->ends[i].lnkctl & ~l1);
	}
	for (size_t k = n; k-- > 0;) {
		size_t i = k ? n - k : 0;

		step_l1ss(plan, i, ends[i].l1ss_ctl & goal->ends[i].l1ss_ctl);
	}
	/* Giving: the port, then the functions. */
	for (size_t i = 0; i < n; i++)
		step_l1ss(plan, i, goal->ends[i].l1ss_ctl);
	for (size_t i = 0; i < n; i++)
		step_lnkctl(plan, i, goal->ends[i].lnkctl);
}

/* Which way is taken. */

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
	"LNKCTL was written directly: the kernel's idea of ASPM differs from the hardware. Its link/ attributes "
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
	int r = aspm_refuse_unobtainable(m, wish, &states, e);

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
		r = aspm_refuse_decisions(m, by_config, plan->states, e);
	if (!r && by_kernel)
		r = aspm_refuse_policy(m, wish, &by_kernel, e);
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
	int r = aspm_refuse_unknown(m, e);

	begin(plan, wish->action, &m->link);
	if (!r && wish->action == ASPM_DISABLE)
		plan_disable(m, wish->states, plan);
	else if (!r)
		r = plan_enable(m, wish, plan, e);
	if (!r)
		r = aspm_refuse_lockdown(m, plan, e);
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

/* A plan compared with what was read, and shown. */

bool aspm_link_same(const struct link *a, const struct link *b)
{
	for (size_t i = 0; i < a->n_ends; i++)
		if (((a->ends[i].lnkctl ^ b->ends[i].lnkctl) & link_end_mask(&a->ends[i])) ||
		    ((a->ends[i].l1ss_ctl ^ b->ends[i].l1ss_ctl) & LINK_L1SS_MASK))
			return false;
	return true;
}

bool aspm_plan_writes_config(const struct aspm_plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].way == ASPM_BY_CONFIG)
			return true;
	return false;
}

static int unmet(const struct link_end *end, unsigned states, const char *how, struct err *e)
{
	struct buf shown = { 0 };
	char addr[PCI_ADDR_MAX];

	link_states_show(states, "", &shown);
	err_set(e, EIO, pci_addr_str(&end->addr, addr), "the change did not take: %s %s; LNKCTL reads 0x%04x",
		buf_str(&shown), how, end->lnkctl);
	buf_free(&shown);
	return -EIO;
}

/* What the states of one end may have become besides those that were asked for. */
static int check_others(const struct aspm_plan *plan, size_t i, const struct link *now, struct err *e)
{
	const struct link_end *end = &now->ends[i];
	unsigned was = link_end_on(&plan->before.ends[i]), is = link_end_on(end),
		 expected = link_end_on(&plan->after.ends[i]);
	unsigned more = is & ~(was | expected), less = was & ~is & expected;

	if (more)
		return unmet(end, more, "was enabled again", e);
	return less ? unmet(end, less, "went off as well", e) : 0;
}

int aspm_plan_met(const struct aspm_plan *plan, const struct link *now, struct err *e)
{
	for (size_t i = 0; i < now->n_ends; i++) {
		const struct link_end *end = &now->ends[i];
		unsigned wanted = link_end_on(&plan->after.ends[i]) & plan->states;
		unsigned off = wanted & ~link_end_on(end), on = ~wanted & plan->states & link_end_on(end);
		int r;

		if (on)
			return unmet(end, on, "is still on", e);
		if (off)
			return unmet(end, off, "is still off", e);
		r = check_others(plan, i, now, e);
		if (r)
			return r;
	}
	return 0;
}

void aspm_step_value(const struct aspm_step *step, uint32_t value, struct buf *out)
{
	if (step->way == ASPM_BY_LINK)
		buf_printf(out, "%u", value);
	else
		buf_printf(out, "0x%0*x", (int)step->bytes * 2, value);
}

void aspm_step_say(const struct aspm_step *step, struct buf *out)
{
	char addr[PCI_ADDR_MAX];

	buf_printf(out, "%s %s%s ", pci_addr_str(&step->addr, addr), step->way == ASPM_BY_LINK ? "link/" : "",
		   step->what);
	aspm_step_value(step, step->from, out);
	buf_puts(out, " -> ");
	aspm_step_value(step, step->to, out);
	buf_printf(out, " (%s)", aspm_way_name(step->way));
}
