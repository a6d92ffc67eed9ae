// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host asks of the device: offloads of its own and of guests behind it, pause frames, frames longer than the
 * receiver was set up for, bonds. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "snapshot/config.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/text.h"

/* Drivers of which reports say that segmentation offload sets the hang off. */
static bool has_offload_hangs(const struct subject *s)
{
	return subject_driver_has(s, DRIVER_OFFLOAD_HANGS);
}

static const char *const features[] = { "tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-generic-segmentation",
					"rx-gro" };

bool rule_offloads(struct subject *s, struct finding *f)
{
	const struct frame_side *frame = subject_rings(s) ? ring_stuck_frame(s) : NULL;
	size_t known = 0, on = 0;

	if (!has_offload_hangs(s) || !subject_has_hang(s) || (frame && !frame->mss))
		return false;
	for (size_t i = 0; i < COUNT(features); i++) {
		int is = facts_feature(s->facts, features[i]);

		known += is >= 0;
		on += is > 0;
		if (is > 0)
			finding_evidence(s, f, "%s = on", features[i]);
	}
	if ((known && !on) || (fit_offload_is_off(s, "tso") && fit_offload_is_off(s, "gso")))
		return false;
	if (!known) {
		f->confidence = POSSIBLE;
		f->summary =
			"Segmentation offload triggers these hangs most often; whether it is on here is not known.";
		finding_evidence(s, f, "driver %s, and it hangs in transmit", s->driver);
		if (s->platform.system == SYSTEM_LINUX)
			finding_hint(s, "ethtool -k %s shows which offloads are on.", finding_interface_word(s));
	}
	return true;
}

/* A log alone does not tell of bridges, but its kernel may be one that is made for guests. */
static bool kernel_for_guests(const struct subject *s)
{
	return !s->latest && has_offload_hangs(s) && s->kernel && strstr(s->kernel, "-pve");
}

bool rule_guest_offloads(struct subject *s, struct finding *f)
{
	const struct frame_side *frame = subject_rings(s) ? ring_stuck_frame(s) : NULL;

	/* The frame that stands is this host's own, or not segmented. */
	if (frame && (!frame->in || !frame->mss))
		return false;
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
	finding_hint(s, "Note what is running when it happens, e.g. a guest serving large downloads.");
	return true;
}

static bool sends_pause(const struct subject *s)
{
	struct reading r;

	if (s->facts->pause_tx != FACT_UNKNOWN)
		return s->facts->pause_tx == 1;
	if (s->series.n && values_field_role(series_last(&s->series), CHIP_MAC_CONTROL, 0, CHIP_FIELD_SEND_PAUSE, &r))
		return r.value != 0;
	return s->log && (!strcmp(s->log->flow, "Rx/Tx") || !strcmp(s->log->flow, "Tx") ||
			  !strcmp(s->log->flow, "RX/TX") || !strcmp(s->log->flow, "TX"));
}

bool rule_tx_pause(struct subject *s, struct finding *f)
{
	bool hint = s->log && s->log->tx_pause_hint;
	struct reading r;

	if (!subject_has_hang(s) || !(hint || (subject_has_trait(s, "tx-pause-hint") && sends_pause(s))))
		return false;
	if (hint)
		finding_evidence(s, f, "the driver's own hint in the log: try turning off Tx pause");
	finding_fact(s, f, "pause_tx");
	if (s->series.n && values_field_role(series_last(&s->series), CHIP_MAC_CONTROL, 0, CHIP_FIELD_SEND_PAUSE, &r))
		finding_reading(s, f, &r);
	if (s->log && *s->log->flow)
		finding_evidence(s, f, "flow control according to the log: %s", s->log->flow);
	return true;
}

/* Told so that nobody wastes a night on them. */
bool rule_unproven(struct subject *s, struct finding *f)
{
	if (!has_offload_hangs(s) || !subject_has_hang(s) || s->platform.emulated)
		return false;
	f->excludes = true;
	finding_evidence(s, f, "no public report says that either of them helped");
	return true;
}

/* What a hypervisor makes of software has no silicon to fail: the driver and the model do not agree. */
bool rule_emulated(struct subject *s, struct finding *f)
{
	const char *hypervisor = s->platform.hypervisor ? s->platform.hypervisor : "a hypervisor";

	if (!s->platform.emulated || !subject_has_hang(s))
		return false;
	f->summary = finding_text(
		s,
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

#define HEADER_AND_CRC 18 /* Ethernet header and frame check sequence */
#define VLAN_TAG 4
#define LONGEST_STANDARD 1522 /* without RCTL.LPE */

struct receiver {
	struct reading lpe, rlpml, bsize, bsex, split;
	bool has_lpe, has_rlpml, has_bsize;
	uint64_t accepted; /* longest frame; 0: no limit that is known */
	uint64_t buffer;   /* bytes; 0: not known, or frames may span several */
};

static void read_receiver(const struct subject *s, struct receiver *r)
{
	const struct values *l = series_last(&s->series);
	bool has_bsex;

	*r = (struct receiver){ 0 };
	r->has_lpe = values_field_role(l, CHIP_RX_CONTROL, 0, CHIP_FIELD_LONG_FRAMES, &r->lpe);
	r->has_rlpml = values_low(l, CHIP_RX_LONG_PACKET, 0, &r->rlpml);
	r->has_bsize = values_field_role(l, CHIP_RX_CONTROL, 0, CHIP_FIELD_BUFFER_SIZE, &r->bsize);
	has_bsex = values_field_role(l, CHIP_RX_CONTROL, 0, CHIP_FIELD_BUFFER_TIMES_16, &r->bsex);
	if (r->has_bsize && values_field_role(l, CHIP_RX_CONTROL, 0, CHIP_FIELD_PACKET_SPLIT, &r->split) &&
	    r->split.value)
		r->has_bsize = false;
	/* Parts with RLPML have a buffer size a queue (SRRCTL.BSIZEPKT), and drivers that let frames span buffers. */
	if (r->has_bsize && !r->has_rlpml)
		r->buffer = (UINT64_C(2048) >> r->bsize.value) << (has_bsex && r->bsex.value ? 4 : 0);
	if (r->has_lpe && !r->lpe.value)
		r->accepted = LONGEST_STANDARD;
	else if (r->has_lpe && r->has_rlpml)
		r->accepted = r->rlpml.value;
}

static void tell(struct subject *s, struct finding *f, const struct receiver *r)
{
	if (r->has_lpe)
		finding_reading(s, f, &r->lpe);
	if (r->has_rlpml)
		finding_reading(s, f, &r->rlpml);
	if (r->buffer)
		finding_evidence(s, f, "receive buffer of %" PRIu64 " bytes (%s.%s = %" PRIu64 ")", r->buffer,
				 r->bsize.ref.reg->name, r->bsize.field->name, r->bsize.value);
	finding_fact(s, f, "mtu");
}

/* The driver sets the receiver up when the interface comes up: before that, its registers are what a reset left. */
static bool is_set_up(const struct subject *s)
{
	struct reading link, enabled;
	bool known;

	if (values_field_role(series_last(&s->series), CHIP_RX_CONTROL, 0, CHIP_FIELD_ENABLED, &enabled) &&
	    !enabled.value)
		return false;
	return subject_link_up(s, &link, &known) != 0;
}

bool rule_mtu_rejected(struct subject *s, struct finding *f)
{
	struct receiver r;
	int64_t mtu = s->facts->mtu;

	read_receiver(s, &r);
	if (mtu == FACT_UNKNOWN || !r.accepted || (uint64_t)mtu + HEADER_AND_CRC <= r.accepted || !is_set_up(s))
		return false;
	f->summary = finding_text(s,
				  "The MTU of %" PRId64
				  " does not match the receiver's setting: it drops every frame of more "
				  "than %" PRIu64 " bytes.",
				  mtu, r.accepted);
	tell(s, f, &r);
	return true;
}

/* Frames of the MTU's own length that end in no single buffer of a driver which drops those; or, not wrong by itself,
 * a receiver that lets longer ones through than the driver asked for. */
bool rule_mtu_overlong(struct subject *s, struct finding *f)
{
	const struct driver_facts *d = drivers_named(s->driver ? s->driver : s->chip->driver);
	struct receiver r;
	int64_t mtu = s->facts->mtu;
	uint64_t frame = mtu > 0 ? (uint64_t)mtu + HEADER_AND_CRC + VLAN_TAG : 0;

	read_receiver(s, &r);
	if (!frame || !r.buffer || !d || mtu > d->one_buffer || !is_set_up(s))
		return false;
	if (frame > r.buffer) {
		f->summary = finding_text(
			s,
			"A full frame of the MTU of %" PRId64 " does not fit into a receive buffer of %" PRIu64
			" bytes, and the driver drops every frame that does not fit into its first buffer.",
			mtu, r.buffer);
	} else if (r.has_lpe && r.lpe.value && mtu <= d->no_jumbo) {
		f->severity = SEVERITY_NOTE;
		f->summary =
			finding_text(s,
				     "The receiver takes jumbo frames, though the MTU is %" PRId64
				     ": it was not set up for this "
				     "MTU. The driver drops every frame longer than a buffer of %" PRIu64 " bytes.",
				     mtu, r.buffer);
	} else {
		return false;
	}
	tell(s, f, &r);
	remedies_add(s, f, "mtu-agree");
	return true;
}

/* Bonds: slaves that are not alike, links that nobody watches, modes that do not go together. */

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
	const char *rr, *alb;

	if (!bond_of(s) || !s->kernel || version_compare(s->kernel, 2, 6, 35) >= 0)
		return false;
	rr = bond_with_mode(s->host, "balance-rr");
	alb = bond_with_mode(s->host, "balance-alb");
	if (!rr || !alb)
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

bool rule_bond_partner(struct subject *s, struct finding *f)
{
	const struct klog *k = s->host->input->klog;
	const struct klog_bond *b = NULL;

	for (size_t i = 0; k && bond_of(s) && (b = klog_bond(k, i)) && !text_same(b->name, bond_of(s)); i++)
		;
	if (!b || (!b->no_partner && !b->loopbacks))
		return false;
	if (b->loopbacks)
		f->summary = finding_text(
			s,
			"A slave of %s received what the bond itself had sent: its ports are not in one link "
			"aggregation group on the switch, or a cable joins them.",
			b->name);
	else
		f->summary = finding_text(
			s,
			"%s is an 802.3ad bond, and no link partner answered it by LACP: the switch's ports are in "
			"no link aggregation group, so only one slave or none carries traffic.",
			b->name);
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

/* Only that it is back: when it was lost is before the log's first line, or it was enslaved. */
bool rule_bond_up(struct subject *s, struct finding *f)
{
	if (!subject_logged(s, KLOG_BOND_UP) || subject_logged(s, KLOG_BOND_DOWN))
		return false;
	f->summary = finding_text(s, "%s has the link of this slave, by the last that the log says of it.",
				  bond_of(s) ? bond_of(s) : "The bond");
	finding_reports(s, f, KLOG_BOND_UP, 3);
	return true;
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
	if (!*after && !subject_has_hang(s))
		remedies_add(s, f, "cable-partner");
	return true;
}
