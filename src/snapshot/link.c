// SPDX-License-Identifier: GPL-2.0-or-later
/* All ends of a link together: what they can, what is on, and why that is not known. PCIe r6.2 5.4.1. */
#include "snapshot/link.h"

#include <linux/pci_regs.h>
#include <string.h>

#include "snapshot/link_kernel.h"

#define STANDARD_SPACE 256u

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
		return "The device is asleep without power (D3cold), and its link with it: it would have to be woken.";
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
	link_kernel_read(s, link);
	if (link->why_not)
		return;
	link->both = common(link);
	read_late(link);
}

const struct link_end *link_device(const struct link *link)
{
	return &link->ends[link->self];
}

const struct link_end *link_port(const struct link *link)
{
	return &link->ends[0];
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
