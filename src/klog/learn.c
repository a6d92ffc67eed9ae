// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "klog/parts.h"

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

static uint64_t reports_of(const struct klog_device *d)
{
	uint64_t sum = 0;

	for (int i = 0; i < KLOG_KINDS; i++)
		sum += d->counts[i];
	return sum;
}

/* A place for a new device: of those without reports, else of all, the one longest unused. */
static struct device *device_place(struct klog *k)
{
	struct device *worst = NULL;

	if (k->n_devices < KLOG_DEVICES)
		return &k->devices[k->n_devices++];
	for (size_t i = 0; i < KLOG_DEVICES; i++) {
		struct device *d = &k->devices[i];
		bool idle = !reports_of(&d->pub), worst_idle = worst && !reports_of(&worst->pub);

		if (!worst || (idle && !worst_idle) || (idle == worst_idle && d->used < worst->used))
			worst = d;
	}
	return worst;
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
		d = device_place(k);
		memset(d, 0, sizeof(*d));
		d->pub.link = d->pub.mac_type = d->pub.phy_type = -1;
	}
	d->used = ++k->ticks;
	if (address[0] && !d->pub.address[0])
		set_address(&d->pub, address);
	if (interface[0] && strcmp(d->pub.interface, interface))
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
