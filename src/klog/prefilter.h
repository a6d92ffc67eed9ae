/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first pass: where in a large text could a message be that the reader knows? Each message has at least one
 * anchor, a short run of bytes that is rare in logs; klog/messages.c has them in its rows. Four bytes of every anchor
 * are looked for at once, at every position: the anchors share sixteen buckets, and for each of the four bytes two tables
 * of 16 a set say which buckets allow its halves. What passes goes through a filter by hash, and only then is compared. Any
 * bucket is right; prefilter_init() takes those that let few positions pass.
 */
#ifndef KLOG_PREFILTER_H
#define KLOG_PREFILTER_H

#include <stddef.h>
#include <stdint.h>

#define PREFILTER_LONGEST 20 /* bytes of the longest anchor, at most */
#define PREFILTER_WINDOW 4
#define PREFILTER_SETS 2     /* of eight buckets */
#define PREFILTER_DOMAINS 10 /* of PCI addresses that are found: 0000 to 0009 */
#define PREFILTER_ANCHORS 250
#define PREFILTER_CHAINS 256
#define PREFILTER_SLACK 64 /* bytes past the end of a text that must be readable; what they hold does not matter */

struct prefilter;
typedef const char *prefilter_find(const struct prefilter *f, const char *p, const char *end);

struct anchor {
	char text[PREFILTER_LONGEST];
	uint8_t n, at; /* its bytes; where in it the four begin that are looked for */
};

struct prefilter {
	_Alignas(16) uint8_t low[PREFILTER_SETS][PREFILTER_WINDOW][16];
	_Alignas(16) uint8_t high[PREFILTER_SETS][PREFILTER_WINDOW][16];
	uint8_t filter[4096]; /* a bit for the hash of each four bytes */
	struct anchor anchors[PREFILTER_ANCHORS];
	size_t n;
	uint8_t first[PREFILTER_CHAINS], next[PREFILTER_ANCHORS + 1]; /* of anchors by hash: index + 1; 0: no more */
	prefilter_find *find; /* the first position from p on that passes both; end if there is none */
};

void prefilter_init(struct prefilter *f);

/* The first anchor that lies in [p, end), or NULL. One that goes past the end is not found: begin PREFILTER_LONGEST
 * before the end next time. */
const char *prefilter_next(const struct prefilter *f, const char *p, const char *end);

/* For any processor; prefilter_init() takes the fastest that this one runs. */
prefilter_find prefilter_find_plain;

/* '\n' in n bytes, with the processor's wide instructions where it has them. */
size_t prefilter_newlines(const char *p, size_t n);

#endif
