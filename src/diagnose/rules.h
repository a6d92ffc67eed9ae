/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules: one row each in rules.c, one small function each in the file of its subject. Private to diagnose/. */
#ifndef DIAGNOSE_RULES_H
#define DIAGNOSE_RULES_H

#include "diagnose/finding.h"
#include "diagnose/remedy.h"

/* What must be known before a rule is asked. */
enum need {
	NEED_CHIP = 1,   /* the part */
	NEED_REGS = 2,   /* registers of the part in the latest sample */
	NEED_SERIES = 4, /* two samples or more */
	NEED_CONFIG = 8, /* configuration space of the device */
	NEED_FACTS = 16, /* what Linux says */
	NEED_LOG = 32    /* reports of the device in a log */
};

struct rule {
	const char *id;
	unsigned needs;
	/* Whether it holds; adds evidence to f, and may change its other members, which are those of the rule. */
	bool (*test)(struct subject *s, struct finding *f);
	enum severity severity;
	enum confidence confidence;
	const char *words;    /* the summary */
	const char *remedies; /* ids of remedies/, where that advises nothing for this finding itself; NULL: none */
	const char *source;   /* besides those that remedies/ has for the finding; NULL: none */
};

/* All of them, for tests. */
const struct rule *rules_all(size_t *n);

/* Asks all rules, and sorts what they find. */
void rules_run(struct subject *s);

/* The verdict, from the subject and from what the rules found. */
void verdict_reach(struct subject *s);

#define RULE(name) bool rule_##name(struct subject *s, struct finding *f)

/* clang-format off */
/* ring.c */
RULE(stuck_head); RULE(hang_ended); RULE(paused); RULE(tx_disabled); RULE(rx_starved); RULE(one_look);
/* reported.c */
RULE(logged_hang); RULE(logged_timeout); RULE(logged_done); RULE(logged_no_link); RULE(logged_garbage);
RULE(logged_recovery); RULE(logged_moving); RULE(logged_pcie_lost); RULE(logged_overheat); RULE(logged_reset);
RULE(logged_dump); RULE(logged_uncleaned); RULE(logged_paused); RULE(logged_probe); RULE(logged_gave_up);
RULE(logged_not_started); RULE(logged_by_pf); RULE(logged_firmware); RULE(kernel_crash);
RULE(logged_came_back);
/* link.c */
RULE(link_down); RULE(link_flaps); RULE(link_slow); RULE(half_duplex); RULE(phy_faults); RULE(idle_errors);
RULE(phy_garbage); RULE(phy_errors);
/* power.c */
RULE(dead); RULE(asleep); RULE(decoding_off); RULE(eee); RULE(pcie_narrow);
/* aspm.c */
RULE(aspm_fault); RULE(aspm_suspect); RULE(aspm_workaround); RULE(aspm_not_applicable); RULE(aspm_family);
RULE(aspm_no_control); RULE(aspm_stale); RULE(aspm_enabled);
/* offload.c */
RULE(offloads); RULE(guest_offloads); RULE(tx_pause); RULE(unproven); RULE(emulated);
/* management.c */
RULE(management);
/* queues.c */
RULE(timeout_line); RULE(queue_cause); RULE(irq_masked); RULE(mdd); RULE(driver_old); RULE(rx_silent);
RULE(firmware_recovery); RULE(firmware_mismatch);
/* inflight.c */
RULE(not_cleaned); RULE(watchdog_counted);
/* mtu.c */
RULE(mtu_rejected); RULE(mtu_overlong);
/* described.c */
RULE(described);
/* bond.c */
RULE(bond_mixed); RULE(bond_unmonitored); RULE(bond_oops); RULE(bond_lost);
/* aer.c */
RULE(aer_corrected); RULE(aer_uncorrected);
/* clang-format on */

#endif
