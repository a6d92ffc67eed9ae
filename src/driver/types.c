// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver/types.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/err.h"

#ifdef HAVE_BPF
#include "access/libbpf.h"

#define PATH_MOST 160
#define DEPTH_MOST 16
#define PRIVATE_ALIGN 32 /* netdev_priv() */

/* Types, and the library that reads them. */
struct typeset {
	const struct libbpf *lib;
	struct btf *btf; /* NULL: none */
};

struct types {
	struct libbpf lib;
	struct typeset kernel, module; /* module: with the kernel's below it; none: built in */
};

static const struct typeset *top(const struct types *t)
{
	return t->module.btf ? &t->module : &t->kernel;
}

static int no_types(const char *folder, const char *name, int error, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/%s", folder, name);

	if (error == -ENOENT)
		return err_set(e, ENOENT, path,
			       "this kernel has no BTF of %s, so it is not known where it keeps its rings",
			       !strcmp(name, "vmlinux") ? "itself" : name);
	return err_sys(e, -error, "%s", path);
}

static int parse(const char *folder, const char *name, const struct typeset *base, struct typeset *out, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/%s", folder, name);
	long error;

	out->btf = base ? out->lib->btf__parse_raw_split(path, base->btf) : out->lib->btf__parse_raw(path);
	error = out->lib->libbpf_get_error(out->btf);
	if (!error)
		return 0;
	out->btf = NULL;
	return no_types(folder, name, (int)error, e);
}

int types_open(struct types **types, const char *folder, const char *module, bool built_in, struct err *e)
{
	struct types *t = xcalloc(1, sizeof(*t));
	int r = libbpf_load(&t->lib, e);

	t->kernel.lib = t->module.lib = &t->lib;
	if (!r)
		r = parse(folder, "vmlinux", NULL, &t->kernel, e);
	if (!r && module && !built_in)
		r = parse(folder, module, &t->kernel, &t->module, e);
	if (r) {
		types_close(t);
		t = NULL;
	}
	*types = t;
	return r;
}

void types_close(struct types *t)
{
	if (!t)
		return;
	if (t->module.btf)
		t->lib.btf__free(t->module.btf);
	if (t->kernel.btf)
		t->lib.btf__free(t->kernel.btf);
	free(t);
}

/* Without typedef, const and the like. */
static const struct btf_type *strip(const struct typeset *b, uint32_t id)
{
	const struct btf_type *type = b->lib->btf__type_by_id(b->btf, id);

	for (int i = 0; type && i < DEPTH_MOST && (btf_is_mod(type) || btf_is_typedef(type)); i++)
		type = b->lib->btf__type_by_id(b->btf, type->type);
	return type && !btf_is_mod(type) && !btf_is_typedef(type) ? type : NULL;
}

static uint32_t size_of(const struct typeset *b, uint32_t id)
{
	int64_t size = b->lib->btf__resolve_size(b->btf, id);

	return size > 0 && size < 1 << 24 ? (uint32_t)size : 0;
}

struct member {
	uint32_t bit; /* from the structure's start */
	uint8_t bits; /* of a bit field; 0: none */
	uint32_t type;
};

static bool find_member(const struct typeset *b, const struct btf_type *s, const char *name, int depth,
			struct member *out)
{
	const struct btf_member *m = btf_members(s);

	for (uint32_t i = 0; i < btf_vlen(s); i++) {
		const char *is = b->lib->btf__name_by_offset(b->btf, m[i].name_off);
		uint32_t at = btf_member_bit_offset(s, i);
		const struct btf_type *inner;

		if (is && *is) {
			if (strcmp(is, name) != 0)
				continue;
			*out = (struct member){ at, (uint8_t)btf_member_bitfield_size(s, i), m[i].type };
			return true;
		}
		inner = strip(b, m[i].type);
		if (inner && btf_is_composite(inner) && depth < DEPTH_MOST &&
		    find_member(b, inner, name, depth + 1, out)) {
			out->bit += at;
			return true;
		}
	}
	return false;
}

/* Where a path has come to. */
struct here {
	const struct typeset *b;
	uint32_t type;   /* id */
	uint32_t offset; /* from the last step */
	uint32_t inside; /* the same from the structure that the last `base` step began */
	struct place *out;
};

static struct place_step *add_step(struct here *h, enum step_kind kind, bool base)
{
	struct place_step *step;

	if (h->out->n_steps == PLACE_STEPS)
		return NULL;
	step = &h->out->steps[h->out->n_steps++];
	*step = (struct place_step){ .add = h->offset, .kind = (uint8_t)kind, .base = base };
	h->offset = 0;
	if (base)
		h->inside = 0;
	return step;
}

/* From a pointer to what it points at. */
static bool follow(struct here *h, bool base)
{
	const struct btf_type *type = strip(h->b, h->type);

	if (!type || !btf_is_ptr(type) || !add_step(h, STEP_FOLLOW, base))
		return false;
	h->type = type->type;
	return true;
}

static bool set_by(const struct here *h, const struct btf_type *owner, uint32_t owner_at, const char *name,
		   struct place_step *step)
{
	struct member m;

	if (!find_member(h->b, owner, name, 0, &m) || m.bit % 8 || m.bits)
		return false;
	step->by_offset = owner_at + m.bit / 8;
	step->by_size = (uint8_t)size_of(h->b, m.type);
	return step->by_size && step->by_size <= 8;
}

/* [3], [member], [*], [*member]; `owner` is the structure that the array is in, owner_at where it begins. */
static bool element(struct here *h, const char *index, const struct btf_type *owner, uint32_t owner_at)
{
	const struct btf_type *type = strip(h->b, h->type);
	bool number = *index >= '0' && *index <= '9';
	uint32_t most = 0, size;
	struct place_step *step;

	if (!type)
		return false;
	if (btf_is_array(type)) {
		most = btf_array(type)->nelems;
		h->type = btf_array(type)->type;
	} else if (!follow(h, false)) {
		return false;
	}
	size = size_of(h->b, h->type);
	if (!size)
		return false;
	if (number) {
		uint32_t n = (uint32_t)strtoul(index, NULL, 10);

		h->offset += n * size;
		h->inside += n * size;
		return n < 4096 && (!most || n < most);
	}
	step = add_step(h, *index == '*' ? STEP_EACH : STEP_MEMBER, false);
	if (!step)
		return false;
	step->size = size;
	step->most = most;
	index += *index == '*';
	return !*index || set_by(h, owner, owner_at, index, step);
}

/* The structure that is here, or that is pointed at. */
static const struct btf_type *enter(struct here *h)
{
	const struct btf_type *type = strip(h->b, h->type);

	if (type && btf_is_ptr(type)) {
		if (!follow(h, true))
			return NULL;
		type = strip(h->b, h->type);
	}
	return type && btf_is_composite(type) ? type : NULL;
}

/* One member with its indices: "vsi[lan_vsi]". */
static bool walk_member(struct here *h, char *part, uint8_t *bits, uint8_t *bit)
{
	char *index = strchr(part, '['), *next;
	const struct btf_type *owner = enter(h);
	uint32_t owner_at = h->inside;
	struct member m;

	if (index)
		*index++ = '\0';
	if (!owner || !find_member(h->b, owner, part, 0, &m) || (m.bit % 8 && !m.bits))
		return false;
	*bits = m.bits;
	*bit = (uint8_t)(m.bits ? m.bit % 32 : 0);
	m.bit = m.bits ? m.bit / 32 * 32 : m.bit;
	h->offset += m.bit / 8;
	h->inside += m.bit / 8;
	h->type = m.type;
	for (; index; index = next ? next + 1 : NULL) {
		char *end = strchr(index, ']');

		if (!end)
			return false;
		*end = '\0';
		next = end[1] == '[' ? end + 1 : NULL;
		if (!element(h, index, owner, owner_at))
			return false;
	}
	return true;
}

static void end_place(struct here *h, uint8_t bits, uint8_t bit)
{
	const struct btf_type *type = strip(h->b, h->type);
	struct place *p = h->out;

	p->add = h->offset;
	p->bits = bits;
	p->bit = bit;
	p->kind = PLACE_NUMBER;
	if (!type) {
		p->known = false;
	} else if (btf_is_ptr(type)) {
		p->kind = PLACE_POINTER;
		p->size = 8;
		p->target = type->type ? size_of(h->b, type->type) : 0;
	} else if (btf_is_composite(type) || btf_is_array(type)) {
		uint32_t size = size_of(h->b, h->type);

		/* A counter in a wrapping (atomic_t, local64_t, u64_stats_t) is a number, too. */
		p->kind = btf_is_composite(type) && (size == 4 || size == 8) ? PLACE_NUMBER : PLACE_INSIDE;
		p->size = p->kind == PLACE_NUMBER ? (uint8_t)size : 0;
		p->target = size;
	} else {
		uint32_t size = bits ? 4 : size_of(h->b, h->type);

		p->size = (uint8_t)size;
		p->is_signed = btf_is_int(type) && (btf_int_encoding(type) & BTF_INT_SIGNED);
		p->known = size && size <= 8;
	}
}

/* Behind a structure, as netdev_priv() has it. */
static bool end_of(struct here *h)
{
	uint32_t size = size_of(h->b, h->type);

	h->out->known = size != 0;
	h->out->kind = PLACE_INSIDE;
	h->out->add = (size + PRIVATE_ALIGN - 1) & ~(uint32_t)(PRIVATE_ALIGN - 1);
	return h->out->known;
}

/* Another driver that is built in may have a structure of the same name: the module's own comes first. */
static int find_struct(const struct types *t, const char *name)
{
	uint32_t id = t->lib.btf__type_cnt(t->kernel.btf),
		 end = t->module.btf ? t->lib.btf__type_cnt(t->module.btf) : 0;

	for (; id < end; id++) {
		const struct btf_type *type = t->lib.btf__type_by_id(t->module.btf, id);

		if (type && btf_is_struct(type) &&
		    !strcmp(t->lib.btf__name_by_offset(t->module.btf, type->name_off), name))
			return (int)id;
	}
	return t->lib.btf__find_by_name_kind(t->kernel.btf, name, BTF_KIND_STRUCT);
}

bool types_place(const struct types *t, const char *structure, const char *path, struct place *out)
{
	struct here h = { .b = top(t), .out = out };
	int id = find_struct(t, structure);
	char copy[PATH_MOST], *rest = copy, *part;
	uint8_t bits = 0, bit = 0;

	*out = (struct place){ 0 };
	if (id < 0 || strlen(path) >= sizeof(copy))
		return false;
	h.type = (uint32_t)id;
	if (!strcmp(path, "(end)"))
		return end_of(&h);
	strcpy(copy, path);
	while ((part = strsep(&rest, ".")))
		if (!walk_member(&h, part, &bits, &bit))
			return false;
	out->known = true;
	end_place(&h, bits, bit);
	return out->known;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct constant *)a)->name, ((const struct constant *)b)->name);
}

static void take_constant(struct constant *wanted, size_t n, const char *name, int64_t value)
{
	struct constant key = { .name = name };
	struct constant *c = name ? bsearch(&key, wanted, n, sizeof(*wanted), by_name) : NULL;

	if (!c)
		return;
	c->known = true;
	c->value = value;
}

/* A module's own come last, and count. */
void types_constants(const struct types *t, struct constant *wanted, size_t n)
{
	const struct typeset *b = top(t);

	if (n)
		qsort(wanted, n, sizeof(*wanted), by_name);
	for (uint32_t id = 1; id < b->lib->btf__type_cnt(b->btf); id++) {
		const struct btf_type *type = b->lib->btf__type_by_id(b->btf, id);

		if (!type || !btf_is_enum(type))
			continue;
		for (uint32_t i = 0; i < btf_vlen(type); i++)
			take_constant(wanted, n, b->lib->btf__name_by_offset(b->btf, btf_enum(type)[i].name_off),
				      btf_enum(type)[i].val);
	}
}

#else

int types_open(struct types **types, const char *folder, const char *module, bool built_in, struct err *e)
{
	(void)folder, (void)module, (void)built_in;
	*types = NULL;
	return err_set(e, ENOTSUP, "BTF", "this nicregs was built without libbpf");
}

void types_close(struct types *t)
{
	(void)t;
}

bool types_place(const struct types *t, const char *structure, const char *path, struct place *out)
{
	(void)t, (void)structure, (void)path;
	*out = (struct place){ 0 };
	return false;
}

void types_constants(const struct types *t, struct constant *wanted, size_t n)
{
	(void)t, (void)wanted, (void)n;
}
#endif
