// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel log alone tells of hangs. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/buf.h"

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
	if (!s->logged.watchdogs && !subject_logged(s, KLOG_TX_TIMEOUT))
		return false;
	finding_reports(s, f, KLOG_WATCHDOG, 3);
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	finding_reports(s, f, KLOG_RESET, 2);
	if (s->logged.n_queues == 1)
		f->summary = text(s,
				  "Transmit queue %u timed out: the kernel gave it work and for seconds none of it was "
				  "reported done.",
				  s->logged.queues[0]);
	return f->n_evidence != 0;
}

/* Resets and recoveries whose cause the log does not have. */
RULE(logged_reset)
{
	const struct logged *l = &s->logged;
	uint64_t resets = l->resets.hang + l->resets.bare;

	if (subject_logged(s, KLOG_HANG) || subject_logged(s, KLOG_TX_TIMEOUT) || l->watchdogs)
		return false;
	if (l->recoveries) {
		f->summary = "The driver saw a transmit queue time out and went through its recovery.";
	} else if (l->resets.hang) {
		f->summary = text(s, "The driver found a transmit queue hung and reset the adapter %s.",
				  resets == 1 ? "once" : "again and again");
	} else if (l->resets.bare > 1) {
		f->summary =
			text(s,
			     "The driver reset the adapter %" PRIu64 " times. The log does not say why; drivers do "
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
RULE(logged_dump)
{
	const struct logged *l = &s->logged;

	if (!l->dumped_waiting)
		return false;
	f->summary =
		text(s,
		     "The driver printed its registers, which it does when it resets the adapter, and work waited in "
		     "%" PRIu64 " transmit queue%s%s.",
		     l->dumped_waiting, l->dumped_waiting == 1 ? "" : "s",
		     l->down && l->down->line <= l->first[KLOG_DUMP][0].line ? ". The link had gone down before" : "");
	finding_reports(s, f, KLOG_DUMP, 4);
	return true;
}

RULE(logged_uncleaned)
{
	if (!s->logged.uncleaned)
		return false;
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	surer(s, "In /proc/interrupts, see whether the count of the queue's interrupt goes on: if it stands still, the "
		 "interrupt is lost; if it goes on, the CPU that serves it does not get to it (top shows ksoftirqd).");
	return true;
}

RULE(logged_paused)
{
	if (!s->logged.paused)
		return false;
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	return true;
}

static bool after(uint64_t line, uint64_t before)
{
	return line && line > before;
}

/* Words for errors of drivers' probe functions. */
static const char *errno_words(uint64_t error)
{
	switch (error) {
	case 5:
		return " (input or output error)";
	case 11:
		return " (try again)";
	case 12:
		return " (no memory)";
	case 13:
		return " (permission denied)";
	case 16:
		return " (busy)";
	case 22:
		return " (invalid argument)";
	case 110:
		return " (timed out)";
	}
	return "";
}

/* The first report that has a reason in words, and the first with a number. */
static void probe_reports(const struct logged *l, const struct klog_report **why, const struct klog_report **error)
{
	*why = *error = NULL;
	for (size_t i = 0; i < l->n_first[KLOG_PROBE_FAILED]; i++) {
		const struct klog_report *r = &l->first[KLOG_PROBE_FAILED][i];

		if (!*why && *klog_text(r, KLOG_WHAT))
			*why = r;
		if (!*error && klog_known(r, KLOG_ERROR))
			*error = r;
	}
}

RULE(logged_probe)
{
	const struct klog_report *why, *error;
	AUTO_BUF struct buf b = { 0 };

	if (!s->logged.probe_line)
		return false;
	probe_reports(&s->logged, &why, &error);
	if (after(s->log->alive_line, s->logged.probe_line)) {
		f->severity = SEVERITY_WARNING;
		f->summary = "At first its driver could not start this device; later it did.";
	} else {
		buf_printf(&b, "This port has no driver: %s could not start the device",
			   s->driver ? s->driver : "its driver");
		if (why)
			buf_printf(&b, " (%s)", klog_text(why, KLOG_WHAT));
		if (error)
			buf_printf(&b, ", error %" PRIu64 "%s", klog_number(error, KLOG_ERROR),
				   errno_words(klog_number(error, KLOG_ERROR)));
		buf_putc(&b, '.');
		f->summary = text(s, "%s", buf_str(&b));
	}
	finding_reports(s, f, KLOG_PROBE_FAILED, 4);
	return true;
}

RULE(logged_gave_up)
{
	if (!s->logged.gave_up_line)
		return false;
	if (after(s->log->alive_line, s->logged.gave_up_line))
		f->severity = SEVERITY_WARNING;
	finding_reports(s, f, KLOG_RECOVERY, 4);
	return true;
}

RULE(logged_not_started)
{
	if (!s->logged.not_started_line)
		return false;
	if (after(s->log->alive_line, s->logged.not_started_line))
		f->severity = SEVERITY_WARNING;
	finding_reports(s, f, KLOG_PHY_ERROR, 4);
	return true;
}

RULE(logged_by_pf)
{
	const struct logged *l = &s->logged;

	if (l->resets.by_pf < 3 && !s->log->pf_refused)
		return false;
	if (after(s->log->alive_line, l->by_pf_line))
		f->severity = SEVERITY_NOTE;
	if (s->log->pf_refused)
		finding_evidence(s, f, "the PF refused %" PRIu64 " request%s, the last one was request %" PRIu64,
				 s->log->pf_refused, s->log->pf_refused == 1 ? "" : "s", s->log->pf_request);
	finding_reports(s, f, KLOG_RESET, 4);
	return true;
}

RULE(logged_firmware)
{
	const struct klog_report *first = logged_first(&s->logged, KLOG_FIRMWARE);

	if (!first)
		return false;
	if (s->logged.recovery_mode_line) {
		f->severity = SEVERITY_FAULT;
		f->summary = "The firmware is in recovery mode: the driver can do little with the device.";
		remedies_add(s, f, "firmware-update");
	} else if (!strcmp(klog_text(first, KLOG_WHAT), KLOG_WHAT_SAFE_MODE)) {
		f->summary = "The driver runs in safe mode, with one queue and without offloads: it did not get a DDP "
			     "package that fits.";
	}
	finding_reports(s, f, KLOG_FIRMWARE, 3);
	return true;
}

#define CRASH_LINES 100

RULE(kernel_crash)
{
	const struct klog_host *host = s->host->input->klog ? klog_host(s->host->input->klog) : NULL;
	uint64_t last = s->log->last_line > s->log->removed_line ? s->log->last_line : s->log->removed_line;

	if (!host || !host->crash_line || host->crash_line < last || host->crash_line - last > CRASH_LINES)
		return false;
	finding_evidence(s, f, "log line %" PRIu64 ": the kernel crashed", host->crash_line);
	if (s->log->removed_line)
		finding_evidence(s, f, "log line %" PRIu64 ": the driver was taken off the device",
				 s->log->removed_line);
	return true;
}

RULE(logged_done)
{
	const struct logged *l = &s->logged;

	if (!logged_done(l))
		return false;
	finding_reports(s, f, KLOG_HANG, 3);
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	if (l->empty == logged_done(l) && !l->stuck)
		f->summary =
			"The kernel's watchdog fired on a queue in which all was sent and cleaned up: the hardware did "
			"not hang.";
	else if (l->stuck)
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
	if (after(s->log->alive_line, s->logged.lost_line))
		return false;
	finding_reports(s, f, KLOG_PCIE_LOST, 3);
	if (s->log->reads_ones)
		finding_evidence(s, f, "the driver read registers as all ones");
	return true;
}

RULE(logged_came_back)
{
	if (!s->logged.lost_line || !after(s->log->alive_line, s->logged.lost_line))
		return false;
	f->summary = text(s, "The device was lost on the PCI Express link, and came back (log line %" PRIu64 ").",
			  s->log->alive_line);
	finding_reports(s, f, KLOG_PCIE_LOST, 3);
	return true;
}

RULE(logged_overheat)
{
	if (!subject_logged(s, KLOG_OVERHEAT))
		return false;
	finding_reports(s, f, KLOG_OVERHEAT, 2);
	return true;
}
