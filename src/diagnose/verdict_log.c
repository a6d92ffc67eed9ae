// SPDX-License-Identifier: GPL-2.0-or-later
/* The verdict by the log alone. The order of enum verdict is the precedence. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"

/* Whether something was said in a boot that was followed by another one. */
static bool in_earlier_boot(const struct subject *s, uint64_t boot)
{
	return klog_boots_ago(s->host->input->klog, boot) > 0;
}

/* What its bond says of its link: 1 up, 0 down, -1 nothing. */
static int link_as_slave(const struct subject *s)
{
	const struct klog_bond *b;

	for (size_t i = 0; (b = klog_bond(s->host->input->klog, i)); i++)
		for (size_t k = 0; k < b->n_slaves; k++)
			if (s->interface && !strcmp(b->slaves[k].name, s->interface))
				return in_earlier_boot(s, b->slaves[k].up_boot) ? -1 : b->slaves[k].up;
	return -1;
}

/* Whether the log has it, and nothing after it that shows the device working. */
static bool is_last_word(const struct subject *s, uint64_t line)
{
	return line && line > s->log->alive_line;
}

static struct judgement by_finding(const struct subject *s, const char *id, enum verdict verdict)
{
	const struct finding *f = finding_named(s, id);

	return f ? judged(verdict, f->confidence, f->summary) : judged(VERDICT_UNKNOWN, LIKELY, NULL);
}

static enum verdict by_words(const struct subject *s, const char **finding)
{
	return device_log_has_words(&s->logged) ? message_verdict(s, finding) : VERDICT_UNKNOWN;
}

/* Off the bus, or without a driver that could use it. */
static bool is_lost(const struct subject *s, struct judgement *j)
{
	const struct device_log *l = &s->logged;
	uint64_t hang = s->log->hang ? s->log->hang->line : 0;
	const char *id = NULL;

	if (l->lost_line > hang && is_last_word(s, l->lost_line))
		*j = by_finding(s, "pcie-lost", VERDICT_DEAD);
	else if (is_last_word(s, l->probe_line))
		*j = by_finding(s, "probe-failed", VERDICT_DEAD);
	else if (l->not_started_line > hang && is_last_word(s, l->not_started_line))
		*j = by_finding(s, "not-started", VERDICT_DEAD);
	else if (by_words(s, &id) == VERDICT_DEAD)
		*j = by_finding(s, id, VERDICT_DEAD);
	else if (s->log->pf_refused > 1 && l->resets.by_pf > 2 && is_last_word(s, l->by_pf_line))
		*j = by_finding(s, "vf-reset", VERDICT_DEAD);
	else
		return false;
	return j->reason != NULL;
}

static bool is_hung(struct subject *s, struct judgement *j)
{
	static const char *const hung[] = { "hang-reported", "timeout-reported", "reset-reported" };
	static const char *const stalled[] = { "not-cleaned", "mdd", "dump-waiting", "reset-reported" };

	const struct finding *stalled_cpu = finding_named(s, "cpu-stalled");

	if (is_last_word(s, s->logged.gave_up_line))
		*j = by_finding(s, "gave-up", VERDICT_HUNG);
	/* A watchdog's line alone does not say that the hardware stood still. */
	if (!j->reason && stalled_cpu && device_log_hung(&s->logged) && !s->logged.stuck)
		*j = judged(VERDICT_STALLED, POSSIBLE, stalled_cpu->summary);
	for (size_t i = 0; i < COUNT(hung) && !j->reason && device_log_hung(&s->logged); i++)
		*j = by_finding(s, hung[i], VERDICT_HUNG);
	for (size_t i = 0; i < COUNT(stalled) && !j->reason && device_log_stalled(&s->logged); i++)
		*j = by_finding(s, stalled[i], VERDICT_STALLED);
	if (!j->reason && s->logged.gave_up_line)
		*j = by_finding(s, "gave-up", VERDICT_HUNG);
	return j->reason != NULL;
}

static void report_time(const struct klog_report *r, struct buf *out)
{
	uint64_t ms = klog_number(r, KLOG_UPTIME_NS) / 1000000;

	if (*klog_text(r, KLOG_WALL))
		buf_puts(out, klog_text(r, KLOG_WALL));
	else if (klog_known(r, KLOG_UPTIME_NS))
		buf_printf(out, "%" PRIu64 ".%03" PRIu64, ms / 1000, ms % 1000);
	else
		buf_printf(out, "line %" PRIu64, r->line);
}

static const char *time_of(struct subject *s, const struct klog_report *r)
{
	AUTO_BUF struct buf text = { 0 };

	report_time(r, &text);
	return finding_text(s, "%s", buf_str(&text));
}

#define RESET_DOWN_NS UINT64_C(60000000000) /* a reset takes the link down, and it comes up again within this */

/* Whether the last that the log says of the link is that it went down, and not as a part of the hang or of its reset. */
static bool lost_link(const struct subject *s)
{
	const struct klog_report *down = s->logged.down, *trouble = s->logged.trouble_last;

	if (s->log->link < 0)
		return s->out->recovered && link_as_slave(s) == 0;
	if (s->log->link || in_earlier_boot(s, s->log->link_boot))
		return false;
	return s->out->recovered || (down && down->line > trouble->line && down->boot == trouble->boot &&
				     device_log_apart(trouble, down, RESET_DOWN_NS));
}

/* What became of the port after the hang, for another reason. */
static void lost_since(struct subject *s)
{
	const struct klog_report *down = s->logged.down;

	if (lost_link(s) && down && s->log->link == 0) {
		s->out->lost = finding_text(s, "link down since %s", time_of(s, down));
		s->out->lost_reason =
			finding_text(s,
				     "The link went down at %s, after the hang, and the log does not show it up again.",
				     time_of(s, down));
	} else if (lost_link(s)) {
		s->out->lost = "link down";
		s->out->lost_reason = "The link went down after the hang, and the log does not show it up again.";
	} else if (s->out->recovered && is_last_word(s, s->log->removed_line)) {
		s->out->lost = "without a driver";
		s->out->lost_reason = "After the hang its driver was taken off it, and the log does not show it back.";
	}
}

/* When it was, and whether the log shows that it is over. */
static void when_in_log(struct subject *s, struct judgement *j)
{
	const struct device_log *l = &s->logged;
	const char *boot = "";

	if (!l->trouble_last)
		return;
	s->out->recovered = s->log->alive_line > l->trouble_last->last_line;
	s->out->since = time_of(s, l->trouble_first);
	s->out->first = l->spells > 1 ? time_of(s, l->trouble_ever) : NULL;
	s->out->earlier_boot = in_earlier_boot(s, l->trouble_last->boot);
	if (s->out->earlier_boot)
		boot = ", in an earlier boot";
	lost_since(s);
	if (s->out->recovered && l->up_again) {
		s->out->until = time_of(s, l->up_again);
		j->times = finding_text(s, "Reported from %s on%s; the link came up again at %s: recovered.",
					s->out->since, boot, s->out->until);
	} else if (!s->out->recovered && s->out->earlier_boot) {
		j->times = "It was in an earlier boot; since then the log does not show the device working.";
	}
	if (s->out->first)
		j->times = finding_text(s, "%s%sThe first time was at %s.", j->times ? j->times : "",
					j->times ? " " : "", s->out->first);
	if (s->out->lost)
		j->times =
			finding_text(s, "%s%s%s", j->times ? j->times : "", j->times ? " " : "", s->out->lost_reason);
}

/* Nothing that hangs: a false alarm, a lost link, or too little to say. */
static struct judgement without_hang(const struct subject *s)
{
	static const char *const alarms[] = { "no-link-hang", "paused-reported", "hardware-done" };
	struct judgement j = { 0 };
	const struct finding *crash = finding_named(s, "kernel-crash");
	const char *refused = NULL;

	if (by_words(s, &refused) == VERDICT_LINK_DOWN)
		return by_finding(s, refused, VERDICT_LINK_DOWN);
	if (crash && crash->severity == SEVERITY_FAULT)
		return by_finding(s, "kernel-crash", VERDICT_UNKNOWN);
	if (s->log->link == 0 && in_earlier_boot(s, s->log->link_boot))
		return judged(
			VERDICT_UNKNOWN, LIKELY,
			"The link went down at the end of an earlier boot, as when the machine shuts down; the log says "
			"nothing of it since.");
	if (s->log->link == 0)
		return judged(VERDICT_LINK_DOWN, LIKELY,
			      "The last that the log says of the link is that it went down.");
	if (link_as_slave(s) == 0)
		return judged(VERDICT_LINK_DOWN, LIKELY, "The log ends with the bond losing this slave's link.");
	for (size_t i = 0; i < COUNT(alarms) && !j.reason; i++)
		j = by_finding(s, alarms[i], VERDICT_FALSE_ALARM);
	if (j.reason)
		return j;
	if (finding_named(s, "vf-reset") && is_last_word(s, s->logged.by_pf_line))
		return by_finding(s, "vf-reset", VERDICT_UNKNOWN);
	if (is_last_word(s, s->log->removed_line))
		return judged(VERDICT_UNKNOWN, LIKELY,
			      "The last that the log says is that its driver was taken off it.");
	if (s->log->link == 1) {
		j = judged(VERDICT_UNKNOWN, LIKELY,
			   "The log reports no hang, and the link came up; whether the queues move it does not show.");
		j.brief = "no hang in the log";
		return j;
	}
	if (link_as_slave(s) == 1)
		return judged(
			VERDICT_UNKNOWN, LIKELY,
			"The log reports no hang, and its bond has the link of this slave; whether the queues move it "
			"does not show.");
	return judged(VERDICT_UNKNOWN, LIKELY, "The log does not show whether the device works.");
}

struct judgement verdict_by_log(struct subject *s)
{
	struct judgement j = { 0 };

	if (is_lost(s, &j))
		return j;
	if (!is_hung(s, &j))
		return without_hang(s);
	when_in_log(s, &j);
	return j;
}
