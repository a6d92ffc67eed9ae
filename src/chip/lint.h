/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks definition files in full and reports every fault, not only the first. */
#ifndef CHIP_LINT_H
#define CHIP_LINT_H

#include "chip/chip.h"

struct err;
struct chipdb;

struct lint_file {
	const char *name, *text; /* not owned */
	size_t n;                /* bytes of text */
	/* Set by chip_lint_files(); zero before. */
	size_t faults, warnings, registers;
};

/* Gets one fault, or one warning: a thing that is allowed but most likely not intended. `message` is owned by the
 * caller. */
typedef void lint_report(const struct chip_pos *pos, const char *message, bool is_warning, void *arg);

/*
 * Checks the text of some files (bases are looked up in these, then in db, which may be NULL) and calls `report` for
 * each fault and warning, in the order of the files and of their lines. Returns the number of faults (2^20 at most), or
 * -errno with *e filled if the files could not be checked. Warnings are reported only if there is no fault.
 */
int chip_lint_files(struct chipdb *db, struct lint_file *files, size_t n_files, lint_report *report, void *arg,
		    struct err *e);

/* The same for one file. */
int chip_lint(struct chipdb *db, const char *file, const char *text, size_t n, lint_report *report, void *arg,
	      struct err *e);

#endif
