// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel log alone tells of hangs, and output of other programs pasted beside it. */
#include <ctype.h>
#include <inttypes.h>

#include "diagnose/rules.h"
#include "util/buf.h"

static void intervals(struct subject *s, struct finding *f)
{
	const struct klog_hangs *h = &s->log->hangs;

	if (h->intervals == 1)
		finding_evidence(s, f, "it came back after %" PRIu64 " s", h->interval_mean_ms / 1000);
	else if (h->intervals)
		finding_evidence(s, f, "it comes back after %" PRIu64 " s on average (%" PRIu64 " to %" PRIu64 " s)",
				 h->interval_mean_ms / 1000, h->interval_least_ms / 1000, h->interval_most_ms / 1000);
	if (h->age_most_ms)
		finding_evidence(s, f, "the oldest stuck descriptor had waited %" PRIu64 ".%" PRIu64 " s",
				 h->age_most_ms / 1000, h->age_most_ms % 1000 / 100);
}

static const char *how_often(struct subject *s, const struct klog_hangs *h)
{
	uint64_t blocks = h->blocks - (s->logged.no_link < h->blocks ? s->logged.no_link : 0);

	if (blocks == 1)
		return "once";
	if (blocks < h->blocks)
		return finding_text(s, "%" PRIu64 " times", blocks);
	if (h->episodes == 1)
		return finding_text(s, "%" PRIu64 " times in one episode", h->blocks);
	return finding_text(s, "%" PRIu64 " times in %" PRIu64 " episodes", h->blocks, h->episodes);
}

static const char *how_often_reset(const struct subject *s, const struct klog_hangs *h)
{
	if (!subject_logged(s, KLOG_RESET))
		return "no reset of the adapter is in the log";
	if (s->logged.spells > 1 && !h->episodes_reset)
		return "a reset of the adapter is in the log, at another time";
	if (h->episodes == 1)
		return "the driver reset the adapter";
	return h->episodes_reset < h->episodes ? "the driver reset the adapter after some of them"
					       : "each time the driver reset the adapter";
}

static void say_never_marked(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;

	if (device_log_never_marked(l))
		finding_evidence(s, f, "the head was at the tail, but the frame waited for was not marked done when %s",
				 l->watchdogs         ? "the kernel's watchdog ran out"
				 : l->unwritten_reset ? "the driver reset the adapter"
				 : l->unwritten_still ? "the driver looked again"
						      : "the host's side of the MAC was off");
}

/* A head that is at the tail stands there by right. */
static void say_head(struct subject *s, struct finding *f)
{
	const struct klog_hangs *h = &s->log->hangs;

	if (!h->head_stuck || !s->logged.stuck)
		return;
	f->confidence = CERTAIN;
	if (h->head_stuck == 1)
		finding_evidence(s, f, "the head had not moved from one report to the next");
	else
		finding_evidence(s, f, "the head had not moved from one report to the next, %" PRIu64 " times",
				 h->head_stuck);
}

bool rule_logged_hang(struct subject *s, struct finding *f)
{
	const struct klog_hangs *h;

	if (!subject_hung_in_log(s) || !s->logged.blocks)
		return false;
	h = &s->log->hangs;
	f->summary = finding_text(s, "The driver reported a stuck transmitter %s; %s.", how_often(s, h),
				  how_often_reset(s, h));
	if (h->ring_garbage && h->ring_garbage == h->blocks)
		f->summary =
			finding_text(s, "%s Its heads and tails cannot be, so that is its word alone.", f->summary);
	finding_reports(s, f, KLOG_HANG, 4);
	if (s->logged.no_link)
		finding_evidence(s, f,
				 "%" PRIu64 " more %s printed while the link was down: frames wait then by design",
				 s->logged.no_link, s->logged.no_link == 1 ? "was" : "were");
	say_head(s, f);
	say_never_marked(s, f);
	intervals(s, f);
	finding_reports(s, f, KLOG_WATCHDOG, 2);
	finding_reports(s, f, KLOG_RESET, 2);
	return true;
}

bool rule_logged_timeout(struct subject *s, struct finding *f)
{
	if (!subject_hung_in_log(s) || s->logged.blocks)
		return false;
	if (!s->logged.watchdogs && !subject_logged(s, KLOG_TX_TIMEOUT))
		return false;
	finding_reports(s, f, KLOG_WATCHDOG, 3);
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	finding_reports(s, f, KLOG_RESET, 2);
	if (s->logged.n_queues == 1)
		f->summary = finding_text(
			s,
			"Transmit queue %u timed out: the kernel gave it work and for seconds none of it was "
			"reported done.",
			s->logged.queues[0]);
	return f->n_evidence != 0;
}

/* Only the MACs of chipsets have that bit. */
bool rule_logged_host_off(struct subject *s, struct finding *f)
{
	const struct driver_facts *driver = drivers_named(s->driver);
	const struct device_log *l = &s->logged;

	if (!l->host_off || !driver || !driver->onboard[0] || !(s->log->onboard_pch || subject_has_trait(s, "pch")))
		return false;
	f->summary = finding_text(
		s,
		"In %" PRIu64
		" of the hang reports MAC Status has bit 30 set (DMoff): the management engine had turned the host's "
		"side of the MAC off, though the link was up. Nothing is sent or received then.",
		l->host_off);
	finding_evidence(s, f, "log %s: MAC Status, bit 30", finding_line(s, l->host_off_line));
	return true;
}

/* An error of the bus explains a reset better than anything else. */
static const struct klog_report *bus_error_before(const struct device_log *l)
{
	const struct klog_report *reset = device_log_first(l, KLOG_RESET), *found = NULL;

	for (size_t i = 0; reset && i < l->n_first[KLOG_AER]; i++) {
		const struct klog_report *r = &l->first[KLOG_AER][i];
		const char *severity = klog_text(r, KLOG_SEVERITY);

		if (*severity && tolower((unsigned char)*severity) != 'c' && r->line < reset->line)
			found = r;
	}
	return found;
}

/* Resets and recoveries whose cause the log does not have. */
bool rule_logged_reset(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;
	uint64_t resets = l->resets.hang + l->resets.bare;
	const struct klog_report *bus_error = bus_error_before(l);

	if (subject_logged(s, KLOG_HANG) || subject_logged(s, KLOG_TX_TIMEOUT) || l->watchdogs)
		return false;
	if (l->recoveries) {
		f->summary = "The driver saw a transmit queue time out and went through its recovery.";
	} else if (l->resets.hang) {
		f->summary = finding_text(s, "The driver found a transmit queue hung and reset the adapter %s.",
					  resets == 1 ? "once" : "again and again");
	} else if (l->resets.bare && bus_error) {
		f->summary = finding_text(
			s,
			"The driver reset the adapter %s, after an error of the device on PCI Express that was "
			"not corrected (log %s): look at the bus first.",
			l->resets.bare == 1 ? "once" : "again and again", finding_line(s, bus_error->line));
	} else if (l->resets.bare > 1) {
		f->summary = finding_text(s,
					  "The driver reset the adapter %" PRIu64
					  " times. The log does not say why; drivers do "
					  "that when the transmitter hangs.",
					  l->resets.bare);
	} else if (l->resets.bare) {
		f->severity = SEVERITY_WARNING;
		f->summary = "The driver reset the adapter. The log does not say why; drivers do that when the "
			     "transmitter hangs, or when the link is lost while frames wait.";
	}
	finding_reports(s, f, KLOG_RECOVERY, 3);
	finding_reports(s, f, KLOG_RESET, 4);
	return f->summary != NULL;
}

/* Registers that the driver printed when it reset the adapter, with work in a queue. */
bool rule_logged_dump(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;

	if (!l->dumped_waiting)
		return false;
	f->summary = finding_text(
		s,
		"The driver printed its registers, which it does when it resets the adapter, and work waited in "
		"%" PRIu64 " transmit queue%s%s.",
		l->dumped_waiting, l->dumped_waiting == 1 ? "" : "s",
		l->down && l->down->line <= l->first[KLOG_DUMP][0].line ? ". The link had gone down before" : "");
	finding_reports(s, f, KLOG_DUMP, 4);
	return true;
}

bool rule_logged_paused(struct subject *s, struct finding *f)
{
	if (!s->logged.paused)
		return false;
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	return true;
}

/* The driver cleans up what is marked done, and this was not: no late clean-up. */
static void say_unmarked(struct finding *f)
{
	f->confidence = POSSIBLE;
	f->summary =
		"The hardware had taken all up to the tail when this was printed, but had not yet marked the frame done "
		"that the driver waited for. Parts mark several frames at once, so this report alone shows no hang.";
}

bool rule_logged_done(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;

	if (!device_log_done(l))
		return false;
	finding_reports(s, f, KLOG_HANG, 3);
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	if (l->watchdogs && !l->stuck && !l->no_index && device_log_hung(l))
		f->summary =
			"The hardware had reached the tail when the driver's report was printed; the kernel's watchdog "
			"ran out all the same.";
	else if (l->empty == device_log_done(l) && !l->stuck && l->first[KLOG_HANG])
		f->summary =
			"The driver reported a hang of a queue in which nothing waited: all was sent and cleaned up, as head, "
			"tail, next to use and next to clean are equal. What it looked at was a leftover, and its time stamp "
			"as well: the hardware did not hang.";
	else if (l->empty == device_log_done(l) && !l->stuck)
		f->summary =
			"The kernel's watchdog fired on a queue in which all was sent and cleaned up: the hardware did "
			"not hang.";
	else if (l->unwritten == device_log_done(l) && !l->stuck && !l->no_index)
		say_unmarked(f);
	else if (l->stuck || l->no_index)
		f->summary = finding_text(s,
					  "In %" PRIu64
					  " of the reports the hardware had reached the tail: those were no hangs "
					  "of the hardware, the clean-up came late.",
					  device_log_done(l));
	return true;
}

bool rule_logged_no_link(struct subject *s, struct finding *f)
{
	if (!s->logged.no_link)
		return false;
	finding_reports(s, f, KLOG_HANG, 3);
	return true;
}

bool rule_logged_garbage(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;

	if (!s->log->hangs.phy_garbage)
		return false;
	for (size_t i = 0; i < l->n_first[KLOG_HANG]; i++)
		if (klog_number(&l->first[KLOG_HANG][i], KLOG_PHY_GARBAGE))
			finding_report(s, f, &l->first[KLOG_HANG][i]);
	f->summary = finding_text(s,
				  "The PHY values of %" PRIu64
				  " hang block%s cannot be: the driver prints what was in memory "
				  "when the read of the PHY failed. They are not used here.",
				  s->log->hangs.phy_garbage, s->log->hangs.phy_garbage == 1 ? "" : "s");
	return true;
}

/* By the values that it prints the driver did not reach the registers: that the queue stands is its word alone. */
bool rule_logged_no_index(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;
	uint64_t n = s->log->hangs.ring_garbage;

	if (!n)
		return false;
	for (size_t i = 0; i < l->n_first[KLOG_HANG] && !f->n_evidence; i++)
		if (klog_number(&l->first[KLOG_HANG][i], KLOG_RING_GARBAGE))
			finding_report(s, f, &l->first[KLOG_HANG][i]);
	f->summary = finding_text(
		s,
		"Head or tail of %" PRIu64
		" hang block%s cannot be: no ring is that long. The driver's reads of the registers went wrong, "
		"so whether the hardware stood still is not known from them: suspect the memory and the PCI slot, "
		"or a firmware that maps the device wrongly.",
		n, n == 1 ? "" : "s");
	return true;
}

bool rule_logged_recovery(struct subject *s, struct finding *f)
{
	const struct klog_report *r = s->logged.last[KLOG_RECOVERY] ? s->logged.last[KLOG_RECOVERY]
								    : device_log_first(&s->logged, KLOG_RECOVERY);

	if (!r)
		return false;
	finding_reports(s, f, KLOG_RECOVERY, 3);
	if (klog_number(r, KLOG_LEVEL) > 1)
		f->summary = "A reset of the function did not help, so the driver went on to reset the whole device, "
			     "which interrupts its other ports as well.";
	return true;
}

/* Between two blocks of one episode the head went on: slow, or reset unseen. */
bool rule_logged_moving(struct subject *s, struct finding *f)
{
	const struct klog_hangs *h = &s->log->hangs;

	if (!h->head_moved || h->episodes_reset)
		return false;
	finding_evidence(s, f, "the head had moved between %" PRIu64 " pair%s of reports", h->head_moved,
			 h->head_moved == 1 ? "" : "s");
	return true;
}

#define PORT_REPORTS 10 /* apart, at most */

/* What the port above said at about that time. Which port that is the log does not say. */
void rules_port_words(struct subject *s, struct finding *f, enum klog_kind kind)
{
	const struct klog *k = s->host->input->klog;
	const struct klog_report *lost = device_log_first(&s->logged, kind);

	for (size_t i = 0; k && lost && i < KLOG_PORT_EVENTS; i++) {
		const struct klog_port_event *e = &klog_host(k)->port_events[i];

		if (e->line && (e->nth > lost->nth ? e->nth - lost->nth : lost->nth - e->nth) <= PORT_REPORTS)
			finding_evidence(s, f, "log %s: the port %s says: %s", finding_line(s, e->line), e->address,
					 e->what);
	}
}

bool rule_logged_pcie_lost(struct subject *s, struct finding *f)
{
	if (!subject_logged(s, KLOG_PCIE_LOST) && !s->log->reads_ones)
		return false;
	if (s->log->alive_line > s->logged.lost_line)
		return false;
	finding_reports(s, f, KLOG_PCIE_LOST, 3);
	rules_port_words(s, f, KLOG_PCIE_LOST);
	if (s->log->reads_ones)
		finding_evidence(s, f, "the driver read registers as all ones");
	return true;
}

bool rule_logged_came_back(struct subject *s, struct finding *f)
{
	if (!s->logged.lost_line || s->log->alive_line <= s->logged.lost_line)
		return false;
	f->summary = finding_text(s, "The device was lost on the PCI Express link, and came back (log %s).",
				  finding_line(s, s->log->alive_line));
	finding_reports(s, f, KLOG_PCIE_LOST, 3);
	return true;
}

bool rule_logged_overheat(struct subject *s, struct finding *f)
{
	if (!subject_logged(s, KLOG_OVERHEAT))
		return false;
	finding_reports(s, f, KLOG_OVERHEAT, 2);
	return true;
}

static const char *shows_words(enum shows shows, bool ice)
{
	switch (shows) {
	case SHOWS_STUCK:
		return ice ? "HW_HEAD is behind NTU: the hardware does not move"
			   : "HWB is behind TAIL: the hardware does not move";
	case SHOWS_DONE:
		return ice ? "HW_HEAD = NTU: the hardware is done" : "HWB = TAIL: the hardware is done";
	case SHOWS_UNCLEANED:
		return ice ? "HW_HEAD has reached NTU and NTC is behind: the hardware has finished, the driver did not clean up"
			   : "HWB = TAIL and NTC behind: the hardware has finished, the driver did not clean up";
	case SHOWS_EMPTY:
		return "all was sent and cleaned up: nothing waited";
	case SHOWS_PAUSED:
		return "the driver says that the link partner's pause frames are the cause";
	case SHOWS_RESET:
		return "TAIL = 0 with NTU ahead: the register had been reset before it was printed, so the line says "
		       "nothing of the hang";
	case SHOWS_UNWRITTEN:
	case SHOWS_NO_LINK:
	case SHOWS_NOTHING:
	case SHOWS_NO_INDEX:
		break;
	}
	return NULL;
}

bool rule_timeout_line(struct subject *s, struct finding *f)
{
	const struct device_log *l = &s->logged;

	for (size_t i = 0; i < l->n_first[KLOG_TX_TIMEOUT]; i++) {
		const struct klog_report *r = &l->first[KLOG_TX_TIMEOUT][i];
		const char *words = shows_words(device_log_shows(r), klog_known(r, KLOG_HW_HEAD));

		if (words)
			finding_evidence(s, f, "log %s, queue %" PRIu64 ": %s", finding_line(s, r->line),
					 klog_number(r, KLOG_QUEUE), words);
	}
	return f->n_evidence != 0;
}

/* What another program repeats of a driver is no report, and not nothing. */
bool rule_log_quoted(struct subject *s, struct finding *f)
{
	unsigned long long n = klog_host(s->host->input->klog)->quoted;

	f->summary = finding_text(
		s,
		"%llu line%s of the log ha%s a driver's words for a hang among another program's, which prove nothing; if they "
		"are the kernel's, cut what stands before the kernel's own stamp.",
		n, n == 1 ? "" : "s", n == 1 ? "s" : "ve");
	return true;
}
