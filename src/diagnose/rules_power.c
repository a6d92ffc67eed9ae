// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the device answers, sleeps, saves energy; how its PCI Express link came up; who else uses its port. */
#include <string.h>

#include "diagnose/rules.h"
#include "snapshot/config.h"
#include "util/buf.h"

static size_t count_unread(const struct snapshot *s, enum unread why)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_regs; i++)
		n += s->regs[i].unread == why;
	return n;
}

/* A status register of ones is no status. */
static bool status_of_ones(const struct subject *s, struct reading *r)
{
	return s->series.n && values_role(series_last(&s->series), CHIP_MAC_STATUS, 0, r) &&
	       r->value == UINT64_MAX >> (64 - r->ref.reg->width);
}

bool rule_dead(struct subject *s, struct finding *f)
{
	const struct pci_function *self = snapshot_self(s->latest);
	size_t gone = count_unread(s->latest, UNREAD_GONE);
	size_t faults = count_unread(s->latest, UNREAD_ERROR);
	struct reading status;

	if (self && !config_answers(self))
		finding_evidence(s, f, "configuration space reads as all ones");
	if (gone)
		finding_evidence(s, f, "%zu registers: the device did not answer on the bus", gone);
	if (faults && !s->series.samples[s->series.n - 1].n_read) {
		finding_evidence(s, f, "%zu registers read as all ones or failed, though configuration space answers",
				 faults);
		f->summary = "The device answers in configuration space, but none of its registers does.";
	}
	if (status_of_ones(s, &status))
		finding_reading(s, f, &status);
	return f->n_evidence != 0;
}

bool rule_asleep(struct subject *s, struct finding *f)
{
	const char *state = s->facts->power_state;

	if (!count_unread(s->latest, UNREAD_ASLEEP) && !(state && !strncmp(state, "D3", 2)))
		return false;
	finding_fact(s, f, "power_state");
	finding_fact(s, f, "runtime_status");
	finding_hint(s, "The device sleeps and was left alone; --wake wakes it for the time of the look.");
	return true;
}

bool rule_decoding_off(struct subject *s, struct finding *f)
{
	if (!count_unread(s->latest, UNREAD_DECODING_OFF))
		return false;
	finding_evidence(s, f, "COMMAND.MEMORY = 0");
	finding_hint(
		s,
		"Memory decoding is off and the registers were left alone; --wake switches it on for the time of the "
		"look.");
	return true;
}

static bool eee_in_registers(const struct subject *s, struct reading *r)
{
	return s->series.n && values_field_role(series_last(&s->series), CHIP_EEE_STATE, 0, CHIP_FIELD_ENABLED, r) &&
	       r->value;
}

bool rule_eee(struct subject *s, struct finding *f)
{
	struct reading r;
	bool reg = eee_in_registers(s, &r);

	if (!subject_has_hang(s) && !(s->log && s->log->link_flaps > 1))
		return false;
	if (!reg && s->facts->eee_active != 1 && s->facts->eee_enabled != 1)
		return false;
	if (reg)
		finding_reading(s, f, &r);
	finding_fact(s, f, "eee_enabled");
	finding_fact(s, f, "eee_active");
	return true;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool too_narrow(struct subject *s, struct finding *f, const struct link_end *a, const struct link_end *b)
{
	unsigned both = least(a->width_max, b->width_max);

	if (a->width >= both)
		return false;
	finding_evidence(s, f, "the link is x%u, and both ends can do x%u", a->width, both);
	return true;
}

static bool too_slow(struct subject *s, struct finding *f, const struct link_end *a, const struct link_end *b)
{
	unsigned both = least(a->speed_max, b->speed_max);

	if (a->speed >= both)
		return false;
	finding_evidence(s, f, "the link runs at %s GT/s, and both ends can do %s GT/s", link_speed_name(a->speed),
			 link_speed_name(both));
	return true;
}

static void tell_target(struct subject *s, struct finding *f, const char *role, const struct link_end *end)
{
	char address[PCI_ADDR_MAX];

	if (end->speed_target)
		finding_evidence(s, f, "LNKCTL2 of the %s %s aims at %s GT/s", role, pci_addr_str(&end->addr, address),
				 link_speed_name(end->speed_target));
}

/* A card in a narrower slot has fewer lanes than both ends could: only a look at the slot tells. */
bool rule_pcie_narrow(struct subject *s, struct finding *f)
{
	const struct link_end *a = link_device(&s->link), *b = link_port(&s->link), *by = link_slowed_by(&s->link);
	bool narrow, slow;

	if (!a->known || !b->known || !a->width || !b->width)
		return false;
	narrow = too_narrow(s, f, a, b);
	slow = too_slow(s, f, a, b);
	if (slow) {
		tell_target(s, f, "port above", b);
		tell_target(s, f, "device", a);
	}
	if (slow && by && !narrow) {
		f->severity = SEVERITY_NOTE;
		f->confidence = LIKELY;
		f->summary = finding_text(
			s,
			"The PCI Express link is slower than both ends can do because the %s is configured so: "
			"by the BIOS, or by the kernel after a link that failed. That is no fault of the slot.",
			by == b ? "port above" : "device");
	} else if (narrow || slow) {
		remedies_add(s, f, "slot board-firmware");
	}
	return narrow || slow;
}

static bool takes_part(struct subject *s, struct finding *f, enum chip_role role, enum chip_field_role field)
{
	struct reading r;

	if (!values_field_role(series_last(&s->series), role, 0, field, &r) || !r.value)
		return false;
	finding_reading(s, f, &r);
	return true;
}

/*
 * The management engine of a chipset shares the host's MAC address and IP address, and answers for it. A management
 * controller of a board, behind NC-SI or SMBus, has addresses of its own and answers for nobody else: nothing to say.
 */
bool rule_management(struct subject *s, struct finding *f)
{
	bool receives = false, runs = false;
	struct reading mode = { 0 };

	if (!subject_has_trait(s, "pch"))
		return false;
	if (s->series.n) {
		runs = takes_part(s, f, CHIP_FIRMWARE_STATE, CHIP_FIELD_FIRMWARE_VALID);
		if (values_field_role(series_last(&s->series), CHIP_FIRMWARE_STATE, 0, CHIP_FIELD_FIRMWARE_MODE,
				      &mode) &&
		    runs && mode.value)
			finding_reading(s, f, &mode);
		receives = takes_part(s, f, CHIP_MANAGEMENT_STATE, CHIP_FIELD_MANAGEMENT_RECEIVE);
		receives |= takes_part(s, f, CHIP_MANAGEMENT_STATE, CHIP_FIELD_MANAGEMENT_ARP);
		receives |= runs && mode.value;
	}
	if (!receives && f->n_evidence)
		return false;
	if (!receives) {
		if (!subject_has_hang(s))
			return false;
		f->confidence = POSSIBLE;
		finding_evidence(s, f, "a NIC in the chipset shares its port with the management engine");
		finding_hint(
			s,
			"nicregs show %s --reg 'FWSM*' tells whether the management engine runs; ping tells the TTL.",
			device_word(s));
	}
	if (subject_has_hang(s))
		f->severity = SEVERITY_WARNING;
	return true;
}
