// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver/memory.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "access/bpf_program.h"
#include "util/alloc.h"

#define WORDS_OF_LOAD 3 /* 8 bytes that begin anywhere */
#define WORDS_MOST 2048

/* The kernel's half of the address space on x86-64, arm64 and riscv64. */
static bool of_the_kernel(uint64_t address)
{
	return address >> 56 == 0xff && address < UINT64_MAX - 0xffff;
}

bool memory_plausible(uint64_t address)
{
	return of_the_kernel(address) && !(address & 7);
}

static size_t words_of(const struct memory_load *l)
{
	return (size_t)((l->address & 3) + l->size + 3) / 4;
}

struct batch {
	uint64_t addresses[WORDS_MOST];
	uint32_t values[WORDS_MOST];
	int32_t errors[WORDS_MOST];
	size_t n;
};

/* Of its first bytes: a number of the kernel's own, or little-endian. */
static uint64_t number_of(uint64_t bytes, size_t size, bool little)
{
	return little || htole16(1) == 1 ? le64toh(bytes) : be64toh(bytes) >> (64 - 8 * size);
}

static void take(struct memory_load *l, const struct batch *b, size_t at)
{
	uint32_t words[WORDS_OF_LOAD] = { 0 };
	uint64_t bytes = 0;

	l->ok = true;
	for (size_t i = 0; i < words_of(l); i++) {
		words[i] = b->values[at + i];
		l->ok &= !b->errors[at + i];
	}
	memcpy(&bytes, (const char *)words + (l->address & 3), l->size);
	l->value = l->ok ? number_of(bytes, l->size, l->little) : 0;
}

static int run_batch(struct memory *m, struct batch *b, struct memory_load *loads, size_t from, size_t to)
{
	size_t at = 0;
	int r = b->n ? m->run(m, b->addresses, b->values, b->errors, b->n) : 0;

	if (r)
		return r;
	m->runs += b->n != 0;
	for (size_t i = from; i < to; i++) {
		if (!loads[i].ok)
			continue;
		take(&loads[i], b, at);
		at += words_of(&loads[i]);
	}
	b->n = 0;
	return 0;
}

int memory_read(struct memory *m, struct memory_load *loads, size_t n)
{
	AUTO_FREE struct batch *b = xcalloc(1, sizeof(*b));
	size_t from = 0;
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		struct memory_load *l = &loads[i];

		l->value = 0;
		l->ok = of_the_kernel(l->address) && l->size && l->size <= 8;
		if (!l->ok)
			continue;
		if (b->n + words_of(l) > WORDS_MOST) {
			l->ok = false;
			r = run_batch(m, b, loads, from, i);
			l->ok = true;
			from = i;
		}
		for (size_t k = 0; k < words_of(l); k++)
			b->addresses[b->n++] = (l->address & ~UINT64_C(3)) + 4 * k;
	}
	return r ? r : run_batch(m, b, loads, from, n);
}

/* Up to where a load is needed; true if there is one. */
static bool advance(struct walk *w, struct memory_load *l)
{
	const struct place *p = w->place;

	while (w->ok && w->step < p->n_steps) {
		const struct place_step *s = &p->steps[w->step];

		if (s->kind == STEP_EACH && w->counting) {
			*l = (struct memory_load){ .address = w->base + s->by_offset, .size = s->by_size };
			return s->by_size != 0 || (w->done = true, w->count = s->most, false);
		} else if (s->kind == STEP_EACH) {
			w->at += s->add + (uint64_t)s->size * w->each;
			w->ok = !s->most || w->each < s->most;
		} else {
			*l = s->kind == STEP_FOLLOW
				     ? (struct memory_load){ .address = w->at + s->add, .size = 8 }
				     : (struct memory_load){ .address = w->base + s->by_offset, .size = s->by_size };
			return true;
		}
		if (s->base)
			w->base = w->at;
		w->step++;
	}
	w->at += w->ok ? p->add : 0;
	w->done = true;
	return false;
}

/* The step whose load is there. */
static void pass(struct walk *w, const struct memory_load *l)
{
	const struct place_step *s = &w->place->steps[w->step++];

	if (s->kind == STEP_EACH) {
		w->count = l->ok && (!s->most || l->value <= s->most) ? l->value : 0;
		w->done = true;
	} else if (s->kind == STEP_FOLLOW) {
		w->ok = l->ok && memory_plausible(l->value);
		w->at = l->value;
	} else {
		w->ok = l->ok && l->value < (s->most ? s->most : 4096);
		w->at += s->add + s->size * l->value;
	}
	if (s->base)
		w->base = w->at;
}

int memory_walk(struct memory *m, struct walk *walks, size_t n)
{
	AUTO_FREE struct memory_load *loads = xcalloc(n + 1, sizeof(*loads));
	AUTO_FREE size_t *of = xcalloc(n + 1, sizeof(*of));
	size_t k;

	for (size_t i = 0; i < n; i++) {
		walks[i].at = walks[i].base = walks[i].from;
		walks[i].step = 0;
		walks[i].ok = walks[i].place->known && walks[i].from != 0;
		walks[i].done = !walks[i].ok;
	}
	do {
		int r;

		k = 0;
		for (size_t i = 0; i < n; i++)
			if (!walks[i].done && advance(&walks[i], &loads[k]))
				of[k++] = i;
		r = k ? memory_read(m, loads, k) : 0;
		if (r)
			return r;
		for (size_t i = 0; i < k; i++) {
			pass(&walks[of[i]], &loads[i]);
			walks[of[i]].done |= !walks[of[i]].ok;
		}
	} while (k);
	return 0;
}

int memory_count(struct memory *m, const struct place *place, uint64_t from, uint64_t *count)
{
	struct walk w = { .place = place, .from = from, .counting = true, .count = 1 };
	int r = memory_walk(m, &w, 1);

	*count = w.ok && !r ? w.count : 0;
	return r;
}

struct memory_load place_load(const struct place *p, uint64_t at)
{
	return (struct memory_load){ .address = p->known && p->kind != PLACE_INSIDE ? at : 0, .size = p->size };
}

/* BTF counts bits from the lowest one, on big-endian from the highest. */
static unsigned low_bit(const struct place *p)
{
	return htole16(1) == 1 ? p->bit : 8u * p->size - p->bit - p->bits;
}

int64_t place_value(const struct place *p, const struct memory_load *l)
{
	uint64_t v = l->value;
	unsigned unused = 64 - 8u * p->size;

	if (p->bits)
		return (int64_t)(v >> low_bit(p) & (UINT64_MAX >> (64 - p->bits)));
	if (p->is_signed && unused && unused < 64)
		return (int64_t)(v << unused) >> unused;
	return (int64_t)v;
}

int memory_members(struct memory *m, struct member_read *members, size_t n)
{
	AUTO_FREE struct walk *walks = xcalloc(n + 1, sizeof(*walks));
	AUTO_FREE struct memory_load *loads = xcalloc(n + 1, sizeof(*loads));
	int r;

	for (size_t i = 0; i < n; i++)
		walks[i] = (struct walk){ .place = members[i].place, .from = members[i].from, .each = members[i].each };
	r = memory_walk(m, walks, n);
	for (size_t i = 0; i < n && !r; i++)
		loads[i] = place_load(walks[i].place, walks[i].ok ? walks[i].at : 0);
	if (!r)
		r = memory_read(m, loads, n);
	for (size_t i = 0; i < n && !r; i++) {
		bool inside = members[i].place->kind == PLACE_INSIDE;

		members[i].at = walks[i].ok ? walks[i].at : 0;
		members[i].ok = walks[i].ok && (inside || loads[i].ok);
		members[i].value = members[i].ok && !inside ? place_value(members[i].place, &loads[i]) : 0;
	}
	return r;
}

uint64_t member_address(const struct member_read *m)
{
	uint64_t address = m->place->kind == PLACE_INSIDE ? m->at : (uint64_t)m->value;

	return m->ok && of_the_kernel(address) ? address : 0;
}

bool memory_text(struct memory *m, uint64_t address, char *text, size_t n)
{
	struct memory_load loads[8] = { 0 };
	size_t used = 0;
	bool ok = true;

	for (size_t i = 0; i < n; i += 8, used++)
		loads[used] = (struct memory_load){ .address = address + i,
						    .size = (uint8_t)(n - i < 8 ? n - i : 8),
						    .little = true };
	*text = '\0';
	if (memory_read(m, loads, used))
		return false;
	for (size_t i = 0; i < used && ok; i++) {
		uint64_t bytes = htole64(loads[i].value);

		ok = loads[i].ok;
		memcpy(text + 8 * i, &bytes, loads[i].size);
		/* What lies behind the end may not be there. */
		if (memchr(text + 8 * i, '\0', loads[i].size))
			break;
	}
	text[ok ? n : 0] = '\0';
	return ok;
}

#ifdef HAVE_BPF
int memory_run_program(struct memory *m, const uint64_t *addresses, uint32_t *values, int32_t *errors, size_t n)
{
	struct bpf_program *p = m->arg;
	int r;

	memcpy(p->sample->address, addresses, n * sizeof(*addresses));
	p->sample->n = (uint32_t)n;
	r = bpf_program_run(p);
	if (r)
		return r;
	memcpy(values, p->sample->value, n * sizeof(*values));
	memcpy(errors, p->sample->error, n * sizeof(*errors));
	m->task = p->sample->task;
	m->jiffies = p->sample->jiffies;
	return 0;
}
#endif
