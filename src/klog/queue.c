// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "klog/parts.h"

void report_begin(struct klog *k, const struct found *f, enum klog_kind kind, struct klog_report *r)
{
	const struct prefix *stamp = &k->rec.stamp;
	char address[PCI_ADDR_MAX];

	memset(r, 0, sizeof(*r));
	r->kind = kind;
	r->line = r->last_line = f->line;
	if (stamp->has_uptime)
		klog_set(r, KLOG_UPTIME_NS, stamp->uptime_ns);
	else if (k->deltas)
		klog_set(r, KLOG_ELAPSED_NS, k->delta_clock_ns);
	if (stamp->has_wall && stamp->wall_ns >= 0)
		klog_set(r, stamp->has_year ? KLOG_WALL_NS : KLOG_SEASON_NS, (uint64_t)stamp->wall_ns);
	klog_set_text(r, KLOG_WALL, k->rec.wall, strlen(k->rec.wall));
	klog_set_text(r, KLOG_INTERFACE, f->id.interface, strlen(f->id.interface));
	if (f->id.maker != IDENT_NEUTRAL)
		klog_set_text(r, KLOG_DRIVER, f->id.driver, strlen(f->id.driver));
	if (f->id.has_addr) {
		pci_addr_str(&f->id.addr, address);
		klog_set_text(r, KLOG_ADDRESS, address, strlen(address));
	}
	captures_fill(&f->match, r);
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
static uint64_t fingerprint(const struct klog *k, const struct klog_report *r)
{
	bool block = r->kind == KLOG_HANG && klog_known(r, KLOG_JIFFIES) && klog_known(r, KLOG_TIME_STAMP);
	bool fine = klog_known(r, KLOG_UPTIME_NS) && klog_number(r, KLOG_UPTIME_NS) % 1000000;
	bool dated = !klog_known(r, KLOG_UPTIME_NS) && klog_known(r, KLOG_WALL) && takes_a_second(r);
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &r->kind, sizeof(r->kind));

	if (!block && !fine && !dated)
		return 0;
	hash = mix(hash, &k->host.boots, sizeof(k->host.boots));
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

static bool seen_before(struct klog *k, const struct klog_report *r)
{
	uint64_t hash = fingerprint(k, r);

	for (size_t i = 0; hash && i < RECENT; i++)
		if (k->recent[i] == hash)
			return true;
	if (hash) {
		k->recent[k->next_recent] = hash;
		k->next_recent = (k->next_recent + 1) % RECENT;
	}
	return false;
}

/* What a bond says of a slave that has another vendor's driver. */
static bool of_foreign_slave(const struct klog *k, const struct klog_report *r)
{
	const char *name = klog_text(r, KLOG_INTERFACE);
	const struct device *d = klog_known(r, KLOG_BOND) && *name ? log_device_find(k, "", name) : NULL;

	return d && d->pub.foreign;
}

static void deliver(struct klog *k, struct klog_report *r)
{
	if (of_foreign_slave(k, r)) {
		k->host.foreign++;
		return;
	}
	if (seen_before(k, r)) {
		k->host.duplicates++;
		return;
	}
	learn_hz(k, r);
	klog_complete(k, r);
	if (account_same_reset(k, r))
		return;
	account_report(k, r);
	if (k->each)
		k->each(r, k->arg);
}

static void deliver_first(struct klog *k)
{
	struct klog_report first = k->queue[0];

	k->n_queue--;
	memmove(&k->queue[0], &k->queue[1], k->n_queue * sizeof(k->queue[0]));
	deliver(k, &first);
}

void queue_add(struct klog *k, const struct klog_report *r)
{
	size_t at;

	if (k->n_queue == QUEUE_MAX)
		deliver_first(k);
	for (at = k->n_queue; at && k->queue[at - 1].line > r->line; at--)
		;
	memmove(&k->queue[at + 1], &k->queue[at], (k->n_queue - at) * sizeof(k->queue[0]));
	k->queue[at] = *r;
	k->n_queue++;
}

void queue_drain(struct klog *k, uint64_t before)
{
	while (k->n_queue && k->queue[0].line < before)
		deliver_first(k);
}
