/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Databases of definitions composed for tests. */
#ifndef TESTS_CHIPDEFS_H
#define TESTS_CHIPDEFS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "chip/db.h"
#include "util/err.h"

/* As a user's file; -errno and *e as chipdb_open(). */
static inline int defs_try(struct chipdb **db, const char *text, struct err *e)
{
	char path[] = "/tmp/nicregs-test-XXXXXX";
	int fd = mkstemp(path), r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	r = chipdb_open(db, path, e);
	unlink(path);
	return r;
}

static inline struct chipdb *defs_open(const char *text)
{
	struct chipdb *db = NULL;
	struct err e = { 0 };

	if (defs_try(&db, text, &e))
		fail_msg("%s: %s", e.what, e.why);
	return db;
}

static inline const struct chip *defs_chip(struct chipdb *db, const char *name)
{
	const struct chip *chip = NULL;
	struct err e = { 0 };

	if (chipdb_find(db, name, &chip, &e))
		fail_msg("%s: %s", e.what, e.why);
	return chip;
}

/* NULL: nothing is known of this driver. */
static inline const struct chip_mii *defs_mii(struct chipdb *db, const char *driver)
{
	const struct chip_mii *mii = NULL;

	return driver && !chipdb_mii(db, driver, &mii, NULL) ? mii : NULL;
}

#endif
