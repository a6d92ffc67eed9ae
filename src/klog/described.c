// SPDX-License-Identifier: GPL-2.0-or-later
/* What lspci, ethtool and their like say of devices, where somebody pasted it beside the log. */
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

#define DESCRIPTIONS_MOST 512
#define COUNTERS_MOST 65536 /* of all of them: 3.5 MiB */

struct described {
	struct devices *devices;
	struct paste *paste;
	struct pasted *v; /* owned, with their facts */
	size_t n, cap;
	size_t counters; /* of all of v */
	uint64_t left_out;
};

/* The driver's name decides for ethtool -i, vendor or name for lspci. */
static enum ident_maker maker_of(const struct pasted *p)
{
	if (p->foreign)
		return IDENT_FOREIGN;
	if (p->driver[0] && ident_maker(p->driver, strlen(p->driver)) != IDENT_NEUTRAL)
		return ident_maker(p->driver, strlen(p->driver));
	return p->intel ? IDENT_OURS : IDENT_UNKNOWN;
}

/* Who is who, for the lines before and after. */
static void note_device(struct devices *devices, const struct pasted *p)
{
	struct ident id = { .maker = maker_of(p) };
	struct log_device *d;

	id.has_addr = pci_addr_parse(p->address, &id.addr);
	memcpy(id.interface, p->interface, sizeof(id.interface));
	memcpy(id.driver, p->driver, sizeof(id.driver));
	d = devices_note(devices, &id);
	if (!d)
		return;
	if (p->vendor) {
		d->pub.vendor = p->vendor;
		d->pub.device = p->device;
	}
	if (id.maker == IDENT_OURS && (p->ethernet || p->driver[0]) && !d->pub.described_line)
		d->pub.described_line = p->line;
}

static void add(const struct pasted *p, void *arg)
{
	struct described *all = arg;
	struct pasted *copy;

	if (p->address[0] || p->driver[0] || (p->interface[0] && !p->any_interface))
		note_device(all->devices, p);
	if (all->n == DESCRIPTIONS_MOST || all->counters + p->n_counters > COUNTERS_MOST) {
		all->left_out++;
		return;
	}
	copy = VEC_PUSH(all->v, all->n, all->cap);
	*copy = *p;
	facts_init(&copy->facts);
	facts_merge(&copy->facts, &p->facts);
	copy->counters = xcalloc(p->n_counters, sizeof(*p->counters));
	for (size_t i = 0; i < p->n_counters; i++)
		copy->counters[i] = p->counters[i];
	all->counters += p->n_counters;
}

struct described *described_new(struct devices *devices)
{
	struct described *d = xcalloc(1, sizeof(*d));

	d->devices = devices;
	d->paste = paste_new(add, d);
	return d;
}

void described_free(struct described *d)
{
	for (size_t i = 0; i < d->n; i++) {
		facts_free(&d->v[i].facts);
		free(d->v[i].counters);
	}
	free(d->v);
	paste_free(d->paste);
	free(d);
}

bool described_line(struct described *d, const char *text, size_t n, uint64_t line)
{
	return paste_line(d->paste, text, n, line);
}

bool described_open(const struct described *d)
{
	return paste_is_open(d->paste);
}

void described_end(struct described *d)
{
	paste_end(d->paste);
}

const struct pasted *klog_described(const struct klog *k, size_t n)
{
	const struct described *d = k->devices.described;

	return n < d->n ? &d->v[n] : NULL;
}

bool klog_describes(const struct klog *k, const struct pasted *p, const struct klog_device *d)
{
	const struct log_device *only;

	if (p->foreign && !d->foreign)
		return false; /* another card's, or a contradiction */
	if (p->machine)
		return true;
	if (p->address[0] && d->address[0])
		return !strcmp(p->address, d->address);
	if (p->interface[0] && d->interface[0])
		return !strcmp(p->interface, d->interface);
	if (p->address[0] || p->interface[0])
		return false;
	only = devices_only(&k->devices, p->driver);
	return only && &only->pub == d;
}

uint64_t klog_descriptions_left_out(const struct klog *k)
{
	return k->devices.described->left_out;
}
