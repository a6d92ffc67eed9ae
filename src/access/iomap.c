// SPDX-License-Identifier: GPL-2.0-or-later
#include "access/iomap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/privilege.h"
#include "util/err.h"

#define TRIES 20
#define TRIES_UNDISTURBED 5
#define TRY_AGAIN_NS 2000000 /* 2 ms */

/* The kernel's half of the address space on x86-64, arm64 and riscv64; a hashed or zeroed address is not in it. */
static bool plausible(uint64_t address)
{
	return address >> 56 == 0xff;
}

/* Keeps the largest ones, which are a driver's; in descending order of size, so that look-ups prefer them. */
static void keep(struct iomap *map, const struct iomap_range *range)
{
	size_t at = map->n;

	if (map->n == IOMAP_RANGES && range->size <= map->ranges[--at].size)
		return;
	for (; at > 0 && map->ranges[at - 1].size < range->size; at--)
		map->ranges[at] = map->ranges[at - 1];
	map->ranges[at] = *range;
	if (map->n < IOMAP_RANGES)
		map->n++;
}

void iomap_line(const char *line, uint64_t phys, uint64_t size, struct iomap *map)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	const char *at = strstr(line, " phys=0x");
	uint64_t from, to, base, length;

	if (!at || !strstr(at, " ioremap"))
		return;
	if (sscanf(line, "0x%" SCNx64 "-0x%" SCNx64, &from, &to) != 2 || sscanf(at, " phys=0x%" SCNx64, &base) != 1)
		return;
	/* a guard page ends each area */
	if (!plausible(from) || from % page || base % page || to <= from + page || base >= phys + size)
		return;
	length = to - from - page;
	if (base + length <= phys)
		return;
	if (base < phys) {
		from += phys - base;
		length -= phys - base;
		base = phys;
	}
	if (length > phys + size - base)
		length = phys + size - base;
	keep(map, &(struct iomap_range){ (uint32_t)(base - phys), (uint32_t)length, from });
}

static int read_list(uint64_t phys, uint64_t size, struct iomap *map)
{
	FILE *f = fopen("/proc/vmallocinfo", "re");
	char *line = NULL;
	size_t room = 0;
	int r;

	if (!f)
		return -errno;
	map->n = 0;
	while (getline(&line, &room, f) > 0)
		iomap_line(line, phys, size, map);
	r = ferror(f) ? -EIO : 0;
	free(line);
	fclose(f);
	return r;
}

static int explain(int r, bool undisturbed, struct err *e)
{
	if (r == -EACCES || r == -EPERM)
		return err_root(e, "/proc/vmallocinfo", "needs root");
	if (r == -ENOENT)
		return err_set(e, ENOENT, "/proc/vmallocinfo",
			       "this kernel has none, so the address of the driver's mapping of the BAR is not known");
	if (r)
		return err_sys(e, -r, "/proc/vmallocinfo");
	if (!undisturbed)
		return err_set(e, EBUSY, "/proc/vmallocinfo", "another program keeps changing kernel.kptr_restrict");
	return err_set(e, ENXIO, "/proc/vmallocinfo",
		       "it does not show the address of the driver's mapping of the BAR (that needs CAP_SYSLOG)");
}

int iomap_find(uint64_t phys, uint64_t size, struct iomap *map, struct err *e)
{
	const struct timespec pause = { .tv_nsec = TRY_AGAIN_NS };
	unsigned undisturbed = 0;
	struct kptr kptr;
	int r = 0;

	*map = (struct iomap){ 0 };
	/*
	 * Another program or another nicregs may put the setting back meanwhile: what is hidden then is read again. And the
	 * kernel gives the list a page at a time, by position: what others free between two pages shifts an entry past us.
	 */
	for (int i = 0; i < TRIES && undisturbed < TRIES_UNDISTURBED && !r && !map->n; i++) {
		if (i)
			nanosleep(&pause, NULL);
		r = kptr_show(&kptr, e);
		if (r)
			return r;
		r = read_list(phys, size, map);
		undisturbed += kptr_restore(&kptr);
	}
	return !r && map->n ? 0 : explain(r, undisturbed, e);
}

uint64_t iomap_address(const struct iomap *map, uint32_t offset)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct iomap_range *r = &map->ranges[i];

		if (offset >= r->offset && r->size >= 4 && offset - r->offset <= r->size - 4)
			return r->address + (offset - r->offset);
	}
	return 0;
}

uint32_t iomap_end(const struct iomap *map)
{
	uint32_t end = 0;

	for (size_t i = 0; i < map->n; i++)
		if (map->ranges[i].offset + map->ranges[i].size > end)
			end = map->ranges[i].offset + map->ranges[i].size;
	return end;
}
