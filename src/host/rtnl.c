// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/rtnl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/clock.h"
#include "util/text.h"

#define ANSWER_MAX (256 * 1024) /* an interface with 256 virtual functions takes some 100 KB */
#define PATIENCE_SECONDS 5

void rtnl_begin(struct rtnl_message *m, unsigned type, unsigned flags, const void *body, size_t n)
{
	memset(m, 0, sizeof(m->header) + NLMSG_ALIGN(n));
	m->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(n);
	m->header.nlmsg_type = (uint16_t)type;
	m->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	memcpy(NLMSG_DATA(&m->header), body, n);
}

bool rtnl_add(struct rtnl_message *m, unsigned type, const void *bytes, size_t n)
{
	size_t at = NLMSG_ALIGN(m->header.nlmsg_len);
	struct rtattr *a = (struct rtattr *)(void *)(m->bytes + at);

	if (at + RTA_SPACE(n) > sizeof(m->bytes))
		return false;
	memset(a, 0, RTA_SPACE(n));
	a->rta_type = (unsigned short)type;
	a->rta_len = (unsigned short)RTA_LENGTH(n);
	if (n)
		memcpy(RTA_DATA(a), bytes, n);
	m->header.nlmsg_len = (uint32_t)(at + RTA_LENGTH(n));
	return true;
}

struct rtattr *rtnl_nest(struct rtnl_message *m, unsigned type)
{
	size_t at = NLMSG_ALIGN(m->header.nlmsg_len);

	return rtnl_add(m, type | NLA_F_NESTED, NULL, 0) ? (struct rtattr *)(void *)(m->bytes + at) : NULL;
}

/* All of what it holds counts, the last one's padding as well. */
void rtnl_nest_end(struct rtnl_message *m, struct rtattr *nest)
{
	m->header.nlmsg_len = NLMSG_ALIGN(m->header.nlmsg_len);
	nest->rta_len = (unsigned short)(m->bytes + m->header.nlmsg_len - (unsigned char *)nest);
}

static const struct rtattr *find(const struct rtattr *a, size_t left, unsigned type)
{
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

const struct rtattr *rtnl_attr(const struct nlmsghdr *m, size_t body, unsigned type)
{
	size_t skip = NLMSG_SPACE(body);

	if (m->nlmsg_len < skip)
		return NULL;
	return find((const struct rtattr *)(const void *)((const char *)m + skip), m->nlmsg_len - skip, type);
}

const struct rtattr *rtnl_attr_in(const struct rtattr *nest, unsigned type)
{
	return nest ? find(RTA_DATA(nest), RTA_PAYLOAD(nest), type) : NULL;
}

uint32_t rtnl_u32(const struct rtattr *a, uint32_t otherwise)
{
	uint32_t value;

	if (!a || RTA_PAYLOAD(a) < sizeof(value))
		return otherwise;
	memcpy(&value, RTA_DATA(a), sizeof(value));
	return value;
}

void rtnl_text(const struct rtattr *a, char *out, size_t size)
{
	out[0] = '\0';
	if (a)
		str_copy(out, size, RTA_DATA(a), strnlen(RTA_DATA(a), RTA_PAYLOAD(a)));
}

int rtnl_open(void)
{
	const struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* 1: there is more to come. */
static int take(const struct nlmsghdr *answer, bool dump, int (*each)(const struct nlmsghdr *answer, void *arg),
		void *arg)
{
	const struct nlmsgerr *error = NLMSG_DATA(answer);
	int r;

	if (answer->nlmsg_type == NLMSG_DONE)
		return 0;
	if (answer->nlmsg_type == NLMSG_ERROR)
		return answer->nlmsg_len < NLMSG_LENGTH(sizeof(*error)) ? -EBADMSG : error->error;
	r = each ? each(answer, arg) : 0;
	return r ? r : dump;
}

int rtnl_talk(int fd, struct rtnl_message *m, int (*each)(const struct nlmsghdr *answer, void *arg), void *arg)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	bool dump = (m->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	AUTO_FREE char *text = xcalloc(1, ANSWER_MAX);
	int more = 1;

	m->header.nlmsg_seq =
		(uint32_t)clock_ns(CLOCK_MONOTONIC); /* an answer that came late is not taken for this one */
	if (!dump && !each)
		m->header.nlmsg_flags |= NLM_F_ACK;
	if (sendto(fd, m, m->header.nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	while (more == 1) {
		ssize_t got = recv(fd, text, ANSWER_MAX, MSG_TRUNC);
		const struct nlmsghdr *answer = (const void *)text;
		size_t left = got < 0 ? 0 : (size_t)got;

		if (got < 0 && errno != EINTR)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (got > ANSWER_MAX)
			return -EMSGSIZE;
		for (; more == 1 && NLMSG_OK(answer, left); answer = NLMSG_NEXT(answer, left))
			if (answer->nlmsg_seq == m->header.nlmsg_seq)
				more = take(answer, dump, each, arg);
	}
	return more;
}
