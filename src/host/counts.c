// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel counts: bytes in flight of each transmit queue (queues/tx-N/byte_queue_limits of the interface, Linux
 * Documentation/ABI/testing/sysfs-class-net-queues), how often its watchdog ran out (tx_timeout), and how often each
 * vector of the function came (/sys/kernel/irq, before Linux 4.9 /proc/interrupts). Reading them touches no device.
 */
#include "host/parts.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/sysfs.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/text.h"

#define SYS_IRQ "/sys/kernel/irq"
#define PROC_INTERRUPTS "/proc/interrupts"
#define PROC_MOST ((size_t)16 << 20)
#define ATTR_MOST 4096 /* a file of sysfs is a page at most; what would be longer ends without a newline */

static int64_t number_at(int dir, const char *name, const char *path)
{
	char full[128], text[32];
	uint64_t value;

	snprintf(full, sizeof(full), "queues/%.32s/%s", name, path);
	if (!sysfs_text(dir, full, ATTR_STR, text, sizeof(text)) || !text_u64(text, &value) || value > INT64_MAX)
		return FACT_UNKNOWN;
	return (int64_t)value;
}

static int by_queue(const void *a, const void *b)
{
	const struct queue_count *x = a, *y = b;

	return (x->queue > y->queue) - (x->queue < y->queue);
}

void queue_counts(const char *netdev, struct facts *facts)
{
	AUTO_CLOSE int dir = sysfs_open_net(netdev);
	char **names = dir < 0 ? NULL : sysfs_list(dir, "queues");

	for (char **name = names; name && *name; name++) {
		struct queue_count q;
		uint64_t n;

		if (!text_starts(*name, "tx-") || !text_u64(*name + 3, &n) || n > UINT16_MAX)
			continue;
		q.queue = (uint32_t)n;
		q.inflight = number_at(dir, *name, "byte_queue_limits/inflight");
		q.limit = number_at(dir, *name, "byte_queue_limits/limit");
		q.timeouts = number_at(dir, *name, "tx_timeout");
		if (q.inflight != FACT_UNKNOWN || q.timeouts != FACT_UNKNOWN)
			facts_add_queue(facts, &q);
	}
	if (facts->n_queues)
		qsort(facts->queues, facts->n_queues, sizeof(*facts->queues), by_queue);
	sysfs_list_free(names);
}

/* An attribute with its newline, which one that the kernel cut off lacks. */
static bool whole_attr(int dir, const char *path, char out[ATTR_MOST + 1])
{
	AUTO_CLOSE int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, ATTR_MOST);

	if (n <= 0)
		return false;
	out[n] = '\0';
	return out[n - 1] == '\n';
}

/* "12,0,7": a number for each processor, each of 32 bits. What comes after them, or NULL if there are none. */
static const char *sum(const char *text, char separator, int64_t *total)
{
	const char *p = text;

	*total = 0;
	while (isdigit((unsigned char)*p)) {
		char *end;

		*total += (int64_t)(uint32_t)strtoul(p, &end, 10);
		for (p = end; *p == separator;)
			p++;
	}
	return p == text ? NULL : p;
}

/* Names of several handlers: others' interrupts count as well. */
static bool shared(const char *handlers)
{
	return memchr(handlers, ',', strcspn(handlers, "\n")) != NULL;
}

bool interrupts_count(const char *text, uint32_t irq, int64_t *count)
{
	char label[16];
	size_t n = (size_t)snprintf(label, sizeof(label), "%u:", irq);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		line += strspn(line, " ");
		if (!strncmp(line, label, n)) {
			const char *rest = sum(line + n + strspn(line + n, " "), ' ', count);

			return rest && !shared(rest);
		}
	}
	return false;
}

int64_t handler_queue(const char *handler)
{
	const char *dash = strrchr(handler, '-');
	uint64_t queue;

	if (!dash || !text_u64(dash + 1, &queue) || queue > UINT16_MAX)
		return FACT_UNKNOWN;
	for (const char *p = handler; p < dash; p++)
		if (*p == '-' && (!strncasecmp(p, "-tx-", 4) || !strncasecmp(p, "-txrx-", 6)))
			return (int64_t)queue;
	return FACT_UNKNOWN;
}

/* In /proc/interrupts the handlers stand at the end of the line; there their names are not asked for. */
static bool count_vector(int irqs, struct buf *proc, struct vector_count *v)
{
	char path[64], text[ATTR_MOST + 1];

	snprintf(path, sizeof(path), "%u/per_cpu_count", v->irq);
	if (irqs < 0 || faccessat(irqs, path, F_OK, 0) < 0) {
		if (!proc->len && file_read(PROC_INTERRUPTS, PROC_MOST, proc, NULL))
			return false;
		return interrupts_count(buf_str(proc), v->irq, &v->count);
	}
	if (!whole_attr(irqs, path, text) || !sum(text, ',', &v->count))
		return false;
	snprintf(path, sizeof(path), "%u/actions", v->irq);
	if (!whole_attr(irqs, path, text))
		return true;
	if (shared(text))
		return false;
	text[strcspn(text, "\n")] = '\0';
	v->queue = handler_queue(text);
	return true;
}

static void add_vector(int irqs, struct buf *proc, const char *name, struct facts *facts)
{
	struct vector_count v = { .queue = FACT_UNKNOWN };
	uint64_t irq;

	if (!text_u64(name, &irq) || !irq || irq > UINT32_MAX)
		return;
	v.irq = (uint32_t)irq;
	if (count_vector(irqs, proc, &v))
		facts_add_vector(facts, &v);
}

void vector_counts(int pci, struct facts *facts)
{
	AUTO_CLOSE int irqs = sysfs_open(SYS_IRQ);
	AUTO_BUF struct buf proc = { 0 };
	char **names = sysfs_list(pci, "msi_irqs");
	char line[32];

	for (char **name = names; name && *name; name++)
		add_vector(irqs, &proc, *name, facts);
	if (!names && sysfs_text(pci, "irq", ATTR_STR, line, sizeof(line)))
		add_vector(irqs, &proc, line, facts);
	sysfs_list_free(names);
}
