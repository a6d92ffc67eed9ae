// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "snapshot/link.h"

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; *p; p += strcspn(p, "-"), p += *p == '-')
		if (strcspn(p, "-") == n && !strncmp(p, word, n))
			return true;
	return false;
}

unsigned link_errata(const struct chip *chip, const struct chip_erratum **erratum)
{
	unsigned states = 0;

	for (size_t i = 0; chip && i < chip->n_errata; i++) {
		const char *id = chip->errata[i].id;

		if (strncmp(id, "aspm-", 5) != 0)
			continue;
		if (erratum)
			*erratum = &chip->errata[i];
		for (unsigned k = 0; k < LINK_STATES; k++)
			states |= has_word(id + 5, link_states[k].name) ? 1u << k : 0;
	}
	return states & LINK_L1 ? states | LINK_L1_1 | LINK_L1_2 : states;
}
