// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/labels.h"

const struct label block_labels[] = {
	{ "Tx Queue~ <{queue}>", KLOG_QUEUE },
	{ "TDH, TDT~ <{tdh}>, <{tdt}>", KLOG_TDH },
	{ "TDH~ <{tdh}>", KLOG_TDH },
	{ "TDT~ <{tdt}>", KLOG_TDT },
	{ "next_to_use~ <{next_to_use}>", KLOG_NEXT_TO_USE },
	{ "next_to_clean~ <{next_to_clean}>", KLOG_NEXT_TO_CLEAN },
	{ "next_to_watch.status~ <{next_to_watch_status}>", KLOG_WATCH_STATUS },
	{ "next_to_watch~ <{next_to_watch}>", KLOG_NEXT_TO_WATCH },
	{ "time_stamp~ <{time_stamp}>", KLOG_TIME_STAMP },
	{ "jiffies~ <{jiffies}>", KLOG_JIFFIES },
	{ "desc.status~ <{desc_status}>", KLOG_DESC_STATUS },
	{ "eop_desc->wb.status~ <{desc_status}>", KLOG_FIELDS },
	{ "dma~ <{dma}>", KLOG_DMA },
	{ "head (WB)~ <{head_wb}>", KLOG_HEAD_WB },
	{ "VSI <{vsi}>", KLOG_VSI },
	{ "MAC Status~ <{mac_status}>", KLOG_MAC_STATUS },
	{ "PHY Status~ <{phy_status}>", KLOG_PHY_STATUS },
	{ "PHY 1000BASE-T Status~ <{phy_1000base_t_status}>", KLOG_PHY_1000 },
	{ "PHY Extended Status~ <{phy_extended_status}>", KLOG_PHY_EXTENDED },
	{ "PCI Status~ <{pci_status}>", KLOG_PCI_STATUS },
};

const size_t n_block_labels = sizeof(block_labels) / sizeof(block_labels[0]);

int label_of(enum klog_field field)
{
	for (size_t i = 0; i < n_block_labels; i++)
		if (block_labels[i].field == field)
			return (int)i;
	return -1;
}
