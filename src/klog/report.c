// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/report.h"

#include <string.h>

const struct klog_field_desc klog_fields[KLOG_FIELDS] = {
#define X(id, format, name, title, part) [KLOG_##id] = { name, title, part, KLOG_##format },
	KLOG_NUMBERS(X) KLOG_TEXTS(X)
#undef X
};

_Static_assert(KLOG_N_NUMBERS <= 64, "known has a bit for each");

static const char *const kinds[KLOG_KINDS] = {
	[KLOG_HANG] = "hang",
	[KLOG_TX_TIMEOUT] = "tx-timeout",
	[KLOG_WATCHDOG] = "watchdog",
	[KLOG_RESET] = "reset",
	[KLOG_RECOVERY] = "recovery",
	[KLOG_PCIE_LOST] = "pcie-lost",
	[KLOG_PHY_ERROR] = "phy-error",
	[KLOG_LINK_DOWN] = "link-down",
	[KLOG_LINK_UP] = "link-up",
	[KLOG_BOND_DOWN] = "bond-down",
	[KLOG_BOND_UP] = "bond-up",
	[KLOG_BOND_EMPTY] = "bond-empty",
	[KLOG_MDD] = "mdd",
	[KLOG_AER] = "aer",
	[KLOG_ASPM] = "aspm",
	[KLOG_OVERHEAT] = "overheat",
	[KLOG_PROBE_FAILED] = "probe-failed",
	[KLOG_FIRMWARE] = "firmware",
	[KLOG_DUMP] = "register-dump",
};

const char *klog_kind_name(enum klog_kind kind)
{
	return kind < KLOG_KINDS ? kinds[kind] : "info";
}

bool klog_known(const struct klog_report *r, enum klog_field field)
{
	if ((unsigned)field < KLOG_N_NUMBERS)
		return r->known >> field & 1;
	return klog_text(r, field)[0] != '\0';
}

uint64_t klog_number(const struct klog_report *r, enum klog_field field)
{
	return klog_known(r, field) ? r->number[field] : 0;
}

const char *klog_text(const struct klog_report *r, enum klog_field field)
{
	return field == KLOG_BITS ? r->errors : r->text[field - KLOG_N_NUMBERS];
}

bool klog_address(const struct klog_report *r, struct pci_addr *addr)
{
	return pci_addr_parse(klog_text(r, KLOG_ADDRESS), addr);
}

void klog_set(struct klog_report *r, enum klog_field field, uint64_t value)
{
	r->number[field] = value;
	r->known |= UINT64_C(1) << field;
}

void klog_unset(struct klog_report *r, enum klog_field field)
{
	r->known &= ~(UINT64_C(1) << field);
}

void klog_set_text(struct klog_report *r, enum klog_field field, const char *text, size_t n)
{
	char *to = field == KLOG_BITS ? r->errors : r->text[field - KLOG_N_NUMBERS];
	size_t size = field == KLOG_BITS ? KLOG_ERRORS_MAX : KLOG_TEXT_MAX;

	if (n >= size)
		n = size - 1;
	for (size_t i = 0; i < n; i++) /* one that goes over the end of a line has a blank there */
		to[i] = text[i] == '\n' || text[i] == '\t' ? ' ' : text[i];
	to[n] = '\0';
}
