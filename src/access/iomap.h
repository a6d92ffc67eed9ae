/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel has mapped a BAR for its driver: the ioremap()s that /proc/vmallocinfo lists with their physical
 * address. The kernel shows these addresses to root only while kernel.kptr_restrict is 1, so it is raised from 0 for
 * the moment of the read, which is the stricter setting, and put back. A setting of 2 is left alone (-EPERM).
 */
#ifndef ACCESS_IOMAP_H
#define ACCESS_IOMAP_H

#include <stddef.h>
#include <stdint.h>

struct err;

#define IOMAP_RANGES 16

struct iomap_range {
	uint32_t offset; /* bytes into the BAR */
	uint32_t size;   /* bytes; clipped to the BAR */
	uint64_t address;
};

struct iomap {
	/* The largest ones, largest first: they may overlap, and a small one beside the driver's is somebody else's. */
	struct iomap_range ranges[IOMAP_RANGES];
	size_t n;
};

/*
 * Finds the mappings of `size` bytes from physical address `phys`, at most 4 GB. None is -ENXIO; -EACCES
 * without root; -EPERM if the administrator hides addresses.
 */
int iomap_find(uint64_t phys, uint64_t size, struct iomap *map, struct err *e);

/* Reads the same out of text in the format of /proc/vmallocinfo, a line at a time. */
void iomap_line(const char *line, uint64_t phys, uint64_t size, struct iomap *map);

/* The address of 4 bytes at an offset, or 0 if they are not mapped. */
uint64_t iomap_address(const struct iomap *map, uint32_t offset);

/* The end of what is mapped. */
uint32_t iomap_end(const struct iomap *map);

#endif
