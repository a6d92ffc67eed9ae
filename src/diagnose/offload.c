// SPDX-License-Identifier: GPL-2.0-or-later
/* Offloads of the host and of guests behind it, pause frames: what makes a transmitter hang, by those who tried. */
#include <string.h>

#include "diagnose/offload.h"
#include "diagnose/rules.h"
#include "snapshot/config.h"
#include "util/buf.h"

static const struct {
	const char *word, *feature, *more; /* as ethtool names them; more: a second feature, NULL: none */
	const char *off[OFFLOAD_WAYS];
} offloads[] = {
	{ "tso",
	  "tx-tcp-segmentation",
	  "tx-tcp6-segmentation",
	  { "tso off", "ethtool.feature-tso off", "TCPSegmentationOffload=no, TCP6SegmentationOffload=no" } },
	{ "gso",
	  "tx-generic-segmentation",
	  NULL,
	  { "gso off", "ethtool.feature-gso off", "GenericSegmentationOffload=no" } },
	{ "gro", "rx-gro", NULL, { "gro off", "ethtool.feature-gro off", "GenericReceiveOffload=no" } },
};
#define N_OFFLOADS (sizeof(offloads) / sizeof(offloads[0]))

/* A log says so of TSO alone: "10/100 speed: disabling TSO". */
static bool is_off(const struct subject *s, size_t i)
{
	int state = facts_feature(s->facts, offloads[i].feature);

	if (state < 0)
		return !i && s->log && s->log->tso_disabled_by_speed;
	return !state && !(offloads[i].more && facts_feature(s->facts, offloads[i].more) > 0);
}

bool offload_is_off(const struct subject *s, const char *word)
{
	for (size_t i = 0; i < N_OFFLOADS; i++)
		if (!strcmp(offloads[i].word, word))
			return is_off(s, i);
	return false;
}

void offload_words(const struct subject *s, enum offload_way way, struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < N_OFFLOADS; i++) {
		if (is_off(s, i))
			continue;
		buf_printf(out, "%s%s", between, offloads[i].off[way]);
		between = way == OFFLOAD_SYSTEMD ? ", " : " ";
	}
}

/* Drivers of which reports say that segmentation offload sets the hang off. */
static bool has_offload_hangs(const struct subject *s)
{
	return subject_driver_is(s, "e1000e") || subject_driver_is(s, "e1000") || subject_driver_is(s, "em") ||
	       subject_driver_is(s, "lem");
}

static const char *const features[] = { "tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-generic-segmentation",
					"rx-gro" };

RULE(offloads)
{
	size_t known = 0, on = 0;

	if (!has_offload_hangs(s) || !subject_has_hang(s))
		return false;
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		int is = facts_feature(s->facts, features[i]);

		known += is >= 0;
		on += is > 0;
		if (is > 0)
			finding_evidence(s, f, "%s = on", features[i]);
	}
	if ((known && !on) || (offload_is_off(s, "tso") && offload_is_off(s, "gso")))
		return false;
	if (!known) {
		f->confidence = POSSIBLE;
		f->summary =
			"Segmentation offload is what sets these hangs off most often; whether it is on here is not known.";
		finding_evidence(s, f, "driver %s, and it hangs in transmit", s->driver);
		if (s->platform.system == SYSTEM_LINUX)
			surer(s, "ethtool -k %s tells which offloads are on.", interface_word(s));
	}
	return true;
}

/* A log alone does not tell of bridges, but its kernel may be one that is made for guests. */
static bool kernel_for_guests(const struct subject *s)
{
	return !s->latest && has_offload_hangs(s) && s->kernel && strstr(s->kernel, "-pve");
}

RULE(guest_offloads)
{
	if (!subject_has_hang(s) || !(s->facts->bridge || kernel_for_guests(s)))
		return false;
	finding_fact(s, f, "bridge");
	if (!s->facts->bridge) {
		finding_evidence(s, f, "kernel = %s", s->kernel);
		f->summary =
			"This is a host for guests (Proxmox): guests with virtio NICs hand large segments through "
			"the host's port, FreeBSD-based ones above all. The host's own setting does not reach into them.";
	}
	if (!s->facts->bridge || !has_offload_hangs(s))
		f->confidence = POSSIBLE;
	surer(s, "Note what runs when it happens: a guest that sends much, as a file server while clients download.");
	return true;
}

static bool sends_pause(const struct subject *s)
{
	struct reading r;

	if (s->facts->pause_tx != FACT_UNKNOWN)
		return s->facts->pause_tx == 1;
	if (s->series.n && values_field(series_last(&s->series), CHIP_MAC_CONTROL, 0, "TFCE", &r))
		return r.value != 0;
	return s->log && (!strcmp(s->log->flow, "Rx/Tx") || !strcmp(s->log->flow, "Tx") ||
			  !strcmp(s->log->flow, "RX/TX") || !strcmp(s->log->flow, "TX"));
}

/* The driver prints its advice for 82577 and 82578 alone (e1000_print_hw_hang: e1000_pchlan). */
static bool is_advised(const struct subject *s)
{
	static const uint16_t devices[] = { 0x10ea, 0x10eb, 0x10ef, 0x10f0 };
	const struct pci_function *self = s->latest ? snapshot_self(s->latest) : NULL;
	uint32_t id;

	if (!self || !config_get(self, 0, 4, &id))
		id = s->log ? (uint32_t)s->log->device << 16 | s->log->vendor : 0;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (id == ((uint32_t)devices[i] << 16 | 0x8086))
			return true;
	return subject_has_trait(s, "tx-pause-hint");
}

RULE(tx_pause)
{
	bool hint = s->log && s->log->tx_pause_hint;
	struct reading r;

	if (!subject_has_hang(s) || !(hint || (is_advised(s) && sends_pause(s))))
		return false;
	if (hint)
		finding_evidence(s, f, "the driver's own hint in the log: try turning off Tx pause");
	finding_fact(s, f, "pause_tx");
	if (s->series.n && values_field(series_last(&s->series), CHIP_MAC_CONTROL, 0, "TFCE", &r))
		finding_reading(s, f, &r);
	if (s->log && *s->log->flow)
		finding_evidence(s, f, "flow control as the log tells it: %s", s->log->flow);
	return true;
}

/* Told so that nobody wastes a night on them. */
RULE(unproven)
{
	if (!has_offload_hangs(s) || !subject_has_hang(s) || s->platform.emulated)
		return false;
	finding_evidence(s, f, "of the reports that were read, none says that either of them helped");
	return true;
}

/* What a hypervisor makes of software has no silicon to fail: the driver and the model do not agree. */
RULE(emulated)
{
	const char *hypervisor = s->platform.hypervisor ? s->platform.hypervisor : "a hypervisor";

	if (!s->platform.emulated || !subject_has_hang(s))
		return false;
	f->summary = text(s,
			  "This NIC is emulated by %s. Such hangs come from the emulation and newer guest kernels, not "
			  "from hardware.",
			  hypervisor);
	finding_fact(s, f, "system");
	if (s->host->input->klog && *klog_host(s->host->input->klog)->hardware)
		finding_evidence(s, f, "the log calls the machine %s", klog_host(s->host->input->klog)->hardware);
	if (s->host->input->klog && *klog_host(s->host->input->klog)->hypervisor)
		finding_evidence(s, f, "the log says that it runs on %s", klog_host(s->host->input->klog)->hypervisor);
	return true;
}
