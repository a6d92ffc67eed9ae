// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/labels.h"

#include <ctype.h>
#include <string.h>

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

/* Letters and digits alone count, up to the value or its mark. */
static const char *skip(const char *s)
{
	while (*s && *s != '<' && *s != '~' && !isalnum((unsigned char)*s))
		s++;
	return *s == '<' || *s == '~' ? s + strlen(s) : s;
}

static bool same_label(const char *a, const char *b)
{
	for (a = skip(a), b = skip(b); *a && *b; a = skip(a + 1), b = skip(b + 1))
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
	return !*a && !*b;
}

bool label_find(const char *text, enum klog_field *field)
{
	for (size_t i = 0; i < n_block_labels; i++) {
		*field = block_labels[i].field;
		if (*field != KLOG_FIELDS && same_label(text, block_labels[i].pattern))
			return true;
	}
	for (unsigned i = 0; i < KLOG_N_NUMBERS; i++) {
		*field = (enum klog_field)i;
		if (same_label(text, klog_fields[i].name) || same_label(text, klog_fields[i].title))
			return true;
	}
	return false;
}

int label_of(enum klog_field field)
{
	for (size_t i = 0; i < n_block_labels; i++)
		if (block_labels[i].field == field)
			return (int)i;
	return -1;
}
