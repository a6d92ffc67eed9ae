// SPDX-License-Identifier: GPL-2.0-or-later
/* What ethtool asks for: driver information, ring counters, register dumps. */
#include <linux/ethtool.h>
#include <linux/pci.h>

#include "nicsim.h"

/* Words @first and on of a dump are the registers from @offset on. */
struct dump_run {
	u16 first, count;
	u32 offset;
	u32 stride;
};

struct dump {
	const char *driver;
	u16 words;
	u16 runs;
	const struct dump_run *run;
	u32 version;
};

static const struct dump_run e1000e_runs[] = {
	{ 0, 2, 0x00000, 0x8 },
	{ 2, 1, 0x00100 },
	{ 3, 4, 0x02808, 0x8 },		/* RDLEN RDH RDT RDTR */
	{ 7, 1, 0x00400 },
	{ 8, 4, 0x03808, 0x8 },		/* TDLEN TDH TDT TIDV */
};

static const struct dump_run i40e_runs[] = {
	{ 0, 1, 0x104000 },
	{ 1, 3, 0x038000, 0x80 },
	{ 4, 3, 0x030000, 0x800 },
	{ 7, 2, 0x038400, 0x100 },
	{ 9, 1, 0x035000 },
	{ 10, 1, 0x03c000 },
	{ 11, 1, 0x03a000 },
	{ 12, 1, 0x038800 },
};

/* The fifth and later rings' words are an 82576's only. */
static const struct dump_run igb_runs[] = {
	{ 0, 2, 0x00000, 0x8 },
	{ 2, 2, 0x00018, 0x8 },
	{ 4, 2, 0x00024, 0x10 },
	{ 6, 2, 0x00038, 0xdc8 },
	{ 8, 2, 0x01000, 0x8 },
	{ 10, 2, 0x01048, 0x4 },
	{ 12, 2, 0x00010, 0x1510 },
	{ 14, 5, 0x01520, 0x4 },
	{ 19, 1, 0x000c8, 0x4 },
	{ 20, 3, 0x000c8, 0x8 },
	{ 23, 1, 0x04100, 0x4 },
	{ 24, 2, 0x000e0, 0x59e0 },
	{ 26, 2, 0x00028, 0x4 },
	{ 28, 2, 0x00170, 0x1ff0 },
	{ 30, 2, 0x02168, 0x2f8 },
	{ 32, 2, 0x00100, 0x4f00 },
	{ 34, 2, 0x05004, 0x4 },
	{ 36, 2, 0x05818, 0x4 },
	{ 38, 2, 0x00400, 0x4 },
	{ 40, 2, 0x00410, 0x3180 },
	{ 42, 3, 0x05800, 0x8 },
	{ 45, 2, 0x05838, 0xc8 },
	{ 47, 2, 0x04200, 0x8 },
	{ 49, 2, 0x0420c, 0xc },
	{ 51, 3, 0x0421c, 0x4 },
	{ 121, 4, 0x0280c, 0x100 },
	{ 125, 4, 0x05480, 0x4 },
	{ 129, 4, 0x02800, 0x100 },
	{ 133, 4, 0x02804, 0x100 },
	{ 137, 4, 0x02808, 0x100 },
	{ 141, 4, 0x02810, 0x100 },
	{ 145, 4, 0x02818, 0x100 },
	{ 149, 4, 0x02828, 0x100 },
	{ 153, 10, 0x01680, 0x4 },
	{ 163, 16, 0x05a80, 0x4 },
	{ 179, 16, 0x05400, 0x8 },
	{ 195, 16, 0x05404, 0x8 },
	{ 211, 4, 0x03800, 0x100 },
	{ 215, 4, 0x03804, 0x100 },
	{ 219, 4, 0x03808, 0x100 },
	{ 223, 4, 0x03810, 0x100 },
	{ 227, 4, 0x03818, 0x100 },
	{ 231, 4, 0x03828, 0x100 },
	{ 235, 4, 0x03838, 0x100 },
	{ 239, 4, 0x0383c, 0x100 },
	{ 243, 4, 0x03814, 0x100 },
	{ 247, 4, 0x05840, 0x8 },
	{ 251, 4, 0x05880, 0x4 },
	{ 255, 32, 0x05a00, 0x4 },
	{ 287, 128, 0x09000, 0x8 },
	{ 415, 128, 0x09800, 0x8 },
	{ 543, 4, 0x05f00, 0x8 },
	{ 547, 3, 0x03410, 0x8 },
	{ 550, 1, 0x03430, 0x4 },
	{ 739, 1, 0x05bf4, 0x4 },
};

/* Later words overwrite earlier ones, as the driver's do: see chipdefs/dump/igc.def. */
static const struct dump_run igc_runs[] = {
	{ 0, 2, 0x00000, 0x8 },
	{ 2, 2, 0x00018, 0x8 },
	{ 4, 1, 0x00034 },
	{ 5, 1, 0x00010 },
	{ 6, 1, 0x01520 },
	{ 7, 5, 0x01520, 0x4 },
	{ 12, 1, 0x01504 },
	{ 13, 3, 0x01504, 0x4 },
	{ 16, 1, 0x04100 },
	{ 17, 1, 0x01510 },
	{ 18, 2, 0x00028, 0x4 },
	{ 20, 2, 0x00170, 0x1ff0 },
	{ 22, 2, 0x02168, 0x2f8 },
	{ 24, 2, 0x00100, 0x4f00 },
	{ 26, 2, 0x05004, 0x4 },
	{ 28, 2, 0x00400, 0x10 },
	{ 91, 4, 0x0c00c, 0x40 },
	{ 95, 4, 0x05480, 0x4 },
	{ 99, 4, 0x0c000, 0x40 },
	{ 103, 4, 0x0c004, 0x40 },
	{ 107, 4, 0x0c008, 0x40 },
	{ 111, 4, 0x0c010, 0x40 },
	{ 115, 4, 0x0c018, 0x40 },
	{ 119, 4, 0x0c028, 0x40 },
	{ 123, 10, 0x01680, 0x4 },
	{ 139, 16, 0x05400, 0x8 },
	{ 145, 16, 0x05404, 0x8 },
	{ 149, 4, 0x0e000, 0x40 },
	{ 152, 4, 0x0e004, 0x40 },
	{ 156, 4, 0x0e008, 0x40 },
	{ 160, 4, 0x0e010, 0x40 },
	{ 164, 4, 0x0e018, 0x40 },
	{ 168, 4, 0x0e028, 0x40 },
	{ 172, 16, 0x05400, 0x8 },
	{ 188, 16, 0x05404, 0x8 },
	{ 204, 1, 0x055b0 },
	{ 205, 8, 0x05cb0, 0x4 },
};

static const struct dump dumps[] = {
	{ "e1000e", 32, ARRAY_SIZE(e1000e_runs), e1000e_runs, 1 << 24 },
	{ "igb", 740, ARRAY_SIZE(igb_runs), igb_runs, 1 << 24 },
	{ "igc", 740, ARRAY_SIZE(igc_runs), igc_runs, 2 << 24 },
	{ "i40e", 13, ARRAY_SIZE(i40e_runs), i40e_runs, 1 },
};

static const struct dump *dump_of(struct net_device *netdev)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	int i;

	for (i = 0; i < ARRAY_SIZE(dumps); i++)
		if (!strcmp(dumps[i].driver, priv->fn->part->family->driver))
			return &dumps[i];
	return NULL;
}

static int get_regs_len(struct net_device *netdev)
{
	const struct dump *dump = dump_of(netdev);

	return dump ? dump->words * sizeof(u32) : 0;
}

/* Words that no run covers are statistics or PHY words: left at 0. */
static void get_regs(struct net_device *netdev, struct ethtool_regs *regs,
		     void *data)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	const struct dump *dump = dump_of(netdev);
	const struct dump_run *run;
	u32 *words = data;
	int i;

	memset(words, 0, dump->words * sizeof(u32));
	regs->version = dump->version;
	if (dump->version != 1)		/* as e1000e and igb number theirs */
		regs->version |= priv->pdev->revision << 16 | priv->pdev->device;
	for (run = dump->run; run < dump->run + dump->runs; run++)
		for (i = 0; i < run->count; i++)
			words[run->first + i] = readl(priv->hw_addr +
						run->offset + i * run->stride);
}

static void get_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);

	strscpy(info->driver, priv->pdev->driver->name, sizeof(info->driver));
	strscpy(info->fw_version, priv->fn->part->family->firmware,
		sizeof(info->fw_version));
	strscpy(info->bus_info, pci_name(priv->pdev), sizeof(info->bus_info));
}

static int get_link_ksettings(struct net_device *netdev,
			      struct ethtool_link_ksettings *settings)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);

	ethtool_link_ksettings_zero_link_mode(settings, supported);
	ethtool_link_ksettings_add_link_mode(settings, supported, Autoneg);
	ethtool_link_ksettings_add_link_mode(settings, supported, TP);
	ethtool_link_ksettings_add_link_mode(settings, supported, 1000baseT_Full);
	bitmap_copy(settings->link_modes.advertising,
		    settings->link_modes.supported,
		    __ETHTOOL_LINK_MODE_MASK_NBITS);
	settings->base.autoneg = AUTONEG_ENABLE;
	settings->base.port = PORT_TP;
	settings->base.speed = priv->fn->link_up ? priv->fn->mbps : SPEED_UNKNOWN;
	settings->base.duplex = priv->fn->link_up ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	return 0;
}

static void get_ringparam(struct net_device *netdev,
			  struct ethtool_ringparam *ring
#ifdef NICSIM_KERNEL_RINGPARAM
			  , struct kernel_ethtool_ringparam *kernel_ring,
			  struct netlink_ext_ack *extack
#endif
			  )
{
	struct nicsim_netdev *priv = netdev_priv(netdev);

	ring->tx_max_pending = 4096;
	ring->rx_max_pending = 4096;
	ring->tx_pending = priv->set.ring_tx ?: priv->fn->part->family->ring_size;
	ring->rx_pending = priv->set.ring_rx ?: priv->fn->part->family->ring_size;
}

static int set_ringparam(struct net_device *netdev,
			 struct ethtool_ringparam *ring
#ifdef NICSIM_KERNEL_RINGPARAM
			 , struct kernel_ethtool_ringparam *kernel_ring,
			 struct netlink_ext_ack *extack
#endif
			 )
{
	struct nicsim_netdev *priv = netdev_priv(netdev);

	priv->set.ring_tx = ring->tx_pending;
	priv->set.ring_rx = ring->rx_pending;
	return 0;
}

static void get_channels(struct net_device *netdev,
			 struct ethtool_channels *channels)
{
	channels->max_combined = netdev->num_tx_queues;
	channels->combined_count = netdev->real_num_tx_queues;
}

static int get_sset_count(struct net_device *netdev, int set)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);

	if (set == ETH_SS_PRIV_FLAGS)
		return nicsim_flags_count(netdev);
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return priv->fn->part->family->stat_names[0] ?
	       2 * netdev->num_tx_queues : 0;
}

static void get_strings(struct net_device *netdev, u32 set, u8 *data)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	int i, count = get_sset_count(netdev, set);

	if (set == ETH_SS_PRIV_FLAGS) {
		nicsim_flags_strings(netdev, data);
		return;
	}
	for (i = 0; i < count; i++)
		scnprintf(data + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN,
			  priv->fn->part->family->stat_names[i % 2], i / 2);
}

static void get_ethtool_stats(struct net_device *netdev,
			      struct ethtool_stats *stats, u64 *data)
{
	struct nicsim_netdev *priv = netdev_priv(netdev);
	int i;

	for (i = 0; i < stats->n_stats; i++)
		data[i] = READ_ONCE(priv->fn->rings[i % 2][i / 2].packets);
}

static u32 get_msglevel(struct net_device *netdev)
{
	return ((struct nicsim_netdev *)netdev_priv(netdev))->msg_enable;
}

static void set_msglevel(struct net_device *netdev, u32 level)
{
	((struct nicsim_netdev *)netdev_priv(netdev))->msg_enable = level;
}

const struct ethtool_ops nicsim_ethtool_ops = {
	.get_drvinfo = get_drvinfo,
	.get_regs_len = get_regs_len,
	.get_regs = get_regs,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = get_link_ksettings,
	.get_ringparam = get_ringparam,
	.set_ringparam = set_ringparam,
	.get_pauseparam = nicsim_pauseparam_get,
	.set_pauseparam = nicsim_pauseparam_set,
	.get_priv_flags = nicsim_flags_get,
	.set_priv_flags = nicsim_flags_set,
	.get_eee = nicsim_eee_get,
	.set_eee = nicsim_eee_set,
	.get_channels = get_channels,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_ethtool_stats,
	.get_msglevel = get_msglevel,
	.set_msglevel = set_msglevel,
};
