/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of any kind, as source_file() reads it. */
#ifndef TESTS_FUZZ_SOURCE_H
#define TESTS_FUZZ_SOURCE_H

#include <stdint.h>
#include <stdlib.h>

#include "snapshot/link.h"
#include "source/internal.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static inline void fuzz_source(const uint8_t *data, size_t n, const struct source_options *options)
{
	static struct chipdb *db;
	struct snapshots list = { 0 };
	struct err e = { 0 };
	struct input in;
	int r;

	if (!db && chipdb_open(&db, NULL, NULL))
		abort();
	input_memory(&in, "FILE", (const char *)data, n);
	r = source_input(db, options, &in, &list, &e);
	input_close(&in);
	if (r ? list.n != 0 || !e.why[0] : list.n == 0)
		abort();
	for (size_t i = 0; i < list.n; i++) {
		struct link link;

		link_read(list.v[i], &link);
	}
	snapshots_free(&list);
}

#endif
