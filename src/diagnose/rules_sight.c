// SPDX-License-Identifier: GPL-2.0-or-later
/* Queues in use that do nothing which the samples show: transmit queues not read, holding values that cannot be, disabled or with
 * their interrupt masked, of which empty neighbours are no evidence; receive queues that are silent. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/rules.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"

/* How many queues have a ring that works, as far as their registers say. */
static size_t live(const struct direction *d)
{
	return d->n - d->by_state[QUEUE_OFF] - d->by_state[QUEUE_UNKNOWN];
}

/* Whether the driver uses the hardware's queue: 1, 0, or -1 if that is not known. Where the driver alone knows which ones it uses, one
 * that is missing is among those with work in them. */
static int in_use(const struct subject *s, uint32_t queue, bool waits)
{
	int64_t vfs = s->facts->virtual_functions > 0 ? s->facts->virtual_functions : 0, used = s->facts->tx_queues;
	uint32_t n;

	if (used <= 0)
		return -1;
	if (chip_queue_to_driver(s->chip, CHIP_QUEUE_TX, queue, vfs, &n))
		return n < used;
	if (queue_of_kernel(series_last(&s->series), QUEUE_TX, 0, &n))
		return 0;
	return waits && live(&s->series.tx) < (size_t)used ? 1 : -1;
}

static bool can_run(const struct subject *s)
{
	struct reading link;
	bool known;

	return !finding_named(s, "dead") && subject_link_up(s, &link, &known) == 1 && s->driver &&
	       (!s->facts->operstate || strcmp(s->facts->operstate, "down") != 0);
}

/* Disabled with work in it, for so long that it is no reset. */
static bool is_held(const struct subject *s, const struct queue *q)
{
	return q->state == QUEUE_OFF && q->on_known && !q->on && in_use(s, q->index, true) == 1 && q->still > 1 &&
	       q->still_ns >= CLOCK_SECOND;
}

/* A queue of which the registers do not say that it is empty, though it moves nothing. */
static bool is_odd(const struct subject *s, const struct queue *q)
{
	struct queue_regs r;
	bool waits;
	int used;

	if (q->state != QUEUE_OFF && q->state != QUEUE_UNKNOWN)
		return false;
	queue_read(series_last(&s->series), QUEUE_TX, q->index, &r);
	waits = r.ring.known && r.ring.head != r.ring.tail;
	used = in_use(s, q->index, waits);
	if (!used || (q->state == QUEUE_OFF && !can_run(s)))
		return false;
	if (q->state == QUEUE_UNKNOWN || waits)
		return true;
	return used == 1 && live(&s->series.tx) < (size_t)s->facts->tx_queues;
}

static bool is_read(const struct subject *s, uint32_t queue)
{
	return queue_ring(series_last(&s->series), QUEUE_TX, queue).known;
}

/* Of queues by the driver's numbers. */
static size_t count_used(const struct subject *s, size_t used)
{
	const struct values *last = series_last(&s->series);
	size_t seen = 0;
	uint32_t queue;

	if (queue_of_kernel(last, QUEUE_TX, 0, &queue)) {
		for (uint32_t n = 0; n < used && queue_of_kernel(last, QUEUE_TX, n, &queue); n++)
			seen += is_read(s, queue);
		return seen;
	}
	for (size_t i = 0; i < s->series.tx.n; i++) {
		const struct queue *q = &s->series.tx.queues[i];

		seen += is_read(s, q->index) && (q->state != QUEUE_OFF || !can_run(s) || is_odd(s, q));
	}
	return seen < used ? seen : used;
}

/* Why the source has no value of a queue that the chip has; UNREAD_NO: it has one, or was not asked. */
static enum unread why_unread(const struct subject *s, uint32_t queue)
{
	struct chip_ref tail = chip_role_ref(s->chip, CHIP_TX_TAIL, queue);
	const struct reg_sample *r =
		tail.reg ? values_sample(series_last(&s->series), tail.reg->space, tail.offset) : NULL;

	if (!r && (s->latest->origin == ORIGIN_ETHTOOL || s->latest->origin == ORIGIN_PASTED))
		return UNREAD_NOT_IN_DUMP;
	return r && r->unread != UNREAD_NOT_ASKED ? r->unread : UNREAD_NO;
}

/* Queues that cannot be enabled one by one are of a chip whose drivers use the first. */
static bool has_switches(const struct chip *chip)
{
	const struct chip_reg *reg = chip_role_ref(chip, CHIP_TX_ENABLE, 0).reg;

	return reg && chip_field_with_role(reg, CHIP_FIELD_ENABLED, 0);
}

/* How many of how many queues were seen; by the registers that the source lacks if nobody says how many are in use. */
static size_t count_seen(const struct subject *s, size_t *of)
{
	uint32_t all = queue_count(s->chip, QUEUE_TX);
	size_t seen = 0;

	if (s->facts->tx_queues > 0) {
		*of = (size_t)s->facts->tx_queues;
		return count_used(s, *of);
	}
	*of = all;
	for (uint32_t i = 0; i < all; i++)
		seen += is_read(s, i) || !has_switches(s->chip) || why_unread(s, i) == UNREAD_NO;
	return seen;
}

/* Whether the driver's rings, or the bytes in flight, are known of that many queues. */
static bool told_by_driver(const struct subject *s, size_t used)
{
	const struct facts *f = s->facts;
	size_t told = 0, running;

	if (subject_rings(s) >= used && ring_none_waits(s, &running))
		return true;
	if (f->tx_queues <= 0 || !facts_have_inflight(f))
		return false;
	for (size_t i = 0; i < f->n_queues; i++)
		told += f->queues[i].inflight == 0;
	return told >= used;
}

bool rule_queues_unseen(struct subject *s, struct finding *f)
{
	size_t of, seen, told = 0;

	if (!s->series.tx.n)
		return false;
	seen = count_seen(s, &of);
	if (seen >= of || told_by_driver(s, of))
		return false;
	f->summary = finding_text(s, "%zu of %zu transmit queues seen: what the others do is not known.", seen, of);
	finding_fact(s, f, "tx_queues");
	for (uint32_t i = 0; i < queue_count(s->chip, QUEUE_TX) && told < TOLD; i++) {
		enum unread why = why_unread(s, i);

		if (is_read(s, i) || why == UNREAD_NO || !in_use(s, i, false))
			continue;
		told++;
		finding_evidence(s, f, "%s[%u]: %s", chip_role_ref(s->chip, CHIP_TX_TAIL, i).reg->name, i,
				 unread_name(why));
	}
	finding_hint(s, "nicregs snapshot %s, as root on the machine, reads all queues.", finding_device_word(s));
	return true;
}

static void tell_registers(struct subject *s, struct finding *f, uint32_t queue)
{
	static const enum chip_role roles[] = { CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH };
	const struct values *last = series_last(&s->series);
	AUTO_BUF struct buf b = { 0 };
	struct reading r;

	for (size_t i = 0; i < COUNT(roles); i++) {
		if (!values_role(last, roles[i], queue, &r))
			continue;
		buf_puts(&b, b.len ? ", " : "");
		reading_words(&r, &b);
	}
	if (values_field_role(last, CHIP_TX_ENABLE, queue, CHIP_FIELD_ENABLED, &r)) {
		buf_puts(&b, b.len ? ", " : "");
		reading_words(&r, &b);
	}
	finding_evidence(s, f, "%s", buf_str(&b));
}

/* Each queue for which `holds`, in evidence; returns how many, and the first of them. */
static size_t tell_each(struct subject *s, struct finding *f,
			bool (*holds)(const struct subject *s, const struct queue *q), uint32_t *first)
{
	const struct direction *d = &s->series.tx;
	size_t told = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (!holds(s, &d->queues[i]))
			continue;
		if (!told)
			*first = d->queues[i].index;
		if (told++ < TOLD)
			tell_registers(s, f, d->queues[i].index);
	}
	if (told > TOLD)
		finding_evidence(s, f, "%zu more queues like these", told - TOLD);
	return told;
}

bool rule_queue_disabled(struct subject *s, struct finding *f)
{
	uint32_t first = 0;
	size_t n = can_run(s) ? tell_each(s, f, is_held, &first) : 0;

	if (n == 1)
		f->summary =
			finding_text(s, "Transmit queue %u is disabled with packets waiting, under a running driver.",
				     first);
	else
		f->summary =
			finding_text(s,
				     "%zu transmit queues are disabled with packets waiting, under a running driver.",
				     n);
	return n != 0;
}

bool rule_queue_odd(struct subject *s, struct finding *f)
{
	uint32_t first = 0;
	size_t n = finding_named(s, "dead") ? 0 : tell_each(s, f, is_odd, &first);

	if (n == 1)
		f->summary = finding_text(
			s,
			"Transmit queue %u is in use, and its registers do not fit that: whether it works is not known.",
			first);
	else
		f->summary = finding_text(
			s,
			"%zu transmit queues are in use, and their registers do not fit that: whether they work is not known.",
			n);
	return n != 0;
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
