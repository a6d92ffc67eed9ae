// SPDX-License-Identifier: GPL-2.0-or-later
/* Driver definitions. */
#include <stddef.h>
#include <stdint.h>

#include "driver/def.h"
#include "util/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sink sink = { .report = fault_ignore };
	struct driver_defs defs = { 0 };
	struct arena arena = { 0 };

	driver_def_is((const char *)data, size);
	driver_def_parse(&arena, "fuzz", (const char *)data, size, &sink, &defs);
	for (size_t i = 0; i < defs.n; i++)
		driver_def_check(defs.v[i], &defs, &sink);
	arena_free(&arena);
	return 0;
}
