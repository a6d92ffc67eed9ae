// SPDX-License-Identifier: GPL-2.0-or-later
/* Written in instructions, so that building needs no BPF compiler. */
#ifdef HAVE_BPF
#include "access/bpf_program.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/privilege.h"
#include "util/alloc.h"

/* Either of them counts as the right to use bpf(2). */
#define BPF_CAPS (PRIVILEGE(CAP_BPF) | PRIVILEGE(CAP_SYS_ADMIN))

#define INSN(c, d, s, o, i) ((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define COPY(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define ADD_R(d, s) INSN(BPF_ALU64 | BPF_ADD | BPF_X, d, s, 0, 0)
#define CALL(helper) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
/* 64 bits take two. */
#define SAMPLE(d, map) INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_VALUE, 0, map), INSN(0, 0, 0, 0, 0)
#define FUNCTION(d, skip) INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_FUNC, 0, skip), INSN(0, 0, 0, 0, 0)

#define AT(member) ((int32_t)offsetof(struct bpf_sample, member))

/* With r6 = &sample. The kernel may leave out a run and say nothing: where a program runs already, for instance. */
#define SAY_DONE                                                                                           \
	CALL(BPF_FUNC_get_current_task), INSN(BPF_STX | BPF_MEM | BPF_DW, 6, 0, (int16_t)AT(task), 0),     \
		CALL(BPF_FUNC_jiffies64), INSN(BPF_STX | BPF_MEM | BPF_DW, 6, 0, (int16_t)AT(jiffies), 0), \
		INSN(BPF_ST | BPF_MEM | BPF_W, 6, 0, (int16_t)AT(done), 1)

/* error[r7] = bpf_probe_read_kernel(&value[r7], 4, address[r7]), with r6 = &sample and r7 < BPF_LOADS. */
#define READ_ONE                                                                                                     \
	COPY(8, 7), INSN(BPF_ALU64 | BPF_LSH | BPF_K, 8, 0, 0, 2), COPY(9, 6), ADD_R(9, 8), COPY(1, 9), ADD_R(1, 8), \
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 3, 1, (int16_t)AT(address), 0), COPY(1, 9), ADD(1, AT(value)),      \
		SET(2, 4), CALL(BPF_FUNC_probe_read_kernel), ADD(9, AT(error)),                                      \
		INSN(BPF_STX | BPF_MEM | BPF_W, 9, 0, 0, 0)
#define READ_ONE_LENGTH 13

/* The types of main() and of the function that it calls for each load: the kernel wants them named. */
static int load_types(const struct libbpf *lib, uint32_t *main_type, uint32_t *each_type)
{
	struct btf *btf = lib->btf__new_empty();
	const void *raw = NULL;
	uint32_t size;
	int number, proto, main_id, each_id, fd = -ENOMEM;

	if (lib->libbpf_get_error(btf))
		return -ENOMEM;
	number = lib->btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	proto = lib->btf__add_func_proto(btf, number);
	main_id = lib->btf__add_func(btf, "nicregs_read", BTF_FUNC_STATIC, proto);
	proto = lib->btf__add_func_proto(btf, number);
	lib->btf__add_func_param(btf, "i", number);
	lib->btf__add_func_param(btf, "unused", number);
	each_id = lib->btf__add_func(btf, "nicregs_each", BTF_FUNC_STATIC, proto);
	if (main_id > 0 && each_id > 0)
		raw = lib->btf__raw_data(btf, &size);
	if (raw)
		fd = lib->bpf_btf_load(raw, size, NULL);
	*main_type = (uint32_t)main_id;
	*each_type = (uint32_t)each_id;
	lib->btf__free(btf);
	return fd;
}

/* bpf_loop(sample.n, each): checked by the kernel at once, from Linux 5.17 on. */
static int load_calling(const struct bpf_program *p)
{
	enum { MAIN_LENGTH = 15 };
	const struct bpf_insn program[] = {
		SAMPLE(6, p->map),
		INSN(BPF_LDX | BPF_MEM | BPF_W, 1, 6, (int16_t)AT(n), 0),
		FUNCTION(2, MAIN_LENGTH - 3 - 1),
		SET(3, 0),
		SET(4, 0),
		CALL(BPF_FUNC_loop),
		SAY_DONE,
		SET(0, 0),
		EXIT(),
		/* each(r1 = index): */
		COPY(7, 1),
		SAMPLE(6, p->map),
		INSN(BPF_JMP | BPF_JGE | BPF_K, 7, 0, READ_ONE_LENGTH + 2, BPF_LOADS),
		READ_ONE,
		SET(0, 0),
		EXIT(),
		SET(0, 1),
		EXIT(),
	};
	struct bpf_func_info functions[2] = { { .insn_off = 0 }, { .insn_off = MAIN_LENGTH } };
	int fd, types = load_types(&p->lib, &functions[0].type_id, &functions[1].type_id);
	LIBBPF_OPTS(bpf_prog_load_opts, options, .prog_flags = BPF_F_SLEEPABLE, .func_info = functions,
		    .func_info_cnt = 2, .func_info_rec_size = sizeof(functions[0]));

	if (types < 0)
		return types;
	options.prog_btf_fd = (uint32_t)types;
	fd = (p->lib.bpf_prog_load)(BPF_PROG_TYPE_SYSCALL, "nicregs_read", "GPL", program, COUNT(program), &options);
	close(types);
	return fd;
}

/* for (r7 = 0; r7 < sample.n && r7 < BPF_LOADS; r7++): the kernel walks through all of it before it takes it. */
static int load_looping(const struct bpf_program *p, enum bpf_prog_type type, uint32_t flags)
{
	const struct bpf_insn program[] = {
		SAMPLE(6, p->map),
		SET(7, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_W, 1, 6, (int16_t)AT(n), 0),
		INSN(BPF_JMP | BPF_JGE | BPF_X, 7, 1, READ_ONE_LENGTH + 3, 0),
		INSN(BPF_JMP | BPF_JGE | BPF_K, 7, 0, READ_ONE_LENGTH + 2, BPF_LOADS),
		READ_ONE,
		ADD(7, 1),
		INSN(BPF_JMP | BPF_JA, 0, 0, -(READ_ONE_LENGTH + 5), 0),
		SAY_DONE,
		SET(0, 0),
		EXIT(),
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .prog_flags = flags);

	return (p->lib.bpf_prog_load)(type, "nicregs_read", "GPL", program, COUNT(program), &options);
}

/* Linux 5.14 and later. */
static int load_looping_call(const struct bpf_program *p)
{
	return load_looping(p, BPF_PROG_TYPE_SYSCALL, BPF_F_SLEEPABLE);
}

/* Meant for a tracepoint, and attached to none. Linux 5.10 and later run it on request, too. */
static int load_looping_tracepoint(const struct bpf_program *p)
{
	return load_looping(p, BPF_PROG_TYPE_RAW_TRACEPOINT, 0);
}

/* The best first. */
static int (*const forms[])(const struct bpf_program *p) = { load_calling, load_looping_call, load_looping_tracepoint };

static size_t mapped_size(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (sizeof(struct bpf_sample) + page - 1) & ~(page - 1);
}

static int open_map(struct bpf_program *p)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	void *place;

	p->map = p->lib.bpf_map_create(BPF_MAP_TYPE_ARRAY, "nicregs_sample", 4, sizeof(struct bpf_sample), 1, &options);
	if (p->map < 0)
		return p->map;
	place = mmap(NULL, mapped_size(), PROT_READ | PROT_WRITE, MAP_SHARED, p->map, 0);
	if (place == MAP_FAILED)
		return -errno;
	p->sample = place;
	return 0;
}

/* Whether the kernel lets this process have a map at all: where it does not, as in a container, libbpf is not loaded in vain. */
static int try_map(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1 };
	long fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

	if (fd < 0)
		return -errno;
	close((int)fd);
	return 0;
}

/* A run that reads nothing. */
static int try_run(void *program)
{
	struct bpf_program *p = program;

	p->sample->n = 0;
	return bpf_program_run(p);
}

int bpf_program_open(struct bpf_program *p)
{
	int r;

	*p = (struct bpf_program){ .map = -1, .fd = -1 };
	r = try_map();
	if (!r)
		r = libbpf_load(&p->lib, NULL) ? -ELIBACC : open_map(p);
	if (r)
		return r;
	for (size_t i = 0; i < COUNT(forms); i++) {
		p->fd = forms[i](p);
		r = p->fd < 0 ? p->fd : try_run(p);
		if (!r)
			break;
		if (p->fd >= 0)
			close(p->fd);
		p->fd = -1;
		if (r == -EPERM)
			return r;
	}
	if (!r)
		p->caps = privilege_without(BPF_CAPS, try_run, p) ? PRIVILEGE(CAP_BPF) : 0;
	return r;
}

void bpf_program_close(struct bpf_program *p)
{
	if (p->sample)
		munmap(p->sample, mapped_size());
	if (p->fd >= 0)
		close(p->fd);
	if (p->map >= 0)
		close(p->map);
	*p = (struct bpf_program){ .map = -1, .fd = -1 };
}

int bpf_program_run(struct bpf_program *p)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	int r;

	p->sample->done = 0;
	r = p->lib.bpf_prog_test_run_opts(p->fd, &options);
	return r ? r : p->sample->done ? 0 : -EAGAIN;
}
#endif
