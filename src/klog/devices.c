// SPDX-License-Identifier: GPL-2.0-or-later
/* The devices of a log: which there are, who is who, what is known of each. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chip/drivers.h"
#include "klog/internal.h"
#include "util/alloc.h"
#include "util/text.h"

/*
 * Devices are found by address and by interface, through chains of those whose hash is the same; a third chain has those
 * without either. A device is taken out of its chains before one of the two changes, and put in again afterwards.
 */
enum { CHAIN_ADDRESS, CHAIN_INTERFACE, CHAIN_NAMELESS };

static size_t bucket_of(const char *text)
{
	size_t n = strlen(text);
	uint64_t hash = 0, start;

	if (n >= sizeof(hash)) {
		memcpy(&start, text, sizeof(start));
		memcpy(&hash, text + n - sizeof(hash), sizeof(hash));
		hash = hash * 33 + start;
	} else {
		for (; n; n--)
			hash = hash << 8 | (uint8_t)text[n - 1];
	}
	return hash * UINT64_C(0x9e3779b97f4a7c15) >> (64 - DEVICE_BUCKETS_SHIFT); /* the bits that all of it is in */
}

/* What nothing is known of but a driver, or nothing at all. */
static bool is_nameless(const struct klog_device *d)
{
	return !d->address[0] && !d->interface[0];
}

/* The head of a chain that a device belongs to; NULL: to none of that kind. */
static uint16_t *chain_of(struct devices *devices, const struct log_device *d, int chain)
{
	const char *key = chain == CHAIN_ADDRESS ? d->pub.address : d->pub.interface;

	if (chain == CHAIN_NAMELESS)
		return is_nameless(&d->pub) ? &devices->nameless : NULL;
	return key[0] ? &devices->buckets[chain][bucket_of(key)] : NULL;
}

static void index_in(struct devices *devices, struct log_device *d)
{
	for (int chain = 0; chain < DEVICE_CHAINS && devices_has(devices, d); chain++) {
		uint16_t *head = chain_of(devices, d, chain);

		if (!head)
			continue;
		d->next[chain] = *head;
		*head = (uint16_t)(d - devices->v + 1);
	}
}

static void index_out(struct devices *devices, struct log_device *d)
{
	for (int chain = 0; chain < DEVICE_CHAINS && devices_has(devices, d); chain++) {
		uint16_t *at = chain_of(devices, d, chain);

		while (at && *at && &devices->v[*at - 1] != d)
			at = &devices->v[*at - 1].next[chain];
		if (at && *at)
			*at = d->next[chain];
	}
}

static struct log_device *find_address(const struct devices *devices, const char *address)
{
	for (size_t i = address[0] ? devices->buckets[CHAIN_ADDRESS][bucket_of(address)] : 0; i;
	     i = devices->v[i - 1].next[CHAIN_ADDRESS])
		if (!strcmp(devices->v[i - 1].pub.address, address))
			return &devices->v[i - 1];
	return NULL;
}

static struct log_device *find_interface(const struct devices *devices, const char *interface)
{
	for (size_t i = interface[0] ? devices->buckets[CHAIN_INTERFACE][bucket_of(interface)] : 0; i;
	     i = devices->v[i - 1].next[CHAIN_INTERFACE])
		if (!strcmp(devices->v[i - 1].pub.interface, interface))
			return &devices->v[i - 1];
	return NULL;
}

struct log_device *devices_find(const struct devices *devices, const char *address, const char *interface)
{
	struct log_device *d = find_address(devices, address);

	if (d)
		return d;
	d = find_interface(devices, interface);
	return d && (!address[0] || !d->pub.address[0]) ? d : NULL;
}

struct log_device *devices_nameless(const struct devices *devices, const struct log_device *before)
{
	size_t i = before ? before->next[CHAIN_NAMELESS] : devices->nameless;

	return i ? &devices->v[i - 1] : NULL;
}

struct log_device *devices_with_driver(const struct devices *devices, const char *driver)
{
	struct log_device *d = NULL;

	while ((d = devices_nameless(devices, d)))
		if (!strcmp(d->pub.driver, driver))
			return d;
	return NULL;
}

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

/* A place for a new device with these names; what is in it is not valid, but for .pub.hang. *taken: it is another device's, which is given
 * up, and in its chains; of those there are, one with a fault is never. */
static struct log_device *place(struct devices *devices, const char *address, const char *interface, bool *taken)
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

/* Two devices that turn out to be one: merge.c. */

void devices_merge(struct devices *devices, struct log_device *to, const struct log_device *from)
{
	index_out(devices, to);
	device_take(to, from);
	index_in(devices, to);
}

void devices_remove(struct devices *devices, struct log_device *d)
{
	struct log_device *last = &devices->v[devices->n - 1];

	index_out(devices, d);
	free(d->pub.hang);
	if (d != last) {
		index_out(devices, last);
		*d = *last;
		index_in(devices, d);
		devices_rank(devices, d);
	}
	devices->n--;
}

/* `from` was `to` all the time, and gives up its place. Returns where `to` is then. */
static struct log_device *absorb(struct devices *devices, struct log_device *to, struct log_device *from)
{
	bool moves = to == &devices->v[devices->n - 1];

	device_take_hang(to, from);
	devices_merge(devices, to, from);
	devices_remove(devices, from);
	return moves ? from : to;
}

static void set_address(struct klog_device *d, const char *address)
{
	str_copy(d->address, sizeof(d->address), address, strlen(address));
	d->onboard_pch = drivers_onboard(address) != NULL;
}

/* Neither names a driver that the other does not have. */
static bool same_driver(const struct klog_device *a, const struct klog_device *b)
{
	return a->foreign == b->foreign && (!a->driver[0] || !b->driver[0] || !strcmp(a->driver, b->driver));
}

/*
 * An interface's name belongs to one device, the last one said to have it. One of which only the name is known, as of
 * "NETDEV WATCHDOG: eth2 (igb)", was this one all the time: drivers that print no name in a hang block make it two.
 * Returns where d is then.
 */
static struct log_device *set_interface(struct devices *devices, struct log_device *d, const char *interface)
{
	struct log_device *other = find_interface(devices, interface);

	if (other && other != d && !other->pub.address[0] && d->pub.address[0] && same_driver(&d->pub, &other->pub)) {
		d = absorb(devices, d, other);
	} else if (other && other != d) {
		index_out(devices, other);
		other->pub.interface[0] = '\0';
		index_in(devices, other);
	}
	index_out(devices, d);
	str_copy(d->pub.interface, sizeof(d->pub.interface), interface, strlen(interface));
	index_in(devices, d);
	return d;
}

struct log_device *devices_get(struct devices *devices, const char *address, const char *interface, const char *driver)
{
	struct log_device *d = address[0] || interface[0] ? devices_find(devices, address, interface)
							  : devices_with_driver(devices, driver);
	bool taken;

	if (!d) {
		d = place(devices, address, interface, &taken);
		if (taken)
			index_out(devices, d);
		free(d->pub.hang);
		memset(d, 0, sizeof(*d));
		d->pub.link = d->pub.mac_type = d->pub.phy_type = -1;
		index_in(devices, d);
	}
	d->used = ++devices->ticks;
	if (address[0] && !d->pub.address[0]) {
		index_out(devices, d);
		set_address(&d->pub, address);
		index_in(devices, d);
	}
	if (interface[0] && d == &devices->spare)
		str_copy(d->pub.interface, sizeof(d->pub.interface), interface, strlen(interface));
	else if (interface[0] && strcmp(d->pub.interface, interface))
		d = set_interface(devices, d, interface);
	if (driver[0])
		str_copy(d->pub.driver, sizeof(d->pub.driver), driver, strlen(driver));
	devices_rank(devices, d);
	return d;
}

/* What a report changes of its device is fetched meanwhile: of a thousand devices it is far away. */
static void fetch_counts(const struct log_device *d)
{
	for (size_t at = 64; at < offsetof(struct log_device, hang); at += 64)
		__builtin_prefetch((const char *)d + at, 1);
}

struct log_device *devices_note(struct devices *devices, const struct ident *id)
{
	char address[PCI_ADDR_MAX] = "";
	struct log_device *d;

	if (id->has_addr)
		pci_addr_str(&id->addr, address);
	if (!address[0] && !id->interface[0])
		return NULL;
	d = devices_get(devices, address, id->interface, id->maker == IDENT_OURS ? id->driver : "");
	/* What our driver reported of it stays, whatever card is there later, or whatever a text beside the log calls it. */
	if (id->maker == IDENT_OURS)
		d->pub.foreign = false;
	else if (id->maker == IDENT_FOREIGN && (!d->pub.driver[0] || d->pub.driver_guessed))
		d->pub.foreign = true;
	if (id->maker == IDENT_OURS)
		d->pub.driver_guessed = false;
	devices_rank(devices, d);
	fetch_counts(d);
	return d;
}

void devices_note_version(struct devices *devices, const char *driver, const char *version, size_t n)
{
	size_t i = 0;

	while (i < devices->n_drivers && strcmp(devices->drivers[i].name, driver))
		i++;
	if (i == COUNT(devices->drivers))
		return;
	if (i == devices->n_drivers)
		devices->n_drivers++;
	str_copy(devices->drivers[i].name, sizeof(devices->drivers[i].name), driver, strlen(driver));
	str_copy(devices->drivers[i].version, sizeof(devices->drivers[i].version), version, n);
}

struct log_device *devices_only(const struct devices *devices, const char *driver)
{
	struct log_device *only = NULL;

	for (size_t i = 0; i < devices->n; i++) {
		struct log_device *d = &devices->v[i];

		if (is_nameless(&d->pub) || d->pub.foreign ||
		    (driver[0] ? strcmp(d->pub.driver, driver) : !d->pub.first_line))
			continue;
		if (only)
			return NULL;
		only = d;
	}
	return only;
}

void devices_settle(struct devices *devices)
{
	for (size_t i = devices->n; i-- > 0;) {
		struct log_device *d = &devices->v[i], *only;

		if (!is_nameless(&d->pub))
			continue;
		only = devices_only(devices, d->pub.driver);
		if (only)
			absorb(devices, only, d);
	}
}

void devices_init(struct devices *devices)
{
	devices->described = described_new(devices);
}

static void free_hangs(struct devices *devices)
{
	for (size_t i = 0; i < devices->n; i++)
		free(devices->v[i].pub.hang);
	free(devices->spare.pub.hang);
}

void devices_restart(struct devices *devices)
{
	described_free(devices->described);
	free_hangs(devices);
	memset((char *)devices + offsetof(struct devices, n), 0, sizeof(*devices) - offsetof(struct devices, n));
	devices_init(devices);
}

void devices_free(struct devices *devices)
{
	described_free(devices->described);
	free_hangs(devices);
	free(devices->v);
	free(devices->ranks);
}
