// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "access/bpf_program.h"
#include "driver/attached.h"
#include "driver/cache.h"
#include "host/privilege.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/file.h"

#define TYPES "/sys/kernel/btf"
#define TRIES 3

struct driver_reader {
	struct arena arena;
	struct driver_defs defs;
	char *why; /* why nothing can be read; NULL: it can; owned */
	struct memory memory;
#ifdef HAVE_BPF
	struct bpf_program program;
	bool has_program;
#endif
	struct attached *devices; /* owned */
	size_t n, cap;
	struct {
		const struct driver_def *def;
		struct layout layout;
		char *why; /* owned */
	} * layouts;       /* owned */
	size_t n_layouts, cap_layouts;
};

#ifdef HAVE_BPF
static void open_program(struct driver_reader *r)
{
	int e = bpf_program_open(&r->program);

	r->has_program = !e;
	r->memory = (struct memory){ .run = memory_run_program, .arg = &r->program };
	if (e == -EPERM || e == -EACCES)
		r->why = xstrdup("needs root (CAP_BPF and CAP_PERFMON)");
	else if (e == -ELIBACC)
		r->why = xstrdup("libbpf cannot be loaded");
	else if (e && privilege_locked_down())
		r->why = xstrdup("kernel lockdown (confidentiality) does not allow reading kernel memory");
	else if (e)
		r->why = xasprintf("this kernel runs no BPF program that reads its memory (%s)", strerror(-e));
}

static void close_program(struct driver_reader *r)
{
	if (r->has_program)
		bpf_program_close(&r->program);
}

struct bpf_program *driver_reader_program(struct driver_reader *r)
{
	return r->has_program ? &r->program : NULL;
}

uint64_t driver_reader_caps(const struct driver_reader *r)
{
	return r->has_program ? r->program.caps : 0;
}
#else
static void open_program(struct driver_reader *r)
{
	r->why = xstrdup("this nicregs was built without libbpf");
}

static void close_program(struct driver_reader *r)
{
	(void)r;
}

struct bpf_program *driver_reader_program(struct driver_reader *r)
{
	(void)r;
	return NULL;
}

uint64_t driver_reader_caps(const struct driver_reader *r)
{
	(void)r;
	return 0;
}
#endif

struct driver_reader *driver_reader_open(void)
{
	struct driver_reader *r = xcalloc(1, sizeof(*r));
	struct err e = { 0 };

	open_program(r);
	/* Where no program runs, nobody reads them. */
	if (!r->why && driver_defs_built_in(&r->arena, &r->defs, &e))
		r->why = xasprintf("%s: %s", e.what, e.why);
	return r;
}

void driver_reader_close(struct driver_reader *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++)
		attached_free(&r->devices[i]);
	for (size_t i = 0; i < r->n_layouts; i++)
		free(r->layouts[i].why);
	free(r->layouts);
	free(r->devices);
	free(r->why);
	close_program(r);
	arena_free(&r->arena);
	free(r);
}

/* A driver that is part of the kernel has a folder in /sys/module, but no state. */
static bool is_built_in(const char *driver)
{
	AUTO_FREE char *state = xasprintf("/sys/module/%s/initstate", driver);
	struct stat st;

	return stat(state, &st) != 0;
}

static void make_layout(struct driver_reader *r, const struct driver_def *def, struct layout *layout, char **why)
{
	bool built_in = is_built_in(def->name);
	uint64_t key = cache_key(def->name, built_in);
	struct types *types;
	struct err e = { 0 };
	int error;

	if (cache_load(CACHE_FOLDER, key, def, &r->defs, layout))
		return;
	error = types_open(&types, TYPES, def->name, built_in, &e);
	if (!error)
		error = layout_make(layout, def, &r->defs, types, NULL, NULL, &e);
	if (error)
		*why = xasprintf("%s", e.why);
	else
		cache_save(CACHE_FOLDER, key, layout);
	types_close(types);
}

/* Looked up once for each driver: a module that is loaded anew is the same, but for development. */
static const struct layout *layout_of(struct driver_reader *r, const char *driver, const char **why)
{
	const struct driver_def *def = driver_defs_find(&r->defs, driver);

	if (!def) {
		*why = "where this driver keeps its rings is not known";
		return NULL;
	}
	for (size_t i = 0;; i++) {
		if (i == r->n_layouts) {
			VEC_PUSH(r->layouts, r->n_layouts, r->cap_layouts)->def = def;
			make_layout(r, def, &r->layouts[i].layout, &r->layouts[i].why);
		}
		if (r->layouts[i].def == def) {
			*why = r->layouts[i].why;
			return *why ? NULL : &r->layouts[i].layout;
		}
	}
}

static struct attached *place_for(struct driver_reader *r, const struct pci_addr *addr)
{
	struct attached *d;

	for (size_t i = 0; i < r->n; i++)
		if (pci_addr_equal(&r->devices[i].addr, addr))
			return &r->devices[i];
	d = VEC_PUSH(r->devices, r->n, r->cap);
	d->addr = *addr;
	return d;
}

static bool same_binding(const struct attached *d)
{
	struct binding now;

	return binding_get(&d->addr, &now) && binding_equal(&now, &d->binding);
}

/* The structures of this binding, found anew if it is another one than before. */
static int attach(struct attached *d, struct memory *m, const struct layout *layout, const struct driver_ask *ask,
		  struct err *e)
{
	struct pci_addr addr = d->addr;
	int r;

	if (d->pci && same_binding(d))
		return 0;
	attached_free(d);
	d->addr = addr;
	d->layout = *layout;
	binding_get(&addr, &d->binding);
	r = attached_find(d, m, ask, e);
	if (!r)
		r = attached_find_rings(d, m, ask, e);
	if (r)
		d->pci = 0;
	return r;
}

static int read_attached(struct attached *d, struct memory *m, const struct driver_ask *ask, struct driver_side *out,
			 struct err *e)
{
	int r = -EAGAIN;

	for (int i = 0; i < TRIES && r == -EAGAIN; i++) {
		if (i)
			r = attached_find_rings(d, m, ask, e);
		driver_side_free(out);
		r = i && r ? r : rings_read(d, m, ask, out, e);
	}
	if (r == -EAGAIN)
		r = err_set(e, EAGAIN, "rings", "the driver was setting its rings up anew all the time");
	return r;
}

void driver_reader_read(struct driver_reader *r, const struct driver_ask *ask, struct driver_side *out)
{
	const struct layout *layout;
	const char *why = r->why;
	struct err e = { 0 };
	struct attached *d;

	if (!ask->driver || !*ask->driver) {
		driver_side_refuse(out, "no driver is bound");
		return;
	}
	layout = why ? NULL : layout_of(r, ask->driver, &why);
	if (!layout) {
		driver_side_refuse(out, why);
		return;
	}
	d = place_for(r, &ask->addr);
	if (attach(d, &r->memory, layout, ask, &e) || read_attached(d, &r->memory, ask, out, &e)) {
		d->pci = 0;
		driver_side_refuse(out, same_binding(d) ? e.why : "the device went away, or its driver did");
		return;
	}
	if (!same_binding(d)) {
		d->pci = 0;
		driver_side_refuse(out, "the device went away, or its driver did");
		return;
	}
	out->driver = xstrdup(ask->driver);
}

struct access_mapped driver_reader_mapped(struct driver_reader *r, const struct driver_ask *ask)
{
	const char *why = r->why;
	const struct layout *layout = why || !ask->driver ? NULL : layout_of(r, ask->driver, &why);
	struct attached *d = layout ? place_for(r, &ask->addr) : NULL;
	struct err e;

	if (!d || attach(d, &r->memory, layout, ask, &e))
		return (struct access_mapped){ 0 };
	return (struct access_mapped){ .address = d->bar, .binding = d->binding };
}
