/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two snapshots of one device out of any bytes: text that loads, or a recipe of bytes. */
#ifndef TESTS_FUZZ_PAIR_H
#define TESTS_FUZZ_PAIR_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "snapshot/file.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static inline struct chipdb *fuzz_db(void)
{
	static struct chipdb *db;

	if (!db && chipdb_open(&db, NULL, NULL))
		abort();
	return db;
}

/* Bytes are taken from the front; behind the end there are zeros. */
struct recipe {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t recipe_byte(struct recipe *r)
{
	if (!r->left)
		return 0;
	r->left--;
	return *r->at++;
}

static inline uint32_t recipe_u32(struct recipe *r)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value |= (uint32_t)recipe_byte(r) << 8 * i;
	return value;
}

static inline const struct chip *recipe_chip(struct recipe *r)
{
	AUTO_FREE const char **names = NULL;
	size_t n = chipdb_chips(fuzz_db(), &names);
	const struct chip *chip;

	if (chipdb_find(fuzz_db(), names[recipe_byte(r) % n], &chip, NULL))
		abort();
	return chip;
}

/* The rings and what is around them come often, other registers now and then. */
static inline struct chip_ref recipe_ref(struct recipe *r, const struct chip *chip)
{
	uint8_t kind = recipe_byte(r), index = recipe_byte(r);
	struct chip_ref ref = { 0 };

	if (kind < 128)
		ref = chip_role_ref(chip, (enum chip_role)(kind % (CHIP_PHY_STATUS + 1)), index % 4);
	if (!ref.reg && chip->n_regs) {
		const struct chip_reg *reg = chip->regs[(kind * 256u + recipe_byte(r)) % chip->n_regs];
		const struct chip_segment *s = &reg->segments[index % reg->n_segments];

		ref = chip_ref_at(reg, s->first + index % (s->last - s->first + 1), s->first2);
	}
	return ref;
}

static inline void recipe_register(struct recipe *r, const struct chip *chip, struct snapshot *s)
{
	struct chip_ref ref = recipe_ref(r, chip);
	uint64_t value = recipe_u32(r);
	uint8_t unread = recipe_byte(r);

	if (!ref.reg || snapshot_reg(s, ref.reg->space, ref.offset) || ref.reg->space == CHIP_CONFIG)
		return;
	if (ref.reg->width == 64)
		value |= (uint64_t)recipe_u32(r) << 32;
	else
		value &= (UINT64_C(1) << ref.reg->width) - 1;
	snapshot_add_reg(s, &ref, unread % 8 ? UNREAD_NO : (enum unread)(unread / 8 % UNREAD_REASONS), value);
}

static inline void recipe_fact(struct recipe *r, struct facts *facts)
{
	const struct fact_desc *d = &fact_descs[recipe_byte(r) % n_fact_descs];
	uint8_t value = recipe_byte(r);
	char text[16];

	snprintf(text, sizeof(text), "%c%u", 'a' + value % 26, value);
	if (d->kind == FACT_STR)
		fact_set_str(facts, d, text);
	else
		fact_set_num(facts, d, d->kind == FACT_YES ? value % 2 : value);
}

/* What Linux counts: a few queues and vectors. */
static inline void recipe_counts(struct recipe *r, struct facts *facts)
{
	for (unsigned i = recipe_byte(r) % 8; i; i--) {
		const struct queue_count q = {
			.queue = i, .inflight = recipe_byte(r), .limit = 100, .timeouts = FACT_UNKNOWN
		};

		facts_add_queue(facts, &q);
	}
	for (unsigned i = recipe_byte(r) % 8; i; i--) {
		const struct vector_count v = { .irq = i, .count = recipe_byte(r), .queue = FACT_UNKNOWN };

		facts_add_vector(facts, &v);
	}
}

static inline struct snapshot *recipe_first(struct recipe *r)
{
	const struct pci_addr self = { 0, 1, 0, 0 }, port = { 0, 0, 1, 0 };
	const struct chip *chip = recipe_chip(r);
	struct snapshot *s = snapshot_new(ORIGIN_LIVE);
	uint8_t regs = recipe_byte(r), facts = recipe_byte(r) % 32, config = recipe_byte(r);
	uint8_t bytes[256] = { 0x86, 0x80 };

	s->chip = xstrdup(chip->name);
	for (unsigned i = 4; i < sizeof(bytes); i++)
		bytes[i] = config & 1 ? recipe_byte(r) : (uint8_t)i;
	if (config & 2)
		snapshot_add_function(s, PCI_SELF, &self, bytes, config & 4 ? 256 : 64);
	else
		snapshot_add_function(s, PCI_SELF, &self, NULL, 0);
	if (config & 8)
		snapshot_add_function(s, PCI_PARTNER, &port, bytes, 256);
	for (unsigned i = 0; i < regs; i++)
		recipe_register(r, chip, s);
	for (unsigned i = 0; i < facts; i++)
		recipe_fact(r, &s->facts);
	if (config & 128)
		recipe_counts(r, &s->facts);
	if (config & 16)
		facts_add_feature(&s->facts, "tx-tcp-segmentation", config & 32, config & 64);
	s->taken = recipe_u32(r);
	s->look = 1;
	return s;
}

/* The same device a while later. */
static inline struct snapshot *recipe_second(struct recipe *r, const struct snapshot *first)
{
	struct snapshot *s = snapshot_copy(first);
	uint8_t changes = recipe_byte(r), facts = recipe_byte(r) % 16, config = recipe_byte(r);

	for (unsigned i = 0; i < changes && s->n_regs; i++) {
		struct reg_sample *reg = &s->regs[recipe_byte(r) % s->n_regs];
		uint32_t how = recipe_byte(r), value = recipe_u32(r);

		reg->unread = (uint8_t)(how % 8 ? UNREAD_NO : how / 8 % UNREAD_REASONS);
		reg->value = reg->unread ? 0 : reg->width < 32 ? value & ((1u << reg->width) - 1) : value;
	}
	for (unsigned i = 0; i < facts; i++)
		recipe_fact(r, &s->facts);
	for (unsigned i = 0; i < config % 16u; i++) {
		struct pci_function *fn = &s->functions[recipe_byte(r) % s->n_functions];

		if (fn->config_len)
			fn->config[recipe_byte(r) % fn->config_len] = recipe_byte(r);
	}
	if (config & 128 && s->n_regs)
		s->n_regs--;
	if (config & 32) {
		s->facts.n_queues = s->facts.n_vectors = 0;
		recipe_counts(r, &s->facts);
	}
	if (config & 64)
		snapshot_note(s, "a note");
	s->taken = recipe_u32(r);
	s->look = 2;
	return s;
}

/* False if the bytes are neither. Both are the caller's. */
static inline bool fuzz_pair(const uint8_t *data, size_t n, struct snapshot **a, struct snapshot **b)
{
	struct recipe r = { data, n };

	if (snapshot_recognise((const char *)data, n)) {
		struct snapshots list = { 0 };
		bool two = !snapshot_load("FILE", (const char *)data, n, &list, NULL) && list.n >= 2;

		if (two) {
			*b = list.v[--list.n];
			*a = list.v[--list.n];
		}
		snapshots_free(&list);
		return two;
	}
	*a = recipe_first(&r);
	*b = recipe_second(&r, *a);
	return true;
}

#endif
