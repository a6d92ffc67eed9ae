// SPDX-License-Identifier: GPL-2.0-or-later
/* PCIe r6.2 7.5.3 (PCI Express capability), 7.8.3 (L1 PM Substates). */
#include "snapshot/link.h"

#include <linux/pci_regs.h>
#include <string.h>

#define L1SS_STATES 0xfu
#define STANDARD_SPACE 256u

struct end_walk {
	struct config_caps caps;
	const struct config_cap *express;
};

static void read_l1ss(const struct config_caps *caps, struct link_end *end)
{
	const struct config_cap *cap = config_find(caps, CHIP_CAP_EXTENDED, PCI_EXT_CAP_ID_L1SS);
	uint32_t v;

	end->l1ss_known = cap || (end->fn->config_len == PCI_CONFIG_MAX && !caps->n_problems);
	end->has_l1ss = cap;
	if (!cap)
		return;
	if (config_get(end->fn, cap->offset + PCI_L1SS_CAP, 4, &v))
		end->l1ss_supported = v & L1SS_STATES;
	else
		end->l1ss_known = false;
	if (config_get(end->fn, cap->offset + PCI_L1SS_CTL1, 4, &v))
		end->l1ss_enabled = v & L1SS_STATES;
	else
		end->l1ss_known = false;
}

static void read_express(const struct config_cap *cap, struct link_end *end)
{
	uint32_t flags, lnkcap, lnkctl, lnksta;

	if (!config_get(end->fn, cap->offset + PCI_EXP_FLAGS, 2, &flags))
		return;
	end->type = (flags & PCI_EXP_FLAGS_TYPE) >> 4;
	end->linkless = end->type == PCI_EXP_TYPE_RC_END || end->type == PCI_EXP_TYPE_RC_EC;
	end->express = !end->linkless;
	if (!end->express || !config_get(end->fn, cap->offset + PCI_EXP_LNKCAP, 4, &lnkcap) ||
	    !config_get(end->fn, cap->offset + PCI_EXP_LNKCTL, 2, &lnkctl) ||
	    !config_get(end->fn, cap->offset + PCI_EXP_LNKSTA, 2, &lnksta))
		return;
	end->known = true;
	end->supported = (lnkcap & PCI_EXP_LNKCAP_ASPMS) >> 10;
	end->enabled = lnkctl & PCI_EXP_LNKCTL_ASPMC;
	end->clkpm_supported = lnkcap & PCI_EXP_LNKCAP_CLKPM;
	end->clkpm_enabled = lnkctl & PCI_EXP_LNKCTL_CLKREQ_EN;
	end->speed_max = lnkcap & PCI_EXP_LNKCAP_SLS;
	end->width_max = (lnkcap & PCI_EXP_LNKCAP_MLW) >> 4;
	end->speed = lnksta & PCI_EXP_LNKSTA_CLS;
	end->width = (lnksta & PCI_EXP_LNKSTA_NLW) >> 4;
}

static void read_end(const struct pci_function *fn, struct link_end *end, struct end_walk *w)
{
	memset(w, 0, sizeof(*w));
	end->fn = fn;
	if (!fn)
		return;
	config_walk(fn, &w->caps);
	w->express = config_find(&w->caps, CHIP_CAP_STANDARD, PCI_CAP_ID_EXP);
	if (w->express)
		read_express(w->express, end);
	else
		end->linkless = w->caps.n && !w->caps.n_problems;
	if (end->known)
		read_l1ss(&w->caps, end);
}

static bool needs_root(const struct pci_function *fn)
{
	return fn->unread && strstr(fn->unread, "root");
}

static const char *device_why_not(const struct link_end *end, const struct end_walk *w, bool *applicable)
{
	const struct pci_function *fn = end->fn;

	if (!fn || !fn->config_len)
		return fn && needs_root(fn) ? "The device's configuration space is not known: reading it needs root." :
					      "The device's configuration space is not known.";
	if (!config_answers(fn))
		return "The device does not answer: its link is down or it has lost power.";
	*applicable = !end->linkless;
	if (end->linkless && w->express)
		return "The device is integrated in the root complex and has no link: ASPM does not apply.";
	if (end->linkless)
		return fn->addr.bus ?
			"The device has no PCI Express capability, and so no PCI Express link: ASPM does not apply." :
			"The device sits in the chipset and has no PCI Express link: ASPM does not apply.";
	if (end->known)
		return NULL;
	if (needs_root(fn))
		return "The device's link registers could not be read: that needs root.";
	if (fn->config_len < STANDARD_SPACE)
		return "The device's link registers are not in this file: `lspci -xxx` as root writes them.";
	return "The device's capability list is damaged before the link registers.";
}

static const char *partner_why_not(const struct snapshot *s, const struct link_end *end)
{
	if (!end->fn && s->origin == ORIGIN_LIVE)
		return "The port above the device is not visible here: ASPM is a matter of both ends.";
	if (!end->fn)
		return "The port above the device is not in this file: ASPM is a matter of both ends.";
	if (end->known)
		return NULL;
	if (end->fn->config_len && !config_answers(end->fn))
		return "The port above the device does not answer.";
	if (needs_root(end->fn))
		return "The link registers of the port above the device could not be read: that needs root.";
	if (end->fn->config_len < STANDARD_SPACE)
		return "The link registers of the port above the device are not in this file: `lspci -xxx` as root "
		       "writes them.";
	return "The port above the device has no readable PCI Express link registers.";
}

void link_read(const struct snapshot *s, struct link *link)
{
	struct end_walk device, partner;

	*link = (struct link){ .applicable = true };
	read_end(snapshot_self(s), &link->device, &device);
	read_end(snapshot_partner(s), &link->partner, &partner);
	link->why_not = device_why_not(&link->device, &device, &link->applicable);
	if (!link->why_not)
		link->why_not = partner_why_not(s, &link->partner);
}

const char *link_states(unsigned states)
{
	static const char *const names[] = {
		[0] = "disabled", [LINK_L0S] = "L0s", [LINK_L1] = "L1", [LINK_L0S | LINK_L1] = "L0s L1"
	};

	return names[states & (LINK_L0S | LINK_L1)];
}
