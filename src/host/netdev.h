/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions to the driver of a network interface. */
#ifndef HOST_NETDEV_H
#define HOST_NETDEV_H

#include <stdint.h>

/* A descriptor to ask with, to be closed; -errno. */
int netdev_socket(void);

/*
 * SIOCETHTOOL: `command` is one of the structures of linux/ethtool.h, which the answer is written to. -EOPNOTSUPP if the
 * driver answers no such question, -ENODEV if there is no such interface or it is detached, -EPERM without CAP_NET_ADMIN
 * where the kernel wants that.
 */
int netdev_ask(int fd, const char *netdev, void *command);

/*
 * Asks for register 0 to 31 of the PHY. Whether the answer is a reading or a number that the driver keeps is the driver's
 * affair. -EOPNOTSUPP if it answers no such questions, -ENODEV if there is no such interface or it is detached, -EPERM
 * without CAP_NET_ADMIN, -EIO for a register that it does not answer for.
 */
int netdev_phy(const char *netdev, unsigned reg, uint16_t *value);

#endif
