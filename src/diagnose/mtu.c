// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames longer than what the receiver was set up for. */
#include <inttypes.h>

#include "diagnose/rules.h"

#define HEADER_AND_CRC 18 /* Ethernet header and frame check sequence */
#define VLAN_TAG 4
#define LONGEST_STANDARD 1522 /* without RCTL.LPE */

struct receiver {
	struct reading lpe, rlpml, bsize, bsex, split;
	bool has_lpe, has_rlpml, has_bsize;
	uint64_t accepted; /* longest frame; 0: no limit that is known */
	uint64_t buffer;   /* bytes; 0: not known */
};

static void read_receiver(const struct subject *s, struct receiver *r)
{
	const struct lookup *l = series_last(&s->series);
	bool has_bsex;

	*r = (struct receiver){ 0 };
	r->has_lpe = lookup_field(l, CHIP_RX_CONTROL, 0, "LPE", &r->lpe);
	r->has_rlpml = lookup_low(l, CHIP_RX_LONG_PACKET, 0, &r->rlpml);
	r->has_bsize = lookup_field(l, CHIP_RX_CONTROL, 0, "BSIZE", &r->bsize);
	has_bsex = lookup_field(l, CHIP_RX_CONTROL, 0, "BSEX", &r->bsex);
	if (r->has_bsize && lookup_field(l, CHIP_RX_CONTROL, 0, "DTYP_PS", &r->split) && r->split.value)
		r->has_bsize = false;
	if (r->has_bsize)
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

RULE(mtu_rejected)
{
	struct receiver r;
	int64_t mtu = s->facts->mtu;

	read_receiver(s, &r);
	if (mtu == FACT_UNKNOWN || !r.accepted || (uint64_t)mtu + HEADER_AND_CRC <= r.accepted)
		return false;
	f->summary = text(s,
			  "The MTU of %" PRId64 " is not what the receiver is set up for: it drops every frame of more "
			  "than %" PRIu64 " bytes.",
			  mtu, r.accepted);
	tell(s, f, &r);
	return true;
}

/* The receiver takes frames that the MTU knows nothing of: they spread over several buffers of a driver that expects
 * one. */
RULE(mtu_overlong)
{
	struct receiver r;
	int64_t mtu = s->facts->mtu;
	uint64_t frame = mtu > 0 ? (uint64_t)mtu + HEADER_AND_CRC + VLAN_TAG : 0;

	read_receiver(s, &r);
	if (!r.has_lpe || !r.lpe.value || !frame || !r.buffer || frame > r.buffer)
		return false;
	if (r.accepted && r.accepted <= r.buffer)
		return false;
	if (r.has_rlpml) {
		f->confidence = POSSIBLE;
		f->severity = SEVERITY_NOTE;
	}
	f->summary = text(s,
			  "The receiver takes frames longer than its buffers of %" PRIu64 " bytes, though the MTU is "
			  "%" PRId64 ": a jumbo frame (8,000 bytes, say) is spread over buffers that the driver set up "
			  "for one frame each. %s",
			  r.buffer, mtu,
			  r.has_rlpml ? "Newer drivers of this part set it so and put the pieces together; older ones "
					"drop them."
				      : "At best it is dropped, at worst memory behind the buffer is overwritten.");
	tell(s, f, &r);
	if (!r.has_rlpml)
		remedies_add(s, f, "mtu-agree");
	return true;
}
