// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Errors that the kernel counts: on PCI Express by Advanced Error Reporting (aer_dev_correctable and its like, Linux
 * Documentation/ABI/testing/sysfs-bus-pci-devices-aer_stats), and by the health reporters that a driver has registered with
 * devlink, asked by generic netlink. Both are the kernel's memory; no device is touched.
 */
#include <endian.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host/host.h"
#include "host/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/text.h"

#define ATTR_HEAD sizeof(struct nlattr)
#define MESSAGE_HEAD ((size_t)NLMSG_HDRLEN + (size_t)GENL_HDRLEN)
#define HEALTHY 0 /* of enum devlink_health_reporter_state */
#define STATS_MOST 4096
#define ANSWER_MOST 32768
#define ANSWERS_MOST 64
#define REPORTERS_MOST 512 /* bytes of text */
#define WAIT_S 1

/* "BadTLP 3": of the lines of such a file those that are not 0; the total of its last line. */
static void count_errors(int dir, const char *path, const char *total, int64_t *n, struct buf *kinds)
{
	AUTO_CLOSE int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char text[STATS_MOST], *rest = text, *line;
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (got <= 0)
		return;
	text[got] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		char *number = strchr(line, ' ');
		uint64_t value;

		if (!number || !text_u64(number + 1, &value) || value > INT64_MAX)
			continue;
		*number = '\0';
		if (!strcmp(line, total))
			*n = (int64_t)value;
		else if (value && !text_starts(line, "TOTAL"))
			buf_printf(kinds, "%s%s %" PRIu64, kinds->len ? ", " : "", line, value);
	}
}

void aer_facts(int dir, bool port, struct facts *facts)
{
	AUTO_BUF struct buf kinds = { 0 };

	if (dir < 0)
		return;
	count_errors(dir, "aer_dev_correctable", "TOTAL_ERR_COR",
		     port ? &facts->aer_port_corrected : &facts->aer_corrected, &kinds);
	count_errors(dir, "aer_dev_nonfatal", "TOTAL_ERR_NONFATAL",
		     port ? &facts->aer_port_nonfatal : &facts->aer_nonfatal, &kinds);
	count_errors(dir, "aer_dev_fatal", "TOTAL_ERR_FATAL", port ? &facts->aer_port_fatal : &facts->aer_fatal,
		     &kinds);
	sysfs_put(port ? &facts->aer_port_errors : &facts->aer_errors, buf_str(&kinds));
}

/* What netlink begins at multiples of 4. */
static size_t aligned(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* One attribute of netlink, within `left` bytes; NULL behind the last one, or if it does not fit. */
static const struct nlattr *attribute(const void *at, size_t left)
{
	const struct nlattr *a = at;

	return left >= ATTR_HEAD && a->nla_len >= ATTR_HEAD && a->nla_len <= left ? a : NULL;
}

static const void *payload(const struct nlattr *a, size_t *n)
{
	*n = a->nla_len - ATTR_HEAD;
	return (const char *)a + ATTR_HEAD;
}

/* Of the attributes in n bytes the one of a type; NULL: there is none. */
static const struct nlattr *find(const void *bytes, size_t n, unsigned type)
{
	const struct nlattr *a;

	for (const char *at = bytes; (a = attribute(at, n));) {
		size_t step = aligned(a->nla_len);

		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		if (step >= n)
			break;
		at += step;
		n -= step;
	}
	return NULL;
}

static bool text_is(const void *bytes, size_t n, unsigned type, const char *expected)
{
	const struct nlattr *a = find(bytes, n, type);
	size_t len;
	const char *text = a ? payload(a, &len) : NULL;

	return text && strnlen(text, len) == strlen(expected) && !memcmp(text, expected, strlen(expected));
}

static uint64_t number(const void *bytes, size_t n, unsigned type)
{
	const struct nlattr *a = find(bytes, n, type);
	uint64_t value = 0;
	size_t len;
	const void *at = a ? payload(a, &len) : NULL;

	if (at && len <= sizeof(value))
		memcpy((char *)&value + (htole16(1) == 1 ? 0 : sizeof(value) - len), at, len);
	return value;
}

/* "tx_hang: error, 2 errors, 1 recovered" */
static void add_reporter(const void *bytes, size_t n, struct facts *facts)
{
	const struct nlattr *name = find(bytes, n, DEVLINK_ATTR_HEALTH_REPORTER_NAME);
	uint64_t errors = number(bytes, n, DEVLINK_ATTR_HEALTH_REPORTER_ERR_COUNT),
		 recovered = number(bytes, n, DEVLINK_ATTR_HEALTH_REPORTER_RECOVER_COUNT);
	AUTO_BUF struct buf text = { 0 };
	size_t len;
	const char *of = name ? payload(name, &len) : NULL;

	if (!of || errors > INT32_MAX || recovered > INT32_MAX)
		return;
	if (facts->health)
		buf_printf(&text, "%s; ", facts->health);
	buf_add(&text, of, strnlen(of, len));
	buf_puts(&text, number(bytes, n, DEVLINK_ATTR_HEALTH_REPORTER_STATE) == HEALTHY ? ": healthy" : ": error");
	if (errors)
		buf_printf(&text, ", %" PRIu64 " error%s, %" PRIu64 " recovered", errors, errors == 1 ? "" : "s",
			   recovered);
	facts->health_errors = (facts->health_errors == FACT_UNKNOWN ? 0 : facts->health_errors) + (int64_t)errors;
	if (text.len <= REPORTERS_MOST)
		sysfs_put(&facts->health, buf_str(&text));
}

bool health_take(const void *answer, size_t n, const char *bus, const char *device, struct facts *facts)
{
	const struct nlmsghdr *h = answer;

	for (; n >= sizeof(*h) && h->nlmsg_len >= sizeof(*h) && h->nlmsg_len <= n;
	     h = (const void *)((const char *)h + aligned(h->nlmsg_len))) {
		size_t left = h->nlmsg_len > MESSAGE_HEAD ? h->nlmsg_len - MESSAGE_HEAD : 0;
		size_t step = aligned(h->nlmsg_len);
		const char *attributes = (const char *)h + MESSAGE_HEAD;
		const struct nlattr *reporter;

		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
			return false;
		reporter = find(attributes, left, DEVLINK_ATTR_HEALTH_REPORTER);
		if (reporter && text_is(attributes, left, DEVLINK_ATTR_BUS_NAME, bus) &&
		    text_is(attributes, left, DEVLINK_ATTR_DEV_NAME, device)) {
			size_t inside;
			const void *bytes = payload(reporter, &inside);

			add_reporter(bytes, inside, facts);
		}
		if (step >= n)
			break;
		n -= step;
	}
	return true;
}

/* Asks generic netlink: a command of a family, with one text for an attribute, or none. */
static bool ask(int fd, uint16_t family, uint8_t command, uint16_t flags, uint16_t type, const char *text)
{
	struct {
		struct nlmsghdr h;
		struct genlmsghdr g;
		char attributes[64];
	} request = { .h = { .nlmsg_type = family, .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) },
		      .g = { .cmd = command, .version = 1 } };
	size_t n = MESSAGE_HEAD;

	if (text) {
		struct nlattr a = { .nla_len = (uint16_t)(ATTR_HEAD + strlen(text) + 1), .nla_type = type };

		memcpy(request.attributes, &a, sizeof(a));
		strcpy(request.attributes + ATTR_HEAD, text);
		n += aligned(a.nla_len);
	}
	request.h.nlmsg_len = (uint32_t)n;
	return send(fd, &request, n, 0) == (ssize_t)n;
}

/* The number of the family; 0: this kernel has none. */
static uint16_t family_of(int fd, char *answer)
{
	const struct nlmsghdr *h = (const void *)answer;
	ssize_t n;

	if (!ask(fd, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0, CTRL_ATTR_FAMILY_NAME, DEVLINK_GENL_NAME))
		return 0;
	n = recv(fd, answer, ANSWER_MOST, 0);
	if (n < (ssize_t)MESSAGE_HEAD || h->nlmsg_type != GENL_ID_CTRL || h->nlmsg_len > (size_t)n ||
	    h->nlmsg_len < MESSAGE_HEAD)
		return 0;
	return (uint16_t)number(answer + MESSAGE_HEAD, h->nlmsg_len - MESSAGE_HEAD, CTRL_ATTR_FAMILY_ID);
}

void health_facts(const struct pci_addr *addr, struct facts *facts)
{
	AUTO_CLOSE int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	const struct timeval wait = { .tv_sec = WAIT_S };
	AUTO_FREE char *answer = xrealloc(NULL, 1, ANSWER_MOST); /* what is received is all that is looked at */
	char device[PCI_ADDR_MAX];
	uint16_t family;
	ssize_t n = 0;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)))
		return;
	family = family_of(fd, answer);
	if (!family || !ask(fd, family, DEVLINK_CMD_HEALTH_REPORTER_GET, NLM_F_DUMP, 0, NULL))
		return;
	pci_addr_str(addr, device);
	for (int i = 0; i < ANSWERS_MOST; i++) {
		n = recv(fd, answer, ANSWER_MOST, 0);
		if (n <= 0 || !health_take(answer, (size_t)n, "pci", device, facts))
			break;
	}
}
