/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checked access to JSON, with the place of a fault in its message. */
#ifndef SNAPSHOT_LOAD_H
#define SNAPSHOT_LOAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "snapshot/snapshot.h"

struct err;

struct load {
	const char *file;
	struct err *e;
	char where[48]; /* "registers[12]"; "" at the top */
};

/* -EINVAL: the value of `key` (NULL: the place itself) is wrong. */
int load_bad(struct load *l, const char *key, const char *why, ...) __attribute__((format(printf, 3, 4)));

/* Each gives -EINVAL for another type or an absent value that is required. Else absent: NULL, or *value as it was. */
int load_str(struct load *l, const json_t *object, const char *key, bool required, const char **value);
int load_int(struct load *l, const json_t *object, const char *key, int64_t least, int64_t most, int64_t *value);
int load_bool(struct load *l, const json_t *object, const char *key, bool *value);
/* Elements are objects or strings (`of`); calls `each` for every one with l->where set. */
int load_array(struct load *l, const json_t *object, const char *key, json_type of,
	       int (*each)(struct load *l, const json_t *element, void *arg), void *arg);

/* Functions, facts, features, refusals, notes and registers into s. */
int load_body(struct load *l, const json_t *root, struct snapshot *s);

#endif
