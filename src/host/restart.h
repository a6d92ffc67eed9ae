/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways to start a device anew, from gentle to rough. Each is done by the kernel, in the call; whether it helped is for the
 * caller to look at. Errors: -EACCES or -EPERM without the right, -ENODEV if the device or its driver is not there.
 */
#ifndef HOST_RESTART_H
#define HOST_RESTART_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct pci_addr;

/*
 * ETHTOOL_NWAY_RST: for most of these drivers their whole re-initialization, for others a new negotiation of the link
 * (chipdefs/driver/, "restarts"). -EAGAIN while the interface is down, -EINVAL without autonegotiation (e1000e).
 */
int host_nway_reset(const char *netdev, struct err *e);

/* Takes the driver away; 0 if there is none. */
int host_unbind(const struct pci_addr *addr, struct err *e);
/* Gives the device to a driver that is loaded: its probe runs in the call, and its error is the call's. */
int host_bind(const struct pci_addr *addr, const char *driver, struct err *e);
/* Whether a driver of this name is loaded. */
bool host_driver_loaded(const char *driver);

/* Whether the kernel knows a way to reset this function alone, and that. */
bool host_can_reset(const struct pci_addr *addr);
int host_function_reset(const struct pci_addr *addr, struct err *e);

/* Takes the function off the kernel's bus; looks for it again, below the bus of `port`, or (NULL) everywhere. */
int host_remove(const struct pci_addr *addr, struct err *e);
int host_rescan(const struct pci_addr *port, struct err *e);

/* The slot that a function is in, if its power can be switched: the name of its folder in /sys/bus/pci/slots. */
bool host_slot(const struct pci_addr *addr, char *name, size_t size);
int host_slot_power(const char *slot, bool on, struct err *e);

/* Whether frames that fill its minimum leave an interface is seen in its queues: sends a few with its own address as source
 * and destination, which a switch does not pass on, and EtherType 88b5 (IEEE 802, local experiments). */
int host_send_frames(const char *netdev, unsigned n);

/* The interface is up for Linux (IFF_UP), whether or not it has a link. */
bool host_is_up(const char *netdev);

#endif
