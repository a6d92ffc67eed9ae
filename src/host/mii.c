// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/mii.h"

#include <errno.h>
#include <linux/mii.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "util/alloc.h"

int mii_read(const char *netdev, unsigned reg, uint16_t *value)
{
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct mii_ioctl_data data = { .reg_num = (uint16_t)reg };
	struct ifreq request = { 0 };

	if (fd < 0)
		return -errno;
	if (strlen(netdev) >= sizeof(request.ifr_name))
		return -ENODEV;
	strcpy(request.ifr_name, netdev);
	memcpy(&request.ifr_data, &data, sizeof(data)); /* in the union, not pointed to */
	if (ioctl(fd, SIOCGMIIREG, &request) < 0)
		return -errno;
	memcpy(&data, &request.ifr_data, sizeof(data));
	*value = data.val_out;
	return 0;
}
