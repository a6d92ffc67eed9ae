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
	const struct past_hangs *p = &s->past;
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

/* The switch of a direction in the last sample, under a driver whose interface is up and has a link. *before: samples in which it was
 * enabled. A driver disables both while its interface is down, and for a moment as it resets the adapter. */
static bool is_switched_off(struct subject *s, struct finding *f, enum chip_role control, size_t *before)
{
	struct reading r, link;
	size_t n;
	bool known;

	*before = series_count_set(&s->series, control, CHIP_FIELD_ENABLED, 0, &n, &r);
	if (!n || r.value)
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

static bool waits(const struct direction *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->queues[i].pending)
			return true;
	return false;
}

/* A hang of the transmitter goes before a reset: work that stands while it is disabled is a fault, whatever it was before. */
bool rule_tx_disabled(struct subject *s, struct finding *f)
{
	size_t before;

	if (!is_switched_off(s, f, CHIP_TX_CONTROL, &before))
		return false;
	if (before) {
		f->confidence = POSSIBLE;
		f->severity = waits(&s->series.tx) ? SEVERITY_FAULT : SEVERITY_WARNING;
		f->summary =
			"The transmitter is disabled now, and was enabled in a sample before: something disabled it, or "
			"the driver resets the adapter at this moment. Another sample shows which.";
	}
	return true;
}

bool rule_rx_disabled(struct subject *s, struct finding *f)
{
	size_t before;

	return is_switched_off(s, f, CHIP_RX_CONTROL, &before) && !before;
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

static void end_spell(struct past_hangs *p, struct spell *spell)
{
	int64_t lasted = spell->to - spell->from;

	if (spell->samples >= SAMPLES_LEAST && lasted >= SPELL_LEAST) {
		if (!p->n++ || lasted > p->longest.to - p->longest.from)
			p->longest = *spell;
	}
	spell->samples = 0;
}

/* A sample in which it is not seen standing: if the head went on, or nothing waits, the spell is over. */
static void look(struct past_hangs *p, struct watched_queue *q, const struct values *l, uint32_t index,
		 const struct ring *r, bool sends)
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

static void look_at(struct past_hangs *p, const struct series *s, struct watched_queue *queues, const struct values *l)
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
static void look_at_all(struct past_hangs *p, const struct series *s, struct watched_queue *queues,
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

static void words(struct past_hangs *p)
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

void past_read(struct past_hangs *p, const struct series *s, const struct snapshot *const *snapshots, size_t n)
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
