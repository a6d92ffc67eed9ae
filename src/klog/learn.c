// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "klog/parts.h"
#include "util/alloc.h"

static void copy(char *to, size_t size, const char *text, size_t n)
{
	if (n >= size)
		n = size - 1;
	memcpy(to, text, n);
	to[n] = '\0';
}

static struct device *find(struct device *devices, size_t n, const char *address, const char *interface)
{
	for (size_t i = 0; i < n && address[0]; i++)
		if (!strcmp(devices[i].pub.address, address))
			return &devices[i];
	for (size_t i = 0; i < n && interface[0]; i++)
		if (!strcmp(devices[i].pub.interface, interface) && (!address[0] || !devices[i].pub.address[0]))
			return &devices[i];
	return NULL;
}

const struct device *log_device_find(const struct klog *k, const char *address, const char *interface)
{
	return find(k->devices, k->n_devices, address, interface);
}

/* What nothing is known of but a driver, or nothing at all. */
static struct device *find_nameless(struct klog *k, const char *driver)
{
	for (size_t i = 0; i < k->n_devices; i++) {
		const struct klog_device *d = &k->devices[i].pub;

		if (!d->address[0] && !d->interface[0] && !strcmp(d->driver, driver))
			return &k->devices[i];
	}
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
static struct device *device_least(struct klog *k)
{
	struct device *least = &k->devices[0];

	for (size_t i = 1; i < k->n_devices; i++) {
		struct device *d = &k->devices[i];
		enum worth worth = worth_of(&d->pub), least_worth = worth_of(&least->pub);

		if (worth < least_worth || (worth == least_worth && d->used < least->used))
			least = d;
	}
	return least;
}

static struct device *device_append(struct klog *k)
{
	if (k->n_devices == k->cap_devices) {
		k->cap_devices = k->cap_devices ? 2 * k->cap_devices : 8;
		k->devices = xrealloc(k->devices, k->cap_devices, sizeof(*k->devices));
	}
	return &k->devices[k->n_devices++];
}

/* A place for a new device. Of those there are, one with a fault is never given up for it. */
static struct device *device_place(struct klog *k, const char *address, const char *interface)
{
	struct device *least;
	enum worth worth;

	if (k->n_devices < KLOG_DEVICES)
		return device_append(k);
	least = device_least(k);
	worth = worth_of(&least->pub);
	if (worth >= WORTH_LINK && k->n_devices < KLOG_DEVICES_MOST)
		return device_append(k);
	if (worth == WORTH_FAULT) {
		k->host.faulty_left_out += seen_first(&k->not_taken, address, interface);
		return &k->spare;
	}
	if (worth > WORTH_NAME)
		k->host.devices_left_out += seen_first(&k->given_up, least->pub.address, least->pub.interface);
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

static void set_address(struct klog_device *d, const char *address)
{
	size_t n = strlen(address);

	copy(d->address, sizeof(d->address), address, n);
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
static struct device *set_interface(struct klog *k, struct device *d, const char *interface)
{
	for (size_t i = 0; i < k->n_devices; i++) {
		struct device *other = &k->devices[i];

		if (other == d || strcmp(other->pub.interface, interface))
			continue;
		if (!other->pub.address[0] && d->pub.address[0] && same_driver(&d->pub, &other->pub)) {
			d = device_absorb(k, d, other);
			break;
		}
		other->pub.interface[0] = '\0';
	}
	copy(d->pub.interface, sizeof(d->pub.interface), interface, strlen(interface));
	return d;
}

struct device *log_device_get(struct klog *k, const char *address, const char *interface, const char *driver)
{
	struct device *d = address[0] || interface[0] ? find(k->devices, k->n_devices, address, interface)
						      : find_nameless(k, driver);

	if (!d) {
		d = device_place(k, address, interface);
		memset(d, 0, sizeof(*d));
		d->pub.link = d->pub.mac_type = d->pub.phy_type = -1;
	}
	d->used = ++k->ticks;
	if (address[0] && !d->pub.address[0])
		set_address(&d->pub, address);
	if (interface[0] && d == &k->spare)
		copy(d->pub.interface, sizeof(d->pub.interface), interface, strlen(interface));
	else if (interface[0] && strcmp(d->pub.interface, interface))
		d = set_interface(k, d, interface);
	if (driver[0])
		copy(d->pub.driver, sizeof(d->pub.driver), driver, strlen(driver));
	return d;
}

struct device *learn_ident(struct klog *k, const struct ident *id)
{
	char address[PCI_ADDR_MAX] = "";
	struct device *d;

	if (id->has_addr)
		pci_addr_str(&id->addr, address);
	if (!address[0] && !id->interface[0])
		return NULL;
	d = log_device_get(k, address, id->interface, id->maker == IDENT_OURS ? id->driver : "");
	if (id->maker == IDENT_OURS || id->maker == IDENT_FOREIGN)
		d->pub.foreign = id->maker == IDENT_FOREIGN;
	if (id->maker == IDENT_OURS)
		d->pub.driver_guessed = false;
	return d;
}

void learn_driver_version(struct klog *k, const char *driver, const char *version, size_t n)
{
	size_t i = 0;

	while (i < k->n_drivers && strcmp(k->drivers[i].name, driver))
		i++;
	if (i == sizeof(k->drivers) / sizeof(k->drivers[0]))
		return;
	if (i == k->n_drivers)
		k->n_drivers++;
	copy(k->drivers[i].name, sizeof(k->drivers[i].name), driver, strlen(driver));
	copy(k->drivers[i].version, sizeof(k->drivers[i].version), version, n);
}

/* The clock rates that Linux is built with; within 8 % of one, 0 if of none. */
static unsigned nearest_hz(double hz)
{
	static const unsigned rates[] = { 100, 250, 300, 1000 };
	unsigned best = 0;
	double best_off = 0.08;

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		double off = hz / rates[i] - 1;

		if (off < 0)
			off = -off;
		if (off < best_off) {
			best_off = off;
			best = rates[i];
		}
	}
	return best;
}

#define NS_OF_FINE UINT64_C(1000000000)
#define NS_OF_COARSE UINT64_C(25000000000) /* an error of two seconds is then less than what nearest_hz() allows */
#define JIFFIES_BASE 4294967296.0          /* 2^32 */
#define JIFFIES_START 300.0                /* s after boot at which jiffies pass 2^32; a 32-bit counter is 0 then */

static void learn_by_uptime(struct klog *k, uint64_t jiffies, double uptime)
{
	double since = uptime - JIFFIES_START, passed = (double)jiffies;
	unsigned hz;

	if (k->hz || (since > -10 && since < 10))
		return;
	if (since < 0 || jiffies >= UINT64_C(0x100000000))
		passed -= JIFFIES_BASE;
	hz = nearest_hz(passed / since);
	if (hz)
		k->hz = hz;
}

/* A clock that two reports have; of a time of the day in whole seconds, so far apart that this does not matter. */
static bool read_clock(const struct klog_report *r, struct tick *now)
{
	static const enum klog_field clocks[] = { KLOG_UPTIME_NS, KLOG_ELAPSED_NS, KLOG_WALL_NS, KLOG_SEASON_NS };

	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++)
		if (klog_known(r, clocks[i])) {
			now->clock = clocks[i];
			now->ns = klog_number(r, clocks[i]);
			now->least_ns = i < 2 || now->ns % 1000000000 ? NS_OF_FINE : NS_OF_COARSE;
			return true;
		}
	return false;
}

void learn_hz(struct klog *k, const struct klog_report *r)
{
	struct tick now = { .used = true, .jiffies = klog_number(r, KLOG_JIFFIES), .boot = k->host.boots };
	const struct tick *t = &k->tick;
	uint64_t least;

	if (r->kind != KLOG_HANG || !klog_known(r, KLOG_JIFFIES) || !read_clock(r, &now))
		return;
	least = t->least_ns > now.least_ns ? t->least_ns : now.least_ns;
	if (t->used && t->boot == now.boot && t->clock == now.clock && now.ns > t->ns + least &&
	    now.jiffies > t->jiffies) {
		unsigned hz = nearest_hz((double)(now.jiffies - t->jiffies) * 1e9 / (double)(now.ns - t->ns));

		if (hz)
			k->hz = hz;
	}
	if (!t->used || t->clock != now.clock || t->boot != now.boot || now.jiffies < t->jiffies ||
	    now.ns > t->ns + least)
		k->tick = now;
	if (now.clock == KLOG_UPTIME_NS)
		learn_by_uptime(k, now.jiffies, (double)now.ns / 1e9);
}
