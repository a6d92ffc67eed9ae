// SPDX-License-Identifier: GPL-2.0-or-later
/* From findings and queues to one word. The order of enum verdict is the precedence. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"

struct judgement {
	enum verdict verdict;
	enum confidence confidence;
	const char *reason;
};

static const struct finding *found(const struct subject *s, const char *id)
{
	for (size_t i = 0; i < s->out->n_findings; i++)
		if (!strcmp(s->out->findings[i].id, id))
			return &s->out->findings[i];
	return NULL;
}

static struct judgement judged(enum verdict verdict, enum confidence confidence, const char *reason)
{
	return (struct judgement){ verdict, confidence, reason };
}

static enum confidence weaker(enum confidence a, enum confidence b)
{
	return a > b ? a : b;
}

/* Work that waits for a reason, or does not move, or cannot be seen moving. */
static bool waits(const struct subject *s, struct judgement *j)
{
	const struct direction *tx = &s->series.tx;
	const struct finding *stuck = found(s, "stuck-head"), *paused = found(s, "paused");
	bool looked_once = tx->by_state[QUEUE_WAITING] != 0;

	if (!stuck && !looked_once)
		return false;
	if (paused && (stuck || paused->severity != SEVERITY_NOTE))
		*j = judged(
			VERDICT_STALLED, stuck ? CERTAIN : POSSIBLE,
			"Work waits in a transmit queue because the link partner pauses this port by flow control.");
	else if (stuck && stuck->confidence == POSSIBLE)
		*j = judged(
			VERDICT_STALLED, POSSIBLE,
			"A transmit queue with work in it did not move, but it was watched for less than a second.");
	else if (stuck)
		*j = judged(VERDICT_HUNG, stuck->confidence, stuck->summary);
	else if (found(s, "tx-disabled"))
		*j = judged(VERDICT_HUNG, LIKELY,
			    "Work waits in a transmit queue and the transmitter is switched off.");
	else if (found(s, "mdd") && found(s, "mdd")->severity == SEVERITY_FAULT)
		*j = judged(VERDICT_STALLED, LIKELY,
			    "Work waits in a transmit queue and malicious driver detection is latched.");
	else
		return false;
	return true;
}

/* Work that the hardware has done and nobody cleaned up, or a watchdog that ran out under our eyes. */
static bool not_cleaned(const struct subject *s, struct judgement *j)
{
	const struct finding *left = found(s, "not-cleaned"), *watchdog = found(s, "watchdog-counted");

	if (left && left->severity == SEVERITY_FAULT)
		*j = judged(VERDICT_STALLED, left->confidence, left->summary);
	else if (watchdog && watchdog->severity == SEVERITY_FAULT)
		*j = judged(VERDICT_STALLED, LIKELY, watchdog->summary);
	else
		return false;
	return true;
}

/* Two registers that agree do not tell whether the driver has noticed: the bytes in flight do. */
static struct judgement idle(const struct subject *s)
{
	bool none = facts_have_inflight(s->facts);

	for (size_t i = 0; i < s->facts->n_queues; i++)
		none &= s->facts->queues[i].inflight <= 0;
	if (none)
		return judged(
			VERDICT_IDLE, CERTAIN,
			"All transmit queues are empty, none moved while it was watched, and no byte is in flight.");
	return judged(VERDICT_IDLE, found(s, "not-cleaned") ? POSSIBLE : LIKELY,
		      "All transmit queues are empty, and none moved while it was watched.");
}

static struct judgement moves(struct subject *s)
{
	const struct direction *tx = &s->series.tx, *rx = &s->series.rx;
	uint64_t out = series_rate(&s->series, tx->moved), in = series_rate(&s->series, rx->moved);

	if (tx->by_state[QUEUE_MOVING] || tx->by_state[QUEUE_SLACK] || rx->by_state[QUEUE_MOVING])
		return judged(VERDICT_BUSY, tx->by_state[QUEUE_MOVING] || rx->by_state[QUEUE_MOVING] ? CERTAIN : LIKELY,
			      text(s, "Queues move: %" PRIu64 " descriptors a second are sent, %" PRIu64 " received.",
				   out, in));
	if (tx->by_state[QUEUE_EMPTY] && s->series.n > 1)
		return idle(s);
	if (tx->by_state[QUEUE_EMPTY] && !tx->by_state[QUEUE_WAITING])
		return judged(VERDICT_HEALTHY, LIKELY, "Nothing waits in the transmit queues.");
	if (tx->by_state[QUEUE_WAITING])
		return judged(VERDICT_UNKNOWN, CERTAIN,
			      "Work waits in a transmit queue; one look cannot tell whether it moves.");
	return judged(VERDICT_UNKNOWN, CERTAIN, "What is known does not tell whether the queues move.");
}

static struct judgement by_samples(struct subject *s)
{
	const struct finding *dead = found(s, "dead"), *down = found(s, "link-down"), *mdd = found(s, "mdd");
	struct reading link;
	bool known;
	struct judgement j;

	if (dead)
		return judged(VERDICT_DEAD, dead->confidence, dead->summary);
	if (!down && waits(s, &j))
		return j;
	if (!down && not_cleaned(s, &j))
		return j;
	if (!down && mdd && mdd->confidence == CERTAIN && mdd->severity == SEVERITY_FAULT)
		return judged(VERDICT_STALLED, LIKELY,
			      "Malicious driver detection is latched and has stopped a queue.");
	if (down && subject_link_up(s, &link, &known) == 0)
		return judged(VERDICT_LINK_DOWN, down->confidence, down->summary);
	j = moves(s);
	if (j.verdict == VERDICT_UNKNOWN && !s->series.tx.n && !down && s->facts->carrier == 1)
		return judged(VERDICT_HEALTHY, POSSIBLE,
			      "The link is up and nothing wrong was found; the queues were not seen.");
	return j;
}

static bool slave_is_down(const struct subject *s)
{
	const struct klog_bond *b;

	for (size_t i = 0; (b = klog_bond(s->host->input->klog, i)); i++)
		for (size_t k = 0; k < b->n_slaves; k++)
			if (s->interface && !strcmp(b->slaves[k].name, s->interface))
				return b->slaves[k].up == 0;
	return false;
}

/* After the last hang that the log tells of, or without one. */
static bool lost_at_last(const struct subject *s)
{
	const struct klog_report *r = s->logged.last[KLOG_PCIE_LOST] ? s->logged.last[KLOG_PCIE_LOST]
								     : logged_first(&s->logged, KLOG_PCIE_LOST);

	return !s->log->have_hang || (r && r->line > s->log->hang.line);
}

static struct judgement by_log(struct subject *s)
{
	const struct finding *hang = found(s, "hang-reported"), *timeout = found(s, "timeout-reported");
	const struct finding *lost = found(s, "pcie-lost"), *done = found(s, "hardware-done");
	const struct finding *no_link = found(s, "no-link-hang");

	if (lost && (!hang || lost_at_last(s)))
		return judged(VERDICT_DEAD, lost->confidence, lost->summary);
	if (hang || timeout)
		return judged(VERDICT_HUNG, hang ? hang->confidence : timeout->confidence,
			      (hang ? hang : timeout)->summary);
	if (s->log->link == 0)
		return judged(VERDICT_LINK_DOWN, LIKELY,
			      "The last that the log says of the link is that it went down.");
	if (slave_is_down(s))
		return judged(VERDICT_LINK_DOWN, LIKELY,
			      "The last that the log says is that its bond lost the link of this slave.");
	if (no_link || done)
		return judged(VERDICT_FALSE_ALARM, (no_link ? no_link : done)->confidence,
			      (no_link ? no_link : done)->summary);
	if (s->log->link == 1)
		return judged(VERDICT_HEALTHY, POSSIBLE, "The log reports no hang, and the link came up.");
	return judged(VERDICT_UNKNOWN, CERTAIN, "The log does not tell whether the device works.");
}

/* What must be said at once, whatever the verdict. */
static const char *with_more(struct subject *s, const struct judgement *j)
{
	const struct finding *mixed = found(s, "bond-mixed"), *worst = s->out->n_findings ? s->out->findings : NULL;

	if (mixed && mixed->severity == SEVERITY_WARNING)
		return text(s, "%s %s", j->reason, mixed->summary);
	if (j->verdict >= VERDICT_BUSY && worst && worst->severity == SEVERITY_FAULT)
		return text(s, "%s But: %s", j->reason, worst->summary);
	return j->reason;
}

void verdict_reach(struct subject *s)
{
	struct judgement j = judged(VERDICT_UNKNOWN, CERTAIN, "Nothing is known of its queues."), logged;

	if (s->n_samples)
		j = by_samples(s);
	if (s->log && s->log->first_line) {
		bool tells = s->host->input->watched_now && s->series.n > 1 && s->series.tx.n;

		logged = by_log(s);
		if (!tells && logged.verdict < j.verdict)
			j = logged;
		else if (!tells && logged.verdict == j.verdict)
			j.confidence = s->n_samples ? j.confidence : weaker(j.confidence, logged.confidence);
	}
	s->out->verdict = j.verdict;
	s->out->confidence = j.confidence;
	s->out->reason = with_more(s, &j);
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
