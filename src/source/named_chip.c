// SPDX-License-Identifier: GPL-2.0-or-later
/* The chip that somebody names: by its own name, a name or the number of one of its PCI IDs. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chip/db.h"
#include "source/source.h"
#include "util/alloc.h"
#include "util/err.h"

#define WORD_MOST 64

/* "8086:15bb", or "15bb" of Intel's. */
static bool number_of(const char *word, uint16_t *vendor, uint16_t *device)
{
	char whole[sizeof("8086:15bb")];

	if (strlen(word) != 4)
		return pci_id_parse(word, vendor, device);
	snprintf(whole, sizeof(whole), "8086:%s", word);
	return pci_id_parse(whole, vendor, device);
}

/* lspci prints a name behind other words, "Ethernet Connection (7) I219-LM", or before them, "X710 for 10GbE SFP+". The next word that can
 * be a chip's, with its number; false: there is none. Of a virtual function it is its chip's, and the end of the text says so. */
static bool next_word(const char *typed, size_t *at, char word[WORD_MOST])
{
	bool of_function = strcasestr(typed, "virtual function") != NULL;
	unsigned number = 0, behind = 0;
	int used;

	for (;;) {
		const char *p = typed + *at + strspn(typed + *at, " ");
		size_t n = strcspn(p, " ");
		char end;

		*at = (size_t)(p + n - typed);
		if (!n)
			return false;
		if (sscanf(p, "(%2u%c", &number, &end) == 2 && end == ')')
			continue;
		if (n < WORD_MOST - sizeof("-VF (99)") && strcspn(p, "0123456789") < n && isalnum((unsigned char)*p)) {
			if (!number && sscanf(p + n, " (%2u)%n", &behind, &used) == 1)
				number = behind;
			snprintf(word, WORD_MOST, number ? "%.*s%s (%u)" : "%.*s%s", (int)n, p,
				 of_function ? "-VF" : "", number);
			return true;
		}
		number = 0;
	}
}

/* The number that lspci prints, "[8086:15bb]" with -nn, "Device 15bb" for want of a name; false: it has none. */
static bool number_in(const char *typed, char number[sizeof("8086:15bb")])
{
	const char *nameless = strcasestr(typed, "device ");
	uint16_t vendor, device;

	for (const char *p = typed; (p = strchr(p, '[')); p++) {
		snprintf(number, sizeof("8086:15bb"), "%s", p + 1);
		if (pci_id_parse(number, &vendor, &device) && p[sizeof("[8086:15bb") - 1] == ']')
			return true;
	}
	if (!nameless)
		return false;
	nameless += strlen("device ");
	snprintf(number, sizeof("8086:15bb"), "8086:%s", nameless);
	return strcspn(nameless, " ") == 4 && pci_id_parse(number, &vendor, &device);
}

/* The id with this name or number; NULL: the chip's own name was meant. */
static const struct chip_id *id_of(const struct chip *chip, const char *word)
{
	uint16_t vendor, device;
	bool number = number_of(word, &vendor, &device);

	for (size_t i = 0; i < chip->n_ids; i++) {
		const struct chip_id *id = &chip->ids[i];

		if (number ? id->vendor == vendor && id->device == device : id->name && !strcasecmp(id->name, word))
			return id;
		if (*word == '(' && id->name && chip_name_is(id->name, word))
			return id;
	}
	return NULL;
}

const char *source_id_name(const struct chip *chip, const char *typed)
{
	char number[sizeof("8086:15bb")], word[WORD_MOST];
	const struct chip_id *id = id_of(chip, typed);

	if (!id && number_in(typed, number))
		id = id_of(chip, number);
	for (size_t at = 0; !id && strchr(typed, ' ') && next_word(typed, &at, word);)
		id = id_of(chip, word);
	return id && id->name ? id->name : chip->name;
}

static int find_one(struct chipdb *db, const char *word, const struct chip **chip, struct err *e)
{
	uint16_t vendor, device;
	const char *name;
	int r = chipdb_find(db, word, chip, NULL);

	if (r && r != -ENOENT)
		return chipdb_find(db, word, chip, e);
	return r && number_of(word, &vendor, &device) ? chipdb_by_id(db, vendor, device, chip, &name, e) : r;
}

int source_find_chip(struct chipdb *db, const char *typed, const struct chip **chip, struct err *e)
{
	char number[sizeof("8086:15bb")], word[WORD_MOST];
	int r = find_one(db, typed, chip, e);

	if (r == -ENOENT && number_in(typed, number))
		r = find_one(db, number, chip, e);
	for (size_t at = 0; r == -ENOENT && strchr(typed, ' ') && next_word(typed, &at, word);)
		r = chipdb_find(db, word, chip, NULL);
	return r == -ENOENT ? chipdb_find(db, typed, chip, e) : r;
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
