// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/klog.h"

#include <stddef.h>
#include <string.h>

#include "klog/parts.h"

const struct klog_device *klog_device(const struct klog *k, size_t n)
{
	return n < k->n_devices ? &k->devices[n].pub : NULL;
}

size_t klog_device_index(const struct klog *k, const struct klog_device *d)
{
	const struct device *device = (const struct device *)((const char *)d - offsetof(struct device, pub));

	return (size_t)(device - k->devices);
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
	const struct device *d = log_device_find(k, address, interface);

	if (d || address[0] || interface[0] || klog_of_machine(r))
		return d ? &d->pub : NULL;
	for (size_t i = 0; i < k->n_devices && klog_known(r, KLOG_HEADLESS); i++)
		if (k->devices[i].adopted_first && r->line >= k->devices[i].adopted_first &&
		    r->line <= k->devices[i].adopted_last)
			return &k->devices[i].pub;
	for (size_t i = 0; i < k->n_devices; i++) {
		const struct klog_device *nameless = &k->devices[i].pub;

		if (!nameless->address[0] && !nameless->interface[0] &&
		    !strcmp(nameless->driver, klog_text(r, KLOG_DRIVER)))
			return nameless;
	}
	d = r->kind == KLOG_ASPM ? NULL : log_device_only(k, klog_text(r, KLOG_DRIVER));
	return d ? &d->pub : NULL;
}

const struct klog_bond *klog_bond(const struct klog *k, size_t n)
{
	return n < k->n_bonds ? &k->bonds[n] : NULL;
}

const struct klog_host *klog_host(const struct klog *k)
{
	return &k->host;
}

const char *klog_driver_version(const struct klog *k, const char *driver)
{
	for (size_t i = 0; i < k->n_drivers; i++)
		if (!strcmp(k->drivers[i].name, driver))
			return k->drivers[i].version;
	return "";
}

static void fill(struct klog_report *r, enum klog_field field, const char *text)
{
	if (text[0] && !klog_known(r, field))
		klog_set_text(r, field, text, strlen(text));
}

/* A 32-bit counter that wrapped between the two readings gives the right difference too. */
static uint64_t jiffies_between(uint64_t from, uint64_t to)
{
	return to >= from ? to - from : (to - from) & UINT64_C(0xffffffff);
}

void klog_complete(const struct klog *k, struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const struct device *d = address[0] || interface[0] ? log_device_find(k, address, interface) : NULL;

	if (d && !d->pub.foreign) {
		fill(r, KLOG_INTERFACE, d->pub.interface);
		fill(r, KLOG_ADDRESS, d->pub.address);
		fill(r, KLOG_DRIVER, d->pub.driver);
		fill(r, KLOG_BOND, d->pub.bond);
	}
	if (!k->hz || !klog_known(r, KLOG_JIFFIES))
		return;
	klog_set(r, KLOG_HZ, k->hz);
	if (klog_known(r, KLOG_TIME_STAMP))
		klog_set(r, KLOG_AGE_MS,
			 jiffies_between(klog_number(r, KLOG_TIME_STAMP), klog_number(r, KLOG_JIFFIES)) * 1000 / k->hz);
}
