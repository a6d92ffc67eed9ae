/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checked access to JSON, with the place of a fault in its message. */
#ifndef SNAPSHOT_LOAD_H
#define SNAPSHOT_LOAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "snapshot/snapshot.h"

struct err;

struct bounds;

struct load {
	const char *file;
	struct err *e;
	char where[48];              /* "registers[12]"; "" at the top */
	const struct bounds *bounds; /* of the value that is being read; NULL: all of it is in the tree */
	size_t weight, weight_most;  /* bytes of memory that what was read takes, and may take; 0: any number */
};

/* What was read takes so many bytes more. -EFBIG if that is too much for the size of the file. */
int load_weigh(struct load *l, size_t bytes);

/* -EINVAL, with the line and the column: the parser's error in text that it read from byte `start` on. */
int load_syntax_error(struct load *l, const char *text, size_t start, const json_error_t *error);

/* -EINVAL: the value of `key` (NULL: the place itself) is wrong. */
int load_bad(struct load *l, const char *key, const char *why, ...) __attribute__((format(printf, 3, 4)));

/* Each gives -EINVAL for another type or an absent value that is required. Else absent: NULL, or *value as it was. */
int load_str(struct load *l, const json_t *object, const char *key, bool required, const char **value);
int load_int(struct load *l, const json_t *object, const char *key, int64_t least, int64_t most, int64_t *value);
int load_bool(struct load *l, const json_t *object, const char *key, bool *value);
/* Elements are objects or strings (`of`); calls `each` for every one with l->where set, at most `most` of them. */
int load_array(struct load *l, const json_t *object, const char *key, json_type of, size_t most,
	       int (*each)(struct load *l, const json_t *element, void *arg), void *arg);

/* Functions, facts, features, refusals, notes and registers into s. */
int load_body(struct load *l, const json_t *root, struct snapshot *s);

#endif
