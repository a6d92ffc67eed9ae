/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PHY registers as a driver answers for them. */
#ifndef HOST_MII_H
#define HOST_MII_H

#include <stdint.h>

/*
 * Asks the driver of a network interface for register 0 to 31 of its PHY. Whether the answer is a reading or a number
 * that the driver keeps is the driver's affair. -EOPNOTSUPP if it answers no such questions, -ENODEV if there is no
 * such interface or it is detached, -EPERM without CAP_NET_ADMIN, -EIO for a register that it does not answer for.
 */
int mii_read(const char *netdev, unsigned reg, uint16_t *value);

#endif
