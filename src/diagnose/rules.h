/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules: one row each in the table of diagnose.c, one function each in the file of its subject, rules_*.c, and its
 * declaration below. Private to diagnose/.
 *
 * A rule is a function without state: it looks at the subject, says whether it holds, and adds its evidence to f, which
 * begins as its row of the table has it. What it adds to f lives as long as the diagnosis (finding.h). What a
 * rule that does not hold added to f is dropped; where something is not known it does not hold. No two rules have one id.
 */
#ifndef DIAGNOSE_RULES_H
#define DIAGNOSE_RULES_H

#include "diagnose/finding.h"

/* What must be known before a rule is asked. */
enum need {
	NEED_CHIP = 1,       /* the part */
	NEED_REGS = 2,       /* registers of the part in the latest sample */
	NEED_SERIES = 4,     /* two samples or more */
	NEED_CONFIG = 8,     /* configuration space of the device */
	NEED_FACTS = 16,     /* what Linux says */
	NEED_LOG = 32,       /* reports of the device in a log */
	NEED_ASPM = 64,      /* what is on at the device's end of the link: configuration space, or lspci's text */
	NEED_RINGS = 128,    /* rings of the driver's side in the latest sample */
	NEED_PASTED = 256,   /* pasted output about the device in a log */
	NEED_EXPECTS = 512,  /* expectations of the part about its driver */
	NEED_MACHINE = 1024, /* a log in which the kernel crashed, or a CPU was stuck */
	NEED_FIRMWARE =
		2048, /* registers that the part's firmware has for its state, or the driver's record of its health */
	NEED_WORDS = 4096,   /* reports of the device that are words of its driver */
	NEED_GAPS = 8192,    /* transmit queues that are off, not to be believed or not read */
	NEED_QUOTED = 16384, /* a sample, and a driver's words in a log among another program's */
	NEED_QUEUES = 32768, /* what the kernel counts of its queues */
	NEED_DONE =
		65536 /* where frames that nobody cleaned up would show: bytes in flight in two samples, rings, the log */
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

/* rules.c. Within one severity and confidence, findings are in this order. */
extern const struct rule all_rules[];
extern const size_t n_rules;

/* Asks all rules, and sorts what they find. */
void rules_run(struct subject *s);

/* The verdict, from the subject and from what the rules found. */
void verdict_reach(struct subject *s);

struct judgement {
	enum verdict verdict;
	enum confidence confidence;
	const char *reason;
	const char *brief; /* NULL: none */
	const char *times; /* a sentence more; NULL: none */
};

/* One without `brief` and `times`. */
static inline struct judgement judged(enum verdict verdict, enum confidence confidence, const char *reason)
{
	return (struct judgement){ .verdict = verdict, .confidence = confidence, .reason = reason };
}

/* verdict_log.c: by the device's part of the log alone, s->log, which there is. */
struct judgement verdict_by_log(struct subject *s);

/* rules_log.c, of any log */
bool rule_log_quoted(struct subject *s, struct finding *f);

/* rules_sight.c */
bool rule_queues_unseen(struct subject *s, struct finding *f);
bool rule_queue_disabled(struct subject *s, struct finding *f);
bool rule_queue_odd(struct subject *s, struct finding *f);
bool rule_irq_masked(struct subject *s, struct finding *f);
bool rule_rx_silent(struct subject *s, struct finding *f);

/* rules_queue.c */
bool rule_stuck_head(struct subject *s, struct finding *f);
bool rule_hang_ended(struct subject *s, struct finding *f);
bool rule_paused(struct subject *s, struct finding *f);
bool rule_scheduled(struct subject *s, struct finding *f);
bool rule_tx_disabled(struct subject *s, struct finding *f);
bool rule_rx_disabled(struct subject *s, struct finding *f);
bool rule_requests_blocked(struct subject *s, struct finding *f);
bool rule_rx_starved(struct subject *s, struct finding *f);
bool rule_one_look(struct subject *s, struct finding *f);
bool rule_queue_cause(struct subject *s, struct finding *f);

/* rules_driver.c */
bool rule_mdd(struct subject *s, struct finding *f);
bool rule_safe_mode(struct subject *s, struct finding *f);
bool rule_driver_old(struct subject *s, struct finding *f);
bool rule_dcb(struct subject *s, struct finding *f);
bool rule_firmware_mismatch(struct subject *s, struct finding *f);
bool rule_logged_probe(struct subject *s, struct finding *f);
bool rule_logged_gave_up(struct subject *s, struct finding *f);
bool rule_logged_not_started(struct subject *s, struct finding *f);
bool rule_logged_by_pf(struct subject *s, struct finding *f);

/* rules_cleaned.c */
/* Whether a queue had as many bytes in flight, and some, in every sample: also where no tail can be read. */
bool bytes_stand(const struct subject *s);
bool rule_not_cleaned(struct subject *s, struct finding *f);
bool rule_watchdog_counted(struct subject *s, struct finding *f);

/* rules_firmware.c */
bool rule_resetting(struct subject *s, struct finding *f);
bool rule_admin_queue(struct subject *s, struct finding *f);
bool rule_nvm_state(struct subject *s, struct finding *f);
bool rule_firmware_recovery(struct subject *s, struct finding *f);
bool rule_firmware_rollback(struct subject *s, struct finding *f);
bool rule_firmware_restarted(struct subject *s, struct finding *f);
bool rule_health(struct subject *s, struct finding *f);

/* rules_log.c */
bool rule_logged_hang(struct subject *s, struct finding *f);
bool rule_logged_timeout(struct subject *s, struct finding *f);
bool rule_logged_host_off(struct subject *s, struct finding *f);
bool rule_logged_reset(struct subject *s, struct finding *f);
bool rule_logged_dump(struct subject *s, struct finding *f);
bool rule_logged_paused(struct subject *s, struct finding *f);
bool rule_logged_done(struct subject *s, struct finding *f);
bool rule_logged_no_link(struct subject *s, struct finding *f);
bool rule_logged_garbage(struct subject *s, struct finding *f);
bool rule_logged_no_index(struct subject *s, struct finding *f);
bool rule_logged_recovery(struct subject *s, struct finding *f);
bool rule_logged_moving(struct subject *s, struct finding *f);
bool rule_logged_pcie_lost(struct subject *s, struct finding *f);
bool rule_logged_came_back(struct subject *s, struct finding *f);
bool rule_logged_overheat(struct subject *s, struct finding *f);
/* Evidence of ports of the bus that said something at about the time of the first report of a kind. */
void rules_port_words(struct subject *s, struct finding *f, enum klog_kind kind);
bool rule_timeout_line(struct subject *s, struct finding *f);

/* rules_crash.c */
bool rule_kernel_crash(struct subject *s, struct finding *f);
bool rule_cpu_stalled(struct subject *s, struct finding *f);

/* rules_message.c: each kind of what drivers say in words of their own has a rule. */
bool rule_message_link(struct subject *s, struct finding *f);
bool rule_message_not_up(struct subject *s, struct finding *f);
bool rule_message_queue(struct subject *s, struct finding *f);
bool rule_message_pf(struct subject *s, struct finding *f);
bool rule_message_vf(struct subject *s, struct finding *f);
bool rule_message_driver(struct subject *s, struct finding *f);
bool rule_message_firmware(struct subject *s, struct finding *f);
/* What the last of such reports says of the device, and the finding's id, static, that says so; VERDICT_UNKNOWN: nothing. */
enum verdict message_verdict(const struct subject *s, const char **finding);
/* Whether there are words for what a report of this kind says, for tests. */
bool message_is_known(enum klog_kind kind, const char *what);

/* rules_link.c */
bool rule_link_down(struct subject *s, struct finding *f);
bool rule_module_alarm(struct subject *s, struct finding *f);
bool rule_link_flaps(struct subject *s, struct finding *f);
bool rule_link_slow(struct subject *s, struct finding *f);
bool rule_half_duplex(struct subject *s, struct finding *f);
bool rule_phy_faults(struct subject *s, struct finding *f);
bool rule_idle_errors(struct subject *s, struct finding *f);
bool rule_phy_garbage(struct subject *s, struct finding *f);
bool rule_phy_errors(struct subject *s, struct finding *f);
bool rule_eee(struct subject *s, struct finding *f);
bool rule_management(struct subject *s, struct finding *f);

/* rules_pcie.c */
bool rule_dead(struct subject *s, struct finding *f);
bool rule_asleep(struct subject *s, struct finding *f);
bool rule_decoding_off(struct subject *s, struct finding *f);
bool rule_pcie_narrow(struct subject *s, struct finding *f);
bool rule_aer_corrected(struct subject *s, struct finding *f);
bool rule_aer_uncorrected(struct subject *s, struct finding *f);
bool rule_aspm_fault(struct subject *s, struct finding *f);
bool rule_aspm_suspect(struct subject *s, struct finding *f);
bool rule_aspm_workaround(struct subject *s, struct finding *f);
bool rule_aspm_enabled(struct subject *s, struct finding *f);
bool rule_aspm_not_applicable(struct subject *s, struct finding *f);
bool rule_aspm_family(struct subject *s, struct finding *f);
bool rule_aspm_no_control(struct subject *s, struct finding *f);
bool rule_aspm_stale(struct subject *s, struct finding *f);

/* rules_workaround.c */
bool rule_workaround(struct subject *s, struct finding *f);
/* Whether, by the last sample, nobody deals with an erratum of the part: an `expect` line of it fails. */
bool workaround_fails(const struct subject *s, const char *erratum);

/* rules_host.c */
bool rule_offloads(struct subject *s, struct finding *f);
bool rule_guest_offloads(struct subject *s, struct finding *f);
bool rule_tx_pause(struct subject *s, struct finding *f);
bool rule_unproven(struct subject *s, struct finding *f);
bool rule_emulated(struct subject *s, struct finding *f);
bool rule_mtu_rejected(struct subject *s, struct finding *f);
bool rule_mtu_overlong(struct subject *s, struct finding *f);
bool rule_bond_mixed(struct subject *s, struct finding *f);
bool rule_bond_unmonitored(struct subject *s, struct finding *f);
bool rule_bond_oops(struct subject *s, struct finding *f);
bool rule_bond_up(struct subject *s, struct finding *f);
bool rule_bond_partner(struct subject *s, struct finding *f);
bool rule_bond_lost(struct subject *s, struct finding *f);

/* rules_ring.c */
bool rule_ring_states(struct subject *s, struct finding *f);
bool rule_ring_stands(struct subject *s, struct finding *f);
bool rule_ring_resetting(struct subject *s, struct finding *f);
bool rule_stuck_frame(struct subject *s, struct finding *f);
/* The rest is asked of subjects that have rings, subject_rings(). Evidence of the rings that stand, as both ends have it. */
void ring_tell_stuck(struct subject *s, struct finding *f);
/* The rings that the hardware has finished and nobody cleaned up. known_already: f says so by what else shows it. */
bool ring_tell_uncleaned(struct subject *s, struct finding *f, bool known_already);
/* The frame that the hardware stands on, owned by the snapshot; NULL: none, or not known. */
const struct frame_side *ring_stuck_frame(const struct subject *s);
/* "TCP, 2974 bytes in 2 segments of 1460 (TSO)", owned by the diagnosis; NULL: not known. */
const char *ring_frame_words(struct subject *s, const struct frame_side *f);
/* Whether the driver's side knows all rings, and each is empty or moves; how many of them move. */
bool ring_none_waits(const struct subject *s, size_t *running);
/* Whether the driver, by its own word, has nothing in the ring of a queue of the kernel, or only what the hardware need not have
 * written back yet. */
bool ring_explains(const struct subject *s, uint32_t queue);

/* rules_counters.c */
bool rule_described(struct subject *s, struct finding *f);
bool rule_counters_one_way(struct subject *s, struct finding *f);
bool rule_counters_silent(struct subject *s, struct finding *f);
bool rule_counters_interrupts(struct subject *s, struct finding *f);
bool rule_counters_paused(struct subject *s, struct finding *f);
bool rule_counters_errors(struct subject *s, struct finding *f);

#endif
