// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loads ADDRESS CHIP [DRIVER NETDEV] [GLOB]: the time a register takes by each way to the registers that works now,
 * from the plan to the values, and in a bare loop over a mapping of the BAR. The best of several rounds, as the rest is
 * the machine's other work.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "access/access.h"
#include "chip/db.h"
#include "chip/chip.h"
#include "util/alloc.h"
#include "util/err.h"

#define ROUNDS 50

struct plan {
	const char *glob;
	struct access_read *reads;
	size_t n, cap;
};

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int add(const struct chip_ref *ref, void *arg)
{
	struct plan *p = arg;

	if (ref->reg->width == 32 && chip_access_safe(ref->reg->access) && chip_match_ref(p->glob, ref))
		VEC_PUSH(p->reads, p->n, p->cap)->ref = *ref;
	return 0;
}

static void print(const char *way, size_t n, double best)
{
	printf("%-8s %6zu registers %10.1f ns each %12.0f ns a sample\n", way, n, best / (double)n, best);
}

static void measure(const struct access_target *target, const char *way, struct plan *p)
{
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	struct access *a = NULL;
	struct err e = { 0 };
	double best = 1e18;
	size_t n = 0;

	if (access_open(&a, target, way, s, &e)) {
		printf("%-8s refused: %s\n", way, e.why);
		snapshot_free(s);
		return;
	}
	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ns(), took;

		access_begin(a, s, &e);
		access_read(a, p->reads, p->n, &e);
		took = now_ns() - start;
		best = took < best ? took : best;
	}
	for (size_t i = 0; i < p->n; i++)
		n += p->reads[i].unread == UNREAD_NO;
	print(way, n, best);
	access_close(a);
	snapshot_free(s);
}

/* What anybody would write first. */
static void measure_bare(const char *address, const struct plan *p, size_t size)
{
	volatile const uint32_t *base;
	double best = 1e18;
	uint32_t sum = 0;
	char path[128];
	void *place;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource0", address);
	fd = open(path, O_RDONLY);
	place = fd < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (place == MAP_FAILED) {
		printf("bare     refused\n");
		return;
	}
	base = place;
	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ns(), took;

		for (size_t i = 0; i < p->n; i++)
			sum += base[p->reads[i].ref.offset / 4];
		took = now_ns() - start;
		best = took < best ? took : best;
	}
	print("bare", p->n, best);
	munmap(place, size);
	close(fd);
	if (sum == 1)
		putchar('\n');
}

int main(int argc, char **argv)
{
	struct access_target target = { 0 };
	struct plan plan = { .glob = argc > 5 ? argv[5] : NULL };
	const struct chip *chip;
	struct chipdb *db;
	struct err e = { 0 };

	if (argc < 3 || !pci_addr_parse(argv[1], &target.addr))
		return 1;
	if (chipdb_open(&db, NULL, &e) || chipdb_find(db, argv[2], &chip, &e)) {
		fprintf(stderr, "%s: %s\n", e.what, e.why);
		return 1;
	}
	target.driver = argc > 3 && *argv[3] ? argv[3] : NULL;
	target.netdev = argc > 4 ? argv[4] : NULL;
	target.bar = chip->bar;
	target.size = chip->bar_size;
	target.chip = chip;
	if (!target.driver || chipdb_dump(db, target.driver, &target.dump, NULL))
		target.dump = NULL;
	for (size_t i = 0; i < chip->n_regs; i++)
		if (chip->regs[i]->space == CHIP_MMIO)
			chip_reg_each(chip->regs[i], add, &plan);
	if (target.driver) {
		measure(&target, "bpf", &plan);
		measure(&target, "ethtool", &plan);
	} else {
		measure(&target, "mmap", &plan);
		measure_bare(argv[1], &plan, chip->bar_size);
	}
	free(plan.reads);
	chipdb_free(db);
	return 0;
}
