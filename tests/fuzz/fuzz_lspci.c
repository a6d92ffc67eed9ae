// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const devices[] = { NULL, "03:00.0", "8086:1521" };

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		fuzz_source(data, n, &(struct source_options){ .device = devices[i] });
	return 0;
}
