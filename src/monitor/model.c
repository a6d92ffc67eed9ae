// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor/model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "chip/chip.h"
#include "util/alloc.h"
#include "util/clock.h"

const struct snapshot *track_latest(const struct track *t)
{
	return t->n_looks ? t->looks[t->n_looks - 1] : NULL;
}

const struct diagnosis *track_diagnosis(const struct track *t)
{
	return t->diagnoses.n ? t->diagnoses.v : NULL;
}

struct lane *track_lane(const struct track *t, bool transmit, uint32_t index)
{
	uint32_t n = !t->chip ? 0 : transmit ? t->chip->queues_tx : t->chip->queues_rx;

	return index < n && t->lanes[transmit] ? &t->lanes[transmit][index] : NULL;
}

static enum trouble by_registers(const struct direction *d, const struct queue *q)
{
	switch (q->state) {
	case QUEUE_STUCK:
		return d->transmit ? TROUBLE_STUCK : TROUBLE_IDLE;
	case QUEUE_WAITING:
	case QUEUE_SLACK:
		return d->transmit ? TROUBLE_WAITING : TROUBLE_IDLE;
	case QUEUE_MOVING:
		return TROUBLE_MOVING;
	case QUEUE_EMPTY:
		/* A receive ring without a free descriptor cannot receive. */
		return !d->transmit && d->has_heads && q->last.size && q->on_known && q->on ? TROUBLE_STARVED
											    : TROUBLE_IDLE;
	default:
		return TROUBLE_OFF;
	}
}

static enum trouble by_finding(enum ring_state state)
{
	if (ring_state_is_uncleaned(state))
		return TROUBLE_UNCLEANED;
	if (state == RING_NOT_WOKEN || state == RING_NOT_COUNTED)
		return TROUBLE_STOPPED;
	return ring_state_is_bad(state) ? TROUBLE_STUCK : TROUBLE_WAITING;
}

/* The registers of the last looks may show a head that moved before it stood, and nothing of what the driver has left undone. */
enum trouble trouble_of(const struct track *t, const struct direction *d, const struct queue *q)
{
	const struct diagnosis *found = track_diagnosis(t);

	for (size_t i = 0; d->transmit && found && i < found->n_rings; i++)
		if (found->rings[i].queue == q->index)
			return by_finding(found->rings[i].state);
	return by_registers(d, q);
}

const char *trouble_name(enum trouble trouble)
{
	static const char *const names[] = { "stuck",   "unclean", "stopped", "no room",
					     "waiting", "moving",  "idle",    "off" };

	return names[trouble];
}

#define SPAN CLOCK_SECOND             /* what a verdict looks back at least */
#define APART (CLOCK_SECOND * 3 / 10) /* looks that serve for that */
#define COSTLY 64                     /* queues from which on not every look is judged */

static void forget_looks(struct track *t)
{
	series_free(&t->series);
	diagnoses_free(&t->diagnoses);
	for (size_t i = 0; i < t->n_looks; i++)
		snapshot_free(t->looks[i]);
	t->n_looks = 0;
	free(t->lanes[0]);
	free(t->lanes[1]);
	t->lanes[0] = t->lanes[1] = NULL;
}

static void track_free(struct track *t)
{
	forget_looks(t);
	for (size_t i = 0; i < t->n_changes; i++)
		free(t->changes[i].text);
	free(t->changes);
	free(t->address);
	free(t->name);
	free(t->netdev);
	free(t);
}

void model_clear(struct model *m)
{
	for (size_t i = 0; i < m->n; i++)
		track_free(m->tracks[i]);
	free(m->tracks);
	m->tracks = NULL;
	m->n = m->cap = 0;
	m->now = 0;
}

static const char *address_of(const struct snapshot *s, char out[PCI_ADDR_MAX])
{
	const struct pci_function *self = snapshot_self(s);

	return self ? pci_addr_str(&self->addr, out) : s->facts.netdev ? s->facts.netdev : s->chip ? s->chip : "";
}

static struct track *track_for(struct model *m, const struct snapshot *s)
{
	char text[PCI_ADDR_MAX];
	const char *address = address_of(s, text);
	struct track *t;

	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->tracks[i]->address, address))
			return m->tracks[i];
	t = xcalloc(1, sizeof(*t));
	t->address = xstrdup(address);
	t->verdict = VERDICT_UNKNOWN;
	*VEC_PUSH(m->tracks, m->n, m->cap) = t;
	return t;
}

static void replace(char **owned, const char *with)
{
	char *copy = xstrdup(with);

	free(*owned);
	*owned = copy;
}

static void identify(struct model *m, struct track *t, const struct snapshot *s)
{
	replace(&t->name, s->facts.netdev ? s->facts.netdev : t->address);
	if (s->facts.netdev)
		replace(&t->netdev, s->facts.netdev);
	t->chip = NULL;
	if (s->chip && chipdb_find(m->db, s->chip, &t->chip, NULL))
		t->chip = NULL;
	for (int tx = 0; t->chip && tx < 2; tx++)
		if (!t->lanes[tx])
			t->lanes[tx] = xcalloc(tx ? t->chip->queues_tx : t->chip->queues_rx, sizeof(struct lane));
}

static void keep_look(struct track *t, struct snapshot *s)
{
	if (t->n_looks == MODEL_LOOKS) {
		snapshot_free(t->looks[0]);
		memmove(t->looks, t->looks + 1, (MODEL_LOOKS - 1) * sizeof(t->looks[0]));
		t->n_looks--;
	}
	t->looks[t->n_looks++] = s;
}

static void follow(struct track *t, const struct direction *d, int64_t now, int64_t before)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct queue *q = &d->queues[i];
		struct lane *lane = track_lane(t, d->transmit, q->index);
		uint32_t moved = 0;

		if (!lane)
			continue;
		if (lane->last.known && !ring_moved(&lane->last, &q->last, &moved))
			moved = 0;
		memmove(lane->rates, lane->rates + 1, sizeof(lane->rates) - sizeof(lane->rates[0]));
		lane->rates[MODEL_SPARK - 1] =
			now > before && before
				? (uint64_t)((double)moved * (double)CLOCK_SECOND / (double)(now - before))
				: 0;
		if (moved)
			lane->moved_at = now;
		if (!lane->since)
			lane->since = now;
		lane->last = q->last;
	}
}

static void refresh_series(struct track *t)
{
	size_t n = t->n_looks < 3 ? t->n_looks : 3;
	struct series now;

	series_init_after(&now, (const struct snapshot *const *)t->looks + (t->n_looks - n), n, t->chip, &t->series);
	series_free(&t->series);
	t->series = now;
}

/* The last three looks, and older ones until they span a second. */
static size_t choose(const struct track *t, struct snapshot *chosen[MODEL_LOOKS])
{
	struct snapshot *back[MODEL_LOOKS];
	int64_t last = track_latest(t)->taken, since = last;
	size_t n = 0;

	for (size_t i = t->n_looks; i-- > 0;) {
		int64_t taken = t->looks[i]->taken;

		if (n >= 3 && (last - since >= SPAN || since - taken < APART))
			continue;
		back[n++] = t->looks[i];
		since = taken;
	}
	for (size_t i = 0; i < n; i++)
		chosen[i] = back[n - 1 - i];
	return n;
}

static void judge(struct model *m, struct track *t)
{
	struct snapshot *chosen[MODEL_LOOKS];
	struct snapshots samples = { .v = chosen };
	const struct diagnose_input input = { .db = m->db, .samples = &samples, .watched_now = true };
	enum verdict verdict;

	if (!m->each_look && t->series.tx.n + t->series.rx.n > COSTLY &&
	    m->now - t->diagnosed_at < CLOCK_SECOND * 4 / 5)
		return;
	samples.n = choose(t, chosen);
	diagnoses_free(&t->diagnoses);
	if (diagnose(&input, &t->diagnoses, NULL))
		t->diagnoses = (struct diagnoses){ 0 };
	t->diagnosed_at = m->now;
	verdict = t->diagnoses.n ? t->diagnoses.v[0].verdict : VERDICT_UNKNOWN;
	if (verdict != t->verdict || !t->verdict_since) {
		t->verdict = verdict;
		t->verdict_since = m->now;
	}
}

static void come_back(struct track *t)
{
	forget_looks(t);
	t->gone = false;
	t->verdict_since = 0;
}

static void take(struct model *m, struct snapshot *s)
{
	struct track *t = track_for(m, s);
	const struct snapshot *before;

	if (t->gone)
		come_back(t);
	before = track_latest(t);
	identify(m, t, s);
	keep_look(t, s);
	refresh_series(t);
	follow(t, &t->series.tx, s->taken, t->n_looks > 1 ? t->looks[t->n_looks - 2]->taken : 0);
	follow(t, &t->series.rx, s->taken, t->n_looks > 1 ? t->looks[t->n_looks - 2]->taken : 0);
	if (before)
		track_compare(t);
	judge(m, t);
}

static bool in_look(const struct track *t, const struct snapshots *look)
{
	char text[PCI_ADDR_MAX];

	for (size_t i = 0; i < look->n; i++)
		if (!strcmp(address_of(look->v[i], text), t->address))
			return true;
	return false;
}

static int rank(const struct track *t)
{
	return t->gone ? -1 : (int)t->verdict;
}

static int by_trouble(const void *pa, const void *pb)
{
	const struct track *a = *(struct track *const *)pa, *b = *(struct track *const *)pb;

	return rank(a) != rank(b) ? (rank(a) < rank(b) ? -1 : 1) : strcmp(a->address, b->address);
}

void model_feed(struct model *m, struct snapshots *look, int64_t now)
{
	if (look->n && look->v[look->n - 1]->taken)
		now = look->v[look->n - 1]->taken;
	m->now = now;
	for (size_t i = 0; i < m->n; i++) {
		struct track *t = m->tracks[i];

		if (!t->gone && !in_look(t, look)) {
			t->gone = true;
			t->gone_at = now;
			/* While it is removed, its netdev goes before itself. */
			if (t->netdev)
				replace(&t->name, t->netdev);
		}
	}
	for (size_t i = 0; i < look->n; i++)
		take(m, look->v[i]);
	look->n = 0;
	snapshots_free(look);
	if (m->n > 1)
		qsort(m->tracks, m->n, sizeof(*m->tracks), by_trouble);
}

bool model_doubts(const struct model *m)
{
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->tracks[i]->series.tx.n; k++)
			if (m->tracks[i]->series.tx.queues[k].still == 2)
				return true;
	return false;
}
