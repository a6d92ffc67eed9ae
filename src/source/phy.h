/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PHY registers of a bound device, by way of its driver. MDIC, which reaches the PHY, is the driver's: it is never
 * written to here. Private to source/.
 */
#ifndef SOURCE_PHY_H
#define SOURCE_PHY_H

#include "snapshot/snapshot.h"

/* One device's. */
struct phy {
	const struct chip_mii *mii; /* what its driver answers; NULL: not known */
	const char *netdev;         /* NULL or "": there is none */
	/* host/host.h, or a test's. */
	int (*ask)(const char *netdev, unsigned reg, uint16_t *value);
	int64_t (*clock)(void); /* ns; NULL: CLOCK_MONOTONIC */
};

/* What an answer of the driver is worth. */
enum phy_answer {
	PHY_NONE,   /* none: it is not asked */
	PHY_LIVE,   /* the register as it is now */
	PHY_KEPT,   /* a number that the driver keeps */
	PHY_IF_LINK /* live while the link is up, else a constant */
};

/* The one of this register. */
enum phy_answer phy_answer(const struct phy *phy, const struct chip_ref *ref);

/* When to ask for it, lowest first: what reads take away is asked for before the rest. */
unsigned phy_turn(const struct chip_ref *ref);
#define PHY_TURNS 3

/* Whether the driver answers at all. */
bool phy_reachable(const struct phy *phy);

/* Asks for a register that phy_answer() has something for. *slow becomes true if the PHY kept its driver
 * waiting, and with it all who want the kernel's network lock: it is better not asked again. */
enum unread phy_read(const struct phy *phy, const struct chip_ref *ref, uint16_t *value, bool *slow);

#endif
