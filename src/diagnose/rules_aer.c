// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors on the PCI Express link, as Advanced Error Reporting latched or logged them. */
#include <inttypes.h>
#include <stdlib.h>

#include "chip/decode.h"
#include "diagnose/rules.h"
#include "snapshot/config.h"

#define AER 0x0001
#define UNCORRECTABLE 0x04
#define CORRECTABLE 0x10
/* Set by every scan of the bus on many parts, the second as the first's companion. */
#define UNSUPPORTED_REQUEST (1u << 20)
#define ADVISORY (1u << 13)

static bool latched(const struct snapshot *s, unsigned which, uint32_t *value)
{
	const struct pci_function *self = snapshot_self(s);
	const struct config_cap *cap;
	struct config_caps caps;

	if (!self)
		return false;
	config_walk(self, &caps);
	cap = config_find(&caps, CHIP_CAP_EXTENDED, AER);
	return cap && config_get(self, cap->offset + which, 4, value) && *value != UINT32_MAX;
}

static void tell_bits(struct subject *s, struct finding *f, unsigned which, uint32_t value, const char *when)
{
	for (size_t i = 0; i < s->pci->n_regs; i++) {
		const struct chip_reg *reg = s->pci->regs[i];

		if (reg->cap != CHIP_CAP_EXTENDED || reg->cap_id != AER || reg->segments->offset != which)
			continue;
		for (size_t k = 0; k < reg->n_fields; k++)
			if (chip_field_get(&reg->fields[k], value))
				finding_evidence(s, f, "%s.%s = 1 (%s)%s", reg->name, reg->fields[k].name,
						 reg->fields[k].title, when);
		return;
	}
}

/* One bit that was there already, of which no log says more: it may be as old as the last boot. */
static bool one_old_bit(const struct subject *s, uint32_t last, uint32_t fresh)
{
	return !fresh && !subject_logged(s, KLOG_AER) && !(last & (last - 1));
}

/* Bits that are new since the first sample count as seen happening. */
static bool look(struct subject *s, struct finding *f, unsigned which, uint32_t ignore)
{
	uint32_t first = 0, last = 0;

	if (!s->latest || !latched(s->latest, which, &last) || !(last &= ~ignore))
		return false;
	if (s->n_samples == 1 || !latched(s->samples[0], which, &first))
		first = last;
	if (one_old_bit(s, last, last & ~first))
		f->severity = SEVERITY_NOTE;
	if (last & ~first) {
		tell_bits(s, f, which, last & ~first, ", new while it was watched");
		f->confidence = CERTAIN;
		f->severity = which == CORRECTABLE ? SEVERITY_WARNING : SEVERITY_FAULT;
	}
	tell_bits(s, f, which, last & first, "");
	return f->n_evidence != 0;
}

/* Reports of the log whose severity is (not) of corrected errors. */
static size_t logged(struct subject *s, struct finding *f, bool corrected)
{
	const struct device_log *l = &s->logged;
	size_t n = 0;

	for (size_t i = 0; i < l->n_first[KLOG_AER]; i++) {
		const char *severity = klog_text(&l->first[KLOG_AER][i], KLOG_SEVERITY);

		if (!*severity || (*severity == 'C' || *severity == 'c') != corrected)
			continue;
		finding_report(s, f, &l->first[KLOG_AER][i]);
		n++;
	}
	return n;
}

bool rule_aer_corrected(struct subject *s, struct finding *f)
{
	bool now = look(s, f, CORRECTABLE, ADVISORY);
	size_t in_log = logged(s, f, true);

	if (in_log)
		f->severity = SEVERITY_WARNING;
	if (in_log && subject_logged(s, KLOG_AER) > 1)
		finding_evidence(s, f, "%" PRIu64 " such reports in the log", subject_logged(s, KLOG_AER));
	if (f->severity != SEVERITY_NOTE)
		remedies_add(s, f, "aspm-show slot board-firmware");
	return now || in_log;
}

bool rule_aer_uncorrected(struct subject *s, struct finding *f)
{
	bool now = look(s, f, UNCORRECTABLE, UNSUPPORTED_REQUEST);
	size_t in_log = logged(s, f, false);

	if (in_log)
		f->severity = SEVERITY_FAULT;
	if (f->severity == SEVERITY_NOTE)
		f->summary =
			"An uncorrectable error on the PCI Express link is latched, of which it is not known when it "
			"was.";
	else
		remedies_add(s, f, "slot board-firmware aspm-disable");
	return now || in_log;
}
