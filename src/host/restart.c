// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/restart.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/host.h"
#include "host/internal.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/text.h"

#define SYS_BUS "/sys/bus/pci"
#define ETHERTYPE_EXPERIMENT 0x88b5
#define FRAME_BYTES 60

/* One word into a file of /sys; the answer is the kernel's for the whole act. */
static int put(const char *path, const char *word, struct err *e)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	int r;

	if (fd >= 0 && write(fd, word, strlen(word)) >= 0)
		return 0;
	r = errno == ENOENT ? ENODEV : errno;
	err_sys(e, r, "%s", path);
	if (r == EACCES || r == EPERM)
		err_todo(e, "run it again as root, with sudo for instance");
	return -r;
}

static int put_device(const struct pci_addr *addr, const char *attr, const char *word, struct err *e)
{
	char name[PCI_ADDR_MAX];
	AUTO_FREE char *path = xasprintf(SYS_PCI "/%s/%s", pci_addr_str(addr, name), attr);

	return put(path, word, e);
}

int host_nway_reset(const char *netdev, struct err *e)
{
	struct ethtool_value command = { .cmd = ETHTOOL_NWAY_RST };
	AUTO_CLOSE int fd = netdev_socket();
	int r = fd < 0 ? fd : netdev_ask(fd, netdev, &command);

	switch (-r) {
	case 0:
		return 0;
	case EAGAIN:
		return err_set(e, EAGAIN, netdev, "the interface is down: the driver has nothing to start anew");
	case EINVAL:
		return err_set(e, EINVAL, netdev, "the driver does it only with autonegotiation on");
	case EOPNOTSUPP:
		return err_set(e, EOPNOTSUPP, netdev, "the driver offers no restart");
	default:
		return err_sys(e, -r, "%s", netdev);
	}
}

int host_unbind(const struct pci_addr *addr, struct err *e)
{
	char name[PCI_ADDR_MAX];
	struct binding now;

	if (binding_get(addr, &now) && !now.driver)
		return 0;
	return put_device(addr, "driver/unbind", pci_addr_str(addr, name), e);
}

/* False for what cannot be the name of a driver. */
static bool driver_file(const char *driver, const char *file, char *path, size_t size)
{
	return *driver && !strchr(driver, '/') && *driver != '.' &&
	       (size_t)snprintf(path, size, SYS_BUS "/drivers/%s%s", driver, file) < size;
}

bool host_driver_loaded(const char *driver)
{
	char path[128];

	return driver_file(driver, "", path, sizeof(path)) && !access(path, F_OK);
}

int host_bind(const struct pci_addr *addr, const char *driver, struct err *e)
{
	char name[PCI_ADDR_MAX], path[128];

	if (!driver_file(driver, "/bind", path, sizeof(path)))
		return err_set(e, ENODEV, driver, "no driver of this name");
	return put(path, pci_addr_str(addr, name), e);
}

bool host_can_reset(const struct pci_addr *addr)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);

	return dir >= 0 && !faccessat(dir, "reset", F_OK, 0);
}

int host_function_reset(const struct pci_addr *addr, struct err *e)
{
	return put_device(addr, "reset", "1", e);
}

int host_remove(const struct pci_addr *addr, struct err *e)
{
	return put_device(addr, "remove", "1", e);
}

int host_rescan(const struct pci_addr *port, struct err *e)
{
	return port ? put_device(port, "rescan", "1", e) : put(SYS_BUS "/rescan", "1", e);
}

/* A slot's address is without a function: "0000:01:00". */
static bool is_slot_of(int slots, const char *slot, const char *place)
{
	AUTO_FREE char *address = xasprintf("%s/address", slot);
	AUTO_FREE char *power = xasprintf("%s/power", slot);
	char text[32];

	return sysfs_text(slots, address, ATTR_STR, text, sizeof(text)) && !strcmp(text, place) &&
	       !faccessat(slots, power, F_OK, 0);
}

bool host_slot(const struct pci_addr *addr, char *name, size_t size)
{
	AUTO_CLOSE int dir = sysfs_open(SYS_BUS "/slots");
	char **slots = dir < 0 ? NULL : sysfs_list(dir, ".");
	char place[PCI_ADDR_MAX];
	bool found = false;

	pci_addr_str(addr, place);
	place[strcspn(place, ".")] = '\0';
	for (char **slot = slots; slot && *slot && !found; slot++) {
		found = is_slot_of(dir, *slot, place);
		if (found)
			snprintf(name, size, "%s", *slot);
	}
	sysfs_list_free(slots);
	return found;
}

int host_slot_power(const char *slot, bool on, struct err *e)
{
	AUTO_FREE char *path = xasprintf(SYS_BUS "/slots/%s/power", slot);

	return put(path, on ? "1" : "0", e);
}

int host_send_frames(const char *netdev, unsigned n)
{
	AUTO_CLOSE int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(netdev) };
	unsigned char frame[FRAME_BYTES] = { 0 };
	const uint16_t type = htons(ETHERTYPE_EXPERIMENT);
	struct ifreq request = { 0 };

	if (fd < 0)
		return -errno;
	if (!to.sll_ifindex || strlen(netdev) >= sizeof(request.ifr_name))
		return -ENODEV;
	strcpy(request.ifr_name, netdev);
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		return -errno;
	memcpy(frame, request.ifr_hwaddr.sa_data, 6);
	memcpy(frame + 6, request.ifr_hwaddr.sa_data, 6);
	memcpy(frame + 12, &type, sizeof(type));
	for (unsigned i = 0; i < n; i++)
		if (sendto(fd, frame, sizeof(frame), MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to)) < 0)
			return -errno;
	return 0;
}

bool host_is_up(const char *netdev)
{
	AUTO_CLOSE int dir = sysfs_open_net(netdev);
	uint64_t flags = 0;

	return dir >= 0 && sysfs_hex(dir, "flags", &flags) && flags & IFF_UP;
}
