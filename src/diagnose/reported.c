// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel log alone tells of hangs. */
#include <inttypes.h>

#include "diagnose/rules.h"

static void intervals(struct subject *s, struct finding *f)
{
	const struct klog_hangs *h = &s->log->hangs;

	if (h->intervals)
		finding_evidence(s, f, "it comes back after %" PRIu64 " s on average (%" PRIu64 " to %" PRIu64 " s)",
				 h->interval_mean_ms / 1000, h->interval_least_ms / 1000, h->interval_most_ms / 1000);
	if (h->age_most_ms)
		finding_evidence(s, f, "the oldest stuck descriptor had waited %" PRIu64 ".%" PRIu64 " s",
				 h->age_most_ms / 1000, h->age_most_ms % 1000 / 100);
}

static const char *how_often(struct subject *s, const struct klog_hangs *h)
{
	if (h->blocks == 1)
		return "once";
	if (h->episodes == 1)
		return text(s, "%" PRIu64 " times in one episode", h->blocks);
	return text(s, "%" PRIu64 " times in %" PRIu64 " episodes", h->blocks, h->episodes);
}

static const char *how_often_reset(const struct subject *s, const struct klog_hangs *h)
{
	if (!subject_logged(s, KLOG_RESET))
		return "no reset of the adapter is in the log";
	if (h->episodes_reset < h->episodes)
		return "the driver reset the adapter after some of them";
	return h->episodes == 1 ? "the driver reset the adapter" : "each time the driver reset the adapter";
}

RULE(logged_hang)
{
	const struct klog_hangs *h;

	if (!subject_hung_in_log(s) || !subject_logged(s, KLOG_HANG))
		return false;
	h = &s->log->hangs;
	f->summary = text(s, "The driver reported a stuck transmitter %s; %s.", how_often(s, h), how_often_reset(s, h));
	if (h->head_stuck)
		f->confidence = CERTAIN;
	finding_reports(s, f, KLOG_HANG, 4);
	if (h->head_stuck)
		finding_evidence(s, f, "the head had not moved between %" PRIu64 " pair%s of reports", h->head_stuck,
				 h->head_stuck == 1 ? "" : "s");
	if (s->logged.unwritten && s->logged.watchdogs)
		finding_evidence(s, f,
				 "the head was at the tail, but the frame waited for was not marked done when the "
				 "kernel's watchdog ran out");
	intervals(s, f);
	finding_reports(s, f, KLOG_RESET, 2);
	return true;
}

RULE(logged_timeout)
{
	if (!subject_hung_in_log(s) || subject_logged(s, KLOG_HANG))
		return false;
	finding_reports(s, f, KLOG_WATCHDOG, 3);
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	if (s->logged.n_queues == 1)
		f->summary = text(s,
				  "Transmit queue %u timed out: the kernel gave it work and for seconds none of it was "
				  "reported done.",
				  s->logged.queues[0]);
	return f->n_evidence != 0;
}

RULE(logged_done)
{
	const struct logged *l = &s->logged;

	if (!logged_done(l))
		return false;
	finding_reports(s, f, KLOG_HANG, 3);
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	if (l->stuck)
		f->summary =
			text(s,
			     "In %" PRIu64 " of the reports the hardware had reached the tail: those were no hangs "
			     "of the hardware, the clean-up came late.",
			     logged_done(l));
	return true;
}

RULE(logged_no_link)
{
	if (!s->logged.no_link)
		return false;
	finding_reports(s, f, KLOG_HANG, 3);
	return true;
}

RULE(logged_garbage)
{
	const struct logged *l = &s->logged;

	if (!s->log->hangs.phy_garbage)
		return false;
	for (size_t i = 0; i < l->n_first[KLOG_HANG]; i++)
		if (klog_number(&l->first[KLOG_HANG][i], KLOG_PHY_GARBAGE))
			finding_report(s, f, &l->first[KLOG_HANG][i]);
	f->summary = text(s,
			  "The PHY values of %" PRIu64 " hang block%s cannot be: the driver prints what was in memory "
			  "when the read of the PHY failed. They are not used here.",
			  s->log->hangs.phy_garbage, s->log->hangs.phy_garbage == 1 ? "" : "s");
	return true;
}

RULE(logged_recovery)
{
	const struct klog_report *r =
		s->logged.last[KLOG_RECOVERY] ? s->logged.last[KLOG_RECOVERY] : logged_first(&s->logged, KLOG_RECOVERY);

	if (!r)
		return false;
	finding_reports(s, f, KLOG_RECOVERY, 3);
	if (klog_number(r, KLOG_LEVEL) > 1)
		f->summary = "A reset of the function did not help, so the driver went on to reset the whole device, "
			     "which interrupts its other ports as well.";
	return true;
}

/* Between two blocks of one episode the head went on: slow, or reset unseen. */
RULE(logged_moving)
{
	const struct klog_hangs *h = &s->log->hangs;

	if (!h->head_moved || h->episodes_reset)
		return false;
	finding_evidence(s, f, "the head had moved between %" PRIu64 " pair%s of reports", h->head_moved,
			 h->head_moved == 1 ? "" : "s");
	return true;
}

RULE(logged_pcie_lost)
{
	if (!subject_logged(s, KLOG_PCIE_LOST) && !s->log->reads_ones)
		return false;
	finding_reports(s, f, KLOG_PCIE_LOST, 3);
	if (s->log->reads_ones)
		finding_evidence(s, f, "the driver read registers as all ones");
	return true;
}

RULE(logged_overheat)
{
	if (!subject_logged(s, KLOG_OVERHEAT))
		return false;
	finding_reports(s, f, KLOG_OVERHEAT, 2);
	return true;
}
