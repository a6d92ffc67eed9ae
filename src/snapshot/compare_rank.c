// SPDX-License-Identifier: GPL-2.0-or-later
/* How much a difference matters. */
#include "chip/decode.h"
#include "snapshot/compare_parts.h"
#include "util/alloc.h"

static const char *const rank_names[CHANGE_RANKS] = {
	[CHANGE_WORK] = "work", [CHANGE_TRANSMIT] = "transmit", [CHANGE_UNUSUAL] = "unusual",
	[CHANGE_ROLE] = "role", [CHANGE_OTHER] = "other",       [CHANGE_VOLATILE] = "volatile",
};

/* Roles whose registers have a rank of their own; all others with a role are CHANGE_ROLE. */
static const struct {
	enum chip_role role;
	enum change_rank rank;
} ranks[] = {
	{ CHIP_TX_CONTROL, CHANGE_TRANSMIT },  { CHIP_TX_ENABLE, CHANGE_TRANSMIT },
	{ CHIP_RESET_STATE, CHANGE_TRANSMIT }, { CHIP_TX_HEAD, CHANGE_VOLATILE },
	{ CHIP_TX_TAIL, CHANGE_VOLATILE },     { CHIP_RX_HEAD, CHANGE_VOLATILE },
	{ CHIP_RX_TAIL, CHANGE_VOLATILE },     { CHIP_ROLE_NONE, CHANGE_OTHER },
};

const char *change_rank_name(enum change_rank rank)
{
	return rank_names[rank];
}

static bool becomes_unusual(const struct chip_reg *reg, uint64_t a, uint64_t b)
{
	for (size_t i = 0; i < reg->n_fields; i++) {
		const struct chip_field *f = &reg->fields[i];

		if (decode_unusual(f, chip_field_get(f, a)) != decode_unusual(f, chip_field_get(f, b)))
			return true;
	}
	return false;
}

/* A number that only the device changes, without any field: a clock, a pointer into its own memory. */
static bool counts(const struct chip_reg *reg)
{
	return reg->group == CHIP_STATISTICS || reg->access == CHIP_RC ||
	       ((reg->access == CHIP_RO || reg->access == CHIP_RL) && !reg->n_fields);
}

static enum change_rank rank_of(const struct chip_reg *reg, const uint64_t value[COMPARE_SIDES])
{
	enum change_rank rank = CHANGE_ROLE;

	if (counts(reg))
		return CHANGE_VOLATILE;
	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++)
		if (ranks[i].role == reg->role)
			rank = ranks[i].rank;
	if (rank > CHANGE_UNUSUAL && becomes_unusual(reg, value[COMPARE_A], value[COMPARE_B]))
		rank = CHANGE_UNUSUAL;
	return rank;
}

struct change *compare_add(struct comparison *c, const struct chip_ref *ref, uint64_t a, uint64_t b)
{
	struct change *change = VEC_PUSH(c->changes, c->n, c->cap);

	*change = (struct change){ .ref = *ref, .value = { a, b }, .place = c->n };
	change->rank = rank_of(ref->reg, change->value);
	return change;
}
