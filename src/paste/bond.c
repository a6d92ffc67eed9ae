// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc/net/bonding/BOND: the bond itself, then a part for each slave. */
#include <string.h>

#include "paste/internal.h"
#include "util/alloc.h"
#include "util/text.h"

static const struct paste_fact_row of_bond[] = {
	{ "Currently Active Slave", "bond_active_slave" },
	{ "MII Polling Interval (ms)", "bond_miimon" },
	{ "ARP Polling Interval (ms)", "bond_arp_interval" },
};

static const struct paste_fact_row of_slave[] = {
	{ "MII Status", "bond_mii_status" },
	{ "Link Failure Count", "bond_link_failures" },
};

/* "fault-tolerance (active-backup)", "adaptive load balancing": the name that the option takes. */
static void take_mode(struct paste_block *b, const char *value)
{
	static const struct {
		const char *words, *mode;
	} modes[] = {
		{ "load balancing (round-robin)", "balance-rr" },
		{ "fault-tolerance (active-backup)", "active-backup" },
		{ "load balancing (xor)", "balance-xor" },
		{ "fault-tolerance (broadcast)", "broadcast" },
		{ "IEEE 802.3ad", "802.3ad" },
		{ "transmit load balancing", "balance-tlb" },
		{ "adaptive load balancing", "balance-alb" },
	};
	struct pasted shared = { .facts = b->shared };

	for (size_t i = 0; i < COUNT(modes); i++)
		if (text_starts(value, modes[i].words))
			paste_fact(&shared, "bond_mode", modes[i].mode);
	b->shared = shared.facts;
}

static bool bond_begins(struct paste *p, struct paste_block *b, const char *line)
{
	struct pasted shared = { .facts = b->shared };

	(void)p;
	if (!text_starts(line, "Ethernet Channel Bonding Driver") && !text_starts(line, "Bonding Mode: "))
		return false;
	paste_fact(&shared, "bond", b->out.interface); /* the file's name */
	b->shared = shared.facts;
	b->out.interface[0] = '\0';
	if (text_starts(line, "Bonding Mode: "))
		take_mode(b, line + strlen("Bonding Mode: "));
	return true;
}

static enum paste_take slave_begins(struct paste *p, struct paste_block *b, const char *name)
{
	if (b->section)
		paste_next_device(p);
	b->section = 1;
	if (!paste_name(b->out.interface, name))
		return PASTE_NOT;
	facts_merge(&b->out.facts, &b->shared);
	return PASTE_OURS;
}

static enum paste_take bond_take(struct paste *p, struct paste_block *b, const char *line)
{
	struct pasted shared = { .facts = b->shared };
	const char *value;

	if (paste_label(line, "Slave Interface", &value))
		return slave_begins(p, b, value);
	if (paste_label(line, "Bonding Mode", &value)) {
		take_mode(b, value);
		return PASTE_OURS;
	}
	if (!b->section && paste_fact_line(&shared, of_bond, COUNT(of_bond), line)) {
		b->shared = shared.facts;
		return PASTE_OURS;
	}
	if (b->section && paste_fact_line(&b->out, of_slave, COUNT(of_slave), line))
		return PASTE_OURS;
	return strchr(line, ':') && !strchr(line, '[') ? PASTE_OURS : PASTE_NOT;
}

const struct paste_kind paste_bond = { "/proc/net/bonding", bond_begins, bond_take, 1, 0, false };
