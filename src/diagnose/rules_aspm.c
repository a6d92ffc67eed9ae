// SPDX-License-Identifier: GPL-2.0-or-later
/* Active State Power Management of the PCI Express link: where it is known to hurt, and where it cannot. */
#include <string.h>

#include "diagnose/rules.h"
#include "util/buf.h"

/* What is on at any end that is known; a substate is not used without L1. */
static unsigned on_at_all(const struct subject *s)
{
	unsigned on = link_on(&s->link) & LINK_ASPM;

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

	tell_end(s, f, "device", link_device(link));
	tell_end(s, f, "port above it", link_port(link));
	for (size_t i = 1; i < link->n_ends; i++)
		if (i != link->self && (link_end_on(&link->ends[i]) ^ link_end_on(link_device(link))) & LINK_ASPM)
			tell_end(s, f, "same device's function", &link->ends[i]);
}

bool rule_aspm_fault(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;
	unsigned faulty = link_errata(s->known, &erratum);

	if (!(faulty & on_at_all(s)))
		return false;
	tell_ends(s, f);
	finding_evidence(s, f, "erratum %s of the %s: %s", erratum->id, s->known->name, erratum->title);
	if (erratum->workaround)
		finding_evidence(s, f, "against it, %s", erratum->workaround);
	finding_source(s, f, erratum->cite);
	if (subject_has_trouble(s)) {
		f->severity = SEVERITY_FAULT;
		f->summary = finding_text(
			s, "ASPM is on, and the %s has a fault with it that looks like what happens here: %s.",
			s->known->name, erratum->title);
	} else {
		f->severity = SEVERITY_NOTE;
		f->confidence = CERTAIN;
		f->summary = finding_text(s, "ASPM is on, and the %s has a fault with it: %s.", s->known->name,
					  erratum->title);
	}
	return true;
}

/* The same, where the link's state is not known. */
bool rule_aspm_suspect(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;

	if (link_device(&s->link)->known || s->known != s->chip || !link_errata(s->known, &erratum) ||
	    !subject_has_trouble(s))
		return false;
	if (subject_logged(s, KLOG_ASPM) && !(s->log && klog_host(s->host->input->klog)->aspm_disabled))
		finding_reports(s, f, KLOG_ASPM, 2);
	f->summary = finding_text(
		s,
		"The %s has a fault with ASPM that looks like what happens here: %s. Whether ASPM is on is not "
		"known.",
		s->chip->name, erratum->title);
	finding_evidence(s, f, "erratum %s of the %s", erratum->id, s->chip->name);
	finding_source(s, f, erratum->cite);
	finding_hint(s, "nicregs aspm show %s tells on the machine whether ASPM is on at either end of the link.",
		     device_word(s));
	return true;
}

bool rule_aspm_workaround(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;
	struct reading r;

	if (!link_errata(s->known, &erratum) || !s->driver || !on_at_all(s))
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
	if (!subject_has_hang(s) || link_errata(s->known, NULL) || !on_at_all(s))
		return false;
	tell_ends(s, f);
	return true;
}

bool rule_aspm_not_applicable(struct subject *s, struct finding *f)
{
	bool no_link = s->latest && s->latest->n_functions && !s->link.applicable && !s->facts->physical_function;

	bool by_part = s->chip_sure && subject_has_trait(s, "no-pcie-capability");
	bool by_place = !s->latest && s->log && s->log->onboard_pch;

	if (!subject_has_trouble(s) || !(no_link || by_part || by_place))
		return false;
	f->excludes = true;
	if (no_link && s->link.why_not)
		finding_evidence(s, f, "%s", s->link.why_not);
	if (by_part)
		finding_evidence(s, f, "the %s has no PCI Express capability", s->chip->name);
	if (by_place)
		finding_evidence(s, f, "its address, %s, is where the chipset has its own NIC", s->log->address);
	if (!no_link && !by_part)
		f->confidence = LIKELY;
	return true;
}

/* A part of which only a log tells, so that whether ASPM is on is not known. */
bool rule_aspm_family(struct subject *s, struct finding *f)
{
	const struct chip_erratum *erratum = NULL;

	if (!s->known || s->known == s->chip || link_device(&s->link)->known || !link_errata(s->known, &erratum) ||
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
	    subject_has_trait(s, "no-pcie-capability"))
		return false;
	if (link_device(&s->link)->known && !on_at_all(s))
		return false;
	finding_evidence(s, f, "the log says \"PCIe ASPM is disabled\"");
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
