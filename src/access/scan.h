/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps libpciaccess from visiting every PCI function of the machine.
 *
 * The library's only way in, pci_system_init(), lists /sys/bus/pci/devices with scandir() and reads the configuration
 * space of each entry. scan.c defines scandir(), by both names that the C library has for it, which the dynamic linker
 * prefers to the C library's, and while narrowed it lists that one directory as if it held the wanted function alone. Any
 * other directory, and that one when not narrowed, is listed as ever. Should the library stop calling scandir(), it is
 * only slower.
 */
#ifndef ACCESS_SCAN_H
#define ACCESS_SCAN_H

#include "snapshot/snapshot.h"

void scan_narrow(const struct pci_addr *addr);
void scan_widen(void);

#endif
