// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "snapshot/config.h"
#include "snapshot/snapshot.h"
#include "source/format.h"
#include "source/source.h"
#include "util/text.h"

bool pci_id_parse(const char *text, uint16_t *vendor, uint16_t *device)
{
	char part[5] = "";
	uint64_t v, d;

	if (strlen(text) != 9 || text[4] != ':')
		return false;
	memcpy(part, text, 4);
	if (!text_hex(part, &v) || !text_hex(text + 5, &d) || part[1] == 'x' || text[6] == 'x')
		return false;
	*vendor = (uint16_t)v;
	*device = (uint16_t)d;
	return true;
}

bool names_function(const char *device, const struct pci_addr *addr, uint16_t vendor, uint16_t id)
{
	struct pci_addr asked;
	uint16_t v, d;

	if (pci_addr_parse(device, &asked))
		return pci_addr_equal(&asked, addr);
	return pci_id_parse(device, &v, &d) && v == vendor && d == id;
}

static bool is_netdev(const char *netdevs, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = netdevs; p && *p; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (len == n && !memcmp(p, name, n))
			return true;
		p += len;
	}
	return false;
}

/* A chip by its own name, or by a name that one of its ids has. */
static bool is_chip(struct chipdb *db, const struct snapshot *s, const char *name)
{
	const struct chip *chip;
	const char *known = NULL;

	if (!s->chip)
		return (s->chip_name && !strcasecmp(name, s->chip_name)) ||
		       (!snapshot_known(db, s, &chip, &known, NULL) && chip &&
			(!strcasecmp(name, known) || !strcasecmp(name, chip->name)));
	if (!strcasecmp(name, s->chip) || (s->chip_name && !strcasecmp(name, s->chip_name)))
		return true;
	return s->chip_name == NULL && !chipdb_find(db, name, &chip, NULL) && !strcasecmp(chip->name, s->chip);
}

bool source_matches(struct chipdb *db, const struct snapshot *s, const char *device)
{
	const struct pci_function *self = snapshot_self(s);
	uint32_t vendor, id;

	if (!device)
		return true;
	if (is_netdev(s->facts.netdev, device) || is_chip(db, s, device))
		return true;
	if (!self)
		return false;
	config_get(self, 0, 2, &vendor);
	config_get(self, 2, 2, &id);
	return names_function(device, &self->addr, (uint16_t)vendor, (uint16_t)id);
}
