// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots from text without bytes: what lspci, ethtool, pciconf print for people. Facts, no registers. */
#include "source/pasted.h"

#include <string.h>

#include "klog/ident.h"
#include "paste/paste.h"
#include "util/alloc.h"

static bool same_text(const char *a, const char *b)
{
	return a && *a && b && *b && !strcmp(a, b);
}

static struct snapshot *find(const struct snapshots *list, const struct pasted *p)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct pci_function *self = snapshot_self(list->v[i]);
		char address[PCI_ADDR_MAX] = "";

		if (self)
			pci_addr_str(&self->addr, address);
		if (same_text(address, p->address) ||
		    ((!*address || !*p->address) && same_text(list->v[i]->facts.netdev, p->interface)))
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

void pasted_take(const struct pasted *p, void *arg)
{
	struct pasted_devices *all = arg;
	struct snapshot *s = find(&all->found, p);

	if (!s && !is_ours(p))
		return;
	if (!s) {
		s = snapshot_new(ORIGIN_PASTED);
		set(&s->file, all->file);
		snapshots_add(&all->found, s);
	}
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
