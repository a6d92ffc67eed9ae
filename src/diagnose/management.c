// SPDX-License-Identifier: GPL-2.0-or-later
/* Somebody else on the same port: management engine or controller. */
#include "diagnose/rules.h"

static bool takes_part(struct subject *s, struct finding *f, enum chip_role role, const char *field)
{
	struct reading r;

	if (!lookup_field(series_last(&s->series), role, 0, field, &r) || !r.value)
		return false;
	finding_reading(s, f, &r);
	return true;
}

RULE(management)
{
	bool receives = false;
	struct reading mode;

	if (s->series.n) {
		bool runs = takes_part(s, f, CHIP_FIRMWARE_STATE, "FW_VALID");

		if (lookup_field(series_last(&s->series), CHIP_FIRMWARE_STATE, 0, "MODE", &mode) && runs && mode.value)
			finding_reading(s, f, &mode);
		receives = takes_part(s, f, CHIP_MANAGEMENT_STATE, "RCV_TCO_EN");
		receives |= takes_part(s, f, CHIP_MANAGEMENT_STATE, "ARP_EN");
		receives |= runs && mode.value;
	}
	if (!receives && s->series.n && f->n_evidence)
		return false;
	if (!receives) {
		if (!subject_has_trait(s, "pch") || !subject_has_hang(s))
			return false;
		f->confidence = POSSIBLE;
		finding_evidence(s, f, "a NIC in the chipset shares its port with the management engine");
		surer(s, "nicregs show %s --reg 'FWSM*' tells whether the management engine runs; ping tells the TTL.",
		      device_word(s));
	}
	if (subject_has_hang(s))
		f->severity = SEVERITY_WARNING;
	return true;
}
