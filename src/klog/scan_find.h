/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loops over every byte of a log, with the processor's wide instructions where it has them. */
#ifndef KLOG_SCAN_FIND_H
#define KLOG_SCAN_FIND_H

#include <stddef.h>
#include <stdint.h>

#define SCAN_WINDOW 4
#define SCAN_SLACK 64 /* bytes past the end of a text that must be readable; what they hold does not matter */

struct scan;
typedef const char *scan_find_fn(const struct scan *s, const char *p, const char *end);

struct scan {
	_Alignas(16) uint8_t low[SCAN_WINDOW][16];
	_Alignas(16) uint8_t high[SCAN_WINDOW][16];
	uint8_t filter[4096]; /* bit scan_hash() of each four bytes */
	scan_find_fn *find;   /* the first position from p on that passes both; end if there is none */
};

/* '\n' in n bytes. */
size_t scan_newlines(const char *p, size_t n);

/* For any processor, and the fastest that this one runs. */
scan_find_fn scan_find_plain;
scan_find_fn *scan_find_best(void);

static inline uint32_t scan_hash(uint32_t window)
{
	return window * UINT32_C(0x9e3779b1) >> 17;
}

#endif
