// SPDX-License-Identifier: GPL-2.0-or-later
/* The Ethernet link and the PHY. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"

#define GARBAGE_ONES 0xffff
#define BMSR_ABILITIES 0xf800 /* a PHY that can do nothing is none (IEEE 802.3 22.2.4.2) */
#define IDLE_ERRORS_FULL 255

static bool last_field(const struct subject *s, enum chip_role role, const char *names, struct reading *r)
{
	return s->series.n && lookup_field(series_last(&s->series), role, 0, names, r);
}

/* The kernel refuses to tell the carrier of an interface that was not brought up. */
static bool not_brought_up(const struct subject *s)
{
	return s->latest && s->latest->origin == ORIGIN_LIVE && s->facts->netdev && s->facts->carrier == FACT_UNKNOWN &&
	       s->facts->operstate && !strcmp(s->facts->operstate, "down");
}

RULE(link_down)
{
	struct reading link, phy;
	bool known;
	int up = subject_link_up(s, &link, &known);

	if (up > 0 || (up < 0 && !(s->log && s->log->link == 0 && !s->latest)))
		return false;
	if (known)
		finding_reading(s, f, &link);
	if (last_field(s, CHIP_PHY_STATUS, "LSTATUS", &phy))
		finding_reading(s, f, &phy);
	finding_fact(s, f, "carrier");
	finding_fact(s, f, "operstate");
	if (up < 0) {
		f->confidence = LIKELY;
		finding_reports(s, f, KLOG_LINK_DOWN, 2);
	}
	if (not_brought_up(s)) {
		f->summary = "The interface has not been brought up.";
		f->severity = SEVERITY_NOTE;
		remedies_add(s, f, "bring-up");
	} else {
		remedies_add(s, f, "cable-partner");
	}
	return true;
}

RULE(link_flaps)
{
	uint64_t downs = s->log ? s->log->link_flaps : 0;

	if (downs < 2 && !(s->facts->bond_link_failures != FACT_UNKNOWN && s->facts->bond_link_failures > 1))
		return false;
	finding_reports(s, f, KLOG_LINK_DOWN, 3);
	finding_fact(s, f, "bond_link_failures");
	finding_fact(s, f, "carrier_changes");
	if (downs)
		finding_evidence(s, f, "the link went down %" PRIu64 " times in the log", downs);
	if (subject_has_hang(s)) {
		f->severity = SEVERITY_NOTE;
		f->summary =
			"The link went down and up again; every reset of the adapter does that, so by itself it says "
			"nothing of the cable.";
		return true;
	}
	remedies_add(s, f, "cable-partner");
	return true;
}

RULE(link_slow)
{
	struct reading shift;
	bool downshift = last_field(s, CHIP_PHY_VENDOR_STATUS, "DOWNSHIFT", &shift) && shift.value;
	bool smart = s->log && s->log->smartspeed;
	int64_t speed = s->facts->speed > 0 ? s->facts->speed : s->log && s->log->speed ? (int64_t)s->log->speed : 0;

	if (!downshift && !smart && (speed <= 0 || speed >= 1000))
		return false;
	if (downshift)
		finding_reading(s, f, &shift);
	if (smart)
		finding_evidence(s, f, "the log says that SmartSpeed lowered the speed");
	if (speed > 0)
		finding_evidence(s, f, "speed = %" PRId64 " Mb/s", speed);
	if (downshift || smart)
		f->confidence = CERTAIN;
	return true;
}

RULE(half_duplex)
{
	struct reading r, link;
	bool known, reg = last_field(s, CHIP_MAC_STATUS, "FD", &r);

	if (subject_link_up(s, &link, &known) != 1)
		return false;
	if (reg ? r.value != 0 : !s->facts->duplex || strcmp(s->facts->duplex, "half"))
		return false;
	if (reg)
		finding_reading(s, f, &r);
	finding_fact(s, f, "duplex");
	return true;
}

RULE(phy_faults)
{
	static const struct {
		enum chip_role role;
		const char *field;
		bool bad;     /* the value that is bad */
		bool gigabit; /* says something at 1000 Mb/s only */
	} faults[] = {
		{ CHIP_PHY_STATUS, "RFAULT", true, false },       { CHIP_PHY_STATUS, "JCD", true, false },
		{ CHIP_PHY_1000_STATUS, "MSFAIL", true, false },  { CHIP_PHY_1000_STATUS, "LOCALRXOK", false, true },
		{ CHIP_PHY_1000_STATUS, "REMRXOK", false, true },
	};
	struct reading r;
	bool known, up = subject_link_up(s, &r, &known) == 1;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (faults[i].gigabit && !(up && s->facts->speed == 1000))
			continue;
		if (last_field(s, faults[i].role, faults[i].field, &r) && (r.value != 0) == faults[i].bad)
			finding_reading(s, f, &r);
	}
	return f->n_evidence != 0;
}

RULE(idle_errors)
{
	size_t known, set;
	struct reading r;

	set = series_count_set(&s->series, CHIP_PHY_1000_STATUS, "IDLE_ERR_CNT", &known, &r);
	if (!set || (set < 2 && known > 1))
		return false;
	finding_reading(s, f, &r);
	finding_evidence(s, f, "not zero in %zu of %zu samples", set, known);
	if (r.value == IDLE_ERRORS_FULL)
		f->confidence = CERTAIN;
	return true;
}

RULE(phy_garbage)
{
	struct reading id, status;

	if (lookup_role(series_last(&s->series), CHIP_PHY_ID1, 0, &id) && (!id.value || id.value == GARBAGE_ONES))
		finding_reading(s, f, &id);
	if (lookup_role(series_last(&s->series), CHIP_PHY_STATUS, 0, &status) &&
	    (status.value == GARBAGE_ONES || !(status.value & BMSR_ABILITIES)))
		finding_reading(s, f, &status);
	return f->n_evidence != 0;
}

RULE(phy_errors)
{
	uint64_t n = subject_logged(s, KLOG_PHY_ERROR);

	if (!n)
		return false;
	f->summary = text(s,
			  "The driver could not read the PHY (%" PRIu64 " time%s): MAC and PHY, or host and MAC, lost "
			  "each other for a while.",
			  n, n == 1 ? "" : "s");
	finding_reports(s, f, KLOG_PHY_ERROR, 4);
	return true;
}
