// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of a device whose driver holds its BAR: a BPF program reads them where the kernel has mapped them for the
 * driver. The program stays loaded while the access is open; a sample of 2,048 registers is one system call.
 *
 * Where the mapping is, is found when the access is opened, for the binding of the driver that is there (host/host.h).
 * The drivers of the parts map the BAR when they bind and keep it until they are unbound, and /sys tells the end of a
 * binding before the driver lets go. So a sample counts if the binding is the same before and after it. Should the
 * mapping go in between, its pages are gone, a load there faults, and the program passes that on as an error.
 */
#include "access/access.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

#ifdef HAVE_BPF
#include "access/bpf_program.h"
#include "access/iomap.h"
#include "host/host.h"
#include "host/privilege.h"
#include "util/alloc.h"
#include "util/file.h"

#include <fcntl.h>

struct bpf_reader {
	struct pci_addr addr;
	struct binding binding;
	struct iomap map;
	struct bpf_program *program, own; /* own: where nobody lent one */
};

/* These give the BAR to somebody else, who has it mapped now and then. */
static bool lends_the_device(const char *driver)
{
	return strstr(driver, "vfio") || strstr(driver, "uio");
}

static int refuse_program(int r, const char *name, struct err *e)
{
	switch (r) {
	case -EPERM:
	case -EACCES:
		err_set(e, EACCES, name, "needs root (CAP_BPF and CAP_PERFMON, which a container's root has not)");
		err_todo(e, "run it again as root of the host, with sudo for instance");
		return -EACCES;
	case -EINVAL:
	case -ENOTSUP:
		if (privilege_locked_down())
			err_set(e, EPERM, name,
				"kernel lockdown (confidentiality) does not allow reading kernel memory");
		else
			err_set(e, EPERM, name,
				"this kernel runs no BPF program that reads kernel memory (Linux 5.10 "
				"with CONFIG_BPF_EVENTS, and no lockdown=confidentiality, are needed)");
		err_todo(e, "%s",
			 privilege_locked_down() ? "only a boot with lockdown=integrity or none lifts this"
						 : "only another kernel lifts this");
		return -EPERM;
	case -ELIBACC:
		err_set(e, ENOTSUP, name, "libbpf cannot be loaded");
		err_todo(e, "install it (Debian: libbpf1)");
		return -ENOTSUP;
	case -ENOSYS:
		err_set(e, ENOSYS, name, "this kernel has no BPF");
		err_todo(e, "only another kernel lifts this");
		return -ENOSYS;
	default:
		return err_set(e, -r, name, "the BPF program could not be loaded: %s", strerror(-r));
	}
}

static void bpf_close(struct access *a)
{
	struct bpf_reader *b = a->priv;

	if (b->program == &b->own)
		bpf_program_close(&b->own);
	free(b);
}

static int gone(const struct bpf_reader *b, struct err *e)
{
	struct binding now;
	char name[PCI_ADDR_MAX];
	bool there = binding_get(&b->addr, &now);

	return err_set(e, ENODEV, pci_addr_str(&b->addr, name), "the device went away%s",
		       !there       ? ""
		       : now.driver ? " (its driver was bound anew)"
				    : " (its driver was unbound)");
}

static bool same_binding(const struct bpf_reader *b)
{
	struct binding now;

	return binding_get(&b->addr, &now) && binding_equal(&now, &b->binding);
}

/* As the driver has it, if it is of this binding; else as the kernel lists what it has mapped. */
static int find_mapping(struct bpf_reader *b, const struct access_target *t, struct err *e)
{
	struct bar_place place;
	int r = bar_place(&b->addr, t->bar, &place, e);

	if (!r && !t->bar && t->mapped.address && binding_equal(&t->mapped.binding, &b->binding)) {
		b->map.n = 1;
		b->map.ranges[0] = (struct iomap_range){
			.size = place.size < UINT32_MAX ? (uint32_t)place.size : UINT32_MAX & ~3u,
			.address = t->mapped.address,
		};
	} else if (!r)
		r = iomap_find(place.phys, place.size, &b->map, e);
	if (!r && !same_binding(b))
		r = gone(b, e);
	return r;
}

static int bpf_open(struct access *a, const struct access_target *t, struct err *e)
{
	char name[PCI_ADDR_MAX];
	struct bpf_reader *b;
	uint32_t end;
	int r;

	pci_addr_str(&t->addr, name);
	if (!t->driver || !*t->driver)
		return err_set(e, ENXIO, name, "no driver is bound, so the kernel has not mapped BAR %u", t->bar);
	if (lends_the_device(t->driver))
		return err_set(e, EBUSY, name, "%s has lent the device to another program or a virtual machine",
			       t->driver);
	b = xcalloc(1, sizeof(*b));
	b->addr = t->addr;
	a->priv = b;
	binding_get(&b->addr, &b->binding);
	b->program = t->program ? t->program : &b->own;
	r = t->program ? 0 : bpf_program_open(&b->own);
	r = r ? refuse_program(r, name, e) : find_mapping(b, t, e);
	if (r) {
		bpf_close(a);
		return r;
	}
	a->needs_caps = b->program->caps;
	end = iomap_end(&b->map);
	a->size = (end < t->size ? end : t->size) & ~3u;
	return 0;
}

static int load_some(struct bpf_reader *b, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	struct bpf_sample *s = b->program->sample;
	uint32_t used = 0;
	int r;

	for (size_t i = 0; i < n; i++) {
		uint64_t address = iomap_address(&b->map, offsets[i]);

		ok[i] = address != 0;
		if (address)
			s->address[used++] = address;
	}
	s->n = used;
	r = used ? bpf_program_run(b->program) : 0;
	if (r)
		return err_set(e, -r, "bpf", "the BPF program did not run: %s",
			       r == -EPERM ? "the kernel wants CAP_BPF for that" : strerror(-r));
	used = 0;
	for (size_t i = 0; i < n; i++) {
		if (!ok[i])
			continue;
		values[i] = le32toh(s->value[used]);
		ok[i] = !s->error[used++];
	}
	return 0;
}

static int bpf_load(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	struct bpf_reader *b = a->priv;
	int r = 0;

	for (size_t i = 0; i < n && !r; i += BPF_LOADS) {
		if (!same_binding(b))
			return gone(b, e);
		r = load_some(b, offsets + i, values + i, ok + i, n - i < BPF_LOADS ? n - i : BPF_LOADS, e);
	}
	if (!r && !same_binding(b))
		r = gone(b, e);
	return r;
}

#else

static int bpf_open(struct access *a, const struct access_target *t, struct err *e)
{
	char name[PCI_ADDR_MAX];

	(void)a;
	err_set(e, ENOTSUP, pci_addr_str(&t->addr, name), "this nicregs was built without libbpf");
	err_todo(e, "install libbpf's development files (0.8 or later) and build nicregs again");
	return -ENOTSUP;
}

/* Never reached, as nothing is ever open. */
static int bpf_load(struct access *a, const uint32_t *offsets, uint32_t *values, bool *ok, size_t n, struct err *e)
{
	(void)a, (void)offsets, (void)values, (void)ok, (void)n;
	return err_set(e, ENOTSUP, "bpf", "this nicregs was built without libbpf");
}

static void bpf_close(struct access *a)
{
	(void)a;
}
#endif

const struct access_ops access_bpf = {
	.name = "bpf",
	.open = bpf_open,
	.load = bpf_load,
	.close = bpf_close,
};
