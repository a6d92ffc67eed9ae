// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports: begun, held until nothing can come before them, delivered once. */
#include <string.h>

#include "klog/internal.h"

void report_begin(const struct log_reader *reader, const struct message *m, enum klog_kind kind, struct klog_report *r)
{
	const struct prefix *prefix = &reader->rec.prefix;
	char address[PCI_ADDR_MAX];

	memset(r, 0, sizeof(*r));
	r->kind = kind;
	r->line = r->last_line = m->line;
	if (prefix->has_uptime)
		klog_set(r, KLOG_UPTIME_NS, prefix->uptime_ns);
	else if (reader->deltas)
		klog_set(r, KLOG_ELAPSED_NS, reader->delta_clock_ns);
	if (prefix->has_wall && prefix->wall_ns >= 0)
		klog_set(r, prefix->has_year ? KLOG_WALL_NS : KLOG_SEASON_NS, (uint64_t)prefix->wall_ns);
	klog_set_text(r, KLOG_WALL, reader->rec.wall, strlen(reader->rec.wall));
	klog_set_text(r, KLOG_INTERFACE, m->id.interface, strlen(m->id.interface));
	if (m->id.maker != IDENT_NEUTRAL)
		klog_set_text(r, KLOG_DRIVER, m->id.driver, strlen(m->id.driver));
	if (m->id.has_addr) {
		pci_addr_str(&m->id.addr, address);
		klog_set_text(r, KLOG_ADDRESS, address, strlen(address));
	}
	captures_fill(&m->match, r);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* What cannot happen twice within a second to one queue of a device. A PF resets its VFs as often as it likes. */
static bool takes_a_second(const struct klog_report *r)
{
	enum klog_kind kind = r->kind;

	return (kind == KLOG_RESET && strcmp(klog_text(r, KLOG_WHAT), KLOG_WHAT_BY_PF)) || kind == KLOG_WATCHDOG ||
	       kind == KLOG_TX_TIMEOUT || kind == KLOG_RECOVERY || kind == KLOG_PCIE_LOST;
}

/* Equal for a report that two sinks wrote into one log; 0 if two such lines can be two events. */
static uint64_t fingerprint(uint64_t boots, const struct klog_report *r)
{
	bool block = r->kind == KLOG_HANG && klog_known(r, KLOG_JIFFIES) && klog_known(r, KLOG_TIME_STAMP);
	bool fine = klog_known(r, KLOG_UPTIME_NS) && klog_number(r, KLOG_UPTIME_NS) % 1000000;
	bool dated = !klog_known(r, KLOG_UPTIME_NS) && klog_known(r, KLOG_WALL) && takes_a_second(r);
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &r->kind, sizeof(r->kind));

	if (!block && !fine && !dated)
		return 0;
	hash = mix(hash, &boots, sizeof(boots));
	for (int i = 0; i < KLOG_N_NUMBERS; i++) {
		bool of_sink = i == KLOG_WALL_NS || i == KLOG_SEASON_NS || i == KLOG_HEADLESS || i == KLOG_CUT;

		if (!klog_known(r, (enum klog_field)i) || of_sink || (block && i == KLOG_UPTIME_NS))
			continue;
		hash = mix(hash, &i, sizeof(i));
		hash = mix(hash, &r->number[i], sizeof(r->number[i]));
	}
	for (int i = KLOG_N_NUMBERS; i < KLOG_FIELDS; i++)
		if (i != KLOG_WALL || dated)
			hash = mix(hash, klog_text(r, (enum klog_field)i),
				   strlen(klog_text(r, (enum klog_field)i)) + 1);
	return hash ? hash : 1;
}

static bool seen_before(struct order *order, uint64_t boots, const struct klog_report *r)
{
	uint64_t hash = fingerprint(boots, r);

	for (size_t i = 0; hash && i < RECENT; i++)
		if (order->recent[i] == hash)
			return true;
	if (hash) {
		order->recent[order->next_recent] = hash;
		order->next_recent = (order->next_recent + 1) % RECENT;
	}
	return false;
}

/* What a bond says of a slave that has another vendor's driver. */
static bool of_foreign_slave(const struct devices *devices, const struct klog_report *r)
{
	const char *name = klog_text(r, KLOG_INTERFACE);
	const struct log_device *d = klog_known(r, KLOG_BOND) && *name ? devices_find(devices, "", name) : NULL;

	return d && d->pub.foreign;
}

static void deliver(struct klog *k, struct klog_report *r)
{
	struct devices *devices = &k->devices;

	if (of_foreign_slave(devices, r)) {
		devices->host.foreign++;
		return;
	}
	if (seen_before(&k->order, devices->host.boots, r)) {
		devices->host.duplicates++;
		return;
	}
	hz_note(devices, r);
	klog_complete(k, r);
	if (episodes_same_reset(devices, r))
		return;
	episodes_count(devices, r);
	if (k->each)
		k->each(r, k->arg);
}

static void deliver_first(struct klog *k)
{
	struct order *order = &k->order;
	struct klog_report first = order->waiting[0];

	order->n--;
	memmove(&order->waiting[0], &order->waiting[1], order->n * sizeof(order->waiting[0]));
	deliver(k, &first);
}

void order_add(struct klog *k, const struct klog_report *r)
{
	struct order *order = &k->order;
	size_t at;

	if (order->n == WAITING)
		deliver_first(k);
	for (at = order->n; at && order->waiting[at - 1].line > r->line; at--)
		;
	memmove(&order->waiting[at + 1], &order->waiting[at], (order->n - at) * sizeof(order->waiting[0]));
	order->waiting[at] = *r;
	order->n++;
}

void order_release(struct klog *k, uint64_t before)
{
	while (k->order.n && k->order.waiting[0].line < before)
		deliver_first(k);
}
