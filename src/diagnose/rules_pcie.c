// SPDX-License-Identifier: GPL-2.0-or-later
/* The PCI Express link: whether the device answers, how its link came up, its errors, and ASPM where it is known to hurt
 * and where it cannot. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "diagnose/rules.h"
#include "snapshot/config.h"
#include "util/buf.h"
#include "util/text.h"

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
		f->summary = "The device answers in configuration space, but its registers do not.";
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
	finding_hint(s, "The device sleeps and was left alone; --wake wakes it for the read.");
	return true;
}

bool rule_decoding_off(struct subject *s, struct finding *f)
{
	if (!count_unread(s->latest, UNREAD_DECODING_OFF))
		return false;
	finding_evidence(s, f, "COMMAND.MEMORY = 0");
	finding_hint(s, "Memory decoding is off and the registers were left alone; --wake enables it for the "
			"read.");
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

/* Errors on the PCI Express link, as Advanced Error Reporting latched or logged them. */

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

	if (!self)
		return false;
	cap = config_find(config_caps(self), CHIP_CAP_EXTENDED, AER);
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

/* How many the kernel counted from the first sample to the last; 0 if it does not count. */
static int64_t more(const struct subject *s, size_t fact)
{
	int64_t first, last;

	if (s->n_samples < 2)
		return 0;
	first = *(const int64_t *)(const void *)((const char *)&s->samples[0]->facts + fact);
	last = *(const int64_t *)(const void *)((const char *)&s->latest->facts + fact);
	return first != FACT_UNKNOWN && last > first ? last - first : 0;
}

/* Errors that the kernel counted while it was watched, at the device and at the port above. */
static bool counted(struct subject *s, struct finding *f, bool corrected)
{
	enum { FIRST_FATAL = 4 };
	static const struct {
		size_t fact;
		bool corrected;
		const char *what;
	} counts[] = {
		{ offsetof(struct facts, aer_corrected), true, "corrected errors at the device" },
		{ offsetof(struct facts, aer_port_corrected), true, "corrected errors at the port above" },
		{ offsetof(struct facts, aer_nonfatal), false, "nonfatal errors at the device" },
		{ offsetof(struct facts, aer_port_nonfatal), false, "nonfatal errors at the port above" },
		{ offsetof(struct facts, aer_fatal), false, "fatal errors at the device" },
		{ offsetof(struct facts, aer_port_fatal), false, "fatal errors at the port above" },
	};
	size_t n = f->n_evidence;
	bool fatal = false;

	for (size_t i = 0; i < COUNT(counts); i++) {
		int64_t grew = counts[i].corrected == corrected ? more(s, counts[i].fact) : 0;

		if (!grew)
			continue;
		finding_evidence(s, f, "%" PRId64 " %s, new while it was watched", grew, counts[i].what);
		fatal |= i >= FIRST_FATAL;
	}
	if (f->n_evidence == n)
		return false;
	f->confidence = CERTAIN;
	f->severity = fatal ? SEVERITY_FAULT : SEVERITY_WARNING;
	return true;
}

/* All since boot, by their kinds: beside what else shows such errors. */
static void count_all(struct subject *s, struct finding *f)
{
	finding_fact(s, f, "aer_errors");
	finding_fact(s, f, "aer_port_errors");
}

bool rule_aer_corrected(struct subject *s, struct finding *f)
{
	bool bits = look(s, f, CORRECTABLE, ADVISORY), now = counted(s, f, true) || bits;
	size_t in_log = logged(s, f, true);

	if (in_log)
		f->severity = SEVERITY_WARNING;
	if (now || in_log)
		count_all(s, f);
	if (in_log && subject_logged(s, KLOG_AER) > 1)
		finding_evidence(s, f, "%" PRIu64 " such reports in the log", subject_logged(s, KLOG_AER));
	if (f->severity != SEVERITY_NOTE)
		remedies_add(s, f, "aspm-show slot board-firmware");
	return now || in_log;
}

bool rule_aer_uncorrected(struct subject *s, struct finding *f)
{
	bool bits = look(s, f, UNCORRECTABLE, UNSUPPORTED_REQUEST), now = counted(s, f, false) || bits;
	size_t in_log = logged(s, f, false);

	if (in_log)
		f->severity = SEVERITY_FAULT;
	if (now || in_log)
		count_all(s, f);
	if (f->severity == SEVERITY_NOTE)
		f->summary =
			"An uncorrectable error on the PCI Express link is latched, of which it is not known when it "
			"was.";
	else
		remedies_add(s, f, "slot board-firmware aspm-disable");
	return now || in_log;
}

/* Active State Power Management of the PCI Express link: where it is known to hurt, and where it cannot. */

/* Of the device's end, as lspci or pciconf printed it: "L0s L1", "disabled". */
static unsigned on_as_printed(const struct facts *f)
{
	unsigned on = 0;

	if (f->aspm_enabled)
		on = (strstr(f->aspm_enabled, "L0s") ? LINK_L0S : 0) | (strstr(f->aspm_enabled, "L1") ? LINK_L1 : 0);
	return on;
}

/* Whether it is known what is on, by configuration space or by such a text. */
static bool is_aspm_known(const struct subject *s)
{
	return link_device(&s->link)->known || s->facts->aspm_enabled;
}

/* What is on at any end that is known; a substate is not used without L1. */
static unsigned on_at_all(const struct subject *s)
{
	unsigned on = link_device(&s->link)->known ? link_on(&s->link) & LINK_ASPM : on_as_printed(s->facts);

	return on & LINK_L1 ? on : on & LINK_L0S;
}

static void tell_end(struct subject *s, struct finding *f, const char *role, const struct link_end *end)
{
	unsigned on = link_end_on(end);
	char address[PCI_ADDR_MAX];

	if (!end->known)
		return;
	finding_evidence(s, f, "LNKCTL.ASPM of the %s %s = %u (%s)", role, pci_addr_str(&end->addr, address),
			 link_states_lnkctl(on & (LINK_L0S | LINK_L1)), link_aspm_words(on));
	if (on & LINK_L1_2)
		finding_evidence(s, f, "L1 substate L1.2 is enabled at the %s", role);
}

/* The device, the port, and what functions have otherwise than the device. */
static void tell_ends(struct subject *s, struct finding *f)
{
	const struct link *link = &s->link;

	if (!link_device(link)->known)
		finding_fact(s, f, "aspm_enabled");
	tell_end(s, f, "device", link_device(link));
	tell_end(s, f, "port above it", link_port(link));
	for (size_t i = 1; i < link->n_ends; i++)
		if (i != link->self && (link_end_on(&link->ends[i]) ^ link_end_on(link_device(link))) & LINK_ASPM)
			tell_end(s, f, "same device's function", &link->ends[i]);
}

bool rule_aspm_fault(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;
	unsigned on = on_at_all(s);

	if (!on || !(link_errata(s->known, &erratum) & on))
		return false;
	tell_ends(s, f);
	finding_evidence(s, f, "erratum %s of the %s: %s", erratum->id, s->known->name, erratum->title);
	if (erratum->workaround)
		finding_evidence(s, f, "against it, %s", erratum->workaround);
	finding_source(s, f, erratum->cite);
	if (subject_has_trouble(s)) {
		f->severity = SEVERITY_FAULT;
		f->summary = finding_text(s, "ASPM is on, and the %s has an ASPM bug that looks like this problem: %s.",
					  s->known->name, erratum->title);
	} else {
		f->severity = SEVERITY_NOTE;
		f->confidence = CERTAIN;
		f->summary =
			finding_text(s, "ASPM is on, and the %s has an ASPM bug: %s.", s->known->name, erratum->title);
	}
	return true;
}

/* The same, where the link's state is not known. */
bool rule_aspm_suspect(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;

	if (is_aspm_known(s) || !s->chip || s->known != s->chip || !link_errata(s->chip, &erratum) ||
	    !subject_has_trouble(s))
		return false;
	if (subject_logged(s, KLOG_ASPM) && !(s->log && klog_host(s->host->input->klog)->aspm_disabled))
		finding_reports(s, f, KLOG_ASPM, 2);
	f->summary = finding_text(s,
				  "The %s has an ASPM bug that looks like this problem: %s. Whether ASPM is on is not "
				  "known.",
				  s->chip->name, erratum->title);
	finding_evidence(s, f, "erratum %s of the %s", erratum->id, s->chip->name);
	finding_source(s, f, erratum->cite);
	if (s->platform.system == SYSTEM_LINUX)
		finding_hint(s,
			     "On the machine, nicregs aspm show %s shows whether ASPM is on at either end of the link.",
			     finding_device_word(s));
	return true;
}

bool rule_aspm_workaround(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;
	struct reading r;

	if (!s->driver || !on_at_all(s) || !link_errata(s->known, &erratum))
		return false;
	if (values_field_role(series_last(&s->series), CHIP_PCIE_CONTROL, 0, CHIP_FIELD_ASPM_WORKAROUND, &r) &&
	    !r.value)
		finding_reading(s, f, &r);
	if (values_field_role(series_last(&s->series), CHIP_PCIE_CONTROL2, 0, CHIP_FIELD_ASPM_WORKAROUND, &r) &&
	    !r.value)
		finding_reading(s, f, &r);
	if (subject_has_trouble(s))
		f->severity = SEVERITY_WARNING;
	return f->n_evidence != 0;
}

/* No erratum that we know of, but something hangs and ASPM is on. */
bool rule_aspm_enabled(struct subject *s, struct finding *f)
{
	if (!subject_has_hang(s) || !on_at_all(s) || link_errata(s->known, NULL))
		return false;
	tell_ends(s, f);
	return true;
}

bool rule_aspm_not_applicable(struct subject *s, struct finding *f)
{
	unsigned why = subject_no_aspm(s);

	if (!subject_has_trouble(s) || !why)
		return false;
	f->excludes = true;
	if (why & NO_ASPM_TEXT) {
		finding_fact(s, f, "aspm_supported");
		f->summary =
			"The device's end of the PCI Express link supports no ASPM. Advice from the web to switch it off "
			"here cannot change anything.";
	}
	if (why & NO_ASPM_CONFIG && s->link.why_not)
		finding_evidence(s, f, "%s", s->link.why_not);
	if (why & NO_ASPM_PART)
		finding_evidence(s, f, "the %s has no PCI Express capability", s->chip->name);
	if (why & NO_ASPM_PLACE)
		finding_evidence(s, f, "its address, %s, is where the chipset has its own NIC", s->log->address);
	if (why == NO_ASPM_PLACE)
		f->confidence = LIKELY;
	return true;
}

/* A part of which only a log tells, so that whether ASPM is on is not known. */
bool rule_aspm_family(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;

	if (!s->known || s->known == s->chip || is_aspm_known(s) || !link_errata(s->known, &erratum) ||
	    !subject_has_trouble(s))
		return false;
	if (s->log->vendor)
		finding_evidence(s, f, "PCI id %04x:%04x is an %s", s->log->vendor, s->log->device, s->known->name);
	finding_evidence(s, f, "erratum %s of the %s", erratum->id, s->known->name);
	finding_source(s, f, erratum->cite);
	f->summary = finding_text(s, "The %s has a known fault with ASPM: %s.%s%s%s", s->known->name, erratum->title,
				  erratum->workaround ? " As a rule " : "",
				  erratum->workaround ? erratum->workaround : "", erratum->workaround ? "." : "");
	return true;
}

bool rule_aspm_no_control(struct subject *s, struct finding *f)
{
	if (!klog_host(s->host->input->klog)->aspm_disabled || (s->latest && !s->link.applicable) ||
	    subject_has_no_link(s))
		return false;
	if (is_aspm_known(s) && !on_at_all(s))
		return false;
	finding_evidence(s, f, "the log says \"PCIe ASPM is disabled\"");
	if (!link_device(&s->link)->known)
		finding_fact(s, f, "aspm_enabled");
	tell_end(s, f, "device", link_device(&s->link));
	return true;
}

bool rule_aspm_stale(struct subject *s, struct finding *f)
{
	AUTO_BUF struct buf say = { 0 };

	link_say_stale(&s->link, &say);
	if (!say.len)
		return false;
	finding_evidence(s, f, "%s", buf_str(&say));
	tell_ends(s, f);
	return true;
}
