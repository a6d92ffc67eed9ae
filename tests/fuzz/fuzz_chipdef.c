// SPDX-License-Identifier: GPL-2.0-or-later
/* Chip definitions: the parser, the resolver and every check; now and then on top of what is built in. */
#include <stdint.h>
#include <stdlib.h>

#include "chip/db.h"
#include "chip/lint.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	size_t n;
	unsigned line, column;
};

static void tell(const struct chip_pos *pos, const char *message, bool is_warning, void *arg)
{
	struct told *told = arg;

	if (!pos->line || !pos->column || !message[0])
		abort();
	if (pos->line < told->line || (pos->line == told->line && pos->column < told->column))
		abort();
	told->line = pos->line;
	told->column = pos->column;
	told->n += !is_warning;
}

/* Opened once; most inputs do without, as its files are read anew for each. */
static struct chipdb *built_in(size_t size)
{
	static struct chipdb *db;

	if (size % 16)
		return NULL;
	if (!db && chipdb_open(&db, NULL, NULL))
		abort();
	return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told told = { 0 };
	struct err e = { 0 };
	int r = chip_lint(built_in(size), "fuzz", (const char *)data, size, tell, &told, &e);

	if (r >= 0 && (size_t)r != told.n)
		abort();
	return 0;
}
