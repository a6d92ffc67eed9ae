// SPDX-License-Identifier: GPL-2.0-or-later
/* A plan compared with what was read, and shown. */
#include <errno.h>
#include <string.h>

#include "aspm/plan.h"
#include "util/buf.h"
#include "util/err.h"

const char *aspm_action_name(enum aspm_action action)
{
	static const char *const names[] = { "disable", "enable", "restore" };

	return names[action];
}

const char *aspm_way_name(enum aspm_way way)
{
	return way == ASPM_BY_LINK ? "link" : "config";
}

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
		return unmet(end, more, "came on by itself", e);
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
