/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is cut off if a recovery goes wrong, or while it lasts. */
#ifndef RECOVER_AGAINST_H
#define RECOVER_AGAINST_H

#include "host/dependents.h"
#include "recover/recover.h"

#define RECOVER_AGAINST_MOST (DEPENDENTS_MOST + 4)

struct recover_against {
	struct dependents dependents;
	char virtual_functions[96];
	/* Reasons not to do it without being told to, sentences without their stop; and what else to know before. They point
	 * into this very structure, which is not copied. */
	const char *v[RECOVER_AGAINST_MOST], *notes[RECOVER_AGAINST_MOST];
	size_t n, n_notes;
};

/* Reads what stands on the interface now. *out is not copied: it points into itself. */
void recover_against_find(const struct recover_plan *plan, struct recover_against *out);
/* The reasons with semicolons between them. */
void recover_against_say(const struct recover_against *a, struct buf *out);

#endif
