// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ethtool sets: private flags under the drivers' names, EEE, pause, ring
 * sizes. They are kept and given back, and the hardware does nothing of it.
 */
#include <linux/ethtool.h>
#include <linux/linkmode.h>
#include <linux/pci.h>

#include "nicsim.h"

static const char *const e1000e_flags[] = { "s0ix-enabled", "disable-k1", NULL };
static const char *const igb_flags[] = { "legacy-rx", NULL };
static const char *const i40e_flags[] = {
	"LinkPolling", "flow-director-atr", "veb-stats", "hw-atr-eviction",
	"link-down-on-close", "legacy-rx", "disable-source-pruning",
	"disable-fw-lldp", NULL
};
static const char *const ice_flags[] = {
	"link-down-on-close", "fw-lldp-agent", "mdd-auto-reset-vf", "legacy-rx", NULL
};

static const struct {
	const char *driver;
	const char *const *flags;
	bool eee;
} drivers[] = {
	{ "e1000e", e1000e_flags, true },
	{ "igb", igb_flags, true },
	{ "igc", igb_flags, true },
	{ "i40e", i40e_flags, false },
	{ "ice", ice_flags, false },
};

static int driver_of(struct net_device *netdev)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	int i;

	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		if (!strcmp(drivers[i].driver, priv->fn->part->family->driver))
			return i;
	return -1;
}

int nicsim_flags_count(struct net_device *netdev)
{
	int driver = driver_of(netdev), n = 0;

	while (driver >= 0 && drivers[driver].flags[n])
		n++;
	return driver < 0 ? -EOPNOTSUPP : n;
}

void nicsim_flags_strings(struct net_device *netdev, u8 *data)
{
	int i, n = nicsim_flags_count(netdev);

	for (i = 0; i < n; i++)
		strscpy(data + i * ETH_GSTRING_LEN,
			drivers[driver_of(netdev)].flags[i], ETH_GSTRING_LEN);
}

u32 nicsim_flags_get(struct net_device *netdev)
{
	return ((struct nicsim_netdev *)netdev_priv(netdev))->set.flags;
}

int nicsim_flags_set(struct net_device *netdev, u32 flags)
{
	((struct nicsim_netdev *)netdev_priv(netdev))->set.flags = flags;
	return 0;
}

void nicsim_pauseparam_get(struct net_device *netdev, struct ethtool_pauseparam *pause)
{
	const struct nicsim_set *set = &((struct nicsim_netdev *)netdev_priv(netdev))->set;

	pause->autoneg = !set->pause_forced;
	pause->rx_pause = !set->rx_pause_off;
	pause->tx_pause = !set->tx_pause_off;
}

int nicsim_pauseparam_set(struct net_device *netdev, struct ethtool_pauseparam *pause)
{
	struct nicsim_set *set = &((struct nicsim_netdev *)netdev_priv(netdev))->set;

	set->pause_forced = !pause->autoneg;
	set->rx_pause_off = !pause->rx_pause;
	set->tx_pause_off = !pause->tx_pause;
	return 0;
}

/* The 82574L has none of it. */
static bool has_eee(struct net_device *netdev)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	int driver = driver_of(netdev);

	return driver >= 0 && drivers[driver].eee && priv->pdev->device != 0x10d3;
}

int nicsim_eee_get(struct net_device *netdev, struct nicsim_eee *eee)
{
	const struct nicsim_set *set = &((struct nicsim_netdev *)netdev_priv(netdev))->set;

	if (!has_eee(netdev))
		return -EOPNOTSUPP;
	eee->eee_enabled = set->eee;
	eee->tx_lpi_enabled = set->eee;
	eee->tx_lpi_timer = set->lpi_timer;
#ifdef NICSIM_KEEE
	linkmode_set_bit(ETHTOOL_LINK_MODE_1000baseT_Full_BIT, eee->supported);
	if (set->eee)
		linkmode_set_bit(ETHTOOL_LINK_MODE_1000baseT_Full_BIT, eee->advertised);
#else
	eee->supported = SUPPORTED_1000baseT_Full;
	eee->advertised = set->eee ? ADVERTISED_1000baseT_Full : 0;
#endif
	return 0;
}

int nicsim_eee_set(struct net_device *netdev, struct nicsim_eee *eee)
{
	struct nicsim_set *set = &((struct nicsim_netdev *)netdev_priv(netdev))->set;

	if (!has_eee(netdev))
		return -EOPNOTSUPP;
	set->eee = eee->eee_enabled;
	set->lpi_timer = eee->tx_lpi_timer;
	return 0;
}
