// SPDX-License-Identifier: GPL-2.0-or-later
/* The network interface: carrier, counters, PHY access. Frames go nowhere. */
#include <linux/etherdevice.h>
#include <linux/mii.h>
#include <linux/pci.h>

#include "nicsim.h"

static int netdev_open(struct net_device *netdev)
{
	netif_tx_start_all_queues(netdev);
	return 0;
}

static int netdev_stop(struct net_device *netdev)
{
	netif_tx_disable(netdev);
	return 0;
}

static netdev_tx_t netdev_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/*
 * e1000e asks its PHY while the link is up only, and answers with constants
 * otherwise; it knows no other registers than these.
 */
static const struct {
	u8 reg;
	u16 constant;
} e1000e_phy[] = {
	{ MII_BMCR, BMCR_SPEED1000 | BMCR_ANENABLE | BMCR_FULLDPLX },
	{ MII_BMSR, BMSR_100FULL | BMSR_100HALF | BMSR_10FULL | BMSR_10HALF |
		    BMSR_ESTATEN | BMSR_ANEGCAPABLE | BMSR_ERCAP },
	{ MII_ADVERTISE, ADVERTISE_PAUSE_ASYM | ADVERTISE_PAUSE_CAP |
			 ADVERTISE_ALL | ADVERTISE_CSMA },
	{ MII_LPA, 0 },
	{ MII_EXPANSION, EXPANSION_ENABLENPAGE },
	{ MII_CTRL1000, ADVERTISE_1000FULL },
	{ MII_STAT1000, 0 },
	{ MII_ESTATUS, ESTATUS_1000_TFULL | ESTATUS_1000_THALF },
};

static int e1000e_phy_read(const struct nicsim_fn *fn, unsigned int reg)
{
	int i;

	if (reg == MII_PHYSID1 || reg == MII_PHYSID2)
		return fn->phy[reg];
	for (i = 0; i < ARRAY_SIZE(e1000e_phy); i++)
		if (e1000e_phy[i].reg == reg)
			return fn->link_up ? fn->phy[reg] :
					     e1000e_phy[i].constant;
	return -EIO;
}

static int phy_read(struct nicsim_fn *fn, unsigned int reg)
{
	bool is_e1000e = !strcmp(fn->part->family->driver, "e1000e");
	int value;

	mutex_lock(&fn->lock);
	value = is_e1000e ? e1000e_phy_read(fn, reg) : fn->phy[reg];
	mutex_unlock(&fn->lock);
	return value;
}

static int netdev_ioctl(struct net_device *netdev, struct ifreq *ifr, int cmd)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	struct mii_ioctl_data *data = if_mii(ifr);
	int value;

	if (!priv->fn->part->family->mii)
		return -EOPNOTSUPP;
	switch (cmd) {
	case SIOCGMIIPHY:
		data->phy_id = 1;
		return 0;
	case SIOCGMIIREG:
		value = phy_read(priv->fn, data->reg_num % NICSIM_PHY_REGS);
		if (value < 0)
			return value;
		data->val_out = value;
		return 0;
	}
	return -EOPNOTSUPP;
}

static void netdev_stats(struct net_device *netdev,
			 struct rtnl_link_stats64 *stats)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	struct nicsim_fn *fn = priv->fn;
	unsigned int n;

	for (n = 0; n < nicsim_ring_regs(fn, 0)->count; n++)
		stats->tx_packets += READ_ONCE(fn->rings[0][n].packets);
	for (n = 0; n < nicsim_ring_regs(fn, 1)->count; n++)
		stats->rx_packets += READ_ONCE(fn->rings[1][n].packets);
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = netdev_open,
	.ndo_stop = netdev_stop,
	.ndo_start_xmit = netdev_xmit,
#ifdef NICSIM_ETH_IOCTL
	.ndo_eth_ioctl = netdev_ioctl,
#else
	.ndo_do_ioctl = netdev_ioctl,
#endif
	.ndo_get_stats64 = netdev_stats,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

int nicsim_netdev_add(struct pci_dev *pdev, struct nicsim_fn *fn,
		      void __iomem *hw_addr, const char *driver)
{
	unsigned int queues = fn->part->family->netdev_queues;
	struct net_device *netdev;
	struct nicsim_netdev *priv;
	int ret;

	netdev = alloc_etherdev_mqs(sizeof(*priv), queues, queues);
	if (!netdev)
		return -ENOMEM;
	priv = netdev_priv(netdev);
	priv->pdev = pdev;
	priv->fn = fn;
	priv->hw_addr = hw_addr;

	SET_NETDEV_DEV(netdev, &pdev->dev);
	netdev->netdev_ops = &netdev_ops;
	netdev->ethtool_ops = &nicsim_ethtool_ops;
	netdev->max_mtu = 9216;
	eth_hw_addr_set(netdev, fn->mac);
	netif_carrier_off(netdev);
	pci_set_drvdata(pdev, netdev);

	ret = register_netdev(netdev);
	if (ret) {
		free_netdev(netdev);
		return ret;
	}
	mutex_lock(&fn->lock);
	fn->netdev = netdev;
	nicsim_netdev_carrier(fn);
	nicsim_rings_show(fn);
	mutex_unlock(&fn->lock);
	pci_info(pdev, "%s: %s, %pM\n", driver, netdev->name, fn->mac);
	return 0;
}

void nicsim_netdev_remove(struct net_device *netdev)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);

	mutex_lock(&priv->fn->lock);
	priv->fn->netdev = NULL;
	mutex_unlock(&priv->fn->lock);
	unregister_netdev(netdev);
	free_netdev(netdev);
}

/*
 * Byte queue limits, as the driver of a ring whose tail cannot be read keeps
 * them: what was handed over and is not done. Called with fn->lock held.
 */
void nicsim_netdev_inflight(struct nicsim_fn *fn, unsigned int queue, u32 packets)
{
#ifdef CONFIG_BQL
	struct dql *dql;
	u32 bytes = packets * 1514, before;

	if (!fn->netdev || queue >= fn->netdev->num_tx_queues)
		return;
	dql = &netdev_get_tx_queue(fn->netdev, queue)->dql;
	before = dql->num_queued - dql->num_completed;
	if (bytes > before)
		dql_queued(dql, bytes - before);
	else if (bytes < before)
		dql_completed(dql, before - bytes);
#endif
}

/* Called with fn->lock held. */
void nicsim_netdev_carrier(struct nicsim_fn *fn)
{
	if (!fn->netdev)
		return;
	if (fn->link_up != netif_carrier_ok(fn->netdev))
		nicsim_trace_event(fn, fn->link_up ? "link-up" : "link-down");
	if (fn->link_up)
		netif_carrier_on(fn->netdev);
	else
		netif_carrier_off(fn->netdev);
}
