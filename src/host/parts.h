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

/* What the kernel counts of the interface's transmit queues, and of the vectors of the function whose folder `pci` is.
 * In counts.c. */
void queue_counts(const char *netdev, struct facts *facts);
void vector_counts(int pci, struct facts *facts);
/* The sum over all processors of an interrupt's line in the text of /proc/interrupts; false if it has none. */
bool interrupts_count(const char *text, uint32_t irq, int64_t *count);
/* The transmit queue that a handler's name is of ("eth0-TxRx-3"), or FACT_UNKNOWN. */
int64_t handler_queue(const char *handler);

/* What only the driver says, through SIOCETHTOOL: link settings, rings, pause, EEE, firmware, features. */
void ethtool_facts(const char *netdev, struct facts *facts);

/* Kernel, board, BIOS, lockdown. */
void board_facts(struct facts *facts);

#endif
