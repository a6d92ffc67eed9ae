// SPDX-License-Identifier: GPL-2.0-or-later
/* Which registers may be written. */
#include "access/access.h"
#include "util/alloc.h"

static bool moves_data(const struct chip_reg *reg)
{
	static const enum chip_role roles[] = {
		CHIP_TX_HEAD,     CHIP_TX_TAIL,     CHIP_TX_LENGTH,     CHIP_TX_ENABLE,      CHIP_RX_HEAD,
		CHIP_RX_TAIL,     CHIP_RX_LENGTH,   CHIP_RX_ENABLE,     CHIP_TX_CONTROL,     CHIP_RX_CONTROL,
		CHIP_MAC_CONTROL, CHIP_TX_SCHEDULE, CHIP_PACKET_BUFFER, CHIP_VECTOR_CONTROL,
	};

	for (size_t i = 0; i < COUNT(roles); i++)
		if (reg->role == roles[i])
			return true;
	return reg->queue != CHIP_QUEUE_NONE || reg->group == CHIP_INTERRUPTS;
}

static const char *never(const struct chip_reg *reg)
{
	static const enum chip_group groups[] = { CHIP_FIRMWARE, CHIP_MANAGEMENT, CHIP_GROUP_PHY,
						  CHIP_POWER,    CHIP_IDENTITY,   CHIP_PCIE };

	if (reg->space != CHIP_MMIO || reg->width != 32)
		return "only registers of 32 bits in the BAR are written";
	if (reg->access != CHIP_RW)
		return "its definition does not say that it reads as it is written (rw)";
	if (reg->trigger)
		return "a write to it starts something, or leads to other registers";
	for (size_t i = 0; i < COUNT(groups); i++)
		if (reg->group == groups[i])
			return "it belongs to firmware, management engine, PHY, power or the bus, where a wrong value does lasting harm";
	return NULL;
}

/* A user's definition cannot open what the built-in one keeps shut. */
static const char *never_by_built_in(const struct chip *chip, uint32_t offset)
{
	for (size_t i = 0; i < chip->n_built_in; i++) {
		const struct chip_ref ref = chip_reg_at(chip->built_in[i], CHIP_MMIO, offset);

		if (!ref.reg || never(ref.reg))
			return "the built-in definition has no register here that may be written";
	}
	return NULL;
}

enum access_write access_write_gate(const struct chip *chip, const struct chip_ref *ref, bool bound, const char **why)
{
	*why = ref->reg->built_in ? "the built-in definition keeps it from being read" : never(ref->reg);
	if (!*why)
		*why = never_by_built_in(chip, ref->offset);
	if (*why)
		return ACCESS_WRITE_NEVER;
	if (moves_data(ref->reg))
		*why = "it is part of a queue, or controls MAC or interrupts";
	else if (bound)
		*why = "a driver is bound, and the register is its own";
	return *why ? ACCESS_WRITE_FORCED : ACCESS_WRITE_FREELY;
}

static uint32_t triggers_of(const struct chip_ref *ref)
{
	uint32_t bits = 0;

	for (size_t i = 0; ref->reg && i < ref->reg->n_fields; i++)
		if (ref->reg->fields[i].trigger)
			bits |= (uint32_t)chip_field_mask(&ref->reg->fields[i]);
	return bits;
}

uint32_t access_write_triggers(const struct chip *chip, const struct chip_ref *ref)
{
	uint32_t bits = triggers_of(ref);

	for (size_t i = 0; i < chip->n_built_in; i++) {
		const struct chip_ref built_in = chip_reg_at(chip->built_in[i], CHIP_MMIO, ref->offset);

		bits |= triggers_of(&built_in);
	}
	return bits;
}
