// SPDX-License-Identifier: GPL-2.0-or-later
/* Somebody else on the same port: the chipset's management engine. */
#include "diagnose/rules.h"

static bool takes_part(struct subject *s, struct finding *f, enum chip_role role, const char *field)
{
	struct reading r;

	if (!values_field(series_last(&s->series), role, 0, field, &r) || !r.value)
		return false;
	finding_reading(s, f, &r);
	return true;
}

/*
 * The management engine of a chipset shares the host's MAC address and IP address, and answers for it. A management
 * controller of a board, behind NC-SI or SMBus, has addresses of its own and answers for nobody else: nothing to say.
 */
RULE(management)
{
	bool receives = false, runs = false;
	struct reading mode = { 0 };

	if (!subject_has_trait(s, "pch"))
		return false;
	if (s->series.n) {
		runs = takes_part(s, f, CHIP_FIRMWARE_STATE, "FW_VALID");
		if (values_field(series_last(&s->series), CHIP_FIRMWARE_STATE, 0, "MODE", &mode) && runs && mode.value)
			finding_reading(s, f, &mode);
		receives = takes_part(s, f, CHIP_MANAGEMENT_STATE, "RCV_TCO_EN");
		receives |= takes_part(s, f, CHIP_MANAGEMENT_STATE, "ARP_EN");
		receives |= runs && mode.value;
	}
	if (!receives && f->n_evidence)
		return false;
	if (!receives) {
		if (!subject_has_hang(s))
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
