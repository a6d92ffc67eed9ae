// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands that make an interface's place in the network, for people. */
#include "host/network.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <string.h>

#include "host/internal.h"
#include "host/rtnl.h"
#include "util/alloc.h"
#include "util/text.h"

static void say_address(int family, const struct rtattr *a, struct buf *out)
{
	char text[INET6_ADDRSTRLEN] = "?";

	if (a && RTA_PAYLOAD(a) >= (family == AF_INET ? 4u : 16u))
		inet_ntop(family, RTA_DATA(a), text, sizeof(text));
	buf_puts(out, text);
}

static void say_add_address(const struct network_link *l, const struct nlmsghdr *m, struct buf *out)
{
	const struct ifaddrmsg *a = NLMSG_DATA(m);
	AUTO_FREE char *dev = shell_word(l->name);

	buf_puts(out, "ip address add ");
	say_address(a->ifa_family, network_own_address(m), out);
	buf_printf(out, "/%u dev %s\n", a->ifa_prefixlen, dev);
}

static void say_add_route(const struct network_link *l, const struct nlmsghdr *m, struct buf *out)
{
	const struct rtmsg *r = NLMSG_DATA(m);
	const struct rtattr *to = rtnl_attr(m, ROUTE, RTA_DST), *via = rtnl_attr(m, ROUTE, RTA_GATEWAY);
	uint32_t metric = rtnl_u32(rtnl_attr(m, ROUTE, RTA_PRIORITY), 0);
	AUTO_FREE char *dev = shell_word(l->name);

	buf_printf(out, "ip %sroute add ", r->rtm_family == AF_INET6 ? "-6 " : "");
	if (to) {
		say_address(r->rtm_family, to, out);
		buf_printf(out, "/%u", r->rtm_dst_len);
	} else {
		buf_puts(out, "default");
	}
	if (via) {
		buf_puts(out, " via ");
		say_address(r->rtm_family, via, out);
	}
	buf_printf(out, " dev %s", dev);
	if (metric)
		buf_printf(out, " metric %u", metric);
	if (network_table(m) != RT_TABLE_MAIN)
		buf_printf(out, " table %u", network_table(m));
	buf_putc(out, '\n');
}

static void say_make(const struct network *n, const struct network_link *l, struct buf *out)
{
	const struct rtattr *info = rtnl_attr(l->link, LINK, IFLA_LINKINFO);
	const struct rtattr *id = rtnl_attr_in(rtnl_attr_in(info, IFLA_INFO_DATA), IFLA_VLAN_ID);
	AUTO_FREE char *dev = shell_word(l->name);
	AUTO_FREE char *on = shell_word(n->links[l->below].name);
	char kind[32];
	uint16_t vlan = 0;

	network_kind(l->link, kind, sizeof(kind));
	buf_printf(out, "ip link add link %s name %s type %s", on, dev, kind);
	if (!strcmp(kind, "vlan") && id && RTA_PAYLOAD(id) >= sizeof(vlan)) {
		memcpy(&vlan, RTA_DATA(id), sizeof(vlan));
		buf_printf(out, " id %u", vlan);
	}
	buf_putc(out, '\n');
}

static void say_master(const struct network_link *l, struct buf *out)
{
	AUTO_FREE char *dev = shell_word(l->name);
	AUTO_FREE char *master = shell_word(l->master);

	buf_printf(out, "ip link set dev %s master %s\n", dev, master);
}

static bool is_up(const struct network_link *l)
{
	return ((const struct ifinfomsg *)NLMSG_DATA(l->link))->ifi_flags & IFF_UP;
}

/* What of a link is not in `now`, which may be NULL: nothing is. */
static size_t say_missing(const struct network *n, const struct network_link *l, const struct network_link *now,
			  struct buf *out)
{
	AUTO_FREE char *dev = shell_word(l->name);
	size_t missing = 0;

	if (!now && l != &n->links[0] && ++missing)
		say_make(n, l, out);
	if (l->master[0] && (!now || strcmp(now->master, l->master) != 0) && ++missing)
		say_master(l, out);
	if (is_up(l) && (!now || !is_up(now)) && ++missing)
		buf_printf(out, "ip link set dev %s up\n", dev);
	for (size_t i = 0; i < l->addresses.n; i++)
		if ((!now || !network_has(&now->addresses, l->addresses.v[i], network_same_address)) && ++missing)
			say_add_address(l, l->addresses.v[i], out);
	for (size_t i = 0; i < l->routes.n; i++)
		if ((!now || !network_has(&now->routes, l->routes.v[i], network_same_route)) && ++missing)
			say_add_route(l, l->routes.v[i], out);
	return missing;
}

void network_commands(const struct network *n, struct buf *out)
{
	for (size_t i = 0; i < n->n; i++)
		say_missing(n, &n->links[i], NULL, out);
}

size_t network_missing(const struct network *n, struct buf *out)
{
	struct network *now = NULL;
	size_t missing = 0;

	network_read(network_name(n), &now, NULL);
	for (size_t i = 0; i < n->n; i++)
		missing += say_missing(n, &n->links[i], now ? network_link(now, n->links[i].name) : NULL, out);
	network_free(now);
	return missing;
}
