/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files here share. Private to host/. */
#ifndef HOST_PARTS_H
#define HOST_PARTS_H

#include "snapshot/facts.h"

struct host;
struct pci_access;

/* libpci's handle; the host's. */
struct pci_access *host_pci(struct host *h);

/* The parts that host_facts() is made of. What they cannot read stays unknown. */

/* The interface, its queues, its bridge and its bond, from /sys/class/net. */
void netdev_facts(const char *netdev, struct facts *facts);

/* What only the driver says, through SIOCETHTOOL: link settings, rings, pause, EEE, firmware, features. */
void ethtool_facts(const char *netdev, struct facts *facts);

/* Kernel, board, BIOS, lockdown. */
void board_facts(struct facts *facts);

#endif
