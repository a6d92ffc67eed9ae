// SPDX-License-Identifier: GPL-2.0-or-later
/* What drivers say in words of their own, as klog/rows.c has it: what it means for the port. */
#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/rules.h"
#include "util/alloc.h"

/* Where the report is the last word of the log on the device, it decides the verdict, unless that is UNKNOWN. */
static const struct meaning {
	enum klog_kind kind;
	const char *what; /* KLOG_WHAT of the report */
	enum severity severity;
	enum verdict verdict;
	const char *words, *remedies; /* NULL: none */
} meanings[] = {
	{ KLOG_LINK_FAULT, "module not supported", SEVERITY_FAULT, VERDICT_LINK_DOWN,
	  "The driver keeps the port off: it does not accept the module in it.", "module-supported" },
	{ KLOG_LINK_FAULT, "module too hot", SEVERITY_FAULT, VERDICT_LINK_DOWN,
	  "The driver keeps the port off: the module draws more heat than the card is made for.", "module-supported" },
	{ KLOG_LINK_FAULT, "module does not fit the NVM", SEVERITY_FAULT, VERDICT_LINK_DOWN,
	  "The driver does not start the link: the NVM of the card does not know this module.",
	  "module-supported firmware-update" },
	{ KLOG_LINK_FAULT, "module needs too much power", SEVERITY_FAULT, VERDICT_LINK_DOWN,
	  "The driver does not start the link: the module needs more power than the card has.", "module-supported" },
	{ KLOG_LINK_FAULT, "PHY firmware not loaded", SEVERITY_FAULT, VERDICT_LINK_DOWN,
	  "The external PHY did not get its firmware, without which there is no link.", "firmware-update" },
	{ KLOG_LINK_FAULT, "traffic disabled: NVM checksum", SEVERITY_FAULT, VERDICT_DEAD,
	  "The driver stopped all traffic of the port: the checksum of its NVM is wrong.", "firmware-update" },
	{ KLOG_LINK_FAULT, "gigabit given up", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The driver gave up gigabit on this port, as the link between MAC and PHY lost lock again and again.", NULL },
	{ KLOG_LINK_FAULT, "port option", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The firmware says that the port may be configured for other modules or speeds than it has.", "port-option" },
	{ KLOG_LINK_FAULT, "untested module", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The port has a module that Intel has not tested: if the link is unstable, try another.", NULL },

	{ KLOG_NOT_UP, "interrupt", SEVERITY_FAULT, VERDICT_DEAD,
	  "The driver could not bring the port up: it got no interrupt.", "interrupts-free" },
	{ KLOG_NOT_UP, "memory", SEVERITY_FAULT, VERDICT_DEAD,
	  "The driver could not bring the port up: there was no memory for its queues.", "queues-fewer" },
	{ KLOG_NOT_UP, "queue settings", SEVERITY_FAULT, VERDICT_DEAD,
	  "The driver could not bring the port up: firmware or hardware refused the settings of a queue.",
	  "reload power-cycle driver-update" },
	{ KLOG_NOT_UP, "not back after a reset", SEVERITY_FAULT, VERDICT_DEAD,
	  "The driver could not bring the port back after a reset of the PCI Express slot.",
	  "rebind reload power-cycle" },
	{ KLOG_NOT_UP, "not back after sleep", SEVERITY_FAULT, VERDICT_DEAD,
	  "The driver could not bring the port back after sleep.", "nicregs-recover reload rescan suspend-unload" },

	{ KLOG_QUEUE_ERROR, "did not stop", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The hardware did not stop a queue when the driver reset it: its fetching or writing stood still.", NULL },
	{ KLOG_QUEUE_ERROR, "did not start", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The hardware did not start a queue when the driver set it up.", NULL },
	{ KLOG_QUEUE_ERROR, "bus requests did not end", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "At a reset, requests of the device on PCI Express did not end: the bus or the host did not answer them.",
	  NULL },

	{ KLOG_PF_TROUBLE, "no reset by the PF", SEVERITY_FAULT, VERDICT_DEAD,
	  "The virtual function asked its PF for a reset and saw none: the PF does not answer.", "parent-function" },
	{ KLOG_PF_TROUBLE, "PF in reset", SEVERITY_FAULT, VERDICT_DEAD,
	  "The virtual function waits for its PF, which is in reset or down: bring the PF's interface up on the host.",
	  "parent-function" },
	{ KLOG_PF_TROUBLE, "PF does not answer", SEVERITY_FAULT, VERDICT_DEAD,
	  "The PF does not answer this virtual function.", "parent-function" },
	{ KLOG_PF_TROUBLE, "VF disabled by the host", SEVERITY_FAULT, VERDICT_DEAD,
	  "The host has disabled this virtual function.", "parent-function" },
	{ KLOG_PF_TROUBLE, "reset by the PF", SEVERITY_WARNING, VERDICT_UNKNOWN, "The PF reset this virtual function.",
	  "parent-function" },

	{ KLOG_VF_TROUBLE, "does not come out of its reset", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "A virtual function of this port did not come out of its reset: its requests on PCI Express are stuck.",
	  "guest-restart" },
	{ KLOG_VF_TROUBLE, "caused a PCIe error", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "A virtual function of this port caused a PCI Express error.", "guest-restart" },
	{ KLOG_VF_TROUBLE, "is disabled", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The driver could not set up a virtual function of this port again after a reset, and left it disabled.",
	  "guest-restart" },
	{ KLOG_VF_TROUBLE, "floods the PF with messages", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "A virtual function of this port floods the PF with messages: its guest is broken or hostile.",
	  "guest-restart" },
	{ KLOG_VF_TROUBLE, "spoofs addresses", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "A virtual function of this port sends from addresses that are not its own; the hardware drops those frames.",
	  NULL },
	{ KLOG_VF_TROUBLE, "changes what the host set", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "A guest tried to change an address or VLAN that the host has set for its virtual function, and was refused.",
	  NULL },
	{ KLOG_VF_TROUBLE, "asked for what it did not get", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The PF refused requests of a virtual function.", NULL },

	{ KLOG_DRIVER_ERROR, "ECC error", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The chip found an error in its own memory (ECC), and the driver reset it. If it comes back, the card is "
	  "failing.",
	  "replace" },
	{ KLOG_DRIVER_ERROR, "DMA mapping", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "Frames could not be mapped for DMA: the host is short of IOMMU space or bounce buffers.", "dma-space" },
	{ KLOG_DRIVER_ERROR, "register writes", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "Registers of the chip did not keep what the driver wrote.", "reload power-cycle" },
	{ KLOG_DRIVER_ERROR, "ME wrote a tail", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The management engine spoilt a register of the rings, and the driver reset the adapter.", "board-firmware" },
	{ KLOG_DRIVER_ERROR, "ME holds the PHY", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The management engine holds the PHY, and the driver could not reset it.", "board-firmware power-cycle" },
	{ KLOG_DRIVER_ERROR, "PHY not reached", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The driver could not reach the PHY.", "reload power-cycle" },
	{ KLOG_DRIVER_ERROR, "external PHY", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The PHY beside the chip did not take its reset.", "power-cycle firmware-update" },
	{ KLOG_DRIVER_ERROR, "EEPROM", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The driver could not read the EEPROM (of the card or of its module).", "power-cycle firmware-update" },
	{ KLOG_DRIVER_ERROR, "reset did not end", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The hardware did not come out of a reset in time.", "power-cycle firmware-update" },
	{ KLOG_DRIVER_ERROR, "DSPD", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The NVM has Deep Smart Power Down on, with which the 82573 loses its link and hangs.", "board-firmware" },
	{ KLOG_DRIVER_ERROR, "link settings", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The firmware or the PHY refused the driver's link settings.", "firmware-update" },
	{ KLOG_DRIVER_ERROR, "link state", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The driver could not ask the firmware for the state of the link.", "reload firmware-update" },
	{ KLOG_DRIVER_ERROR, "checksums", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "A checksum that the hardware had found right was wrong.", "rx-checksum-off" },
	{ KLOG_DRIVER_ERROR, "RDMA", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The RDMA driver of this card (irdma) found a critical error and asks for a reset of the port. Who does not use RDMA "
	  "can do without that driver.",
	  "irdma-off firmware-update" },
	{ KLOG_DRIVER_ERROR, "receiver not ready", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The link came up, and the link partner's signal was not good for two seconds more.", "cable-partner" },
	{ KLOG_DRIVER_ERROR, "firmware slow", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The firmware of the board is slow to wake the NIC; the driver calls that a bug of the firmware.",
	  "board-firmware" },
	{ KLOG_DRIVER_ERROR, "ME session", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The management engine has a session open on this port, which keeps the driver from resetting the PHY.",
	  NULL },
	{ KLOG_DRIVER_ERROR, "cache line", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The driver expects another cache line size than this machine has, and warns of transmit timeouts.", NULL },

	{ KLOG_FIRMWARE, KLOG_WHAT_RECOVERY_MODE, SEVERITY_FAULT, VERDICT_DEAD,
	  "The firmware is in recovery mode: the driver can do little with the device.", "firmware-update" },
	{ KLOG_FIRMWARE, "device unrecoverable", SEVERITY_FAULT, VERDICT_DEAD,
	  "After a PCI Express error the driver found the device beyond recovery.", "rebind reload power-cycle" },
	{ KLOG_FIRMWARE, KLOG_WHAT_SAFE_MODE, SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The driver runs in safe mode, with one queue and without offloads: it did not get a DDP package that fits.",
	  "ddp-package firmware-update" },
	{ KLOG_FIRMWARE, KLOG_WHAT_FIRMWARE_ERROR, SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The driver reports an error of the firmware.", "firmware-update" },
	{ KLOG_FIRMWARE, "rollback mode", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The firmware is in rollback mode: it runs an older image, as the new one failed.", "firmware-update" },
	{ KLOG_FIRMWARE, "not ready in time", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The firmware did not get ready in the time that the driver waits.", "power-cycle firmware-update" },
	{ KLOG_FIRMWARE, "admin queue", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The queue of commands between driver and firmware had an error.", "driver-update firmware-update" },
	{ KLOG_FIRMWARE, "HMC error", SEVERITY_WARNING, VERDICT_UNKNOWN,
	  "The hardware found no valid entry in the host memory that it caches (HMC), and the driver resets it.",
	  "driver-update firmware-update" },
	{ KLOG_FIRMWARE, "NVM newer than the driver", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The NVM is newer than this driver expects: update the driver.", "driver-update" },
	{ KLOG_FIRMWARE, "NVM older than the driver", SEVERITY_NOTE, VERDICT_UNKNOWN,
	  "The NVM is older than this driver expects: update the NVM.", "firmware-update" },
};

static const struct meaning *meaning_of(const struct klog_report *r)
{
	for (size_t i = 0; i < COUNT(meanings); i++)
		if (meanings[i].kind == r->kind && !strcmp(meanings[i].what, klog_text(r, KLOG_WHAT)))
			return &meanings[i];
	return NULL;
}

bool message_is_known(enum klog_kind kind, const char *what)
{
	for (size_t i = 0; i < COUNT(meanings); i++)
		if (meanings[i].kind == kind && !strcmp(meanings[i].what, what))
			return true;
	return false;
}

/* A report of a kind: the n-th of those that are kept; NULL past them. */
static const struct klog_report *kept(const struct subject *s, enum klog_kind kind, size_t n)
{
	const struct device_log *l = &s->logged;

	return n < l->n_first[kind] ? &l->first[kind][n] : n == l->n_first[kind] ? l->last[kind] : NULL;
}

/* The worst of a kind; of those that are alike the last. */
static const struct meaning *worst_of(const struct subject *s, enum klog_kind kind, uint64_t *line)
{
	const struct meaning *worst = NULL;
	const struct klog_report *r;

	for (size_t i = 0; (r = kept(s, kind, i)); i++) {
		const struct meaning *m = meaning_of(r);

		if (m && (!worst || m->severity <= worst->severity)) {
			worst = m;
			*line = r->line;
		}
	}
	return worst;
}

static bool message_rule(struct subject *s, struct finding *f, enum klog_kind kind)
{
	uint64_t line = 0;
	const struct meaning *m = worst_of(s, kind, &line);

	if (!m)
		return false;
	f->summary = m->words;
	f->severity = m->severity;
	if (m->verdict != VERDICT_UNKNOWN && s->log->alive_line > line)
		f->severity = SEVERITY_WARNING;
	if (m->remedies)
		remedies_add(s, f, m->remedies);
	finding_reports(s, f, kind, 4);
	return true;
}

bool rule_message_link(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_LINK_FAULT);
}

bool rule_message_not_up(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_NOT_UP);
}

bool rule_message_queue(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_QUEUE_ERROR);
}

bool rule_message_pf(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_PF_TROUBLE);
}

bool rule_message_vf(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_VF_TROUBLE);
}

bool rule_message_driver(struct subject *s, struct finding *f)
{
	return message_rule(s, f, KLOG_DRIVER_ERROR);
}

bool rule_message_firmware(struct subject *s, struct finding *f)
{
	if (!message_rule(s, f, KLOG_FIRMWARE))
		return false;
	if (f->severity == SEVERITY_FAULT)
		rules_port_words(s, f, KLOG_FIRMWARE);
	return true;
}

enum verdict message_verdict(const struct subject *s, const char **finding)
{
	static const struct {
		enum klog_kind kind;
		const char *finding;
	} deciding[] = { { KLOG_LINK_FAULT, "link-refused" },
			 { KLOG_NOT_UP, "not-up" },
			 { KLOG_FIRMWARE, "firmware-reported" },
			 { KLOG_PF_TROUBLE, "pf-trouble" } };
	enum verdict worst = VERDICT_UNKNOWN;

	for (size_t i = 0; i < COUNT(deciding); i++) {
		uint64_t line = 0;
		const struct meaning *m = worst_of(s, deciding[i].kind, &line);

		if (m && m->verdict < worst && line > s->log->alive_line) {
			worst = m->verdict;
			*finding = deciding[i].finding;
		}
	}
	return worst;
}
