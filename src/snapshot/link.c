// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All ends of a link: the states that they support and enable, and the reason if these are not known (PCIe r6.2 5.4.1).
 * The registers of one end are in 7.5.3 (PCI Express capability; 7.5.3.3 acceptable latencies, 7.5.3.6 exit latencies,
 * 7.5.3.7 Link Control) and 7.8.3 (L1 PM Substates; 7.8.3.3 its Control 1).
 */
#include "snapshot/link.h"

#include <linux/pci_regs.h>
#include <string.h>

#include "chip/drivers.h"
#define STANDARD_SPACE 256u

const struct link_state link_states[LINK_STATES] = {
	{ "l0s", "L0s", "l0s_aspm", 0x0001, 0 },
	{ "l1", "L1", "l1_aspm", 0x0002, 0 },
	{ "l1.1", "L1.1", "l1_1_aspm", 0, 0x8 },
	{ "l1.2", "L1.2", "l1_2_aspm", 0, 0x4 },
	{ "pcipm-l1.1", "PCI-PM L1.1", "l1_1_pcipm", 0, 0x2 },
	{ "pcipm-l1.2", "PCI-PM L1.2", "l1_2_pcipm", 0, 0x1 },
	{ "clkpm", "clock PM", "clkpm", 0x0100, 0 },
};

unsigned link_states_on(uint16_t lnkctl, uint32_t l1ss)
{
	unsigned on = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		if ((lnkctl & link_states[i].lnkctl) || (l1ss & link_states[i].l1ss))
			on |= 1u << i;
	return on;
}

uint16_t link_states_lnkctl(unsigned states)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		if (states >> i & 1)
			bits |= link_states[i].lnkctl;
	return (uint16_t)bits;
}

uint32_t link_states_l1ss(unsigned states)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		if (states >> i & 1)
			bits |= link_states[i].l1ss;
	return bits;
}

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
	return code == 7 ? LINK_NO_LIMIT : step << code;
}

static void read_latencies(const struct pci_function *fn, uint32_t lnkcap, struct link_end *end)
{
	uint32_t devcap;

	end->l0s_exit = l0s_exit((lnkcap & PCI_EXP_LNKCAP_L0SEL) >> 12);
	end->l1_exit = l1_exit((lnkcap & PCI_EXP_LNKCAP_L1EL) >> 15);
	end->l0s_accepts = end->l1_accepts = LINK_NO_LIMIT;
	if (end->type != PCI_EXP_TYPE_ENDPOINT && end->type != PCI_EXP_TYPE_LEG_END)
		return;
	if (config_get(fn, end->express_at + PCI_EXP_DEVCAP, 4, &devcap)) {
		end->l0s_accepts = accepts((devcap & PCI_EXP_DEVCAP_L0S) >> 6, 64);
		end->l1_accepts = accepts((devcap & PCI_EXP_DEVCAP_L1) >> 9, 1000);
	}
}

static void read_l1ss(const struct pci_function *fn, const struct config_caps *caps, struct link_end *end)
{
	const struct config_cap *cap = config_find(caps, CHIP_CAP_EXTENDED, PCI_EXT_CAP_ID_L1SS);
	uint32_t can;

	end->l1ss_known = cap || (fn->config_len == PCI_CONFIG_MAX && !caps->n_problems);
	if (!cap)
		return;
	if (!config_get(fn, cap->offset + PCI_L1SS_CAP, 4, &can) ||
	    !config_get(fn, cap->offset + PCI_L1SS_CTL1, 4, &end->l1ss_ctl)) {
		end->l1ss_known = false;
		return;
	}
	end->l1ss_at = cap->offset;
	/* Without that bit the register supports no substates at all. */
	if (can & PCI_L1SS_CAP_L1_PM_SS)
		end->supported |= link_states_on(0, can);
}

static void read_express(const struct pci_function *fn, const struct config_caps *caps, struct link_end *end)
{
	uint32_t flags, lnkcap, lnkctl, lnksta, lnkctl2;

	if (!config_get(fn, end->express_at + PCI_EXP_FLAGS, 2, &flags))
		return;
	end->type = (flags & PCI_EXP_FLAGS_TYPE) >> 4;
	end->linkless = end->type == PCI_EXP_TYPE_RC_END || end->type == PCI_EXP_TYPE_RC_EC;
	end->express = !end->linkless;
	if (!end->express || !config_get(fn, end->express_at + PCI_EXP_LNKCAP, 4, &lnkcap) ||
	    !config_get(fn, end->express_at + PCI_EXP_LNKCTL, 2, &lnkctl) ||
	    !config_get(fn, end->express_at + PCI_EXP_LNKSTA, 2, &lnksta))
		return;
	end->known = true;
	end->lnkctl = (uint16_t)lnkctl;
	end->supported = (lnkcap & PCI_EXP_LNKCAP_ASPM_L0S ? LINK_L0S : 0) |
			 (lnkcap & PCI_EXP_LNKCAP_ASPM_L1 ? LINK_L1 : 0) |
			 ((lnkcap & PCI_EXP_LNKCAP_CLKPM) && end->role != PCI_PARTNER ? LINK_CLKPM : 0);
	end->speed_max = lnkcap & PCI_EXP_LNKCAP_SLS;
	end->width_max = (lnkcap & PCI_EXP_LNKCAP_MLW) >> 4;
	end->speed = lnksta & PCI_EXP_LNKSTA_CLS;
	end->width = (lnksta & PCI_EXP_LNKSTA_NLW) >> 4;
	/* Version 1 of the capability ends before it; software that knows no speeds but one leaves 0. */
	if ((flags & PCI_EXP_FLAGS_VERS) > 1 && config_get(fn, end->express_at + PCI_EXP_LNKCTL2, 2, &lnkctl2))
		end->speed_target = lnkctl2 & PCI_EXP_LNKCTL2_TLS;
	read_latencies(fn, lnkcap, end);
	read_l1ss(fn, caps, end);
}

/* Where the chipset has its own NIC. */
static bool in_chipset_slot(const struct pci_addr *addr)
{
	char text[PCI_ADDR_MAX];

	return drivers_onboard(pci_addr_str(addr, text)) != NULL;
}

/*
 * Without a PCI Express capability it is a conventional PCI or PCI-X device, as those that virtual machines emulate,
 * or a function of the chipset, which announces Advanced Features (PCI ECN of 2008, for functions on root buses). An
 * emulated one may have no capability at all, and any slot.
 */
static bool is_conventional(const struct config_caps *caps, const struct pci_addr *addr)
{
	if (config_find(caps, CHIP_CAP_STANDARD, PCI_CAP_ID_PCIX) || caps->n == 1)
		return true;
	return !config_find(caps, CHIP_CAP_STANDARD, PCI_CAP_ID_AF) && !in_chipset_slot(addr);
}

bool link_end_read(const struct pci_function *fn, struct link_end *end)
{
	const struct config_cap *express;
	const struct config_caps *caps = config_caps(fn);

	*end = (struct link_end){ .addr = fn->addr, .role = fn->role, .there = true };
	config_get(fn, PCI_VENDOR_ID, 4, &end->id);
	express = config_find(caps, CHIP_CAP_STANDARD, PCI_CAP_ID_EXP);
	end->linkless = !express && caps->n && !caps->n_problems;
	end->conventional = end->linkless && is_conventional(caps, &fn->addr);
	end->unseen = !express && fn->config_len < STANDARD_SPACE;
	if (!express)
		return false;
	end->express_at = express->offset;
	read_express(fn, caps, end);
	return end->known;
}

/* Clock PM is enabled at functions only; a port's bit has no meaning. */
uint32_t link_end_mask(const struct link_end *end)
{
	return PCI_EXP_LNKCTL_ASPMC | (end->role == PCI_PARTNER ? 0 : PCI_EXP_LNKCTL_CLKREQ_EN);
}

unsigned link_end_on(const struct link_end *end)
{
	return link_states_on((uint16_t)(end->lnkctl & link_end_mask(end)), end->l1ss_ctl);
}

static void read_attrs(const struct snapshot *s, struct link *link)
{
	const struct facts *f = &s->facts;
	const int64_t facts[LINK_STATES] = {
		f->link_l0s_aspm,   f->link_l1_aspm,    f->link_l1_1_aspm, f->link_l1_2_aspm,
		f->link_l1_1_pcipm, f->link_l1_2_pcipm, f->link_clkpm,
	};

	link->attrs_of = link->ends[link->self].addr;
	for (unsigned i = 0; i < LINK_STATES; i++)
		link->attrs[i] = facts[i] == FACT_UNKNOWN ? -1 : facts[i] != 0;
}

static bool before_5_5(const char *release)
{
	unsigned major = 0, minor = 0;

	for (; *release >= '0' && *release <= '9' && major < 1000; release++)
		major = major * 10 + (unsigned)(*release - '0');
	if (*release++ != '.')
		return false;
	for (; *release >= '0' && *release <= '9' && minor < 1000; release++)
		minor = minor * 10 + (unsigned)(*release - '0');
	return major < 5 || (major == 5 && minor < 5);
}

static enum link_control control_of(const struct facts *f, const struct link *link)
{
	if (link_kernel_has(link))
		return LINK_CONTROL_KERNEL;
	if (!f->kernel || link->why_not)
		return LINK_CONTROL_UNKNOWN;
	if (f->aspm_boot && !strcmp(f->aspm_boot, "off"))
		return LINK_CONTROL_BOOT;
	if (!f->aspm_policy)
		return LINK_CONTROL_UNBUILT;
	if (before_5_5(f->kernel))
		return LINK_CONTROL_OLD;
	return f->aspm_fadt == 1 ? LINK_CONTROL_FADT : LINK_CONTROL_NONE;
}

/* Fills .control, .policy, .attrs_of and .attrs. */
static void read_kernel(const struct snapshot *s, struct link *link)
{
	read_attrs(s, link);
	link->control = control_of(&s->facts, link);
	link->policy = s->facts.aspm_policy;
}

unsigned link_kernel_has(const struct link *link)
{
	unsigned has = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		has |= link->attrs[i] >= 0 ? 1u << i : 0;
	return has;
}

unsigned link_kernel_on(const struct link *link)
{
	unsigned on = 0;

	for (unsigned i = 0; i < LINK_STATES; i++)
		on |= link->attrs[i] > 0 ? 1u << i : 0;
	return on;
}

static bool needs_root(const struct pci_function *fn)
{
	return unread_needs_root(fn->unread);
}

static const char *no_config(const struct pci_function *fn)
{
	if (fn && needs_root(fn))
		return "The device's configuration space is not known: reading it needs root.";
	switch (fn ? fn->unread : UNREAD_NO) {
	case UNREAD_ASLEEP:
		return "The device is asleep without power (D3cold), and its link with it: it has to be woken first.";
	case UNREAD_REFUSED:
		return "The device's configuration space is not known: the kernel refused to read it.";
	case UNREAD_GONE:
		return "The device's configuration space is not known: the device went away.";
	default:
		return "The device's configuration space is not known.";
	}
}

static const char *no_link(const struct link_end *end)
{
	if (end->express_at)
		return "The device is integrated in the root complex and has no link: ASPM does not apply.";
	return end->conventional
		       ? "The device is on a conventional PCI bus: there is no PCI Express link, and no ASPM on this bus."
		       : "The device sits in the chipset and has no PCI Express link: ASPM does not apply.";
}

static const char *device_why_not(const struct pci_function *fn, const struct link_end *end, bool *applicable)
{
	if (!fn || !fn->config_len)
		return no_config(fn);
	if (!config_answers(fn))
		return "The device does not answer: its link is down or it has lost power.";
	*applicable = !end->linkless;
	if (end->linkless)
		return no_link(end);
	if (end->known)
		return NULL;
	if (needs_root(fn))
		return "The device's link registers could not be read: that needs root.";
	if (fn->config_len < STANDARD_SPACE)
		return "The device's link registers are not in this file: `lspci -xxx` as root writes them.";
	return "The device's capability list is damaged before the link registers.";
}

static const char *port_why_not(const struct snapshot *s, const struct pci_function *fn, const struct link_end *end)
{
	if (!fn && s->origin == ORIGIN_LIVE)
		return "The port above the device is not visible here: ASPM is a matter of both ends.";
	if (!fn)
		return "The port above the device is not in this file: ASPM is a matter of both ends.";
	if (end->known)
		return NULL;
	if (fn->config_len && !config_answers(fn))
		return "The port above the device does not answer.";
	if (needs_root(fn))
		return "The link registers of the port above the device could not be read: that needs root.";
	if (fn->config_len < STANDARD_SPACE)
		return "The link registers of the port above the device are not in this file: `lspci -xxx` as root "
		       "writes them.";
	return "The port above the device has no readable PCI Express link registers.";
}

/* In the order of their numbers, the device itself among them. */
static void add_function(const struct pci_function *fn, struct link *link)
{
	size_t at = link->n_ends;

	if (link->n_ends == LINK_ENDS_MAX)
		return;
	for (; at > 1 && fn && link->ends[at - 1].addr.fn > fn->addr.fn; at--)
		link->ends[at] = link->ends[at - 1];
	link->ends[at] = (struct link_end){ .role = PCI_SELF };
	if (fn)
		link_end_read(fn, &link->ends[at]);
	link->n_ends++;
}

static void read_ends(const struct snapshot *s, struct link *link)
{
	const struct pci_function *port = snapshot_partner(s);

	link->ends[0].role = PCI_PARTNER;
	if (port)
		link_end_read(port, &link->ends[0]);
	link->n_ends = 1;
	add_function(snapshot_self(s), link);
	for (size_t i = 0; i < s->n_functions; i++)
		if (s->functions[i].role == PCI_SIBLING)
			add_function(&s->functions[i], link);
	while (link->ends[++link->self].role != PCI_SELF)
		;
}

static unsigned common(const struct link *link)
{
	unsigned both = ~0u, clkpm = LINK_CLKPM;

	for (size_t i = 0; i < link->n_ends; i++) {
		/* The substates of a device are those of the one function that has the capability. */
		unsigned elsewhere = i > 1 && !link->ends[i].l1ss_at ? LINK_L1SS : 0;

		both &= link->ends[i].supported | elsewhere | LINK_CLKPM;
		if (i)
			clkpm &= link->ends[i].supported;
	}
	both = (both & (LINK_ASPM | LINK_L1SS)) | clkpm;
	return both & LINK_L1 ? both : both & ~(LINK_L1_1 | LINK_L1_2);
}

/*
 * An end's L0s is left by its own transmitter, and the other end's receiver says how long that takes it. L1 is left by
 * both together.
 */
static void read_late(struct link *link)
{
	struct link_end *port = &link->ends[0];
	unsigned below = 0;

	for (size_t i = 1; i < link->n_ends; i++) {
		const struct link_end *end = &link->ends[i];
		uint32_t l1 = end->l1_exit > port->l1_exit ? end->l1_exit : port->l1_exit;

		port->late |= (end->l0s_exit > end->l0s_accepts ? LINK_L0S : 0) | (l1 > end->l1_accepts ? LINK_L1 : 0);
		below |= port->l0s_exit > end->l0s_accepts ? LINK_L0S : 0;
	}
	for (size_t i = 1; i < link->n_ends; i++)
		link->ends[i].late = ((port->late & LINK_L1) | below) & link->ends[i].supported;
	port->late &= port->supported;
	link->late = port->late & link->ends[1].late & link->both;
}

void link_read(const struct snapshot *s, struct link *link)
{
	*link = (struct link){ .applicable = true };
	read_ends(s, link);
	/* Its own link registers read 0 (SR-IOV 3.5.5). */
	link->applicable = !s->facts.physical_function;
	link->why_not = "The device is a virtual function: its link is that of the physical function.";
	if (link->applicable)
		link->why_not = device_why_not(snapshot_self(s), link_device(link), &link->applicable);
	if (!link->why_not)
		link->why_not = port_why_not(s, snapshot_partner(s), link_port(link));
	for (size_t i = 1; i < link->n_ends && !link->why_not; i++)
		if (!link->ends[i].known)
			link->why_not = "The link registers of another function of the device could not be read.";
	for (size_t i = 0; i < s->n_functions && link->why_not && link->applicable; i++)
		link->needs_root |= needs_root(&s->functions[i]);
	read_kernel(s, link);
	if (link->why_not)
		return;
	link->both = common(link);
	read_late(link);
}

/* Of a part that has a link. A guest may see it on a conventional bus, and what wrote a file may have left the capability out. */
static void mark_hidden(struct link *link, struct link_end *end)
{
	if (!end->linkless || link->why_not != no_link(end)) /* a virtual function's link is another one's */
		return;
	end->linkless = end->conventional = false;
	link->applicable = link->hidden = true;
	link->why_not =
		"The chip is a PCI Express part, and its configuration space, as it is seen here, does not have the "
		"PCI Express capability: whether ASPM is on is not known.";
}

/* A part has no PCI Express interface, and is on a conventional bus or inside the chipset, whatever its slot and its list of
 * capabilities look like. A device whose configuration space says otherwise is another part. */
static void of_chip(struct link *link, const struct chip *chip)
{
	struct link_end *end = &link->ends[link->self];
	bool conventional = chip && chip_has_trait(chip, "conventional-pci");

	if (!chip)
		return;
	if (!conventional && !chip_has_trait(chip, "no-pcie-capability")) {
		mark_hidden(link, end);
		return;
	}
	if (end->express_at || end->id == UINT32_MAX || (!end->linkless && !end->unseen && !conventional))
		return;
	end->linkless = true;
	end->conventional = conventional;
	link->applicable = false;
	link->needs_root = false;
	link->why_not = no_link(end);
}

void link_read_part(const struct snapshot *s, const struct chip *chip, struct link *link)
{
	link_read(s, link);
	of_chip(link, chip);
}

const struct link_end *link_slowed_by(const struct link *link)
{
	const struct link_end *device = link_device(link), *port = link_port(link);

	if (port->speed_target && port->speed_target <= device->speed && port->speed_target < port->speed_max)
		return port;
	if (device->speed_target && device->speed_target <= device->speed && device->speed_target < device->speed_max)
		return device;
	return NULL;
}

unsigned link_on(const struct link *link)
{
	unsigned on = 0;

	for (size_t i = 0; i < link->n_ends; i++)
		on |= link_end_on(&link->ends[i]);
	return on;
}

unsigned link_on_everywhere(const struct link *link)
{
	unsigned on = ~0u;

	for (size_t i = 0; i < link->n_ends; i++) {
		const struct link_end *end = &link->ends[i];

		on &= link_end_on(end) | (end->l1ss_at ? 0 : i > 1 ? LINK_L1SS : 0) | (i ? 0 : LINK_CLKPM);
	}
	return on & ((1u << LINK_STATES) - 1);
}

unsigned link_stale(const struct link *link)
{
	unsigned believed = link_kernel_on(link), on = link_on(link);
	unsigned off = ~(link_on_everywhere(link) | (on & LINK_L0S));

	return link->why_not ? 0 : ((believed & off) | (~believed & on)) & link_kernel_has(link);
}
