// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts by their table, and the kernel's counts of each transmit queue and each interrupt vector. */
#include "snapshot/facts.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/jsonw.h"

const struct fact_desc fact_descs[] = {
#define X(kind, name, section, title) { #name, section, title, FACT_##kind, offsetof(struct facts, name) },
	FACTS(X)
#undef X
};
const size_t n_fact_descs = COUNT(fact_descs);

static char **str_at(const struct facts *f, const struct fact_desc *d)
{
	return (char **)((char *)(uintptr_t)f + d->offset);
}

static int64_t *num_at(const struct facts *f, const struct fact_desc *d)
{
	return (int64_t *)(void *)((char *)(uintptr_t)f + d->offset);
}

void facts_init(struct facts *f)
{
	memset(f, 0, sizeof(*f));
	for (size_t i = 0; i < n_fact_descs; i++) {
		if (fact_descs[i].kind != FACT_STR)
			*num_at(f, &fact_descs[i]) = FACT_UNKNOWN;
	}
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < n_fact_descs; i++) {
		if (fact_descs[i].kind == FACT_STR)
			free(*str_at(f, &fact_descs[i]));
	}
	for (size_t i = 0; i < f->n_features; i++)
		free(f->features[i].name);
	free(f->features);
	free(f->queues);
	free(f->vectors);
	if (f->vfs.v)
		virtuals_free(&f->vfs);
	facts_init(f);
}

const struct fact_desc *fact_named(const char *name)
{
	for (size_t i = 0; i < n_fact_descs; i++) {
		if (!strcmp(fact_descs[i].name, name))
			return &fact_descs[i];
	}
	return NULL;
}

const char *fact_str(const struct facts *f, const struct fact_desc *d)
{
	return d->kind == FACT_STR ? *str_at(f, d) : NULL;
}

int64_t fact_num(const struct facts *f, const struct fact_desc *d)
{
	return d->kind == FACT_STR ? FACT_UNKNOWN : *num_at(f, d);
}

void fact_set_str(struct facts *f, const struct fact_desc *d, const char *value)
{
	char **at = str_at(f, d);
	char *copy = value && *value ? xstrdup(value) : NULL;

	free(*at);
	*at = copy;
}

void fact_set_num(struct facts *f, const struct fact_desc *d, int64_t value)
{
	*num_at(f, d) = value;
}

void fact_copy(struct facts *to, const struct facts *from, const struct fact_desc *d)
{
	if (d->kind == FACT_STR)
		fact_set_str(to, d, fact_str(from, d));
	else
		fact_set_num(to, d, fact_num(from, d));
}

bool fact_known(const struct facts *f, const struct fact_desc *d)
{
	return d->kind == FACT_STR ? *str_at(f, d) != NULL : *num_at(f, d) != FACT_UNKNOWN;
}

void facts_add_feature(struct facts *f, const char *name, bool on, bool fixed)
{
	struct feature *feature = VEC_PUSH(f->features, f->n_features, f->cap_features);

	*feature = (struct feature){ xstrdup(name), on, fixed };
}

static void set_feature(struct facts *f, const struct feature *from)
{
	for (size_t i = 0; i < f->n_features; i++)
		if (!strcmp(f->features[i].name, from->name)) {
			f->features[i].on = from->on;
			f->features[i].fixed = from->fixed;
			return;
		}
	facts_add_feature(f, from->name, from->on, from->fixed);
}

struct facts *facts_new(void)
{
	struct facts *f = xcalloc(1, sizeof(*f));

	facts_init(f);
	return f;
}

void facts_delete(struct facts *f)
{
	if (f)
		facts_free(f);
	free(f);
}

void facts_merge(struct facts *to, const struct facts *from)
{
	for (size_t i = 0; i < n_fact_descs; i++)
		if (fact_known(from, &fact_descs[i]))
			fact_copy(to, from, &fact_descs[i]);
	for (size_t i = 0; i < from->n_features; i++)
		set_feature(to, &from->features[i]);
}

int facts_feature(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->n_features; i++) {
		if (!strcmp(f->features[i].name, name))
			return f->features[i].on;
	}
	return -1;
}

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

void fact_put_known(struct jsonw *w, const char *key, int64_t value)
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
		fact_put_known(w, "inflight", f->queues[i].inflight);
		fact_put_known(w, "limit", f->queues[i].limit);
		fact_put_known(w, "timeouts", f->queues[i].timeouts);
		jsonw_end_object(w);
	}
	if (f->n_queues)
		jsonw_end_array(w);
	if (f->n_vectors)
		jsonw_array(w, "vectors");
	for (size_t i = 0; i < f->n_vectors; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "irq", f->vectors[i].irq);
		fact_put_known(w, "queue", f->vectors[i].queue);
		jsonw_i64(w, "count", f->vectors[i].count);
		jsonw_end_object(w);
	}
	if (f->n_vectors)
		jsonw_end_array(w);
}

void facts_json(const struct facts *f, struct jsonw *w)
{
	jsonw_object(w, "facts");
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];

		if (!fact_known(f, d))
			continue;
		if (d->kind == FACT_STR)
			jsonw_str(w, d->name, fact_str(f, d));
		else if (d->kind == FACT_YES)
			jsonw_bool(w, d->name, fact_num(f, d) != 0);
		else
			jsonw_i64(w, d->name, fact_num(f, d));
	}
	jsonw_end_object(w);
}

const char *facts_pause_words(const struct facts *f)
{
	if (f->pause_rx == FACT_UNKNOWN || f->pause_tx == FACT_UNKNOWN)
		return NULL;
	if (f->pause_rx && f->pause_tx)
		return "pause both ways";
	return f->pause_rx ? "pause received" : f->pause_tx ? "pause sent" : "no pause frames";
}
