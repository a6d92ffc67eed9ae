// SPDX-License-Identifier: GPL-2.0-or-later
/* The PHY: IEEE registers, and the MDIC register that reaches them. */
#include <linux/mii.h>

#include "nicsim.h"

#define MDIC		0x00020
#define MDIC_READY	BIT(28)
#define MDIC_ERROR	BIT(30)
#define MDIC_REG(v)	(((v) >> 16) & 0x1f)
#define MDIC_OP(v)	(((v) >> 26) & 0x3)
#define MDIC_WRITE	1
#define MDIC_READ	2

void nicsim_phy_fill(struct nicsim_fn *fn)
{
	if (!fn->part->family->mii)
		return;
	fn->phy[MII_BMCR] = BMCR_ANENABLE | BMCR_SPEED1000 | BMCR_FULLDPLX;
	fn->phy[MII_PHYSID1] = fn->part->phy_id[0];
	fn->phy[MII_PHYSID2] = fn->part->phy_id[1];
	fn->phy[MII_ADVERTISE] = ADVERTISE_ALL | ADVERTISE_PAUSE_CAP |
				 ADVERTISE_PAUSE_ASYM | ADVERTISE_CSMA;
	fn->phy[MII_CTRL1000] = ADVERTISE_1000FULL;
	fn->phy[MII_ESTATUS] = ESTATUS_1000_TFULL | ESTATUS_1000_THALF;
}

void nicsim_phy_link(struct nicsim_fn *fn, bool up, unsigned int mbps)
{
	u16 *phy = fn->phy;

	if (!fn->part->family->mii)
		return;
	phy[MII_BMSR] = 0x7949;	/* 10/100, extended status, autonegotiation */
	phy[MII_LPA] = 0;
	phy[MII_EXPANSION] = 0;
	phy[MII_STAT1000] = 0;
	if (!up)
		return;

	phy[MII_BMSR] |= BMSR_LSTATUS | BMSR_ANEGCOMPLETE;
	phy[MII_LPA] = LPA_LPACK | ADVERTISE_CSMA | ADVERTISE_PAUSE_CAP |
		       ADVERTISE_10FULL | (mbps >= 100 ? ADVERTISE_100FULL : 0);
	phy[MII_EXPANSION] = EXPANSION_NWAY | EXPANSION_LCWP |
			     EXPANSION_ENABLENPAGE;
	if (mbps >= 1000)
		phy[MII_STAT1000] = LPA_1000FULL | LPA_1000REMRXOK |
				    LPA_1000LOCALRXOK;
}

/* Carry out the command that somebody wrote to MDIC since the last step. */
void nicsim_phy_step(struct nicsim_fn *fn)
{
	u32 mdic;

	if (!fn->part->family->mii)
		return;
	mdic = nicsim_rd(fn, MDIC);
	if (mdic & (MDIC_READY | MDIC_ERROR) || !MDIC_OP(mdic))
		return;

	if (MDIC_OP(mdic) == MDIC_READ)
		mdic = (mdic & ~0xffff) | fn->phy[MDIC_REG(mdic)];
	else if (MDIC_OP(mdic) == MDIC_WRITE)
		fn->phy[MDIC_REG(mdic)] = mdic;
	else
		mdic |= MDIC_ERROR;
	nicsim_wr(fn, MDIC, mdic | MDIC_READY);
}
