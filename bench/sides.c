// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sides ADDRESS CHIP DRIVER NETDEV: what the driver's side of a sample costs beside its registers: looking the driver's names up in
 * the kernel's BTF, the same out of the remembered file, the registers alone, both ends of the rings besides, and both ends of 64
 * rings, which are the real one 64 times over, with how often the program ran for them. The median of several rounds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "access/access.h"
#include "access/bpf_program.h"
#include "chip/db.h"
#include "driver/attached.h"
#include "driver/cache.h"
#include "util/alloc.h"
#include "util/err.h"

#define ROUNDS 101
#define QUEUES 64

struct bench {
	struct arena arena;
	struct driver_defs defs;
	struct bpf_program program;
	struct memory memory;
	struct driver_ask ask;
	struct attached device;
	struct access_read *reads;
	size_t n_reads, cap_reads;
	struct access *access;
	struct snapshot *snapshot;
	unsigned runs; /* of the program, in the last sample of the rings */
};

typedef void piece(struct bench *b);

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_time(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The median of a and of b, in turns, and their ratio. b NULL: a alone. */
static void measure(struct bench *bench, const char *title, piece *a, piece *b, int rounds)
{
	double times[2][ROUNDS];

	for (int i = 0; i < rounds; i++)
		for (int k = 0; k < (b ? 2 : 1); k++) {
			double start = now_us();

			(k ? b : a)(bench);
			times[k][i] = now_us() - start;
		}
	for (int k = 0; k < 2; k++)
		qsort(times[k], (size_t)(k && !b ? 0 : rounds), sizeof(double), by_time);
	printf("%-44s %9.0f us", title, times[0][rounds / 2]);
	if (b)
		printf(" %9.0f us   ratio %6.2f", times[1][rounds / 2], times[0][rounds / 2] / times[1][rounds / 2]);
	putchar('\n');
}

static void fail(const struct err *e)
{
	fprintf(stderr, "sides: %s: %s\n", e->what, e->why);
	exit(1);
}

static void look_up(struct bench *b)
{
	const struct driver_def *def = driver_defs_find(&b->defs, b->ask.driver);
	struct types *types;
	struct err e = { 0 };

	if (types_open(&types, "/sys/kernel/btf", b->ask.driver, false, &e) ||
	    layout_make(&b->device.layout, def, &b->defs, types, NULL, NULL, &e))
		fail(&e);
	types_close(types);
}

static void remember(struct bench *b)
{
	struct err e = { .what = CACHE_FOLDER, .why = "nothing is remembered: root runs nicregs show first" };

	if (!cache_load(CACHE_FOLDER, cache_key(b->ask.driver, false), driver_defs_find(&b->defs, b->ask.driver),
			&b->defs, &b->device.layout))
		fail(&e);
}

static void read_registers(struct bench *b)
{
	struct err e = { 0 };

	access_begin(b->access, b->snapshot, &e);
	if (access_read(b->access, b->reads, b->n_reads, &e))
		fail(&e);
}

static void read_rings(struct bench *b)
{
	unsigned before = b->memory.runs;
	struct driver_side side;
	struct err e = { 0 };

	driver_side_init(&side);
	if (rings_read(&b->device, &b->memory, &b->ask, &side, &e))
		fail(&e);
	b->runs = b->memory.runs - before;
	driver_side_free(&side);
}

static void read_both(struct bench *b)
{
	read_registers(b);
	read_rings(b);
}

/* The first ring, again and again: with its registers, and with what is watched for it. */
static void multiply(struct attached *d)
{
	size_t watched = d->n_watched;

	d->rings = xrealloc(d->rings, QUEUES, sizeof(*d->rings));
	for (d->n_rings = 1; d->n_rings < QUEUES; d->n_rings++) {
		d->rings[d->n_rings] = d->rings[0];
		for (size_t i = 0; i < watched; i++) {
			struct watched_word one = d->watched[i];

			*VEC_PUSH(d->watched, d->n_watched, d->cap_watched) = one;
		}
	}
}

static int add(const struct chip_ref *ref, void *arg)
{
	struct bench *b = arg;

	if (ref->reg->width == 32 && chip_access_safe(ref->reg->access))
		VEC_PUSH(b->reads, b->n_reads, b->cap_reads)->ref = *ref;
	return 0;
}

static void begin(struct bench *b, const struct chip *chip)
{
	struct access_target target = {
		.addr = b->ask.addr,
		.driver = b->ask.driver,
		.bar = chip->bar,
		.size = chip->bar_size,
		.netdev = b->ask.netdev,
		.chip = chip,
	};
	struct err e = { 0 };

	if (driver_defs_built_in(&b->arena, &b->defs, &e))
		fail(&e);
	if (bpf_program_open(&b->program)) {
		err_set(&e, EPERM, "bpf", "the program cannot be loaded");
		fail(&e);
	}
	b->memory = (struct memory){ .run = memory_run_program, .arg = &b->program };
	look_up(b);
	b->device.addr = b->ask.addr;
	if (attached_find(&b->device, &b->memory, &b->ask, &e) ||
	    attached_find_rings(&b->device, &b->memory, &b->ask, &e))
		fail(&e);
	target.mapped = (struct access_mapped){ .address = b->device.bar };
	binding_get(&b->ask.addr, &target.mapped.binding);
	target.program = &b->program;
	b->snapshot = snapshot_new(ORIGIN_LIVE);
	if (access_open(&b->access, &target, "bpf", b->snapshot, &e))
		fail(&e);
	for (size_t i = 0; i < chip->n_regs; i++)
		if (chip->regs[i]->space == CHIP_MMIO)
			chip_reg_each(chip->regs[i], add, b);
}

int main(int argc, char **argv)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	const struct chip *chip;
	struct chipdb *db;
	struct err e = { 0 };

	if (argc != 5 || !pci_addr_parse(argv[1], &b->ask.addr))
		return 1;
	if (chipdb_open(&db, NULL, &e) || chipdb_find(db, argv[2], &chip, &e))
		fail(&e);
	b->ask.driver = argv[3];
	b->ask.netdev = argv[4];
	b->ask.chip = chip;
	b->ask.touch = b->ask.frames = true;
	begin(b, chip);
	measure(b, "names: the kernel's BTF against the file", look_up, remember, 5);
	printf("%zu registers\n", b->n_reads);
	measure(b, "a sample: both sides against registers alone", read_both, read_registers, ROUNDS);
	measure(b, "a sample of the rings alone", read_rings, NULL, ROUNDS);
	printf("%u runs of the program for %zu ring%s\n", b->runs, b->device.n_rings,
	       b->device.n_rings == 1 ? "" : "s");
	multiply(&b->device);
	measure(b, "both sides of 64 queues against registers", read_both, read_registers, ROUNDS);
	printf("%u runs of the program for %zu rings\n", b->runs, b->device.n_rings);
	access_close(b->access);
	snapshot_free(b->snapshot);
	attached_free(&b->device);
	bpf_program_close(&b->program);
	arena_free(&b->arena);
	chipdb_free(db);
	free(b->reads);
	free(b);
	return 0;
}
