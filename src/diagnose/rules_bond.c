// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds: slaves that are not alike, links that nobody watches, modes that do not go together. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/buf.h"
#include "util/text.h"

static const char *part_of(const struct subject *s)
{
	return s->latest && s->latest->chip_name && !strchr(s->latest->chip_name, ' ') ? s->latest->chip_name
	       : s->chip                                                               ? s->chip->name
										       : NULL;
}

static const char *bond_of(const struct subject *s)
{
	if (s->facts->bond)
		return s->facts->bond;
	return s->log && *s->log->bond ? s->log->bond : NULL;
}

static bool has_aspm_fault(const struct subject *s)
{
	for (size_t i = 0; s->known && i < s->known->n_errata; i++)
		if (!strncmp(s->known->errata[i].id, "aspm-", 5))
			return true;
	return false;
}

bool rule_bond_mixed(struct subject *s, struct finding *f)
{
	const char *bond = bond_of(s), *mine = part_of(s);
	AUTO_BUF struct buf others = { 0 };
	bool fault_elsewhere = false;

	for (size_t i = 0; bond && mine && i < s->host->n; i++) {
		const struct subject *other = &s->host->v[i];
		const char *part = part_of(other);

		if (!text_same(bond_of(other), bond))
			continue;
		if (subject_has_trouble(other))
			f->severity = SEVERITY_WARNING;
		if (other == s || !part || text_same(part, mine))
			continue;
		fault_elsewhere |= has_aspm_fault(other);
		buf_printf(&others, "%s%s is an %s", others.len ? ", " : "",
			   other->interface ? other->interface : "another", part);
	}
	if (!others.len)
		return false;
	f->summary = finding_text(s, "The slaves of %s are different chips: %s is an %s, %s. %s.", bond,
				  s->interface ? s->interface : "this one", mine, buf_str(&others),
				  has_aspm_fault(s) && !fault_elsewhere
					  ? "Of these only this one has a known fault with ASPM"
				  : !has_aspm_fault(s) && fault_elsewhere
					  ? "The other one has a known fault with ASPM, this one has not"
					  : "What is known of one says nothing of the other");
	finding_fact(s, f, "bond");
	finding_fact(s, f, "bond_mode");
	finding_fact(s, f, "bond_slaves");
	return true;
}

bool rule_bond_unmonitored(struct subject *s, struct finding *f)
{
	const struct facts *f_ = s->facts;

	if (!f_->bond || f_->bond_miimon != 0)
		return false;
	finding_fact(s, f, "bond_miimon");
	finding_fact(s, f, "bond_arp_interval");
	if (f_->bond_arp_interval > 0) {
		f->severity = SEVERITY_NOTE;
		f->summary = finding_text(
			s,
			"%s watches its slaves by ARP alone (MII polling is 0): a slave counts as lost only when replies "
			"stop, and replies that come over the wrong path count.",
			f_->bond);
		return true;
	}
	f->confidence = f_->bond_arp_interval == 0 ? CERTAIN : LIKELY;
	f->summary = finding_text(s, "%s does not watch its slaves (MII polling is 0): a dead link goes on being used.",
				  f_->bond);
	remedies_add(s, f, "bond-miimon");
	return true;
}

static const char *bond_with_mode(const struct subjects *all, const char *mode)
{
	const struct klog_bond *b;

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].facts->bond_mode && strstr(all->v[i].facts->bond_mode, mode))
			return all->v[i].facts->bond;
	for (size_t i = 0; all->input->klog && (b = klog_bond(all->input->klog, i)); i++)
		if (strstr(b->mode, mode))
			return b->name;
	return NULL;
}

bool rule_bond_oops(struct subject *s, struct finding *f)
{
	const char *rr = bond_with_mode(s->host, "balance-rr"), *alb = bond_with_mode(s->host, "balance-alb");

	if (!rr || !alb || !bond_of(s) || !s->kernel || version_compare(s->kernel, 2, 6, 35) >= 0)
		return false;
	f->summary = finding_text(
		s,
		"This host can crash: %s is a round-robin bond and %s an adaptive-load-balancing one, and in kernels "
		"before 2.6.35 the ARP handler of the one runs on ARP replies of the other and follows a null pointer.",
		rr, alb);
	/* Distributions put fixes into old kernels. */
	f->confidence = strchr(s->kernel, '-') ? LIKELY : CERTAIN;
	finding_evidence(s, f, "kernel = %s", s->kernel);
	finding_evidence(s, f, "mode of %s = balance-rr, mode of %s = balance-alb", rr, alb);
	return true;
}

/* By the last word of the log. */
static bool slave_is_back(const struct subject *s)
{
	const struct klog *k = s->host->input->klog;
	const struct klog_bond *b;

	for (size_t i = 0; k && (b = klog_bond(k, i)); i++)
		for (size_t n = 0; n < b->n_slaves; n++)
			if (text_same(s->interface, b->slaves[n].name))
				return b->slaves[n].up == 1;
	return false;
}

bool rule_bond_lost(struct subject *s, struct finding *f)
{
	uint64_t n = subject_logged(s, KLOG_BOND_DOWN);
	const char *after = slave_is_back(s) ? "; its link came back" : "";

	if (!n)
		return false;
	f->summary = n == 1 ? finding_text(s, "%s lost this slave once%s.", bond_of(s) ? bond_of(s) : "The bond", after)
			    : finding_text(s, "%s lost this slave %" PRIu64 " times%s.",
					   bond_of(s) ? bond_of(s) : "The bond", n, after);
	finding_reports(s, f, KLOG_BOND_DOWN, 3);
	finding_reports(s, f, KLOG_BOND_UP, 1);
	finding_fact(s, f, "bond_link_failures");
	return true;
}
