/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The places of a driver's names, remembered from run to run, as reading the kernel's types takes milliseconds each time.
 * They are true of one kernel, one module and one text of definitions: a file in a folder that only root writes says which,
 * by build ids and a sum over the text. Any other file is not believed.
 */
#ifndef DRIVER_CACHE_H
#define DRIVER_CACHE_H

#include "driver/layout.h"

#define CACHE_FOLDER "/run/nicregs"

/* 0: kernel or module has no build id, so that nothing can be remembered. */
uint64_t cache_key(const char *driver, bool built_in);
/* False if nothing is remembered; *l is meaningless then. */
bool cache_load(const char *folder, uint64_t key, const struct driver_def *def, const struct driver_defs *defs,
		struct layout *l);
/* A folder that cannot be written is no fault. */
void cache_save(const char *folder, uint64_t key, const struct layout *l);

#endif
