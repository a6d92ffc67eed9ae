// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "diagnose/remedy.h"
#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"

static const char *name_of_part(const struct subject *s)
{
	const char *name = s->latest ? s->latest->chip_name : NULL;

	if (s->latest && s->known && !s->known->part)
		return chip_called(s->known, name);
	if (name && !strchr(name, ' '))
		return name;
	if (!s->latest && s->log && klog_chip_name(s->host->input->db, s->log))
		return klog_chip_name(s->host->input->db, s->log);
	if (!s->latest && s->part_name)
		return s->part_name;
	if (s->known)
		return s->known->name;
	return s->driver ? chipdb_driver_parts(s->host->input->db, s->driver) : NULL;
}

static const char *address_of(struct subject *s)
{
	const struct pci_function *self = s->latest ? snapshot_self(s->latest) : NULL;
	char address[PCI_ADDR_MAX];

	if (self)
		return finding_text(s, "%s", pci_addr_str(&self->addr, address));
	return s->log && *s->log->address ? finding_text(s, "%s", s->log->address) : NULL;
}

static const char *kernel_of(struct subject *s)
{
	if (s->facts->kernel)
		return finding_text(s, "%s", s->facts->kernel);
	if (!s->latest && s->host->input->klog && *klog_host(s->host->input->klog)->kernel)
		return finding_text(s, "%s", klog_host(s->host->input->klog)->kernel);
	return NULL;
}

static void name_it(struct subject *s)
{
	struct diagnosis *d = s->out;
	AUTO_BUF struct buf b = { 0 };

	d->address = address_of(s);
	d->netdev = s->interface ? finding_text(s, "%s", s->interface) : NULL;
	d->driver = s->driver ? finding_text(s, "%s", s->driver) : NULL;
	d->driver_version = s->driver_version ? finding_text(s, "%s", s->driver_version) : NULL;
	d->kernel = kernel_of(s);
	d->word = finding_device_word(s);
	d->has_nicregs = s->platform.system == SYSTEM_LINUX;
	d->part = s->chip;
	d->part_sure = s->chip_sure;
	d->chip = name_of_part(s) ? finding_text(s, "%s", name_of_part(s)) : NULL;
	buf_puts(&b, d->netdev ? d->netdev : d->address ? d->address : "unknown device");
	if (d->netdev && d->address)
		buf_printf(&b, " (%s)", d->address);
	if (d->chip)
		buf_printf(&b, ", %s", d->chip);
	if (d->driver)
		buf_printf(&b, ", %s%s%s", d->driver, s->driver_version ? " " : "",
			   s->driver_version ? s->driver_version : "");
	d->title = finding_text(s, "%s", buf_str(&b));
}

static void judge(struct subject *s, struct diagnosis *d)
{
	*d = (struct diagnosis){ .latest = s->latest, .log = s->log, .log_index = s->log_index };
	d->arena = xcalloc(1, sizeof(*d->arena));
	s->out = d;
	facts_init(&d->facts);
	facts_merge(&d->facts, &s->logged_facts);
	name_it(s);
	d->link_up = s->latest ? subject_link_up(s, &(struct reading){ 0 }, &(bool){ false }) : -1;
	rules_run(s);
	verdict_reach(s);
	if (!s->host->input->verdict_only)
		remedies_choose(s);
	missing_say(s);
}

/* What needs somebody comes first; else they stay in order. */
static void worst_first(struct diagnoses *d)
{
	struct diagnosis *sorted = xcalloc(d->n, sizeof(*sorted));
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < d->n; i++)
			if (verdict_is_bad(d->v[i].verdict) == !pass)
				sorted[n++] = d->v[i];
	free(d->v);
	d->v = sorted;
}

/* The texts of remedies, which findings refer to. */
static void keep_advice(struct diagnoses *d, struct advice_table *advice)
{
	d->advice = xcalloc(1, sizeof(*d->advice));
	*d->advice = *advice;
	*advice = (struct advice_table){ 0 };
}

/* Where the log has no report, what it describes is worth showing. */
static bool any_report(const struct subjects *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].log && all->v[i].log->first_line)
			return true;
	return false;
}

static bool is_wanted(const struct diagnose_input *input, const struct subject *s)
{
	if (input->only_sampled && !s->n_samples)
		return false;
	return !input->only_logged ||
	       (s->log && (s->log->first_line || (s->log->described_line && !any_report(s->host))));
}

int diagnose(const struct diagnose_input *input, struct diagnoses *out, struct err *e)
{
	struct subjects all;
	int r = subjects_make(&all, input, e);

	*out = (struct diagnoses){ 0 };
	if (!r) {
		out->v = xcalloc(all.n, sizeof(*out->v));
		for (size_t i = 0; i < all.n; i++) {
			subjects_read_logs(&all, i);
			if (is_wanted(input, &all.v[i]))
				judge(&all.v[i], &out->v[out->n++]);
		}
		if (input->only_logged || input->worst_first)
			worst_first(out);
		if (!input->kept)
			keep_advice(out, &all.own.advice);
	}
	subjects_free(&all);
	return r;
}

void diagnoses_free(struct diagnoses *d)
{
	for (size_t i = 0; i < d->n; i++) {
		facts_free(&d->v[i].facts);
		arena_free(d->v[i].arena);
		free(d->v[i].arena);
	}
	free(d->v);
	if (d->advice)
		advice_free(d->advice);
	free(d->advice);
	*d = (struct diagnoses){ 0 };
}

bool diagnose_seems_stuck(struct chipdb *db, const struct snapshots *samples, struct diagnose_kept *kept)
{
	const struct diagnose_input input = {
		.db = db, .samples = samples, .watched_now = true, .verdict_only = true, .kept = kept
	};
	struct diagnoses d;
	bool stuck = false;

	if (!diagnose(&input, &d, NULL))
		for (size_t i = 0; i < d.n; i++)
			stuck |= !d.v[i].recovered &&
				 (d.v[i].verdict == VERDICT_HUNG || d.v[i].verdict == VERDICT_STALLED);
	diagnoses_free(&d);
	return stuck;
}

int diagnose_glance(struct chipdb *db, const struct snapshot *s, enum verdict *verdict, struct err *e)
{
	struct snapshot *one[] = { (struct snapshot *)(uintptr_t)s };
	const struct snapshots samples = { .v = one, .n = 1, .cap = 1 };
	const struct diagnose_input input = { .db = db, .samples = &samples, .verdict_only = true };
	struct diagnoses d;
	int r = diagnose(&input, &d, e);

	*verdict = !r && d.n ? d.v[0].verdict : VERDICT_UNKNOWN;
	diagnoses_free(&d);
	return r;
}

/* Within one severity and confidence, findings are told in this order. */
static const struct rule rules[] = {
	{ "dead", NEED_CHIP | NEED_FACTS, rule_dead, SEVERITY_FAULT, CERTAIN,
	  "The device does not answer: it is off the bus, has lost power or clock, or its link is down.",
	  "nicregs-recover rescan", NULL },
	{ "pcie-lost", NEED_LOG, rule_logged_pcie_lost, SEVERITY_FAULT, LIKELY,
	  "The driver lost the device on the PCI Express link: its registers read as ones.",
	  "nicregs-recover rescan slot aspm-show", NULL },
	{ "came-back", NEED_LOG, rule_logged_came_back, SEVERITY_WARNING, LIKELY, NULL, "slot aspm-show", NULL },
	{ "probe-failed", NEED_LOG, rule_logged_probe, SEVERITY_FAULT, LIKELY, NULL, NULL, NULL },
	{ "not-started", NEED_LOG, rule_logged_not_started, SEVERITY_FAULT, LIKELY,
	  "The driver could not start the hardware: MAC or PHY do not answer it.", "nicregs-recover rescan reload",
	  NULL },
	{ "gave-up", NEED_LOG, rule_logged_gave_up, SEVERITY_FAULT, CERTAIN,
	  "The driver gave the device up: its resets did not help, and it tries no more. Setting the interface down and "
	  "up does nothing now; only rebinding or reloading the driver helps.",
	  "reload", "Linux, ice and i40e: tx_timeout" },
	{ "stuck-head", NEED_CHIP | NEED_REGS | NEED_SERIES, rule_stuck_head, SEVERITY_FAULT, CERTAIN,
	  "The transmit queue is stuck with packets waiting.", "recover", NULL },
	{ "hang-reported", NEED_LOG, rule_logged_hang, SEVERITY_FAULT, LIKELY, NULL, "recover", NULL },
	{ "host-side-off", NEED_LOG, rule_logged_host_off, SEVERITY_NOTE, POSSIBLE, NULL, "restart reload",
	  "Linux, e1000e/netdev.c e1000_watchdog_task(): PCIM_STATE" },
	{ "timeout-reported", NEED_LOG, rule_logged_timeout, SEVERITY_FAULT, LIKELY,
	  "The kernel's watchdog saw transmit queues time out.", "recover", NULL },
	{ "reset-reported", NEED_LOG, rule_logged_reset, SEVERITY_FAULT, LIKELY, NULL, "recover", NULL },
	{ "dump-waiting", NEED_LOG, rule_logged_dump, SEVERITY_FAULT, LIKELY, NULL, "recover",
	  "Linux, igc_reset_task() and igc_dump.c" },
	{ "not-cleaned", 0, rule_not_cleaned, SEVERITY_FAULT, LIKELY, NULL, NULL, NULL },
	{ "paused-reported", NEED_LOG, rule_logged_paused, SEVERITY_WARNING, LIKELY,
	  "The driver says itself that nothing hung: the link partner pauses the traffic class of this queue by flow "
	  "control. Look at priority flow control on the switch.",
	  NULL, "Linux, ice_is_pfc_causing_hung_q()" },
	{ "hang-ended", NEED_CHIP | NEED_REGS | NEED_SERIES, rule_hang_ended, SEVERITY_FAULT, CERTAIN, NULL, NULL,
	  NULL },
	{ "vf-reset", NEED_LOG, rule_logged_by_pf, SEVERITY_FAULT, LIKELY,
	  "The physical function resets this virtual function or refuses its requests: look at the log of the PF, on the "
	  "host if this is a guest.",
	  NULL, NULL },
	{ "not-up", NEED_LOG | NEED_WORDS, rule_message_not_up, SEVERITY_FAULT, LIKELY, NULL, NULL, NULL },
	{ "link-refused", NEED_LOG | NEED_WORDS, rule_message_link, SEVERITY_FAULT, LIKELY, NULL, NULL, NULL },
	{ "pf-trouble", NEED_LOG | NEED_WORDS, rule_message_pf, SEVERITY_FAULT, LIKELY, NULL, NULL, NULL },
	{ "firmware-reported", NEED_LOG | NEED_WORDS, rule_message_firmware, SEVERITY_WARNING, LIKELY, NULL, NULL,
	  NULL },
	{ "driver-error", NEED_LOG | NEED_WORDS, rule_message_driver, SEVERITY_WARNING, LIKELY, NULL, NULL, NULL },
	{ "queue-error", NEED_LOG | NEED_WORDS, rule_message_queue, SEVERITY_WARNING, LIKELY, NULL, NULL, NULL },
	{ "vf-trouble", NEED_LOG | NEED_WORDS, rule_message_vf, SEVERITY_WARNING, LIKELY, NULL, NULL, NULL },
	{ "kernel-crash", NEED_LOG | NEED_MACHINE, rule_kernel_crash, SEVERITY_WARNING, POSSIBLE,
	  "The kernel crashed soon after the last message about this device: that is no hang of the hardware.", NULL,
	  NULL },
	{ "cpu-stalled", NEED_LOG | NEED_MACHINE, rule_cpu_stalled, SEVERITY_WARNING, LIKELY,
	  "A CPU of this machine was stuck at about the time of the trouble: nobody cleaned up the queues meanwhile. Look for "
	  "the cause there, not in the NIC.",
	  "look-at-cpu", NULL },
	{ "mdd", 0, rule_mdd, SEVERITY_FAULT, CERTAIN,
	  "Malicious driver detection is latched: the hardware stopped a queue because of its descriptors.", NULL,
	  NULL },
	{ "watchdog-counted", NEED_FACTS, rule_watchdog_counted, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "tx-disabled", NEED_CHIP | NEED_REGS, rule_tx_disabled, SEVERITY_FAULT, CERTAIN,
	  "The transmitter is disabled under a running driver, with the link up: nothing can be sent.",
	  "recover reload", NULL },
	{ "rx-disabled", NEED_CHIP | NEED_REGS, rule_rx_disabled, SEVERITY_FAULT, CERTAIN,
	  "The receiver is disabled under a running driver, with the link up: nothing can be received.",
	  "recover reload", NULL },
	{ "queue-disabled", NEED_CHIP | NEED_REGS | NEED_GAPS | NEED_SERIES, rule_queue_disabled, SEVERITY_FAULT,
	  LIKELY, NULL, "recover reload", NULL },
	{ "queue-odd", NEED_CHIP | NEED_REGS | NEED_GAPS, rule_queue_odd, SEVERITY_WARNING, LIKELY, NULL, NULL, NULL },
	{ "queues-unseen", NEED_CHIP | NEED_REGS | NEED_GAPS, rule_queues_unseen, SEVERITY_NOTE, CERTAIN, NULL, NULL,
	  NULL },
	{ "requests-blocked", NEED_CHIP | NEED_REGS, rule_requests_blocked, SEVERITY_FAULT, LIKELY,
	  "PCI Express requests of the device are disabled, under a running driver with the link up: it fetches no "
	  "descriptor and writes none back, so nothing is sent or received. Drivers do that for a moment before a reset.",
	  "recover reload", NULL },
	{ "ring-given-up", NEED_RINGS, rule_ring_states, SEVERITY_FAULT, CERTAIN, NULL, "nicregs-recover rescan slot",
	  "Linux, igb_rd32(), igc_rd32(), ixgbe_check_remove()" },
	{ "ring-failed", NEED_RINGS, rule_ring_states, SEVERITY_FAULT, CERTAIN, NULL, "reload rebind",
	  "Linux, i40e_tx_timeout(), ice_tx_timeout()" },
	{ "ring-stands", NEED_RINGS, rule_ring_stands, SEVERITY_FAULT, LIKELY, NULL, "recover", NULL },
	{ "ring-stopped", NEED_RINGS, rule_ring_states, SEVERITY_FAULT, LIKELY, NULL, "recover",
	  "Linux, netif_tx_wake_queue(), netdev_tx_completed_queue()" },
	{ "ring-not-rung", NEED_RINGS, rule_ring_states, SEVERITY_FAULT, LIKELY, NULL, "recover",
	  "Linux, netdev_xmit_more()" },
	{ "ring-write-back", NEED_RINGS, rule_ring_states, SEVERITY_FAULT, LIKELY, NULL, "recover",
	  "Linux, e1000e_flush_descriptors(), i40e_force_wb()" },
	{ "ring-foreign", NEED_RINGS, rule_ring_states, SEVERITY_WARNING, LIKELY, NULL, "recover", NULL },
	{ "ring-resetting", NEED_RINGS, rule_ring_resetting, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "ring-held", NEED_RINGS, rule_ring_states, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "stuck-frame", NEED_RINGS, rule_stuck_frame, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "aspm-fault", NEED_ASPM, rule_aspm_fault, SEVERITY_WARNING, LIKELY, NULL, "aspm-disable", NULL },
	{ "aspm-suspect", NEED_CHIP | NEED_LOG, rule_aspm_suspect, SEVERITY_WARNING, POSSIBLE, NULL,
	  "aspm-show aspm-disable", NULL },
	{ "driver-old", 0, rule_driver_old, SEVERITY_WARNING, LIKELY, NULL, "driver-update driver-check", NULL },
	{ "dcb", 0, rule_dcb, SEVERITY_NOTE, POSSIBLE,
	  "The kernel is built with DCB: the switch's traffic classes, which the firmware's LLDP agent takes over, rearrange "
	  "the queues of this driver.",
	  "fw-lldp-off", "https://git.kernel.org/linus/c61c8fe1d592" },
	{ "offloads", 0, rule_offloads, SEVERITY_WARNING, LIKELY,
	  "Segmentation offload is on. It triggers these hangs most often, and disabling it is the remedy "
	  "that most often helped.",
	  "offloads-off", NULL },
	{ "emulated", 0, rule_emulated, SEVERITY_WARNING, LIKELY, NULL, "vm-model", NULL },
	{ "guest-offloads", 0, rule_guest_offloads, SEVERITY_WARNING, LIKELY,
	  "The interface is a bridge's port: guests with virtio NICs hand large segments through, FreeBSD-based ones "
	  "above all. The host's own setting does not reach into them.",
	  "guest-freebsd guest-linux", NULL },
	{ "mtu-rejected", NEED_CHIP | NEED_REGS | NEED_FACTS, rule_mtu_rejected, SEVERITY_FAULT, CERTAIN, NULL,
	  "mtu-both", NULL },
	{ "mtu-overlong", NEED_CHIP | NEED_REGS | NEED_FACTS, rule_mtu_overlong, SEVERITY_WARNING, LIKELY, NULL, NULL,
	  NULL },
	{ "bond-oops", 0, rule_bond_oops, SEVERITY_WARNING, LIKELY, NULL, "bond-modes", NULL },
	{ "bond-partner", NEED_LOG, rule_bond_partner, SEVERITY_WARNING, LIKELY, NULL, "lag-on-switch", NULL },
	{ "bond-mixed", 0, rule_bond_mixed, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "rx-silent", NEED_CHIP | NEED_REGS | NEED_SERIES, rule_rx_silent, SEVERITY_FAULT, LIKELY, NULL, NULL, NULL },
	{ "rx-starved", NEED_CHIP | NEED_REGS | NEED_SERIES, rule_rx_starved, SEVERITY_WARNING, POSSIBLE,
	  "The receiver has no free descriptor: the driver gives none back, and the host is deaf.", "recover", NULL },
	{ "paused", NEED_CHIP | NEED_REGS, rule_paused, SEVERITY_WARNING, CERTAIN,
	  "The link partner pauses this port: it asks by flow control that nothing be sent.", "rx-pause-off", NULL },
	{ "tx-schedule", NEED_CHIP | NEED_REGS, rule_scheduled, SEVERITY_WARNING, CERTAIN,
	  "Transmission is on a schedule: a queue waits until its gate opens or its launch time comes, and stands still "
	  "by design meanwhile.",
	  NULL, NULL },
	{ "link-down", 0, rule_link_down, SEVERITY_FAULT, CERTAIN, "There is no Ethernet link.", NULL, NULL },
	{ "module-alarm", 0, rule_module_alarm, SEVERITY_WARNING, LIKELY, NULL, "cable-partner", NULL },
	{ "queue-cause", NEED_CHIP | NEED_REGS, rule_queue_cause, SEVERITY_WARNING, LIKELY,
	  "The queue runs, but its interrupt is disabled: the driver is not notified of finished work.",
	  "recover reload", NULL },
	{ "irq-masked", NEED_CHIP | NEED_REGS | NEED_SERIES, rule_irq_masked, SEVERITY_WARNING, LIKELY,
	  "The interrupt of the stuck queue is masked: finished work goes unnoticed.", "recover reload", NULL },
	{ "queue-line", NEED_LOG, rule_timeout_line, SEVERITY_NOTE, LIKELY, "The driver's timeout messages, explained.",
	  NULL, NULL },
	{ "phy-errors", NEED_LOG, rule_phy_errors, SEVERITY_WARNING, LIKELY, NULL, NULL, NULL },
	{ "bond-lost", NEED_LOG, rule_bond_lost, SEVERITY_WARNING, CERTAIN, NULL, NULL, NULL },
	{ "overheat", NEED_LOG, rule_logged_overheat, SEVERITY_FAULT, CERTAIN,
	  "The chip was too hot, and slowed down or stopped.", "cooling", NULL },
	{ "aer-uncorrected", 0, rule_aer_uncorrected, SEVERITY_WARNING, LIKELY,
	  "Uncorrectable errors on the PCI Express link.", NULL, NULL },
	{ "aer-corrected", 0, rule_aer_corrected, SEVERITY_NOTE, LIKELY,
	  "Corrected errors on the PCI Express link: nothing was lost, but the link is not clean.", NULL, NULL },
	{ "pcie-narrow", NEED_CONFIG, rule_pcie_narrow, SEVERITY_WARNING, POSSIBLE,
	  "The PCI Express link came up slower or narrower than both ends can do.", NULL, NULL },
	{ "aspm-workaround", NEED_CHIP | NEED_REGS | NEED_CONFIG, rule_aspm_workaround, SEVERITY_NOTE, LIKELY,
	  "The driver has not set the work-around bits that newer drivers set against unreliable completions with "
	  "ASPM.",
	  "aspm-disable linux-e1000e", NULL },
	{ "workaround", NEED_EXPECTS, rule_workaround, SEVERITY_NOTE, LIKELY, NULL, NULL, NULL },
	{ "aspm-enabled", NEED_ASPM, rule_aspm_enabled, SEVERITY_NOTE, POSSIBLE,
	  "ASPM is on. This chip has no known ASPM bug, but disabling it is a quick test.", "aspm-disable", NULL },
	{ "aspm-family", NEED_LOG, rule_aspm_family, SEVERITY_WARNING, POSSIBLE, NULL, "aspm-show", NULL },
	{ "aspm-no-control", NEED_LOG, rule_aspm_no_control, SEVERITY_NOTE, LIKELY,
	  "\"PCIe ASPM is disabled\" means that the kernel leaves ASPM alone, not that it is off: what the BIOS "
	  "switched on stays on.",
	  "aspm-show", NULL },
	{ "aspm-stale", NEED_CONFIG | NEED_FACTS, rule_aspm_stale, SEVERITY_NOTE, CERTAIN,
	  "The kernel's idea of ASPM (link/ in /sys) differs from the hardware.", "aspm-show", NULL },
	{ "aspm-not-applicable", 0, rule_aspm_not_applicable, SEVERITY_NOTE, CERTAIN,
	  "ASPM does not apply to this chip: it has no PCI Express link. Advice from the web to disable it here "
	  "cannot change anything.",
	  NULL, NULL },
	{ "eee", 0, rule_eee, SEVERITY_WARNING, POSSIBLE, "Energy Efficient Ethernet is on.", "eee-off", NULL },
	{ "tx-pause", 0, rule_tx_pause, SEVERITY_NOTE, POSSIBLE,
	  "The port sends pause frames, and the driver advises against that on this chip when the transmitter hangs.",
	  "tx-pause-off", NULL },
	{ "management", 0, rule_management, SEVERITY_NOTE, LIKELY,
	  "A management engine uses this port too. It answers pings by itself, with a TTL of 255, while the host is "
	  "deaf: an answered ping does not prove that the host is reachable.",
	  "management", NULL },
	{ "link-flaps", 0, rule_link_flaps, SEVERITY_WARNING, LIKELY, "The link goes down again and again.", NULL,
	  NULL },
	{ "link-slow", 0, rule_link_slow, SEVERITY_NOTE, POSSIBLE,
	  "The link is slower than the chip: a bad pair in the cable, or a slower link partner.", NULL, NULL },
	{ "half-duplex", 0, rule_half_duplex, SEVERITY_WARNING, CERTAIN,
	  "The link is half duplex: one side is not negotiating.", "cable-partner", NULL },
	{ "phy-faults", NEED_CHIP | NEED_REGS, rule_phy_faults, SEVERITY_WARNING, LIKELY,
	  "The PHY reports a fault of the link.", "cable-partner", NULL },
	{ "idle-errors", NEED_CHIP | NEED_REGS, rule_idle_errors, SEVERITY_WARNING, LIKELY,
	  "The PHY counts errors in the idle signal: cable, connector, or noise.", "cable-partner", NULL },
	{ "phy-garbage", NEED_CHIP | NEED_REGS, rule_phy_garbage, SEVERITY_WARNING, LIKELY,
	  "The PHY's registers have impossible values: it does not answer. They are ignored.", "reload", NULL },
	{ "ring-values", NEED_LOG, rule_logged_no_index, SEVERITY_WARNING, LIKELY, NULL, NULL, NULL },
	{ "phy-values", NEED_LOG, rule_logged_garbage, SEVERITY_NOTE, LIKELY, NULL, NULL, NULL },
	{ "hardware-done", NEED_LOG, rule_logged_done, SEVERITY_NOTE, LIKELY,
	  "The hardware had reached the tail when this was printed: it had finished, and the driver cleaned up late.",
	  NULL, NULL },
	{ "no-link-hang", NEED_LOG, rule_logged_no_link, SEVERITY_NOTE, CERTAIN,
	  "A hang was reported while the link was down: frames wait then by design. It was not a hang.", NULL, NULL },
	{ "head-moved", NEED_LOG, rule_logged_moving, SEVERITY_NOTE, LIKELY,
	  "The queue was not dead: its head moved between reports without a reset in the log.", NULL, NULL },
	{ "recovery", NEED_LOG, rule_logged_recovery, SEVERITY_NOTE, CERTAIN,
	  "The driver reset the function to recover.", NULL, NULL },
	{ "firmware-recovery", NEED_CHIP | NEED_REGS | NEED_FIRMWARE, rule_firmware_recovery, SEVERITY_FAULT, CERTAIN,
	  "The firmware is in recovery mode: the driver can do little with the device.", "firmware-update", NULL },
	{ "firmware-rollback", NEED_CHIP | NEED_REGS | NEED_FIRMWARE, rule_firmware_rollback, SEVERITY_WARNING, CERTAIN,
	  "The firmware rolled back to an older NVM: the last update of it did not start.", "firmware-update",
	  "DPDK, ice_get_fw_mode(); Linux 7.2, ixgbe_e610.c" },
	{ "device-resetting", NEED_CHIP | NEED_REGS | NEED_SERIES | NEED_FIRMWARE, rule_resetting, SEVERITY_WARNING,
	  LIKELY, "A reset of the device was in progress in each sample: look again in half a minute.", NULL,
	  "Linux, i40e_pf_reset(), ice_check_reset()" },
	{ "admin-queue", NEED_CHIP | NEED_REGS | NEED_SERIES | NEED_FIRMWARE, rule_admin_queue, SEVERITY_FAULT, LIKELY,
	  "The driver's queue of commands to the firmware has stopped with an error: link settings, resets and statistics "
	  "by the firmware fail.",
	  "reload power-cycle firmware-update", "Linux, i40e_clean_adminq_subtask(), __ice_clean_ctrlq()" },
	{ "nvm-state", NEED_CHIP | NEED_REGS | NEED_FIRMWARE, rule_nvm_state, SEVERITY_FAULT, LIKELY,
	  "The device has no interface, and its NVM was not loaded or is empty: drivers refuse it then.",
	  "power-cycle firmware-update", "Linux, i40e_pf_reset(), i40e_init_nvm(), ice_check_reset(), ice_init_nvm()" },
	{ "firmware-restarted", NEED_CHIP | NEED_REGS | NEED_SERIES | NEED_FIRMWARE, rule_firmware_restarted,
	  SEVERITY_WARNING, CERTAIN, "The device's firmware restarted while this was watched.", "firmware-update",
	  NULL },
	{ "health", NEED_FACTS | NEED_FIRMWARE, rule_health, SEVERITY_WARNING, LIKELY,
	  "A health reporter of the driver is in the error state: the driver itself saw a fault and has not recovered from it.",
	  NULL, NULL },
	{ "firmware-mismatch", 0, rule_firmware_mismatch, SEVERITY_NOTE, POSSIBLE,
	  "The firmware is much older than the driver.", "firmware-update", NULL },
	{ "bond-unmonitored", NEED_FACTS, rule_bond_unmonitored, SEVERITY_WARNING, CERTAIN, NULL, NULL, NULL },
	{ "counters-one-way", NEED_PASTED, rule_counters_one_way, SEVERITY_WARNING, POSSIBLE, NULL, NULL, NULL },
	{ "counters-silent", NEED_PASTED, rule_counters_silent, SEVERITY_WARNING, POSSIBLE, NULL, NULL, NULL },
	{ "counters-interrupts", NEED_PASTED, rule_counters_interrupts, SEVERITY_NOTE, POSSIBLE,
	  "No interrupt of the device arrived between the two listings.", NULL, NULL },
	{ "counters-errors", NEED_PASTED, rule_counters_errors, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "bond-up", NEED_LOG, rule_bond_up, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "described", NEED_LOG, rule_described, SEVERITY_NOTE, CERTAIN,
	  "The log contains other programs' output about this device.", NULL, NULL },
	{ "asleep", NEED_FACTS, rule_asleep, SEVERITY_NOTE, CERTAIN,
	  "The device is asleep (runtime power management), which is no fault while its link is not used.", "wake",
	  NULL },
	{ "decoding-off", NEED_CHIP | NEED_FACTS, rule_decoding_off, SEVERITY_NOTE, CERTAIN,
	  "Memory decoding is off, as after a driver was unbound: the registers cannot be read.", NULL, NULL },
	{ "one-look", NEED_CHIP | NEED_REGS, rule_one_look, SEVERITY_NOTE, CERTAIN,
	  "Packets wait in a transmit queue. A single sample does not show whether it moves.", NULL, NULL },
	{ "log-quoted", NEED_QUOTED, rule_log_quoted, SEVERITY_NOTE, CERTAIN, NULL, NULL, NULL },
	{ "unproven", 0, rule_unproven, SEVERITY_NOTE, CERTAIN,
	  "Often suggested, but with no evidence: larger rings, disabling C-states.", "ring-size c-states", NULL },
};

const struct rule *rules_all(size_t *n)
{
	*n = COUNT(rules);
	return rules;
}

static bool has_machine(const struct klog *k)
{
	const struct klog_host *host = k ? klog_host(k) : NULL;

	return host && (host->have_crash || host->crash_line || host->stalls[0].line);
}

static bool has_firmware(const struct subject *s)
{
	static const enum chip_role roles[] = { CHIP_FIRMWARE_RESETS, CHIP_ADMIN_QUEUE, CHIP_NVM_STATE,
						CHIP_RESET_STATE };
	static const enum chip_field_role fields[] = { CHIP_FIELD_FIRMWARE_RECOVERY, CHIP_FIELD_FIRMWARE_ROLLBACK };
	const struct chip_reg *state = s->chip ? chip_role_ref(s->chip, CHIP_FIRMWARE_STATE, 0).reg : NULL;

	for (size_t i = 0; s->chip && i < COUNT(roles); i++)
		if (chip_role_ref(s->chip, roles[i], 0).reg)
			return true;
	for (size_t i = 0; state && i < COUNT(fields); i++)
		if (chip_field_with_role(state, fields[i], 0))
			return true;
	return s->latest && s->facts->health;
}

/* Whether the registers leave open what some transmit queue does. */
static bool has_gaps(const struct subject *s)
{
	const struct direction *d = &s->series.tx;
	size_t most;

	if (!d->n)
		return false;
	most = queue_count(s->chip, QUEUE_TX);
	if (s->facts->tx_queues > (int64_t)most)
		most = (size_t)s->facts->tx_queues;
	if (d->n < most || d->by_state[QUEUE_OFF] || d->by_state[QUEUE_UNKNOWN])
		return true;
	for (size_t i = 0; i < d->n; i++)
		if (!queue_ring(series_last(&s->series), QUEUE_TX, d->queues[i].index).known)
			return true;
	return false;
}

static bool has_quoted(const struct subject *s)
{
	const struct klog *k = s->host->input->klog;

	return k && s->latest && klog_host(k)->quoted;
}

static unsigned known(const struct subject *s)
{
	unsigned have = s->chip ? NEED_CHIP : 0;

	have |= s->series.n && series_last(&s->series)->n_read ? NEED_REGS : 0;
	have |= s->series.n > 1 ? NEED_SERIES : 0;
	have |= link_device(&s->link)->there ? NEED_CONFIG : 0;
	have |= link_device(&s->link)->there || s->facts->aspm_enabled ? NEED_ASPM : 0;
	have |= s->latest ? NEED_FACTS : 0;
	have |= subject_rings(s) ? NEED_RINGS : 0;
	have |= s->n_pasted ? NEED_PASTED : 0;
	have |= s->known && s->known->n_expects ? NEED_EXPECTS : 0;
	have |= device_log_has_words(&s->logged) ? NEED_WORDS : 0;
	have |= has_machine(s->host->input->klog) ? NEED_MACHINE : 0;
	have |= has_firmware(s) ? NEED_FIRMWARE : 0;
	have |= has_gaps(s) ? NEED_GAPS : 0;
	have |= has_quoted(s) ? NEED_QUOTED : 0;
	return have | (s->log ? NEED_LOG : 0);
}

static bool before(const struct finding *a, const struct finding *b)
{
	if (a->severity != b->severity)
		return a->severity < b->severity;
	return a->confidence < b->confidence;
}

static void sort(struct diagnosis *d)
{
	for (size_t i = 1; i < d->n_findings; i++)
		for (size_t k = i; k && before(&d->findings[k], &d->findings[k - 1]); k--) {
			struct finding f = d->findings[k];

			d->findings[k] = d->findings[k - 1];
			d->findings[k - 1] = f;
		}
}

static void ask(struct subject *s, const struct rule *rule)
{
	struct finding f = {
		.id = rule->id,
		.severity = rule->severity,
		.confidence = rule->confidence,
		.summary = rule->words,
		.advised = rule->remedies,
	};

	if (!rule->test(s, &f))
		return;
	if (rule->source)
		finding_source(s, &f, rule->source);
	*ARENA_PUSH(s->out->arena, s->out->findings, s->out->n_findings, s->out->cap_findings) = f;
}

void rules_run(struct subject *s)
{
	unsigned have = known(s);

	for (size_t i = 0; i < COUNT(rules); i++)
		if ((rules[i].needs & have) == rules[i].needs)
			ask(s, &rules[i]);
	sort(s->out);
}
