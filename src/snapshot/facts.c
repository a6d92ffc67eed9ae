// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/facts.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

const struct fact_desc fact_descs[] = {
#define X(kind, name, section, title) { #name, section, title, FACT_##kind, offsetof(struct facts, name) },
	FACTS(X)
#undef X
};
const size_t n_fact_descs = sizeof(fact_descs) / sizeof(fact_descs[0]);

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

void facts_merge(struct facts *to, const struct facts *from)
{
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];

		if (!fact_known(from, d))
			continue;
		if (d->kind == FACT_STR)
			fact_set_str(to, d, fact_str(from, d));
		else
			fact_set_num(to, d, fact_num(from, d));
	}
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
