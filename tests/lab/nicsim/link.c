// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Links: trained as far as both ends can, with common clock, and with the
 * ASPM state that a BIOS might leave on both ends (parameter aspm).
 */
#include <linux/pci.h>
#include <linux/string.h>

#include "nicsim.h"

struct aspm_state {
	u16 lnkctl;
	u32 l1ss;
};

static const struct {
	const char *name;
	struct aspm_state state;
} aspm_names[] = {
	{ "none" },
	{ "l0s", { PCI_EXP_LNKCTL_ASPM_L0S } },
	{ "l1", { PCI_EXP_LNKCTL_ASPM_L1 } },
	{ "l1.1", { 0, PCI_L1SS_CTL1_ASPM_L1_1 } },
	{ "l1.2", { 0, PCI_L1SS_CTL1_ASPM_L1_2 } },
	{ "l1.1-pcipm", { 0, PCI_L1SS_CTL1_PCIPM_L1_1 } },
	{ "l1.2-pcipm", { 0, PCI_L1SS_CTL1_PCIPM_L1_2 } },
	{ "clkpm", { PCI_EXP_LNKCTL_CLKREQ_EN } },
};

static int aspm_name_add(const char *name, struct aspm_state *state)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(aspm_names); i++) {
		if (strcmp(name, aspm_names[i].name))
			continue;
		state->lnkctl |= aspm_names[i].state.lnkctl;
		state->l1ss |= aspm_names[i].state.l1ss;
		return 0;
	}
	pr_err("nicsim: aspm: unknown state '%s'\n", name);
	return -EINVAL;
}

static int aspm_parse(struct aspm_state *state)
{
	char *copy = kstrdup(nicsim_aspm, GFP_KERNEL);
	char *rest = copy, *name;
	int ret = 0;

	if (!copy)
		return -ENOMEM;
	while (!ret && (name = strsep(&rest, ",")))
		ret = aspm_name_add(name, state);
	kfree(copy);
	return ret;
}

static u32 lnkcap_of(const struct nicsim_fn *fn)
{
	return nicsim_get32(fn, fn->exp + PCI_EXP_LNKCAP);
}

/* Which of the wanted states both ends can. */
static struct aspm_state aspm_common(const struct nicsim_fn *up,
				     const struct nicsim_fn *down,
				     struct aspm_state want)
{
	u32 both = lnkcap_of(up) & lnkcap_of(down);

	if (!(both & PCI_EXP_LNKCAP_ASPM_L0S))
		want.lnkctl &= ~PCI_EXP_LNKCTL_ASPM_L0S;
	if (!(both & PCI_EXP_LNKCAP_ASPM_L1))
		want.lnkctl &= ~PCI_EXP_LNKCTL_ASPM_L1;

	if (!up->l1ss || !down->l1ss)
		want.l1ss = 0;
	else	/* the enable bits are in the order of the capability bits */
		want.l1ss &= nicsim_get32(up, up->l1ss + PCI_L1SS_CAP) &
			     nicsim_get32(down, down->l1ss + PCI_L1SS_CAP);
	return want;
}

static bool is_stubborn(const struct nicsim_fn *fn, bool upstream_end)
{
	return !strcmp(nicsim_stubborn, "both") ||
	       !strcmp(nicsim_stubborn, upstream_end ? "up" : "down");
}

static void end_set(struct nicsim_fn *fn, bool upstream_end, u16 lnksta,
		    struct aspm_state aspm)
{
	int lnkctl = fn->exp + PCI_EXP_LNKCTL;

	if (!(lnkcap_of(fn) & PCI_EXP_LNKCAP_CLKPM))
		aspm.lnkctl &= ~PCI_EXP_LNKCTL_CLKREQ_EN;
	if (is_stubborn(fn, upstream_end))
		fn->wmask[lnkctl] &= ~PCI_EXP_LNKCTL_ASPMC;

	fn->cfg[lnkctl] = aspm.lnkctl | PCI_EXP_LNKCTL_CCC;
	fn->cfg[lnkctl + 1] = aspm.lnkctl >> 8;
	if (fn->l1ss)
		fn->cfg[fn->l1ss + PCI_L1SS_CTL1] |= aspm.l1ss;

	if (upstream_end && (lnkcap_of(fn) & PCI_EXP_LNKCAP_DLLLARC))
		lnksta |= PCI_EXP_LNKSTA_DLLLA;
	fn->cfg[fn->exp + PCI_EXP_LNKSTA] = lnksta;
	fn->cfg[fn->exp + PCI_EXP_LNKSTA + 1] = lnksta >> 8;
	if (fn->part->role == NICSIM_ROOT_PORT)
		fn->cfg[fn->exp + PCI_EXP_SLTSTA] |= PCI_EXP_SLTSTA_PDS;
}

static void link_build(struct nicsim_fn *up, struct nicsim_fn *down,
		       struct aspm_state want)
{
	u32 a = lnkcap_of(up), b = lnkcap_of(down);
	u16 lnksta = min(a & PCI_EXP_LNKCAP_SLS, b & PCI_EXP_LNKCAP_SLS) |
		     min(a & PCI_EXP_LNKCAP_MLW, b & PCI_EXP_LNKCAP_MLW) |
		     PCI_EXP_LNKSTA_SLC;
	struct aspm_state aspm = aspm_common(up, down, want);

	end_set(up, true, lnksta, aspm);
	end_set(down, false, lnksta, aspm);
}

/* A switch's ports below meet no link on its internal bus. */
static bool has_link(const struct nicsim_fn *fn)
{
	return fn->up && fn->exp && fn->up->exp &&
	       fn->up->part->role != NICSIM_SWITCH_UP;
}

static void port_empty(struct nicsim_fn *fn)
{
	u16 lnksta = 0x0001 | PCI_EXP_LNKSTA_SLC;

	fn->cfg[fn->exp + PCI_EXP_LNKSTA] = lnksta;
	fn->cfg[fn->exp + PCI_EXP_LNKSTA + 1] = lnksta >> 8;
}

int nicsim_links_build(void)
{
	struct aspm_state want = { };
	unsigned int i;
	int ret = aspm_parse(&want);

	if (ret)
		return ret;

	for (i = 0; i < sim.count; i++)
		if (sim.fns[i]->exp && !nicsim_is_nic(sim.fns[i]))
			port_empty(sim.fns[i]);
	for (i = 0; i < sim.count; i++)
		if (has_link(sim.fns[i]))
			link_build(sim.fns[i]->up, sim.fns[i], want);
	return 0;
}

/* The data link is up while any function of the device below is there. */
void nicsim_link_presence(struct nicsim_fn *fn)
{
	struct nicsim_fn *up = fn->up;
	bool present = false;
	unsigned int i;
	u8 *lnksta;

	if (!has_link(fn) || !(lnkcap_of(up) & PCI_EXP_LNKCAP_DLLLARC))
		return;
	for (i = 0; i < sim.count; i++)
		if (sim.fns[i]->up == up && !sim.fns[i]->gone)
			present = true;

	lnksta = &up->cfg[up->exp + PCI_EXP_LNKSTA + 1];
	*lnksta &= ~(PCI_EXP_LNKSTA_DLLLA >> 8);
	if (present)
		*lnksta |= PCI_EXP_LNKSTA_DLLLA >> 8;
}
