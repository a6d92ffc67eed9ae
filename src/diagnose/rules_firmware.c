// SPDX-License-Identifier: GPL-2.0-or-later
/* The firmware, and what device and driver have with it: recovery mode, restarts, resets that do not end, the queue of
 * commands, the NVM. */
#include <inttypes.h>
#include <string.h>

#include "device/ring_state.h"
#include "diagnose/rules.h"
#include "util/alloc.h"

static int64_t watched_ns(const struct subject *s)
{
	int64_t from = s->samples[0]->taken;

	return from && s->latest->taken > from ? s->latest->taken - from : 0;
}

/* In each sample. */
static bool always_set(const struct subject *s, const struct chip_reg *reg, const struct chip_field *field,
		       struct reading *r)
{
	for (size_t i = 0; i < s->series.n; i++)
		if (!values_reg(&s->series.samples[i], reg, 0, r) || !chip_field_get(field, r->value))
			return false;
	r->field = field;
	r->value = chip_field_get(field, r->value);
	return true;
}

/* A reset that is seen in all samples: a short one is over after a moment. */
bool rule_resetting(struct subject *s, struct finding *f)
{
	bool found = false;

	for (size_t i = 0; i < s->chip->n_regs; i++) {
		const struct chip_reg *reg = s->chip->regs[i];
		const struct chip_field *field = chip_field_with_role(reg, CHIP_FIELD_RESETTING, 0);
		struct reading r;

		if (reg->role != CHIP_RESET_STATE || !field || !always_set(s, reg, field, &r))
			continue;
		finding_reading(s, f, &r);
		found = true;
	}
	if (!found || watched_ns(s) < RING_RESET_NS)
		return found;
	f->severity = SEVERITY_FAULT;
	f->confidence = CERTAIN;
	f->summary =
		"A reset of the device does not end: nothing else in its registers can be trusted. If reloading the "
		"driver does not help, only power off and on does.";
	remedies_add(s, f, "reload power-cycle");
	return true;
}

/* The fields that are unusual, in the first and in the last sample. */
static bool unusual_fields(struct subject *s, struct finding *f, enum chip_role role)
{
	const struct values *first = &s->series.samples[0], *last = series_last(&s->series);
	bool found = false;

	for (size_t i = 0; i < s->chip->n_regs; i++) {
		const struct chip_reg *reg = s->chip->regs[i];
		struct reading before, now;

		if (reg->role != role || !values_reg(first, reg, 0, &before) || !values_reg(last, reg, 0, &now))
			continue;
		for (size_t n = 0; n < reg->n_fields; n++) {
			struct reading r = now;

			r.field = &reg->fields[n];
			r.value = chip_field_get(r.field, now.value);
			if (!decode_unusual(r.field, r.value) ||
			    !decode_unusual(r.field, chip_field_get(r.field, before.value)))
				continue;
			finding_reading(s, f, &r);
			found = true;
		}
	}
	return found;
}

/* The driver clears what is set there the next time that it looks: within seconds. */
bool rule_admin_queue(struct subject *s, struct finding *f)
{
	return s->driver && s->interface && !finding_named(s, "device-resetting") &&
	       unusual_fields(s, f, CHIP_ADMIN_QUEUE);
}

/* Drivers refuse a device with such an NVM: where there is an interface, something else is meant. */
bool rule_nvm_state(struct subject *s, struct finding *f)
{
	return !s->interface && unusual_fields(s, f, CHIP_NVM_STATE);
}

static bool firmware_field(const struct subject *s, enum chip_field_role role, struct reading *r)
{
	return values_field_role(series_last(&s->series), CHIP_FIRMWARE_STATE, 0, role, r) && r->value;
}

bool rule_firmware_recovery(struct subject *s, struct finding *f)
{
	struct reading r;

	if (!firmware_field(s, CHIP_FIELD_FIRMWARE_RECOVERY, &r))
		return false;
	finding_reading(s, f, &r);
	return true;
}

bool rule_firmware_rollback(struct subject *s, struct finding *f)
{
	struct reading r;

	if (!firmware_field(s, CHIP_FIELD_FIRMWARE_ROLLBACK, &r))
		return false;
	finding_reading(s, f, &r);
	return true;
}

/* By its own count, which no reset of the driver's changes. */
bool rule_firmware_restarted(struct subject *s, struct finding *f)
{
	struct reading before, now;

	if (!values_low(&s->series.samples[0], CHIP_FIRMWARE_RESETS, 0, &before) ||
	    !values_low(series_last(&s->series), CHIP_FIRMWARE_RESETS, 0, &now) || now.value <= before.value)
		return false;
	finding_reading(s, f, &before);
	finding_reading(s, f, &now);
	return true;
}

bool rule_health(struct subject *s, struct finding *f)
{
	if (!s->facts->health || !strstr(s->facts->health, ": error"))
		return false;
	finding_fact(s, f, "health");
	finding_hint(s, "devlink health dump show pci/%s reporter NAME prints the driver's record of the error.",
		     s->out->address ? s->out->address : "ADDRESS");
	return true;
}
