// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One end's registers. PCIe r6.2 7.5.3 (PCI Express capability; 7.5.3.3 acceptable latencies, 7.5.3.6 exit latencies),
 * 7.8.3 (L1 PM Substates).
 */
#include "snapshot/link.h"

#include <linux/pci_regs.h>

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

/* Where the chipset has its own NIC, as in klog: 00:19.0 and 00:1f.6. */
static bool in_chipset_slot(const struct pci_addr *addr)
{
	return !addr->bus && ((addr->dev == 0x19 && addr->fn == 0) || (addr->dev == 0x1f && addr->fn == 6));
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
	struct config_caps caps;

	*end = (struct link_end){ .addr = fn->addr, .role = fn->role, .there = true };
	config_get(fn, PCI_VENDOR_ID, 4, &end->id);
	config_walk(fn, &caps);
	express = config_find(&caps, CHIP_CAP_STANDARD, PCI_CAP_ID_EXP);
	end->linkless = !express && caps.n && !caps.n_problems;
	end->conventional = end->linkless && is_conventional(&caps, &fn->addr);
	if (!express)
		return false;
	end->express_at = express->offset;
	read_express(fn, &caps, end);
	return end->known;
}

/* Clock PM is switched at functions only; what stands there in a port means nothing. */
uint32_t link_end_mask(const struct link_end *end)
{
	return PCI_EXP_LNKCTL_ASPMC | (end->role == PCI_PARTNER ? 0 : PCI_EXP_LNKCTL_CLKREQ_EN);
}

unsigned link_end_on(const struct link_end *end)
{
	return link_states_on((uint16_t)(end->lnkctl & link_end_mask(end)), end->l1ss_ctl);
}
