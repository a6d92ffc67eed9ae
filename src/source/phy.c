// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/phy.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "util/clock.h"

#define SLOW_NS 250000000 /* a register takes a tenth of a millisecond */

/*
 * Linux 6.1 to 6.12: e1000_mii_ioctl() of e1000e refreshes these eight if STATUS.LU is set, else it fills in constants;
 * the identifiers are those of the probe. igb_mii_ioctl() reads the register. i40e has no such call.
 */
static const struct phy_driver {
	const char *name;
	uint32_t live, kept, if_link; /* a bit for each register */
} drivers[] = {
	{ .name = "e1000e", .kept = 0x000c, .if_link = 0x8673 },
	{ .name = "igb", .live = 0xffffffff },
};

static const struct phy_driver *find(const struct phy *phy)
{
	if (!phy->driver || !phy->netdev || !*phy->netdev)
		return NULL;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (!strcmp(drivers[i].name, phy->driver))
			return &drivers[i];
	return NULL;
}

bool phy_reachable(const struct phy *phy)
{
	return find(phy) != NULL;
}

enum phy_answer phy_answer(const struct phy *phy, const struct chip_ref *ref)
{
	const struct phy_driver *driver = find(phy);

	if (!driver || ref->reg->space != CHIP_PHY || ref->offset > 31)
		return PHY_NONE;
	if (driver->live >> ref->offset & 1)
		return PHY_LIVE;
	if (driver->kept >> ref->offset & 1)
		return PHY_KEPT;
	return driver->if_link >> ref->offset & 1 ? PHY_IF_LINK : PHY_NONE;
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

static int64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

enum unread phy_read(const struct phy *phy, const struct chip_ref *ref, uint16_t *value, bool *slow)
{
	char netdev[32] = "";
	int64_t (*clock)(void) = phy->clock ? phy->clock : now_ns;
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
