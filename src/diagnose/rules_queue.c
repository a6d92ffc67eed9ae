// SPDX-License-Identifier: GPL-2.0-or-later
/* Queues as the samples show them: which stand still, which may not interrupt, which hear nothing, and which stood still
 * before the last sample. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"

#define TOLD 4 /* queues in evidence; of more, the number */

static void tell_queue(struct subject *s, struct finding *f, const struct queue *q)
{
	const struct chip_ref head = chip_role_ref(s->chip, CHIP_TX_HEAD, q->index);
	const struct chip_ref tail = chip_role_ref(s->chip, CHIP_TX_TAIL, q->index);
	AUTO_BUF struct buf b = { 0 };

	chip_ref_name(&head, &b);
	buf_printf(&b, " = 0x%x, ", q->last.head);
	chip_ref_name(&tail, &b);
	buf_printf(&b, " = 0x%x: %u descriptors wait", q->last.tail, q->pending);
	if (q->last.size)
		buf_printf(&b, " in a ring of %u", q->last.size);
	if (q->state == QUEUE_STUCK && q->still_ns)
		buf_printf(&b, ", head unmoved in %zu samples over %" PRId64 ".%" PRId64 " s", q->still,
			   q->still_ns / 1000000000, q->still_ns % 1000000000 / 100000000);
	else if (q->state == QUEUE_STUCK)
		buf_printf(&b, ", head unmoved in %zu samples", q->still);
	if (q->state == QUEUE_STUCK)
		buf_puts(&b, q->tail_moved ? "; the driver went on to add" : "; nothing was added");
	finding_evidence(s, f, "%s", buf_str(&b));
}

static void tell_queues(struct subject *s, struct finding *f, enum queue_state state)
{
	const struct direction *d = &s->series.tx;
	size_t told = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->queues[i].state == state && told++ < TOLD)
			tell_queue(s, f, &d->queues[i]);
	if (told > TOLD)
		finding_evidence(s, f, "%zu more queues like these", told - TOLD);
}

static const struct queue *first_in(const struct direction *d, enum queue_state state)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->queues[i].state == state)
			return &d->queues[i];
	return NULL;
}

bool rule_stuck_head(struct subject *s, struct finding *f)
{
	const struct direction *d = &s->series.tx;
	const struct queue *q = first_in(d, QUEUE_STUCK);
	size_t n = d->by_state[QUEUE_STUCK], others = d->by_state[QUEUE_MOVING] + d->by_state[QUEUE_EMPTY];
	struct reading link;
	bool known;

	if (!q || !subject_link_up(s, &link, &known))
		return false;
	if (n == 1 && others)
		f->summary = finding_text(s, "Transmit queue %u is stuck with packets waiting; the other %zu are fine.",
					  q->index, others);
	else if (n > 1)
		f->summary = finding_text(s, "%zu transmit queues are stuck with packets waiting.", n);
	if (subject_scheduled(s, &link)) {
		f->severity = SEVERITY_WARNING;
		f->confidence = POSSIBLE;
	} else if (q->still_ns && q->still_ns < 1000000000)
		f->confidence = POSSIBLE;
	else if (!q->still_ns)
		f->confidence = LIKELY;
	tell_queues(s, f, QUEUE_STUCK);
	if (subject_rings(s))
		ring_tell_stuck(s, f);
	return true;
}

bool rule_hang_ended(struct subject *s, struct finding *f)
{
	const struct past *p = &s->past;
	const struct spell *spell = &p->longest;
	int64_t ms = (spell->to - spell->from) / 1000000;

	if (!p->n)
		return false;
	f->summary = finding_text(
		s,
		"Transmit queue %u stood still with work in it and went on later: hung %s to %s, recovered "
		"(times are UTC).",
		spell->queue, p->since, p->until);
	finding_evidence(s, f,
			 "%s[%u] = 0x%x in %zu samples over %" PRId64 ".%" PRId64 " s, %s = 0x%x in the last of them",
			 chip_role_ref(s->chip, CHIP_TX_HEAD, spell->queue).reg->name, spell->queue, spell->head,
			 spell->samples, ms / 1000, ms % 1000 / 100,
			 chip_role_ref(s->chip, CHIP_TX_TAIL, spell->queue).reg->name, spell->tail);
	if (p->n > 1)
		finding_evidence(s, f, "%zu such spells in all; this was the longest", p->n);
	return true;
}

bool rule_paused(struct subject *s, struct finding *f)
{
	size_t known, set;
	struct reading r;

	if (!subject_paused(s, &r, &set, &known))
		return false;
	finding_reading(s, f, &r);
	finding_evidence(s, f, "in %zu of %zu samples", set, known);
	if (set < known)
		f->severity = SEVERITY_NOTE;
	return true;
}

bool rule_scheduled(struct subject *s, struct finding *f)
{
	struct reading r;

	if (!subject_scheduled(s, &r))
		return false;
	finding_reading(s, f, &r);
	if (!s->series.tx.by_state[QUEUE_STUCK])
		f->severity = SEVERITY_NOTE;
	else
		finding_hint(s, "What the schedule is: tc qdisc show dev %s (taprio, etf, cbs, mqprio).",
			     finding_device_word(s));
	return true;
}

/* The switch of a direction now, or in every sample (`always`), under a driver whose interface is up and has a link. A driver disables
 * both while its interface is down, and for a moment as it resets: a hang of the transmitter goes before that. */
static bool is_switched_off(struct subject *s, struct finding *f, enum chip_role control, bool always)
{
	struct reading r, link;
	size_t n, set = series_count_set(&s->series, control, CHIP_FIELD_ENABLED, 0, &n, &r);
	bool known;

	if (!n || r.value || (always && set))
		return false;
	if (subject_link_up(s, &link, &known) != 1 || !s->driver)
		return false;
	if (s->facts->operstate && !strcmp(s->facts->operstate, "down"))
		return false;
	finding_reading(s, f, &r);
	if (known)
		finding_reading(s, f, &link);
	finding_fact(s, f, "driver");
	return true;
}

bool rule_tx_disabled(struct subject *s, struct finding *f)
{
	return is_switched_off(s, f, CHIP_TX_CONTROL, false);
}

bool rule_rx_disabled(struct subject *s, struct finding *f)
{
	return is_switched_off(s, f, CHIP_RX_CONTROL, true);
}

/* Drivers block the requests of a device for the moment before they reset it. An emulated part keeps the bit and works. */
bool rule_requests_blocked(struct subject *s, struct finding *f)
{
	const struct direction *tx = &s->series.tx, *rx = &s->series.rx;
	struct reading r, link, all;
	size_t known, set = series_count_set(&s->series, CHIP_MAC_CONTROL, CHIP_FIELD_REQUESTS_BLOCKED, 0, &known, &r);
	bool up_known;

	if (!set || set < known || !s->driver || s->platform.emulated || subject_link_up(s, &link, &up_known) != 1)
		return false;
	if (tx->by_state[QUEUE_MOVING] || rx->by_state[QUEUE_MOVING] || tx->moved || rx->moved)
		return false;
	if (values_role(series_last(&s->series), CHIP_MAC_CONTROL, 0, &all) &&
	    all.value == UINT64_MAX >> (64 - all.ref.reg->width))
		return false; /* of ones: no value */
	finding_reading(s, f, &r);
	finding_fact(s, f, "driver");
	if (known > 1) {
		finding_evidence(s, f, "in all %zu samples", known);
		return true;
	}
	f->severity = SEVERITY_WARNING;
	f->confidence = POSSIBLE;
	return true;
}

/* Head at the tail of a receive ring: not one free descriptor. */
static bool starved(const struct subject *s, const struct queue *q)
{
	return q->state == QUEUE_EMPTY && q->first.size && q->first.head == q->first.tail &&
	       q->last.head == q->last.tail && s->series.n > 1;
}

static bool counts_buffers(const char *counter)
{
	return strstr(counter, "rx") && strstr(counter, "fail");
}

static int64_t counted_before(const struct subject *s, const char *counter)
{
	const struct driver_side *side = &s->samples[0]->side;

	for (size_t i = 0; i < side->n_counters; i++)
		if (!strcmp(side->counters[i].name, counter))
			return side->counters[i].value;
	return FACT_UNKNOWN;
}

/* Whether the driver could not get buffers, by its own counters: then it is the host's memory that is short. */
static void tell_buffers(struct subject *s, struct finding *f)
{
	const struct driver_side *side = &s->latest->side;
	size_t known = 0, failed = 0;

	for (size_t i = 0; i < side->n_counters; i++) {
		const struct side_counter *c = &side->counters[i];
		int64_t before = counts_buffers(c->name) ? counted_before(s, c->name) : FACT_UNKNOWN;

		if (before == FACT_UNKNOWN)
			continue;
		known++;
		failed += c->value != 0;
		if (c->value)
			finding_evidence(s, f, "driver counter %s = %" PRId64 "%s", c->name, c->value,
					 c->value > before ? ", and it grows" : "");
		if (c->value > before)
			f->summary =
				"The receiver has no free descriptor, and the driver gets no memory for buffers: the "
				"host is short of it, and deaf.";
	}
	if (known && !failed)
		finding_evidence(s, f, "no receive buffer was refused to the driver, by its counters");
}

bool rule_rx_starved(struct subject *s, struct finding *f)
{
	const struct direction *d = &s->series.rx;
	struct reading link;
	bool known;
	size_t n = 0;

	if (!d->has_heads || subject_link_up(s, &link, &known) != 1)
		return false;
	for (size_t i = 0; i < d->n; i++) {
		const struct chip_ref head = chip_role_ref(s->chip, CHIP_RX_HEAD, d->queues[i].index);

		if (!starved(s, &d->queues[i]) || n++ >= TOLD)
			continue;
		finding_evidence(s, f, "%s[%u] = tail = 0x%x in every sample", head.reg->name, d->queues[i].index,
				 d->queues[i].last.head);
	}
	if (n)
		tell_buffers(s, f);
	return n != 0;
}

bool rule_one_look(struct subject *s, struct finding *f)
{
	if (!s->series.tx.by_state[QUEUE_WAITING])
		return false;
	tell_queues(s, f, QUEUE_WAITING);
	finding_hint(
		s,
		"Look twice: nicregs diagnose %s on the machine itself takes several samples; of saved files give it two, "
		"--from FIRST --from SECOND.",
		finding_device_word(s));
	return true;
}

static bool of_interest(const struct subject *s, const struct queue *q)
{
	for (size_t i = 0; i < s->logged.n_queues; i++)
		if (s->logged.queues[i] == q->index)
			return true;
	return q->state == QUEUE_STUCK || q->state == QUEUE_WAITING;
}

bool rule_queue_cause(struct subject *s, struct finding *f)
{
	static const enum chip_role roles[] = { CHIP_TX_QUEUE_CAUSE, CHIP_RX_QUEUE_CAUSE };
	const struct direction *d = &s->series.tx;

	for (size_t i = 0; i < d->n; i++) {
		struct reading r;

		if (!of_interest(s, &d->queues[i]) || !d->queues[i].on || f->n_evidence > 4)
			continue;
		for (size_t k = 0; k < 2; k++)
			if (values_field_role(series_last(&s->series), roles[k], d->queues[i].index, CHIP_FIELD_ENABLED,
					      &r) &&
			    !r.value)
				finding_reading(s, f, &r);
	}
	return f->n_evidence != 0;
}

/* In how many samples the field of element i is clear; *known: in how many it is known at all. */
static size_t count_clear(const struct subject *s, enum chip_role role, uint32_t i, enum chip_field_role field,
			  size_t *known, struct reading *r)
{
	size_t clear = 0;

	*known = 0;
	for (size_t n = 0; n < s->series.n; n++) {
		if (!values_field_role(&s->series.samples[n], role, i, field, r))
			continue;
		++*known;
		clear += !r->value;
	}
	return clear;
}

/* Drivers mask a vector for the moment in which they poll: only one that is masked each time says something. */
static void masked_vector(struct subject *s, struct finding *f, uint32_t queue)
{
	struct reading vector, r;
	size_t known;

	if (!values_field_role(series_last(&s->series), CHIP_TX_QUEUE_CAUSE, queue, CHIP_FIELD_VECTOR, &vector) ||
	    !vector.value)
		return;
	if (count_clear(s, CHIP_VECTOR_CONTROL, (uint32_t)vector.value - 1, CHIP_FIELD_ENABLED, &known, &r) != known ||
	    !known)
		return;
	finding_evidence(s, f, "queue %u interrupts by vector %" PRIu64, queue, vector.value);
	finding_reading(s, f, &r);
}

bool rule_irq_masked(struct subject *s, struct finding *f)
{
	const struct direction *d = &s->series.tx;
	bool by_vector = chip_role_ref(s->chip, CHIP_VECTOR_CONTROL, 0).reg;
	struct reading mask;
	size_t known = 0, masked = 0;

	if (!d->by_state[QUEUE_STUCK])
		return false;
	for (size_t n = 0; n < s->series.n && !by_vector; n++)
		if (values_role(&s->series.samples[n], CHIP_INTERRUPT_MASK, 0, &mask)) {
			known++;
			masked += !mask.value;
		}
	if (known && masked == known && s->driver)
		finding_evidence(s, f, "%s = 0 in all %zu samples", mask.ref.reg->name, known);
	for (size_t i = 0; i < d->n && f->n_evidence < 6; i++)
		if (d->queues[i].state == QUEUE_STUCK)
			masked_vector(s, f, d->queues[i].index);
	return f->n_evidence != 0;
}

/* A queue that the log or the samples name: its receive side against its transmit side. */
static bool silent_queue(struct subject *s, struct finding *f, uint32_t index)
{
	const struct queue *tx, *rx;
	struct chip_ref head, tail;
	uint32_t sends, receives;

	if (!s->series.n || !queue_of_kernel(series_last(&s->series), QUEUE_TX, index, &sends) ||
	    !queue_of_kernel(series_last(&s->series), QUEUE_RX, index, &receives))
		return false;
	tx = direction_queue(&s->series.tx, sends);
	rx = direction_queue(&s->series.rx, receives);
	head = chip_role_ref(s->chip, CHIP_TX_HEAD, sends);
	tail = chip_role_ref(s->chip, CHIP_RX_TAIL, receives);
	if (!tx || !rx || tx->state != QUEUE_MOVING || rx->moved || rx->tail_moved || rx->state == QUEUE_OFF)
		return false;
	finding_evidence(s, f, "%s[%u] went on by %" PRIu64 " descriptors, %s[%u] = 0x%x in all %zu samples",
			 head.reg->name, sends, tx->moved, tail.reg->name, receives, rx->last.tail, s->series.n);
	return true;
}

/* Of all queues together: a host that only sends for a moment is none that hears nothing. */
#define SILENT_NS INT64_C(2500000000)
#define SILENT_DESCRIPTORS 32

/* All of them: nothing at all is received, while something is sent. */
static bool all_silent(const struct series *s)
{
	return s->tx.moved > 8 && s->rx.n && !s->rx.moved && !s->rx.by_state[QUEUE_MOVING] &&
	       !s->rx.by_state[QUEUE_SLACK];
}

bool rule_rx_silent(struct subject *s, struct finding *f)
{
	for (size_t i = 0; i < s->logged.n_queues; i++) {
		uint32_t index = s->logged.queues[i];

		if (silent_queue(s, f, index) && !f->summary)
			f->summary = finding_text(s,
						  "Receive queue %u is silent while transmit queue %u still creeps on: "
						  "replies to this queue's packets do not reach the host.",
						  index, index);
	}
	if (f->n_evidence || !all_silent(&s->series))
		return f->n_evidence != 0;
	for (size_t i = 0; i < s->series.rx.n; i++)
		if (s->series.rx.queues[i].tail_moved)
			return false;
	f->summary = "Nothing is received on any queue while descriptors are sent.";
	f->confidence = POSSIBLE;
	if (s->series.span_ns < SILENT_NS || s->series.tx.moved < SILENT_DESCRIPTORS) {
		f->severity = SEVERITY_NOTE;
		finding_hint(
			s,
			"Nothing was received while it was watched, which was not long: nicregs diagnose %s --count 6.",
			finding_device_word(s));
	}
	finding_evidence(s, f,
			 "%" PRIu64 " descriptors sent in %zu samples over %" PRId64 ".%" PRId64
			 " s, no receive queue moved",
			 s->series.tx.moved, s->series.n, s->series.span_ns / 1000000000,
			 s->series.span_ns % 1000000000 / 100000000);
	return true;
}

/* Hangs that began and ended before the last sample. */

#define SAMPLES_LEAST 3
#define SPELL_LEAST CLOCK_SECOND

/* What is remembered of a queue from one sample to the next. */
struct watched_queue {
	struct ring before;
	struct spell spell; /* .samples is 0 if it does not stand still */
};

static bool is_set(const struct values *l, enum chip_role role, uint32_t i, enum chip_field_role field, bool otherwise)
{
	struct reading r;

	return values_field_role(l, role, i, field, &r) ? r.value != 0 : otherwise;
}

static bool is_paused(const struct values *l, enum chip_role role)
{
	struct reading r;

	int paused;

	for (size_t n = 0; (paused = values_paused(l, role, n, &r)) >= 0; n++)
		if (paused)
			return true;
	return false;
}

/* Whether work that waits should be sent. */
static bool may_send(const struct values *l)
{
	return is_set(l, CHIP_MAC_STATUS, 0, CHIP_FIELD_LINK_UP, l->s->facts.carrier != 0) &&
	       !is_paused(l, CHIP_MAC_STATUS) && !is_paused(l, CHIP_FLOW_CONTROL);
}

static void end_spell(struct past *p, struct spell *spell)
{
	int64_t lasted = spell->to - spell->from;

	if (spell->samples >= SAMPLES_LEAST && lasted >= SPELL_LEAST) {
		if (!p->n++ || lasted > p->longest.to - p->longest.from)
			p->longest = *spell;
	}
	spell->samples = 0;
}

/* A sample in which it is not seen standing: if the head went on, or nothing waits, the spell is over. */
static void look(struct past *p, struct watched_queue *q, const struct values *l, uint32_t index, const struct ring *r,
		 bool sends)
{
	uint32_t pending = 0;
	bool stands = ring_pending(r, &pending) && pending;
	struct spell *spell = &q->spell;

	if (spell->samples && (!stands || r->head != q->before.head))
		end_spell(p, spell);
	q->before = *r;
	if (!stands)
		return;
	if (!sends || !is_set(l, CHIP_TX_ENABLE, index, CHIP_FIELD_ENABLED, true)) {
		spell->samples = 0;
		return;
	}
	if (!spell->samples++)
		*spell = (struct spell){ .queue = index, .head = r->head, .samples = 1, .from = l->s->taken };
	spell->tail = r->tail;
	spell->to = l->s->taken;
}

static void look_at(struct past *p, const struct series *s, struct watched_queue *queues, const struct values *l)
{
	bool sends;

	if (!l->s->taken)
		return;
	sends = may_send(l);
	for (size_t k = 0; k < s->tx.n; k++) {
		struct ring r = queue_ring(l, QUEUE_TX, s->tx.queues[k].index);

		if (r.known)
			look(p, &queues[k], l, s->tx.queues[k].index, &r, sends);
	}
}

/* Of more snapshots than a series has, two at a time. */
static void look_at_all(struct past *p, const struct series *s, struct watched_queue *queues,
			const struct snapshot *const *snapshots, size_t n)
{
	struct values l, before;

	values_init(&before, snapshots[0], s->chip);
	for (size_t i = 0; i < n; i++) {
		values_init_like(&l, snapshots[i], &before);
		look_at(p, s, queues, &l);
		values_free(&before);
		before = l;
	}
	values_free(&before);
}

static void words(struct past *p)
{
	const time_t from = (time_t)(p->longest.from / CLOCK_SECOND), to = (time_t)(p->longest.to / CLOCK_SECOND);
	struct tm a, b;

	if (!gmtime_r(&from, &a) || !gmtime_r(&to, &b))
		return;
	if (a.tm_yday == b.tm_yday && a.tm_year == b.tm_year) {
		strftime(p->since, sizeof(p->since), "%H:%M:%S", &a);
		strftime(p->until, sizeof(p->until), "%H:%M:%S", &b);
	} else {
		strftime(p->since, sizeof(p->since), "%Y-%m-%d %H:%M:%S", &a);
		strftime(p->until, sizeof(p->until), "%Y-%m-%d %H:%M:%S", &b);
	}
}

void past_read(struct past *p, const struct series *s, const struct snapshot *const *snapshots, size_t n)
{
	struct watched_queue *queues;

	memset(p, 0, sizeof(*p));
	if (!s->chip || !s->tx.n || !s->tx.has_heads || n <= SAMPLES_LEAST)
		return;
	queues = xcalloc(s->tx.n, sizeof(*queues));
	for (size_t i = 0; i < n && n == s->n; i++)
		look_at(p, s, queues, &s->samples[i]);
	if (n > s->n)
		look_at_all(p, s, queues, snapshots, n);
	free(queues);
	if (p->n)
		words(p);
}
