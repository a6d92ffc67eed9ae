// SPDX-License-Identifier: GPL-2.0-or-later
/* The ladder, the ways that stay open from sample to sample, and the gate in front of every load. */
#include "access/access.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

/* Best first. */
static const struct access_ops *const ladder[] = {
	&access_mmap,
	&access_bpf,
	&access_ethtool,
};
#define RUNGS (COUNT(ladder))

int access_open_with(struct access **out, const struct access_ops *ops, const struct access_target *target,
		     struct err *e)
{
	struct access *a = xcalloc(1, sizeof(*a));
	int r;

	*out = NULL;
	a->ops = ops;
	a->bound = target->driver && *target->driver;
	r = ops->open(a, target, e);
	if (r) {
		free(a);
		return r;
	}
	*out = a;
	return 0;
}

static int no_such_rung(const char *rung, struct err *e)
{
	AUTO_BUF struct buf names = { 0 };

	for (size_t i = 0; i < RUNGS; i++)
		buf_printf(&names, "%s, ", ladder[i]->name);
	err_set(e, EINVAL, "--access", "there is no way to the registers called \"%s\"", rung);
	err_todo(e, "the ways are: %snone", buf_str(&names));
	return -EINVAL;
}

int access_open_on(struct access **a, const struct access_ops *const *ways, size_t n,
		   const struct access_target *target, struct snapshot *s, struct err *e)
{
	bool denied = false;
	int r = -ENXIO;

	*a = NULL;
	for (size_t i = 0; i < n; i++) {
		struct err why = { 0 };

		r = access_open_with(a, ways[i], target, &why);
		if (!r) {
			(*a)->next = ways + i + 1;
			(*a)->n_next = n - i - 1;
			free(s->access);
			s->access = xstrdup(ways[i]->name);
			return 0;
		}
		snapshot_refuse(s, ways[i]->name, why.why, *why.todo ? why.todo : NULL);
		if (e && (r == -EACCES || !denied))
			*e = why;
		if (r == -ENODEV)
			return r;
		denied = denied || r == -EACCES;
	}
	return denied ? -EACCES : r;
}

int access_open(struct access **a, const struct access_target *asked, const char *rung, struct snapshot *s,
		struct err *e)
{
	struct access_target target = *asked;

	target.forced = rung != NULL;
	*a = NULL;
	if (!rung)
		return access_open_on(a, ladder, RUNGS, &target, s, e);
	for (size_t i = 0; i < RUNGS; i++)
		if (!strcmp(rung, ladder[i]->name))
			return access_open_on(a, ladder + i, 1, &target, s, e);
	return no_such_rung(rung, e);
}

int access_fall(struct access **a, const struct access_target *target, const struct err *why, struct snapshot *s,
		struct err *e)
{
	const struct access_ops *const *next = (*a)->next;
	size_t n = (*a)->n_next;

	snapshot_refuse(s, (*a)->ops->name, why->why, *why->todo ? why->todo : NULL);
	free(s->access);
	s->access = NULL;
	access_close(*a);
	*a = NULL;
	if (e)
		*e = *why;
	return access_open_on(a, next, n, target, s, e);
}

uint64_t access_needs_caps(const struct access *a)
{
	return a ? a->needs_caps : 0;
}

int access_begin(struct access *a, struct snapshot *s, struct err *e)
{
	return a->ops->begin ? a->ops->begin(a, s, e) : 0;
}

void access_close(struct access *a)
{
	if (!a)
		return;
	a->ops->close(a);
	free(a);
}

static void forget(struct access_pooled *o)
{
	access_close(o->a);
	snapshot_free(o->told);
	o->a = NULL;
	o->told = NULL;
	o->delivered = false;
}

static struct access_pooled *place_for(struct access_pool *pool, const struct pci_addr *addr)
{
	struct access_pooled *o;

	for (size_t i = 0; i < pool->n; i++)
		if (pci_addr_equal(&pool->v[i].addr, addr))
			return &pool->v[i];
	o = VEC_PUSH(pool->v, pool->n, pool->cap);
	o->addr = *addr;
	return o;
}

/* The refusals from the one with that number on, and the name of the way. */
static void tell(const struct snapshot *told, size_t from, struct snapshot *s)
{
	for (size_t i = from; i < told->n_refusals; i++)
		snapshot_refuse(s, told->refusals[i].rung, told->refusals[i].why, told->refusals[i].todo);
	free(s->access);
	s->access = told->access ? xstrdup(told->access) : NULL;
}

static int hand_out(struct access_pooled *o, int r, size_t known, struct snapshot *s, struct access **a)
{
	if (!r && o->binding.driver)
		o->a->bound = true; /* be it since the target was made */
	tell(o->told, known, s);
	*a = o->a;
	if (r)
		forget(o);
	return r;
}

int access_pool_get(struct access_pool *pool, const struct access_target *target, const char *rung, struct snapshot *s,
		    struct access **a, struct err *e)
{
	struct access_pooled *o = place_for(pool, &target->addr);
	struct binding now;
	int r = 0;

	binding_get(&target->addr, &now);
	if (o->a && !binding_equal(&now, &o->binding))
		forget(o);
	if (!o->a) {
		o->binding = now;
		o->told = snapshot_new(ORIGIN_LIVE);
		r = access_open(&o->a, target, rung, o->told, e);
	}
	return hand_out(o, r, 0, s, a);
}

int access_pool_fall(struct access_pool *pool, const struct access_target *target, const struct err *why,
		     struct snapshot *s, struct access **a, struct err *e)
{
	struct access_pooled *o = place_for(pool, &target->addr);
	size_t known = o->told->n_refusals;
	int r;

	if (o->delivered) {
		*a = NULL;
		if (e)
			*e = *why;
		return -EIO;
	}
	r = access_fall(&o->a, target, why, o->told, e);
	return hand_out(o, r, known, s, a);
}

void access_pool_delivered(struct access_pool *pool, const struct pci_addr *addr)
{
	place_for(pool, addr)->delivered = true;
}

void access_pool_rest(struct access_pool *pool)
{
	for (size_t i = 0; i < pool->n; i++)
		if (pool->v[i].a && pool->v[i].a->ops->brief)
			forget(&pool->v[i]);
}

void access_pool_close(struct access_pool *pool)
{
	for (size_t i = 0; i < pool->n; i++)
		forget(&pool->v[i]);
	free(pool->v);
	*pool = (struct access_pool){ 0 };
}

enum unread access_gate(const struct access *a, const struct access_read *read)
{
	return read->ref.reg->space == CHIP_MMIO ? access_gate_kind(a, read) : UNREAD_PHY;
}

enum unread access_gate_kind(const struct access *a, const struct access_read *read)
{
	switch (read->ref.reg->access) {
	case CHIP_WO:
		return UNREAD_WRITE_ONLY;
	case CHIP_RC:
		return read->allow_clear ? UNREAD_NO : UNREAD_CLEARS;
	case CHIP_RS:
		return read->allow_set && a && !a->bound ? UNREAD_NO : UNREAD_SETS;
	case CHIP_RO:
	case CHIP_RW:
	case CHIP_W1C:
	case CHIP_W1S:
	case CHIP_RL:
		break;
	}
	return UNREAD_NO;
}

/* The 32-bit loads that a register takes: the first one's offset, and how many. */
static uint32_t first_load(const struct chip_ref *ref)
{
	return ref->offset & ~3u;
}

static uint32_t count_loads(const struct chip_ref *ref)
{
	return ref->reg->width == 64 ? 2 : 1;
}

static enum unread may_read(const struct access *a, const struct access_read *read)
{
	enum unread why = access_gate(a, read);

	if (why == UNREAD_NO && (uint64_t)first_load(&read->ref) + 4 * count_loads(&read->ref) > a->size)
		why = UNREAD_BEYOND;
	if (why == UNREAD_NO && a->ops->has && !a->ops->has(a, first_load(&read->ref)))
		why = UNREAD_NOT_IN_DUMP;
	return why;
}

struct loads {
	uint32_t *offsets, *values;
	bool *ok;
	size_t n;
};

static void plan(struct access *a, struct access_read *reads, size_t n, struct loads *l)
{
	l->offsets = xcalloc(2 * n, sizeof(*l->offsets));
	l->values = xcalloc(2 * n, sizeof(*l->values));
	l->ok = xcalloc(2 * n, sizeof(*l->ok));
	for (size_t i = 0; i < n; i++) {
		reads[i].value = 0;
		reads[i].unread = may_read(a, &reads[i]);
		for (uint32_t j = 0; reads[i].unread == UNREAD_NO && j < count_loads(&reads[i].ref); j++) {
			l->offsets[l->n] = first_load(&reads[i].ref) + 4 * j;
			if (a->trace)
				a->trace(&reads[i].ref, l->offsets[l->n], a->trace_arg);
			l->n++;
		}
	}
}

static uint64_t assemble(const struct chip_ref *ref, const uint32_t *values)
{
	uint8_t width = ref->reg->width;

	if (width == 64)
		return values[0] | (uint64_t)values[1] << 32;
	if (width == 32)
		return values[0];
	return values[0] >> (8 * (ref->offset & 3)) & ((1u << width) - 1);
}

static void distribute(struct access_read *reads, size_t n, const struct loads *l)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t count = count_loads(&reads[i].ref);

		if (reads[i].unread != UNREAD_NO)
			continue;
		if (l->ok[at] && l->ok[at + count - 1])
			reads[i].value = assemble(&reads[i].ref, l->values + at);
		else
			reads[i].unread = UNREAD_ERROR;
		at += count;
	}
}

int access_read(struct access *a, struct access_read *reads, size_t n, struct err *e)
{
	struct loads l = { 0 };
	int r = 0;

	plan(a, reads, n, &l);
	if (l.n)
		r = a->ops->load(a, l.offsets, l.values, l.ok, l.n, e);
	if (r)
		memset(l.ok, 0, l.n * sizeof(*l.ok));
	distribute(reads, n, &l);
	free(l.offsets);
	free(l.values);
	free(l.ok);
	return r;
}
