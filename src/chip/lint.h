/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a definition file in full, telling every fault rather than the first. */
#ifndef CHIP_LINT_H
#define CHIP_LINT_H

#include "chip/chip.h"

struct err;
struct chipdb;

typedef void lint_report(const struct chip_pos *pos, const char *message, void *arg);

/*
 * Checks the text of one file (bases are looked up in the same file, then in db) and calls `report` for each fault,
 * in the order of the file. Returns the number of faults, or -errno when it could not be checked.
 */
int chip_lint(struct chipdb *db, const char *file, const char *text, size_t n, lint_report *report,
	      void *arg, struct err *e);

#endif
