// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots from text without bytes: what lspci, ethtool, pciconf print for people. Facts, no registers. */
#include "source/pasted.h"

#include <stdlib.h>
#include <string.h>

#include "klog/ident.h"
#include "paste/paste.h"
#include "util/alloc.h"
#include "util/text.h"

#define SHARED_MOST 64

static struct snapshot *find(const struct pasted_devices *all, const struct pasted *p)
{
	const struct snapshots *list = &all->found;

	for (size_t i = 0; i < list->n; i++) {
		if (!paste_same_host(all->hosts[i], p->host))
			continue;
		const struct pci_function *self = snapshot_self(list->v[i]);
		char address[PCI_ADDR_MAX] = "";

		if (self)
			pci_addr_str(&self->addr, address);
		if (text_same(address, p->address) ||
		    ((!*address || !*p->address) && text_same(list->v[i]->facts.netdev, p->interface)))
			return list->v[i];
	}
	return NULL;
}

static bool is_ours(const struct pasted *p)
{
	if (p->driver[0] && ident_maker(p->driver, strlen(p->driver)) == IDENT_OURS)
		return true;
	return p->intel && p->ethernet;
}

static void set(char **to, const char *text)
{
	if (*to || !text || !*text)
		return;
	*to = xstrdup(text);
}

static void name_chip(struct pasted_devices *all, struct snapshot *s, const struct pasted *p)
{
	const struct chip *chip = NULL;
	const char *name = NULL;
	AUTO_FREE char *part = paste_part_number(p->facts.part_name ? p->facts.part_name : "");

	if (s->chip || (!p->vendor && !part))
		return;
	if (!p->vendor || chipdb_by_id(all->db, p->vendor, p->device, &chip, &name, NULL))
		chip = NULL;
	if (!chip && part && (chipdb_find(all->db, part, &chip, NULL) || chip->family))
		chip = NULL;
	set(&s->chip, chip ? chip->name : NULL);
	set(&s->chip_name, name ? name : part ? part : chip ? chip->name : NULL);
}

static void add_address(struct snapshot *s, const struct pasted *p)
{
	struct pci_addr addr;
	const uint8_t id[] = { (uint8_t)p->vendor, (uint8_t)(p->vendor >> 8), (uint8_t)p->device,
			       (uint8_t)(p->device >> 8) };
	struct pci_function *fn;

	if (snapshot_self(s) || !pci_addr_parse(p->address, &addr))
		return;
	fn = snapshot_add_function(s, PCI_SELF, &addr, id, p->vendor ? sizeof(id) : 0);
	fn->unread = PCI_NOT_IN_FILE;
}

static void keep_shared(struct pasted_devices *all, const struct pasted *p)
{
	struct pasted *copy;

	if (all->n_shared == SHARED_MOST)
		return;
	copy = VEC_PUSH(all->shared, all->n_shared, all->cap_shared);
	*copy = *p;
	copy->counters = NULL;
	facts_init(&copy->facts);
	facts_merge(&copy->facts, &p->facts);
}

static struct snapshot *new_device(struct pasted_devices *all, const struct pasted *p)
{
	struct snapshot *s = snapshot_new(ORIGIN_PASTED);
	size_t n = all->found.n;

	memcpy(*VEC_PUSH(all->hosts, n, all->cap_hosts), p->host, sizeof(p->host));

	set(&s->file, all->file);
	snapshots_add(&all->found, s);
	return s;
}

static void take(struct pasted_devices *all, struct snapshot *s, const struct pasted *p)
{
	add_address(s, p);
	facts_merge(&s->facts, &p->facts);
	set(&s->facts.netdev, p->interface);
	set(&s->facts.driver, p->driver);
	name_chip(all, s, p);
	if (p->driverless)
		snapshot_note(s, "No driver is attached, by the text.");
	if (p->denied)
		snapshot_note(
			s, "lspci ran without root, so the text has neither link nor ASPM: sudo lspci -vv shows them.");
}

void pasted_take(const struct pasted *p, void *arg)
{
	struct pasted_devices *all = arg;
	struct snapshot *s;

	if (!p->address[0] && !p->interface[0]) {
		keep_shared(all, p);
		return;
	}
	s = find(all, p);
	if (!s && !is_ours(p)) {
		if (!p->foreign)
			keep_shared(all, p);
		return;
	}
	if (!s)
		s = new_device(all, p);
	take(all, s, p);
}

/* What the text says of the device itself counts more. */
static void fill(struct facts *to, const struct facts *from)
{
	for (size_t i = 0; i < n_fact_descs; i++)
		if (fact_known(from, &fact_descs[i]) && !fact_known(to, &fact_descs[i]))
			fact_copy(to, from, &fact_descs[i]);
}

void pasted_end(struct pasted_devices *all)
{
	for (size_t n = 0; n < all->n_shared; n++) {
		struct pasted *p = &all->shared[n];
		bool taken = p->machine;

		if (p->address[0] || p->interface[0]) {
			struct snapshot *s = find(all, p);

			if (s)
				take(all, s, p);
			facts_free(&p->facts);
			continue;
		}
		for (size_t i = 0; i < all->found.n; i++) {
			struct facts *facts = &all->found.v[i]->facts;

			if ((!p->machine && !text_same(facts->driver, p->driver)) ||
			    !paste_same_host(all->hosts[i], p->host))
				continue;
			fill(facts, &p->facts);
			taken = true;
		}
		/* ethtool -i of old without a bus address; modinfo is about no device. */
		if (!taken && is_ours(p) && !p->any_interface) {
			struct snapshot *s = new_device(all, p);

			facts_merge(&s->facts, &p->facts);
			set(&s->facts.driver, p->driver);
		}
		facts_free(&p->facts);
	}
	free(all->shared);
	free(all->hosts);
	all->hosts = NULL;
	all->cap_hosts = 0;
	all->shared = NULL;
	all->n_shared = all->cap_shared = 0;
}
