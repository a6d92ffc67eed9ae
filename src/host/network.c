// SPDX-License-Identifier: GPL-2.0-or-later
/* What there is of an interface's place in the network. */
#include "host/network.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/internal.h"
#include "host/rtnl.h"
#include "util/alloc.h"
#include "util/err.h"

#define LINKS_MOST 256
#define MESSAGES_MOST 65536

static void keep(struct network_messages *to, const struct nlmsghdr *m)
{
	struct nlmsghdr *copy = xcalloc(1, m->nlmsg_len);

	memcpy(copy, m, m->nlmsg_len);
	*VEC_PUSH(to->v, to->n, to->cap) = copy;
}

static void forget(struct network_messages *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i]);
	free(m->v);
}

void network_free(struct network *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->n; i++) {
		free(n->links[i].bridge);
		forget(&n->links[i].addresses);
		forget(&n->links[i].routes);
	}
	free(n->links);
	forget(&n->all);
	free(n);
}

const char *network_name(const struct network *n)
{
	return n->links[0].name;
}

const struct network_link *network_link(const struct network *n, const char *name)
{
	for (size_t i = 0; i < n->n; i++)
		if (!strcmp(n->links[i].name, name))
			return &n->links[i];
	return NULL;
}

bool network_is_plain(const struct network *n)
{
	const struct network_link *l = &n->links[0];

	return n->n == 1 && !l->master[0] && !l->addresses.n && !l->routes.n;
}

/* The interfaces. */

static int take_link(const struct nlmsghdr *m, void *arg)
{
	struct network *n = arg;

	if (m->nlmsg_type == RTM_NEWLINK && m->nlmsg_len >= NLMSG_LENGTH(LINK) && n->all.n < MESSAGES_MOST)
		keep(&n->all, m);
	return 0;
}

static int index_of(const struct nlmsghdr *link)
{
	return ((const struct ifinfomsg *)NLMSG_DATA(link))->ifi_index;
}

void network_kind(const struct nlmsghdr *link, char *out, size_t size)
{
	rtnl_text(rtnl_attr_in(rtnl_attr(link, LINK, IFLA_LINKINFO), IFLA_INFO_KIND), out, size);
}

static const struct nlmsghdr *by_index(const struct network *n, int index)
{
	for (size_t i = 0; i < n->all.n; i++)
		if (index_of(n->all.v[i]) == index)
			return n->all.v[i];
	return NULL;
}

static void name_master(const struct network *n, struct network_link *l)
{
	uint32_t index = rtnl_u32(rtnl_attr(l->link, LINK, IFLA_MASTER), 0);
	const struct nlmsghdr *master = index ? by_index(n, (int)index) : NULL;
	char kind[32] = "";

	if (!master)
		return;
	rtnl_text(rtnl_attr(master, LINK, IFLA_IFNAME), l->master, sizeof(l->master));
	network_kind(master, kind, sizeof(kind));
	l->bridged = !strcmp(kind, "bridge");
}

static void add_link(struct network *n, const struct nlmsghdr *link, size_t below)
{
	struct network_link *l = VEC_PUSH(n->links, n->n, n->cap);

	l->index = index_of(link);
	l->link = link;
	l->below = below;
	rtnl_text(rtnl_attr(link, LINK, IFLA_IFNAME), l->name, sizeof(l->name));
	name_master(n, l);
}

/* A veth names its other end there. */
static bool stands_on(const struct nlmsghdr *link, int below)
{
	char kind[32];

	network_kind(link, kind, sizeof(kind));
	return *kind && strcmp(kind, "veth") != 0 && !rtnl_attr(link, LINK, IFLA_LINK_NETNSID) &&
	       (int)rtnl_u32(rtnl_attr(link, LINK, IFLA_LINK), 0) == below && index_of(link) != below;
}

static int find_links(struct network *n, const char *netdev)
{
	for (size_t i = 0; i < n->all.n && !n->n; i++) {
		char name[IF_NAMESIZE];

		rtnl_text(rtnl_attr(n->all.v[i], LINK, IFLA_IFNAME), name, sizeof(name));
		if (!strcmp(name, netdev))
			add_link(n, n->all.v[i], 0);
	}
	for (size_t at = 0; at < n->n; at++)
		for (size_t i = 0; i < n->all.n && n->n < LINKS_MOST; i++)
			if (stands_on(n->all.v[i], n->links[at].index))
				add_link(n, n->all.v[i], at);
	return n->n ? 0 : -ENODEV;
}

static struct network_link *link_of(struct network *n, int index)
{
	for (size_t i = 0; i < n->n; i++)
		if (n->links[i].index == index)
			return &n->links[i];
	return NULL;
}

static int take_bridge(const struct nlmsghdr *m, void *arg)
{
	struct network_link *l = m->nlmsg_len < NLMSG_LENGTH(LINK) ? NULL : link_of(arg, index_of(m));

	if (!l || !l->bridged || l->bridge || m->nlmsg_type != RTM_NEWLINK)
		return 0;
	l->bridge = xcalloc(1, m->nlmsg_len);
	memcpy(l->bridge, m, m->nlmsg_len);
	return 0;
}

/* Addresses and routes. */

/* Those that the kernel makes by itself for a time, for privacy, are none. */
static int take_address(const struct nlmsghdr *m, void *arg)
{
	const struct ifaddrmsg *a = NLMSG_DATA(m);
	struct network_link *l;
	uint32_t flags;

	if (m->nlmsg_type != RTM_NEWADDR || m->nlmsg_len < NLMSG_LENGTH(ADDR))
		return 0;
	flags = rtnl_u32(rtnl_attr(m, ADDR, IFA_FLAGS), a->ifa_flags);
	l = link_of(arg, (int)a->ifa_index);
	if (l && l->addresses.n < MESSAGES_MOST && !network_has(&l->addresses, m, network_same_address) &&
	    !(a->ifa_family == AF_INET6 && flags & IFA_F_TEMPORARY))
		keep(&l->addresses, m);
	return 0;
}

/* The first of several hops that leaves by one of the links. */
static struct network_link *hop_of(struct network *n, const struct nlmsghdr *m)
{
	const struct rtattr *all = rtnl_attr(m, ROUTE, RTA_MULTIPATH);
	const struct rtnexthop *hop = all ? RTA_DATA(all) : NULL;
	size_t left = all ? RTA_PAYLOAD(all) : 0, step;

	while (left >= sizeof(*hop) && RTNH_OK(hop, (int)left)) {
		struct network_link *l = link_of(n, hop->rtnh_ifindex);

		if (l)
			return l;
		step = (size_t)RTNH_ALIGN(hop->rtnh_len);
		left = step < left ? left - step : 0;
		hop = RTNH_NEXT(hop);
	}
	return link_of(n, (int)rtnl_u32(rtnl_attr(m, ROUTE, RTA_OIF), 0));
}

/* Those that come by themselves with an address, or by a router's advertisement, are not kept. */
static int take_route(const struct nlmsghdr *m, void *arg)
{
	const struct rtmsg *r = NLMSG_DATA(m);
	struct network_link *l;

	if (m->nlmsg_type != RTM_NEWROUTE || m->nlmsg_len < NLMSG_LENGTH(ROUTE) || r->rtm_type != RTN_UNICAST ||
	    r->rtm_flags & RTM_F_CLONED || r->rtm_protocol == RTPROT_KERNEL || r->rtm_protocol == RTPROT_RA ||
	    r->rtm_protocol == RTPROT_REDIRECT)
		return 0;
	l = hop_of(arg, m);
	/* A kernel without IPv6 answers the question for its routes with those of IPv4. */
	if (l && l->routes.n < MESSAGES_MOST && !network_has(&l->routes, m, network_same_route))
		keep(&l->routes, m);
	return 0;
}

static int dump(int fd, unsigned type, unsigned char family, unsigned filter,
		int (*each)(const struct nlmsghdr *m, void *arg), struct network *n)
{
	const struct ifinfomsg body = { .ifi_family = family }; /* the family stands first in all of them */
	const uint32_t mask = filter;
	AUTO_FREE struct rtnl_message *m = xcalloc(1, sizeof(*m));

	rtnl_begin(m, type, NLM_F_DUMP, &body,
		   type == RTM_GETLINK   ? LINK
		   : type == RTM_GETADDR ? ADDR
					 : sizeof(struct rtmsg));
	if (filter)
		rtnl_add(m, IFLA_EXT_MASK, &mask, sizeof(mask));
	return rtnl_talk(fd, m, each, n);
}

/* Without the statistics, for which the kernel would ask each driver. */
static int read_all(int fd, const char *netdev, struct network *n)
{
	int r = dump(fd, RTM_GETLINK, AF_UNSPEC, RTEXT_FILTER_SKIP_STATS, take_link, n);

	if (!r)
		r = find_links(n, netdev);
	if (!r)
		r = dump(fd, RTM_GETADDR, AF_UNSPEC, 0, take_address, n);
	if (!r)
		r = dump(fd, RTM_GETROUTE, AF_INET, 0, take_route, n);
	if (!r)
		r = dump(fd, RTM_GETROUTE, AF_INET6, 0, take_route, n);
	if (!r) /* a kernel without bridges has none */
		dump(fd, RTM_GETLINK, AF_BRIDGE, RTEXT_FILTER_BRVLAN | RTEXT_FILTER_SKIP_STATS, take_bridge, n);
	return r;
}

int network_read(const char *netdev, struct network **out, struct err *e)
{
	AUTO_CLOSE int fd = rtnl_open();
	struct network *n = xcalloc(1, sizeof(*n));
	int r = fd < 0 ? fd : read_all(fd, netdev, n);

	*out = r ? NULL : n;
	if (!r)
		return 0;
	network_free(n);
	return r == -ENODEV ? err_set(e, ENODEV, netdev, "no such interface in this network namespace")
			    : err_set(e, -r, netdev, "its addresses and routes could not be read: %s", strerror(-r));
}

/* As bytes: the kernel's messages, one behind the other. */

static void put_message(const struct nlmsghdr *m, struct buf *out)
{
	static const char zeros[NLMSG_ALIGNTO];

	buf_add(out, (const char *)m, m->nlmsg_len);
	buf_add(out, zeros, NLMSG_ALIGN(m->nlmsg_len) - m->nlmsg_len);
}

void network_save(const struct network *n, struct buf *out)
{
	for (size_t i = 0; i < n->all.n; i++)
		put_message(n->all.v[i], out);
	for (size_t i = 0; i < n->n; i++) {
		const struct network_link *l = &n->links[i];

		if (l->bridge)
			put_message(l->bridge, out);
		for (size_t k = 0; k < l->addresses.n; k++)
			put_message(l->addresses.v[k], out);
		for (size_t k = 0; k < l->routes.n; k++)
			put_message(l->routes.v[k], out);
	}
}

static bool is_of_bridge(const struct nlmsghdr *m)
{
	return m->nlmsg_len >= NLMSG_LENGTH(LINK) && ((const struct ifinfomsg *)NLMSG_DATA(m))->ifi_family == AF_BRIDGE;
}

/* The interfaces themselves, or all else that is about them. */
static int load_messages(const char *bytes, size_t size, bool links, struct network *n)
{
	while (size) {
		struct nlmsghdr head;
		AUTO_FREE struct nlmsghdr *m = NULL;

		if (size < sizeof(head))
			return -EINVAL;
		memcpy(&head, bytes, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > size || NLMSG_ALIGN(head.nlmsg_len) > size)
			return -EINVAL;
		m = xcalloc(1, NLMSG_ALIGN(head.nlmsg_len));
		memcpy(m, bytes, head.nlmsg_len);
		bytes += NLMSG_ALIGN(head.nlmsg_len);
		size -= NLMSG_ALIGN(head.nlmsg_len);
		if (head.nlmsg_type == RTM_NEWLINK && links && !is_of_bridge(m))
			take_link(m, n);
		if (head.nlmsg_type == RTM_NEWLINK && !links && is_of_bridge(m))
			take_bridge(m, n);
		if (!links)
			take_address(m, n);
		if (!links)
			take_route(m, n);
	}
	return 0;
}

int network_load(const char *bytes, size_t size, const char *netdev, struct network **out)
{
	struct network *n = xcalloc(1, sizeof(*n));
	int r = load_messages(bytes, size, true, n);

	if (!r && find_links(n, netdev))
		r = -EINVAL;
	if (!r)
		r = load_messages(bytes, size, false, n);
	*out = r ? NULL : n;
	if (r)
		network_free(n);
	return r;
}

/* What is the same as what. */

static bool same_bytes(const struct rtattr *a, const struct rtattr *b)
{
	size_t n = a ? RTA_PAYLOAD(a) : 0;

	return n == (b ? RTA_PAYLOAD(b) : 0) && (!n || !memcmp(RTA_DATA(a), RTA_DATA(b), n));
}

/* IPv4 has its own address in IFA_LOCAL, IPv6 in IFA_ADDRESS unless there is a peer. */
const struct rtattr *network_own_address(const struct nlmsghdr *m)
{
	const struct rtattr *local = rtnl_attr(m, ADDR, IFA_LOCAL);

	return local ? local : rtnl_attr(m, ADDR, IFA_ADDRESS);
}

bool network_same_address(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	const struct ifaddrmsg *x = NLMSG_DATA(a), *y = NLMSG_DATA(b);

	return x->ifa_family == y->ifa_family && x->ifa_prefixlen == y->ifa_prefixlen &&
	       same_bytes(network_own_address(a), network_own_address(b));
}

uint32_t network_table(const struct nlmsghdr *m)
{
	return rtnl_u32(rtnl_attr(m, ROUTE, RTA_TABLE), ((const struct rtmsg *)NLMSG_DATA(m))->rtm_table);
}

/* The gateway may have been resolved in another way: a route is known by where it leads, not by how. */
bool network_same_route(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	const struct rtmsg *x = NLMSG_DATA(a), *y = NLMSG_DATA(b);

	return x->rtm_family == y->rtm_family && x->rtm_dst_len == y->rtm_dst_len && x->rtm_tos == y->rtm_tos &&
	       network_table(a) == network_table(b) &&
	       same_bytes(rtnl_attr(a, ROUTE, RTA_DST), rtnl_attr(b, ROUTE, RTA_DST)) &&
	       same_bytes(rtnl_attr(a, ROUTE, RTA_PRIORITY), rtnl_attr(b, ROUTE, RTA_PRIORITY)) &&
	       same_bytes(rtnl_attr(a, ROUTE, RTA_GATEWAY), rtnl_attr(b, ROUTE, RTA_GATEWAY));
}

bool network_has(const struct network_messages *in, const struct nlmsghdr *m,
		 bool (*same)(const struct nlmsghdr *a, const struct nlmsghdr *b))
{
	for (size_t i = 0; i < in->n; i++)
		if (same(in->v[i], m))
			return true;
	return false;
}
