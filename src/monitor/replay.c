// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor/replay.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/clock.h"

#define GAP_MOST 1000 /* looks without a device that are told from a damaged number */
#define WAIT_MOST (10 * CLOCK_SECOND)

static bool same_function(const struct snapshot *a, const struct snapshot *b)
{
	const struct pci_function *x = snapshot_self(a), *y = snapshot_self(b);

	return !x || !y || pci_addr_equal(&x->addr, &y->addr);
}

/* Whether s belongs to the look that begins at `first`. */
static bool belongs(const struct snapshots *list, size_t first, const struct snapshot *s, size_t i)
{
	if (s->look || list->v[first]->look)
		return s->look == list->v[first]->look;
	for (size_t k = first; k < i; k++)
		if (same_function(list->v[k], s))
			return false;
	return true;
}

static void add_gap(struct replay *r, int64_t before, int64_t look, int64_t taken)
{
	int64_t missing = before && look > before && look - before <= GAP_MOST ? look - before - 1 : 0;
	int64_t from = r->n ? r->looks[r->n - 1].taken : 0;

	for (int64_t i = 1; i <= missing; i++) {
		struct replay_look *gap = VEC_PUSH(r->looks, r->n, r->cap);

		gap->taken = from + (taken - from) / (missing + 1) * i;
	}
}

void replay_open(struct replay *r, const struct snapshots *recording)
{
	*r = (struct replay){ .from = recording };
	for (size_t i = 0; recording && i < recording->n; i++) {
		const struct snapshot *s = recording->v[i];
		struct replay_look *last = r->n ? &r->looks[r->n - 1] : NULL;

		if (last && belongs(recording, last->first, s, i)) {
			last->n++;
			last->taken = s->taken;
			continue;
		}
		if (last)
			add_gap(r, recording->v[last->first]->look, s->look, s->taken);
		*VEC_PUSH(r->looks, r->n, r->cap) = (struct replay_look){ .first = i, .n = 1, .taken = s->taken };
	}
}

void replay_close(struct replay *r)
{
	free(r->looks);
}

static void feed(struct replay *r, struct model *m, size_t at)
{
	struct snapshots look = { 0 };

	for (size_t i = 0; i < r->looks[at].n; i++)
		snapshots_add(&look, snapshot_copy(r->from->v[r->looks[at].first + i]));
	model_feed(m, &look, r->looks[at].taken);
	r->at = at;
}

void replay_seek(struct replay *r, struct model *m, size_t at)
{
	size_t from;

	if (!r->n)
		return;
	if (at >= r->n)
		at = r->n - 1;
	r->next = 0;
	if (m->n && at == r->at + 1) {
		feed(r, m, at);
		return;
	}
	model_clear(m);
	from = at > 2 * MODEL_SPARK ? at - 2 * MODEL_SPARK : 0;
	for (size_t i = from; i <= at; i++)
		feed(r, m, i);
}

/* ns from look i to the one behind it, at this speed. */
static int64_t pause_after(const struct replay *r, size_t i)
{
	int64_t ns = r->looks[i + 1].taken - r->looks[i].taken;

	if (ns < 0 || ns > WAIT_MOST)
		ns = CLOCK_SECOND;
	return r->speed < 0 ? ns << -r->speed : ns >> r->speed;
}

int64_t replay_run(struct replay *r, struct model *m, int64_t now)
{
	if (r->paused || r->at + 1 >= r->n) {
		r->next = 0;
		return -1;
	}
	if (!r->next)
		r->next = now + pause_after(r, r->at);
	while (r->next <= now) {
		int64_t due = r->next;

		replay_seek(r, m, r->at + 1);
		if (r->at + 1 >= r->n)
			return -1;
		r->next = due + pause_after(r, r->at);
		if (r->next <= now - CLOCK_SECOND)
			r->next = now;
	}
	return r->next - now;
}
