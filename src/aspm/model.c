// SPDX-License-Identifier: GPL-2.0-or-later
/* PCIe r6.2 7.5.3.3 (acceptable latencies), 7.5.3.6 (exit latencies), 5.4.1.1, 5.4.1.2. */
#include "aspm/model.h"

#include <linux/pci_regs.h>
#include <string.h>

#include "snapshot/config.h"

/* 64 ns doubled `code` times; the last code is "more than 4 us". */
static uint32_t l0s_exit(uint32_t code)
{
	return code == 7 ? 5000 : 64u << code;
}

static uint32_t l1_exit(uint32_t code)
{
	return code == 7 ? 65000 : 1000u << code;
}

static uint32_t accepts(uint32_t code, uint32_t step)
{
	return code == 7 ? UINT32_MAX : step << code;
}

static void read_latencies(const struct pci_function *fn, struct aspm_end *end)
{
	uint32_t devcap, lnkcap;

	end->l0s_accepts = end->l1_accepts = UINT32_MAX;
	if (config_get(fn, end->express + PCI_EXP_LNKCAP, 4, &lnkcap)) {
		end->l0s_exit = l0s_exit((lnkcap & PCI_EXP_LNKCAP_L0SEL) >> 12);
		end->l1_exit = l1_exit((lnkcap & PCI_EXP_LNKCAP_L1EL) >> 15);
	}
	if (end->type != PCI_EXP_TYPE_ENDPOINT && end->type != PCI_EXP_TYPE_LEG_END)
		return;
	if (config_get(fn, end->express + PCI_EXP_DEVCAP, 4, &devcap)) {
		end->l0s_accepts = accepts((devcap & PCI_EXP_DEVCAP_L0S) >> 6, 64);
		end->l1_accepts = accepts((devcap & PCI_EXP_DEVCAP_L1) >> 9, 1000);
	}
}

static void read_supported(const struct pci_function *fn, struct aspm_end *end)
{
	uint32_t lnkcap, l1ss;

	if (!config_get(fn, end->express + PCI_EXP_LNKCAP, 4, &lnkcap))
		return;
	if (lnkcap & PCI_EXP_LNKCAP_ASPM_L0S)
		end->supported |= ASPM_L0S;
	if (lnkcap & PCI_EXP_LNKCAP_ASPM_L1)
		end->supported |= ASPM_L1;
	if ((lnkcap & PCI_EXP_LNKCAP_CLKPM) && end->role != PCI_PARTNER)
		end->supported |= ASPM_CLKPM;
	/* Without the last bit the register supports no substates at all. */
	if (end->l1ss && config_get(fn, end->l1ss + PCI_L1SS_CAP, 4, &l1ss) && (l1ss & PCI_L1SS_CAP_L1_PM_SS))
		end->supported |= aspm_states_on(0, l1ss);
}

bool aspm_end_read(const struct pci_function *fn, struct aspm_end *end)
{
	const struct config_cap *express, *l1ss;
	struct config_caps caps;
	uint32_t flags, value;

	config_walk(fn, &caps);
	express = config_find(&caps, CHIP_CAP_STANDARD, PCI_CAP_ID_EXP);
	l1ss = config_find(&caps, CHIP_CAP_EXTENDED, PCI_EXT_CAP_ID_L1SS);
	if (!express || !config_get(fn, express->offset + PCI_EXP_FLAGS, 2, &flags) ||
	    !config_get(fn, express->offset + PCI_EXP_LNKCTL, 2, &value))
		return false;
	*end = (struct aspm_end){
	    .addr = fn->addr,
	    .role = fn->role,
	    .express = express->offset,
	    .l1ss = l1ss ? l1ss->offset : 0,
	    .type = (flags & PCI_EXP_FLAGS_TYPE) >> 4,
	    .lnkctl = (uint16_t)value,
	};
	config_get(fn, 0, 4, &end->id);
	if (l1ss)
		config_get(fn, l1ss->offset + PCI_L1SS_CTL1, 4, &end->l1ss_ctl);
	read_supported(fn, end);
	read_latencies(fn, end);
	return true;
}

static void add_end(const struct pci_function *fn, struct aspm_model *m)
{
	struct aspm_link *link = &m->link;

	if (link->n_ends == ASPM_ENDS_MAX)
		return;
	if (aspm_end_read(fn, &link->ends[link->n_ends]))
		link->n_ends++;
	else if (!m->why_not)
		m->why_not = "The link registers of another function of the device could not be read.";
}

static void sort_functions(struct aspm_link *link)
{
	for (size_t i = 2; i < link->n_ends; i++) {
		struct aspm_end end = link->ends[i];
		size_t j = i;

		for (; j > 1 && link->ends[j - 1].addr.fn > end.addr.fn; j--)
			link->ends[j] = link->ends[j - 1];
		link->ends[j] = end;
	}
}

static void read_ends(const struct snapshot *s, struct aspm_model *m)
{
	add_end(snapshot_partner(s), m);
	add_end(snapshot_self(s), m);
	for (size_t i = 0; i < s->n_functions; i++)
		if (s->functions[i].role == PCI_SIBLING)
			add_end(&s->functions[i], m);
	sort_functions(&m->link);
}

static void read_attrs(const struct snapshot *s, struct aspm_link *link)
{
	const struct facts *f = &s->facts;
	const int64_t facts[ASPM_STATES] = {
	    f->link_l0s_aspm,	f->link_l1_aspm,    f->link_l1_1_aspm, f->link_l1_2_aspm,
	    f->link_l1_1_pcipm, f->link_l1_2_pcipm, f->link_clkpm,
	};

	link->attrs_of = snapshot_self(s)->addr;
	for (unsigned i = 0; i < ASPM_STATES; i++)
		link->attrs[i] = facts[i] == FACT_UNKNOWN ? -1 : facts[i] != 0;
}

static unsigned common(const struct aspm_link *link)
{
	unsigned both = ~0u, clkpm = ASPM_CLKPM;

	for (size_t i = 0; i < link->n_ends; i++) {
		/* The substates of a device are those of the one function that has the capability. */
		unsigned elsewhere = i > 1 && !link->ends[i].l1ss ? ASPM_L1SS : 0;

		both &= link->ends[i].supported | elsewhere | ASPM_CLKPM;
		if (i)
			clkpm &= link->ends[i].supported;
	}
	both = (both & (ASPM_USUAL | ASPM_L1SS)) | clkpm;
	return both & ASPM_L1 ? both : both & ~(ASPM_L1_1 | ASPM_L1_2);
}

static unsigned too_late(const struct aspm_link *link)
{
	const struct aspm_end *port = &link->ends[0];
	unsigned late = 0;

	for (size_t i = 1; i < link->n_ends; i++) {
		const struct aspm_end *end = &link->ends[i];
		uint32_t l1 = end->l1_exit > port->l1_exit ? end->l1_exit : port->l1_exit;

		if (end->l0s_exit > end->l0s_accepts && port->l0s_exit > end->l0s_accepts)
			late |= ASPM_L0S;
		if (l1 > end->l1_accepts)
			late |= ASPM_L1;
	}
	return late;
}

static bool has_choice(const struct facts *f, const char *choice)
{
	return f->lockdown && !strcmp(f->lockdown, choice);
}

static bool before_5_5(const char *release)
{
	unsigned major = 0, minor = 0;

	if (!release)
		return false;
	for (; *release >= '0' && *release <= '9' && major < 1000; release++)
		major = major * 10 + (unsigned)(*release - '0');
	if (*release++ != '.')
		return false;
	for (; *release >= '0' && *release <= '9' && minor < 1000; release++)
		minor = minor * 10 + (unsigned)(*release - '0');
	return major < 5 || (major == 5 && minor < 5);
}

static enum aspm_control control_of(const struct snapshot *s, const struct aspm_link *link)
{
	const struct facts *f = &s->facts;

	if (aspm_link_kernel_has(link))
		return ASPM_CONTROL_KERNEL;
	if (!f->kernel)
		return ASPM_CONTROL_UNKNOWN;
	if (f->aspm_boot && !strcmp(f->aspm_boot, "off"))
		return ASPM_CONTROL_BOOT;
	if (!f->aspm_policy)
		return ASPM_CONTROL_UNBUILT;
	if (before_5_5(f->kernel))
		return ASPM_CONTROL_OLD;
	return f->aspm_fadt == 1 ? ASPM_CONTROL_FADT : ASPM_CONTROL_NONE;
}

void aspm_model_read(const struct snapshot *s, const struct chip *chip, struct aspm_model *m)
{
	struct link link;

	*m = (struct aspm_model){.s = s, .chip = chip};
	link_read(s, &link);
	m->applicable = link.applicable;
	m->why_not = link.why_not;
	m->control = ASPM_CONTROL_UNKNOWN;
	m->locked = has_choice(&s->facts, "integrity") || has_choice(&s->facts, "confidentiality");
	if (m->why_not)
		return;
	read_ends(s, m);
	read_attrs(s, &m->link);
	m->control = control_of(s, &m->link);
	m->both = common(&m->link);
	m->late = too_late(&m->link) & m->both;
	m->on = aspm_link_on(&m->link);
	if (chip && chip_has_trait(chip, "aspm-driver-disabled"))
		m->driver_off = ASPM_L0S | ASPM_L1 | ASPM_L1_1 | ASPM_L1_2;
}

/* Clock PM is switched at functions only; what stands there in a port means nothing. */
uint32_t aspm_end_mask(const struct aspm_end *end)
{
	return PCI_EXP_LNKCTL_ASPMC | (end->role == PCI_PARTNER ? 0 : PCI_EXP_LNKCTL_CLKREQ_EN);
}

unsigned aspm_end_on(const struct aspm_end *end)
{
	return aspm_states_on((uint16_t)(end->lnkctl & aspm_end_mask(end)), end->l1ss_ctl);
}

unsigned aspm_link_on(const struct aspm_link *link)
{
	unsigned on = 0;

	for (size_t i = 0; i < link->n_ends; i++)
		on |= aspm_end_on(&link->ends[i]);
	return on;
}

unsigned aspm_link_on_everywhere(const struct aspm_link *link)
{
	unsigned on = ~0u;

	for (size_t i = 0; i < link->n_ends; i++) {
		const struct aspm_end *end = &link->ends[i];

		on &= aspm_end_on(end) | (end->l1ss ? 0 : i > 1 ? ASPM_L1SS : 0) | (i ? 0 : ASPM_CLKPM);
	}
	return on & ((1u << ASPM_STATES) - 1);
}

unsigned aspm_link_kernel_has(const struct aspm_link *link)
{
	unsigned has = 0;

	for (unsigned i = 0; i < ASPM_STATES; i++)
		has |= link->attrs[i] >= 0 ? 1u << i : 0;
	return has;
}

unsigned aspm_link_stale(const struct aspm_link *link)
{
	unsigned believed = aspm_link_kernel_on(link);

	return ((believed & ~aspm_link_on_everywhere(link)) | (~believed & aspm_link_on(link))) &
	       aspm_link_kernel_has(link);
}

unsigned aspm_link_kernel_on(const struct aspm_link *link)
{
	unsigned on = 0;

	for (unsigned i = 0; i < ASPM_STATES; i++)
		on |= link->attrs[i] > 0 ? 1u << i : 0;
	return on;
}
