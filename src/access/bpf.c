// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of a device whose driver holds its BAR: a BPF program reads them where the kernel has mapped them for the
 * driver. The program is loaded while the access is open, takes its offsets from a shared map and leaves the values there,
 * so that a sample of 2,048 registers is one system call. It does 32-bit loads and no stores. Nothing else uses libbpf.
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "access/bar.h"
#include "access/iomap.h"
#include "access/rungs.h"
#include "util/alloc.h"
#include "util/err.h"

#define LOADS 2048

/* Shared with the program. */
struct sample {
	uint32_t n;
	uint32_t pad;
	uint64_t address[LOADS];
	uint32_t value[LOADS];
	int32_t error[LOADS];
};

struct reader {
	struct pci_addr addr;
	unsigned bar;
	uint32_t size;
	struct bar_place place; /* of the BAR when it was opened */
	int map, program;
	size_t mapped;          /* bytes of sample */
	struct sample *sample;
};

#define INSN(c, d, s, o, i)                                                                        \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define FIELD(member) ((int16_t)offsetof(struct sample, member))

/*
 * r6 = &sample; for (r7 = 0; r7 < sample.n && r7 < LOADS; r7++)
 *         sample.error[r7] = bpf_probe_read_kernel(&sample.value[r7], 4, sample.address[r7]);
 */
static int load_program(int map)
{
	const int32_t value = (int32_t)offsetof(struct sample, value), error = (int32_t)offsetof(struct sample, error);
	const struct bpf_insn program[] = {
		INSN(BPF_LD | BPF_DW | BPF_IMM, 6, BPF_PSEUDO_MAP_VALUE, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 7, 0, 0, 0),
		/* loop: */
		INSN(BPF_LDX | BPF_MEM | BPF_W, 1, 6, FIELD(n), 0),
		INSN(BPF_JMP | BPF_JGE | BPF_X, 7, 1, 16, 0),
		INSN(BPF_JMP | BPF_JGE | BPF_K, 7, 0, 15, LOADS),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 8, 7, 0, 0),
		INSN(BPF_ALU64 | BPF_LSH | BPF_K, 8, 0, 0, 2),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 9, 6, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_X, 9, 8, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 1, 9, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_X, 1, 8, 0, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 3, 1, FIELD(address), 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 1, 9, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, value),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 4),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_probe_read_kernel),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 9, 0, 0, error),
		INSN(BPF_STX | BPF_MEM | BPF_W, 9, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 7, 0, 0, 1),
		INSN(BPF_JMP | BPF_JA, 0, 0, -18, 0),
		/* out: */
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .prog_flags = BPF_F_SLEEPABLE);

	return bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "nicregs_read", "GPL", program,
			     sizeof(program) / sizeof(program[0]), &options);
}

static int refuse(const struct access_target *t, int r, struct err *e)
{
	char name[PCI_ADDR_MAX];

	pci_addr_str(&t->addr, name);
	if (r == -EPERM || r == -EACCES) {
		err_set(e, EACCES, name, "needs root (CAP_BPF and CAP_PERFMON)");
		err_todo(e, "run it again as root, with sudo for instance");
		return -EACCES;
	}
	if (r == -EINVAL) {
		err_set(e, EPERM, name, "this kernel loads no BPF program that reads kernel memory (lockdown=confidentiality, or "
					"older than 5.14)");
		err_todo(e, "only a boot with another lockdown level, or a newer kernel, lifts this");
		return -EPERM;
	}
	return err_set(e, -r, name, "the BPF program could not be loaded: %s", strerror(-r));
}

static int make_program(struct reader *b)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	long page = sysconf(_SC_PAGESIZE);

	b->map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "nicregs_sample", 4, sizeof(struct sample), 1, &options);
	if (b->map < 0)
		return b->map;
	b->program = load_program(b->map);
	if (b->program < 0)
		return b->program;
	b->mapped = (sizeof(struct sample) + (size_t)page - 1) & ~((size_t)page - 1);
	b->sample = mmap(NULL, b->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, b->map, 0);
	if (b->sample == MAP_FAILED) {
		b->sample = NULL;
		return -errno;
	}
	return 0;
}

static void bpf_close(struct access *a)
{
	struct reader *b = a->priv;

	if (b->sample)
		munmap(b->sample, b->mapped);
	if (b->program >= 0)
		close(b->program);
	if (b->map >= 0)
		close(b->map);
	free(b);
}

static uint32_t reach(const struct iomap *map, uint32_t most)
{
	uint32_t end = 0;

	for (size_t i = 0; i < map->n; i++)
		if (map->ranges[i].offset + map->ranges[i].size > end)
			end = map->ranges[i].offset + map->ranges[i].size;
	return (end < most ? end : most) & ~3u;
}

static int bpf_open(struct access *a, const struct access_target *t, struct err *e)
{
	struct reader *b;
	struct iomap map;
	int r;

	if (!t->driver || !*t->driver)
		return err_set(e, ENXIO, "bpf", "no driver is bound, so the kernel has not mapped the BAR");
	b = xcalloc(1, sizeof(*b));
	*b = (struct reader){ .addr = t->addr, .bar = t->bar, .map = -1, .program = -1 };
	a->priv = b;
	r = bar_place(&t->addr, t->bar, &b->place, e);
	if (!r)
		r = iomap_find(b->place.phys, b->place.size, &map, e);
	if (!r) {
		a->size = b->size = reach(&map, t->size);
		r = make_program(b);
		if (r)
			r = refuse(t, r, e);
	}
	if (r)
		bpf_close(a);
	return r;
}

static int gone(const struct reader *b, const char *why, struct err *e)
{
	char name[PCI_ADDR_MAX];

	return err_set(e, ENODEV, pci_addr_str(&b->addr, name), "the device went away (%s)", why);
}

static int run(struct reader *b, size_t n)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);

	b->sample->n = (uint32_t)n;
	return bpf_prog_test_run_opts(b->program, &options);
}

static int load_some(struct reader *b, const struct iomap *map, const uint32_t *offsets, uint32_t *values, bool *ok,
		     size_t n, struct err *e)
{
	size_t used = 0;
	int r;

	for (size_t i = 0; i < n; i++) {
		uint64_t address = iomap_address(map, offsets[i]);

		ok[i] = address != 0;
		if (address)
			b->sample->address[used++] = address;
	}
	r = run(b, used);
	if (r)
		return err_set(e, -r, "bpf", "the BPF program did not run: %s", strerror(-r));
	used = 0;
	for (size_t i = 0; i < n; i++) {
		if (!ok[i])
			continue;
		values[i] = b->sample->value[used];
		ok[i] = !b->sample->error[used++];
	}
	return 0;
}

/*
 * The mapping is found before every sample and must be the same after it: a driver that was unbound or a device that was
 * unplugged meanwhile gives an error, not whatever lies at its old address.
 */
static int bpf_load(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	struct reader *b = a->priv;
	struct bar_place place;
	struct iomap before, after;
	int r = 0;

	if (bar_place(&b->addr, b->bar, &place, e) || place.phys != b->place.phys || place.size != b->place.size)
		return gone(b, "its BAR is no longer where it was", e);
	if (iomap_find(place.phys, place.size, &before, e))
		return gone(b, "its driver has let go of the BAR", e);
	for (size_t i = 0; i < n && !r; i += LOADS) {
		size_t some = n - i < LOADS ? n - i : LOADS;

		r = load_some(b, &before, offsets + i, values + i, ok + i, some, e);
	}
	if (!r && (iomap_find(place.phys, place.size, &after, e) || !iomap_equal(&before, &after)))
		return gone(b, "its driver changed while it was read", e);
	return r;
}

const struct access_ops access_bpf = {
	.name = "bpf",
	.open = bpf_open,
	.load = bpf_load,
	.close = bpf_close,
};
#endif
