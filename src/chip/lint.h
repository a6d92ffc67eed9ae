/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks definition files in full, telling every fault rather than the first. */
#ifndef CHIP_LINT_H
#define CHIP_LINT_H

#include "chip/chip.h"

struct err;
struct chipdb;

struct lint_file {
	const char *name, *text;
	size_t n;
	/* found: */
	size_t faults, warnings, registers;
};

/* A warning is of what is no fault, but most likely not meant so. */
typedef void lint_report(const struct chip_pos *pos, const char *message, bool is_warning, void *arg);

/*
 * Checks the text of some files (bases are looked up in these, then in db, which may be NULL) and calls
 * `report` for each fault and warning, in the order of the files and of their lines. Returns the number of faults, or
 * -errno when they could not be checked. Only files without a fault get warnings.
 */
int chip_lint_files(struct chipdb *db, struct lint_file *files, size_t n_files, lint_report *report, void *arg,
		    struct err *e);

/* The same for one file. */
int chip_lint(struct chipdb *db, const char *file, const char *text, size_t n, lint_report *report, void *arg,
	      struct err *e);

#endif
