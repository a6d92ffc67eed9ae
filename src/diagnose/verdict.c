// SPDX-License-Identifier: GPL-2.0-or-later
/* From findings and queues to one word. The order of enum verdict is the precedence. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"

static enum confidence weaker(enum confidence a, enum confidence b)
{
	return a > b ? a : b;
}

static bool is_fault(const struct finding *f)
{
	return f && f->severity == SEVERITY_FAULT;
}

/* Of a transmit queue with work in it whose head does not move. */
static struct judgement stands(const struct subject *s, const struct finding *stuck, bool mdd)
{
	if (finding_named(s, "tx-schedule"))
		return judged(
			VERDICT_STALLED, POSSIBLE,
			"A transmit queue with work in it does not move, and transmission is on a schedule: the queue may "
			"wait for its gate or launch time, which is no hang.");
	if (mdd)
		return judged(
			VERDICT_STALLED, LIKELY,
			"A transmit queue with work in it does not move, and malicious driver detection is latched: it "
			"stopped the queue.");
	if (stuck->confidence == POSSIBLE)
		return judged(
			VERDICT_HUNG, POSSIBLE,
			"A transmit queue with work in it did not move, but it was watched for less than a second.");
	return judged(VERDICT_HUNG, stuck->confidence, stuck->summary);
}

/* Work that waits for a reason, or does not move, or cannot be seen moving. */
static bool waits(const struct subject *s, struct judgement *j)
{
	const struct direction *tx = &s->series.tx;
	const struct finding *stuck = finding_named(s, "stuck-head"), *paused = finding_named(s, "paused");
	const struct finding *disabled = finding_named(s, "queue-disabled"), *off = finding_named(s, "tx-disabled");
	bool cut = is_fault(off) && off->confidence == POSSIBLE; /* a moment ago, with work in it */
	bool looked_once = tx->by_state[QUEUE_WAITING] != 0;
	/* What stands though its own class is not held. */
	bool free = finding_named(s, "ring-stands") != NULL;
	bool mdd = is_fault(finding_named(s, "mdd"));
	bool held = paused && !free && paused->severity != SEVERITY_NOTE && bytes_stand(s);

	if (disabled && !stuck) {
		*j = judged(VERDICT_STALLED, disabled->confidence, disabled->summary);
		return true;
	}
	if (!stuck && !looked_once && !held && !cut)
		return false;
	if (paused && !free && (stuck || paused->severity != SEVERITY_NOTE))
		*j = judged(
			VERDICT_STALLED,
			stuck  ? CERTAIN
			: held ? LIKELY
			       : POSSIBLE,
			"Work waits in a transmit queue because the link partner pauses this port by flow control.");
	else if (stuck)
		*j = stands(s, stuck, mdd);
	else if (off)
		*j = judged(VERDICT_HUNG, weaker(LIKELY, off->confidence),
			    "Packets wait in a transmit queue and the transmitter is disabled.");
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

		logged = verdict_by_log(s);
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
