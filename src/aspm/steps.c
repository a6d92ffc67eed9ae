// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps from one state of a link's registers to another, in the order of PCIe r6.2 5.5.4 and 7.5.3.7. */
#include "aspm/steps.h"

#include <linux/pci_regs.h>
#include <stdlib.h>

static struct aspm_step *add(struct aspm_plan *plan)
{
	if (plan->n_steps == ASPM_STEPS_MAX)
		abort(); /* nine ends take four steps each, seven attributes two */
	return &plan->steps[plan->n_steps++];
}

void steps_attr(struct aspm_plan *plan, unsigned i, int value)
{
	struct link *after = &plan->after;

	*add(plan) = (struct aspm_step){
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
	*add(plan) = (struct aspm_step){
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
	*add(plan) = (struct aspm_step){
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

void steps_registers(struct aspm_plan *plan, const struct link *goal)
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
