// SPDX-License-Identifier: GPL-2.0-or-later
/* An interface's place in the network put back: the kernel's own messages, with the numbers that the interfaces have now. */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/if_vlan.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/internal.h"
#include "host/network.h"
#include "host/rtnl.h"
#include "util/alloc.h"
#include "util/err.h"

#define ROUTE_PASSES 3 /* a route may need another one's gateway */

struct back {
	const struct network *was;
	struct network *now; /* as it was found; owned */
	int fd;
	int *index;             /* of each link now; 0: it is not there. Owned */
	struct rtnl_message *m; /* scratch; owned */
	int r;                  /* -errno of the first that was refused */
	struct err *e;
};

static void failed(struct back *b, int r, const char *name, const char *what)
{
	if (r >= 0 || r == -EEXIST || b->r)
		return;
	b->r = r;
	err_set(b->e, -r, name, "%s could not be put back: %s", what, strerror(-r));
}

static bool is_up(const struct nlmsghdr *link)
{
	return ((const struct ifinfomsg *)NLMSG_DATA(link))->ifi_flags & IFF_UP;
}

/* Begins a change of a link that is there. */
static void begin_set(struct back *b, int index, unsigned flags, unsigned mask)
{
	const struct ifinfomsg body = { .ifi_index = index, .ifi_flags = flags, .ifi_change = mask };

	rtnl_begin(b->m, RTM_NEWLINK, 0, &body, sizeof(body));
}

static int set_up(struct back *b, int index, bool up)
{
	begin_set(b, index, up ? IFF_UP : 0, IFF_UP);
	return rtnl_talk(b->fd, b->m, NULL, NULL);
}

static bool add_same(struct rtnl_message *m, const struct rtattr *a)
{
	return !a || rtnl_add(m, a->rta_type, RTA_DATA(a), RTA_PAYLOAD(a));
}

static bool differs(const struct rtattr *a, const struct rtattr *b)
{
	return a && (!b || RTA_PAYLOAD(a) != RTA_PAYLOAD(b) || memcmp(RTA_DATA(a), RTA_DATA(b), RTA_PAYLOAD(a)) != 0);
}

/* What a new interface has otherwise: each asked alone, as a driver may refuse one. A bond sets the MAC address itself. */
static void put_settings(struct back *b, const struct network_link *l, int index, const struct nlmsghdr *now)
{
	static const struct {
		unsigned short type;
		const char *what;
	} settings[] = {
		{ IFLA_MTU, "the MTU" },       { IFLA_TXQLEN, "the queue's length" }, { IFLA_GROUP, "the group" },
		{ IFLA_IFALIAS, "the alias" }, { IFLA_ADDRESS, "the MAC address" },
	};

	for (size_t i = 0; i < COUNT(settings); i++) {
		const struct rtattr *was = rtnl_attr(l->link, LINK, settings[i].type);

		if (!differs(was, rtnl_attr(now, LINK, settings[i].type)) ||
		    (settings[i].type == IFLA_ADDRESS && l->master[0] && !l->bridged))
			continue;
		begin_set(b, index, 0, 0);
		add_same(b->m, was);
		failed(b, rtnl_talk(b->fd, b->m, NULL, NULL), l->name, settings[i].what);
	}
}

static int find_index(const struct network *n, const char *name)
{
	for (size_t i = 0; i < n->all.n; i++) {
		char one[IF_NAMESIZE];

		rtnl_text(rtnl_attr(n->all.v[i], LINK, IFLA_IFNAME), one, sizeof(one));
		if (!strcmp(one, name))
			return ((const struct ifinfomsg *)NLMSG_DATA(n->all.v[i]))->ifi_index;
	}
	return 0;
}

/* A port's settings, as the bridge gave them: those that can be written. */
static void put_bridge_port(struct back *b, const struct network_link *l, int index)
{
	static const unsigned short settable[] = {
		IFLA_BRPORT_COST,        IFLA_BRPORT_PRIORITY,   IFLA_BRPORT_MODE,     IFLA_BRPORT_GUARD,
		IFLA_BRPORT_PROTECT,     IFLA_BRPORT_FAST_LEAVE, IFLA_BRPORT_LEARNING, IFLA_BRPORT_UNICAST_FLOOD,
		IFLA_BRPORT_MCAST_FLOOD, IFLA_BRPORT_PROXYARP,   IFLA_BRPORT_ISOLATED, IFLA_BRPORT_BCAST_FLOOD,
	};
	const struct rtattr *port = rtnl_attr(l->bridge, LINK, IFLA_PROTINFO);
	const struct ifinfomsg body = { .ifi_family = AF_BRIDGE, .ifi_index = index };
	struct rtattr *nest;

	if (!port)
		return;
	rtnl_begin(b->m, RTM_SETLINK, 0, &body, sizeof(body));
	nest = rtnl_nest(b->m, IFLA_PROTINFO);
	for (size_t i = 0; i < COUNT(settable); i++)
		add_same(b->m, rtnl_attr_in(port, settable[i]));
	rtnl_nest_end(b->m, nest);
	failed(b, rtnl_talk(b->fd, b->m, NULL, NULL), l->name, "its settings as a port of the bridge");
}

static void put_bridge_vlans(struct back *b, const struct network_link *l, int index)
{
	const struct rtattr *spec = rtnl_attr(l->bridge, LINK, IFLA_AF_SPEC);
	const struct ifinfomsg body = { .ifi_family = AF_BRIDGE, .ifi_index = index };

	if (!spec || !rtnl_attr_in(spec, IFLA_BRIDGE_VLAN_INFO))
		return;
	rtnl_begin(b->m, RTM_SETLINK, 0, &body, sizeof(body));
	rtnl_add(b->m, IFLA_AF_SPEC | NLA_F_NESTED, RTA_DATA(spec), RTA_PAYLOAD(spec));
	failed(b, rtnl_talk(b->fd, b->m, NULL, NULL), l->name, "its VLANs in the bridge");
}

/* A bond takes only an interface that is down. */
static void put_master(struct back *b, const struct network_link *l, int index, const struct nlmsghdr *now)
{
	uint32_t master = l->master[0] ? (uint32_t)find_index(b->now, l->master) : 0;

	if (!l->master[0] || (master && rtnl_u32(rtnl_attr(now, LINK, IFLA_MASTER), 0) == master))
		return;
	if (!master) {
		failed(b, -ENODEV, l->name, "its place in a bond or bridge that is gone");
		return;
	}
	if (is_up(now))
		set_up(b, index, false);
	begin_set(b, index, 0, 0);
	rtnl_add(b->m, IFLA_MASTER, &master, sizeof(master));
	failed(b, rtnl_talk(b->fd, b->m, NULL, NULL), l->name, "its place in the bond or bridge");
	if (l->bridge) {
		put_bridge_port(b, l, index);
		put_bridge_vlans(b, l, index);
	}
}

/* The kernel says of a VLAN's flags that all bits count, and takes that for those alone that it knows. */
static void mend_vlan_flags(struct rtattr *data)
{
	const uint32_t known = VLAN_FLAG_REORDER_HDR | VLAN_FLAG_GVRP | VLAN_FLAG_LOOSE_BINDING | VLAN_FLAG_MVRP;
	const struct rtattr *a = rtnl_attr_in(data, IFLA_VLAN_FLAGS);
	struct ifla_vlan_flags flags;

	if (!a || RTA_PAYLOAD(a) < sizeof(flags))
		return;
	memcpy(&flags, RTA_DATA(a), sizeof(flags));
	flags.mask = known | flags.flags;
	memcpy((char *)data + ((const char *)RTA_DATA(a) - (const char *)data), &flags, sizeof(flags));
}

/* An interface that stood on another: what its kind needs to know is in what the kernel said of it. */
static void make(struct back *b, const struct network_link *l, int below)
{
	static const unsigned short kept[] = { IFLA_IFNAME,  IFLA_MTU,   IFLA_TXQLEN,
					       IFLA_ADDRESS, IFLA_GROUP, IFLA_IFALIAS };
	const struct rtattr *info = rtnl_attr(l->link, LINK, IFLA_LINKINFO);
	const struct rtattr *data = rtnl_attr_in(info, IFLA_INFO_DATA);
	const struct ifinfomsg body = { 0 };
	struct rtattr *nest;
	char kind[16];

	rtnl_begin(b->m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	for (size_t i = 0; i < COUNT(kept); i++)
		add_same(b->m, rtnl_attr(l->link, LINK, kept[i]));
	rtnl_add(b->m, IFLA_LINK, &below, sizeof(below));
	rtnl_text(rtnl_attr_in(info, IFLA_INFO_KIND), kind, sizeof(kind));
	nest = rtnl_nest(b->m, IFLA_LINKINFO);
	add_same(b->m, rtnl_attr_in(info, IFLA_INFO_KIND));
	if (data) {
		struct rtattr *copy = (void *)(b->m->bytes + NLMSG_ALIGN(b->m->header.nlmsg_len));

		if (rtnl_add(b->m, IFLA_INFO_DATA | NLA_F_NESTED, RTA_DATA(data), RTA_PAYLOAD(data)) &&
		    !strcmp(kind, "vlan"))
			mend_vlan_flags(copy);
	}
	rtnl_nest_end(b->m, nest);
	failed(b, rtnl_talk(b->fd, b->m, NULL, NULL), l->name, "it");
}

/* One answer to the question for a link. */
static int take_copy(const struct nlmsghdr *m, void *arg)
{
	struct nlmsghdr **copy = arg;

	if (m->nlmsg_type != RTM_NEWLINK || m->nlmsg_len < NLMSG_LENGTH(LINK) || *copy)
		return 0;
	*copy = xcalloc(1, m->nlmsg_len);
	memcpy(*copy, m, m->nlmsg_len);
	return 0;
}

/* The link of a name as it is now, owned by the caller; NULL if there is none. */
static struct nlmsghdr *get_link(struct back *b, const char *name)
{
	const struct ifinfomsg body = { 0 };
	const uint32_t mask = RTEXT_FILTER_SKIP_STATS;
	struct nlmsghdr *copy = NULL;

	rtnl_begin(b->m, RTM_GETLINK, 0, &body, sizeof(body));
	rtnl_add(b->m, IFLA_EXT_MASK, &mask, sizeof(mask));
	rtnl_add(b->m, IFLA_IFNAME, name, strlen(name) + 1);
	rtnl_talk(b->fd, b->m, take_copy, &copy);
	return copy;
}

/* Another name than before: by the kernel, before udev has renamed it, or because the device is found at another place. */
static void rename_back(struct back *b, const char *netdev)
{
	const char *wanted = network_name(b->was);
	AUTO_FREE struct nlmsghdr *now = strcmp(netdev, wanted) ? get_link(b, netdev) : NULL;
	int index = now ? ((const struct ifinfomsg *)NLMSG_DATA(now))->ifi_index : 0;

	if (!index)
		return;
	if (is_up(now))
		set_up(b, index, false);
	begin_set(b, index, 0, 0);
	rtnl_add(b->m, IFLA_IFNAME, wanted, strlen(wanted) + 1);
	failed(b, rtnl_talk(b->fd, b->m, NULL, NULL), netdev, "its name");
}

static void put_link(struct back *b, size_t i)
{
	const struct network_link *l = &b->was->links[i];
	struct nlmsghdr *now = get_link(b, l->name);

	if (!now && i && b->index[l->below]) {
		make(b, l, b->index[l->below]);
		now = get_link(b, l->name);
	}
	if (!now) {
		failed(b, -ENODEV, l->name, "it");
		return;
	}
	b->index[i] = ((const struct ifinfomsg *)NLMSG_DATA(now))->ifi_index;
	if (!i)
		put_settings(b, l, b->index[i], now);
	put_master(b, l, b->index[i], now);
	if (is_up(l->link))
		failed(b, set_up(b, b->index[i], true), l->name, "its being up");
	free(now);
}

static int replay_address(struct back *b, const struct nlmsghdr *was, int index)
{
	struct ifaddrmsg *a = NLMSG_DATA(&b->m->header);

	if (was->nlmsg_len > sizeof(*b->m))
		return -EMSGSIZE;
	memcpy(b->m, was, was->nlmsg_len);
	b->m->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	a->ifa_index = (uint32_t)index;
	return rtnl_talk(b->fd, b->m, NULL, NULL);
}

/* The interface's number now for one that it had; 0 if it is none of these, and as it was. */
static int renumbered(const struct back *b, int index)
{
	for (size_t i = 0; i < b->was->n; i++)
		if (b->was->links[i].index == index)
			return b->index[i];
	return index;
}

static void renumber_hops(const struct back *b, struct rtattr *all)
{
	struct rtnexthop *hop = RTA_DATA(all);
	size_t left = RTA_PAYLOAD(all);

	while (left >= sizeof(*hop) && RTNH_OK(hop, (int)left)) {
		size_t step = (size_t)RTNH_ALIGN(hop->rtnh_len);

		hop->rtnh_ifindex = renumbered(b, hop->rtnh_ifindex);
		hop->rtnh_flags &= RTNH_F_ONLINK;
		left = step < left ? left - step : 0;
		hop = RTNH_NEXT(hop);
	}
}

/* Without what only the kernel says: how old it is, whether its link is down. */
static int replay_route(struct back *b, const struct nlmsghdr *was, int index)
{
	static const unsigned short left_out[] = { RTA_CACHEINFO, RTA_OIF, RTA_NH_ID };
	struct rtmsg body = *(const struct rtmsg *)NLMSG_DATA(was);
	const struct rtattr *a = (const void *)((const char *)was + NLMSG_SPACE(sizeof(body)));
	size_t left = was->nlmsg_len - NLMSG_SPACE(sizeof(body));

	body.rtm_flags &= RTNH_F_ONLINK;
	rtnl_begin(b->m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		struct rtattr *copy = (void *)(b->m->bytes + NLMSG_ALIGN(b->m->header.nlmsg_len));
		bool keep = true;

		for (size_t i = 0; i < COUNT(left_out); i++)
			keep = keep && (a->rta_type & NLA_TYPE_MASK) != left_out[i];
		if (keep && add_same(b->m, a) && (a->rta_type & NLA_TYPE_MASK) == RTA_MULTIPATH)
			renumber_hops(b, copy);
	}
	if (!rtnl_attr(was, sizeof(body), RTA_MULTIPATH))
		rtnl_add(b->m, RTA_OIF, &index, sizeof(index));
	return rtnl_talk(b->fd, b->m, NULL, NULL);
}

static void put_addresses(struct back *b)
{
	for (size_t i = 0; i < b->was->n; i++) {
		const struct network_link *l = &b->was->links[i];

		for (size_t k = 0; k < l->addresses.n && b->index[i]; k++)
			failed(b, replay_address(b, l->addresses.v[k], b->index[i]), l->name, "an address");
	}
}

static void put_routes(struct back *b, bool last)
{
	for (size_t i = 0; i < b->was->n; i++) {
		const struct network_link *l = &b->was->links[i];

		for (size_t k = 0; k < l->routes.n && b->index[i]; k++) {
			int r = replay_route(b, l->routes.v[k], b->index[i]);

			if (last)
				failed(b, r, l->name, "a route");
		}
	}
}

int network_put_back(const struct network *n, const char *netdev, struct err *e)
{
	struct back b = { .was = n, .fd = rtnl_open(), .e = e };

	if (b.fd < 0)
		return err_sys(e, -b.fd, "%s", netdev);
	b.m = xcalloc(1, sizeof(*b.m));
	b.index = xcalloc(n->n, sizeof(*b.index));
	rename_back(&b, netdev);
	if (!network_read(network_name(n), &b.now, NULL)) {
		for (size_t i = 0; i < n->n; i++)
			put_link(&b, i);
		put_addresses(&b);
		for (int pass = 1; pass <= ROUTE_PASSES; pass++)
			put_routes(&b, pass == ROUTE_PASSES);
	} else {
		failed(&b, -ENODEV, network_name(n), "it");
	}
	network_free(b.now);
	free(b.index);
	free(b.m);
	close(b.fd);
	return b.r;
}
