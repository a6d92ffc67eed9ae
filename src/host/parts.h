/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts that host_facts() is made of. Private to host/. What they cannot read stays unknown. */
#ifndef HOST_PARTS_H
#define HOST_PARTS_H

#include "snapshot/facts.h"

/* The interface, its queues, its bridge and its bond, from /sys/class/net. */
void netdev_facts(const char *netdev, struct facts *facts);

/* What only the driver says, through SIOCETHTOOL: link settings, rings, pause, EEE, firmware, features. */
void ethtool_facts(const char *netdev, struct facts *facts);

/* Kernel, board, BIOS, lockdown. */
void board_facts(struct facts *facts);

#endif
