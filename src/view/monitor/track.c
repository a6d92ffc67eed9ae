// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/monitor/model.h"

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

enum trouble queue_trouble(const struct direction *d, const struct queue *q)
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

const char *trouble_name(enum trouble trouble)
{
	static const char *const names[] = { "stuck", "no room", "waiting", "moving", "idle", "off" };

	return names[trouble];
}
