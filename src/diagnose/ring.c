// SPDX-License-Identifier: GPL-2.0-or-later
/* Queues as the samples show them. */
#include <inttypes.h>

#include "diagnose/rules.h"
#include "util/buf.h"

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

RULE(stuck_head)
{
	const struct direction *d = &s->series.tx;
	const struct queue *q = first_in(d, QUEUE_STUCK);
	size_t n = d->by_state[QUEUE_STUCK], others = d->by_state[QUEUE_MOVING] + d->by_state[QUEUE_EMPTY];
	struct reading link;
	bool known;

	if (!q || !subject_link_up(s, &link, &known))
		return false;
	if (n == 1 && others)
		f->summary = text(s, "Transmit queue %u stands still with work in it; the other %zu do not.", q->index,
				  others);
	else if (n > 1)
		f->summary = text(s, "%zu transmit queues stand still with work in them.", n);
	if (q->still_ns && q->still_ns < 1000000000)
		f->confidence = POSSIBLE;
	else if (!q->still_ns)
		f->confidence = LIKELY;
	tell_queues(s, f, QUEUE_STUCK);
	return true;
}

RULE(hang_ended)
{
	const struct past *p = &s->past;
	const struct spell *spell = &p->longest;
	int64_t ms = (spell->to - spell->from) / 1000000;

	if (!p->n)
		return false;
	f->summary = text(s,
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

RULE(paused)
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

RULE(tx_disabled)
{
	struct reading r, link;
	bool known;

	if (!values_field(series_last(&s->series), CHIP_TX_CONTROL, 0, "EN", &r) || r.value)
		return false;
	if (subject_link_up(s, &link, &known) != 1 || !s->driver)
		return false;
	finding_reading(s, f, &r);
	if (known)
		finding_reading(s, f, &link);
	finding_fact(s, f, "driver");
	return true;
}

/* Head at the tail of a receive ring: not one free descriptor. */
static bool starved(const struct subject *s, const struct queue *q)
{
	return q->state == QUEUE_EMPTY && q->first.size && q->first.head == q->first.tail &&
	       q->last.head == q->last.tail && s->series.n > 1;
}

RULE(rx_starved)
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
	return n != 0;
}

RULE(one_look)
{
	if (!s->series.tx.by_state[QUEUE_WAITING])
		return false;
	tell_queues(s, f, QUEUE_WAITING);
	surer(s,
	      "Look twice: nicregs diagnose %s on the machine itself takes several samples; of saved files give it two, "
	      "--from FIRST --from SECOND.",
	      device_word(s));
	return true;
}
