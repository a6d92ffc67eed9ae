// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel counts of each transmit queue and each interrupt vector. */
#include <stdlib.h>
#include <string.h>

#include "snapshot/facts.h"
#include "util/alloc.h"
#include "util/jsonw.h"

void facts_add_queue(struct facts *f, const struct queue_count *q)
{
	*VEC_PUSH(f->queues, f->n_queues, f->cap_queues) = *q;
}

void facts_add_vector(struct facts *f, const struct vector_count *v)
{
	*VEC_PUSH(f->vectors, f->n_vectors, f->cap_vectors) = *v;
}

void facts_copy_counts(struct facts *to, const struct facts *from)
{
	to->n_queues = to->n_vectors = 0;
	for (size_t i = 0; i < from->n_queues; i++)
		facts_add_queue(to, &from->queues[i]);
	for (size_t i = 0; i < from->n_vectors; i++)
		facts_add_vector(to, &from->vectors[i]);
}

static bool same_queue(const struct queue_count *a, const struct queue_count *b)
{
	return a->queue == b->queue && a->inflight == b->inflight && a->limit == b->limit && a->timeouts == b->timeouts;
}

static bool same_vector(const struct vector_count *a, const struct vector_count *b)
{
	return a->irq == b->irq && a->queue == b->queue && a->count == b->count;
}

bool facts_same_counts(const struct facts *a, const struct facts *b)
{
	if (a->n_queues != b->n_queues || a->n_vectors != b->n_vectors)
		return false;
	for (size_t i = 0; i < a->n_queues; i++)
		if (!same_queue(&a->queues[i], &b->queues[i]))
			return false;
	for (size_t i = 0; i < a->n_vectors; i++)
		if (!same_vector(&a->vectors[i], &b->vectors[i]))
			return false;
	return true;
}

const struct queue_count *facts_queue(const struct facts *f, uint32_t queue)
{
	if (queue < f->n_queues && f->queues[queue].queue == queue)
		return &f->queues[queue];
	for (size_t i = 0; i < f->n_queues; i++)
		if (f->queues[i].queue == queue)
			return &f->queues[i];
	return NULL;
}

bool facts_have_inflight(const struct facts *f)
{
	for (size_t i = 0; i < f->n_queues; i++)
		if (f->queues[i].inflight > 0 || (f->queues[i].inflight == 0 && f->queues[i].limit > 0))
			return true;
	return false;
}

static void put_known(struct jsonw *w, const char *key, int64_t value)
{
	if (value != FACT_UNKNOWN)
		jsonw_i64(w, key, value);
}

void facts_counts_json(const struct facts *f, struct jsonw *w)
{
	if (f->n_queues)
		jsonw_array(w, "queues");
	for (size_t i = 0; i < f->n_queues; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "queue", f->queues[i].queue);
		put_known(w, "inflight", f->queues[i].inflight);
		put_known(w, "limit", f->queues[i].limit);
		put_known(w, "timeouts", f->queues[i].timeouts);
		jsonw_end_object(w);
	}
	if (f->n_queues)
		jsonw_end_array(w);
	if (f->n_vectors)
		jsonw_array(w, "vectors");
	for (size_t i = 0; i < f->n_vectors; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "irq", f->vectors[i].irq);
		put_known(w, "queue", f->vectors[i].queue);
		jsonw_i64(w, "count", f->vectors[i].count);
		jsonw_end_object(w);
	}
	if (f->n_vectors)
		jsonw_end_array(w);
}
