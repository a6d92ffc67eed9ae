// SPDX-License-Identifier: GPL-2.0-or-later
/* What lspci, ethtool and their like say of devices, where somebody pasted it beside the log. */
#include <stdlib.h>
#include <string.h>

#include "klog/parts.h"
#include "util/alloc.h"

#define DESCRIPTIONS_MOST 512

struct described {
	struct paste *paste;
	struct pasted *v; /* owned, with their facts */
	size_t n, cap;
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
static void learn(struct klog *k, const struct pasted *p)
{
	struct ident id = { .maker = maker_of(p) };
	struct device *d;

	id.has_addr = pci_addr_parse(p->address, &id.addr);
	memcpy(id.interface, p->interface, sizeof(id.interface));
	memcpy(id.driver, p->driver, sizeof(id.driver));
	d = learn_ident(k, &id);
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
	struct klog *k = arg;
	struct described *all = k->described;
	struct pasted *copy;

	learn(k, p);
	if (all->n == DESCRIPTIONS_MOST) {
		all->left_out++;
		return;
	}
	copy = VEC_PUSH(all->v, all->n, all->cap);
	*copy = *p;
	facts_init(&copy->facts);
	facts_merge(&copy->facts, &p->facts);
}

void described_init(struct klog *k)
{
	k->described = xcalloc(1, sizeof(*k->described));
	k->described->paste = paste_new(add, k);
}

void described_free(struct klog *k)
{
	for (size_t i = 0; i < k->described->n; i++)
		facts_free(&k->described->v[i].facts);
	free(k->described->v);
	paste_free(k->described->paste);
	free(k->described);
}

bool described_line(struct klog *k, const char *text, size_t n)
{
	return paste_line(k->described->paste, text, n, k->line);
}

bool described_open(const struct klog *k)
{
	return paste_is_open(k->described->paste);
}

void described_end(struct klog *k)
{
	paste_end(k->described->paste);
}

const struct pasted *klog_described(const struct klog *k, size_t n)
{
	return n < k->described->n ? &k->described->v[n] : NULL;
}

bool klog_describes(const struct klog *k, const struct pasted *p, const struct klog_device *d)
{
	const struct device *only;

	if (p->address[0] && d->address[0])
		return !strcmp(p->address, d->address);
	if (p->interface[0] && d->interface[0])
		return !strcmp(p->interface, d->interface);
	if (p->address[0] || p->interface[0])
		return false;
	only = log_device_only(k, p->driver);
	return only && &only->pub == d;
}

uint64_t klog_descriptions_left_out(const struct klog *k)
{
	return k->described->left_out;
}
