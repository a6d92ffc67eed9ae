// SPDX-License-Identifier: GPL-2.0-or-later
/* The registers of one function as a working driver leaves them. */
#include "nicsim.h"

#define STATUS			0x00008
#define STATUS_FD		BIT(0)
#define STATUS_LU		BIT(1)
#define STATUS_TXOFF		BIT(4)
#define STATUS_MASTER_ENABLE	BIT(19)
#define STATUS_SPEED_2500	BIT(22)
#define SRRCTL			0x0c00c
#define SRRCTL_OLD		0x0280c
#define RAL0			0x05400
#define RAH0			0x05404
#define RAH_VALID		BIT(31)

#define QTX_CTL			0x104000
#define QINT_TQCTL		0x03c000
#define QINT_RQCTL		0x03a000
#define PFINT_DYN_CTLN		0x034800
#define PFINT_LNKLSTN		0x035000
#define PFGEN_PORTNUM		0x1c0480
#define PRTMAC_LINKSTA		0x1e2420
#define PRTMAC_LINK_UP		0x40000080
#define LINKS			0x042a4
#define LINKS_UP		BIT(30)
#define ICE_DYN_CTL		0x160000
#define ICE_TQCTL		0x140000
#define ICE_RQCTL		0x150000
#define ICE_PORTNUM		0x1d2400
#define ICE_TX_QALLOC		0x1d2580
#define ICE_RX_QALLOC		0x1d2500

static void mac_defaults(struct nicsim_fn *fn)
{
	const u8 *mac = fn->mac;

	nicsim_wr(fn, RAL0, mac[0] | mac[1] << 8 | mac[2] << 16 |
		  (u32)mac[3] << 24);
	nicsim_wr(fn, RAH0, mac[4] | mac[5] << 8 | RAH_VALID);
}

static void igb_queue_defaults(struct nicsim_fn *fn)
{
	unsigned int n;

	/* one buffer of 2 KB for each packet */
	for (n = 0; n < fn->part->family->rx.count; n++) {
		nicsim_wr(fn, SRRCTL + n * 0x40, 0x02000002);
		if (n < fn->part->family->rx.alias_count)
			nicsim_wr(fn, SRRCTL_OLD + n * 0x100, 0x02000002);
	}
}

static void i40e_queue_defaults(struct nicsim_fn *fn)
{
	const struct nicsim_family *family = fn->part->family;
	unsigned int n, vector;

	for (n = 0; n < (family->tx.used ?: family->tx.count); n++)
		nicsim_wr(fn, QTX_CTL + n * 4, 2 | fn->function << 2);

	/* queue pair n on vector n + 1: its list is Rx n, Tx n, end */
	for (n = 0; n < family->netdev_queues; n++) {
		vector = n + 1;
		nicsim_wr(fn, PFINT_DYN_CTLN + n * 4, 0x00000019);
		nicsim_wr(fn, PFINT_LNKLSTN + n * 4, n);
		nicsim_wr(fn, QINT_RQCTL + n * 4,
			  BIT(30) | 1 << 27 | n << 16 | vector);
		nicsim_wr(fn, QINT_TQCTL + n * 4,
			  BIT(30) | 0x7ff << 16 | 1 << 11 | vector);
	}
	nicsim_wr(fn, PFGEN_PORTNUM, fn->function);
}

/* Queue n on vector n + 1, as for i40e; its queues of the device begin where the other functions' end. */
static void ice_queue_defaults(struct nicsim_fn *fn)
{
	const struct nicsim_family *family = fn->part->family;
	u32 first = fn->function * family->tx.count, n;

	for (n = 0; n < family->netdev_queues; n++) {
		nicsim_wr(fn, ICE_DYN_CTL + (n + 1) * 4, 0x00000001);
		nicsim_wr(fn, ICE_TQCTL + n * 4, BIT(30) | 1 << 11 | (n + 1));
		nicsim_wr(fn, ICE_RQCTL + n * 4, BIT(30) | (n + 1));
	}
	nicsim_wr(fn, ICE_TX_QALLOC, BIT(31) | first |
		  (first + family->tx.count - 1) << 16);
	nicsim_wr(fn, ICE_RX_QALLOC, BIT(31) | first |
		  (first + family->rx.count - 1) << 16);
	nicsim_wr(fn, ICE_PORTNUM, fn->function);
}

static void mac_kind_defaults(struct nicsim_fn *fn)
{
	switch (fn->part->family->mac) {
	case NICSIM_MAC_X722:
	case NICSIM_MAC_X710:
		i40e_queue_defaults(fn);
		return;
	case NICSIM_MAC_ICE:
		ice_queue_defaults(fn);
		return;
	case NICSIM_MAC_IXGBE:
		nicsim_wr(fn, STATUS, STATUS_MASTER_ENABLE | fn->function << 2);
		break;
	}
	mac_defaults(fn);
}

unsigned int nicsim_link_speed(const struct nicsim_fn *fn)
{
	return fn->part->family->mbps ?: 1000;
}

void nicsim_defaults_apply(struct nicsim_fn *fn)
{
	const struct nicsim_reg *reg;

	for (reg = fn->part->family->defaults; reg->offset || reg->value; reg++)
		nicsim_wr(fn, reg->offset, reg->value);
	nicsim_rings_fill(fn);
	mac_kind_defaults(fn);
	if (fn->part->family->rx.alias_count)
		igb_queue_defaults(fn);
	nicsim_phy_fill(fn);
	nicsim_link_set(fn, true, nicsim_link_speed(fn));
}

static u32 status_of(const struct nicsim_fn *fn, bool up, unsigned int mbps)
{
	u32 speed = mbps >= 1000 ? 2 : mbps >= 100 ? 1 : 0;
	bool fast = fn->part->family == &nicsim_igc && mbps >= 2500;
	u32 status = STATUS_MASTER_ENABLE | fn->function << 2 |
		     (nicsim_rd(fn, STATUS) & STATUS_TXOFF);

	if (up)
		status |= STATUS_FD | STATUS_LU | speed << 6 |
			  (fast ? STATUS_SPEED_2500 : 0);
	return status;
}

static u32 linksta_of(bool up, unsigned int mbps)
{
	u32 speed = mbps >= 10000 ? 4 : mbps >= 1000 ? 1 : 0;

	return up ? PRTMAC_LINK_UP | speed << 27 : 0;
}

static u32 x710_linksta_of(bool up, unsigned int mbps)
{
	u32 speed = mbps >= 25000 ? 3 : mbps >= 10000 ? 2 : mbps >= 1000 ? 1 : 0;

	return up ? PRTMAC_LINK_UP | speed << 27 : 0;
}

static u32 links_of(bool up, unsigned int mbps)
{
	u32 speed = mbps >= 10000 ? 3 : mbps >= 1000 ? 2 : mbps >= 100 ? 1 : 0;

	return up ? LINKS_UP | BIT(7) | speed << 28 : 0;
}

static void mac_link_set(struct nicsim_fn *fn, bool up, unsigned int mbps)
{
	switch (fn->part->family->mac) {
	case NICSIM_MAC_GIGABIT:
		nicsim_wr(fn, STATUS, status_of(fn, up, mbps));
		break;
	case NICSIM_MAC_X722:
		nicsim_wr(fn, PRTMAC_LINKSTA, linksta_of(up, mbps));
		break;
	case NICSIM_MAC_X710:
		nicsim_wr(fn, PRTMAC_LINKSTA, x710_linksta_of(up, mbps));
		break;
	case NICSIM_MAC_IXGBE:
		nicsim_wr(fn, LINKS, links_of(up, mbps));
		break;
	}
}

void nicsim_link_set(struct nicsim_fn *fn, bool up, unsigned int mbps)
{
	fn->link_up = up;
	fn->mbps = mbps;
	mac_link_set(fn, up, mbps);
	nicsim_phy_link(fn, up, mbps);
	nicsim_netdev_carrier(fn);
}

/* A driver resets the PHY when it comes: the link is down until both ends have agreed. */
void nicsim_link_train(struct nicsim_fn *fn)
{
	if (!nicsim_autoneg_ms)
		return;
	nicsim_link_set(fn, false, 0);
	fn->link_due = jiffies + msecs_to_jiffies(nicsim_autoneg_ms);
}

void nicsim_link_step(struct nicsim_fn *fn)
{
	if (!fn->link_due || time_before(jiffies, fn->link_due))
		return;
	fn->link_due = 0;
	nicsim_link_set(fn, true, nicsim_link_speed(fn));
}
