// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/pause.h"

#include <string.h>

#define CLASS_BITS 3
#define CLASS_MASK 7

static bool has_field(const struct chip_reg *reg, size_t n)
{
	return chip_field_with_role(reg, CHIP_FIELD_PAUSED, n) || chip_field_with_role(reg, CHIP_FIELD_FLOWING, n);
}

static int64_t held_of(const struct values *v, size_t n)
{
	struct reading r;
	int paused = values_paused(v, CHIP_FLOW_CONTROL, n, &r);

	return paused < 0 ? FACT_UNKNOWN : paused;
}

/* Element [i] or [i,j] of the register with that role. */
static int64_t count_of(const struct values *v, enum chip_role role, int64_t i, uint32_t j)
{
	struct chip_ref ref = i == FACT_UNKNOWN ? (struct chip_ref){ 0 } : chip_role_ref(v->chip, role, (uint32_t)i);
	const struct reg_sample *sample;

	if (ref.reg && ref.reg->dimensions > 1)
		ref = chip_ref_at(ref.reg, (uint32_t)i, j);
	sample = ref.reg ? values_sample(v, ref.reg->space, ref.offset) : NULL;
	return sample && !sample->unread ? (int64_t)sample->value : FACT_UNKNOWN;
}

static void read_priorities(const struct values *v, size_t fields, struct pause *out)
{
	size_t first = fields - PAUSE_PRIORITIES;
	struct reading map;
	bool mapped = values_role(v, CHIP_PRIORITY_CLASSES, 0, &map);

	for (uint32_t p = 0; p < PAUSE_PRIORITIES; p++)
		out->priorities[p] = (struct pause_row){
			.traffic_class = mapped ? (int64_t)(map.value >> CLASS_BITS * p & CLASS_MASK) : FACT_UNKNOWN,
			.held = held_of(v, first + p),
			.xoff_received = count_of(v, CHIP_PRIORITY_XOFF_RECEIVED, out->port, p),
			.xoff_sent = count_of(v, CHIP_PRIORITY_XOFF_SENT, out->port, p),
		};
}

bool pause_read(const struct values *v, struct pause *out)
{
	const struct chip_reg *reg = v->chip ? chip_role_ref(v->chip, CHIP_FLOW_CONTROL, 0).reg : NULL;
	struct reading port, status;
	size_t fields = 0;

	while (reg && has_field(reg, fields))
		fields++;
	if (fields < PAUSE_PRIORITIES || !values_role(v, CHIP_FLOW_CONTROL, 0, &status))
		return false;
	out->port = values_low(v, CHIP_PORT_NUMBER, 0, &port) ? (int64_t)port.value : FACT_UNKNOWN;
	out->link = (struct pause_row){
		.traffic_class = FACT_UNKNOWN,
		.held = fields > PAUSE_PRIORITIES ? held_of(v, 0) : FACT_UNKNOWN,
		.xoff_received = count_of(v, CHIP_XOFF_RECEIVED, out->port, 0),
		.xoff_sent = count_of(v, CHIP_XOFF_SENT, out->port, 0),
	};
	read_priorities(v, fields, out);
	return true;
}

bool pause_row_tells(const struct pause_row *r)
{
	return r->held == 1 || r->traffic_class > 0 || r->xoff_received > 0 || r->xoff_sent > 0;
}
