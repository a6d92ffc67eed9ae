// SPDX-License-Identifier: GPL-2.0-or-later
/* Room for the devices of a log: which of them makes room for another one. */
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

/* How much would be lost with a device. */
enum worth { WORTH_NAME, WORTH_REPORTS, WORTH_LINK, WORTH_FAULT };

static enum worth worth_of(const struct log_device *device)
{
	static const uint32_t reports = 1u << KLOG_LINK_UP | 1u << KLOG_BOND_UP | 1u << KLOG_ASPM;
	static const uint32_t links = 1u << KLOG_LINK_DOWN | 1u << KLOG_BOND_DOWN;
	const struct klog_device *d = &device->pub;

	if (d->foreign)
		return WORTH_NAME;
	if (device->kinds & ~(reports | links) || d->reads_ones)
		return WORTH_FAULT;
	return device->kinds & links ? WORTH_LINK : device->kinds ? WORTH_REPORTS : WORTH_NAME;
}

#define RANK_SHIFT 56

void devices_rank(struct devices *devices, const struct log_device *d)
{
	if (devices->ranks && devices_has(devices, d))
		devices->ranks[d - devices->v] = (uint64_t)worth_of(d) << RANK_SHIFT | d->used;
}

static void note_ranks(struct devices *devices)
{
	if (devices->ranks)
		return;
	devices->ranks = xcalloc(devices->cap, sizeof(*devices->ranks));
	for (size_t i = 0; i < devices->n; i++)
		devices_rank(devices, &devices->v[i]);
}

/* The least worth, of those alike the longest unused. */
static struct log_device *least_device(struct devices *devices)
{
	size_t least;
	uint64_t rank;

	note_ranks(devices);
	do {
		least = 0;
		for (size_t i = 1; i < devices->n; i++)
			least = devices->ranks[i] < devices->ranks[least] ? i : least;
		rank = devices->ranks[least];
		devices_rank(devices, &devices->v[least]);
	} while (devices->ranks[least] != rank);
	return &devices->v[least];
}

static struct log_device *append_device(struct devices *devices)
{
	if (devices->n == devices->cap) {
		devices->cap = devices->cap ? 2 * devices->cap : 8;
		devices->v = xrealloc(devices->v, devices->cap, sizeof(*devices->v));
		if (devices->ranks)
			devices->ranks = xrealloc(devices->ranks, devices->cap, sizeof(*devices->ranks));
	}
	devices->v[devices->n].pub.hang = NULL;
	return &devices->v[devices->n++];
}

struct log_device *devices_place(struct devices *devices, const char *address, const char *interface, bool *taken)
{
	struct log_device *least;
	enum worth worth;

	*taken = false;
	if (devices->n < KLOG_DEVICES)
		return append_device(devices);
	least = least_device(devices);
	worth = worth_of(least);
	if (worth >= WORTH_LINK && devices->n < KLOG_DEVICES_MOST)
		return append_device(devices);
	if (worth == WORTH_FAULT) {
		devices->host.faulty_left_out += seen_first(&devices->not_taken, address, interface);
		return &devices->spare;
	}
	if (worth > WORTH_NAME)
		devices->host.devices_left_out +=
			seen_first(&devices->given_up, least->pub.address, least->pub.interface);
	*taken = true;
	return least;
}

bool seen_first(struct seen *seen, const char *a, const char *b)
{
	uint32_t hash = 2166136261u;

	for (; *a; a++)
		hash = (hash ^ (uint8_t)*a) * 16777619u;
	for (hash *= 31; *b; b++)
		hash = (hash ^ (uint8_t)*b) * 16777619u;
	hash = (hash ^ hash >> 15) % (8 * sizeof(seen->bits));
	if (seen->bits[hash / 8] >> hash % 8 & 1)
		return false;
	seen->bits[hash / 8] |= (uint8_t)(1u << hash % 8);
	return true;
}
