// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames longer than what the receiver was set up for. */
#include <inttypes.h>

#include "diagnose/rules.h"

#define HEADER_AND_CRC 18 /* Ethernet header and frame check sequence */
#define VLAN_TAG 4
#define LONGEST_STANDARD 1522 /* without RCTL.LPE */
/* Up to this MTU e1000 and e1000e leave RCTL.LPE clear (ETH_DATA_LEN). */
#define MTU_STANDARD 1500
/* Up to this one they drop a frame that does not end in its first buffer; above, they put the pieces together
 * (e1000_configure_rx: ETH_FRAME_LEN + ETH_FCS_LEN). */
#define MTU_ONE_BUFFER 1518

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
	r->has_lpe = values_field(l, CHIP_RX_CONTROL, 0, "LPE", &r->lpe);
	r->has_rlpml = values_low(l, CHIP_RX_LONG_PACKET, 0, &r->rlpml);
	r->has_bsize = values_field(l, CHIP_RX_CONTROL, 0, "BSIZE", &r->bsize);
	has_bsex = values_field(l, CHIP_RX_CONTROL, 0, "BSEX", &r->bsex);
	if (r->has_bsize && values_field(l, CHIP_RX_CONTROL, 0, "DTYP_PS", &r->split) && r->split.value)
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
		finding_evidence(s, f, "receive buffer of %" PRIu64 " bytes (RCTL.BSIZE = %" PRIu64 ")", r->buffer,
				 r->bsize.value);
	finding_fact(s, f, "mtu");
}

/* The driver sets the receiver up when the interface comes up: before that, its registers are what a reset left. */
static bool is_set_up(const struct subject *s)
{
	struct reading link, enabled;
	bool known;

	if (values_field(series_last(&s->series), CHIP_RX_CONTROL, 0, "EN", &enabled) && !enabled.value)
		return false;
	return subject_link_up(s, &link, &known) != 0;
}

RULE(mtu_rejected)
{
	struct receiver r;
	int64_t mtu = s->facts->mtu;

	read_receiver(s, &r);
	if (mtu == FACT_UNKNOWN || !r.accepted || (uint64_t)mtu + HEADER_AND_CRC <= r.accepted || !is_set_up(s))
		return false;
	f->summary = text(s,
			  "The MTU of %" PRId64 " is not what the receiver is set up for: it drops every frame of more "
			  "than %" PRIu64 " bytes.",
			  mtu, r.accepted);
	tell(s, f, &r);
	return true;
}

/* Frames of the MTU's own length that end in no single buffer of a driver which drops those; or, not wrong by itself,
 * a receiver that lets longer ones through than the driver asked for. */
RULE(mtu_overlong)
{
	struct receiver r;
	int64_t mtu = s->facts->mtu;
	uint64_t frame = mtu > 0 ? (uint64_t)mtu + HEADER_AND_CRC + VLAN_TAG : 0;

	read_receiver(s, &r);
	if (!frame || !r.buffer || mtu > MTU_ONE_BUFFER || !is_set_up(s))
		return false;
	if (frame > r.buffer) {
		f->summary =
			text(s,
			     "A full frame of the MTU of %" PRId64 " does not fit into a receive buffer of %" PRIu64
			     " bytes, and the driver drops what does not end in its first buffer.",
			     mtu, r.buffer);
	} else if (r.has_lpe && r.lpe.value && mtu <= MTU_STANDARD) {
		f->severity = SEVERITY_NOTE;
		f->summary = text(s,
				  "The receiver takes jumbo frames, though the MTU is %" PRId64
				  ": it was not set up for this "
				  "MTU. The driver drops what is longer than a buffer of %" PRIu64 " bytes.",
				  mtu, r.buffer);
	} else {
		return false;
	}
	tell(s, f, &r);
	remedies_add(s, f, "mtu-agree");
	return true;
}
