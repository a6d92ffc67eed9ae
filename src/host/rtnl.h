/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions to the kernel about interfaces, addresses and routes, and changes of them (rtnetlink(7)), in its own messages. */
#ifndef HOST_RTNL_H
#define HOST_RTNL_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message of its own, 4-byte aligned; header, then the family's structure, then attributes. */
#define RTNL_MESSAGE_MAX 8192

struct rtnl_message {
	union {
		struct nlmsghdr header;
		unsigned char bytes[RTNL_MESSAGE_MAX];
	};
};

/* Begins a message: its type, flags beside NLM_F_REQUEST, and the family's structure. */
void rtnl_begin(struct rtnl_message *m, unsigned type, unsigned flags, const void *body, size_t n);
/* Appends an attribute; false if there is no room. */
bool rtnl_add(struct rtnl_message *m, unsigned type, const void *bytes, size_t n);
/* An attribute that holds those of from rtnl_nest() to rtnl_nest_end(); points into m. NULL if there is no room. */
struct rtattr *rtnl_nest(struct rtnl_message *m, unsigned type);
void rtnl_nest_end(struct rtnl_message *m, struct rtattr *nest);

/* The first attribute of this type of a message with a family's structure of `body` bytes; points into m. NULL if there
 * is none. */
const struct rtattr *rtnl_attr(const struct nlmsghdr *m, size_t body, unsigned type);
/* The same inside an attribute. */
const struct rtattr *rtnl_attr_in(const struct rtattr *nest, unsigned type);
/* Its value; `otherwise` for NULL and one that is too short. */
uint32_t rtnl_u32(const struct rtattr *a, uint32_t otherwise);
/* Its text, with a NUL behind it, or "". */
void rtnl_text(const struct rtattr *a, char *out, size_t size);

/* A socket to ask with, to be closed; -errno. */
int rtnl_open(void);
/* Sends m and gives each answer to `each`, until it returns -errno or there are no more: of a dump (NLM_F_DUMP) all,
 * else one; without `each` the acknowledgement alone. 0, or -errno: of `each`, the kernel's, or -ETIMEDOUT. */
int rtnl_talk(int fd, struct rtnl_message *m, int (*each)(const struct nlmsghdr *answer, void *arg), void *arg);

#endif
