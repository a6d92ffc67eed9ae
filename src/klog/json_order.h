/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order a log's records of JSON were written. They are kept, in memory or in a temporary file, until that is known:
 * a collector gives the last one first, or one list per level or program, or none in order.
 */
#ifndef KLOG_JSON_ORDER_H
#define KLOG_JSON_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "klog/json.h"
#include "util/buf.h"

#define ORDER_LOOK 65536      /* bytes of records by which their order is told, and that are kept in memory */
#define ORDER_MOST (1u << 21) /* records that are put in order at once */

struct held_record {
	uint64_t line;
	size_t n;      /* bytes of its text */
	uint64_t more; /* lines of its text but the first, which have numbers of their own */
	unsigned list; /* json.list */
	struct json_writer writer;
	struct json_time time;
};

/* Where a record is. */
struct json_kept {
	int64_t key;    /* its time; then by which it is sorted */
	int64_t booted; /* its time less that since the boot; INT64_MIN: one of them is not known */
	uint64_t at;    /* of the bytes */
	uint32_t list, nth;
};

/* Zeroed: nothing is kept. */
struct json_order {
	struct buf bytes;       /* records, each with its text behind it */
	FILE *file;             /* owned; has them all; NULL: they are in .bytes */
	uint64_t size;          /* bytes of them */
	bool reading;           /* what was done last with the file */
	uint64_t at;            /* where it is then */
	struct json_kept *kept; /* owned */
	size_t n, room;
	char *one; /* owned; the text that was read last; NULL: none was */
};

enum json_sorting {
	JSON_FORWARD,
	JSON_REVERSED,
	JSON_SORTED /* neither: by their times */
};

void json_order_free(struct json_order *o);
/* Nothing is kept any more. */
void json_order_clear(struct json_order *o);
/* The text is copied. False: there is no room for more, or no temporary file, and it is not kept. */
bool json_order_keep(struct json_order *o, const struct held_record *h, const char *text);
/* Puts .kept in the order in which the records were written. */
enum json_sorting json_order_sort(struct json_order *o);
/* As if that had not been done: more records are to follow. */
void json_order_unsort(struct json_order *o);
/* The nth in that order; its text, with PREFILTER_SLACK bytes behind it, is owned by o and there until the next call. NULL: it cannot
 * be read. */
const char *json_order_read(struct json_order *o, size_t nth, struct held_record *h);

#endif
