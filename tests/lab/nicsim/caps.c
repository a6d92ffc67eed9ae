// SPDX-License-Identifier: GPL-2.0-or-later
/* Capability structures, laid out where the part's table says. */
#include <linux/pci.h>

#include "nicsim.h"

static void pm_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	fn->pm = cap->at;
	nicsim_put16(fn, cap->at + PCI_PM_PMC, cap->arg >> 16, 0);
	nicsim_put16(fn, cap->at + PCI_PM_CTRL, cap->arg, 0x1f03);
	nicsim_w1c16(fn, cap->at + PCI_PM_CTRL, PCI_PM_CTRL_PME_STATUS);
}

static void msi_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	u16 flags = cap->arg;
	int data = flags & PCI_MSI_FLAGS_64BIT ? PCI_MSI_DATA_64 :
					      PCI_MSI_DATA_32;

	nicsim_put16(fn, cap->at + PCI_MSI_FLAGS, flags, 0x0071);
	nicsim_put32(fn, cap->at + PCI_MSI_ADDRESS_LO, 0, 0xfffffffc);
	if (flags & PCI_MSI_FLAGS_64BIT)
		nicsim_put32(fn, cap->at + PCI_MSI_ADDRESS_HI, 0, ~0);
	nicsim_put16(fn, cap->at + data, 0, 0xffff);
	if (flags & PCI_MSI_FLAGS_MASKBIT)
		nicsim_put32(fn, cap->at + data + 4, 0, 1);
}

static void msix_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	nicsim_put16(fn, cap->at + PCI_MSIX_FLAGS, cap->arg & 0x7ff, 0xc000);
	nicsim_put32(fn, cap->at + PCI_MSIX_TABLE, fn->part->bars[1].index, 0);
	nicsim_put32(fn, cap->at + PCI_MSIX_PBA,
		     fn->part->bars[1].index | (cap->arg & ~0xfff), 0);
}

static u32 devcap_of(const struct nicsim_fn *fn)
{
	u32 devcap = fn->part->devcap;

	/* No limit, so that the kernel takes no state away for its latency. */
	if (nicsim_is_nic(fn) && strcmp(nicsim_latency, "real"))
		devcap |= PCI_EXP_DEVCAP_L0S | PCI_EXP_DEVCAP_L1;
	return devcap;
}

static u16 exp_type(const struct nicsim_fn *fn)
{
	static const u8 types[] = {
		[NICSIM_NIC] = PCI_EXP_TYPE_ENDPOINT,
		[NICSIM_ROOT_PORT] = PCI_EXP_TYPE_ROOT_PORT,
		[NICSIM_SWITCH_UP] = PCI_EXP_TYPE_UPSTREAM,
		[NICSIM_SWITCH_DOWN] = PCI_EXP_TYPE_DOWNSTREAM,
	};

	return types[fn->part->role] << 4;
}

static void exp_v2_build(struct nicsim_fn *fn, int at)
{
	u16 ltr = fn->part->devcap2 & PCI_EXP_DEVCAP2_LTR ?
		  PCI_EXP_DEVCTL2_LTR_EN : 0;
	u16 speed = fn->part->lnkcap & PCI_EXP_LNKCAP_SLS;

	nicsim_put32(fn, at + PCI_EXP_DEVCAP2, fn->part->devcap2, 0);
	nicsim_put16(fn, at + PCI_EXP_DEVCTL2, ltr, 0x001f | ltr);
	/* a bit for each speed up to the highest one, from bit 1 on */
	nicsim_put32(fn, at + PCI_EXP_LNKCAP2, (2 << speed) - 2, 0);
	nicsim_put16(fn, at + PCI_EXP_LNKCTL2, speed, 0x000f);
}

static void slot_build(struct nicsim_fn *fn, int at, u32 number)
{
	/* slot power limit 10 W, no hot-plug, no command completed event */
	nicsim_put32(fn, at + PCI_EXP_SLTCAP, number << 19 | 0x00040500, 0);
	nicsim_put16(fn, at + PCI_EXP_SLTCTL, 0, 0x1fff);
	nicsim_w1c16(fn, at + PCI_EXP_SLTSTA, 0x011f);
}

static void exp_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	bool root = fn->part->role == NICSIM_ROOT_PORT;
	bool down = root || fn->part->role == NICSIM_SWITCH_DOWN;
	u32 port = down ? PCI_FUNC(fn->devfn) + PCI_SLOT(fn->devfn) % 4 + 1 : 0;
	u16 flags = cap->arg | exp_type(fn);
	u16 lnkctl = PCI_EXP_LNKCTL_ASPMC | PCI_EXP_LNKCTL_CCC |
		     PCI_EXP_LNKCTL_ES | 0x0208;

	if (root)
		flags |= PCI_EXP_FLAGS_SLOT;
	if (down)
		lnkctl |= PCI_EXP_LNKCTL_LD | 0x0c00;
	if (fn->part->lnkcap & PCI_EXP_LNKCAP_CLKPM)
		lnkctl |= PCI_EXP_LNKCTL_CLKREQ_EN;

	fn->exp = cap->at;
	nicsim_put16(fn, cap->at + PCI_EXP_FLAGS, flags, 0);
	nicsim_put32(fn, cap->at + PCI_EXP_DEVCAP, devcap_of(fn), 0);
	nicsim_put16(fn, cap->at + PCI_EXP_DEVCTL,
		     nicsim_is_nic(fn) ? 0x2810 : 0, 0x7fff);
	nicsim_put16(fn, cap->at + PCI_EXP_DEVSTA, PCI_EXP_DEVSTA_AUXPD, 0);
	nicsim_w1c16(fn, cap->at + PCI_EXP_DEVSTA, 0x000f);
	nicsim_put32(fn, cap->at + PCI_EXP_LNKCAP,
		     fn->part->lnkcap | port << 24, 0);
	nicsim_put16(fn, cap->at + PCI_EXP_LNKCTL, 0, lnkctl);
	if (down)
		nicsim_w1c16(fn, cap->at + PCI_EXP_LNKSTA, 0xc000);
	if (root) {
		slot_build(fn, cap->at, port - 1);
		nicsim_put16(fn, cap->at + PCI_EXP_RTCTL, 0, 0x001f);
		nicsim_w1c32(fn, cap->at + PCI_EXP_RTSTA, PCI_EXP_RTSTA_PME);
	}
	if (cap->arg >= 2)
		exp_v2_build(fn, cap->at);
}

static void af_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	nicsim_put8(fn, cap->at + PCI_AF_LENGTH, PCI_CAP_AF_SIZEOF, 0);
	nicsim_put8(fn, cap->at + PCI_AF_CAP, PCI_AF_CAP_TP | PCI_AF_CAP_FLR, 0);
}

static void ssvid_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	nicsim_put32(fn, cap->at + PCI_SSVID_VENDOR_ID, cap->arg, 0);
}

static void aer_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	nicsim_w1c32(fn, cap->at + PCI_ERR_UNCOR_STATUS, 0x003ff030);
	nicsim_put32(fn, cap->at + PCI_ERR_UNCOR_MASK, 0, 0x003ff030);
	nicsim_put32(fn, cap->at + PCI_ERR_UNCOR_SEVER, 0x00062030, 0x003ff030);
	nicsim_w1c32(fn, cap->at + PCI_ERR_COR_STATUS, 0x000031c1);
	nicsim_put32(fn, cap->at + PCI_ERR_COR_MASK, 0x2000, 0x000031c1);
	nicsim_put32(fn, cap->at + PCI_ERR_CAP, 0, 0x00000140);
	if (fn->part->role == NICSIM_ROOT_PORT) {
		nicsim_put32(fn, cap->at + PCI_ERR_ROOT_COMMAND, 0, 0x7);
		nicsim_w1c32(fn, cap->at + PCI_ERR_ROOT_STATUS, 0x7f);
	}
}

/* The serial number of these parts is their MAC address with ff:ff inside. */
static void dsn_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	const u8 *mac = fn->mac;

	/* of function 0, whose last byte is 0 */
	nicsim_put32(fn, cap->at + 4, 0xffu << 24 | mac[3] << 16 |
		     mac[4] << 8, 0);
	nicsim_put32(fn, cap->at + 8, (u32)mac[0] << 24 | mac[1] << 16 |
		     mac[2] << 8 | 0xff, 0);
}

static void ltr_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	nicsim_put32(fn, cap->at + PCI_LTR_MAX_SNOOP_LAT, 0x10031003, ~0);
}

static void l1ss_build(struct nicsim_fn *fn, const struct nicsim_cap *cap)
{
	fn->l1ss = cap->at;
	nicsim_put32(fn, cap->at + PCI_L1SS_CAP, cap->arg, 0);
	nicsim_put32(fn, cap->at + PCI_L1SS_CTL1, 0,
		     PCI_L1SS_CTL1_L1SS_MASK | PCI_L1SS_CTL1_CM_RESTORE_TIME |
		     PCI_L1SS_CTL1_LTR_L12_TH_VALUE |
		     PCI_L1SS_CTL1_LTR_L12_TH_SCALE);
	nicsim_put32(fn, cap->at + PCI_L1SS_CTL2, 0x28, 0xfb);
}

static const struct {
	u16 id;
	u8 version;		/* of an extended capability; 0: the part's */
	void (*build)(struct nicsim_fn *fn, const struct nicsim_cap *cap);
} kinds[] = {
	[NICSIM_CAP_PM] = { PCI_CAP_ID_PM, 0, pm_build },
	[NICSIM_CAP_MSI] = { PCI_CAP_ID_MSI, 0, msi_build },
	[NICSIM_CAP_MSIX] = { PCI_CAP_ID_MSIX, 0, msix_build },
	[NICSIM_CAP_EXP] = { PCI_CAP_ID_EXP, 0, exp_build },
	[NICSIM_CAP_AF] = { PCI_CAP_ID_AF, 0, af_build },
	[NICSIM_CAP_SSVID] = { PCI_CAP_ID_SSVID, 0, ssvid_build },
	[NICSIM_CAP_AER] = { PCI_EXT_CAP_ID_ERR, 0, aer_build },
	[NICSIM_CAP_DSN] = { PCI_EXT_CAP_ID_DSN, 1, dsn_build },
	[NICSIM_CAP_LTR] = { PCI_EXT_CAP_ID_LTR, 1, ltr_build },
	[NICSIM_CAP_L1SS] = { PCI_EXT_CAP_ID_L1SS, 1, l1ss_build },
};

/* The tables list a part's capabilities in the order of its linked lists. */
void nicsim_caps_build(struct nicsim_fn *fn)
{
	const struct nicsim_cap *cap = fn->part->caps;
	int link = PCI_CAPABILITY_LIST, i;

	for (i = 0; i < NICSIM_MAX_CAPS && cap[i].kind; i++) {
		if (cap[i].at < PCI_CFG_SPACE_SIZE) {
			nicsim_put8(fn, link, cap[i].at, 0);
			nicsim_put8(fn, cap[i].at, kinds[cap[i].kind].id, 0);
			link = cap[i].at + PCI_CAP_LIST_NEXT;
		} else {
			u8 version = kinds[cap[i].kind].version ?: cap[i].arg;
			u16 next = i + 1 < NICSIM_MAX_CAPS ? cap[i + 1].at : 0;

			nicsim_put32(fn, cap[i].at, kinds[cap[i].kind].id |
				     version << 16 | (u32)next << 20, 0);
		}
		kinds[cap[i].kind].build(fn, &cap[i]);
	}
}
