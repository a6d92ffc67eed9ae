// SPDX-License-Identifier: GPL-2.0-or-later
/* Hangs that began and ended before the last sample. */
#include <stdlib.h>
#include <string.h>

#include "diagnose/subject.h"
#include "util/clock.h"

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
