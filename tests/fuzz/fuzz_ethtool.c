// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const chips[] = { NULL, "82574L", "I350", "X722" };

	for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++)
		fuzz_source(data, n, &(struct source_options){ .chip = chips[i] });
	return 0;
}
