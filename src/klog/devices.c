// SPDX-License-Identifier: GPL-2.0-or-later
/* The devices of a log: which there are, who is who, what is known of each. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"
#include "util/text.h"

struct log_device *devices_find(const struct devices *devices, const char *address, const char *interface)
{
	for (size_t i = 0; i < devices->n && address[0]; i++)
		if (!strcmp(devices->v[i].pub.address, address))
			return &devices->v[i];
	for (size_t i = 0; i < devices->n && interface[0]; i++)
		if (!strcmp(devices->v[i].pub.interface, interface) && (!address[0] || !devices->v[i].pub.address[0]))
			return &devices->v[i];
	return NULL;
}

/* What nothing is known of but a driver, or nothing at all. */
static bool is_nameless(const struct klog_device *d)
{
	return !d->address[0] && !d->interface[0];
}

static struct log_device *find_nameless(const struct devices *devices, const char *driver)
{
	for (size_t i = 0; i < devices->n; i++)
		if (is_nameless(&devices->v[i].pub) && !strcmp(devices->v[i].pub.driver, driver))
			return &devices->v[i];
	return NULL;
}

/* How much would be lost with a device. */
enum worth { WORTH_NAME, WORTH_REPORTS, WORTH_LINK, WORTH_FAULT };

static enum worth worth_of(const struct klog_device *d)
{
	enum worth worth = WORTH_NAME;

	if (d->foreign)
		return WORTH_NAME;
	for (int i = 0; i < KLOG_KINDS; i++) {
		enum worth kind = i == KLOG_LINK_UP || i == KLOG_BOND_UP || i == KLOG_ASPM ? WORTH_REPORTS
				  : i == KLOG_LINK_DOWN || i == KLOG_BOND_DOWN             ? WORTH_LINK
											   : WORTH_FAULT;

		if (d->counts[i] && kind > worth)
			worth = kind;
	}
	return d->reads_ones ? WORTH_FAULT : worth;
}

/* The least worth, of those alike the longest unused. */
static struct log_device *least_device(struct devices *devices)
{
	struct log_device *least = &devices->v[0];

	for (size_t i = 1; i < devices->n; i++) {
		struct log_device *d = &devices->v[i];
		enum worth worth = worth_of(&d->pub), least_worth = worth_of(&least->pub);

		if (worth < least_worth || (worth == least_worth && d->used < least->used))
			least = d;
	}
	return least;
}

static struct log_device *append_device(struct devices *devices)
{
	if (devices->n == devices->cap) {
		devices->cap = devices->cap ? 2 * devices->cap : 8;
		devices->v = xrealloc(devices->v, devices->cap, sizeof(*devices->v));
	}
	return &devices->v[devices->n++];
}

/* A place for a new device. Of those there are, one with a fault is never given up for it. */
static struct log_device *place_device(struct devices *devices, const char *address, const char *interface)
{
	struct log_device *least;
	enum worth worth;

	if (devices->n < KLOG_DEVICES)
		return append_device(devices);
	least = least_device(devices);
	worth = worth_of(&least->pub);
	if (worth >= WORTH_LINK && devices->n < KLOG_DEVICES_MOST)
		return append_device(devices);
	if (worth == WORTH_FAULT) {
		devices->host.faulty_left_out += seen_first(&devices->not_taken, address, interface);
		return &devices->spare;
	}
	if (worth > WORTH_NAME)
		devices->host.devices_left_out +=
			seen_first(&devices->given_up, least->pub.address, least->pub.interface);
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

/* Two devices that turn out to be one. */

static void fill(char *to, size_t size, const char *from)
{
	if (!to[0])
		str_copy(to, size, from, strlen(from));
}

static void add_hangs(struct klog_hangs *to, const struct klog_hangs *from)
{
	to->blocks += from->blocks;
	to->headless += from->headless;
	to->false_hints += from->false_hints;
	to->episodes += from->episodes;
	to->episodes_reset += from->episodes_reset;
	to->head_moved += from->head_moved;
	to->head_stuck += from->head_stuck;
	to->phy_garbage += from->phy_garbage;
	to->timeouts += from->timeouts;
	if (from->age_most_ms > to->age_most_ms)
		to->age_most_ms = from->age_most_ms;
	if (!to->intervals) {
		to->intervals = from->intervals;
		to->interval_least_ms = from->interval_least_ms;
		to->interval_most_ms = from->interval_most_ms;
		to->interval_mean_ms = from->interval_mean_ms;
	}
}

/* What the last block left behind, for the next one to be compared with. */
static void take_hang(struct log_device *to, const struct log_device *from)
{
	if (!from->pub.have_hang || (to->pub.have_hang && to->pub.hang.line > from->pub.hang.line))
		return;
	to->pub.have_hang = true;
	to->pub.hang = from->pub.hang;
	to->hang = from->hang;
	to->hang_stamp = from->hang_stamp;
	to->hang_has_stamp = from->hang_has_stamp;
	to->episode = from->episode;
	to->blocks_in_episode = from->blocks_in_episode;
	to->episode_reset = from->episode_reset;
	to->reset_since = from->reset_since;
	to->interval_sum_ms += from->interval_sum_ms;
	memcpy(to->rings, from->rings, sizeof(to->rings));
	to->next_ring = from->next_ring;
}

static void take_link(struct klog_device *to, const struct klog_device *from)
{
	to->link_flaps += from->link_flaps;
	if (from->link < 0 || (to->link >= 0 && to->last_line > from->last_line))
		return;
	to->link = from->link;
	to->speed = from->speed;
	memcpy(to->flow, from->flow, sizeof(to->flow));
}

static void take_lines(struct klog_device *to, const struct klog_device *from)
{
	if (from->first_line && (!to->first_line || from->first_line < to->first_line))
		to->first_line = from->first_line;
	if (from->last_line > to->last_line)
		to->last_line = from->last_line;
}

static void take_facts(struct klog_device *to, const struct klog_device *from)
{
	fill(to->interface, sizeof(to->interface), from->interface);
	fill(to->driver, sizeof(to->driver), from->driver);
	fill(to->bond, sizeof(to->bond), from->bond);
	fill(to->firmware, sizeof(to->firmware), from->firmware);
	fill(to->pba, sizeof(to->pba), from->pba);
	if (!to->vendor) {
		to->vendor = from->vendor;
		to->device = from->device;
	}
	to->mac_type = to->mac_type < 0 ? from->mac_type : to->mac_type;
	to->phy_type = to->phy_type < 0 ? from->phy_type : to->phy_type;
	to->hz = to->hz ? to->hz : from->hz;
	to->tso_disabled_by_speed |= from->tso_disabled_by_speed;
	to->tx_pause_hint |= from->tx_pause_hint;
	to->smartspeed |= from->smartspeed;
	to->reads_ones |= from->reads_ones;
	to->alive_line = from->alive_line > to->alive_line ? from->alive_line : to->alive_line;
	to->removed_line = from->removed_line > to->removed_line ? from->removed_line : to->removed_line;
	to->pf_request = from->pf_refused ? from->pf_request : to->pf_request;
	to->pf_refused += from->pf_refused;
	to->xdp_ring_timeout |= from->xdp_ring_timeout;
}

void devices_merge(struct log_device *to, const struct log_device *from)
{
	for (int i = 0; i < KLOG_KINDS; i++)
		to->pub.counts[i] += from->pub.counts[i];
	add_hangs(&to->pub.hangs, &from->pub.hangs);
	take_link(&to->pub, &from->pub);
	take_lines(&to->pub, &from->pub);
	take_facts(&to->pub, &from->pub);
	if (from->pub.hangs.timeouts) {
		to->timeout = from->timeout;
		to->timeout_queue = from->timeout_queue;
	}
}

void devices_remove(struct devices *devices, struct log_device *d)
{
	struct log_device *last = &devices->v[--devices->n];

	if (d != last)
		*d = *last;
}

/* `from` was `to` all the time, and gives up its place. Returns where `to` is then. */
static struct log_device *absorb(struct devices *devices, struct log_device *to, struct log_device *from)
{
	bool moves = to == &devices->v[devices->n - 1];

	take_hang(to, from);
	devices_merge(to, from);
	devices_remove(devices, from);
	return moves ? from : to;
}

static void set_address(struct klog_device *d, const char *address)
{
	size_t n = strlen(address);

	str_copy(d->address, sizeof(d->address), address, n);
	d->onboard_pch = n > 8 && (!strcmp(address + n - 8, ":00:19.0") || !strcmp(address + n - 8, ":00:1f.6"));
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
	for (size_t i = 0; i < devices->n; i++) {
		struct log_device *other = &devices->v[i];

		if (other == d || strcmp(other->pub.interface, interface))
			continue;
		if (!other->pub.address[0] && d->pub.address[0] && same_driver(&d->pub, &other->pub)) {
			d = absorb(devices, d, other);
			break;
		}
		other->pub.interface[0] = '\0';
	}
	str_copy(d->pub.interface, sizeof(d->pub.interface), interface, strlen(interface));
	return d;
}

struct log_device *devices_get(struct devices *devices, const char *address, const char *interface, const char *driver)
{
	struct log_device *d =
		address[0] || interface[0] ? devices_find(devices, address, interface) : find_nameless(devices, driver);

	if (!d) {
		d = place_device(devices, address, interface);
		memset(d, 0, sizeof(*d));
		d->pub.link = d->pub.mac_type = d->pub.phy_type = -1;
	}
	d->used = ++devices->ticks;
	if (address[0] && !d->pub.address[0])
		set_address(&d->pub, address);
	if (interface[0] && d == &devices->spare)
		str_copy(d->pub.interface, sizeof(d->pub.interface), interface, strlen(interface));
	else if (interface[0] && strcmp(d->pub.interface, interface))
		d = set_interface(devices, d, interface);
	if (driver[0])
		str_copy(d->pub.driver, sizeof(d->pub.driver), driver, strlen(driver));
	return d;
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

void devices_restart(struct devices *devices)
{
	if (devices->described)
		described_free(devices->described);
	devices->described = described_new(devices);
	memset((char *)devices + offsetof(struct devices, n), 0, sizeof(*devices) - offsetof(struct devices, n));
}

void devices_free(struct devices *devices)
{
	described_free(devices->described);
	free(devices->v);
}

const struct klog_device *klog_device(const struct klog *k, size_t n)
{
	return n < k->devices.n ? &k->devices.v[n].pub : NULL;
}

size_t klog_device_index(const struct klog *k, const struct klog_device *d)
{
	const struct log_device *device =
		(const struct log_device *)((const char *)d - offsetof(struct log_device, pub));

	return (size_t)(device - k->devices.v);
}

bool klog_is_nic(const struct klog_device *d)
{
	bool other = false;

	for (int i = 0; i < KLOG_KINDS; i++)
		other |= d->counts[i] && i != KLOG_AER && i != KLOG_ASPM;
	return !d->foreign && (other || d->described_line || d->driver[0] || d->interface[0] || d->vendor == 0x8086);
}

bool klog_of_machine(const struct klog_report *r)
{
	return (r->kind == KLOG_ASPM || r->kind == KLOG_BOND_DOWN || r->kind == KLOG_BOND_UP ||
		r->kind == KLOG_BOND_EMPTY) &&
	       !*klog_text(r, KLOG_ADDRESS) && !*klog_text(r, KLOG_INTERFACE) && !*klog_text(r, KLOG_DRIVER);
}

const struct klog_device *klog_device_of(const struct klog *k, const struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const struct log_device *d = devices_find(&k->devices, address, interface);

	if (d || address[0] || interface[0] || klog_of_machine(r))
		return d ? &d->pub : NULL;
	for (size_t i = 0; i < k->devices.n && klog_known(r, KLOG_HEADLESS); i++)
		if (k->devices.v[i].adopted_first && r->line >= k->devices.v[i].adopted_first &&
		    r->line <= k->devices.v[i].adopted_last)
			return &k->devices.v[i].pub;
	d = find_nameless(&k->devices, klog_text(r, KLOG_DRIVER));
	if (d)
		return &d->pub;
	d = r->kind == KLOG_ASPM ? NULL : devices_only(&k->devices, klog_text(r, KLOG_DRIVER));
	return d ? &d->pub : NULL;
}

const struct klog_bond *klog_bond(const struct klog *k, size_t n)
{
	return n < k->devices.n_bonds ? &k->devices.bonds[n] : NULL;
}

const struct klog_host *klog_host(const struct klog *k)
{
	return &k->devices.host;
}

const char *klog_driver_version(const struct klog *k, const char *driver)
{
	for (size_t i = 0; i < k->devices.n_drivers; i++)
		if (!strcmp(k->devices.drivers[i].name, driver))
			return k->devices.drivers[i].version;
	return "";
}

static void fill_text(struct klog_report *r, enum klog_field field, const char *text)
{
	if (text[0] && !klog_known(r, field))
		klog_set_text(r, field, text, strlen(text));
}

void klog_complete(const struct klog *k, struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const struct log_device *d = address[0] || interface[0] ? devices_find(&k->devices, address, interface) : NULL;

	if (d && !d->pub.foreign) {
		fill_text(r, KLOG_INTERFACE, d->pub.interface);
		fill_text(r, KLOG_ADDRESS, d->pub.address);
		fill_text(r, KLOG_DRIVER, d->pub.driver);
		fill_text(r, KLOG_BOND, d->pub.bond);
	}
	hz_complete(k->devices.hz, r);
}
