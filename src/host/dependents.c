// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/dependents.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/internal.h"
#include "host/network.h"
#include "host/rtnl.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

#define LINK sizeof(struct ifinfomsg)
#define ROUTE sizeof(struct rtmsg)
#define SET_MOST 256
#define ANCESTORS_MOST 64
#define FILE_MOST ((size_t)4 << 20)
#define FLAG_LOWER_UP 0x10000 /* IFF_LOWER_UP of linux/if.h, which cannot stand beside net/if.h */

/* Interfaces by their numbers: one, and those whose frames go through it alone. */
struct carried {
	const struct network *n;
	int fd;
	int v[SET_MOST];
	size_t count;
	struct dependents *out;
};

static const struct ifinfomsg *body_of(const struct nlmsghdr *link)
{
	return NLMSG_DATA(link);
}

static int number(const struct nlmsghdr *link, unsigned attr)
{
	return (int)rtnl_u32(rtnl_attr(link, LINK, attr), 0);
}

static void kind_of(const struct nlmsghdr *link, char out[32])
{
	rtnl_text(rtnl_attr_in(rtnl_attr(link, LINK, IFLA_LINKINFO), IFLA_INFO_KIND), out, 32);
}

static void name_of(const struct carried *c, int index, char out[IF_NAMESIZE])
{
	out[0] = '\0';
	for (size_t i = 0; i < c->n->all.n; i++)
		if (body_of(c->n->all.v[i])->ifi_index == index)
			rtnl_text(rtnl_attr(c->n->all.v[i], LINK, IFLA_IFNAME), out, IF_NAMESIZE);
}

static bool has(const struct carried *c, int index)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->v[i] == index)
			return true;
	return false;
}

static void add(struct carried *c, int index)
{
	if (index > 0 && !has(c, index) && c->count < SET_MOST)
		c->v[c->count++] = index;
}

static void put(struct carried *c, enum dependent_kind kind, const char *words)
{
	struct dependent *d = &c->out->v[c->out->n];

	for (size_t i = 0; i < c->out->n; i++)
		if (c->out->v[i].kind == kind && !strcmp(c->out->v[i].words, words))
			return;
	if (c->out->n == DEPENDENTS_MOST)
		return;
	c->out->n++;
	d->kind = kind;
	str_copy(d->words, sizeof(d->words), words, strlen(words));
}

/* Bonds and teams spread over their slaves: whether one that is not carried works. */
static bool has_other_slave(const struct carried *c, int master)
{
	const unsigned working = IFF_UP | FLAG_LOWER_UP;

	for (size_t i = 0; i < c->n->all.n; i++) {
		const struct nlmsghdr *m = c->n->all.v[i];

		if (number(m, IFLA_MASTER) == master && !has(c, body_of(m)->ifi_index) &&
		    (body_of(m)->ifi_flags & working) == working)
			return true;
	}
	return false;
}

static void add_master(struct carried *c, const struct nlmsghdr *slave)
{
	int master = number(slave, IFLA_MASTER);
	char kind[32] = "", name[IF_NAMESIZE], words[200];

	for (size_t i = 0; i < c->n->all.n; i++)
		if (body_of(c->n->all.v[i])->ifi_index == master)
			kind_of(c->n->all.v[i], kind);
	if (strcmp(kind, "bond") != 0 && strcmp(kind, "team") != 0) {
		add(c, master);
		return;
	}
	if (has_other_slave(c, master))
		return;
	name_of(c, master, name);
	snprintf(words, sizeof(words), "it is the only slave of %s that has a link", name);
	put(c, DEPENDENT_BOND, words);
	add(c, master);
}

static void add_upper(struct carried *c, int index)
{
	for (size_t i = 0; i < c->n->all.n; i++) {
		const struct nlmsghdr *m = c->n->all.v[i];
		char kind[32];

		if (body_of(m)->ifi_index == index)
			add_master(c, m);
		kind_of(m, kind);
		if (*kind && strcmp(kind, "veth") != 0 && !rtnl_attr(m, LINK, IFLA_LINK_NETNSID) &&
		    number(m, IFLA_LINK) == index)
			add(c, body_of(m)->ifi_index);
	}
}

/* Routes. */

struct address {
	int family; /* 0: none */
	unsigned char bytes[16];
	int scope; /* an interface that it names ("fe80::1%eth0"); 0: none */
};

static size_t bytes_of(const struct address *a)
{
	return a->family == AF_INET ? 4 : 16;
}

static struct address parse_address(const char *text)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct address a = { 0 };
	char copy[INET6_ADDRSTRLEN + IF_NAMESIZE];
	char *scope;

	str_copy(copy, sizeof(copy), text, strlen(text));
	scope = strchr(copy, '%');
	if (scope)
		*scope++ = '\0';
	if (inet_pton(AF_INET, copy, a.bytes) == 1)
		a.family = AF_INET;
	else if (inet_pton(AF_INET6, copy, a.bytes) == 1)
		a.family = AF_INET6;
	if (a.family == AF_INET6 && !memcmp(a.bytes, mapped, sizeof(mapped))) {
		a.family = AF_INET;
		memmove(a.bytes, a.bytes + 12, 4);
	}
	a.scope = scope ? (int)if_nametoindex(scope) : 0;
	return a;
}

struct way {
	int index; /* by which packets leave; 0: not known */
	bool local;
};

static int take_way(const struct nlmsghdr *m, void *arg)
{
	struct way *w = arg;

	if (m->nlmsg_type != RTM_NEWROUTE || m->nlmsg_len < NLMSG_LENGTH(ROUTE))
		return 0;
	w->index = (int)rtnl_u32(rtnl_attr(m, ROUTE, RTA_OIF), 0);
	w->local = ((const struct rtmsg *)NLMSG_DATA(m))->rtm_type == RTN_LOCAL;
	return 0;
}

static struct way way_to(const struct carried *c, const struct address *to)
{
	const struct rtmsg body = { .rtm_family = (unsigned char)to->family,
				    .rtm_dst_len = (unsigned char)(8 * bytes_of(to)) };
	AUTO_FREE struct rtnl_message *m = xcalloc(1, sizeof(*m));
	struct way w = { .index = to->scope };

	if (w.index || !to->family)
		return w;
	rtnl_begin(m, RTM_GETROUTE, 0, &body, sizeof(body));
	rtnl_add(m, RTA_DST, to->bytes, bytes_of(to));
	rtnl_talk(c->fd, m, take_way, &w);
	return w;
}

struct owner {
	struct address a;
	int index;
};

static int take_owner(const struct nlmsghdr *m, void *arg)
{
	struct owner *o = arg;
	const struct ifaddrmsg *a = NLMSG_DATA(m);
	const struct rtattr *own;

	if (m->nlmsg_type != RTM_NEWADDR || m->nlmsg_len < NLMSG_LENGTH(sizeof(*a)) || a->ifa_family != o->a.family)
		return 0;
	own = rtnl_attr(m, sizeof(*a), IFA_LOCAL);
	own = own ? own : rtnl_attr(m, sizeof(*a), IFA_ADDRESS);
	if (own && RTA_PAYLOAD(own) >= bytes_of(&o->a) && !memcmp(RTA_DATA(own), o->a.bytes, bytes_of(&o->a)))
		o->index = (int)a->ifa_index;
	return 0;
}

/* The interface that has one of our own addresses; 0: none. */
static int owner_of(const struct carried *c, const struct address *a)
{
	const struct ifaddrmsg body = { .ifa_family = (unsigned char)a->family };
	AUTO_FREE struct rtnl_message *m = xcalloc(1, sizeof(*m));
	struct owner o = { .a = *a };

	rtnl_begin(m, RTM_GETADDR, NLM_F_DUMP, &body, sizeof(body));
	if (a->family)
		rtnl_talk(c->fd, m, take_owner, &o);
	return o.index;
}

struct defaults {
	struct carried *c;
	size_t by_it, by_others;
};

static int take_default(const struct nlmsghdr *m, void *arg)
{
	struct defaults *d = arg;
	const struct rtmsg *r = NLMSG_DATA(m);
	const struct rtattr *hops;
	int index;

	if (m->nlmsg_type != RTM_NEWROUTE || m->nlmsg_len < NLMSG_LENGTH(ROUTE) || r->rtm_dst_len ||
	    r->rtm_type != RTN_UNICAST || r->rtm_table != RT_TABLE_MAIN || r->rtm_flags & RTNH_F_LINKDOWN)
		return 0;
	index = (int)rtnl_u32(rtnl_attr(m, ROUTE, RTA_OIF), 0);
	hops = rtnl_attr(m, ROUTE, RTA_MULTIPATH); /* several: one of them is another, as a rule */
	d->by_it += !hops && has(d->c, index);
	d->by_others += hops || (index && !has(d->c, index));
	return 0;
}

static void find_default(struct carried *c)
{
	static const unsigned char families[] = { AF_INET, AF_INET6 };
	struct defaults d = { .c = c };

	for (size_t i = 0; i < COUNT(families); i++) {
		const struct rtmsg body = { .rtm_family = families[i] };
		AUTO_FREE struct rtnl_message *m = xcalloc(1, sizeof(*m));

		rtnl_begin(m, RTM_GETROUTE, NLM_F_DUMP, &body, sizeof(body));
		rtnl_talk(c->fd, m, take_default, &d);
	}
	if (d.by_it && !d.by_others)
		put(c, DEPENDENT_ROUTE, "the machine's only default route leaves by it");
}

static bool has_default(const struct carried *c)
{
	for (size_t i = 0; i < c->out->n; i++)
		if (c->out->v[i].kind == DEPENDENT_ROUTE)
			return true;
	return false;
}

/* What goes into a tunnel comes out by an interface that the tunnel does not name. */
static bool is_tunnel(const struct carried *c, int index)
{
	static const char *const kinds[] = {
		"tun", "wireguard", "gre", "ipip", "sit", "vti", "xfrm", "ip6tnl", "ip6gre"
	};
	char kind[32] = "";

	for (size_t i = 0; i < c->n->all.n; i++)
		if (body_of(c->n->all.v[i])->ifi_index == index)
			kind_of(c->n->all.v[i], kind);
	return *kind && text_find(kinds, COUNT(kinds), kind) >= 0;
}

/* Whether who has this address is reached through the interface; a tunnel is taken to follow the only default route. */
static bool reached_through(const struct carried *c, const char *text, char by[IF_NAMESIZE])
{
	const struct address a = parse_address(text);
	const struct way w = way_to(c, &a);

	by[0] = '\0';
	if (w.local || !(has(c, w.index) || (is_tunnel(c, w.index) && has_default(c))))
		return false;
	name_of(c, w.index, by);
	return true;
}

/* SSH. */

/* "CLIENT PORT SERVER PORT". */
static void try_connection(struct carried *c, const char *value)
{
	char client[64] = "", server[64] = "", by[IF_NAMESIZE], words[240];
	struct address ours;
	bool through;

	if (sscanf(value, "%63s %*s %63s", client, server) != 2)
		return;
	ours = parse_address(server);
	through = reached_through(c, client, by);
	if (!through && has(c, owner_of(c, &ours))) {
		const struct address theirs = parse_address(client);

		through = !way_to(c, &theirs).local;
		name_of(c, owner_of(c, &ours), by);
	}
	if (!through)
		return;
	snprintf(words, sizeof(words), "the SSH connection from %s that this is typed over runs through it (%s)",
		 client, by);
	put(c, DEPENDENT_SSH, words);
}

static const char *variable(const char *environment, size_t n, const char *name)
{
	size_t len = strlen(name);

	for (size_t at = 0; at < n; at += strlen(environment + at) + 1)
		if (!strncmp(environment + at, name, len) && environment[at + len] == '=')
			return environment + at + len + 1;
	return NULL;
}

/* Who a process was started by, and what it is called: "PID (NAME) S PPID". */
static long parent_of(long pid, char name[64])
{
	AUTO_FREE char *path = xasprintf("/proc/%ld/stat", pid);
	AUTO_BUF struct buf text = { 0 };
	const char *open, *close;
	long parent = 0;

	name[0] = '\0';
	if (file_read(path, 4096, &text, NULL))
		return 0;
	open = strchr(buf_str(&text), '(');
	close = strrchr(buf_str(&text), ')');
	if (!open || !close || sscanf(close, ") %*c %ld", &parent) != 1)
		return 0;
	str_copy(name, 64, open + 1, (size_t)(close - open - 1));
	return parent;
}

/* A line of /proc/net/tcp or tcp6: addresses in hexadecimal words of the machine's order; state 01 is established. */
static void try_socket(struct carried *c, const char *line, int family, unsigned ssh)
{
	char local[33] = "", remote[33] = "", client[INET6_ADDRSTRLEN], value[160], server[INET6_ADDRSTRLEN];
	unsigned local_port, remote_port, state;
	uint32_t ours[4] = { 0 }, theirs[4] = { 0 };
	size_t words = family == AF_INET ? 1 : 4;

	if (sscanf(line, " %*u: %32[0-9A-F]:%x %32[0-9A-F]:%x %x", local, &local_port, remote, &remote_port, &state) !=
		    5 ||
	    state != 1 || local_port != ssh)
		return;
	for (size_t i = 0; i < words; i++)
		if (sscanf(local + 8 * i, "%8x", &ours[i]) != 1 || sscanf(remote + 8 * i, "%8x", &theirs[i]) != 1)
			return;
	if (!inet_ntop(family, theirs, client, sizeof(client)) || !inet_ntop(family, ours, server, sizeof(server)))
		return;
	snprintf(value, sizeof(value), "%s %u %s %u", client, remote_port, server, local_port);
	try_connection(c, value);
}

static void try_sockets(struct carried *c, const char *path, int family, unsigned ssh)
{
	AUTO_BUF struct buf text = { 0 };

	if (file_read(path, FILE_MOST, &text, NULL))
		return;
	for (const char *line = buf_str(&text); *line; line += strcspn(line, "\n"), line += *line == '\n')
		try_socket(c, line, family, ssh);
}

static void find_ssh(struct carried *c)
{
	const char *own = getenv("SSH_CONNECTION");
	long pid = getpid();
	bool shared = false, server = false, known = own;
	unsigned ssh = 22;
	char name[64];

	if (own)
		try_connection(c, own);
	for (unsigned i = 0; i < ANCESTORS_MOST && pid > 1; i++) {
		AUTO_FREE char *path = xasprintf("/proc/%ld/environ", pid);
		AUTO_BUF struct buf text = { 0 };
		const char *value = NULL;

		if (!file_read(path, FILE_MOST, &text, NULL) && text.len)
			value = variable(buf_str(&text), text.len, "SSH_CONNECTION");
		if (value) {
			known = true;
			try_connection(c, value);
			sscanf(value, "%*s %*s %*s %u", &ssh);
		}
		pid = parent_of(pid, name);
		server |= text_starts(name, "sshd") || !strcmp(name, "dropbear");
		shared |= text_starts(name, "tmux") || !strcmp(name, "screen") || !strcmp(name, "SCREEN");
	}
	/* A command that emptied its environment in the place of the shell has nobody left above who says which connection it is. */
	if (!shared && !(server && !known))
		return;
	try_sockets(c, "/proc/net/tcp", AF_INET, ssh);
	try_sockets(c, "/proc/net/tcp6", AF_INET6, ssh);
}

/* The root file system. */

/* Where the way is not known, the one that leads everywhere counts. */
static void take_server(const char *who, const char *address, void *arg)
{
	struct carried *c = arg;
	char by[IF_NAMESIZE], words[240];

	if (*address ? !reached_through(c, address, by) : !has_default(c))
		return;
	snprintf(words, sizeof(words), "%.150s%s%.40s, which is reached through it", who, *address ? ", " : "",
		 address);
	put(c, DEPENDENT_ROOT, words);
}

static void find_root(struct carried *c)
{
	AUTO_BUF struct buf text = { 0 };

	if (!file_read("/proc/self/mountinfo", FILE_MOST, &text, NULL))
		mounts_served(buf_str(&text), take_server, c);
}

void dependents_find(const char *netdev, struct dependents *out)
{
	struct network *n = NULL;
	struct carried c = { .out = out };

	*out = (struct dependents){ 0 };
	if (network_read(netdev, &n, NULL))
		return;
	c.n = n;
	c.fd = rtnl_open();
	add(&c, n->links[0].index);
	for (size_t i = 0; i < c.count; i++)
		add_upper(&c, c.v[i]);
	if (c.fd >= 0) {
		find_default(&c);
		find_ssh(&c);
		find_root(&c);
		close(c.fd);
	}
	network_free(n);
}
