// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual functions of a device, from the links virtfnN in its folder of /sys; and of a virtual function, the interface
 * of the function that it belongs to.
 *
 * A virtual function that a guest has, has no interface here. Its address and its link are then what was set at the physical
 * function, which the kernel says with the interface's own state (IFLA_VFINFO_LIST of rtnetlink(7)), as for `ip link show`: it
 * also asks the driver for its statistics, of which some drivers add up registers that clear when read. So it is asked
 * only where such a virtual function is.
 */
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/internal.h"
#include "host/rtnl.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

#define MOST 4096 /* a device has 256 at most; a bus number makes more possible */

/* The first interface of the function whose folder has this path below dir; false if there is none. */
static bool first_interface(int dir, const char *path, char *out, size_t size)
{
	char **names = sysfs_list(dir, path);

	if (!names)
		return false;
	snprintf(out, size, "%s", names[0]);
	sysfs_list_free(names);
	return *out;
}

static void read_one(const struct pci_addr *addr, struct virtual_function *vf, struct virtual_functions *list)
{
	AUTO_CLOSE int dir = sysfs_open_pci(addr);
	char address[PCI_ADDR_MAX], driver[256], name[256], mac[64], link[64];

	vf->address = (char *)(uintptr_t)pci_addr_str(addr, address);
	if (dir >= 0 && sysfs_text(dir, "driver", ATTR_LINK, driver, sizeof(driver)))
		vf->driver = driver;
	if (dir >= 0 && first_interface(dir, "net", name, sizeof(name))) {
		AUTO_CLOSE int net = sysfs_open_net(name);

		vf->netdev = name;
		if (net >= 0 && sysfs_text(net, "address", ATTR_STR, mac, sizeof(mac)))
			vf->mac = mac;
		if (net >= 0 && sysfs_text(net, "operstate", ATTR_STR, link, sizeof(link)))
			vf->link = link;
	}
	virtuals_add(list, vf);
}

static bool any_without_interface(const struct virtual_functions *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!list->v[i].netdev)
			return true;
	return false;
}

static struct virtual_function *numbered(struct virtual_functions *list, uint32_t number)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].number == number)
			return &list->v[i];
	return NULL;
}

/* The attribute of one virtual function, which begins with its number; NULL if it is too short. */
static const void *info_of(const struct rtattr *info, unsigned type, size_t size)
{
	const struct rtattr *a = rtnl_attr_in(info, type);

	return a && RTA_PAYLOAD(a) >= size ? RTA_DATA(a) : NULL;
}

static void take_info(const struct rtattr *info, struct virtual_functions *list)
{
	static const char *const policies[] = { "auto", "enable", "disable" };
	static const uint8_t none[6];
	const struct ifla_vf_mac *mac = info_of(info, IFLA_VF_MAC, sizeof(*mac));
	const struct ifla_vf_link_state *state = info_of(info, IFLA_VF_LINK_STATE, sizeof(*state));
	struct virtual_function *vf = mac ? numbered(list, mac->vf) : NULL;

	if (!vf || vf->netdev)
		return;
	if (memcmp(mac->mac, none, sizeof(none)) != 0) {
		const uint8_t *b = mac->mac;

		free(vf->mac);
		vf->mac = xasprintf("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
	}
	if (state && state->link_state < COUNT(policies)) {
		free(vf->policy);
		vf->policy = xstrdup(policies[state->link_state]);
	}
}

void virtual_take(const struct nlmsghdr *answer, struct virtual_functions *list)
{
	const struct rtattr *all = rtnl_attr(answer, sizeof(struct ifinfomsg), IFLA_VFINFO_LIST), *info;
	size_t left = all ? RTA_PAYLOAD(all) : 0;

	for (info = all ? RTA_DATA(all) : NULL; info && RTA_OK(info, left); info = RTA_NEXT(info, left))
		if ((info->rta_type & NLA_TYPE_MASK) == IFLA_VF_INFO)
			take_info(info, list);
}

static int take_answer(const struct nlmsghdr *answer, void *arg)
{
	virtual_take(answer, arg);
	return 0;
}

static void ask_kernel(const char *netdev, struct virtual_functions *list)
{
	static const uint32_t wanted = RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS;
	const struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
	AUTO_FREE struct rtnl_message *m = xcalloc(1, sizeof(*m));
	AUTO_CLOSE int fd = rtnl_open();

	if (fd < 0)
		return;
	rtnl_begin(m, RTM_GETLINK, 0, &body, sizeof(body));
	if (rtnl_add(m, IFLA_IFNAME, netdev, strlen(netdev) + 1) && rtnl_add(m, IFLA_EXT_MASK, &wanted, sizeof(wanted)))
		rtnl_talk(fd, m, take_answer, list);
}

void virtual_facts(int dir, bool ask, struct facts *facts)
{
	char path[32], name[256];
	struct pci_addr addr;

	if (first_interface(dir, "physfn/net", name, sizeof(name)))
		sysfs_put(&facts->physical_interface, name);
	for (uint32_t n = 0; n < MOST; n++) {
		struct virtual_function vf = { .number = n };

		snprintf(path, sizeof(path), "virtfn%u", n);
		if (!sysfs_text(dir, path, ATTR_LINK, name, sizeof(name)))
			break;
		if (pci_addr_parse(name, &addr))
			read_one(&addr, &vf, &facts->vfs);
	}
	if (ask && any_without_interface(&facts->vfs) && first_interface(dir, "net", name, sizeof(name)))
		ask_kernel(name, &facts->vfs);
}
