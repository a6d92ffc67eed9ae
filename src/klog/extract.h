/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of a kernel log the lines that concern some devices, as somebody may be sent them: with what names the machine, and
 * without MAC and IP addresses, host names and UUIDs.
 */
#ifndef KLOG_EXTRACT_H
#define KLOG_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

#define EXTRACT_MOST ((size_t)4 << 20) /* bytes that are kept: the first and the last ones */

struct extract;

/* `mask`: addresses and names are masked. The caller frees it with extract_free(). */
struct extract *extract_new(bool mask);
void extract_free(struct extract *x);
/* Lines with this word count: an address, an interface, a bond; unless they are by their address about another device. Copied; NULL
 * and "" are nothing. */
void extract_word(struct extract *x, const char *word);
/* Lines with this driver's name count if they name no other device. */
void extract_driver(struct extract *x, const char *driver);
/* This word is a host's name, wherever it stands. */
void extract_host(struct extract *x, const char *name);
/* Bytes of the log, in pieces of any size. */
void extract_feed(struct extract *x, const char *bytes, size_t n);
/* The end: appends the lines to out. */
void extract_end(struct extract *x, struct buf *out);
/* Lines that were seen, and of these those that were kept. */
uint64_t extract_seen(const struct extract *x);
uint64_t extract_kept(const struct extract *x);

/* The same for one line of text, in place of s->data[from..]: what extract_end() would have made of it. */
void extract_mask(const struct extract *x, const char *line, size_t n, struct buf *out);
/* Of a whole text, and one with markup, only what cannot be anything else: MAC addresses, serial numbers, UUIDs, names made of them,
 * and hosts in the paths of files. */
void extract_mask_words(const struct extract *x, const char *text, struct buf *out);

#endif
