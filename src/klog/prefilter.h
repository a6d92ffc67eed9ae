/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first pass: where in a large text could a message be that the reader knows? Each message has at least one
 * anchor, a short run of bytes that is rare in logs; chipdefs/log has them with its messages. Four bytes of every anchor
 * are looked for at once, at every position, with a filter by their hash. Where the processor has wide instructions, a
 * loop in scan.c first takes out nearly all positions, 32 or 64 of them at a time: the anchors share sixteen buckets, and
 * a few traits of the four bytes each have a table that says which buckets allow them. Any bucket is right; scripts/anchors
 * takes those that let few positions pass, when the program is built. Each loop finds the same anchors.
 */
#ifndef KLOG_PREFILTER_H
#define KLOG_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PREFILTER_LONGEST 20 /* bytes of the longest anchor, at most */
#define PREFILTER_WINDOW 4
#define PREFILTER_SETS 2     /* of eight buckets */
#define PREFILTER_HALF 16    /* values of one half of a mix of two neighbours */
#define PREFILTER_MIX 128    /* of its lower seven bits */
#define PREFILTER_DOMAINS 10 /* of PCI addresses that are found: 0000 to 0009 */
#define PREFILTER_ANCHORS 254
#define PREFILTER_CHAINS 256
#define PREFILTER_SLACK 128   /* bytes past the end of a text that must be readable; what they hold does not matter */
#define PREFILTER_GZIP '\x1f' /* its first byte, in no log: where it is, the hash is looked at whatever tables say */
#define PREFILTER_RECORD "__CURSOR=" /* begins a record of journalctl -o export */

struct prefilter;

/* A place in a text where an anchor's four bytes may be, and the line ends before it, both from where the scan began. */
struct prefilter_place {
	uint32_t at, lines;
};

struct prefilter_places {
	struct prefilter_place *v; /* owned */
	size_t n, room;
	uint64_t lines; /* line ends in all that was scanned */
};

#define PREFILTER_ROOM 64 /* places that there must be room for */

/*
 * Adds the places in [p, end), and stops before where there is no room for PREFILTER_ROOM more. Returns where it stopped.
 * `from`: where the scan began, at most 4 GiB before.
 */
typedef const char *prefilter_scan(const struct prefilter *f, const char *from, const char *p, const char *end,
				   struct prefilter_places *places);

prefilter_scan prefilter_scan_plain; /* on any processor */

struct prefilter_loop {
	const char *name;
	bool (*runs)(void); /* on this processor */
	prefilter_scan *scan;
};

/* The fastest first; the last one runs on any processor. */
extern const struct prefilter_loop prefilter_loops[];
extern const size_t n_prefilter_loops;

struct anchor {
	char text[PREFILTER_LONGEST];
	uint8_t n, at; /* its bytes; where in it the four begin that are looked for */
};

/* In the order of the definitions; the last one is PREFILTER_RECORD. */
extern const struct anchor prefilter_anchors[];
extern const size_t n_prefilter_anchors;
/* Four bytes of packed data: of zstd and xz the first, of bzip2 those from the fifth on. Those of gzip differ. */
extern const char prefilter_packs[][PREFILTER_WINDOW + 1];
extern const size_t n_prefilter_packs;
/* Which buckets allow a value of a trait: of each mix of two neighbours both halves; its lower bits. */
extern const uint8_t prefilter_halves[PREFILTER_SETS][2 * PREFILTER_WINDOW][PREFILTER_HALF];
extern const uint8_t prefilter_mixes[PREFILTER_SETS][PREFILTER_WINDOW][PREFILTER_MIX];

struct prefilter {
	uint8_t filter[4096];                                         /* a bit for the hash of each four bytes */
	uint8_t first[PREFILTER_CHAINS], next[PREFILTER_ANCHORS + 1]; /* of anchors by hash: index + 1; 0: no more */
	prefilter_scan *scan;
};

/* Of four bytes, a number of 15 bits. */
static inline uint32_t prefilter_hash(const char *window)
{
	uint32_t bytes;

	__builtin_memcpy(&bytes, window, sizeof(bytes));
	return bytes * UINT32_C(0x9e3779b1) >> 17;
}

/* Whether the four bytes may be an anchor's. */
static inline bool prefilter_passes(const struct prefilter *f, const char *window)
{
	uint32_t hash = prefilter_hash(window);

	return f->filter[hash / 8] >> hash % 8 & 1;
}

/* The four bytes of an anchor that are looked for; points into it. */
static inline const char *anchor_window(const struct anchor *a)
{
	return a->text + a->at;
}

/* `loop`: NULL for the fastest one that runs here. */
void prefilter_init(struct prefilter *f, const struct prefilter_loop *loop);

/* Where the anchor begins that has its four bytes at a place, as far as it lies in [begin, end); points into that text. NULL: there is
 * none. */
const char *prefilter_anchor(const struct prefilter *f, const char *begin, const char *place, const char *end);

/* Whether PREFILTER_RECORD, whose four bytes are its first, is at a place in [begin, end). */
bool prefilter_record(const char *begin, const char *place, const char *end);

/* Whether a place, which is no anchor's, has four of the bytes that packed data begins with: some way before it, if it is
 * bzip2's. */
bool prefilter_packed(const char *place);

/* The first anchor that lies in [p, end), owned by f, or NULL. One that goes past the end is not found: begin PREFILTER_LONGEST
 * before the end next time. */
const char *prefilter_next(const struct prefilter *f, const char *p, const char *end);

/* '\n' in n bytes. */
size_t prefilter_newlines(const char *p, size_t n);

#endif
