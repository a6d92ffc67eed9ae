/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libbpf, loaded when a program of BPF or the kernel's types are first wanted. */
#ifndef ACCESS_LIBBPF_H
#define ACCESS_LIBBPF_H

#ifdef HAVE_BPF
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "util/library.h"

#define LIBBPF(X)                 \
	X(bpf_btf_load)           \
	X(bpf_map_create)         \
	X(bpf_prog_load)          \
	X(bpf_prog_test_run_opts) \
	X(btf__add_func)          \
	X(btf__add_func_param)    \
	X(btf__add_func_proto)    \
	X(btf__add_int)           \
	X(btf__find_by_name_kind) \
	X(btf__free)              \
	X(btf__name_by_offset)    \
	X(btf__new_empty)         \
	X(btf__parse_raw)         \
	X(btf__parse_raw_split)   \
	X(btf__raw_data)          \
	X(btf__resolve_size)      \
	X(btf__type_by_id)        \
	X(btf__type_cnt)          \
	X(libbpf_get_error)       \
	X(libbpf_set_strict_mode)

struct libbpf {
	LIBBPF(LIBRARY_MEMBER)
};

#define LIBBPF_SONAME(major) "libbpf.so." #major
#define LIBBPF_SONAME_OF(major) LIBBPF_SONAME(major)

/* -ENOTSUP with *e if the library is not there. libbpf 0.8 answers as 1.0 does afterwards. */
static inline int libbpf_load(struct libbpf *lib, struct err *e)
{
	static const struct library library = { LIBBPF_SONAME_OF(LIBBPF_MAJOR_VERSION), "libbpf", "libbpf1",
						"do without BPF" };
	int r = LIBRARY_LOAD(&library, LIBBPF, lib, "BPF", "is used through libbpf", e);

	if (!r)
		lib->libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	return r;
}

#else
struct libbpf {
	char none; /* built without it */
};
#endif

#endif
