// SPDX-License-Identifier: GPL-2.0-or-later
/* The Ethernet link and the PHY, saving energy on it, and who else uses the port. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"

#define GARBAGE_ONES 0xffff
#define BMSR_ABILITIES 0xf800 /* a PHY that can do nothing is none (IEEE 802.3 22.2.4.2) */
#define IDLE_ERRORS_FULL 255

static bool last_field(const struct subject *s, enum chip_role role, enum chip_field_role field, struct reading *r)
{
	return s->series.n && values_field_role(series_last(&s->series), role, 0, field, r);
}

/* The kernel refuses to tell the carrier of an interface that was not brought up. */
static bool not_brought_up(const struct subject *s)
{
	return s->latest && s->latest->origin == ORIGIN_LIVE && s->facts->netdev && s->facts->carrier == FACT_UNKNOWN &&
	       s->facts->operstate && !strcmp(s->facts->operstate, "down");
}

/* Whether the port ought to have a link, and what follows. */
static void judge_down(struct subject *s, struct finding *f)
{
	int used = subject_in_use(s);

	if (not_brought_up(s)) {
		f->summary = "The interface has not been brought up.";
		f->severity = SEVERITY_NOTE;
		remedies_add(s, f, "bring-up");
	} else if (!used) {
		f->summary =
			"There is no Ethernet link, and nothing says that this port is in use: it had none since the boot.";
		f->severity = SEVERITY_NOTE;
		finding_fact(s, f, "carrier_changes");
	} else {
		f->severity = used > 0 ? SEVERITY_FAULT : SEVERITY_WARNING;
		remedies_add(s, f, "cable-partner");
	}
}

/* In the boot that the log ends with: what a shutdown did is over with the next boot. */
static bool said_down(const struct subject *s)
{
	return s->log && s->log->link == 0 && !klog_boots_ago(s->host->input->klog, s->log->link_boot);
}

bool rule_link_down(struct subject *s, struct finding *f)
{
	struct reading link, phy;
	bool known;
	int up = subject_link_up(s, &link, &known);

	if (up > 0 || (up < 0 && !(said_down(s) && !s->latest)))
		return false;
	if (known)
		finding_reading(s, f, &link);
	if (last_field(s, CHIP_PHY_STATUS, CHIP_FIELD_LINK_UP, &phy))
		finding_reading(s, f, &phy);
	finding_fact(s, f, "carrier");
	finding_fact(s, f, "operstate");
	if (known && link.value)
		finding_evidence(s, f, "the MAC has a link, but Linux has no carrier on it and sends nothing");
	if (up < 0) {
		f->confidence = LIKELY;
		finding_reports(s, f, KLOG_LINK_DOWN, 2);
	}
	judge_down(s, f);
	return true;
}

/* A transceiver's own alarms: light that does not come, or heat. */
bool rule_module_alarm(struct subject *s, struct finding *f)
{
	const char *alarm = s->facts->module_alarm;

	if (!alarm)
		return false;
	f->summary = strstr(alarm, "rx power low") ? "The transceiver receives too little light: its own alarm says so."
						   : "The transceiver reports an alarm.";
	finding_fact(s, f, "module_alarm");
	finding_fact(s, f, "module_rx_power");
	finding_fact(s, f, "module");
	return true;
}

#define HOUR INT64_C(3600)
#define FLAPS_AN_HOUR 3  /* in the log, which has a time for each */
#define FLAPS_COUNTED 10 /* by a counter, at one an hour at least */

/* Seconds since the boot, or since the first sample where that is not known; 0: neither. */
static int64_t uptime(const struct subject *s)
{
	if (!s->latest || !s->latest->taken || s->facts->booted == FACT_UNKNOWN)
		return 0;
	return s->latest->taken / 1000000000 - s->facts->booted;
}

/* By the port's own count, which has those that the kernel did not see as well. */
static bool losses_while_watched(struct subject *s, struct finding *f)
{
	struct reading before, now;

	if (s->series.n < 2 || !s->chip || !values_low(&s->series.samples[0], CHIP_LINK_LOSSES, 0, &before) ||
	    !values_low(series_last(&s->series), CHIP_LINK_LOSSES, 0, &now) || now.value < before.value + 2)
		return false;
	finding_reading(s, f, &before);
	finding_reading(s, f, &now);
	return true;
}

/* There and back. */
static bool flaps_while_watched(struct subject *s, struct finding *f)
{
	int64_t first = s->n_samples > 1 ? s->samples[0]->facts.carrier_changes : FACT_UNKNOWN;

	if (first == FACT_UNKNOWN || s->facts->carrier_changes < first + 2)
		return false;
	finding_evidence(s, f, "carrier_changes went from %" PRId64 " to %" PRId64 " while it was watched", first,
			 s->facts->carrier_changes);
	return true;
}

/* By any clock that both have. */
static bool seconds_between(const struct klog_report *a, const struct klog_report *b, int64_t *seconds)
{
	static const enum klog_field clocks[] = { KLOG_WALL_NS, KLOG_UPTIME_NS, KLOG_SEASON_NS, KLOG_ELAPSED_NS };

	for (size_t i = 0; i < COUNT(clocks); i++) {
		uint64_t from = klog_number(a, clocks[i]), to = klog_number(b, clocks[i]);

		if (!klog_known(a, clocks[i]) || !klog_known(b, clocks[i]) || to < from)
			continue;
		*seconds = (int64_t)((to - from) / 1000000000);
		return true;
	}
	return false;
}

/* Between the first and the last time that the log says so. */
static bool flaps_in_log(struct subject *s, struct finding *f, uint64_t downs)
{
	const struct klog_report *first = s->log ? device_log_first(&s->logged, KLOG_LINK_DOWN) : NULL;
	const struct klog_report *last = s->logged.last[KLOG_LINK_DOWN];
	int64_t seconds;

	if (first && !last)
		last = &s->logged.first[KLOG_LINK_DOWN][s->logged.n_first[KLOG_LINK_DOWN] - 1];
	if (downs < FLAPS_AN_HOUR || !first || !seconds_between(first, last, &seconds))
		return false;
	if (seconds > HOUR * (int64_t)(downs / FLAPS_AN_HOUR))
		return false;
	finding_evidence(s, f, "%" PRIu64 " times within %" PRId64 " minute%s", downs, seconds / 60 + 1,
			 seconds < 60 ? "" : "s");
	return true;
}

static bool flaps_by_count(struct subject *s, struct finding *f)
{
	int64_t failures = s->facts->bond_link_failures, up = uptime(s);

	if (failures < FLAPS_COUNTED || up <= 0 || failures < up / HOUR)
		return false;
	finding_evidence(s, f, "the machine is up for %" PRId64 " hours", up / HOUR);
	return true;
}

/* A cable that was moved, a switch that was restarted: without the time in which it happened a count says little. */
bool rule_link_flaps(struct subject *s, struct finding *f)
{
	uint64_t downs = s->log ? s->log->link_flaps : 0;
	bool often = flaps_while_watched(s, f);

	often |= losses_while_watched(s, f);
	if (!often && downs < 2 && !(s->facts->bond_link_failures != FACT_UNKNOWN && s->facts->bond_link_failures > 1))
		return false;
	finding_reports(s, f, KLOG_LINK_DOWN, 3);
	finding_fact(s, f, "bond_link_failures");
	finding_fact(s, f, "carrier_changes");
	if (downs)
		finding_evidence(s, f, "the link went down %" PRIu64 " times in the log", downs);
	often |= flaps_in_log(s, f, downs);
	often |= flaps_by_count(s, f);
	if (subject_has_hang(s)) {
		f->severity = SEVERITY_NOTE;
		f->summary =
			"The link went down and up again; every reset of the adapter does that, so by itself it says "
			"nothing of the cable.";
	} else if (!often) {
		f->severity = SEVERITY_NOTE;
		f->summary = "The link went down a few times, which is no fault unless it was within a short time.";
	} else {
		remedies_add(s, f, "cable-partner");
	}
	return true;
}

/* The fastest that is offered by one side of auto-negotiation, in Mb/s; 0: not known. */
static int64_t offered(const struct subject *s, enum chip_role gigabit, enum chip_role base)
{
	static const struct {
		enum chip_field_role field;
		int64_t speed;
	} slower[] = { { CHIP_FIELD_OFFER_100_FULL, 100 },
		       { CHIP_FIELD_OFFER_100_HALF, 100 },
		       { CHIP_FIELD_OFFER_10_FULL, 10 },
		       { CHIP_FIELD_OFFER_10_HALF, 10 } };
	struct reading full, half, one;

	if (!last_field(s, base, CHIP_FIELD_OFFER_100_FULL, &one) ||
	    !last_field(s, gigabit, CHIP_FIELD_OFFER_1000_FULL, &full) ||
	    !last_field(s, gigabit, CHIP_FIELD_OFFER_1000_HALF, &half))
		return 0;
	if (full.value || half.value)
		return 1000;
	for (size_t i = 0; i < COUNT(slower); i++)
		if (last_field(s, base, slower[i].field, &one) && one.value)
			return slower[i].speed;
	return 0;
}

static int64_t partner_offers(const struct subject *s)
{
	int64_t speed = offered(s, CHIP_PHY_1000_STATUS, CHIP_PHY_PARTNER);

	return speed ? speed : s->facts->partner_speed > 0 ? s->facts->partner_speed : 0;
}

static int64_t we_offer(const struct subject *s)
{
	return offered(s, CHIP_PHY_1000_CONTROL, CHIP_PHY_ADVERTISE);
}

/* Each side does what it can or may: that is no fault, unless both could do more than they do. */
static void judge_slow(struct subject *s, struct finding *f, int64_t speed)
{
	int64_t partner = partner_offers(s), own = we_offer(s);

	if (partner)
		finding_evidence(s, f, "the link partner offers %" PRId64 " Mb/s", partner);
	if (own)
		finding_evidence(s, f, "this port offers %" PRId64 " Mb/s", own);
	if (partner && partner <= speed) {
		f->confidence = CERTAIN;
		f->summary =
			"The link is as fast as the link partner can do, or was configured to: that is no fault of "
			"this port.";
	} else if (own && own <= speed) {
		f->confidence = LIKELY;
		f->summary = "The link is as fast as this port was configured to offer.";
	} else if (partner && (own > speed || !own)) {
		f->severity = SEVERITY_WARNING;
		f->confidence = LIKELY;
		f->summary = "The link is slower than what both ends offer: a bad pair in the cable most often.";
		remedies_add(s, f, "cable-partner");
	}
}

bool rule_link_slow(struct subject *s, struct finding *f)
{
	struct reading shift;
	bool downshift = last_field(s, CHIP_PHY_VENDOR_STATUS, CHIP_FIELD_DOWNSHIFT, &shift) && shift.value;
	bool smart = s->log && s->log->smartspeed;
	int64_t speed = s->facts->speed > 0 ? s->facts->speed : s->log && s->log->speed ? (int64_t)s->log->speed : 0;

	if (!downshift && !smart && (speed <= 0 || speed >= (subject_has_trait(s, "fast-ethernet") ? 100 : 1000)))
		return false;
	if (downshift)
		finding_reading(s, f, &shift);
	if (smart)
		finding_evidence(s, f, "the log says that SmartSpeed lowered the speed");
	if (speed > 0)
		finding_evidence(s, f, "speed = %" PRId64 " Mb/s", speed);
	if (downshift || smart) {
		f->severity = SEVERITY_WARNING;
		f->confidence = CERTAIN;
		remedies_add(s, f, "cable-partner");
	} else {
		judge_slow(s, f, speed);
	}
	return true;
}

bool rule_half_duplex(struct subject *s, struct finding *f)
{
	struct reading r, link;
	bool known, reg = last_field(s, CHIP_MAC_STATUS, CHIP_FIELD_FULL_DUPLEX, &r);

	if (subject_link_up(s, &link, &known) != 1)
		return false;
	if (reg ? r.value != 0 : !s->facts->duplex || strcmp(s->facts->duplex, "half"))
		return false;
	if (reg)
		finding_reading(s, f, &r);
	finding_fact(s, f, "duplex");
	return true;
}

bool rule_phy_faults(struct subject *s, struct finding *f)
{
	static const struct {
		enum chip_role role;
		enum chip_field_role field;
		bool bad;     /* the value that is bad */
		bool gigabit; /* says something at 1000 Mb/s only */
	} faults[] = {
		{ CHIP_PHY_STATUS, CHIP_FIELD_REMOTE_FAULT, true, false },
		{ CHIP_PHY_STATUS, CHIP_FIELD_JABBER, true, false },
		{ CHIP_PHY_1000_STATUS, CHIP_FIELD_MASTER_SLAVE_FAULT, true, false },
		{ CHIP_PHY_1000_STATUS, CHIP_FIELD_LOCAL_RECEIVER_OK, false, true },
		{ CHIP_PHY_1000_STATUS, CHIP_FIELD_REMOTE_RECEIVER_OK, false, true },
	};
	struct reading r;
	bool known, up = subject_link_up(s, &r, &known) == 1;

	for (size_t i = 0; i < COUNT(faults); i++) {
		if (faults[i].gigabit && !(up && s->facts->speed == 1000))
			continue;
		if (last_field(s, faults[i].role, faults[i].field, &r) && (r.value != 0) == faults[i].bad)
			finding_reading(s, f, &r);
	}
	return f->n_evidence != 0;
}

bool rule_idle_errors(struct subject *s, struct finding *f)
{
	size_t known, set;
	struct reading r;

	set = series_count_set(&s->series, CHIP_PHY_1000_STATUS, CHIP_FIELD_IDLE_ERRORS, 0, &known, &r);
	if (!set || (set < 2 && known > 1))
		return false;
	finding_reading(s, f, &r);
	finding_evidence(s, f, "not zero in %zu of %zu samples", set, known);
	if (r.value == IDLE_ERRORS_FULL)
		f->confidence = CERTAIN;
	return true;
}

bool rule_phy_garbage(struct subject *s, struct finding *f)
{
	struct reading id, status;

	if (values_role(series_last(&s->series), CHIP_PHY_ID1, 0, &id) && (!id.value || id.value == GARBAGE_ONES))
		finding_reading(s, f, &id);
	if (values_role(series_last(&s->series), CHIP_PHY_STATUS, 0, &status) &&
	    (status.value == GARBAGE_ONES || !(status.value & BMSR_ABILITIES)))
		finding_reading(s, f, &status);
	return f->n_evidence != 0;
}

bool rule_phy_errors(struct subject *s, struct finding *f)
{
	uint64_t n = subject_logged(s, KLOG_PHY_ERROR);

	if (!n)
		return false;
	f->summary = finding_text(s,
				  "The driver could not read the PHY (%" PRIu64
				  " time%s): MAC and PHY, or host and MAC, lost "
				  "each other for a while.",
				  n, n == 1 ? "" : "s");
	finding_reports(s, f, KLOG_PHY_ERROR, 4);
	return true;
}

static bool eee_in_registers(const struct subject *s, struct reading *r)
{
	return s->series.n && values_field_role(series_last(&s->series), CHIP_EEE_STATE, 0, CHIP_FIELD_ENABLED, r) &&
	       r->value;
}

/* A part of a chipset that can do it, and nothing says whether it does. */
static bool may_do_eee(const struct subject *s)
{
	const struct facts *f = s->facts;

	return s->chip_sure && s->chip && chip_role_ref(s->chip, CHIP_EEE_STATE, 0).reg &&
	       subject_has_trait(s, "pch") && f->eee_supported == FACT_UNKNOWN && f->eee_enabled == FACT_UNKNOWN &&
	       f->eee_active == FACT_UNKNOWN;
}

bool rule_eee(struct subject *s, struct finding *f)
{
	struct reading r;
	bool reg = eee_in_registers(s, &r);

	if (!subject_has_hang(s) && !(s->log && s->log->link_flaps > 1))
		return false;
	if (!reg && s->facts->eee_active != 1 && s->facts->eee_enabled != 1) {
		if (!may_do_eee(s))
			return false;
		finding_evidence(s, f, "the %s can do it", s->chip->name);
		f->summary =
			subject_has_hang(s)
				? "Energy Efficient Ethernet is suspected with such hangs; whether it is on here is "
				  "not known."
				: "Energy Efficient Ethernet can make a link go down and up; whether it is on here is "
				  "not known.";
	}
	if (reg)
		finding_reading(s, f, &r);
	finding_fact(s, f, "eee_enabled");
	finding_fact(s, f, "eee_active");
	return true;
}

static bool takes_part(struct subject *s, struct finding *f, enum chip_role role, enum chip_field_role field)
{
	struct reading r;

	if (!values_field_role(series_last(&s->series), role, 0, field, &r) || !r.value)
		return false;
	finding_reading(s, f, &r);
	return true;
}

static void hint_at_engine(struct subject *s)
{
	const struct chip *chip = s->chip ? s->chip : s->known;
	const struct chip_reg *state = chip ? chip_role_ref(chip, CHIP_FIRMWARE_STATE, 0).reg : NULL;

	if (state)
		finding_hint(
			s, "nicregs show %s --reg '%s*' shows whether the management engine runs; ping shows the TTL.",
			finding_device_word(s), state->name);
}

/*
 * The management engine of a chipset shares the host's MAC address and IP address, and answers for it. A management
 * controller of a board, behind NC-SI or SMBus, has addresses of its own and answers for nobody else: nothing to say.
 */
bool rule_management(struct subject *s, struct finding *f)
{
	bool receives = false, runs = false;
	struct reading mode = { 0 };

	if (!subject_has_trait(s, "pch"))
		return false;
	if (s->series.n) {
		runs = takes_part(s, f, CHIP_FIRMWARE_STATE, CHIP_FIELD_FIRMWARE_VALID);
		if (values_field_role(series_last(&s->series), CHIP_FIRMWARE_STATE, 0, CHIP_FIELD_FIRMWARE_MODE,
				      &mode) &&
		    runs && mode.value)
			finding_reading(s, f, &mode);
		receives = takes_part(s, f, CHIP_MANAGEMENT_STATE, CHIP_FIELD_MANAGEMENT_RECEIVE);
		receives |= takes_part(s, f, CHIP_MANAGEMENT_STATE, CHIP_FIELD_MANAGEMENT_ARP);
		receives |= runs && mode.value;
	}
	if (!receives && f->n_evidence)
		return false;
	if (!receives) {
		if (!subject_has_hang(s))
			return false;
		f->confidence = POSSIBLE;
		finding_evidence(s, f, "a NIC in the chipset shares its port with the management engine");
		hint_at_engine(s);
	}
	if (!subject_has_hang(s))
		return true;
	f->severity = SEVERITY_WARNING;
	finding_hint(s,
		     "Whether the host is reachable, only its own answers show (ssh, arping -I, a TCP port), not ping "
		     "alone. The engine's end when its IP address differs from the host's, or manageability is off in "
		     "the BIOS.");
	return true;
}
