// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules for lines that say how one sees that an erratum is dealt with. */
#include <inttypes.h>
#include <string.h>

#include "chip/internal.h"

static void check_values(const struct checker *c, const struct chip_test *t, uint64_t most)
{
	const char *name = t->name ? t->name : "configuration space there";

	for (size_t i = 0; i < t->n_values; i++)
		if (t->values[i].last > most)
			fault(c->sink, &t->pos, "%s%s%s cannot have the value %" PRIu64, name, t->field ? "." : "",
			      t->field ? t->field : "", t->values[i].last);
}

static uint64_t all_bits(unsigned width)
{
	return width < 64 ? ((uint64_t)1 << width) - 1 : UINT64_MAX;
}

/* Against the register that it names, in whichever space. */
static void named(const struct checker *c, const struct chip_test *t, const struct chip_reg *reg)
{
	const struct chip_field *field;

	if (!chip_access_safe(reg->access))
		fault(c->sink, &t->pos, "%s is never read", t->name);
	if (reg->space != CHIP_CONFIG && !chip_ref_at(reg, t->i, reg->segments->first2).reg)
		fault(c->sink, &t->pos, "%s has no element %u", t->name, t->i);
	if (!t->field) {
		check_values(c, t, all_bits(reg->width));
		return;
	}
	field = chip_field_named(reg, t->field);
	if (field)
		check_values(c, t, chip_field_get(field, UINT64_MAX));
	else if (!c->entry->partial)
		fault(c->sink, &t->pos, "register %s has no field %s", t->name, t->field);
}

static const struct chip_reg *config_reg(const struct checker *c, const char *name)
{
	struct db_entry *pci = db_entry_named(c->db, DEF_FAMILY, "pci");

	if (!pci || !db_resolve(c->db, pci, c->sink))
		return NULL;
	db_index(c->db, pci);
	return chip_reg_named(pci->chip, CHIP_CONFIG, name);
}

/* A family may leave a register to the chips that build on it. */
static void test(const struct checker *c, const struct chip_test *t)
{
	const struct chip_reg *reg = NULL;

	if (t->kind == CHIP_TEST_REG) {
		reg = chip_reg_named(c->chip, CHIP_MMIO, t->name);
		reg = reg ? reg : chip_reg_named(c->chip, CHIP_PHY, t->name);
	} else if (t->kind == CHIP_TEST_CONFIG) {
		reg = config_reg(c, t->name);
	} else {
		if (t->kind == CHIP_TEST_BITS)
			check_values(c, t, all_bits(t->hi - t->lo + 1u));
		return;
	}
	if (reg)
		named(c, t, reg);
	else if (!c->entry->partial && !(c->chip->family && t->kind == CHIP_TEST_REG))
		fault(c->sink, &t->pos, "there is no register %s", t->name);
}

void check_expects(const struct checker *c)
{
	for (size_t i = 0; i < c->chip->n_expects; i++) {
		const struct chip_expect *e = c->chip->expects[i];

		if (!chip_has_erratum(c->chip, e->erratum) && !c->entry->partial)
			fault(c->sink, &e->pos, "%s has no erratum %s", c->chip->name, e->erratum);
		test(c, &e->test);
		for (size_t k = 0; k < e->n_when; k++)
			test(c, &e->when[k]);
	}
}
