// SPDX-License-Identifier: GPL-2.0-or-later
/* The chip that somebody names: by its own name, a name or the number of one of its PCI IDs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chip/db.h"
#include "source/source.h"
#include "util/alloc.h"
#include "util/err.h"

/* The id with this name or number; NULL: the chip's own name was meant. */
static const struct chip_id *id_of(const struct chip *chip, const char *word)
{
	uint16_t vendor, device;
	bool number = pci_id_parse(word, &vendor, &device);

	for (size_t i = 0; i < chip->n_ids; i++) {
		const struct chip_id *id = &chip->ids[i];

		if (number ? id->vendor == vendor && id->device == device : id->name && !strcasecmp(id->name, word))
			return id;
		if (*word == '(' && id->name && chip_name_is(id->name, word))
			return id;
	}
	return NULL;
}

const char *source_id_name(const struct chip *chip, const char *word)
{
	const struct chip_id *id = id_of(chip, word);

	return id && id->name ? id->name : chip->name;
}

int source_find_chip(struct chipdb *db, const char *word, const struct chip **chip, struct err *e)
{
	uint16_t vendor, device;
	const char *name;
	int r = -ENOENT;

	if (pci_id_parse(word, &vendor, &device))
		r = chipdb_by_id(db, vendor, device, chip, &name, e);
	return r == -ENOENT ? chipdb_find(db, word, chip, e) : r;
}

int source_chip(struct chipdb *db, const char *name, const struct chip **chip, struct err *e)
{
	int r = source_find_chip(db, name, chip, e);

	if (r || !(*chip)->family)
		return r;
	err_set(e, EINVAL, name, "a family of chips, not a single chip");
	err_todo(e, "`nicregs chips` lists the chips");
	return -EINVAL;
}

bool source_may_be(struct chipdb *db, const struct chip *chip, const char *driver)
{
	AUTO_FREE const char **names = NULL;
	const struct chip *other;
	bool of_others = false;

	if (!driver || !chip->driver || !strcmp(driver, chip->driver))
		return true;
	for (size_t n = chipdb_chips(db, &names); n && !of_others;)
		of_others =
			!chipdb_find(db, names[--n], &other, NULL) && other->driver && !strcmp(other->driver, driver);
	return !of_others;
}
