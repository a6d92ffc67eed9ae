// SPDX-License-Identifier: GPL-2.0-or-later
/* From findings and queues to one word. The order of enum verdict is the precedence. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"

struct judgement {
	enum verdict verdict;
	enum confidence confidence;
	const char *reason;
	const char *brief; /* NULL: none */
	const char *times; /* a sentence more; NULL: none */
};

static struct judgement judged(enum verdict verdict, enum confidence confidence, const char *reason)
{
	return (struct judgement){ .verdict = verdict, .confidence = confidence, .reason = reason };
}

static enum confidence weaker(enum confidence a, enum confidence b)
{
	return a > b ? a : b;
}

/* Work that waits for a reason, or does not move, or cannot be seen moving. */
static bool waits(const struct subject *s, struct judgement *j)
{
	const struct direction *tx = &s->series.tx;
	const struct finding *stuck = finding_named(s, "stuck-head"), *paused = finding_named(s, "paused");
	const struct finding *disabled = finding_named(s, "queue-disabled");
	bool looked_once = tx->by_state[QUEUE_WAITING] != 0;
	/* What stands though its own class is not held. */
	bool free = finding_named(s, "ring-stands") != NULL;
	bool mdd = finding_named(s, "mdd") && finding_named(s, "mdd")->severity == SEVERITY_FAULT;
	bool held = paused && !free && paused->severity != SEVERITY_NOTE && bytes_stand(s);

	if (disabled && !stuck) {
		*j = judged(VERDICT_STALLED, disabled->confidence, disabled->summary);
		return true;
	}
	if (!stuck && !looked_once && !held)
		return false;
	if (paused && !free && (stuck || paused->severity != SEVERITY_NOTE))
		*j = judged(
			VERDICT_STALLED,
			stuck  ? CERTAIN
			: held ? LIKELY
			       : POSSIBLE,
			"Work waits in a transmit queue because the link partner pauses this port by flow control.");
	else if (stuck && finding_named(s, "tx-schedule"))
		*j = judged(
			VERDICT_STALLED, POSSIBLE,
			"A transmit queue with work in it does not move, and transmission is on a schedule: the queue may "
			"wait for its gate or launch time, which is no hang.");
	else if (stuck && mdd)
		*j = judged(
			VERDICT_STALLED, LIKELY,
			"A transmit queue with work in it does not move, and malicious driver detection is latched: it "
			"stopped the queue.");
	else if (stuck && stuck->confidence == POSSIBLE)
		*j = judged(
			VERDICT_HUNG, POSSIBLE,
			"A transmit queue with work in it did not move, but it was watched for less than a second.");
	else if (stuck)
		*j = judged(VERDICT_HUNG, stuck->confidence, stuck->summary);
	else if (finding_named(s, "tx-disabled"))
		*j = judged(VERDICT_HUNG, LIKELY, "Packets wait in a transmit queue and the transmitter is disabled.");
	else if (mdd)
		*j = judged(VERDICT_STALLED, LIKELY,
			    "Work waits in a transmit queue and malicious driver detection is latched.");
	else
		return false;
	return true;
}

/* Work that the hardware has done and nobody cleaned up, or a watchdog that ran out under our eyes. */
static bool not_cleaned(const struct subject *s, struct judgement *j)
{
	const struct finding *left = finding_named(s, "not-cleaned"), *watchdog = finding_named(s, "watchdog-counted");

	if (left && s->uncleaned_now && left->severity == SEVERITY_FAULT)
		*j = judged(VERDICT_STALLED, left->confidence, left->summary);
	else if (watchdog && watchdog->severity == SEVERITY_FAULT)
		*j = judged(VERDICT_STALLED, LIKELY, watchdog->summary);
	else
		return false;
	return true;
}

/* What both ends of the rings show, in the order of how bad it is. */
static bool by_rings(const struct subject *s, struct judgement *j)
{
	static const struct {
		const char *id;
		enum verdict verdict;
	} of[] = {
		{ "ring-given-up", VERDICT_DEAD },    { "ring-failed", VERDICT_HUNG },
		{ "ring-stands", VERDICT_HUNG },      { "ring-stopped", VERDICT_STALLED },
		{ "ring-not-rung", VERDICT_STALLED }, { "ring-write-back", VERDICT_STALLED },
		{ "ring-foreign", VERDICT_STALLED },  { "ring-resetting", VERDICT_UNKNOWN },
	};

	for (size_t i = 0; i < COUNT(of); i++) {
		const struct finding *f = finding_named(s, of[i].id);

		if (f) {
			*j = judged(of[i].verdict, f->confidence, f->summary);
			return true;
		}
	}
	return false;
}

/* Two registers that agree do not tell whether the driver has noticed: the bytes in flight do. */
static struct judgement idle(const struct subject *s)
{
	bool none = facts_have_inflight(s->facts);
	struct judgement j;
	size_t running;

	if (subject_rings(s) && ring_none_waits(s, &running) && !running) {
		j = judged(
			VERDICT_IDLE, CERTAIN,
			"All transmit rings are empty at both ends, hardware and driver, and none moved while it was "
			"watched.");
		j.brief = "queues empty, driver agrees";
		return j;
	}
	for (size_t i = 0; i < s->facts->n_queues; i++)
		none &= s->facts->queues[i].inflight <= 0;
	if (none)
		j = judged(VERDICT_IDLE, CERTAIN,
			   "All transmit queues are empty, none moved while it was watched, and no byte is in flight.");
	else
		j = judged(VERDICT_IDLE, s->uncleaned_now ? POSSIBLE : LIKELY,
			   "All transmit queues are empty, and none moved while it was watched.");
	j.brief = none ? "queues empty, nothing in flight" : "queues empty";
	return j;
}

/* "8200", "0.3", with `unit`: what moves is never called 0 a second. */
static const char *rate_words(struct subject *s, uint64_t moved, const char *unit)
{
	double rate = s->series.span_ns > 0 ? (double)moved * 1e9 / (double)s->series.span_ns : 0;

	if (!moved)
		return "none";
	if (rate < 0.1)
		return finding_text(s, "fewer than 0.1%s", unit);
	return finding_text(s, rate < 10 ? "%.1f%s" : "%.0f%s", rate, unit);
}

/* Queues in use that the samples do not show, or do not show as they can be; NULL: none. */
static const struct finding *blind_to(const struct subject *s)
{
	const struct finding *odd = finding_named(s, "queue-odd");

	return odd ? odd : finding_named(s, "queues-unseen");
}

static struct judgement busy(struct subject *s)
{
	const struct direction *tx = &s->series.tx, *rx = &s->series.rx;
	const char *out = rate_words(s, tx->moved, " descriptors/s"), *in = rate_words(s, rx->moved, "/s");
	struct judgement j =
		judged(VERDICT_BUSY, tx->by_state[QUEUE_MOVING] || rx->by_state[QUEUE_MOVING] ? CERTAIN : LIKELY,
		       finding_text(s, "Queues are moving: %s sent, %s received.", out, in));

	/* What moves says nothing of those that were not seen. */
	if (blind_to(s)) {
		j.reason = finding_text(s, "%s %s", j.reason, blind_to(s)->summary);
		return j;
	}
	j.brief = finding_text(s, "descriptors/s: %s out, %s in", rate_words(s, tx->moved, ""),
			       rate_words(s, rx->moved, ""));
	return j;
}

static struct judgement moves(struct subject *s)
{
	const struct direction *tx = &s->series.tx, *rx = &s->series.rx;
	struct judgement j = judged(VERDICT_HEALTHY, LIKELY, "Nothing waits in the transmit queues.");

	if (tx->by_state[QUEUE_MOVING] || tx->by_state[QUEUE_SLACK] || rx->by_state[QUEUE_MOVING])
		return busy(s);
	if (tx->by_state[QUEUE_EMPTY] && !tx->by_state[QUEUE_WAITING] && blind_to(s))
		return judged(VERDICT_UNKNOWN, LIKELY,
			      finding_text(s, "Nothing waits in the queues that could be seen. %s",
					   blind_to(s)->summary));
	if (tx->by_state[QUEUE_EMPTY] && s->series.n > 1)
		return idle(s);
	j.brief = "nothing waits";
	if (tx->by_state[QUEUE_EMPTY] && !tx->by_state[QUEUE_WAITING])
		return j;
	if (tx->by_state[QUEUE_WAITING])
		return judged(VERDICT_UNKNOWN, LIKELY,
			      "Packets wait in a transmit queue; a single sample does not show whether it moves.");
	return judged(VERDICT_UNKNOWN, LIKELY, "The available data does not show whether the queues move.");
}

/* Of a device whose queues have no registers that are known, the driver's word alone. */
static bool by_driver_alone(const struct subject *s, struct judgement *j)
{
	size_t running;

	if (s->n_samples < 2 || !ring_none_waits(s, &running))
		return false;
	*j = judged(
		running ? VERDICT_BUSY : VERDICT_IDLE, LIKELY,
		running ? "The transmit rings move, by the driver's word; the hardware's side of them is not known."
			: "All transmit rings are empty and none moved, by the driver's word; the hardware's side of them is not "
			  "known.");
	j->brief = running ? "queues move, by the driver's word" : "queues empty, by the driver's word";
	return true;
}

static struct judgement by_samples(struct subject *s)
{
	const struct finding *dead = finding_named(s, "dead"), *down = finding_named(s, "link-down"),
			     *mdd = finding_named(s, "mdd");
	struct reading link;
	bool known;
	struct judgement j;

	if (dead)
		return judged(VERDICT_DEAD, dead->confidence, dead->summary);
	if (!down && waits(s, &j))
		return j;
	if (!down && not_cleaned(s, &j))
		return j;
	if (!down && by_rings(s, &j))
		return j;
	if (!down && mdd && mdd->confidence == CERTAIN && mdd->severity == SEVERITY_FAULT)
		return judged(VERDICT_STALLED, LIKELY,
			      "Malicious driver detection is latched and has stopped a queue.");
	if (down && subject_link_up(s, &link, &known) == 0)
		return judged(VERDICT_LINK_DOWN, down->confidence, down->summary);
	j = moves(s);
	if (j.verdict == VERDICT_UNKNOWN && !s->series.tx.n && !down && by_driver_alone(s, &j))
		return j;
	if (j.verdict == VERDICT_UNKNOWN && !s->series.tx.n && !down && s->facts->carrier == 1)
		return judged(VERDICT_UNKNOWN, LIKELY,
			      "The link is up and nothing wrong was found; the queues were not seen.");
	return j;
}

/* A hang that began and ended while it was watched. */
static struct judgement judged_ended(struct subject *s)
{
	const struct finding *f = finding_named(s, "hang-ended");

	s->out->recovered = true;
	s->out->since = finding_text(s, "%s", s->past.since);
	s->out->until = finding_text(s, "%s", s->past.until);
	return judged(VERDICT_HUNG, f->confidence, f->summary);
}

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
	uint64_t hang = s->log->have_hang ? s->log->hang.line : 0;
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

static struct judgement by_log(struct subject *s)
{
	struct judgement j = { 0 };

	if (is_lost(s, &j))
		return j;
	if (!is_hung(s, &j))
		return without_hang(s);
	when_in_log(s, &j);
	return j;
}

/* The first fault that is not the lost link itself; NULL if there is none. */
static const struct finding *worst_besides_link(const struct subject *s)
{
	for (size_t i = 0; i < s->out->n_findings && s->out->findings[i].severity == SEVERITY_FAULT; i++)
		if (strcmp(s->out->findings[i].id, "link-down") != 0)
			return &s->out->findings[i];
	return NULL;
}

/* A log that somebody gave, with words that may be about this device: no few words do then. NULL: there is none, or worse to say. */
static const struct finding *quoted_beside(const struct subject *s, enum verdict verdict)
{
	if (verdict < VERDICT_BUSY || s->host->input->watched_now || worst_besides_link(s))
		return NULL;
	return finding_named(s, "log-quoted");
}

/* What must be said at once, whatever the verdict. */
static const char *with_more(struct subject *s, const struct judgement *j)
{
	const struct finding *mixed = finding_named(s, "bond-mixed"), *worst = worst_besides_link(s);
	const struct finding *silent = finding_named(s, "counters-silent"), *quoted = quoted_beside(s, j->verdict);

	if (quoted)
		return finding_text(s, "%s %s", j->reason, quoted->summary);

	if (silent && silent->confidence == LIKELY)
		return finding_text(s, "%s %s", j->reason, silent->summary);
	if (mixed && mixed->severity == SEVERITY_WARNING)
		return finding_text(s, "%s %s", j->reason, mixed->summary);
	if ((j->verdict >= VERDICT_BUSY || j->verdict == VERDICT_LINK_DOWN) && worst &&
	    strcmp(worst->summary, j->reason) != 0)
		return finding_text(s, "%s However: %s", j->reason, worst->summary);
	return j->reason;
}

void verdict_reach(struct subject *s)
{
	struct judgement j = judged(VERDICT_UNKNOWN, LIKELY, "Nothing is known of its queues."), logged;

	if (s->n_samples)
		j = by_samples(s);
	if (finding_named(s, "hang-ended") && j.verdict > VERDICT_HUNG)
		j = judged_ended(s);
	if (s->log && s->log->first_line) {
		bool tells = s->host->input->watched_now && s->series.n > 1 && s->series.tx.n;

		logged = by_log(s);
		if (!tells && (logged.verdict < j.verdict || !s->n_samples))
			j = logged;
		else if (!tells && logged.verdict == j.verdict)
			j.confidence = s->n_samples ? j.confidence : weaker(j.confidence, logged.confidence);
	}
	s->out->verdict = j.verdict;
	s->out->confidence = j.confidence;
	s->out->summary = with_more(s, &j);
	s->out->reason = j.times ? finding_text(s, "%s %s", s->out->summary, j.times) : s->out->summary;
	s->out->brief = quoted_beside(s, j.verdict) ? NULL : j.brief;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {
		[VERDICT_DEAD] = "dead",
		[VERDICT_HUNG] = "hung",
		[VERDICT_STALLED] = "stalled",
		[VERDICT_LINK_DOWN] = "link-down",
		[VERDICT_FALSE_ALARM] = "false-alarm",
		[VERDICT_BUSY] = "busy",
		[VERDICT_IDLE] = "idle",
		[VERDICT_HEALTHY] = "healthy",
		[VERDICT_UNKNOWN] = "unknown",
	};

	return names[verdict];
}

const char *confidence_name(enum confidence confidence)
{
	static const char *const names[CONFIDENCES] = { "certain", "likely", "possible" };

	return names[confidence];
}

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITIES] = { "fault", "warning", "note" };

	return names[severity];
}

bool verdict_is_bad(enum verdict verdict)
{
	return verdict <= VERDICT_STALLED;
}
