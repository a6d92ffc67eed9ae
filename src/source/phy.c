// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/phy.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "util/clock.h"

#define SLOW_NS 250000000 /* a register takes a tenth of a millisecond */

/* Whether there is anybody to ask, and what the answers are worth is known. */
bool phy_reachable(const struct phy *phy)
{
	return phy->mii && phy->netdev && *phy->netdev;
}

enum phy_answer phy_answer(const struct phy *phy, const struct chip_ref *ref)
{
	const struct chip_mii *mii = phy->mii;

	if (!phy_reachable(phy) || ref->reg->space != CHIP_PHY || ref->offset > 31)
		return PHY_NONE;
	if (mii->live >> ref->offset & 1)
		return PHY_LIVE;
	if (mii->kept >> ref->offset & 1)
		return PHY_KEPT;
	return mii->if_link >> ref->offset & 1 ? PHY_IF_LINK : PHY_NONE;
}

/*
 * e1000e reads all eight each time that it is asked for one, and keeps none of what that released. So only the first answer
 * can have the idle errors since the last sample: that is STAT1000's. BMSR comes next, with what was lost since then; a link
 * lost earlier is in the kernel's count of carrier changes.
 */
unsigned phy_turn(const struct chip_ref *ref)
{
	if (ref->reg->role == CHIP_PHY_1000_STATUS)
		return 0;
	return ref->reg->role == CHIP_PHY_STATUS ? 1 : 2;
}

enum unread phy_read(const struct phy *phy, const struct chip_ref *ref, uint16_t *value, bool *slow)
{
	char netdev[32] = "";
	int64_t (*clock)(void) = phy->clock ? phy->clock : clock_monotonic;
	int64_t start = clock();
	int r;

	/* the first of several */
	strncat(netdev, phy->netdev, strcspn(phy->netdev, " ") < sizeof(netdev) ? strcspn(phy->netdev, " ") : 0);
	r = phy->ask(netdev, ref->offset, value);
	*slow = clock() - start > SLOW_NS;
	switch (r) {
	case 0:
		return UNREAD_NO;
	case -EPERM:
	case -EACCES:
		return UNREAD_NEEDS_ROOT;
	case -EIO:
		return UNREAD_ERROR;
	default:
		return UNREAD_PHY;
	}
}
