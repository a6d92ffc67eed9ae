// SPDX-License-Identifier: GPL-2.0-or-later
#include "access/iomap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/kptr.h"
#include "util/err.h"

/* Kernel addresses have all upper bits set on every architecture with ioremap in vmalloc space; hashed or zeroed
 * ones have not. */
static bool plausible(uint64_t address)
{
	return address >> 56 == 0xff;
}

static bool page_aligned(uint64_t address)
{
	return !(address & 0xfff);
}

void iomap_line(const char *line, uint64_t phys, uint64_t size, struct iomap *map)
{
	const char *at = strstr(line, " phys=0x");
	uint64_t from, to, base, length;

	if (!at || !strstr(at, " ioremap") || map->n == IOMAP_RANGES)
		return;
	if (sscanf(line, "0x%" SCNx64 "-0x%" SCNx64, &from, &to) != 2 || sscanf(at, " phys=0x%" SCNx64, &base) != 1)
		return;
	if (!plausible(from) || !page_aligned(from) || to <= from || base >= phys + size)
		return;
	length = to - from - 0x1000; /* a guard page ends each area */
	if (base + length <= phys)
		return;
	if (base < phys) {
		from += phys - base;
		length -= phys - base;
		base = phys;
	}
	if (length > phys + size - base)
		length = phys + size - base;
	map->ranges[map->n++] = (struct iomap_range){
		.offset = (uint32_t)(base - phys),
		.size = (uint32_t)length,
		.address = from,
	};
}

static int read_list(uint64_t phys, uint64_t size, struct iomap *map)
{
	FILE *f = fopen("/proc/vmallocinfo", "re");
	char *line = NULL;
	size_t room = 0;

	if (!f)
		return -errno;
	map->n = 0;
	while (getline(&line, &room, f) > 0)
		iomap_line(line, phys, size, map);
	free(line);
	fclose(f);
	return 0;
}

int iomap_find(uint64_t phys, uint64_t size, struct iomap *map, struct err *e)
{
	struct kptr kptr;
	int r = 0;

	/* Another process may put the setting back while we read: then the list was not readable, and is read again. */
	for (int attempt = 0; attempt < 5; attempt++) {
		r = kptr_show(&kptr, e);
		if (r)
			return r;
		r = read_list(phys, size, map);
		if (kptr_restore(&kptr) && (r || map->n))
			break;
	}
	if (r)
		return err_sys(e, -r, "/proc/vmallocinfo");
	if (!map->n)
		return err_set(e, ENXIO, "/proc/vmallocinfo", "the driver has not mapped the BAR");
	return 0;
}

uint64_t iomap_address(const struct iomap *map, uint32_t offset)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct iomap_range *r = &map->ranges[i];

		if (offset >= r->offset && offset - r->offset + 4 <= r->size)
			return r->address + (offset - r->offset);
	}
	return 0;
}

bool iomap_equal(const struct iomap *a, const struct iomap *b)
{
	return a->n == b->n && !memcmp(a->ranges, b->ranges, a->n * sizeof(a->ranges[0]));
}
