/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hangs that began and ended while a device was watched. Private to diagnose/. */
#ifndef DIAGNOSE_PAST_H
#define DIAGNOSE_PAST_H

#include "device/series.h"

/* A transmit queue that stood still with work in it, link up and not paused, and went on later. */
struct spell {
	uint32_t queue, head, tail;
	size_t samples;
	int64_t from, to; /* ns since 1970: the first and the last sample in which it stood */
};

struct past {
	size_t n;                  /* spells of a second or more, in three samples or more */
	struct spell longest;      /* valid if n */
	char since[32], until[32]; /* of the longest, UTC: "12:00:11"; with the date if they are of two days */
};

/* Of all snapshots, which are of one device and oldest first, as a series keeps only the latest. */
void past_read(struct past *p, const struct series *s, const struct snapshot *const *snapshots, size_t n);

#endif
