/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to snapshot/: bounded and checked access to JSON, and the lines of a recording.
 *
 *     struct snapshot --save.c--> file --load.c--> struct snapshot
 *     each sample --record.c--> whole snapshot or delta --record.c, called by load.c--> struct snapshot
 */
#ifndef SNAPSHOT_INTERNAL_H
#define SNAPSHOT_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot/snapshot.h"

struct err;
struct jsonw;

/*
 * Bounds of JSON text, in load_json.c: it is scanned before it is parsed, so that a file cannot cost many times its
 * size (a tree of small values takes some 50 times as much memory as their text). Depth, number and length of values
 * are bounded, and the long arrays of a snapshot are found; their elements are parsed one by one. The parser checks the
 * syntax. Places are byte offsets in the text.
 */

/* An array that is a member of the topmost object. */
struct span {
	const char *key;   /* static */
	size_t start, end; /* of the text between the brackets */
	bool closed;       /* false: the text ends in it, or has a fault there */
};

#define SPANS_MOST 11

struct bounds {
	const char *text;
	size_t start, end; /* of the value */
	struct span spans[SPANS_MOST];
	size_t n_spans;
	const char *excess; /* the exceeded bound, for a message; static; NULL: none */
	size_t excess_at;
};

/* Scans the value that starts at `start` of n bytes. False if it exceeds a bound. */
bool bounds_scan(const char *text, size_t start, size_t n, struct bounds *b);

/* Parses the value without the elements of its spans, as if these were blank; the caller releases it. NULL with *error
 * filled, whose places are counted from b->start. */
json_t *bounds_load(const struct bounds *b, json_error_t *error);

/* The long array with a key; NULL if the value has none. */
const struct span *bounds_span(const struct bounds *b, const char *key);

/* Parses the next element of a span at *at, which is span->start at first, and moves *at behind it. The caller releases
 * it. NULL at the end, with error->text empty, and for a fault, with its place counted from *at. */
json_t *bounds_element(const struct bounds *b, const struct span *span, size_t *at, json_error_t *error);

/* The place behind blanks. */
size_t bounds_skip_blank(const char *text, size_t at, size_t end);

struct load {
	const char *file;
	struct err *e;
	char where[48];              /* "registers[12]"; "" at the top */
	const struct bounds *bounds; /* of the value that is read; NULL: all of it is in the tree */
	size_t weight, weight_most;  /* bytes of memory that the snapshots take, and may take; 0: no limit */
};

/* Adds bytes to the weight. -EFBIG if it is too much for the size of the file. */
int load_weigh(struct load *l, size_t bytes);

/* -EINVAL, with line and column: the parser's error in text that it read from byte `start` on. */
int load_syntax_error(struct load *l, const char *text, size_t start, const json_error_t *error);

/* -EINVAL: the value of `key` (NULL: the place itself) is wrong. */
int load_bad(struct load *l, const char *key, const char *why, ...) __attribute__((format(printf, 3, 4)));

/* Each returns -EINVAL for another type, or if a required value is absent. An absent other value is NULL, or leaves
 * *value as it was. Strings are owned by the JSON object. */
int load_str(struct load *l, const json_t *object, const char *key, bool required, const char **value);
int load_int(struct load *l, const json_t *object, const char *key, int64_t least, int64_t most, int64_t *value);
int load_bool(struct load *l, const json_t *object, const char *key, bool *value);
/* Elements are objects or strings (`of`); calls `each` for every one with l->where set, at most `most` of them. */
int load_array(struct load *l, const json_t *object, const char *key, json_type of, size_t most,
	       int (*each)(struct load *l, const json_t *element, void *arg), void *arg);

/* "driver_side", "rings", "frames" and "descriptors" into d, which knows nothing yet. */
int load_driver_side(struct load *l, const json_t *root, struct driver_side *d);
/* Functions, facts, features, the driver's side, refusals, notes and registers into s. */
int load_body(struct load *l, const json_t *root, struct snapshot *s);

/* A delta is a line of a recording: the changes of a device since the snapshot before it in the file. */
#define DELTA_FORMAT "nicregs-delta"
#define DELTA_SCHEMA 1

/* Writes one register as an element of "registers"; `chip` names it and may be NULL. `name` is scratch space. */
void save_reg(struct jsonw *w, const struct reg_sample *sample, const struct chip *chip, struct buf *name);

/* Appends the line that makes `now` out of `before`, both of one device. False, with nothing appended, if more changed
 * than a delta can say. */
bool delta_save(const struct snapshot *before, const struct snapshot *now, struct buf *out);
bool delta_recognise(const json_t *root);
/* Applies the delta to a copy of the last snapshot of its device in list, and adds that. */
int load_delta(struct load *l, const json_t *root, struct snapshots *list);
/* Whether the text ends in the middle of a recording; the whole samples stay in list, the last with a note. */
bool record_cut(struct snapshots *list, const json_error_t *error);

#endif
