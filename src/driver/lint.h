/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks driver definitions: their text, and whether a kernel has the names in them. */
#ifndef DRIVER_LINT_H
#define DRIVER_LINT_H

#include "chip/lint.h"
#include "util/buf.h"

/* As chip_lint_files(), for definitions of driver_def_is(); `registers` becomes the number of names. Descriptor formats may
 * be the built-in ones. */
int driver_lint_files(struct lint_file *files, size_t n_files, lint_report *report, void *arg, struct err *e);

/*
 * Looks up the names of the built-in definitions in a folder with BTF: `vmlinux`, and a file for each module, as in
 * /sys/kernel/btf. Appends a line for each driver that is there, and one for each name that is not. Returns how many names
 * were not found that are needed, or -errno with *e.
 */
int driver_lint_btf(const char *folder, struct buf *out, struct err *e);

#endif
