// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames that the driver handed to the hardware and never cleaned up. Head and tail may agree then, and the log be silent:
 * the hardware has done its work, and nobody was told. What shows it is the kernel's count of bytes in flight
 * (byte_queue_limits), beside an interrupt that does not come.
 */
#include <inttypes.h>

#include "diagnose/rules.h"
#include "util/alloc.h"

#define SURE_NS INT64_C(1000000000)
#define LATE_NS INT64_C(2500000000)

/* A queue's bytes in flight, over the last samples in which there were some and they never fell: in which nothing was
 * seen to complete. */
struct backlog {
	uint32_t queue;
	size_t from, run; /* the first of these samples, and how many they are */
	int64_t first, last, limit;
};

enum came { CAME_UNKNOWN, CAME_NOT, CAME };

static int64_t in_flight(const struct subject *s, size_t sample, uint32_t queue)
{
	const struct queue_count *q = facts_queue(&s->samples[sample]->facts, queue);

	return q && q->inflight > 0 ? q->inflight : 0;
}

static void read_backlog(const struct subject *s, const struct queue_count *q, struct backlog *b)
{
	size_t n = s->n_samples;

	*b = (struct backlog){ .queue = q->queue, .from = n, .limit = q->limit, .last = in_flight(s, n - 1, q->queue) };
	for (int64_t later = b->last; b->from; b->from--) {
		int64_t now = in_flight(s, b->from - 1, q->queue);

		if (!now || now > later)
			break;
		b->first = later = now;
		b->run++;
	}
}

bool bytes_stand(const struct subject *s)
{
	for (size_t i = 0; s->latest && s->n_samples > 1 && i < s->facts->n_queues; i++) {
		struct backlog b;

		read_backlog(s, &s->facts->queues[i], &b);
		if (!b.from && b.first == b.last)
			return true;
	}
	return false;
}

static const struct facts *first_facts(const struct subject *s, const struct backlog *b)
{
	return &s->samples[b->from]->facts;
}

static int64_t run_ns(const struct subject *s, const struct backlog *b)
{
	int64_t from = s->samples[b->from]->taken;

	return from && s->latest->taken > from ? s->latest->taken - from : 0;
}

static const struct vector_count *same_vector(const struct facts *f, uint32_t irq)
{
	for (size_t i = 0; i < f->n_vectors; i++)
		if (f->vectors[i].irq == irq)
			return &f->vectors[i];
	return NULL;
}

static bool has_own_vector(const struct facts *f, uint32_t queue)
{
	for (size_t i = 0; i < f->n_vectors; i++)
		if (f->vectors[i].queue == (int64_t)queue)
			return true;
	return false;
}

/* Whether any interrupt came that the queue could have been cleaned in: of the vector named for it, else of any. */
static enum came interrupt_came(const struct subject *s, const struct backlog *b)
{
	const struct facts *first = first_facts(s, b), *last = s->facts;
	bool own = has_own_vector(last, b->queue);
	enum came came = CAME_UNKNOWN;

	for (size_t i = 0; i < last->n_vectors; i++) {
		const struct vector_count *v = &last->vectors[i], *before = same_vector(first, v->irq);

		if (own && v->queue != (int64_t)b->queue)
			continue;
		if (!before || v->count != before->count)
			return before ? CAME : CAME_UNKNOWN;
		came = CAME_NOT;
	}
	return came;
}

/* What stays in flight for a reason that another rule gives, or that ends by itself. */
static bool is_explained(const struct subject *s)
{
	const struct direction *tx = &s->series.tx;
	struct reading r;
	size_t set, n;
	bool known;

	return subject_link_up(s, &r, &known) != 1 || subject_paused(s, &r, &set, &n) || tx->by_state[QUEUE_STUCK] ||
	       tx->by_state[QUEUE_WAITING] || tx->by_state[QUEUE_SLACK];
}

static void tell(struct subject *s, struct finding *f, const struct backlog *b, enum came came)
{
	int64_t ns = run_ns(s, b);

	if (b->first == b->last)
		finding_evidence(s, f,
				 "tx-%u: %" PRId64 " bytes in flight in %s %zu samples over %" PRId64 ".%" PRId64 " s",
				 b->queue, b->last, b->from ? "the last" : "all", b->run, ns / 1000000000,
				 ns % 1000000000 / 100000000);
	else
		finding_evidence(s, f,
				 "tx-%u: bytes in flight grew from %" PRId64 " to %" PRId64 " in %s %zu samples over "
				 "%" PRId64 ".%" PRId64 " s, and never fell",
				 b->queue, b->first, b->last, b->from ? "the last" : "all", b->run, ns / 1000000000,
				 ns % 1000000000 / 100000000);
	if (came == CAME_NOT)
		finding_evidence(s, f, "no interrupt of %s arrived meanwhile",
				 has_own_vector(s->facts, b->queue) ? "this queue" : "this device");
}

/* Whether hardware took more from one sample to another than what was added to the bytes in flight. No frame takes more than a
 * descriptor for two of its bytes. */
static bool took_more(const struct subject *s, const struct backlog *b, size_t a, size_t z)
{
	size_t skipped = s->n_samples - s->series.n;
	struct ring before = { .known = true }, now = { .known = true };
	const struct queue *q;
	struct reading from, to;
	uint32_t moved, number;

	if (!s->series.n || !queue_of_kernel(series_last(&s->series), QUEUE_TX, b->queue, &number))
		return false;
	q = direction_queue(&s->series.tx, number);
	if (!q || a < skipped || !values_low(&s->series.samples[a - skipped], CHIP_TX_HEAD, number, &from) ||
	    !values_low(&s->series.samples[z - skipped], CHIP_TX_HEAD, number, &to))
		return false;
	before.head = (uint32_t)from.value;
	now.head = (uint32_t)to.value;
	before.size = now.size = q->last.size;
	return !ring_moved(&before, &now, &moved) ||
	       moved > (in_flight(s, z, b->queue) - in_flight(s, a, b->queue)) / 2 + 8;
}

/* Whether hardware took more than what was added to the bytes in flight: then something was cleaned up, in polls without
 * interrupts perhaps. Of a head that went round in just the time of all samples, single steps tell. */
static bool completes(const struct subject *s, const struct backlog *b)
{
	size_t last = s->n_samples - 1;

	if (took_more(s, b, b->from, last))
		return true;
	for (size_t i = b->from; i < last; i++)
		if (took_more(s, b, i, i + 1))
			return true;
	return false;
}

static bool may_be_late(const struct subject *s, const struct backlog *b)
{
	return subject_driver_has(s, DRIVER_LATE_DONE) && run_ns(s, b) < LATE_NS;
}

/* How bad a queue is: SEVERITIES, if it is not. */
static enum severity judge(const struct subject *s, const struct backlog *b, enum came came)
{
	bool stopped = b->limit > 0 && b->last >= b->limit, stays = b->first == b->last, all = !b->from;

	if (b->run < 2 || completes(s, b))
		return SEVERITIES;
	if (came == CAME_NOT && ((all && stays) || b->run > 2))
		return SEVERITY_FAULT;
	/* A busy queue's bytes may stay or grow from sample to sample by chance. */
	if (!stays || !all || b->run < 3)
		return SEVERITIES;
	/* Of a driver that completes more or less than it queued, some stay over for ever, and the queue goes on. */
	return stopped || came == CAME_UNKNOWN ? SEVERITY_FAULT : SEVERITY_NOTE;
}

static void sum_up(struct subject *s, struct finding *f, enum severity worst, size_t n)
{
	f->severity = worst;
	if (worst == SEVERITY_NOTE)
		f->summary =
			"Some bytes stay in flight though interrupts come: the driver's account is off, or the last "
			"frames were never written back.";
	else if (n == 1)
		f->summary = "The driver never cleaned up: frames that it handed to the hardware stay unaccounted for, "
			     "whatever head and tail say.";
	else
		f->summary = finding_text(
			s,
			"The driver never cleaned up: on %zu transmit queues, frames that it handed to the "
			"hardware stay unaccounted for, whatever head and tail say.",
			n);
	if (n > TOLD)
		finding_evidence(s, f, "%zu more queues like these", n - TOLD);
	if (worst == SEVERITY_FAULT)
		remedies_add(s, f, "recover reload");
}

/* By the bytes in flight while it was watched. */
static bool by_counts(struct subject *s, struct finding *f)
{
	enum severity worst = SEVERITIES;
	size_t n = 0;

	if (!s->latest || s->series.n < 2 || is_explained(s) || !facts_have_inflight(s->facts))
		return false;
	for (size_t i = 0; i < s->facts->n_queues; i++) {
		enum severity severity;
		struct backlog b;
		enum came came;

		if (subject_rings(s) && ring_explains(s, s->facts->queues[i].queue))
			continue;
		read_backlog(s, &s->facts->queues[i], &b);
		if (b.run < 2 || may_be_late(s, &b))
			continue;
		came = interrupt_came(s, &b);
		severity = judge(s, &b, came);
		if (severity == SEVERITIES || severity > worst)
			continue;
		n = severity < worst ? 1 : n + 1;
		if (severity < worst)
			f->n_evidence = 0;
		worst = severity;
		f->confidence = came == CAME_UNKNOWN || run_ns(s, &b) < SURE_NS ? POSSIBLE : LIKELY;
		if (n <= TOLD)
			tell(s, f, &b, came);
	}
	if (worst != SEVERITIES)
		sum_up(s, f, worst, n);
	return worst != SEVERITIES;
}

/* By the driver's timeout lines, which have the place up to which it cleaned. */
static bool by_log(struct subject *s, struct finding *f)
{
	if (!s->logged.uncleaned)
		return false;
	f->severity = SEVERITY_FAULT;
	f->confidence = LIKELY;
	f->summary =
		"The hardware had finished all its work, and for seconds the driver did not clean up: the queue's interrupt was "
		"lost, or its CPU did not get to it.";
	finding_reports(s, f, KLOG_TX_TIMEOUT, 3);
	finding_hint(
		s,
		"In /proc/interrupts, see whether the count of the queue's interrupt grows: if it does not, the "
		"interrupt is lost; if it goes on, the CPU that serves it does not get to it (top shows ksoftirqd).");
	remedies_add(s, f, "recover");
	return true;
}

/* Both ends of the ring say it best; then the bytes in flight. Where the log says so, too, the finding is the log's, with the
 * evidence of both. */
bool rule_not_cleaned(struct subject *s, struct finding *f)
{
	s->uncleaned_now = by_counts(s, f);
	if (subject_rings(s))
		s->uncleaned_now |= ring_tell_uncleaned(s, f, s->uncleaned_now && f->severity == SEVERITY_FAULT);
	return by_log(s, f) || s->uncleaned_now;
}

/* The kernel's own watchdog, which counts a queue that it saw stopped for seconds; since the interface was made. */
bool rule_watchdog_counted(struct subject *s, struct finding *f)
{
	const struct facts *first = &s->samples[s->n_samples - s->series.n]->facts; /* of what is judged */
	uint64_t total = 0, fresh = 0;
	size_t told = 0;

	for (size_t i = 0; i < s->facts->n_queues; i++) {
		const struct queue_count *q = &s->facts->queues[i], *before = facts_queue(first, q->queue);

		if (q->timeouts <= 0)
			continue;
		total += (uint64_t)q->timeouts;
		if (before && before->timeouts >= 0 && q->timeouts > before->timeouts)
			fresh += (uint64_t)(q->timeouts - before->timeouts);
		if (told++ < TOLD)
			finding_evidence(s, f, "tx-%u: tx_timeout = %" PRId64, q->queue, q->timeouts);
	}
	if (!total)
		return false;
	f->summary = finding_text(s,
				  "The kernel's watchdog ran out %" PRIu64
				  " time%s since the interface was made, as its queue "
				  "stood still: the driver resets the device then.",
				  total, total == 1 ? "" : "s");
	if (!fresh)
		return true;
	f->severity = SEVERITY_FAULT;
	f->summary =
		finding_text(s,
			     "The kernel's watchdog ran out %" PRIu64 " time%s while it was watched: a transmit queue "
			     "stands still.",
			     fresh, fresh == 1 ? "" : "s");
	remedies_add(s, f, "recover");
	return true;
}
